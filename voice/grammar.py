"""How Dutch answers are phrased: the language data of prompts/<locale>/, compiled for matching.

answers.yaml of a locale may say `inherits: nl` and then holds only what differs. Its phrases are
listed by what they do in an answer (`Sort`); every phrase belongs to one meaning only. Templates are
woven into a net (`net.py`), so that a short line may stand for thousands of phrases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import TypeVar

from voice.content import Place, beside, read
from voice.duration import NO_DURATIONS, Durations
from voice.durations_file import read_durations
from voice.errors import ScriptError
from voice.meaning import Meaning
from voice.net import EMPTY_NET, Net, Weaver, find_clash, phrases_of
from voice.normalise import Spelling, plain
from voice.templates import Group, Rules, Words, parse, spoken_briefly

Value = TypeVar("Value")

MOST_PHRASES = 2500
"""So many phrases are offered to an engine with a vocabulary; more slows its decoding."""


class Role(str, Enum):
    """What a phrase does beside deciding."""

    PARTICLE = "particle"  # ja, nee: opens an answer, whatever follows
    PHRASE = "phrase"  # decides by itself, in company too
    ALONE = "alone"  # decides only where nothing else is said
    AROUND = "around"  # decides nothing: dokter, jammer genoeg
    POLITE = "polite"  # decides nothing in company, and alone is not an answer
    AFTER = "after"  # completes a particle of the same meaning, else is not an answer
    CORRECTION = "correction"  # what stands before it is taken back
    OWN = "own"  # of the question that was put
    UNLESS_YES = "unless yes"  # of the patient, or of the question: after a yes it completes that yes


@dataclass(frozen=True, slots=True)
class Sort:
    """What a phrase means, how, and whether that needs no confirmation."""

    meaning: Meaning
    role: Role = Role.PHRASE
    certain: bool = True
    played_down: bool = False


_PLAIN = (Meaning.YES, Meaning.NO, Meaning.UNSURE, Meaning.UNCLEAR, Meaning.REPEAT, Meaning.LOUDER, Meaning.SOFTER,
          Meaning.SLOWER, Meaning.WAIT, Meaning.BACK, Meaning.STOP, Meaning.HELP, Meaning.DECLINE, Meaning.EXPLAIN,
          Meaning.ALARM)  # fmt: skip

SORTS: Mapping[str, Sort] = (
    {str(meaning): Sort(meaning) for meaning in _PLAIN}
    | {f"{meaning}_alone": Sort(meaning, Role.ALONE) for meaning in _PLAIN}
    | {f"{meaning}_unless_ja": Sort(meaning, Role.UNLESS_YES) for meaning in (Meaning.ALARM, Meaning.HELP)}
    | {
        "ja": Sort(Meaning.YES, Role.PARTICLE),
        "nee": Sort(Meaning.NO, Role.PARTICLE),
        "hedged_yes": Sort(Meaning.YES, certain=False),
        "hedged_no": Sort(Meaning.NO, certain=False),
        "played_down": Sort(Meaning.NO, certain=False, played_down=True),
        "after_ja": Sort(Meaning.YES, Role.AFTER),
        "after_nee": Sort(Meaning.NO, Role.AFTER),
        "polite": Sort(Meaning.UNCLEAR, Role.POLITE),
        "around": Sort(Meaning.UNCLEAR, Role.AROUND),
        "correction": Sort(Meaning.UNCLEAR, Role.CORRECTION),
    }
)
"""The names under `phrases:` in answers.yaml."""

_TOP = ("inherits", "spelling", "fillers", "rules", "phrases", "readback", "offer", "spoilers",
        "openers", "negations", "soft", "unfinished", "durations")  # fmt: skip

Table = Net[Sort]
Entry = tuple[Group, Sort]
Spell = Callable[[str], Words]


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Compiled language data of one locale, with what one question adds to it.

    common: every phrase of the locale that counts in company; alone: only where nothing else is said.
    own: phrases of the question, which outrank the common ones.
    readback, offer: phrases that hold for "klopt dat?" and for an offer only.
    topics: phrases that ask for a topic, with its id.
    spoilers: show that the unknown words around them are not an answer.
    openers: begin a question of the patient's own. negations: make a recognised "ja" doubtful.
    soft: single words that may go where an answer is not recognised with them.
    unfinished: at the end of what was heard so far, these show that the patient will go on.
    written: the templates behind `own` and `common`.
    """

    spelling: Spelling = Spelling()
    rules: Rules = field(default_factory=dict)
    common: Table = EMPTY_NET
    alone: Table = EMPTY_NET
    own: Table = EMPTY_NET
    readback: Table = EMPTY_NET
    offer: Table = EMPTY_NET
    topics: Net[str] = EMPTY_NET
    spoilers: Net[bool] = EMPTY_NET
    openers: Net[bool] = EMPTY_NET
    negations: Net[bool] = EMPTY_NET
    soft: Net[bool] = EMPTY_NET
    unfinished: Net[bool] = EMPTY_NET
    durations: Durations = NO_DURATIONS
    written: tuple[Entry, ...] = ()
    written_own: tuple[Entry, ...] = ()

    def extend(self, own: Mapping[Meaning, Sequence[str]], where: str) -> Grammar:
        """This grammar with a question's own phrases, as templates by meaning.

        Raises ScriptError naming `where` for a bad template, or a phrase under two meanings.
        """
        added = tuple(
            (_parsed(template, self.rules, where), Sort(meaning, Role.OWN))
            for meaning, templates in own.items()
            for template in templates
        )
        entries = (*self.written_own, *added)
        table = _woven(entries, self.spelling.words, where)
        _refuse_clash(table, where)
        return replace(self, own=table, written_own=entries)

    def with_topics(self, topics: Mapping[str, Sequence[str]]) -> Grammar:
        """This grammar with the phrases that ask for each topic. Raises ScriptError as `extend` does."""
        entries = [
            (_parsed(template, self.rules, f"topic {topic}"), topic)
            for topic, templates in topics.items()
            for template in templates
        ]
        table = _woven(entries, self.spelling.words, "topics")
        clash = find_clash(table, lambda one, other: one != other)
        if clash:
            raise _twice("topics", *clash)
        return replace(self, topics=table)

    @property
    def phrases(self) -> tuple[str, ...]:
        """What may be said, in lower case without punctuation, for engines with a vocabulary.

        The question's own first; then of every template the shortest, the next, and so on, because
        no more than MOST_PHRASES fit.
        """
        own = chain.from_iterable(spoken_briefly(template) for template, _ in self.written_own)
        common = _in_turns([spoken_briefly(template) for template, _ in self.written])
        said = (plain(" ".join(words)) for words in chain(islice(own, MOST_PHRASES // 3), common))
        return tuple(islice(dict.fromkeys(said), MOST_PHRASES))


EMPTY = Grammar()


def load_grammar(folder: Path) -> Grammar:
    """The grammar of a locale's folder, with what it inherits from the folder beside it.

    Raises ScriptError in plain words, with file and line, where the data is not right.
    """
    places = _lineage(folder)
    return _load(places, _spelling(places))


def load_vocabulary(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """The lists of vocabulary.yaml by name (answers, durations, decoys), those inherited first.

    Raises ScriptError in plain words, with file and line.
    """
    lists: dict[str, tuple[str, ...]] = {"answers": (), "durations": (), "decoys": ()}
    for path in _beside(folder, "vocabulary.yaml"):
        place = read(path)
        place.only(lists)
        for name in place.section:
            lists[name] = (*lists[name], *place.texts(name))
    return lists


def load_symptoms(folder: Path) -> Mapping[str, Mapping[Meaning, tuple[str, ...]]]:
    """Templates of symptoms.yaml by question id and meaning, those inherited first.

    Raises ScriptError in plain words, with file and line.
    """
    symptoms: dict[str, dict[Meaning, tuple[str, ...]]] = {}
    for path in _beside(folder, "symptoms.yaml"):
        place = read(path)
        for question in place.section:
            known = symptoms.setdefault(question, {})
            for meaning, templates in own_phrases(place.inside(question)).items():
                known[meaning] = known.get(meaning, ()) + templates
    return symptoms


def own_phrases(place: Place) -> Mapping[Meaning, tuple[str, ...]]:
    """A question's own phrases, by meaning; those that decide something, so neither duration nor topic."""
    place.only(str(meaning) for meaning in _PLAIN)
    return {Meaning(key): place.texts(key) for key in place.section}


def _folders(folder: Path, place: Place) -> list[Path]:
    """The locale's folder after the one that it inherits from."""
    parent = place.text("inherits", "")
    if not parent:
        return [folder]
    if parent not in beside(folder):
        raise place.complain("inherits", f"there is no folder '{parent}' beside {folder.name}.", "Write inherits: nl")
    return [folder.parent / parent, folder]


def _lineage(folder: Path) -> list[Place]:
    """The answers files of a locale, the most general first."""
    own = read(folder / "answers.yaml")
    return [own if one == folder else read(one / "answers.yaml") for one in _folders(folder, own)]


def _beside(folder: Path, name: str) -> list[Path]:
    folders = _folders(folder, read(folder / "answers.yaml"))
    return [one / name for one in folders if (one / name).is_file()]


def _spelling(places: Sequence[Place]) -> Spelling:
    """Under `spelling` in the files: the usual words, each with the list of its other spellings."""
    forms: dict[str, Words] = {}
    fillers: set[str] = set()
    for place in places:
        place.only(_TOP)
        fillers.update(plain(filler) for filler in place.texts("fillers"))
        section = place.inside("spelling")
        for usual in section.section:
            _spell(forms, section, usual)
    return Spelling(forms, frozenset(fillers))


def _spell(forms: dict[str, Words], section: Place, usual: str) -> None:
    words = tuple(plain(usual).split())
    for other in section.texts(usual):
        if forms.setdefault(plain(other), words) != words:
            taken = " ".join(forms[plain(other)])
            raise section.complain(usual, f"'{other}' is already spelt '{taken}'.", "Keep one of the two.")


def _load(places: Sequence[Place], spelling: Spelling) -> Grammar:
    spell = cache(spelling.words)
    rules: dict[str, Group] = {}
    for place in places:
        section = place.inside("rules")
        for name in section.section:
            rules[name] = Group(tuple((group,) for group in _groups(section, name, rules)))
    loader = _Loader(places, rules, spell)
    durations = NO_DURATIONS
    for place in places:
        durations = read_durations(place.inside("durations"), durations, spelling)
    return loader.grammar(Grammar(spelling, rules, durations=durations))


class _Loader:
    """Weaves the phrases of a locale's files, once its rules and spelling are known."""

    def __init__(self, places: Sequence[Place], rules: Rules, spell: Spell) -> None:
        self._places = places
        self._rules = rules
        self._spell = spell

    def grammar(self, bare: Grammar) -> Grammar:
        written = tuple(self._entries("phrases"))
        common = self._woven([entry for entry in written if entry[1].role is not Role.ALONE], "phrases")
        alone = self._woven([entry for entry in written if entry[1].role is Role.ALONE], "phrases")
        self._refuse_shadowed(alone, common)
        special = {key: self._woven(self._entries(key), key) for key in ("readback", "offer")}
        lists = {key: self._listed(key) for key in ("spoilers", "openers", "negations", "soft", "unfinished")}
        return replace(bare, written=written, common=common, alone=alone, **special, **lists)

    def _entries(self, key: str) -> Iterator[Entry]:
        for place in self._places:
            section = place.inside(key)
            section.only(SORTS)
            for name in section.section:
                yield from ((group, SORTS[name]) for group in _groups(section, name, self._rules))

    def _listed(self, key: str) -> Net[bool]:
        groups = (group for place in self._places for group in _groups(place, key, self._rules))
        return _woven(((group, True) for group in groups), self._spell, key)

    def _woven(self, entries: Iterable[Entry], key: str) -> Table:
        table = _woven(entries, self._spell, str(self._places[-1].path))
        clash = find_clash(table, _clash)
        if clash:
            raise _twice(self._where(key, clash[0]), *clash)
        return table

    def _refuse_shadowed(self, alone: Table, common: Table) -> None:
        """A phrase that counts alone may be small talk in company, but not another answer."""
        for words, sort in phrases_of(alone):
            other = next((found for end, found in common.ends(words, 0) if end == len(words)), sort)
            if other.role not in (Role.AROUND, Role.POLITE) and _clash(sort, other):
                raise _twice(self._where("phrases", words), words, sort, other)

    def _where(self, key: str, words: Words) -> str:
        """File and line of the last template that says the words."""
        found = key
        for place in self._places:
            section = place.inside(key)
            for name in section.section:
                for template in section.texts(name):
                    net = _woven([(_parsed(template, self._rules, key), True)], self._spell, key)
                    if any(end == len(words) for end, _ in net.ends(words, 0)):
                        found = str(_Spot(section, name, template))
        return found


def _groups(place: Place, key: str, rules: Rules) -> Iterator[Group]:
    return (_parsed(template, rules, _Spot(place, key, template)) for template in place.texts(key))


def _parsed(template: str, rules: Rules, where: str | _Spot) -> Group:
    try:
        return parse(template, rules)
    except ValueError as reason:
        raise _bad(where, reason) from reason


def _bad(where: str | _Spot, reason: ValueError) -> ScriptError:
    return ScriptError(f"{where}: {reason}.", "See the notes on templates at the top of answers.yaml.")


def _woven(entries: Iterable[tuple[Group, Value]], spell: Spell, where: str | _Spot) -> Net[Value]:
    weaver: Weaver[Value] = Weaver(spell)
    for group, value in entries:
        try:
            weaver.add(group, value)
        except ValueError as reason:
            said = " ".join(next(spoken_briefly(group)))
            raise _bad(where, ValueError(f"{reason} ('{said}')")) from reason
    return weaver.net()


def _refuse_clash(table: Table, where: str) -> None:
    clash = find_clash(table, _clash)
    if clash:
        raise _twice(where, *clash)


def _clash(one: Sort, other: Sort) -> bool:
    """Two meanings, or two ways of meaning nothing; among shades of one meaning the first stands."""
    return one != other and (one.meaning is not other.meaning or one.meaning is Meaning.UNCLEAR)


def _twice(where: str, words: Words, one: Sort | str, other: Sort | str) -> ScriptError:
    phrase = " ".join(words)
    problem = f"{where}: '{phrase}' stands under '{_named(one)}' and under '{_named(other)}'."
    return ScriptError(problem, "Remove it from one of the two.")


def _named(sort: Sort | str) -> str:
    return next((name for name, known in SORTS.items() if known == sort), str(getattr(sort, "meaning", sort)))


def _in_turns(phrases: list[Iterator[Words]]) -> Iterator[Words]:
    """One phrase of each in turn, until all are exhausted."""
    return (words for turn in zip_longest(*phrases) for words in turn if words)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a template stands; looked up only when there is something to complain about."""

    place: Place
    key: str
    template: str

    def __str__(self) -> str:
        start = self.place.section.lines[self.key]
        lines = self.place.path.read_text(encoding="utf-8").splitlines()[start - 1 :]
        line = next((start + i for i, text in enumerate(lines) if self.template and self.template in text), start)
        return f"{self.place.path}, line {line}"
