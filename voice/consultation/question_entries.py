"""Read the entries of questions.yaml: the questions that a script asks, and those around a consultation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voice.base.fields import read_choice, read_distinct, read_flag, read_known, read_names, read_number, read_whole
from voice.base.inheritance import Layered
from voice.base.yamlfile import Place
from voice.consultation.practice import Details
from voice.consultation.script import FLAG_LEVELS, URGENT, Finding, Gate, Level, Question, Recent, most_urgent
from voice.understand.expected import Care, Expected, Kind
from voice.understand.figures import Figure, FigureKind
from voice.understand.grammar.grammar import EMPTY, Grammar
from voice.understand.grammar.loader import load_grammar, load_symptoms, load_vocabulary, read_own_phrases
from voice.understand.meaning import Meaning

_ASKING = ("text", "clarify", "explain")
_SPEAKING_BACK = ("positive", "negative", "mention", "unknown")
_FIELDS = (*_ASKING, *_SPEAKING_BACK, "id", "kind", "level", "recent", "recent_days", "limit_days", "figure", "settles",
           "settled_by", "gate", "private", "ambulance", "source", "covers", "phrases")  # fmt: skip
_COACHED = (Level.W, Level.S)
"""The levels that a question of a chapter can have: what a missing answer to it is worth."""
_KINDS = (Kind.FLAG, Kind.DURATION, Kind.AGE)
_LISTS = {Kind.AGE: ("ages",), Kind.SCALE: ("scales",), Kind.SIDE: ("sides",), Kind.MOVING: ("moving",)}
"""The lists of vocabulary.yaml that a kind of question needs."""
_NO_AGE = ("limit_days", "figure", "settles", "settled_by", *_SPEAKING_BACK)
"""What makes no sense at a question for an age: it is no flag, and is not spoken back."""
_CALMER = tuple(level for level in FLAG_LEVELS if level not in (Level.E, Level.STAFF))
"""The levels that an old flag can have."""


@dataclass(frozen=True, slots=True)
class Language:
    """What patients may answer in a locale.

    symptoms: by question id the phrases that answer it, by meaning. vocabulary: by name the lists of vocabulary.yaml.
    """

    folder: Path
    grammar: Grammar
    symptoms: Mapping[str, Mapping[Meaning, tuple[str, ...]]]
    vocabulary: Mapping[str, tuple[str, ...]]

    def extend(self, place: Layered, name: str) -> Grammar:
        """Return the grammar with the phrases of the question `name`. Raises ScriptError if they clash."""
        own, usual = read_own_phrases(place.inside("phrases")), self.symptoms.get(name, {})
        phrases = {meaning: (*usual.get(meaning, ()), *own.get(meaning, ())) for meaning in {**usual, **own}}
        return self.grammar.extend(phrases, where=self._where(place, name, bool(own)))

    def _where(self, place: Layered, name: str, own: bool) -> str:
        """Say where a question's phrases stand: with the question, or in the symptoms of the language."""
        path = self.folder.parent / self.folder.name.partition("-")[0] / "symptoms.yaml"
        if own or name not in self.symptoms or not path.is_file():
            return f"{place.path}, line {place.section.lines.get('phrases', place.section.line)}: question {name}"
        lines = path.read_text(encoding="utf-8").splitlines()
        number = next((number for number, line in enumerate(lines, 1) if line.startswith(f"{name}:")), 1)
        return f"{path}, line {number}: question {name}"


def load_language(folder: Path) -> Language:
    """Read what patients may answer in a locale. Raises ScriptError as `load_grammar` does."""
    return Language(folder, load_grammar(folder), load_symptoms(folder), load_vocabulary(folder))


