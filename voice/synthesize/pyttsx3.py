"""The voice of pyttsx3: espeak-ng on Linux, NSSS on macOS, SAPI 5 on Windows. Text to WAV only.

Its playback says it has finished while it is still speaking, cannot be stopped, and deadlocks when one tries
(nateshmbhat/pyttsx3 #126, #138, #219); so nothing here plays. One child process owns the library and writes a
file for each clause: a hang is ended at a deadline, a crash of the C library takes the child only.
The child writes into a folder that nobody else can read, and the file is gone before the line is returned.

Tested on Linux. On macOS and Windows the voice is chosen by language or, since SAPI often gives none, by the
names of the Dutch voices known there (Frank, Bart, Xander, Ellen, Claire); that choice has not been tried.
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

from voice.audio import Audio, join, silence
from voice.errors import VoiceError
from voice.loudness import trim
from voice.pronounce import CLAUSE_PAUSE, SENTENCE_PAUSE, Clause, clauses
from voice.script import Utterance

READY_SECONDS = 20.0
"""How long the child may take to load the library: 0.3 s on a desktop; a cold SD card is slow."""
LINE_SECONDS = 10.0
"""How long a clause may take: 0.02 s was measured on a desktop; the rest is for a busy Raspberry Pi."""
ROOM_BYTES = 16_000_000
"""Free space wanted for a clause: on a full disk the library would wait for ever."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds of silence after a clause and after a sentence."""

    clause: float = CLAUSE_PAUSE
    sentence: float = SENTENCE_PAUSE


SLOW_RATE = 125
SLOW_PAUSES = Pauses(0.5, 0.9)
"""For who asks to speak slower: mostly longer pauses; much stretched synthetic speech is understood worse."""


class Pyttsx3:
    """A synthesizer. The child starts on the first line and again after `close`, so an idle voice costs nothing.

    locale: nl, nl-BE or nl-NL; a voice for exactly that locale is preferred to any other Dutch one.
    rate: words a minute. voice: the id or name of one voice, where the choice should not be left to us.

    Raises VoiceError where the library or espeak-ng is missing, or the voice is unknown, not Dutch, or MBROLA's
    (whose files pyttsx3 labels with a wrong rate, so that they sound 1.4 times too fast).
    """

    name = "pyttsx3"

    def __init__(self, locale: str, rate: int = 145, pauses: Pauses = Pauses(), voice: str = "") -> None:
        self._order = json.dumps({"locale": locale, "rate": rate, "voice": voice})
        self._pauses = pauses
        self._child: _Child | None = None
        with self._closing_on_error():
            engine = self._started().identity
        self.identity = f"{engine} {rate}wpm pauses {pauses.clause}/{pauses.sentence}"

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
            raise VoiceError(f"The voice pyttsx3 failed twice ({reason}).", "Run: ruggespraak check") from reason

    def _attempt(self, text: str) -> Audio:
        with self._closing_on_error():
            return self._started().render(text)

    def _started(self) -> _Child:
        if self._child is None:
            self._child = _Child(self._order)
        return self._child

    def _closing_on_error(self) -> _CloseOnError:
        return _CloseOnError(self)


class _CloseOnError:
    """Ends the child when a block fails, so that its late answer is never taken for the next one's."""

    def __init__(self, voice: Pyttsx3) -> None:
        self._voice = voice

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._voice.close()


class _Broken(VoiceError):
    """The child ended without an answer, or answered without a sound."""


class _Child:
    """The process that owns pyttsx3: one JSON object a line in, one a line out."""

    def __init__(self, order: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="voice-")
        _check_room(Path(self._folder.name))
        program = Path(__file__).with_name("pyttsx3_child.py")
        self._process = subprocess.Popen(
            [sys.executable, str(program), order],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8",
        )  # fmt: skip
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self.identity = str(self._answer(READY_SECONDS)["identity"])
        except VoiceError:
            self.close()
            raise

    def render(self, text: str) -> Audio:
        """Speak a text, by way of a file that only we can read."""
        path = Path(self._folder.name) / "clause.wav"
        _check_room(path.parent)
        self.ask({"text": text, "file": str(path)}, LINE_SECONDS)
        return _take(path)

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
            raise VoiceError(f"The voice pyttsx3 did not answer in {seconds:g} s.", "Run: ruggespraak check") from reason
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


def _take(path: Path) -> Audio:
    """Read the clause and remove the file. Raises VoiceError where it holds no sound."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise VoiceError("The voice pyttsx3 wrote audio that is not mono, 16 bit.", "Choose another voice.")
            sound = Audio(file.readframes(file.getnframes()), file.getframerate())
    except (OSError, EOFError, wave.Error) as reason:
        raise VoiceError(f"The voice pyttsx3 wrote no audio ({reason}).", "Is the disk full?") from reason
    finally:
        path.unlink(missing_ok=True)
    if not sound.pcm:
        raise _Broken("it spoke nothing")
    return sound
