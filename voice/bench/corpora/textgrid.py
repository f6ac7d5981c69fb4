"""Read the tiers of a TextGrid, as Praat writes it in its long and its short text format.

Praat takes only numbers, quoted texts and flags (<exists>) that stand free and passes over all other words, so both formats
are the same row of values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voice.base.errors import UsageError

_VALUE = re.compile(r'"(?P<text>(?:[^"]|"")*)"|(?<!\S)(?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?!\S)|(?<!\S)<(?P<flag>\w+)>')


@dataclass(frozen=True, slots=True)
class Interval:
    """What is said from `start` to `end` (seconds), and the line where that stands; an empty text is silence."""

    start: float
    end: float
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class _Value:
    content: str | float
    line: int


def read_tiers(path: Path) -> dict[str, tuple[Interval, ...]]:
    """Read the interval tiers by their names. Raises UsageError, with the line, if it is no such file."""
    values = _Values(path)
    if (values.take_text(), values.take_text()) != ("ooTextFile", "TextGrid"):
        raise values.refuse()
    values.take_number(), values.take_number(), values.take_text()  # its times, <exists>
    tiers = {}
    for _ in range(round(values.take_number())):
        kind, name = values.take_text(), values.take_text()
        values.take_number(), values.take_number()
        many = range(round(values.take_number()))
        if kind == "IntervalTier":
            tiers[name] = tuple(values.take_interval() for _ in many)
        else:
            for _ in many:
                values.take_number(), values.take_text()
    return tiers


class _Values:
    """The values of a file, taken one by one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._line = 1
        self._left = _split_values(_decode(path))

    def refuse(self) -> UsageError:
        return UsageError(f"{self._path}:{self._line}: this is no TextGrid as Praat writes it.", "Copy it from the corpus again.")

    def take_interval(self) -> Interval:
        start, end, text = self.take_number(), self.take_number(), self.take_text()
        return Interval(start, end, text.strip(), self._line)

    def take_number(self) -> float:
        content = self._take()
        if isinstance(content, str):
            raise self.refuse()
        return content

    def take_text(self) -> str:
        content = self._take()
        if not isinstance(content, str):
            raise self.refuse()
        return content

    def _take(self) -> str | float:
        value = next(self._left, None)
        if value is None:
            raise self.refuse()
        self._line = value.line
        return value.content


def _split_values(content: str) -> Iterator[_Value]:
    line, passed = 1, 0
    for match in _VALUE.finditer(content):
        line += content.count("\n", passed, match.start())
        passed = match.start()
        number, text = match["number"], match["text"]
        yield _Value(float(number) if number else (match["flag"] or (text or "").replace('""', '"')), line)


def _decode(path: Path) -> str:
    """Return the text. The annotation of JASMIN is in Latin-1; what Praat itself saves is in UTF-8 or UTF-16."""
    try:
        content = path.read_bytes()
    except OSError as reason:
        raise UsageError(f"{path} cannot be read ({reason.strerror}).", "Copy it from the corpus again.") from reason
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
