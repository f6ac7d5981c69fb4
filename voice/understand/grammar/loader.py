"""Read the language data of a locale: answers, symptoms.yaml and vocabulary.yaml.

The answers are one file (answers.yaml) or all files of a folder (answers/); with `inherits: nl` a locale holds only
what differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from voice.base.yamlfile import Place, list_siblings, read_parts, read_yaml
from voice.understand.age.age import NO_AGES
from voice.understand.age.loader import read_ages
from voice.understand.duration.duration import NO_DURATIONS
from voice.understand.duration.loader import read_durations
from voice.understand.figures import FigureKind, FigureWords
from voice.understand.grammar.automaton import Automaton, find_clash, list_shared, list_words
from voice.understand.grammar.compile import (
    Entry,
    Openness,
    Spell,
    Spot,
    Table,
    compile_phrases,
    complain_twice,
    parse_phrases,
    parse_rule,
)
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import HEADINGS, PLAIN, Role, clashes
from voice.understand.meaning import Meaning
from voice.understand.normalise import LONGEST_JOINT, Sounds, Spelling, normalise
from voice.understand.scale.loader import read_scales
from voice.understand.scale.scale import NO_SCALES
from voice.understand.side.loader import read_sides
from voice.understand.side.side import NO_SIDES
from voice.understand.templates import Group, Rules, Words

_SPECIAL = ("readback", "offer", "moving")
"""Sections of phrases that count at one kind of question only."""
_LISTS = ("spoilers", "openers", "negations", "soft", "loose", "well", "complements", "unfinished", "understatements")
"""Sections that are a list of phrases."""
_SETS = ("empty", "denials", "ordinary", "complaints", "affirming")
"""Sections that are a list of single words."""
_TOP = ("inherits", "spelling", "auxiliaries", "fillers", "rules", "phrases", *_SPECIAL, *_LISTS, *_SETS, "shapes",
        "scopes", "limits", "recent", "sounds", "guarded", "alike", "durations", "ages", "scales",
        "sides", "figures", "plans")  # fmt: skip

_RARE = ("recent", "plans", "moving")
"""Sections whose words matter at few questions only."""

Lineage = tuple[tuple[Place, ...], ...]
"""The answers files of a locale, folder by folder, the most general first."""


def load_grammar(folder: Path) -> Grammar:
    """Load the grammar of a locale's folder, with what it inherits from the folder beside it.

    Raises ScriptError in plain words, with file and line, if the data is not right.
    """
    lineage = _read_lineage(folder)
    places = list(chain(*lineage))
    spelling = _read_spelling(places)
    spell, rules, durations, ages = cache(spelling.split), _read_rules(places), NO_DURATIONS, NO_AGES
    scales, sides = NO_SCALES, NO_SIDES
    loader = _GrammarLoader(lineage, rules, spell)
    for place in places:
        durations = read_durations(place.inside("durations"), durations, spelling)
        ages = read_ages(place.inside("ages"), ages, spelling)
        scales = read_scales(place.inside("scales"), scales, spelling)
        sides = read_sides(place.inside("sides"), sides, spelling)
    scales = replace(scales, numbers={**ages.numbers, **scales.numbers})
    return loader.load(Grammar(spelling, spell, rules, durations=durations, ages=ages, scales=scales, sides=sides))


def load_vocabulary(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Load the lists of vocabulary.yaml by name (answers, durations, ages, scales, sides, moving, decoys), those inherited first.

    Raises ScriptError in plain words, with file and line.
    """
    names = ("answers", "durations", "ages", "scales", "sides", "moving", "decoys")
    lists: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    for path in find_files(folder, "vocabulary.yaml"):
        place = read_yaml(path)
        place.allow_only(lists)
        for name in place.section:
            lists[name] = (*lists[name], *place.texts(name))
    return lists


def load_symptoms(folder: Path) -> Mapping[str, Mapping[Meaning, tuple[str, ...]]]:
    """Load the templates of symptoms.yaml by question id and meaning, those inherited first.

    Raises ScriptError in plain words, with file and line.
    """
    symptoms: dict[str, dict[Meaning, tuple[str, ...]]] = {}
    for path in find_files(folder, "symptoms.yaml"):
        place = read_yaml(path)
        for question in place.section:
            known = symptoms.setdefault(question, {})
            for meaning, templates in read_own_phrases(place.inside(question)).items():
                known[meaning] = known.get(meaning, ()) + templates
    return symptoms


def read_own_phrases(place: Place) -> Mapping[Meaning, tuple[str, ...]]:
    """Read a question's own phrases by meaning. They decide something, so none is a duration or a topic."""
    place.allow_only(str(meaning) for meaning in PLAIN)
    return {Meaning(key): place.texts(key) for key in place.section}


