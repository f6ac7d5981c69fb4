"""Any engine that hears whole answers, in a process of its own: a crash or a hang in it ends neither visit nor kiosk.

Where the process dies it is started again and hears the answer once more. Where it hangs it is ended at a deadline and
the answer counts as not understood, so the kiosk speaks while a new process loads.
"""

from __future__ import annotations

from typing import Any

from voice.audio.pcm import Audio
from voice.base import journal
from voice.base.errors import ModelError
from voice.recognize.process import Child, Gone, Late, Unloadable
from voice.recognize.transcript import Transcript, Trust, Vocabulary

INSIDE = "voice.recognize.worker"
"""What the process runs."""
ANSWERING = 8.0
"""Seconds that one answer may take: twice what Whisper needs for a long one on a Raspberry Pi."""
LIVES = 2
"""How often an answer is tried; one that kills the engine each time counts as not understood."""


class Supervised:
    """A Recognizer that is another one, in a process of its own. Use it from one thread at a time.

    module, engine: where its class is, and what that is called. arguments: what it is made with.
    answering: seconds that one answer may take.

    Raises ModelError where it cannot be loaded, from the start or when it has to be loaded again.
    """

    name: str
    trust: Trust

    def __init__(self, module: str, engine: str, answering: float = ANSWERING, **arguments: Any) -> None:
        self._order = (module, engine, arguments)
        self._answering = answering
        self._child = Child(INSIDE, *self._order)
        self.name = engine
        try:
            self.name, self.trust = self._greeted()
        except ModelError:
            self._child.end()
            raise

    @property
    def process(self) -> int:
        """The child's process id, for the journal and for tests that kill it."""
        return self._child.pid

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """What was said; nothing where the engine hung or died of it each time."""
        for _ in range(LIVES):
            self._greeted()
            try:
                return self._child.ask(self._answering, "transcribe", audio, vocabulary)
            except Gone as reason:
                self._restart()
                if isinstance(reason, Late):
                    break
        return Transcript("", 0.0, self.name)

    def strange(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Words that the engine does not know. Raises ModelError where it dies of the question."""
        self._greeted()
        try:
            return self._child.ask(self._answering, "strange", phrases)
        except Gone as reason:
            raise self._refused(str(reason) or "its process ended") from reason

    def close(self) -> None:
        """End the child; the recognizer cannot be used afterwards."""
        self._child.end()

    def _restart(self) -> None:
        """Begin anew; it loads while something else is done."""
        journal.note("engine restarted", engine=self.name)
        self._child.end()
        self._child = Child(INSIDE, *self._order)

    def _greeted(self) -> tuple[str, Trust]:
        """What the engine says of itself, once it has loaded; one that dies while it loads gets another chance."""
        try:
            return self._child.greeting()
        except Unloadable as reason:
            raise self._refused(str(reason)) from reason
        except Gone:
            self._restart()
        try:
            return self._child.greeting()
        except (Unloadable, Gone) as reason:
            raise self._refused(str(reason) or "its process ended") from reason

    def _refused(self, why: str) -> ModelError:
        """The error to raise; the next answer tries anew, for the model may be back by then."""
        self._restart()
        return ModelError(f"{self._order[1]} cannot be loaded: {why}", "Run: ruggespraak check")