@dataclass(frozen=True, slots=True)
class QuestionReader:
    """Reads questions. sources: ids of the sources that there are. language: None leaves out what may be answered."""

    details: Details
    sources: Collection[str]
    language: Language | None

    def read_questions(self, bank: Layered, script: Layered) -> tuple[Question, ...]:
        """Read the questions under `ask` of the script, and those under `if_mentioned`, each with its follow-up after it.

        Raises ScriptError if one is wrong, unknown or out of order.
        """
        entries = {entry.text("id"): entry for entry in read_distinct(bank, "questions")}
        asked = read_known(script, "ask", entries)
        listened = read_known(script, "if_mentioned", entries) if "if_mentioned" in script.names() else ()
        for name in (*asked, *listened):
            if (*asked, *listened).count(name) > 1:
                raise script.complain("ask", f"'{name}' is asked twice.", "Remove one of the two.")
        gates = script.inside("gates")
        gates.allow_only(asked)
        flags = [self._read_asked(entries[name], gates) for name in asked]
        flags += [self._read_mentioned(entries[name]) for name in listened]
        questions = tuple(question for flag in flags for question in self._add_follow_up(flag, entries))
        order = tuple(question.id for question in questions)
        for question in questions:
            _check_follow_up(script, question, order)
            if not question.if_mentioned:
                _check_order(script, question, order)
        _check_ages(script, entries, questions)
        return tuple(_raise_care(question, questions) for question in questions)

    def _read_asked(self, place: Layered, gates: Layered) -> Question:
        """Read a question under `ask`. Its gate is that of the script if there is one under `gates`."""
        question = self._read(place)
        return replace(question, gate=_read_gate(gates, question.id)) if question.id in gates.names() else question

    def _read_mentioned(self, place: Layered) -> Question:
        """Read a question that only a mention opens, whatever its gate. Raises ScriptError if nobody can mention it."""
        question = replace(self._read(place), if_mentioned=True, gate=None)
        if not question.mention:
            raise place.complain("id", f"'{question.id}' waits for a mention, and has none.", "Write a sentence under mention.")
        return question

    def _add_follow_up(self, flag: Question, entries: Mapping[str, Layered]) -> tuple[Question, ...]:
        """Return the flag and its follow-up, which is put only after a yes to it, and is as private as the flag."""
        if flag.recent is None:
            return (flag,)
        name, place = flag.recent.question, entries[flag.id].inside("recent")
        if name not in entries:
            raise place.complain("question", f"there is no question '{name}'.", "Write it under questions, or correct the id.")
        asks = self._read(entries[name])
        odd = asks.kind is not Kind.FLAG or asks.level is not Level.NONE or asks.settles != name or asks.gate or asks.recent
        if odd or not asks.expected.asks_recent:
            remedy = f"Give '{name}' level: none, recent_days and its sentences, and no kind, settles, gate or recent."
            raise entries[name].complain("id", f"'{name}' cannot be the follow-up of '{flag.id}'.", remedy)
        gate = Gate((flag.id,), (Finding.PRESENT,))
        vocabulary = tuple(dict.fromkeys((*flag.expected.vocabulary, *asks.expected.vocabulary)))
        expected = replace(flag.expected, recent_days=asks.expected.recent_days, vocabulary=vocabulary)
        follow_up = replace(
            asks,
            recent_of=flag.id,
            recent_level=flag.level,
            gate=gate,
            private=asks.private or flag.private,
            expected=replace(asks.expected, follows=flag.id),
        )
        return (replace(flag, expected=expected), follow_up)

    def read_coached(self, place: Layered, kind: Kind, topics: Callable[[Grammar], Grammar], known: Collection[str]) -> Question:
        """Read a question of a chapter. One with a level needs a sentence that says that its answer is missing.

        topics: adds to a grammar what asks for a topic. known: ids of the questions of which one may answer it.
        """
        place.allow_only(("id", "level", "unknown", "unless", *_ASKING))
        name, level = place.text("id"), read_choice(place, "level", (*_COACHED, Level.NONE), Level.NONE)
        grammar = self.language.extend(place, name) if self.language else EMPTY
        question = self.make_extra(
            name, self._read_asking(place), kind, topics(grammar) if kind is Kind.WORRY and self.language else grammar
        )
        unknown = self.details.read_text(place, "unknown", "" if level is Level.NONE else None)
        unless = read_known(place, "unless", known, may_be_empty=True)
        return replace(question, level=level, unknown=unknown, unless=unless)

    def read_extra(self, place: Place, kind: Kind, grammar: Grammar) -> Question:
        """Read a question around the consultation."""
        place.allow_only(("id", *_ASKING))
        return self.make_extra(place.text("id"), self._read_asking(place), kind, grammar)

    def make_extra(self, name: str, asking: Sequence[str], kind: Kind, grammar: Grammar) -> Question:
        """Make a question that is no part of the consultation. asking: its text, the same with an example, and why it is put."""
        text, clarify, explain = asking
        vocabulary = self._list_phrases("answers", "decoys", *_name_lists(kind, 0))
        care = Care.HIGH if kind in (Kind.MOVING, Kind.READBACK) else Care.USUAL
        expected = Expected(text, kind, care, grammar=grammar, vocabulary=vocabulary, question=name)
        return Question(name, text, clarify, explain, settles=name, expected=expected)

    def _read(self, place: Layered) -> Question:
        place.allow_only(_FIELDS)
        name, level = place.text("id"), read_choice(place, "level", (*FLAG_LEVELS, Level.NONE))
        settles, kind = place.text("settles", name), read_choice(place, "kind", _KINDS, Kind.FLAG)
        limit_days, recent_days = read_whole(place, "limit_days"), read_whole(place, "recent_days")
        needed = _find_needed(kind, level, settles == name) | ({"unknown"} if recent_days else set())
        if kind is Kind.AGE:
            _check_age(place, level)
        text, clarify, explain = self._read_asking(place)
        spoken = {key: self.details.read_text(place, key, None if key in needed else "") for key in _SPEAKING_BACK}
        expected = Expected(
            context=text,
            kind=kind,
            care=Care.HIGH if recent_days else level.care,
            limit_days=limit_days,
            recent_days=recent_days,
            asks_recent=recent_days > 0,
            figure=_read_figure(place),
            grammar=self.language.extend(place, name) if self.language else EMPTY,
            vocabulary=self._list_phrases("answers", "decoys", *_name_lists(kind, limit_days or recent_days)),
            question=name,
        )
        return Question(
            id=name,
            text=text,
            clarify=clarify,
            explain=explain,
            positive=spoken["positive"],
            negative=spoken["negative"],
            mention=spoken["mention"],
            unknown=spoken["unknown"],
            level=level,
            settles=settles,
            settled_by=place.text("settled_by", ""),
            gate=_read_gate(place),
            recent=_read_recent(place, level),
            private=read_flag(place, "private"),
            ambulance=read_flag(place, "ambulance"),
            source=read_known(place, "source", self.sources),
            covers=place.texts("covers"),
            expected=expected,
        )

    def _read_asking(self, place: Place) -> tuple[str, ...]:
        return tuple(self.details.read_text(place, key) for key in _ASKING)

    def _list_phrases(self, *lists: str) -> tuple[str, ...]:
        """Return what an engine with a list of phrases listens for."""
        vocabulary = self.language.vocabulary if self.language else {}
        return tuple(phrase for name in lists for phrase in vocabulary.get(name, ()))