def _find_folders(folder: Path, own: Sequence[Place]) -> tuple[Path, ...]:
    """Find the locale's folder and, before it, the one that it inherits from. own: the locale's answers."""
    holder = next((place for place in own if "inherits" in place.section), own[0])
    parent = holder.text("inherits", "")
    if not parent:
        return (folder,)
    if parent not in list_siblings(folder):
        raise holder.complain("inherits", f"there is no folder '{parent}' beside {folder.name}.", "Write inherits: nl")
    return folder.parent / parent, folder


def _read_lineage(folder: Path) -> Lineage:
    own = _read_answers(folder)
    return tuple(own if one == folder else _read_answers(one) for one in _find_folders(folder, own))


def find_files(folder: Path, name: str) -> list[Path]:
    """Find the files of that name in the locale's folder and the one that it inherits from, the most general first."""
    return [one / name for one in _find_folders(folder, _read_answers(folder)) if (one / name).is_file()]


def _read_answers(folder: Path) -> tuple[Place, ...]:
    return read_parts(folder / "answers.yaml", shared=("phrases",))


def _read_spelling(places: Sequence[Place]) -> Spelling:
    """Read `spelling`: the usual words, each with the list of its other spellings; `auxiliaries` and `fillers`.

    Raises ScriptError if another spelling of several words is longer than LONGEST_JOINT.
    """
    written: dict[str, Words] = {}
    fillers: set[str] = set()
    auxiliaries: set[str] = set()
    for place in places:
        place.allow_only(_TOP)
        fillers.update(normalise(filler) for filler in place.texts("fillers"))
        auxiliaries.update(normalise(word) for word in place.texts("auxiliaries"))
        section = place.inside("spelling")
        for usual in section.section:
            _add_spelling(written, section, usual)
    forms = {other: usual for other, usual in written.items() if " " not in other}
    spelling = Spelling(forms, fillers=frozenset(fillers))
    joint = {spelling.split(other): usual for other, usual in written.items() if " " in other}
    return replace(spelling, joint=joint, auxiliaries=frozenset(auxiliaries))


def _add_spelling(forms: dict[str, Words], section: Place, usual: str) -> None:
    words = tuple(normalise(usual).split())
    for other in section.texts(usual):
        if forms.setdefault(normalise(other), words) != words:
            taken = " ".join(forms[normalise(other)])
            raise section.complain(usual, f"'{other}' is already spelt '{taken}'.", "Keep one of the two.")
        if len(normalise(other).split()) > LONGEST_JOINT:
            raise section.complain(usual, f"'{other}' has more than {LONGEST_JOINT} words.", "Write it as a phrase instead.")


def _read_rules(places: Sequence[Place]) -> Rules:
    """Read `rules`: names, each with the templates that it stands for; a rule uses only rules above it."""
    rules: dict[str, Group] = {}
    for place in places:
        section = place.inside("rules")
        for name in section.section:
            groups = (parse_rule(template, rules, Spot(section, name, template)) for template in section.texts(name))
            rules[name] = Group(tuple((group,) for group in groups))
    return rules


