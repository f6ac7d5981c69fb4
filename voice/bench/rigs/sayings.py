"""Gather what simulated patients can say: phrases of the templates, and the sentences of tests/ if they are there.

A template is not written out; some of its phrases are drawn with a fixed seed, so that the same prompts give the same
sayings. Templates with a place for any word (*) are left out. The installed package has no tests/; there patients
speak in phrases of the templates only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from voice.base.yamlfile import read_yaml
from voice.consultation.script import URGENT, Finding, Script
from voice.understand.age.age import Ages
from voice.understand.duration.duration import find_days
from voice.understand.grammar.automaton import ANY
from voice.understand.grammar.compile import Entry
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import Days, Meaning
from voice.understand.templates import Group, Words, parse

DRAWN = 6
"""How many phrases of each template are drawn."""
OFTEN = 0.4
"""How often (0..1) a part that may be left out is said."""
FEWEST_WORDS, FEWEST_OPENED = 3, 5
"""Words of the shortest saying by which a flag is told outside its question, and of the shortest question of a patient; of the
former if only a yes opens its question: "uit een boom" says nothing of a fall yet."""
LONG_ENOUGH, OFTEN_ENOUGH = 4, 2
"""Letters of the shortest word that names a flag, and in how many sayings for yes it stands at least."""
_ANYWHERE, _READBACK = "any", "readback"
"""Names in tests/sentences: for every question, and for what is read back."""
_MEANINGS = frozenset(str(meaning) for meaning in Meaning)
_DECIDING = (Role.PARTICLE, Role.PHRASE, Role.ALONE)

Key = tuple[str, Meaning]


@dataclass(frozen=True, slots=True)
class Sayings:
    """What can be said.

    own: by question id and meaning, what answers that question only; "" as id: what answers every question.
    hedged: noes that are read back. opening: by meaning the particles that open an answer.
    around: phrases that decide nothing. corrections: phrases that take back what stands before them.
    durations: lengths of time, with their range in days. numbers: what ages are called. topics: questions of the patient.
    naming: by question id, the words that only its own phrases for yes hold. joints: words that begin a further clause.
    opened: ids of the questions that only a yes to another opens.
    """

    own: Mapping[Key, tuple[str, ...]]
    hedged: tuple[str, ...]
    opening: Mapping[Meaning, tuple[str, ...]]
    around: tuple[str, ...]
    corrections: tuple[str, ...]
    durations: tuple[tuple[str, Days], ...]
    topics: tuple[str, ...]
    numbers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    naming: Mapping[str, frozenset[str]] = field(default_factory=dict)
    joints: tuple[str, ...] = ()
    opened: frozenset[str] = frozenset()

    def list(self, question: str, meaning: Meaning) -> tuple[str, ...]:
        return self.own.get((question, meaning), ())

    def list_ages(self, age: int) -> tuple[str, ...]:
        """List how somebody of that age can say it."""
        return (str(age), *self.numbers.get(age, ()))

    def names(self, question: str, words: Words) -> bool:
        """Whether a word that belongs to this flag only stands among the words, in a saying that is long enough."""
        fewest = FEWEST_OPENED if question in self.opened else FEWEST_WORDS
        return len(words) >= fewest and not self.naming.get(question, frozenset()).isdisjoint(words)


def gather_sayings(script: Script, tests: Path) -> Sayings:
    """Gather what can be said in answer to a script. tests: the folder with sentences/ and topics/; it may be absent."""
    grammar, draw = script.readback.expected.grammar, Random(0)
    own: dict[Key, list[str]] = defaultdict(list)
    for question in script.consulted():
        for text, entry in _draw(question.expected.grammar.written_own, draw):
            own[question.id, entry[1].meaning].append(text)
    common = list(_draw(grammar.written, draw))
    for text, (_, phrase) in common:
        if phrase.role in _DECIDING and (phrase.certain or phrase.meaning is Meaning.YES):
            own["", phrase.meaning].append(text)
    durations = dict(_count_durations(script))
    for name, meaning, text in _read_sentences(tests / "sentences"):
        known = {_ANYWHERE: "", _READBACK: script.readback.id}.get(name, name)
        own[known, meaning].append(text)
    durations.update(_read_durations(tests / "sentences"))
    _leave_out_telling(script, own, grammar.split)
    asked = (parse(template, grammar.rules) for topic in script.topics for template in topic.asked_as)
    topics = (*_draw_phrases(asked, draw), *_read_topics(tests / "topics"))
    listening = script.readback.expected.listening
    return Sayings(
        own={key: tuple(dict.fromkeys(texts)) for key, texts in own.items()},
        hedged=tuple(t for t, (_, p) in common if p.meaning is Meaning.NO and not p.certain and not p.little),
        opening={
            meaning: tuple(t for t, (_, p) in common if p.role is Role.PARTICLE and p.meaning is meaning)
            for meaning in (Meaning.YES, Meaning.NO)
        },
        around=_list_role(common, Role.AROUND),
        corrections=_list_role(common, Role.CORRECTION),
        durations=tuple(durations.items()),
        numbers=_name_numbers(grammar.ages),
        topics=tuple(text for text in topics if len(text.split()) >= FEWEST_WORDS),
        naming=_find_naming(script, own, grammar.split),
        joints=tuple(sorted(listening.clauses)) if listening else (),
        opened=frozenset(q.id for q in script.questions if q.gate and Finding.PRESENT in q.gate.findings),
    )


def _list_role(common: Iterable[tuple[str, Entry]], role: Role) -> tuple[str, ...]:
    return tuple(text for text, (_, phrase) in common if phrase.role is role)


def _find_naming(script: Script, own: Mapping[Key, Iterable[str]], spell: Callable[[str], Words]) -> dict[str, frozenset[str]]:
    """Find the words that only the yeses of one question hold, several of them, and nothing that is said anywhere else."""
    words = _count_words(own, spell)
    held = Counter(word for counts in words.values() for word in counts)
    return {
        question.id: frozenset(word for word, times in words[question.id].items() if held[word] == 1 and _is_telling(word, times))
        for question in script.questions
    }


def _count_words(own: Mapping[Key, Iterable[str]], spell: Callable[[str], Words]) -> dict[str, Counter[str]]:
    """Count in how many yeses of each question a word stands, and in how many sayings ("") that are no question's own.

    Alarms are left out: an alarm may be a flag of the script.
    """
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for (question, meaning), texts in own.items():
        if meaning is Meaning.YES if question else meaning is not Meaning.ALARM:
            words[question].update(word for text in texts for word in set(spell(text)))
    return words


def _is_telling(word: str, times: int) -> bool:
    return len(word) >= LONG_ENOUGH and times >= OFTEN_ENOUGH


def _leave_out_telling(script: Script, own: dict[Key, list[str]], spell: Callable[[str], Words]) -> None:
    """Leave out what is said at any question and yet tells an urgent flag ("ja negenendertig")."""
    words = _count_words({key: texts for key, texts in own.items() if key[0]}, spell)
    held = Counter(word for counts in words.values() for word in counts)
    urgent = [question.id for question in script.questions if question.level in URGENT]
    telling = {word for name in urgent for word, times in words[name].items() if held[word] == 1 and _is_telling(word, times)}
    for meaning in Meaning:
        if meaning is not Meaning.ALARM:
            own["", meaning] = [text for text in own["", meaning] if telling.isdisjoint(spell(text))]


# --- templates ----------------------------------------------------------------------------------


def _draw(entries: Iterable[Entry], draw: Random) -> Iterator[tuple[str, Entry]]:
    """Draw different phrases of each template."""
    for entry in entries:
        yield from ((text, entry) for text in _draw_phrases((entry[0],), draw))


def _draw_phrases(groups: Iterable[Group], draw: Random) -> Iterator[str]:
    for group in groups:
        drawn = {" ".join(_draw_words(group, draw)) for _ in range(DRAWN)}
        yield from sorted(text for text in drawn if text and ANY not in text)


def _draw_words(group: Group, draw: Random) -> Iterator[str]:
    if group.optional and draw.random() > OFTEN:
        return
    for item in draw.choice(group.choices):
        yield from (item,) if isinstance(item, str) else _draw_words(item, draw)


def _count_durations(script: Script) -> Iterator[tuple[str, Days]]:
    """Lengths of time that an engine with a list of phrases listens for, if understanding finds days in them."""
    for question in script.questions:
        for phrase in question.expected.vocabulary if question.limit_days else ():
            found = find_days(question.expected.grammar.split(phrase), question.expected.grammar.durations, None)
            if found.known and found.days.high:
                yield phrase, found.days


def _name_numbers(ages: Ages) -> dict[int, tuple[str, ...]]:
    """List every word for each number that an age can be."""
    names: dict[int, list[str]] = defaultdict(list)
    for word, number in ages.numbers.items():
        names[number].append(word)
    return {number: tuple(words) for number, words in names.items()}


# --- tests/ ---------------------------------------------------------------------------------------


def _read_sentences(folder: Path) -> Iterator[tuple[str, Meaning, str]]:
    """Read the sentences as (question, meaning, text). Those that are known to fail are left out."""
    for path in sorted(folder.rglob("*.yaml")):
        top = read_yaml(path)
        for name, meanings in top.section.items():
            if isinstance(meanings, dict):
                place = top.inside(name)
                kinds = (kind for kind in place.section if kind in _MEANINGS)
                yield from ((name, Meaning(kind), text) for kind in kinds for text in place.texts(kind))


def _read_durations(folder: Path) -> Iterator[tuple[str, Days]]:
    for path in sorted(folder.rglob("durations.yaml")):
        place = read_yaml(path)
        for text in place.section:
            days = [int(number) for number in place.texts(text)]
            if days:
                yield text, Days(*days)


def _read_topics(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.tsv")):
        rows = path.read_text(encoding="utf-8-sig").splitlines()
        yield from (row.split("\t")[-1] for row in rows if "\t" in row and not row.startswith(("#", "topic\t")))