def _name_lists(kind: Kind, limit_days: int) -> Iterator[str]:
    """Name the lists of vocabulary.yaml that a question needs besides what is answered to every question."""
    if limit_days:
        yield "durations"
    yield from _LISTS.get(kind, ())


def _raise_care(question: Question, questions: tuple[Question, ...]) -> Question:
    """Take the answers to a question as carefully as those to an urgent one that its yes opens: a missed yes misses both."""
    opened = (other.level for other in questions if other.gate and question.id in other.gate.questions and _opens(other.gate))
    level = most_urgent((question.level, *opened))
    return replace(question, expected=replace(question.expected, care=level.care)) if level in URGENT else question


def _opens(gate: Gate) -> bool:
    return Finding.PRESENT in gate.findings


def _find_needed(kind: Kind, level: Level, is_finding: bool) -> frozenset[str]:
    """Which sentences a question needs besides those that put it: those that it may have to speak back.

    is_finding: whether its answer is a finding of its own, not of an earlier question.
    """
    if kind is Kind.AGE:
        return frozenset()
    needed = {"positive", "negative"} if kind is Kind.FLAG else {"positive"}
    if level is not Level.NONE and is_finding:
        needed.add("unknown")
    if kind is Kind.FLAG and level in URGENT:
        needed.add("mention")
    return frozenset(needed)


def _check_order(place: Place, question: Question, asked: tuple[str, ...]) -> None:
    """Refuse a question that settles or depends on one that is not asked before it."""
    for name in (question.settles, *(question.gate.questions if question.gate else ())):
        if name not in asked[: asked.index(question.id) + 1]:
            raise place.complain("ask", f"'{name}' is not asked before '{question.id}'.", f"Put {name} before {question.id}.")


