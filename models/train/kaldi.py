"""Kaldi's binary model files: reading the parts that we need of one, writing the values of another.

Sources of the format: kaldi's base/io-funcs-inl.h (numbers are preceded by their size in bytes),
matrix/kaldi-matrix.cc ("FM", "FV" and the dimensions), hmm/hmm-topology.cc,
hmm/transition-model.cc, nnet3/nnet-nnet.cc and each component's Read and Write.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

Value = np.ndarray | float | bool | list[float]
Component = Mapping[str, Value]

_WHOLE = {"<Dim>", "<BlockDim>", "<RankIn>", "<RankOut>", "<RankInOut>", "<UpdatePeriod>"}
"""Tokens followed by whole numbers; a float has the same size, so the bytes do not tell."""


def read_components(path: Path) -> dict[str, Component]:
    """The components of a binary nnet3 model (am/final.mdl), by name; their class under "type"."""
    data = path.read_bytes()
    if data[:2] != b"\0B":
        raise ValueError(f"{path} is no binary Kaldi model.")
    reader = _Reader(data, data.index(b"<NumComponents>"))
    reader.token()
    return dict(reader.component() for _ in range(int(reader.number(whole=True))))


class _Reader:
    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place

    def token(self) -> str:
        end = self._place
        while self._data[end] not in b" \n\t":
            end += 1
        word = self._data[self._place : end].decode()
        self._place = end + 1
        return word

    def component(self) -> tuple[str, Component]:
        """`<ComponentName> name <Type> (<Token> value)* </Type>`."""
        self.token()
        name, kind = self.token(), self.token()
        values: dict[str, Value] = {"type": kind.strip("<>")}
        while (token := self.token()) != f"</{kind[1:]}":
            values[token] = self._value(token)
        return name, values

    def number(self, whole: bool) -> float:
        size = self._data[self._place]
        form = "<d" if size == 8 else "<i" if whole else "<f"
        (value,) = struct.unpack_from(form, self._data, self._place + 1)
        self._place += 1 + size
        return value

    def _value(self, token: str) -> Value:
        start = self._data[self._place : self._place + 3]
        if start in (b"FM ", b"FV ", b"DM ", b"DV "):
            return self._array()
        if start == b"CM2":
            return self._packed()
        if start[:1] in (b"T", b"F"):
            self._place += 1
            return start[:1] == b"T"
        if token == "<TimeOffsets>":
            return self._whole_numbers()
        if start[0] not in (4, 8):
            return []
        first = self.number(token in _WHOLE)
        return [first, self.number(token in _WHOLE)] if self._data[self._place] in (4, 8) else first

    def _whole_numbers(self) -> np.ndarray:
        (count,) = struct.unpack_from("<i", self._data, self._place + 1)
        values = np.frombuffer(self._data, "<i4", count, self._place + 5)
        self._place += 5 + values.nbytes
        return values

    def _packed(self) -> np.ndarray:
        self.token()
        least, span, rows, columns = struct.unpack_from("<ffii", self._data, self._place)
        steps = np.frombuffer(self._data, "<u2", rows * columns, self._place + 16)
        self._place += 16 + steps.nbytes
        return (least + span / 65535 * steps).astype(np.float32).reshape(rows, columns)

    def _array(self) -> np.ndarray:
        kind = self.token()
        shape = tuple(int(self.number(whole=True)) for _ in range(2 if kind[1] == "M" else 1))
        values = np.frombuffer(self._data, "<f4" if kind[0] == "F" else "<f8", int(np.prod(shape)), self._place)
        self._place += values.nbytes
        return values.reshape(shape)


def token(word: str) -> bytes:
    return word.encode() + b" "


def whole(number: int) -> bytes:
    return struct.pack("<bi", 4, number)


def real(number: float) -> bytes:
    return struct.pack("<bf", 4, number)


def flag(value: bool) -> bytes:
    return b"T" if value else b"F"


def wholes(numbers: Sequence[int]) -> bytes:
    return struct.pack("<bi", 4, len(numbers)) + np.asarray(numbers, "<i4").tobytes()


def packed(matrix: np.ndarray) -> bytes:
    """A float matrix in two bytes a value, which Kaldi reads as it reads any other (compressed-matrix.h, kTwoByteAuto)."""
    least = float(matrix.min())
    span = max(float(matrix.max()) - least, 1e-9)
    steps = np.round((matrix - least) * (65535 / span)).astype("<u2")
    return token("CM2") + struct.pack("<ffii", least, span, *matrix.shape) + steps.tobytes()


def array(values: np.ndarray) -> bytes:
    """A float matrix or vector."""
    kind = "FM" if values.ndim == 2 else "FV"
    return token(kind) + b"".join(whole(size) for size in values.shape) + np.asarray(values, "<f4").tobytes()
