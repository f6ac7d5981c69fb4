"""What a kiosk counts while it runs: how often, never what or whose. Kept in memory, gone with the program."""

from __future__ import annotations

from collections import Counter, deque
from statistics import median

from voice.audio.meter import Sound
from voice.consultation.script import Question
from voice.consultation.visit import Outcome
from voice.kiosk.turns.observer import TOUCH, Observer, Turn
from voice.understand.meaning import Meaning

HEARD = 240
"""Loudnesses of the last minute, four a second."""

SILENT = -100.0
"""dBFS of digital silence: no room is so quiet."""


class Tally(Observer):
    """Counts visits, answers and faults; knows how loud the room is. Written by the loop, read from any thread."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._loudness: deque[float] = deque(maxlen=HEARD)

    @property
    def counts(self) -> dict[str, int]:
        return {name: self._counts[name] for name in COUNTED}

    @property
    def noise(self) -> tuple[float, ...]:
        """The usual loudness of the last minute in dBFS; nothing where nothing was listened to."""
        heard = tuple(self._loudness)
        return (round(median(heard)),) if heard else ()

    def began(self) -> None:
        self._counts["visits"] += 1

    def abandoned(self) -> None:
        self._counts["abandoned"] += 1

    def heard(self, sound: Sound) -> None:
        """How loud the room is between visits; where nothing is listened to it says nothing."""
        if sound.dbfs > SILENT:
            self._loudness.append(sound.dbfs)

    def on_level(self, sound: Sound) -> None:
        if sound.speech < 0.5:
            self.heard(sound)

    def on_question(self, question: Question) -> None:
        self._counts["questions"] += 1

    def on_turn(self, turn: Turn) -> None:
        self._counts["touched"] += turn.transcript.engine == TOUCH
        self._counts["unheard"] += turn.answer.meaning is Meaning.SILENCE
        self._counts["not_understood"] += turn.answer.meaning is Meaning.UNCLEAR

    def on_ending(self, outcome: Outcome) -> None:
        self._counts["ended"] += 1
        self._counts["calls"] += str(outcome.level) in ("E", "staff")

    def on_fault(self, text: str) -> None:
        self._counts["faults"] += 1


COUNTED = ("visits", "ended", "abandoned", "calls", "questions", "touched", "unheard", "not_understood", "faults")
"""Everything that is counted, in the order in which the staff read it."""
