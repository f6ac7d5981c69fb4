"""The kiosk's mouth: lines from the phrasebook, as loud and as slow as this patient asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from voice.audio.loudness import amplify, step_louder, step_softer
from voice.audio.loudspeaker import Halted, Loudspeaker, never
from voice.audio.pcm import Audio
from voice.audio.tones import CUE
from voice.base.errors import DeviceError, Symptom, VoiceError
from voice.speak.phrasebook import Phrasebook
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer, Meaning


@dataclass(frozen=True, slots=True)
class Books:
    """The same lines at the usual and, opened when it is wanted, at a slower pace."""

    usual: Phrasebook
    slower: Callable[[], Phrasebook]


class PhrasebookMouth:
    """Speaks one visit; what a patient changes is forgotten with the mouth."""

    def __init__(self, books: Books, loudspeaker: Loudspeaker) -> None:
        self._books = books
        self._book = books.usual
        self._loudspeaker = loudspeaker
        self._gain = 0.0

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        """Speak a line to its end, or until `stop`, or not at all where it is halted.

        Raises DeviceError, also where it was never rendered and cannot be: for whoever listens that is the same.
        """
        self._loudspeaker.play(amplify(self._audio(utterance), self._gain), halted)

    def _audio(self, utterance: Utterance) -> Audio:
        """The line at the patient's pace; at the usual one where the slower voice fails."""
        for book in (self._book, self._books.usual):
            with suppress(VoiceError):
                return book.audio(utterance)
        raise DeviceError("The voice has failed.", "Run: ruggespraak check", Symptom.VOICE)

    def stop(self) -> None:
        """Fall silent within 150 ms, from any thread."""
        self._loudspeaker.stop()

    def cue(self) -> None:
        """Sound the tone that says: now I listen."""
        self._loudspeaker.play(amplify(CUE, self._gain))

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
            case _:
                pass
