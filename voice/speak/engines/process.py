"""Run a voice in a process of its own: a hang, a crash or the licence of its library reaches no further.

The child writes a file for each clause into a folder that nobody else can read; the file is deleted before the line is
returned. One JSON object a line goes in, one comes out: first {"identity"}, then {} for each {"text", "file"} once that
WAV file is complete; instead of either {"problem", "remedy"} if the child cannot go on.

`recognize/process.py` also supervises a child, but passes Python objects to a copy of this program. A voice is a program
that is started and spoken to in text, for three reasons: Piper is GPL and must stay separate; the child loads its
library and little else, so it starts quickly; what a speech library prints must not reach the results on standard output.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import wave
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from voice.audio.loudness import trim
from voice.audio.pcm import Audio, join, silence
from voice.base.errors import VoiceError
from voice.speak.pronounce import CLAUSE_PAUSE, SENTENCE_PAUSE, split_clauses
from voice.speak.utterance import Utterance

ROOM_BYTES = 16_000_000
"""Free space needed for a clause: on a full disk a library may wait for ever."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds of silence after a clause and after a sentence."""

    clause: float = CLAUSE_PAUSE
    sentence: float = SENTENCE_PAUSE


ENVIRONMENT = Path(sys.prefix)
"""Of this program; a voice that must stay apart has its own in there."""
_ROOT = Path(__file__).resolve().parents[3]
"""Holds the package `voice`."""
_RUN = "import sys, runpy; sys.path.append(sys.argv.pop()); runpy.run_module(sys.argv.pop(), run_name='__main__')"
"""Runs the worker out of this program; what else lies beside that comes last, after the packages of the environment."""
SLOW_RATE = 125
SLOW_PAUSES = Pauses(0.5, 0.9)
"""For patients who ask for slower speech: mostly longer pauses; much stretched synthetic speech is understood worse."""


class ProcessVoice:
    """A Synthesizer. The child starts on the first line and again after `close`, so an idle voice costs nothing.

    name: of the voice; the child runs `<name>_worker.py`, in an environment of its own if there is one: `<name>-env` in that of
    this program. order: what the child is told at its start.
    ready, clause: seconds that starting and one clause may take.

    Raises VoiceError with the child's own words if it cannot start.
    """

    def __init__(self, name: str, order: dict[str, Any], ready: float, clause: float, pauses: Pauses) -> None:
        self.name = name
        self._start_child = partial(_Child, name, order, ready)
        self._deadline = clause
        self._pauses = pauses
        self._child: _Child | None = None
        try:
            identity = self._start().identity
        except _Broken as reason:
            raise VoiceError(f"The voice {self.name} cannot start ({reason}).", "Run: ruggespraak check") from reason
        self.identity = f"{identity} {order['rate']}wpm pauses {pauses.clause}/{pauses.sentence}"

    def synthesize(self, utterance: Utterance) -> Audio:
        """Speak one line, with silences between its clauses. Raises VoiceError if the voice cannot."""
        parts = split_clauses(utterance.text, self._pauses.clause, self._pauses.sentence)
        if not parts:
            raise VoiceError(f"Line {utterance.id} holds no words to speak.", "Correct the script.")
        spoken: list[Audio] = []
        for text, pause in parts:
            sound = trim(self._render(text), 0.02)
            spoken += (sound, silence(pause, sound.rate))
        return join(spoken, spoken[0].rate)

    def close(self) -> None:
        """End the child. The voice may be used again afterwards."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def _render(self, text: str) -> Audio:
        """Render one clause. Replace a child that broke once: one crash may be bad luck, two are not."""
        with suppress(_Broken):
            return self._attempt(text)
        try:
            return self._attempt(text)
        except _Broken as reason:
            raise VoiceError(f"The voice {self.name} failed twice ({reason}).", "Run: ruggespraak check") from reason

    def _attempt(self, text: str) -> Audio:
        """Render one clause. End the child if that fails, so that its late answer is never taken for the next one's."""
        try:
            return self._start().render(text, self._deadline)
        except BaseException:
            self.close()
            raise

    def _start(self) -> _Child:
        self._child = self._child or self._start_child()
        return self._child


class _Broken(VoiceError):
    """The child ended without an answer, or answered without a sound."""


class _Child:
    """The process that owns the library. It is given no sound server, because a voice only writes files.

    Otherwise espeak-ng opens one when it starts, and waits for ever for one that hangs.
    """

    def __init__(self, name: str, order: dict[str, Any], ready: float) -> None:
        self._name = name
        self._folder = tempfile.TemporaryDirectory(prefix="voice-")
        _check_room(Path(self._folder.name))
        self._process = subprocess.Popen(
            [_find_python(name), "-c", _RUN, json.dumps(order), f"voice.speak.engines.{name}_worker", str(_ROOT)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", env=os.environ | {"PULSE_SERVER": f"unix:{self._folder.name}/none"},
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests, self._lines = self._process.stdin, self._process.stdout
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self.identity = str(self._await_answer(ready)["identity"])
        except VoiceError:
            self.close()
            raise

    def render(self, text: str, seconds: float) -> Audio:
        """Speak a text, through a file that only we can read. Raises VoiceError; _Broken if the child ended."""
        path = Path(self._folder.name) / "clause.wav"
        _check_room(path.parent)
        try:
            self._requests.write(json.dumps({"text": text, "file": str(path)}) + "\n")
            self._requests.flush()
        except OSError as reason:
            raise _Broken(f"it ended with code {self._process.wait()}") from reason
        self._await_answer(seconds)
        return _take_sound(path, self._name)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._requests, self._lines):
            with suppress(OSError):  # what was still to be flushed had no reader left
                pipe.close()
        self._folder.cleanup()

    def _listen(self) -> None:
        for line in self._lines:
            self._answers.put(line)
        self._answers.put("")

    def _await_answer(self, seconds: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty as reason:
            self._process.kill()
            raise VoiceError(f"The voice {self._name} did not answer in {seconds:g} s.", "Run: ruggespraak check") from reason
        if not line:
            raise _Broken(f"it ended with code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "problem" in answer:
            raise VoiceError(answer["problem"], answer["remedy"])
        return answer


def _find_python(name: str) -> str:
    """Find the interpreter of the voice's own environment; this one if it has none."""
    own = ENVIRONMENT / f"{name}-env"
    for path in (own / "bin" / "python", own / "Scripts" / "python.exe"):
        if path.exists():
            return str(path)
    return sys.executable


def _check_room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < ROOM_BYTES:
        raise VoiceError(f"No room on the disk of {folder.parent} to speak a line.", "Free some space there.")


def _take_sound(path: Path, name: str) -> Audio:
    """Read the clause and delete the file. Raises VoiceError if it is not mono, 16 bit, _Broken if it holds no sound."""
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
