"""The phrasebook: every line of the kiosk rendered ahead, checked, levelled and kept on disk.

Within a visit speaking is only playing: a line that has been rendered never needs the synthesizer again, so a
voice that dies between two questions leaves the kiosk speaking.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from voice.audio import Audio
from voice.errors import VoiceError
from voice.loudness import decibels, level, trim
from voice.pronounce import PLAIN, Lexicon, pronounce, syllables
from voice.script import Utterance
from voice.synthesize import Synthesizer

LEAST_PEAK = -20.0
"""dBFS: a voice that never gets this loud has failed (engines.md, 2)."""
LEAST_SECONDS = 0.05
"""Seconds a syllable takes at the very least: shorter, and a part of the line is missing (engines.md, 2)."""
CLIPPED_SHARE = 0.001
"""Share of samples at full scale above which a line counts as clipped."""
_LAST = "voice.txt"
_FORMAT = "1"  # of the stored audio; part of the key, so that a change in levelling renders anew


@dataclass(frozen=True, slots=True)
class Progress:
    """How far `prepare` has come: `done` of `total` lines; `line` is the id of the one just made ready."""

    done: int
    total: int
    line: str


class MissingVoice:
    """Stands in for a voice that failed to start, so that what it rendered before can still be spoken.

    identity: of the voice that rendered the phrasebook. Whatever was not rendered raises the error it failed with.
    """

    name = "missing"

    def __init__(self, identity: str, error: VoiceError) -> None:
        self.identity = identity
        self._error = error

    def synthesize(self, utterance: Utterance) -> Audio:
        raise self._error

    def close(self) -> None: ...


def missing_voice(folder: Path, error: VoiceError) -> Synthesizer:
    """The voice that last rendered in `folder`, as far as its lines go. Raises `error` where there was none."""
    try:
        return MissingVoice((folder / _LAST).read_text(encoding="utf-8"), error)
    except OSError:
        raise error from None


class Phrasebook:
    """Lines as audio: from memory, else from disk, else from the synthesizer.

    folder: where rendered lines are kept; it may be shared by several voices.
    lexicon: how written words are spoken.
    warn: told in one line what went wrong without stopping the kiosk (a disk that is full, a damaged file).
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        folder: Path,
        lexicon: Lexicon = PLAIN,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._synthesizer = synthesizer
        self._folder = folder
        self._lexicon = lexicon
        self._warn = warn
        self._memory: dict[str, Audio] = {}
        self._disk_works = True

    @property
    def voice(self) -> str:
        """Name of the synthesizer."""
        return self._synthesizer.name

    def audio(self, utterance: Utterance) -> Audio:
        """The line, ready to play. Raises VoiceError where it had to be rendered and could not be."""
        spoken = Utterance(utterance.id, pronounce(utterance.text, self._lexicon))
        key = self._key(spoken)
        if key not in self._memory:
            self._memory[key] = self._kept(key) or self._rendered(key, spoken)
        return self._memory[key]

    def prepare(self, utterances: Iterable[Utterance], progress: Callable[[Progress], None] = lambda _: None) -> int:
        """Make every line ready; returns how many had to be rendered. Raises VoiceError at the first that fails."""
        lines = list(utterances)
        rendered = 0
        for done, line in enumerate(lines, start=1):
            rendered += not self.has(line)
            self.audio(line)
            progress(Progress(done, len(lines), line.id))
        return rendered

    def has(self, utterance: Utterance) -> bool:
        """Whether the line can be spoken without the synthesizer."""
        key = self._key(Utterance(utterance.id, pronounce(utterance.text, self._lexicon)))
        if key not in self._memory and (kept := self._kept(key)):
            self._memory[key] = kept
        return key in self._memory

    def _key(self, spoken: Utterance) -> str:
        words = "\n".join((_FORMAT, self._synthesizer.identity, spoken.text))
        return hashlib.sha256(words.encode()).hexdigest()

    def _kept(self, key: str) -> Audio | None:
        """The line from disk; nothing where it was never rendered or the file is damaged."""
        path = self._folder / f"{key}.wav"
        try:
            stored = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as reason:
            self._warn(f"Rendered line {path} cannot be read ({reason.strerror}); it is rendered again.")
            return None
        return self._unpacked(stored, path)

    def _unpacked(self, stored: bytes, path: Path) -> Audio | None:
        body, mark = stored[:-32], stored[-32:]
        if hashlib.sha256(body).digest() != mark:
            self._warn(f"Rendered line {path} is damaged; it is rendered again.")
            return None
        samples, rate = soundfile.read(io.BytesIO(body), dtype="int16")
        return Audio(samples.astype("<i2").tobytes(), rate)

    def _rendered(self, key: str, spoken: Utterance) -> Audio:
        raw = self._synthesizer.synthesize(spoken)
        line = level(trim(raw))
        check(raw, spoken)
        if self._disk_works:
            self._keep(key, line)
        return line

    def _keep(self, key: str, line: Audio) -> None:
        """Store the line in one step, with its hash behind it, so that half a file is never taken for a line."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._folder / f"{key}.wav", _packed(line))
            _write(self._folder / _LAST, self._synthesizer.identity.encode())
        except OSError as reason:
            self._disk_works = False
            self._warn(
                f"Rendered lines cannot be kept in {self._folder} ({reason.strerror}); they stay in memory "
                "until the kiosk stops. Free some space there."
            )


def _packed(line: Audio) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, line.samples, line.rate, subtype="PCM_16", format="WAV")
    body = file.getvalue()
    return body + hashlib.sha256(body).digest()


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".line-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


def check(line: Audio, spoken: Utterance) -> None:
    """Raises VoiceError where the line cannot be what its text says: too short, too soft, silent or clipped."""
    problem = _flaw(line, spoken.text)
    if problem:
        raise VoiceError(f"Line {spoken.id} came out {problem}.", "Try another voice, or reword the line.")


def _flaw(line: Audio, text: str) -> str:
    if not line.pcm or not np.any(line.samples):
        return "silent"
    if line.seconds < LEAST_SECONDS * syllables(text):
        return f"too short ({line.seconds:.2f} s for {syllables(text)} syllables)"
    if decibels(float(np.abs(line.floats).max())) < LEAST_PEAK:
        return f"too soft (peak {decibels(float(np.abs(line.floats).max())):.0f} dBFS)"
    if float(np.mean(np.abs(line.samples.astype(np.int32)) >= 32767)) > CLIPPED_SHARE:
        return "clipped"
    return ""
