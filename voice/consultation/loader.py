"""Read a script from prompts/<locale>/ and refuse, in plain words, what is not right.

A locale's folder holds banks that its scripts choose from: questions.yaml, advice.yaml and
lines.yaml (what is said), sources.yaml (what it rests on), practice.yaml (what a practice may fill
in), answers.yaml or the folder answers/ (what is understood), and one file a script, with the order of the questions, the
rules and the endings. `inherits:` takes over from another locale what is not written (`layers.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from voice.base.errors import ScriptError
from voice.base.fields import read_choice, read_distinct, read_flag, read_known, read_names, read_whole
from voice.base.inheritance import Layered, read_layered
from voice.base.yamlfile import Place
from voice.consultation import unattended
from voice.consultation.dialogue import SPOKEN_LINES
from voice.consultation.practice import Details, read_details
from voice.consultation.script import Finding, Gate, Level, Question, Rule, Script, Topic
from voice.speak.utterance import Utterance
from voice.understand.expected import Expected, Kind
from voice.understand.grammar.grammar import EMPTY, Grammar
from voice.understand.grammar.loader import load_grammar, load_symptoms, load_vocabulary, read_own_phrases

__all__ = ["Details", "load_script", "locales", "scripts"]

NAMED = ("questions.yaml", "advice.yaml", "lines.yaml", "sources.yaml", "practice.yaml",
         "answers.yaml", "pronunciation.yaml", "symptoms.yaml", "vocabulary.yaml", "screen.yaml",
         "service.yaml", "document.yaml")  # fmt: skip
"""Files of a locale that are not scripts."""

_ASKING = ("text", "clarify", "explain")
_SPEAKING_BACK = ("positive", "unknown")
_QUESTION_REST = ("id", "kind", "level", "limit_days", "settles", "gate", "private", "ambulance", "source", "covers", "phrases")
_SCRIPT = ("id", "title", "version", "reviewed_by", "reviewed_on", "reviewed_hash", "ask", "rules", "unknown", "core", "endings")

AMBULANCE = "E_112"
"""The ending of an E that needs the emergency number."""


def locales(root: Path) -> tuple[str, ...]:
    """Names of the locales that have at least one script."""
    return tuple(sorted(folder.name for folder in root.iterdir() if folder.is_dir() and scripts(folder)))


def scripts(folder: Path) -> tuple[str, ...]:
    """Names of the scripts in a locale's folder."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml") if path.name not in NAMED))


def load_script(folder: Path, name: str, details: Details = Details(), language: bool = True) -> Script:
    """Read the script `name` of a locale's folder.

    language: False leaves out what patients may answer and ask, which takes the longest to read.
    Raises ScriptError naming the file, the line and the remedy.
    """
    if not folder.is_dir():
        choices = ", ".join(locales(folder.parent))
        raise ScriptError(f"There is no locale {folder.name} in {folder.parent}.", f"Choose one of: {choices}.")
    if name not in scripts(folder):
        raise ScriptError(f"There is no script {name} in {folder}.", f"Choose one of: {', '.join(scripts(folder))}.")
    return _ScriptReader(folder, details, language).script(name)


