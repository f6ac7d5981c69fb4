"""A patient who answers a session, and an observer that remembers what happened in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from voice.audio.microphone import play_clip
from voice.audio.pcm import Audio, silence
from voice.bench.rigs.fakes import QUIET, SPEECH
from voice.consultation.script import Question
from voice.kiosk.turns.observer import AnyEventObserver


class FakeEar:
    """Answers every question with half a second of sound, or with silence if the next word is empty."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = iter(words)

    def blocks(self, question: Question) -> Iterator[bytes]:
        yield from repeat(SPEECH if next(self._words, "") else QUIET, 16)
        yield from repeat(QUIET)


def _list_what(event: str) -> property:
    """Make a property: what the events of that name were about, in their order."""
    return property(lambda self: [about for happened, about in self.happened if happened == event])


class RecordedMicrophone:
    """Plays the next clip each time it is listened to; after the last, silence."""

    def __init__(self, clips: Iterable[Audio]) -> None:
        self._clips = iter(clips)

    def blocks(self) -> Iterator[bytes]:
        return play_clip(next(self._clips, silence(0)))

    def drain(self, settling: float) -> None: ...

    def rest(self) -> None: ...


@dataclass
class FakeObserver(AnyEventObserver):
    """Remembers everything that happened: each event and what it was about, in their order."""

    happened: list[tuple[str, Any]] = field(default_factory=list)

    def on_any(self, event: str, *about: Any) -> None:
        self.happened.append((event, about[0] if about else None))

    @property
    def events(self) -> list[str]:
        """The names of the events, without `on_level`."""
        return [event for event, _ in self.happened if event != "on_level"]

    spoken = _list_what("on_line")
    questions = _list_what("on_listening")
    sounds = _list_what("on_level")
    turns = _list_what("on_turn")
    outcomes = _list_what("on_end")
    faults = _list_what("on_fault")
    crashes = _list_what("on_crash")
