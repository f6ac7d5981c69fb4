"""Read the language data of a locale: answers, symptoms.yaml and vocabulary.yaml.

The answers are one file (answers.yaml) or all files of a folder (answers/); with `inherits: nl` a locale holds only
what differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path

from voice.base.yamlfile import Place, list_siblings, read_parts, read_yaml
from voice.understand.duration.duration import NO_DURATIONS
from voice.understand.duration.loader import read_durations
from voice.understand.grammar.automaton import Automaton, find_clash, list_phrases, list_words
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
from voice.understand.normalise import Sounds, Spelling, normalise
from voice.understand.templates import Group, Rules, Words

_TOP = ("inherits", "spelling", "fillers", "rules", "phrases", "readback", "offer", "spoilers",
        "openers", "negations", "soft", "loose", "well", "unfinished", "empty", "denials", "ordinary", "affirming",
        "sounds", "guarded", "alike", "durations")  # fmt: skip


Lineage = tuple[tuple[Place, ...], ...]
"""The answers files of a locale, folder by folder, the most general first."""


def load_grammar(folder: Path) -> Grammar:
    """The grammar of a locale's folder, with what it inherits from the folder beside it.

    Raises ScriptError in plain words, with file and line, where the data is not right.
    """
    lineage = _lineage(folder)
    return _load(lineage, _spelling(_all(lineage)))


def load_vocabulary(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """The lists of vocabulary.yaml by name (answers, durations, decoys), those inherited first.

    Raises ScriptError in plain words, with file and line.
    """
    lists: dict[str, tuple[str, ...]] = {"answers": (), "durations": (), "decoys": ()}
    for path in list_files(folder, "vocabulary.yaml"):
        place = read_yaml(path)
        place.allow_only(lists)
        for name in place.section:
            lists[name] = (*lists[name], *place.texts(name))
    return lists


def load_symptoms(folder: Path) -> Mapping[str, Mapping[Meaning, tuple[str, ...]]]:
    """Templates of symptoms.yaml by question id and meaning, those inherited first.

    Raises ScriptError in plain words, with file and line.
    """
    symptoms: dict[str, dict[Meaning, tuple[str, ...]]] = {}
    for path in list_files(folder, "symptoms.yaml"):
        place = read_yaml(path)
        for question in place.section:
            known = symptoms.setdefault(question, {})
            for meaning, templates in read_own_phrases(place.inside(question)).items():
                known[meaning] = known.get(meaning, ()) + templates
    return symptoms


def read_own_phrases(place: Place) -> Mapping[Meaning, tuple[str, ...]]:
    """A question's own phrases, by meaning; those that decide something, so neither duration nor topic."""
    place.allow_only(str(meaning) for meaning in PLAIN)
    return {Meaning(key): place.texts(key) for key in place.section}


def _folders(folder: Path, own: Sequence[Place]) -> tuple[Path, ...]:
    """The locale's folder after the one that it inherits from. own: the locale's answers."""
    holder = next((place for place in own if "inherits" in place.section), own[0])
    parent = holder.text("inherits", "")
    if not parent:
        return (folder,)
    if parent not in list_siblings(folder):
        raise holder.complain("inherits", f"there is no folder '{parent}' beside {folder.name}.", "Write inherits: nl")
    return folder.parent / parent, folder


def _lineage(folder: Path) -> Lineage:
    own = _answers(folder)
    return tuple(own if one == folder else _answers(one) for one in _folders(folder, own))


def list_files(folder: Path, name: str) -> list[Path]:
    """The files of that name in the locale's folder and the one that it inherits from, the most general first."""
    return [one / name for one in _folders(folder, _answers(folder)) if (one / name).is_file()]


def _answers(folder: Path) -> tuple[Place, ...]:
    return read_parts(folder / "answers.yaml", shared=("phrases",))


def _all(lineage: Lineage) -> list[Place]:
    return list(chain.from_iterable(lineage))


def _spelling(places: Sequence[Place]) -> Spelling:
    """Under `spelling` in the files: the usual words, each with the list of its other spellings."""
    forms: dict[str, Words] = {}
    fillers: set[str] = set()
    for place in places:
        place.allow_only(_TOP)
        fillers.update(normalise(filler) for filler in place.texts("fillers"))
        section = place.inside("spelling")
        for usual in section.section:
            _spell(forms, section, usual)
    return Spelling(forms, frozenset(fillers))


def _spell(forms: dict[str, Words], section: Place, usual: str) -> None:
    words = tuple(normalise(usual).split())
    for other in section.texts(usual):
        if forms.setdefault(normalise(other), words) != words:
            taken = " ".join(forms[normalise(other)])
            raise section.complain(usual, f"'{other}' is already spelt '{taken}'.", "Keep one of the two.")


