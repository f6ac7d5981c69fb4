"""Print a conversation as it goes: for people, or as one JSON object a line."""

from __future__ import annotations

import sys
from typing import Any

from voice.base.console import print_json
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.turns.observer import TOUCH, Observer, Turn
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning


def show_level(dbfs: float, speech: float) -> None:
    """Show on a terminal how loud it is (dBFS) as a bar that moves, and whether it is speech."""
    if sys.stderr.isatty():
        bar = "#" * round(max(0.0, 60 + dbfs) * 40 / 60)
        print(f"{dbfs:4.0f} dBFS |{bar:40}| {'*' if speech > 0.5 else ' '}", end="\r", file=sys.stderr, flush=True)


class Conversation(Observer):
    """Print the conversation for people."""

    def on_line(self, utterance: Utterance) -> None:
        print(f"Kiosk    {utterance.text}", flush=True)

    def on_turn(self, turn: Turn) -> None:
        details = f"{_describe_answer(turn)}, {turn.transcript.engine}, {turn.seconds:.2f} s"
        print(f"Patiënt  {_describe_words(turn)}   [{details}]", flush=True)

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        print(f"\nUitkomst {outcome.level}", end="")
        for what, names in (("alarmtekens", outcome.flags), ("onbekend", outcome.unknown)):
            if names:
                print(f"; {what}: {', '.join(names)}", end="")
        print(flush=True)


def _describe_words(turn: Turn) -> str:
    if turn.transcript.engine == TOUCH:
        return "(aangeraakt)"
    return turn.transcript.text or ("(stilte)" if turn.answer.meaning is Meaning.SILENCE else "(onverstaanbaar)")


def _describe_answer(turn: Turn) -> str:
    doubt = "" if turn.answer.certain or turn.question.kind not in (Kind.FLAG, Kind.AGE, Kind.SCALE, Kind.SIDE) else ", onzeker"
    return f"{turn.answer.meaning}{_describe_range(turn.answer)}{doubt}"


def _describe_range(answer: Answer) -> str:
    if answer.meaning is Meaning.DURATION:
        return f" {answer.days.low}-{answer.days.high} dagen"
    if answer.meaning is Meaning.SCORE:
        return f" {answer.score.low:g}-{answer.score.high:g}"
    if answer.meaning is Meaning.SIDE:
        return f" {' '.join(answer.sides)}"
    return f" {answer.years.low}-{answer.years.high} jaar" if answer.meaning is Meaning.AGE else ""


class JsonLines(Observer):
    """Print the conversation for programs, in a fixed form: a line a turn, the outcome last."""

    def __init__(self) -> None:
        self._spoken: list[str] = []

    def on_line(self, utterance: Utterance) -> None:
        self._spoken.append(utterance.id)

    def on_turn(self, turn: Turn) -> None:
        fields = {"event": "turn", "question": turn.question.id, **answer_fields(turn.transcript.text, turn.answer)}
        print_json({**fields, "engine": turn.transcript.engine, "seconds": round(turn.seconds, 3)})

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        found = {"level": outcome.level, "flags": outcome.flags, "unknown": outcome.unknown, "reasons": outcome.reasons}
        print_json({"event": "outcome", **found, "spoken": self._spoken})


def answer_fields(text: str, answer: Answer) -> dict[str, Any]:
    """Make the fields of an answer: `text`, `meaning`, `days` for a duration, `years` for an age, `score` for a number on a
    scale, `sides` for sides, `topic` for a topic, `certain`.

    `mentions`, the ids of urgent flags that were told beside the answer, is there only if something was told.
    """
    fields: dict[str, Any] = {"text": text, "meaning": str(answer.meaning)}
    if answer.meaning is Meaning.DURATION:
        fields["days"] = [answer.days.low, answer.days.high]
    if answer.meaning is Meaning.AGE:
        fields["years"] = [answer.years.low, answer.years.high]
    if answer.meaning is Meaning.SCORE:
        fields["score"] = [answer.score.low, answer.score.high]
    if answer.meaning is Meaning.SIDE:
        fields["sides"] = list(map(str, answer.sides))
    if answer.meaning is Meaning.TOPIC:
        fields["topic"] = answer.topic
    if answer.mentions:
        fields["mentions"] = [mention.question for mention in answer.mentions]
    return {**fields, "certain": answer.certain}
