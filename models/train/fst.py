"""Writing a weighted transducer as OpenFst's "const" type, which libvosk reads, without OpenFst.

The format is OpenFst's fst.cc (FstHeader) and const-fst.h: a header, a record for each state, then
all arcs. Tests compare the bytes with what OpenFst itself writes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

MAGIC, VERSION = 2125659606, 2
EXPANDED = 0x1
ACCEPTOR, NOT_ACCEPTOR = 0x10000, 0x20000
INPUT_SORTED, OUTPUT_SORTED = 0x10000000, 0x40000000
NOT_INPUT_SORTED, NOT_OUTPUT_SORTED = 0x20000000, 0x80000000

Arc = tuple[int, int, int, int, float]
"""From state, to state, input label, output label, cost."""

_ARC = np.dtype([("input", "<i4"), ("output", "<i4"), ("cost", "<f4"), ("to", "<i4")])
_STATE = np.dtype([("final", "<f4"), ("first", "<u4"), ("arcs", "<u4"), ("empty_in", "<u4"), ("empty_out", "<u4")])


def write_const(path: Path, arcs: Sequence[Arc], finals: dict[int, float], sort_output: bool = False) -> None:
    """Write a transducer that starts in state 0; arcs of a state are sorted by input (or output) label."""
    count = 1 + max(max(arc[0], arc[1]) for arc in arcs)
    key = (lambda arc: (arc[0], arc[3])) if sort_output else (lambda arc: (arc[0], arc[2]))
    arcs = sorted(arcs, key=key)
    table = np.array([(arc[2], arc[3], arc[4], arc[1]) for arc in arcs], _ARC)
    sources = np.array([arc[0] for arc in arcs])
    states = np.zeros(count, _STATE)
    states["final"] = np.inf
    for state, cost in finals.items():
        states["final"][state] = cost
    states["arcs"] = np.bincount(sources, minlength=count)
    states["first"] = np.concatenate([[0], np.cumsum(states["arcs"])[:-1]])
    states["empty_in"] = np.bincount(sources[table["input"] == 0], minlength=count)
    states["empty_out"] = np.bincount(sources[table["output"] == 0], minlength=count)
    path.write_bytes(_header(_properties(table, sources), count, len(arcs)) + states.tobytes() + table.tobytes())


def _properties(table: np.ndarray, sources: np.ndarray) -> int:
    same = sources[1:] == sources[:-1]
    sorted_in = not np.any(same & (np.diff(table["input"]) < 0))
    sorted_out = not np.any(same & (np.diff(table["output"]) < 0))
    return (
        EXPANDED
        | (ACCEPTOR if np.array_equal(table["input"], table["output"]) else NOT_ACCEPTOR)
        | (INPUT_SORTED if sorted_in else NOT_INPUT_SORTED)
        | (OUTPUT_SORTED if sorted_out else NOT_OUTPUT_SORTED)
    )


def _header(properties: int, states: int, arcs: int) -> bytes:
    def text(word: str) -> bytes:
        return struct.pack("<i", len(word)) + word.encode()

    numbers = struct.pack("<iiQqqq", VERSION, 0, properties, 0, states, arcs)
    return struct.pack("<i", MAGIC) + text("const") + text("standard") + numbers
