"""A voice in a process of its own: a hang, a crash or the licence of its library reaches no further.

The child writes a file for each clause into a folder that nobody else can read; the file is gone before the line is
returned. One JSON object a line goes in, one comes out: first {"identity"}, then {} for each {"text", "file"} once that
WAV file is complete; in place of either {"problem", "remedy"} where the child cannot go on.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from voice.audio.loudness import trim
from voice.audio.pcm import Audio, join, silence
from voice.base.errors import VoiceError
from voice.speak.pronounce import CLAUSE_PAUSE, SENTENCE_PAUSE, Clause, clauses
from voice.speak.utterance import Utterance

ROOM_BYTES = 16_000_000
"""Free space wanted for a clause: on a full disk a library may wait for ever."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds of silence after a clause and after a sentence."""

    clause: float = CLAUSE_PAUSE
    sentence: float = SENTENCE_PAUSE


SLOW_RATE = 125
SLOW_PAUSES = Pauses(0.5, 0.9)
"""For who asks to speak slower: mostly longer pauses; much stretched synthetic speech is understood worse."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A child program.

    name: what the voice is called. program: the module that it runs. order: what it is told at its start.
    ready, clause: seconds that starting and one clause may take.
    """

    name: str
    program: str
    order: dict[str, Any]
    ready: float
    clause: float


class ChildVoice:
    """A Synthesizer. The child starts on the first line and again after `close`, so an idle voice costs nothing.

    Raises VoiceError with the child's own words where it cannot start.
    """

    def __init__(self, engine: Engine, pauses: Pauses = Pauses()) -> None:
        self.name = engine.name
        self._engine = engine
        self._pauses = pauses
        self._child: _Child | None = None
        try:
            with self._closing_on_error():
                identity = self._started().identity
        except _Broken as reason:
            raise VoiceError(f"The voice {self.name} cannot start ({reason}).", "Run: ruggespraak check") from reason
        self.identity = f"{identity} {engine.order['rate']}wpm pauses {pauses.clause}/{pauses.sentence}"

    def synthesize(self, utterance: Utterance) -> Audio:
        """Speak one line, with silences between its clauses. Raises VoiceError where it cannot."""
        parts = clauses(utterance.text, self._pauses.clause, self._pauses.sentence)
        if not parts:
            raise VoiceError(f"Line {utterance.id} holds no words to speak.", "Correct the script.")
        spoken = [sound for part in parts for sound in self._say(part)]
        return join(spoken, spoken[0].rate)

    def close(self) -> None:
        """End the child. The voice may be used again afterwards."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def _say(self, part: Clause) -> Iterator[Audio]:
        sound = trim(self._render(part.text), 0.02)
        yield sound
        yield silence(part.pause, sound.rate)

    def _render(self, text: str) -> Audio:
        """One clause; a child that broke is replaced once, since one crash may be bad luck and two are not."""
        try:
            return self._attempt(text)
        except _Broken:
            pass
        try:
            return self._attempt(text)
        except _Broken as reason:
            raise VoiceError(f"The voice {self.name} failed twice ({reason}).", "Run: ruggespraak check") from reason

    def _attempt(self, text: str) -> Audio:
        with self._closing_on_error():
            return self._started().render(text)

    def _started(self) -> _Child:
        if self._child is None:
            self._child = _Child(self._engine)
        return self._child

    def _closing_on_error(self) -> _CloseOnError:
        return _CloseOnError(self)


class _CloseOnError:
    """Ends the child when a block fails, so that its late answer is never taken for the next one's."""

    def __init__(self, voice: ChildVoice) -> None:
        self._voice = voice

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._voice.close()


class _Broken(VoiceError):
    """The child ended without an answer, or answered without a sound."""


class _Child:
    """The process that owns the library."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._folder = tempfile.TemporaryDirectory(prefix="voice-")
        _check_room(Path(self._folder.name))
        self._process = subprocess.Popen(
            [sys.executable, "-m", engine.program, json.dumps(engine.order)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8",
        )  # fmt: skip
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self.identity = str(self._answer(engine.ready)["identity"])
        except VoiceError:
            self.close()
            raise

    def render(self, text: str) -> Audio:
        """Speak a text, by way of a file that only we can read."""
        path = Path(self._folder.name) / "clause.wav"
        _check_room(path.parent)
        self.ask({"text": text, "file": str(path)}, self._engine.clause)
        return _take(path, self._engine.name)

    def ask(self, request: dict[str, str], seconds: float) -> dict[str, Any]:
        """Send a request and wait for its answer. Raises VoiceError, _Broken where there is none in time."""
        try:
            self._pipe(self._process.stdin).write(json.dumps(request) + "\n")
            self._pipe(self._process.stdin).flush()
        except OSError as reason:
            raise _Broken(f"it ended with code {self._process.wait()}") from reason
        return self._answer(seconds)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            _close_quietly(self._pipe(pipe))
        self._folder.cleanup()

    def _listen(self) -> None:
        for line in self._pipe(self._process.stdout):
            self._answers.put(line)
        self._answers.put("")

    def _answer(self, seconds: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty as reason:
            self._process.kill()
            name = self._engine.name
            raise VoiceError(f"The voice {name} did not answer in {seconds:g} s.", "Run: ruggespraak check") from reason
        if not line:
            raise _Broken(f"it ended with code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "problem" in answer:
            raise VoiceError(answer["problem"], answer["remedy"])
        return answer

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


def _close_quietly(pipe: IO[str]) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be flushed had no reader left
        return


def _check_room(folder: Path) -> None:
    stats = os.statvfs(folder) if hasattr(os, "statvfs") else None
    if stats is not None and stats.f_bavail * stats.f_frsize < ROOM_BYTES:
        raise VoiceError(f"No room on the disk of {folder.parent} to speak a line.", "Free some space there.")


def _take(path: Path, name: str) -> Audio:
    """Read the clause and remove the file. Raises VoiceError where it holds no sound."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise VoiceError(f"The voice {name} wrote audio that is not mono, 16 bit.", "Choose another voice.")
            sound = Audio(file.readframes(file.getnframes()), file.getframerate())
    except (OSError, EOFError, wave.Error) as reason:
        raise VoiceError(f"The voice {name} wrote no audio ({reason}).", "Is the disk full?") from reason
    finally:
        path.unlink(missing_ok=True)
    if not sound.pcm:
        raise _Broken("it spoke nothing")
    return sound
