"""Hold audio as a value (mono, 16 bit): read, write, resample, cut into blocks."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import soundfile
import soxr

from voice.base.errors import AudioError
from voice.base.private_files import write_private

LISTENING_RATE = 16_000
"""Hz; the rate at which everything heard is segmented and recognized."""
LONGEST = 1800.0
"""Seconds; the longest file that is read. No answer is that long."""
PIECE = 1 << 16
"""Samples of a file that are read at once."""
USUAL_RATES = (4_000, 384_000)
"""Lowest and highest rate (Hz) of a file that is taken for a recording."""
CANCELLED = 0.3
"""A mixture that is softer than this share of its loudest channel was cancelled by channels that swing against each other."""
LARGEST = 1 << 30
"""Bytes; the largest file whose header is mended in memory."""
CONVERTING_SECONDS = 60
"""How long another program may take to convert a recording."""
FORMATS = "WAV, FLAC, OGG or MP3"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Audio:
    """A stretch of sound.

    pcm: mono samples, 16 bit signed, little endian.
    rate: samples per second (Hz).
    """

    pcm: bytes
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / self.rate

    @property
    def samples(self) -> np.ndarray:
        """The samples as an int16 array of shape (n,)."""
        return np.frombuffer(self.pcm, dtype="<i2")

    @property
    def floats(self) -> np.ndarray:
        """The samples as a float32 array of shape (n,) in -1..1."""
        return self.samples.astype(np.float32) / 32768


def from_floats(samples: np.ndarray, rate: int) -> Audio:
    """Make audio from float samples of shape (n,); samples beyond -1..1 are clipped."""
    clipped = np.clip(samples, -1.0, 32767 / 32768)
    return Audio((clipped * 32768).astype("<i2").tobytes(), rate)


def silence(seconds: float, rate: int = LISTENING_RATE) -> Audio:
    return Audio(bytes(2 * round(seconds * rate)), rate)


def cut(audio: Audio, start: float, end: float) -> Audio:
    """Cut out the part from `start` to `end` (seconds), as far as the audio goes."""
    return Audio(audio.pcm[2 * round(start * audio.rate) : 2 * round(end * audio.rate)], audio.rate)


def join(parts: list[Audio], rate: int) -> Audio:
    """Join the parts one after the other, at one rate (Hz)."""
    return Audio(b"".join(resample(part, rate).pcm for part in parts), rate)


def resample(audio: Audio, rate: int) -> Audio:
    """Return the same sound at another rate (Hz)."""
    if audio.rate == rate or not audio.pcm:
        return Audio(audio.pcm, rate)
    return from_floats(soxr.resample(audio.floats, audio.rate, rate), rate)


def blocks(audio: Audio, size: int) -> Iterator[bytes]:
    """Cut into blocks of `size` samples; the last is filled up with silence."""
    step = 2 * size
    for start in range(0, len(audio.pcm), step):
        yield audio.pcm[start : start + step].ljust(step, b"\0")


def read_audio(path: Path, rate: int = LISTENING_RATE) -> Audio:
    """Read a file of any usual format (WAV, FLAC, OGG, MP3, AIFF), mixed down to mono, at `rate` Hz.

    What telephones make (M4A, WebM, AMR) is converted by ffmpeg, if that is installed.
    Raises AudioError if the file is missing, empty, unreadable, longer than LONGEST or has a rate beyond USUAL_RATES.
    """
    if not os.path.isfile(path):  # False also for a name that no file can have
        raise AudioError(f"Audio file {path} does not exist.", "Check the name.")
    if path.suffix.lower() == ".raw":
        raise AudioError(f"Audio file {path} does not say its rate and form.", f"Save it as {FORMATS}.")
    try:
        mono, found = _read_mono(path, path)
        if not len(mono) and (mended := _mend_length(path)):
            mono, found = _read_mono(io.BytesIO(mended), path)
    except (soundfile.LibsndfileError, OSError) as reason:
        mono, found = _read_mono(io.BytesIO(_convert(path, getattr(reason, "error_string", str(reason)))), path)
    if not len(mono):
        raise AudioError(f"Audio file {path} holds no sound.", "Record it again.")
    return from_floats(mono if found == rate else soxr.resample(mono, found, rate), rate)


def _read_mono(source: Path | io.BytesIO, path: Path) -> tuple[np.ndarray, int]:
    """Return the samples as float32 of shape (n,), and their rate (Hz). path: of the file, for a complaint."""
    with soundfile.SoundFile(source) as file:
        if not USUAL_RATES[0] <= file.samplerate <= USUAL_RATES[1]:
            raise AudioError(f"Audio file {path} has a rate of {file.samplerate} Hz.", "Save it at 16000 Hz.")
        return _mix_down(file, path), file.samplerate


def _mend_length(path: Path) -> bytes:
    """Return a WAV file whose header says the length of what follows; empty if that is not what is wrong with it.

    A program that writes while it records, and is cut off, leaves a length of 0.
    """
    if path.stat().st_size > LARGEST:
        return b""
    content = path.read_bytes()
    at = content.find(b"data\0\0\0\0")
    if content[:4] != b"RIFF" or at < 0 or at + 8 == len(content):
        return b""
    length, whole = len(content) - at - 8, len(content) - 8
    return content[:4] + whole.to_bytes(4, "little") + content[8 : at + 4] + length.to_bytes(4, "little") + content[at + 8 :]


def _convert(path: Path, told: str) -> bytes:
    """Return the recording as WAV, converted by ffmpeg. told: why it could not be read. Raises AudioError."""
    program = shutil.which("ffmpeg")
    refusal = AudioError(f"Audio file {path} cannot be read ({told}).", f"Save it as {FORMATS}, or install ffmpeg.")
    if program is None:
        raise refusal
    output = ("-t", str(LONGEST + 1), "-c:a", "pcm_s16le", "-f", "wav", "pipe:1")  # a second more, so that it is noticed
    command = [program, "-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-i", f"file:{path}", "-vn", *output]
    try:
        content = subprocess.run(command, capture_output=True, check=True, timeout=CONVERTING_SECONDS).stdout
    except (OSError, subprocess.SubprocessError) as reason:
        raise refusal from reason
    if not content:
        raise refusal
    return content


def _mix_down(file: soundfile.SoundFile, path: Path) -> np.ndarray:
    """Return the samples as float32 of shape (n,). They are read piece by piece, because a header may claim any length."""
    pieces: list[np.ndarray] = [np.zeros(0, np.float32)]
    for _ in range(round(LONGEST * file.samplerate / PIECE)):
        piece = file.read(PIECE, dtype="float32", always_2d=True)
        if not len(piece):
            return np.concatenate(pieces)
        if not np.isfinite(piece).all():
            raise AudioError(f"Audio file {path} holds values that are no sound.", "Save it as WAV with 16 bit.")
        pieces.append(mix_channels(np.clip(piece, -1.0, 1.0)))
    raise AudioError(f"Audio file {path} is longer than {LONGEST / 60:.0f} minutes.", "Cut out the answer.")


def mix_channels(piece: np.ndarray) -> np.ndarray:
    """Return the mean of the channels of an array of shape (n, channels), or the loudest if the mean cancels it."""
    mixed, powers = piece.mean(axis=1), np.square(piece).mean(axis=0)
    if piece.shape[1] > 1 and np.square(mixed).mean() < CANCELLED**2 * powers.max():
        return np.asarray(piece[:, int(powers.argmax())])
    return np.asarray(mixed)


def decode(file: bytes) -> Audio:
    """Read a sound file that `encode` made. A line of speech as FLAC takes a millisecond."""
    samples, rate = _run_apart(lambda: soundfile.read(io.BytesIO(file), dtype="int16"))
    return Audio(samples.astype("<i2").tobytes(), rate)


def encode(audio: Audio, form: str = "WAV") -> bytes:
    """Make a sound file (mono, 16 bit) in memory, because libsndfile does not say why it cannot write one to disk."""
    file = io.BytesIO()
    _run_apart(lambda: soundfile.write(file, audio.samples, audio.rate, subtype="PCM_16", format=form))
    return file.getvalue()


def _run_apart(work: Callable[[], T]) -> T:
    """Return what the work returns, done in a thread of its own.

    libsndfile reaches memory through callbacks, and what is raised in one is lost: so is Ctrl+C, which only the main thread gets.
    """
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(work).result()


def write_wav(path: Path, audio: Audio, *, private: bool = False) -> None:
    """Write a WAV file (mono, 16 bit). Raises AudioError if it cannot be written.

    private: only its owner may read it, because a patient is heard in it.
    """
    write = write_private if private else Path.write_bytes
    try:
        write(path, encode(audio))
    except OSError as reason:
        raise AudioError(f"Cannot write {path} ({reason.strerror}).", "Choose another place.") from reason
