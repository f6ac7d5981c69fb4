"""Read a script from prompts/<locale>/ and refuse, in plain words, what is not right.

A locale's folder holds banks that its scripts choose from: questions.yaml, advice.yaml and
lines.yaml (what is said), answers.yaml (what is understood), and one file a script, with the order
of the questions, the rules and the endings.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from voice.content import Place, read
from voice.dialogue import SPOKEN_LINES
from voice.errors import ScriptError
from voice.grammar import Grammar, load_grammar, load_symptoms
from voice.meaning import Meaning
from voice.script import Finding, Kind, Level, Question, Rule, Script, Topic, Utterance

NAMED = ("questions.yaml", "advice.yaml", "lines.yaml", "answers.yaml", "pronunciation.yaml", "symptoms.yaml")
"""Files of a locale that are not scripts."""

ENDINGS = (Level.E, Level.STAFF, Level.T, Level.W, Level.OUT_OF_SCOPE, Level.S, Level.REASSURE, Level.STOPPED)

_ASKING = ("text", "clarify", "explain")
_SPEAKING_BACK = ("positive", "unknown")
_QUESTION_REST = ("id", "kind", "level", "limit_days", "settles", "gate", "private", "source", "covers", "phrases")

_FLAG_LEVELS = (Level.E, Level.T, Level.W, Level.S, Level.OUT_OF_SCOPE)


@dataclass(frozen=True, slots=True)
class Details:
    """What a practice fills in; each may stand between braces in a sentence."""

    praktijk: str = "de praktijk"
    kinesitherapeut: str = "kinesitherapeut"
    wachtdienst: str = "1733"
    noodnummer: str = "112"

    def fill(self, place: Place, key: str, text: str) -> str:
        """The text with the details filled in. Raises ScriptError where a name in braces is unknown."""
        known = {name: getattr(self, name) for name in self.__slots__}
        for _, name, _, _ in string.Formatter().parse(text):
            if name is not None and name not in known:
                choices = ", ".join(f"{{{known_name}}}" for known_name in known)
                raise place.complain(key, f"{{{name}}} is not a detail of the practice.", f"Use one of {choices}.")
        return text.format(**known)


def locales(root: Path) -> tuple[str, ...]:
    """Names of the locales that have at least one script."""
    return tuple(sorted(folder.name for folder in root.iterdir() if folder.is_dir() and scripts(folder)))


def scripts(folder: Path) -> tuple[str, ...]:
    """Names of the scripts in a locale's folder."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml") if path.name not in NAMED))


def load_script(folder: Path, name: str, details: Details = Details()) -> Script:
    """Read the script `name` of a locale's folder.

    Raises ScriptError naming the file, the line and the remedy.
    """
    if not folder.is_dir():
        raise ScriptError(f"There is no locale {folder.name} in {folder.parent}.", f"Choose one of: {', '.join(locales(folder.parent))}.")
    if name not in scripts(folder):
        raise ScriptError(f"There is no script {name} in {folder}.", f"Choose one of: {', '.join(scripts(folder))}.")
    return _Reader(folder, details).script(name)


def own_phrases(place: Place) -> dict[Meaning, tuple[str, ...]]:
    """A question's own phrases, by meaning."""
    known = {str(meaning): meaning for meaning in Meaning}
    place.only(known)
    return {known[key]: place.texts(key) for key in place.section}


