"""Keep the practice's own voice: recorded lines as FLAC files, in a folder for each locale.

A file is named after its line and the hash of the words that were read, `koorts.vraag-1a2b3c4d5e.flac`. So a line that is
reworded later has no recording any more, and the next voice speaks it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import soundfile

from voice.audio.pcm import Audio, encode
from voice.base.errors import AudioError
from voice.speak.utterance import Utterance


class Recordings:
    """The recordings of one locale. The folder need not exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, line: Utterance) -> bool:
        return self.path(line).is_file()

    def list_missing(self, lines: Iterable[Utterance]) -> tuple[Utterance, ...]:
        """The lines without a recording, in their order."""
        return tuple(line for line in lines if not self.has(line))

    def path(self, line: Utterance) -> Path:
        """The file of the recording of a line, present or not."""
        words = hashlib.sha256(line.text.encode()).hexdigest()[:10]
        return self._folder / f"{line.id}-{words}.flac"

    def audio(self, line: Utterance) -> Audio:
        """Read the recording, at its own rate. Raises AudioError if it cannot be read."""
        try:
            samples, rate = soundfile.read(self.path(line), dtype="int16", always_2d=True)
        except (OSError, soundfile.LibsndfileError) as reason:
            raise AudioError(f"Recording {self.path(line)} cannot be read ({reason}).", "Record it again.") from reason
        return Audio(samples[:, 0].astype("<i2").tobytes(), rate)

    def keep(self, line: Utterance, take: Audio) -> None:
        """Store a recording in one step. Raises AudioError if the folder cannot be written."""
        path = self.path(line)
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(encode(take, "FLAC"))
            part.replace(path)
        except OSError as reason:
            with suppress(OSError):
                part.unlink()
            problem = f"Cannot write {path} ({reason.strerror}). What was recorded before is kept."
            raise AudioError(problem, "Free some space there, or choose another folder in the settings.") from reason

    def __bool__(self) -> bool:
        """Whether anything has been recorded."""
        return any(self._folder.glob("*.flac"))


NO_RECORDINGS = Recordings(Path("/nonexistent"))
"""An empty folder of recordings."""