class _ScriptReader:
    """Reads one locale; holds the banks while a script is put together from them."""

    def __init__(self, folder: Path, details: Details, language: bool) -> None:
        self._folder = folder
        self._details = details.over(read_details(read_layered(folder / "practice.yaml")))
        self._bank = read_layered(folder / "questions.yaml")
        self._advice = read_layered(folder / "advice.yaml")
        self._language = language
        self._grammar = load_grammar(folder) if language else EMPTY
        self._symptoms = load_symptoms(folder) if language else {}
        self._vocabulary = load_vocabulary(folder) if language else {}
        self._sources = self._read_sources()

    def script(self, name: str) -> Script:
        place = read_layered(self._folder / f"{name}.yaml")
        place.allow_only(_SCRIPT)
        lines, questions = self._lines(), self._questions(place)
        topics = tuple(self._topic(entry) for entry in read_distinct(self._advice, "topics"))
        return Script(
            **{key: place.text(key) for key in ("id", "title", "version")},
            **{key: place.text(key, "") for key in ("reviewed_by", "reviewed_on", "reviewed_hash")},
            locale=self._folder.name,
            sources=MappingProxyType(self._sources),
            questions=questions,
            readback=self._extra(self._bank.inside("readback"), Kind.READBACK, self._grammar),
            menu=self._extra(self._bank.inside("menu"), Kind.TOPICS, self._topic_grammar(topics)),
            rehearsal=self._extra(self._bank.inside("rehearsal"), Kind.READBACK, self._grammar),
            presence=self._extra(self._bank.inside("presence"), Kind.READBACK, self._grammar),
            rules=tuple(self._rule(entry, questions) for entry in read_distinct(place, "rules")),
            topics=topics,
            core=read_known(place, "core", [topic.id for topic in topics]),
            unknown=MappingProxyType(unknown_levels(place.inside("unknown"))),
            endings=MappingProxyType(self._endings(place.inside("endings"), lines)),
            ambulance=read_known(place.inside("endings"), AMBULANCE, (*lines, "positives", "unknowns")),
            lines=MappingProxyType(lines),
        )

    def _read_sources(self) -> dict[str, str]:
        place = read_layered(self._folder / "sources.yaml")
        return {key: place.text(key) for key in place.names() if key != "inherits"}

    def _text(self, place: Place, key: str, default: str | None = None) -> str:
        return self._details.fill(place, key, place.text(key, default))

    def _lines(self) -> dict[str, str]:
        place = read_layered(self._folder / "lines.yaml")
        missing = sorted((SPOKEN_LINES | unattended.SPOKEN_LINES) - set(place.names()))
        if missing:
            raise place.complain("", f"the line '{missing[0]}' is missing.", "The conversation needs it; add it.")
        return {key: self._text(place, key) for key in place.names() if key != "inherits"}

    def _questions(self, place: Place) -> tuple[Question, ...]:
        entries = {entry.text("id"): entry for entry in read_distinct(self._bank, "questions")}
        asked = read_known(place, "ask", entries)
        for name in asked:
            if asked.count(name) > 1:
                raise place.complain("ask", f"'{name}' is asked twice.", "Remove one of the two.")
        questions = tuple(self._question(entries[name]) for name in asked)
        for question in questions:
            check_order(place, question, asked)
        return questions

    def _question(self, place: Layered) -> Question:
        place.allow_only((*_ASKING, *_SPEAKING_BACK, *_QUESTION_REST))
        name = place.text("id")
        settles, level = place.text("settles", name), read_choice(place, "level", (*FLAG_LEVELS, Level.NONE))
        texts = {key: self._text(place, key) for key in _ASKING}
        said = level is not Level.NONE and settles == name
        texts |= {key: self._text(place, key, None if said else "") for key in _SPEAKING_BACK}
        limit_days = read_whole(place, "limit_days")
        expected = Expected(
            context=texts["text"],
            kind=read_choice(place, "kind", (Kind.FLAG, Kind.DURATION), Kind.FLAG),
            care=level.care,
            limit_days=limit_days,
            grammar=self._question_grammar(place, name),
            vocabulary=self._listens_for("answers", "decoys", *(["durations"] if limit_days else [])),
        )
        return Question(
            id=name,
            level=level,
            settles=settles,
            gate=gate_of(place),
            private=read_flag(place, "private"),
            ambulance=read_flag(place, "ambulance"),
            source=read_known(place, "source", self._sources),
            covers=place.texts("covers"),
            expected=expected,
            **texts,
        )

    def _listens_for(self, *lists: str) -> tuple[str, ...]:
        return tuple(phrase for name in lists for phrase in self._vocabulary.get(name, ()))

    def _question_grammar(self, place: Layered, name: str) -> Grammar:
        if not self._language:
            return EMPTY
        own = read_own_phrases(place.inside("phrases"))
        usual = self._symptoms.get(name, {})
        where = self._where_phrases(place, name, bool(own))
        return self._grammar.extend({key: (*usual.get(key, ()), *own.get(key, ())) for key in {**usual, **own}}, where=where)

    def _where_phrases(self, place: Layered, name: str, own: bool) -> str:
        """Where a question's phrases stand: with the question, or in the symptoms of the language."""
        language = self._folder.parent / self._folder.name.partition("-")[0] / "symptoms.yaml"
        if own or name not in self._symptoms or not language.is_file():
            return f"{place.path}, line {place.section.lines.get('phrases', place.section.line)}: question {name}"
        lines = language.read_text(encoding="utf-8").splitlines()
        number = next((number for number, line in enumerate(lines, 1) if line.startswith(f"{name}:")), 1)
        return f"{language}, line {number}: question {name}"

    def _topic_grammar(self, topics: tuple[Topic, ...]) -> Grammar:
        asked = {topic.id: topic.asked_as for topic in topics} if self._language else {}
        try:
            return self._grammar.with_topics(asked)
        except ScriptError as reason:
            raise self._at_topic(asked, reason) from reason

    def _at_topic(self, asked: Mapping[str, tuple[str, ...]], reason: ScriptError) -> ScriptError:
        """The complaint about a phrase, with the place of the first topic that cannot stand beside those before it."""
        for number, entry in enumerate(self._advice.each("topics"), start=1):
            try:
                self._grammar.with_topics(dict(list(asked.items())[:number]))
            except ScriptError:
                return entry.complain("ask", reason.problem, reason.remedy)
        return reason

    def _extra(self, place: Place, kind: Kind, grammar: Grammar) -> Question:
        place.allow_only(("id", *_ASKING))
        texts = {key: self._text(place, key) for key in _ASKING}
        name, vocabulary = place.text("id"), self._listens_for("answers", "decoys")
        expected = Expected(texts["text"], kind, grammar=grammar, vocabulary=vocabulary)
        return Question(id=name, settles=name, expected=expected, **texts)

    def _rule(self, place: Layered, questions: Iterable[Question]) -> Rule:
        place.allow_only(("id", "when", "level", "source"))
        when = read_known(place, "when", [question.id for question in questions])
        source = place.text("source")
        if source not in self._sources:
            raise place.complain("source", f"the source '{source}' is not listed.", "Add it to sources.yaml.")
        return Rule(place.text("id"), when, read_choice(place, "level", FLAG_LEVELS), source)

    def _topic(self, place: Layered) -> Topic:
        place.allow_only(("id", "title", "covers", "source", "lines", "ask"))
        name = place.text("id")
        texts = [self._details.fill(place, "lines", text) for text in place.texts("lines")]
        if not texts:
            raise place.complain("lines", f"the topic '{name}' has no lines.", "Write at least one sentence.")
        lines = tuple(Utterance(f"{name}.{number}", text) for number, text in enumerate(texts, start=1))
        source = read_known(place, "source", self._sources)
        return Topic(name, place.text("title"), lines, place.texts("covers"), source, place.texts("ask"))

    def _endings(self, endings: Layered, lines: Mapping[str, str]) -> dict[Level, tuple[str, ...]]:
        endings.allow_only((*(str(level) for level in ENDINGS), AMBULANCE))
        for name in (*(str(level) for level in ENDINGS), AMBULANCE):
            if name not in endings.names():
                raise endings.complain("", f"the ending '{name}' is missing.", "Say what is spoken at that outcome.")
        return {level: read_known(endings, str(level), (*lines, "positives", "unknowns")) for level in ENDINGS}


