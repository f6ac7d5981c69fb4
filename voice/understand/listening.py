"""Read what is listened for in every answer: mentions.yaml of a language, and the learned reader's weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from voice.base.paths import find_shipped
from voice.base.yamlfile import Place, read_yaml
from voice.understand.expected import Expected, Flag, Listening
from voice.understand.grammar.automaton import Automaton
from voice.understand.grammar.compile import Spot, compile_phrases, parse_phrases
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.loader import find_files
from voice.understand.reader import load_reader

NAME = "mentions.yaml"
WEIGHTS = Path("reader-nl-ruggespraak") / "weights.npz"
"""Of the reader, in the folder of models that ships with the program."""
_SETS = ("clauses", "subjects")
_LISTS = ("others", "earlier", "supposed", "asked", "given")
_FLAGS = ("lasting", "onsets")


def load_listening(
    folder: Path, flags: Mapping[str, Expected], urgent: Collection[str], milder: Sequence[Expected], common: Expected
) -> Listening:
    """Read what a locale's folder, or the language that it inherits from, listens for.

    flags: what the question of each flag that is listened for expects, by its id. urgent: ids of those whose yes is urgent.
    milder: what the questions expect whose yes is not.
    Raises ScriptError in plain words, with file and line.
    """
    common = _know_words([common, *flags.values()], common)
    places = [read_yaml(path) for path in find_files(folder, NAME)]
    for place in places:
        place.allow_only((*_SETS, *_LISTS, *_FLAGS, "anchors", "more"))
    words: dict[str, Any] = {
        key: frozenset(word for place in places for text in place.texts(key) for word in common.grammar.spell(text))
        for key in _SETS
    }
    phrases = {name: _compile([(place, name) for place in places], common.grammar) for name in _LISTS}
    return Listening(
        flags=tuple(_flag(name, expected, name in urgent, places, common.grammar) for name, expected in flags.items()),
        milder=tuple(milder),
        common=common,
        near=words["clauses"].union(*(expected.grammar.own_yes for expected in flags.values())),
        **words | phrases,
        reader=load_reader(find_shipped("models") / WEIGHTS),
    )


def _know_words(every: Sequence[Expected], common: Expected) -> Expected:
    """Let no word of a flag's own phrases be taken for a regional sound of another word ("haper", "hapert")."""
    known = frozenset(word for expected in every for word in expected.grammar.known)
    return replace(common, grammar=replace(common.grammar, known=known))


def _flag(name: str, expected: Expected, urgent: bool, places: Sequence[Place], grammar: Grammar) -> Flag:
    sections = [place.inside("anchors") for place in places]
    texts = [(section, text) for section in sections for text in section.texts(name)]
    whole = _net([(section, name, text) for section, text in texts if not text.endswith("*")], grammar)
    more = [place.inside("more").inside(name) for place in places]
    for place in more:
        place.allow_only(("at", "phrases"))
    return Flag(
        name,
        expected,
        urgent,
        anchors=whole,
        beginnings=tuple(text[:-1] for _, text in texts if text.endswith("*")),
        at=frozenset(question for place in more for question in place.texts("at")),
        more=_net([(place, "phrases", text) for place in more for text in place.texts("phrases")], grammar),
        lasting=any(name in place.texts("lasting") for place in places),
        onset=any(name in place.texts("onsets") for place in places),
    )


def _compile(lists: Sequence[tuple[Place, str]], grammar: Grammar) -> Automaton[bool]:
    return _net([(place, name, text) for place, name in lists for text in place.texts(name)], grammar)


def _net(phrases: Sequence[tuple[Place, str, str]], grammar: Grammar) -> Automaton[bool]:
    groups = (parse_phrases(text, grammar.rules, Spot(place, name, text), grammar.spell) for place, name, text in phrases)
    return compile_phrases(((group, True) for group in groups), grammar.spell)
