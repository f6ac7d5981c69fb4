"""Run an engine in a process of its own, so that a crash or a hang in it ends neither the visit nor the kiosk.

1. An engine that dies is started again and hears the same answer once more.
2. An answer that kills it each time counts as not understood.
3. An engine that hangs is ended at its deadline. The answer counts as not understood, because it would hang again, and the
   kiosk speaks while a new process loads.
4. An engine that cannot be loaded again is a ModelError; the next answer tries to load it once more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from voice.audio.pcm import Audio
from voice.base import journal
from voice.base.errors import ModelError
from voice.recognize.process import Child, Gone, Greeting, Late, Unloadable
from voice.recognize.transcript import Transcript, Trust, Vocabulary

ANSWERING = 8.0
"""Seconds that one answer may take: twice what Whisper needs for a long one on a Raspberry Pi."""
LIVES = 2
"""How often an answer is tried."""


class Supervised:
    """A Recognizer that runs another one in a process of its own. Use it from one thread at a time.

    module, engine: the module of the engine and the name of its class. arguments: what the class is called with.
    answering: seconds that one answer may take; a recording that is longer than twice that may take half its length.
    needs: a file without which the engine cannot be loaded again. If it is missing that is told at once: to start a process
        that finds it out takes the longer the busier the machine is.

    Raises ModelError if the engine cannot be loaded, from the constructor or when it has to be loaded again.
    """

    name: str
    trust: Trust

    def __init__(
        self, module: str, engine: str, answering: float = ANSWERING, needs: Path | None = None, **arguments: Any
    ) -> None:
        self._order = (module, engine, arguments)
        self._answering = answering
        self._needs = needs
        self._child = Child(*self._order)
        self.name = engine
        self.name, self.trust = self._await_greeting()

    @property
    def process(self) -> int:
        """The child's process id, for the journal and for tests that kill it."""
        return self._child.pid

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """Hear an answer; the transcript is empty if the engine hung or died of it each time."""
        deadline = max(self._answering, audio.seconds / 2)
        for _ in range(LIVES):
            self._await_greeting()
            try:
                heard: Transcript = self._child.ask(deadline, "transcribe", audio, vocabulary)
                return heard
            except Gone as reason:
                self._restart()
                if isinstance(reason, Late):
                    break
        return Transcript("", 0.0, self.name)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words that the engine does not know. Raises ModelError if it dies of the question."""
        self._await_greeting()
        try:
            return tuple(self._child.ask(self._answering, "find_unknown_words", phrases))
        except Gone as reason:
            raise self._refuse(reason) from reason

    def close(self) -> None:
        """End the child; the recognizer cannot be used afterwards."""
        self._child.end()

    def _restart(self) -> None:
        """Start a new child; it loads while the kiosk does something else. Raises ModelError if that would be in vain."""
        journal.note("engine restarted", engine=self.name)
        self._child.end()
        if self._needs and not self._needs.exists():
            raise self._refuse(Unloadable(f"{self._needs} is missing"))
        self._child = Child(*self._order)

    def _await_greeting(self) -> Greeting:
        """Wait until the engine has loaded. One that dies while it loads gets a second chance."""
        if self._child.has_ended:
            self._restart()
        try:
            return self._child.await_greeting()
        except Unloadable as reason:
            raise self._refuse(reason) from reason
        except Gone:
            self._restart()
        try:
            return self._child.await_greeting()
        except (Unloadable, Gone) as reason:
            raise self._refuse(reason) from reason

    def _refuse(self, reason: Exception) -> ModelError:
        """Return the error to raise. The next answer starts a new child, because the model may be back by then."""
        self._child.end()
        return ModelError(f"{self._order[1]} cannot be loaded: {str(reason) or 'its process ended'}", "Run: ruggespraak check")