def _check_follow_up(script: Place, question: Question, order: tuple[str, ...]) -> None:
    """Refuse a follow-up that the script lists itself, or that belongs to no flag, or to two."""
    if question.expected.asks_recent and (not question.recent_of or order.count(question.id) > 1):
        remedy = "Name it under recent of one flag, and take it out of the script: it is put by itself after that flag."
        raise script.complain("ask", f"'{question.id}' is not the follow-up of one flag only.", remedy)


def _read_recent(place: Layered, level: Level) -> Recent | None:
    """Read what asks whether a flag is new or worse, and the level of an old one."""
    recent = place.inside("recent")
    if not recent.names():
        return None
    recent.allow_only(("question", "otherwise"))
    if level not in URGENT:
        raise place.complain("recent", f"a flag of level {level} has no follow-up.", "Set level: E or T, or remove recent.")
    if read_flag(place, "ambulance"):
        remedy = "Remove recent or ambulance: whoever needs the emergency number is asked nothing more."
        raise place.complain("recent", "a flag that calls for the emergency number has no follow-up.", remedy)
    calmer = tuple(one for one in _CALMER if one.urgency > level.urgency)
    return Recent(recent.text("question"), read_choice(recent, "otherwise", calmer))


def _check_age(place: Place, level: Level) -> None:
    """Refuse what makes no sense at a question for an age."""
    if level is not Level.NONE:
        raise place.complain("level", f"an age is no flag; its level is not {level}.", "Write level: none. See settled_by.")
    for key in _NO_AGE:
        if key in place.names():
            raise place.complain(key, f"'{key}' stands at a question for an age.", "Move it to a question that the age settles.")


def _check_ages(script: Place, entries: Mapping[str, Layered], questions: Sequence[Question]) -> None:
    """Refuse a question that is not really settled by an age, and an age that is used in another way."""
    ages = [question.id for question in questions if question.kind is Kind.AGE]
    order = [question.id for question in questions]
    for question in questions:
        place, figure, age = entries[question.id], question.expected.figure, question.settled_by
        if question.gate and not set(ages).isdisjoint(question.gate.questions):
            raise place.complain("gate", "an age opens no gate.", "Name a question that the age settles.")
        if not age:
            continue
        if age not in ages:
            remedy = "Name one that the script asks."
            raise place.complain("settled_by", f"'{age}' is no question of kind age of this script.", remedy)
        if order.index(age) > order.index(question.id):
            raise script.complain("ask", f"'{age}' is not asked before '{question.id}'.", f"Put {age} before {question.id}.")
        if figure is None or figure.kind is not FigureKind.AGE:
            raise place.complain("settled_by", "no age means yes or no here.", "Write figure: {kind: age, ...} beside it.")
        if question.gate or question.settles != question.id or question.kind is not Kind.FLAG:
            raise place.complain("settled_by", "it stands beside a gate, settles or another kind.", "Take that out.")
    for age in set(ages).difference(question.settled_by for question in questions):
        raise script.complain("ask", f"'{age}' settles no question.", "Ask one that names it under settled_by, or leave it out.")


def _read_figure(place: Layered) -> Figure | None:
    """Read what a figure means. Raises ScriptError unless there is one limit for yes, and at most the one for no beside it."""
    figure = place.inside("figure")
    if not figure.names():
        return None
    kind = read_choice(figure, "kind", tuple(FigureKind))
    for yes, no in (("yes_from", "no_below"), ("yes_below", "no_from")):
        if yes in figure.names():
            figure.allow_only(("kind", yes, no))
            limits = {key: read_number(figure, key) for key in (yes, no) if key in figure.names()}
            low, high = limits.get(no, limits[yes]), limits[yes]
            if (low, high) != tuple(sorted((low, high), reverse=yes == "yes_below")):
                raise figure.complain(
                    no, "a figure would mean yes and no.", "Leave room between the two limits, or make them equal."
                )
            return Figure(kind, **limits)
    raise figure.complain("kind", "no figure means yes.", "Write yes_from or yes_below beside it.")


def _read_gate(place: Layered, key: str = "gate") -> Gate | None:
    gate = place.inside(key)
    if not gate.names():
        return None
    gate.allow_only(("question", "finding"))
    findings = read_known(gate, "finding", [str(finding) for finding in Finding])
    return Gate(read_names(gate, "question"), tuple(Finding(name) for name in findings))