class _GrammarLoader:
    """Compiles the phrases of a locale's files once its rules and spelling are known."""

    def __init__(self, lineage: Lineage, rules: Rules, spell: Spell) -> None:
        self._lineage = lineage
        self._places = list(chain(*lineage))
        self._rules = rules
        self._spell = spell
        self._guarded = self._read_set("guarded") | self._read_set("denials")
        self._open = Openness(self._guarded, self._read_alike())

    def load(self, bare: Grammar) -> Grammar:
        written = tuple(self._list_entries("phrases"))
        tables = {
            "common": self._compile([entry for entry in written if entry[1].role is not Role.ALONE], "phrases"),
            "alone": self._compile([entry for entry in written if entry[1].role is Role.ALONE], "phrases"),
            **{key: self._compile(self._list_entries(key), key) for key in _SPECIAL},
        }
        self._refuse_shadowed(tables["alone"], tables["common"])
        lists = {key: self._compile_list(key) for key in _LISTS}
        sets = {key: self._read_set(key) for key in _SETS}
        named = {key: self._compile_named(key) for key in ("shapes", "scopes", "limits", "recent", "plans")}
        figures = self._read_figures()
        around = (words.known for words in figures.values())
        counted = (net for key, net in named.items() if key not in _RARE)
        usual = (table for key, table in tables.items() if key not in _RARE)
        listed = (*map(list_words, usual), *map(list_words, lists.values()), *map(list_words, counted))
        words = (*listed, *sets.values(), *around, bare.ages.known, bare.scales.known, bare.sides.known)
        known = frozenset(chain(self._list_words_for_time(), *words))
        openings = ((word, phrase) for word in known for _, phrase in tables["common"].match_from((word,), 0))
        particles = frozenset(word for word, phrase in openings if phrase.role is Role.PARTICLE)
        sounds = self._read_sounds(particles | self._guarded)
        compiled: dict[str, Any] = {**tables, **lists, **sets, **named, "figures": figures}
        return replace(bare, written=written, openness=self._open, sounds=sounds, known=known, **compiled)

    def _list_entries(self, key: str) -> Iterator[Entry]:
        for section, name in self._list_headings(key):
            yield from ((group, HEADINGS[name]) for group in self._parse(section, name))

    def _list_headings(self, key: str) -> Iterator[tuple[Place, str]]:
        """List every heading of a section with its place, folder by folder in the order of HEADINGS."""
        for places in self._lineage:
            sections = [place.inside(key) for place in places]
            for section in sections:
                section.allow_only(HEADINGS)
            yield from ((section, name) for name in HEADINGS for section in sections if name in section.section)

    def _read_set(self, key: str) -> frozenset[str]:
        return frozenset(word for place in self._places for text in place.texts(key) for word in self._spell(text))

    def _read_figures(self) -> Mapping[str, FigureWords]:
        """Read `figures`: by kind of figure the lists of words around it."""
        found: dict[str, FigureWords] = {}
        for section in (place.inside("figures") for place in self._places):
            section.allow_only(map(str, FigureKind))
            for kind in section.section:
                place = section.inside(kind)
                place.allow_only(item.name for item in fields(FigureWords))
                lists = {key: frozenset(word for text in place.texts(key) for word in self._spell(text)) for key in place.section}
                found[kind] = FigureWords(**lists)
        return found

    def _read_alike(self) -> Mapping[str, str]:
        """Read `alike`: one word, with the list of those that may stand in its place."""
        sections = [place.inside("alike") for place in self._places]
        return {normalise(word): normalise(one) for section in sections for one in section.section for word in section.texts(one)}

    def _list_words_for_time(self) -> Iterator[str]:
        """List every word under `durations`."""
        for place in self._places:
            yield from normalise(str(dict(place.inside("durations").section))).split()

    def _read_sounds(self, guarded: frozenset[str]) -> Sounds:
        """Read `sounds`: what is meant, with the list of what is heard for it."""
        changes = tuple(
            (heard, meant.strip("-"))
            for section in (place.inside("sounds") for place in self._places)
            for meant in section.section
            for heard in section.texts(meant)
        )
        return Sounds(changes, guarded)

    def _compile_list(self, key: str) -> Automaton[bool]:
        groups = (group for place in self._places for group in self._parse(place, key))
        return compile_phrases(((group, True) for group in groups), self._spell)

    def _compile_named(self, key: str) -> Automaton[str]:
        """Read `shapes`, `scopes`, `limits`, `recent` or `plans`: classes, each with its phrases."""
        sections = [place.inside(key) for place in self._places]
        named = ((section, name) for section in sections for name in section.section)
        return compile_phrases(((group, name) for section, name in named for group in self._parse(section, name)), self._spell)

    def _compile(self, entries: Iterable[Entry], key: str) -> Table:
        table = compile_phrases(entries, self._spell, Openness(self._guarded))
        clash = find_clash(table, clashes)
        if clash:
            raise complain_twice(self._locate(key, clash[0]), *clash)
        return table

    def _refuse_shadowed(self, alone: Table, common: Table) -> None:
        """Refuse a phrase that counts alone and is another answer beside other phrases; it may be small talk there."""
        for words, phrase, other in list_shared(alone, common):
            if other.role not in (Role.AROUND, Role.POLITE) and clashes(phrase, other):
                raise complain_twice(self._locate("phrases", words), words, phrase, other)

    def _locate(self, key: str, words: Words) -> str:
        """Find file and line of the last template that says the words."""
        found = key
        for section, name in self._list_headings(key):
            for template in section.texts(name):
                net = compile_phrases([(parse_rule(template, self._rules, key), True)], self._spell)
                if any(end == len(words) for end, _ in net.match_from(words, 0)):
                    found = str(Spot(section, name, template))
        return found

    def _parse(self, place: Place, key: str) -> Iterator[Group]:
        templates = place.texts(key)
        return (parse_phrases(one, self._rules, Spot(place, key, one), self._spell) for one in templates)