def _load(lineage: Lineage, spelling: Spelling) -> Grammar:
    places = _all(lineage)
    spell = cache(spelling.split)
    rules: dict[str, Group] = {}
    for place in places:
        section = place.inside("rules")
        for name in section.section:
            groups = (parse_rule(template, rules, Spot(section, name, template)) for template in section.texts(name))
            rules[name] = Group(tuple((group,) for group in groups))
    loader = _Loader(lineage, rules, spell)
    durations = NO_DURATIONS
    for place in places:
        durations = read_durations(place.inside("durations"), durations, spelling)
    return loader.grammar(Grammar(spelling, spell, rules, durations=durations))


class _Loader:
    """Weaves the phrases of a locale's files, once its rules and spelling are known."""

    def __init__(self, lineage: Lineage, rules: Rules, spell: Spell) -> None:
        self._lineage = lineage
        self._places = _all(lineage)
        self._rules = rules
        self._spell = spell
        self._guarded = self._set("guarded") | self._set("denials")
        self._open = Openness(self._guarded, self._alike())

    def grammar(self, bare: Grammar) -> Grammar:
        written = tuple(self._entries("phrases"))
        common = self._woven([entry for entry in written if entry[1].role is not Role.ALONE], "phrases")
        alone = self._woven([entry for entry in written if entry[1].role is Role.ALONE], "phrases")
        self._refuse_shadowed(alone, common)
        special = {key: self._woven(self._entries(key), key) for key in ("readback", "offer")}
        lists = {key: self._listed(key) for key in ("spoilers", "openers", "negations", "soft", "loose", "well", "unfinished")}
        nets = (common, alone, *special.values(), *lists.values())
        sets = {key: self._set(key) for key in ("empty", "denials", "ordinary", "affirming")}
        known = frozenset(word for net in nets for word in list_words(net)).union(self._words_for_time(), *sets.values())
        particles = frozenset(word for word in known for _, phrase in common.ends((word,), 0) if phrase.role is Role.PARTICLE)
        bare = replace(bare, written=written, openness=self._open, sounds=self._sounds(particles | self._guarded), known=known)
        return replace(bare, common=common, alone=alone, **special, **lists, **sets)

    def _entries(self, key: str) -> Iterator[Entry]:
        for section, name in self._headings(key):
            yield from ((group, HEADINGS[name]) for group in self._groups(section, name))

    def _headings(self, key: str) -> Iterator[tuple[Place, str]]:
        """Every heading of a section with the place that holds it, folder by folder in the order of HEADINGS."""
        for places in self._lineage:
            sections = [place.inside(key) for place in places]
            for section in sections:
                section.allow_only(HEADINGS)
            yield from ((section, name) for name in HEADINGS for section in sections if name in section.section)

    def _set(self, key: str) -> frozenset[str]:
        return frozenset(word for place in self._places for text in place.texts(key) for word in self._spell(text))

    def _alike(self) -> Mapping[str, str]:
        """Under `alike` in the files: one word, with the list of those that may stand in its place."""
        sections = [place.inside("alike") for place in self._places]
        return {normalise(word): normalise(one) for section in sections for one in section.section for word in section.texts(one)}

    def _words_for_time(self) -> Iterator[str]:
        """Every word under `durations`, whatever it stands for there."""
        for place in self._places:
            yield from normalise(str(dict(place.inside("durations").section))).split()

    def _sounds(self, guarded: frozenset[str]) -> Sounds:
        """Under `sounds` in the files: what is meant, with the list of what is heard for it."""
        changes = tuple(
            (heard, meant.strip("-"))
            for section in (place.inside("sounds") for place in self._places)
            for meant in section.section
            for heard in section.texts(meant)
        )
        return Sounds(changes, guarded)

    def _listed(self, key: str) -> Automaton[bool]:
        groups = (group for place in self._places for group in self._groups(place, key))
        return compile_phrases(((group, True) for group in groups), self._spell)

    def _woven(self, entries: Iterable[Entry], key: str) -> Table:
        table = compile_phrases(entries, self._spell, Openness(self._guarded))
        clash = find_clash(table, clashes)
        if clash:
            raise complain_twice(self._where(key, clash[0]), *clash)
        return table

    def _refuse_shadowed(self, alone: Table, common: Table) -> None:
        """A phrase that counts alone may be small talk in company, but not another answer."""
        for words, phrase in list_phrases(alone):
            other = next((found for end, found in common.ends(words, 0) if end == len(words)), phrase)
            if other.role not in (Role.AROUND, Role.POLITE) and clashes(phrase, other):
                raise complain_twice(self._where("phrases", words), words, phrase, other)

    def _where(self, key: str, words: Words) -> str:
        """File and line of the last template that says the words."""
        found = key
        for section, name in self._headings(key):
            for template in section.texts(name):
                net = compile_phrases([(parse_rule(template, self._rules, key), True)], self._spell)
                if any(end == len(words) for end, _ in net.ends(words, 0)):
                    found = str(Spot(section, name, template))
        return found

    def _groups(self, place: Place, key: str) -> Iterator[Group]:
        templates = place.texts(key)
        return (parse_phrases(one, self._rules, Spot(place, key, one), self._spell) for one in templates)
