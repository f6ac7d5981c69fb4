"""Speaks lines: from the phrasebook, as loud and as slow as this patient asked for, and shown while they are spoken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from voice.audio.loudness import amplify, step_louder, step_softer
from voice.audio.loudspeaker import Halted, Loudspeaker, never
from voice.audio.pcm import Audio
from voice.audio.tones import CUE, NOD
from voice.base.errors import DeviceError, Symptom, VoiceError
from voice.kiosk.turns.observer import Observer
from voice.kiosk.turns.ports import Mouth
from voice.kiosk.turns.touch import Touches
from voice.speak.phrasebook import Phrasebook
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer, Meaning

GLANCE_SECONDS = 0.1
"""How often a pause after a line asks whether it is halted, in seconds."""

RENDERING_SECONDS = 2.5
"""Seconds that a patient may wait for a line that is not ready. With those for a slower voice (`phrasebook.py`) less than 5."""


@dataclass(frozen=True, slots=True)
class Books:
    """The same lines at the usual pace, and at a slower one that is opened when it is wanted."""

    usual: Phrasebook
    slower: Callable[[], Phrasebook]


class PhrasebookMouth:
    """The mouth of one visit; what a patient changes is forgotten with it."""

    def __init__(self, books: Books, loudspeaker: Loudspeaker) -> None:
        self._books = books
        self._book = books.usual
        self._loudspeaker = loudspeaker
        self._gain = 0.0

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        """Speak a line to its end, or until `stop`, or not at all if it is halted.

        Raises DeviceError, also if the line was never rendered and cannot be in time: to the patient that is the same.
        """
        self._loudspeaker.play(amplify(self._audio(utterance), self._gain), halted)

    def _audio(self, utterance: Utterance) -> Audio:
        """Return the line at the patient's pace; at the usual one if the slower voice fails or takes too long."""
        late = time.monotonic() + RENDERING_SECONDS
        for book in (self._book, self._books.usual):
            with suppress(VoiceError):
                return book.audio_within(max(0.0, late - time.monotonic()), utterance)
        raise DeviceError("The voice has failed.", "Run: ruggespraak check", Symptom.VOICE)

    def stop(self) -> None:
        """Fall silent within 150 ms, from any thread."""
        self._loudspeaker.stop()

    def cue(self) -> None:
        """Sound the tone that says: now I listen."""
        self._loudspeaker.play(amplify(CUE, self._gain))

    def nod(self) -> None:
        """Sound the tone that says: I still listen."""
        self._loudspeaker.play(amplify(NOD, self._gain))

    def adjust(self, answer: Answer) -> None:
        """Do what the patient asks of the voice; other answers change nothing."""
        match answer.meaning:
            case Meaning.LOUDER:
                self._gain = step_louder(self._gain)
            case Meaning.SOFTER:
                self._gain = step_softer(self._gain)
            case Meaning.SLOWER:
                with suppress(VoiceError):
                    self._book = self._books.slower()


@dataclass(frozen=True, slots=True)
class LineSpeaker:
    """Speaks lines, tells the observer of each, and falls silent at a touch. A touch may also go to the next line at once."""

    mouth: Mouth
    observer: Observer
    touches: Touches

    def say(
        self,
        lines: Iterable[Utterance],
        halted: Halted = never,
        shown: Callable[[], None] = lambda: None,
        pause: Callable[[Utterance], float] = lambda line: 0.0,
    ) -> None:
        """Speak the lines, and leave out the rest once halted. Raises DeviceError, and Touched at a touch.

        shown: called when a line is on the screen, before it is spoken. pause: seconds for which a line stays after it.
        """
        for line in lines:
            if halted():
                return
            self.observer.on_line(line)
            self.touches.show_line()
            shown()
            self.mouth.speak(line, lambda: halted() or self.touches.pending or self.touches.turned)
            self.observer.on_line_end(line)
            self._pause(pause(line), halted)
            self.touches.heed()

    def _pause(self, seconds: float, halted: Halted) -> None:
        for _ in range(round(seconds / GLANCE_SECONDS)):
            if halted() or self.touches.wait_for_turn(GLANCE_SECONDS):
                return

    def show(self, lines: Iterable[Utterance]) -> None:
        """Show lines that cannot be spoken."""
        for line in lines:
            self.observer.on_line(line)
            self.observer.on_line_end(line)

    def try_to_say(self, line: Utterance) -> None:
        """Speak a line if the loudspeaker works; it is shown in any case."""
        self.observer.on_line(line)
        with suppress(DeviceError):
            self.mouth.speak(line, lambda: self.touches.pending)
        self.observer.on_line_end(line)
