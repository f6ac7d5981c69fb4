"""How Dutch answers are phrased: the language data of prompts/<locale>/, compiled for matching.

answers.yaml of a locale may say `inherits: nl` and then holds only what differs. Its phrases are
listed by what they do in an answer (`Sort`); every phrase belongs to one sort only. Matching is by
whole phrases looked up in a dictionary (`cover.py`), so that reading is all the work there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from voice.content import Place, read
from voice.duration import NO_DURATIONS, Durations
from voice.durations_file import read_durations
from voice.errors import ScriptError
from voice.meaning import Meaning
from voice.normalise import Spelling, once, plain
from voice.templates import Words, expand

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
        "openers", "negations", "durations")  # fmt: skip

Table = Mapping[Words, Sort]


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Compiled language data of one locale, with what one question adds to it.

    common: every phrase of the locale. own: those of the question, which outrank the common ones.
    readback, offer: phrases that hold for "klopt dat?" and for an offer only.
    topics: a phrase to the id of the topic that it asks for.
    spoilers: show that the unknown words around them are not an answer.
    openers: begin a question of the patient's own. negations: make a recognised "ja" doubtful.
    longest: words in the longest phrase.
    """

    spelling: Spelling = Spelling()
    rules: Mapping[str, list[Words]] = field(default_factory=dict)
    common: Table = field(default_factory=dict)
    own: Table = field(default_factory=dict)
    readback: Table = field(default_factory=dict)
    offer: Table = field(default_factory=dict)
    topics: Mapping[Words, str] = field(default_factory=dict)
    spoilers: frozenset[Words] = frozenset()
    openers: frozenset[Words] = frozenset()
    negations: frozenset[Words] = frozenset()
    durations: Durations = NO_DURATIONS
    longest: int = 0

    def extend(self, own: Mapping[Meaning, Sequence[str]], where: str) -> Grammar:
        """This grammar with a question's own phrases, as templates by meaning.

        Raises ScriptError naming `where` for a bad template, or a phrase under two meanings.
        """
        added = dict(self.own)
        for meaning, templates in own.items():
            sort = Sort(meaning, Role.OWN)
            for template in templates:
                _claim(added, self._expanded(template, where), sort, where)
        return replace(self, own=added, longest=_longest(self.longest, added))

    def with_topics(self, topics: Mapping[str, Sequence[str]]) -> Grammar:
        """This grammar with the phrases that ask for each topic. Raises ScriptError as `extend` does."""
        added = dict(self.topics)
        for topic, templates in topics.items():
            for template in templates:
                for words in self._expanded(template, f"topic {topic}"):
                    if added.setdefault(words, topic) != topic:
                        raise _twice(f"topic {topic}", template, added[words], topic)
        return replace(self, topics=added, longest=_longest(self.longest, added))

    @property
    def phrases(self) -> tuple[str, ...]:
        """What may be said, in lower case, the question's own first; at most MOST_PHRASES."""
        tables = (self.own, self.topics, _short(self.common))
        return tuple(dict.fromkeys(" ".join(words) for table in tables for words in table))[:MOST_PHRASES]

    def _expanded(self, template: str, where: str) -> list[Words]:
        return _expanded(template, self.rules, self.spelling, where)


EMPTY = Grammar()


def load_grammar(folder: Path) -> Grammar:
    """The grammar of a locale's folder, with what it inherits from the folder beside it.

    Raises ScriptError in plain words, with file and line, where the data is not right.
    """
    places = _lineage(folder)
    grammar = replace(EMPTY, spelling=_spelling(places))
    for place in places:
        grammar = _with_file(grammar, place)
    return grammar


def load_symptoms(folder: Path) -> Mapping[str, Mapping[Meaning, tuple[str, ...]]]:
    """Templates of symptoms.yaml by question id and meaning, those inherited first.

    Raises ScriptError in plain words, with file and line.
    """
    symptoms: dict[str, dict[Meaning, tuple[str, ...]]] = {}
    for path in _beside(folder, "symptoms.yaml"):
        place = read(path)
        for question in place.section:
            known = symptoms.setdefault(question, {})
            for meaning, templates in _own_phrases(place.inside(question)).items():
                known[meaning] = known.get(meaning, ()) + templates
    return symptoms


