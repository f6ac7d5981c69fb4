"""Read numpy arrays from a file (.npz) that may have been made to do harm: no pickles, and no more memory than it may take."""

from __future__ import annotations

import math
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

import numpy as np

MOST_ARRAYS = 100
MOST_ARRAY_BYTES = 64_000_000
"""Bytes of all arrays of a file; our largest have one or two millions."""
_SHORT_TEXT = 64
"""Letters of a text in an array: phones and names of questions."""


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read every array of a file by its name: of one dimension or more, numbers or short texts.

    What a header says is checked before memory is taken for it. Raises OSError if the file cannot be read, and ValueError if
    it is damaged, too large, or holds anything else.
    """
    if path.stat().st_size > MOST_ARRAY_BYTES:
        raise ValueError("it is larger than any model of ours")
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if len(infos) > MOST_ARRAYS or sum(info.file_size for info in infos) > MOST_ARRAY_BYTES:
                raise ValueError("it holds more than any model of ours")
            if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
                raise ValueError("it is packed in another way than deflate")
            return {info.filename.removesuffix(".npy"): _read_array(archive, info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, LookupError, ArithmeticError, RuntimeError) as reason:
        raise ValueError(f"it is damaged: {reason}") from reason


def _read_array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(info) as stream:
        shape, kind = _read_header(stream)
        if not shape or kind.hasobject or kind.kind not in "biufU" or kind.itemsize > 4 * _SHORT_TEXT:
            raise ValueError(f"{info.filename} holds neither rows of numbers nor of short texts")
        if math.prod(shape) * kind.itemsize > info.file_size:
            raise ValueError(f"{info.filename} says that it is larger than it is")
    with archive.open(info) as stream:
        array: np.ndarray = np.lib.format.read_array(stream, allow_pickle=False)
        return array


def _read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, _, kind = np.lib.format.read_array_header_1_0(stream)
    elif version == (2, 0):
        shape, _, kind = np.lib.format.read_array_header_2_0(stream)
    else:
        raise ValueError(f"arrays of version {version} are unknown")
    return shape, kind