ENDINGS = (Level.E, Level.STAFF, Level.T, Level.W, Level.OUT_OF_SCOPE, Level.S, Level.REASSURE, Level.STOPPED)


FLAG_LEVELS = (Level.E, Level.T, Level.W, Level.S, Level.OUT_OF_SCOPE)


def unknown_levels(place: Layered) -> dict[Level, Level]:
    """What a missing answer brings, at each level. Never reassurance, and a person for an emergency."""
    place.allow_only(str(level) for level in FLAG_LEVELS)
    allowed = {level: (Level.STAFF, Level.E) if level is Level.E else ENDINGS[:-2] for level in FLAG_LEVELS}
    return {level: read_choice(place, str(level), allowed[level]) for level in FLAG_LEVELS}


def check_order(place: Place, question: Question, asked: tuple[str, ...]) -> None:
    """What a question settles or depends on must be asked before it."""
    for name in (question.settles, *(question.gate.questions if question.gate else ())):
        if name not in asked[: asked.index(question.id) + 1]:
            raise place.complain("ask", f"'{name}' is not asked before '{question.id}'.", f"Put {name} before {question.id}.")


def gate_of(place: Layered) -> Gate | None:
    gate = place.inside("gate")
    if not gate.names():
        return None
    gate.allow_only(("question", "finding"))
    findings = {str(finding): finding for finding in Finding}
    return Gate(read_names(gate, "question"), tuple(findings[name] for name in read_known(gate, "finding", findings)))