def _own_phrases(place: Place) -> Mapping[Meaning, tuple[str, ...]]:
    place.only(str(meaning) for meaning in _PLAIN)
    return {Meaning(key): place.texts(key) for key in place.section}


def _lineage(folder: Path) -> list[Place]:
    """The answers files of a locale, the most general first."""
    place = read(folder / "answers.yaml")
    parent = place.text("inherits", "")
    if not parent:
        return [place]
    if not (folder.parent / parent).is_dir() or parent == folder.name:
        raise place.complain("inherits", f"there is no folder '{parent}' beside {folder.name}.", "Write inherits: nl")
    return [*_lineage(folder.parent / parent), place]


def _beside(folder: Path, name: str) -> list[Path]:
    return [path for place in _lineage(folder) if (path := place.path.parent / name).is_file()]


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


def _with_file(grammar: Grammar, place: Place) -> Grammar:
    spelling = grammar.spelling
    rules = _with_rules(grammar.rules, place.inside("rules"), spelling)
    grammar = replace(grammar, rules=rules)
    tables = {
        key: _with_phrases(table, place.inside(name), rules, spelling)
        for key, name, table in (
            ("common", "phrases", grammar.common),
            ("readback", "readback", grammar.readback),
            ("offer", "offer", grammar.offer),
        )
    }
    durations = read_durations(place.inside("durations"), grammar.durations, spelling)
    words = {key: getattr(grammar, key) | set(_listed(place, key, rules, spelling)) for key in ("spoilers", "openers", "negations")}
    return replace(grammar, durations=durations, longest=_longest(0, *tables.values()), **tables, **words)


def _with_rules(known: Mapping[str, list[Words]], place: Place, spelling: Spelling) -> Mapping[str, list[Words]]:
    rules = dict(known)
    for name in place.section:
        rules[name] = _listed(place, name, rules, spelling)
    return rules


def _listed(place: Place, key: str, rules: Mapping[str, list[Words]], spelling: Spelling) -> list[Words]:
    """Every phrase of the templates below a key."""
    return [
        words
        for template in place.texts(key)
        for words in _expanded(template, rules, spelling, _Spot(place, key, template))
    ]


def _with_phrases(known: Table, place: Place, rules: Mapping[str, list[Words]], spelling: Spelling) -> Table:
    place.only(SORTS)
    table = dict(known)
    for key in place.section:
        for template in place.texts(key):
            where = _Spot(place, key, template)
            _claim(table, _expanded(template, rules, spelling, where), SORTS[key], where)
    return table


def _expanded(template: str, rules: Mapping[str, list[Words]], spelling: Spelling, where: str | _Spot) -> list[Words]:
    try:
        phrases = expand(template, rules, spelling.words)
    except ValueError as reason:
        raise ScriptError(f"{where}: {reason}.", "See the notes on templates at the top of answers.yaml.") from reason
    return [once(words) for words in phrases]


def _claim(table: dict[Words, Sort], phrases: Iterable[Words], sort: Sort, where: str | _Spot) -> None:
    for words in phrases:
        if _clash(table.setdefault(words, sort), sort):
            raise _twice(where, " ".join(words), _named(table[words]), _named(sort))


def _clash(one: Sort, other: Sort) -> bool:
    """Two meanings, or two ways of meaning nothing; among shades of one meaning the first stands."""
    return one != other and (one.meaning is not other.meaning or one.meaning is Meaning.UNCLEAR)


def _twice(where: str | _Spot, phrase: str, one: str, other: str) -> ScriptError:
    return ScriptError(f"{where}: '{phrase}' stands under '{one}' and under '{other}'.", "Remove it from one of the two.")


def _named(sort: Sort) -> str:
    return next((name for name, known in SORTS.items() if known == sort), str(sort.meaning))


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


def _longest(least: int, *tables: Iterable[Words]) -> int:
    return max((len(words) for table in tables for words in table), default=least)


def _short(table: Table) -> Iterator[Words]:
    """The phrases of the table, the shortest first."""
    return iter(sorted(table, key=len))
