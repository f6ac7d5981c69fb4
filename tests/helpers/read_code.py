"""Read a code from the screen with zbar, as a telephone does."""

from __future__ import annotations

import re
import subprocess

import numpy as np

SCALE = 4
"""Pixels of each square."""


def read_code(path: str, side: int) -> str:
    """Return the text of a code. path, side: as the page has them: an SVG path of strokes one wide, and its square."""
    squares = np.full((side, side), 255, np.uint8)
    for x, y in re.findall(r"M(\d+) (\d+)\.5h1", path):
        squares[int(y), int(x)] = 0
    pixels = squares.repeat(SCALE, 0).repeat(SCALE, 1)
    return read_picture(b"P5 %d %d 255\n" % pixels.shape[::-1] + pixels.tobytes())


def read_picture(picture: bytes) -> str:
    """Return the text of the code in a picture (PNG, PGM). Raises CalledProcessError if none can be read."""
    reading = subprocess.run(["zbarimg", "--quiet", "--raw", "-"], input=picture, capture_output=True, check=True, timeout=60)
    return reading.stdout.decode().removesuffix("\n")
