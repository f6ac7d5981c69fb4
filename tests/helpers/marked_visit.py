"""A spoken visit to the real kiosk, after which the memory of each of its processes is searched for what was said.

Run as a program of its own, with a folder, a recorded answer at LISTENING_RATE, a word that the kiosk recognizes in it, and
`wiping` or `not`. Prints one JSON object: how often the word, and pieces of its sound, stood in memory before the answer, once
it was heard, after the visit, and after the same was said while nobody listened; in all processes together.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tests.helpers.process_memory import count_in_memory
from voice.audio.pcm import read_audio
from voice.base.console import print_json
from voice.bench.processes import find_children
from voice.bench.rigs.spoken_kiosk import PROGRAM, run_spoken_kiosk

FORGETFUL = (
    "import voice.base.process_memory as memory; memory.overwrite_freed_memory = memory.return_freed_memory = lambda: None; "
    "from voice.__main__ import main; main()"
)
"""The program, but no memory is overwritten when it is freed, and none goes back."""
PIECE = 16
"""Samples of a piece of sound."""
SETTLED = 1.0
"""Seconds after which nothing is on its way any more."""


def main(folder: Path, answer: Path, word: str, how: str) -> None:
    marks = {"word": list_spellings(word), "sound": list_pieces(answer)}
    program = PROGRAM if how == "wiping" else (sys.executable, "-c", FORGETFUL)
    with run_spoken_kiosk(folder, program, speaks=False) as kiosk:
        found = {"before": search(kiosk.process, marks)}
        kiosk.hold_visit(answer, lambda: found.update(heard=search(kiosk.process, marks)))
        time.sleep(SETTLED)
        found["after"] = search(kiosk.process, marks)
        kiosk.speak(answer)
        time.sleep(SETTLED)
        found["unheard"] = search(kiosk.process, marks)
    print_json(found)


def list_spellings(word: str) -> tuple[bytes, ...]:
    """The word as Python and its libraries hold it, as it is and in small letters: UTF-8 (as one byte a letter), two and four bytes."""
    return tuple(made.encode(encoding) for made in (word, word.lower()) for encoding in ("utf-8", "utf-16-le", "utf-32-le"))


def list_pieces(answer: Path) -> tuple[bytes, ...]:
    """Loud pieces of the sound, as the samples that the kiosk takes and as the numbers that its engines take."""
    samples = read_audio(answer).samples
    loud = np.argsort(-np.convolve(np.abs(samples.astype(float)), np.ones(PIECE), "valid"))[:: PIECE * 50][:2]
    pieces = [samples[start : start + PIECE] for start in loud]
    return tuple(made for piece in pieces for made in (
        piece.astype("<i2").tobytes(), *((piece / full).astype("<f4").tobytes() for full in (32768, 32767))
    ))  # fmt: skip


def search(process: int, marks: Mapping[str, tuple[bytes, ...]]) -> dict[str, int]:
    """Count in a process and in those below it."""
    return {name: sum(count(one, texts) for one in (process, *find_children(process))) for name, texts in marks.items()}


def count(process: int, texts: tuple[bytes, ...]) -> int:
    try:
        return count_in_memory(process, *texts)
    except (FileNotFoundError, ProcessLookupError):  # a process that the voice needed for a moment
        return 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