class _Reader:
    """Reads one locale; holds the banks while a script is put together from them."""

    def __init__(self, folder: Path, details: Details) -> None:
        self._folder = folder
        self._details = details
        self._advice = read(folder / "advice.yaml")
        self._grammar = load_grammar(folder)
        self._symptoms = load_symptoms(folder)
        self._topic_phrases = {place.text("id"): place.texts("ask") for place in self._advice.each("topics")}

    def script(self, name: str) -> Script:
        place = read(self._folder / f"{name}.yaml")
        place.only(("id", "title", "version", "reviewed_by", "sources", "ask", "rules", "core", "endings"))
        sources = {key: place.inside("sources").text(key) for key in place.inside("sources").section}
        bank, lines = read(self._folder / "questions.yaml"), self._lines()
        questions = self._questions(place, bank, sources)
        topics = tuple(self._topic(entry) for entry in _distinct(self._advice, "topics"))
        return Script(
            id=place.text("id"),
            locale=self._folder.name,
            version=place.text("version"),
            title=place.text("title"),
            reviewed_by=place.text("reviewed_by", ""),
            sources=MappingProxyType(sources),
            questions=questions,
            readback=self._extra(bank.inside("readback"), Kind.READBACK, self._grammar),
            menu=self._extra(bank.inside("menu"), Kind.TOPICS, self._grammar.with_topics(self._topic_phrases)),
            rules=tuple(self._rule(entry, questions, sources) for entry in place.each("rules")),
            topics=topics,
            core=self._known(place, "core", [topic.id for topic in topics]),
            endings=MappingProxyType(self._endings(place, lines)),
            lines=MappingProxyType(lines),
        )

    def _text(self, place: Place, key: str, default: str | None = None) -> str:
        return self._details.fill(place, key, place.text(key, default))

    def _lines(self) -> dict[str, str]:
        place = read(self._folder / "lines.yaml")
        missing = sorted(SPOKEN_LINES - set(place.section))
        if missing:
            raise place.complain("", f"the line '{missing[0]}' is missing.", "The conversation needs it; add it.")
        return {key: self._text(place, key) for key in place.section}

    def _questions(self, place: Place, bank: Place, sources: Mapping[str, str]) -> tuple[Question, ...]:
        entries = {entry.text("id"): entry for entry in _distinct(bank, "questions")}
        asked = self._known(place, "ask", entries)
        questions = tuple(self._question(entries[name], sources) for name in asked)
        for question in questions:
            _check_order(place, question, asked)
        return questions

    def _question(self, place: Place, sources: Mapping[str, str]) -> Question:
        place.only((*_ASKING, *_SPEAKING_BACK, *_QUESTION_REST))
        name = place.text("id")
        self._known(place, "source", sources)
        settles = place.text("settles", name)
        texts = {key: self._text(place, key) for key in _ASKING}
        texts |= {key: self._text(place, key, None if settles == name else "") for key in _SPEAKING_BACK}
        return Question(
            id=name,
            kind=_choice(place, "kind", (Kind.FLAG, Kind.DURATION), Kind.FLAG),
            level=_choice(place, "level", _FLAG_LEVELS),
            limit_days=_whole(place, "limit_days"),
            settles=settles,
            gate=_gate(place),
            private=place.text("private", "false") == "true",
            covers=place.texts("covers"),
            grammar=self._question_grammar(place, name),
            **texts,
        )

    def _question_grammar(self, place: Place, name: str) -> Grammar:
        """The locale's answers, the symptoms of this question, and its own phrases, each going before the last."""
        where = f"{place.path}, question {name}"
        shared = self._grammar.extend(self._symptoms.get(name, {}), where=where)
        return shared.extend(own_phrases(place.inside("phrases")), where=where)

    def _extra(self, place: Place, kind: Kind, grammar: Grammar) -> Question:
        place.only(("id", *_ASKING))
        texts = {key: self._text(place, key) for key in _ASKING}
        return Question(id=place.text("id"), kind=kind, settles=place.text("id"), grammar=grammar, **texts)

    def _rule(self, place: Place, questions: Iterable[Question], sources: Mapping[str, str]) -> Rule:
        place.only(("id", "when", "level", "source"))
        when = self._known(place, "when", [question.id for question in questions])
        if place.text("source") not in sources:
            raise place.complain("source", f"the source '{place.text('source')}' is not listed.", "Add it to 'sources' of the script.")
        return Rule(place.text("id"), when, _choice(place, "level", _FLAG_LEVELS), place.text("source"))

    def _topic(self, place: Place) -> Topic:
        place.only(("id", "title", "covers", "lines", "ask"))
        name = place.text("id")
        lines = tuple(
            Utterance(f"{name}.{number}", self._details.fill(place, "lines", text))
            for number, text in enumerate(place.texts("lines"), start=1)
        )
        if not lines:
            raise place.complain("lines", f"the topic '{name}' has no lines.", "Write at least one sentence.")
        return Topic(name, place.text("title"), lines, place.texts("covers"))

    def _endings(self, place: Place, lines: Mapping[str, str]) -> dict[Level, tuple[str, ...]]:
        endings = place.inside("endings")
        endings.only(str(level) for level in ENDINGS)
        for level in ENDINGS:
            if str(level) not in endings.section:
                raise endings.complain("", f"the ending '{level}' is missing.", "Say what is spoken at that outcome.")
        return {level: self._known(endings, str(level), (*lines, "positives", "unknowns")) for level in ENDINGS}

    def _known(self, place: Place, key: str, known: Iterable[str]) -> tuple[str, ...]:
        """The list under `key`, every item of which must be known."""
        names, known = place.texts(key), tuple(known)
        if not names:
            raise place.complain(key, f"'{key}' is empty.", "Write [first, second, ...].")
        for name in names:
            if name not in known:
                raise place.complain(key, f"'{name}' is not known.", f"Use one of: {', '.join(known)}.")
        return names


def _check_order(place: Place, question: Question, asked: tuple[str, ...]) -> None:
    """What a question settles or depends on must be asked before it."""
    for name in (question.settles, *question.gate[:1]):
        if name not in asked[: asked.index(question.id) + 1]:
            raise place.complain("ask", f"'{name}' is not asked before '{question.id}'.", f"Put {name} before {question.id}.")


def _distinct(place: Place, key: str) -> tuple[Place, ...]:
    """The entries under `key`. Raises ScriptError where two have the same id."""
    entries, seen = tuple(place.each(key)), set()
    for entry in entries:
        if entry.text("id") in seen:
            raise entry.complain("id", f"two {key} have the same id '{entry.text('id')}'.", "Give each its own id.")
        seen.add(entry.text("id"))
    return entries


def _choice(place: Place, key: str, allowed: Iterable, default=None):
    """The enum member under `key`. Raises ScriptError where it is none of those allowed."""
    by_name = {str(member): member for member in allowed}
    value = place.text(key, default and str(default))
    if value not in by_name:
        raise place.complain(key, f"'{value}' is not a {key}.", f"Use one of: {', '.join(by_name)}.")
    return by_name[value]


def _whole(place: Place, key: str) -> int:
    value = place.text(key, "0")
    if not value.isdecimal():
        raise place.complain(key, f"'{value}' is not a whole number.", "Write a number of days, for instance 42.")
    return int(value)


def _gate(place: Place) -> tuple[str, Finding] | tuple[()]:
    if "gate" not in place.section:
        return ()
    gate = place.inside("gate")
    gate.only(("question", "finding"))
    return gate.text("question"), _choice(gate, "finding", Finding)
