"""Read Wyoming's events from a peer that nobody here believes. Pure: it says which bytes it wants, and makes an event of them.

An event is a line of JSON, then as many bytes of more JSON ("data") and of sound ("payload") as the line announces. The
package `wyoming` takes any number of bytes and any JSON. Here each has a limit, and what exceeds one is a ValueError before
it is read. Deadlines are kept by those that receive the bytes: `client.py` and `server.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from itertools import accumulate
from typing import Any, NoReturn

from wyoming.event import Event

MAX_LINE = 65_536
"""Bytes of the line that opens an event."""
MAX_DATA = 1_048_576
"""Bytes of further data; a server that lists every voice there is needs a few hundred thousand."""
MAX_PAYLOAD = 1_048_576
"""Bytes of sound in one event: five seconds in the widest format."""
MAX_DEPTH = 16
"""Lists and objects inside each other; usual are six."""

LINE = None
"""Asks for the bytes up to and including the next line break; a number asks for so many bytes."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
"""A string, also one without an end: then nothing is tried twice, and the reading of the JSON refuses it."""
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def receive_event() -> Generator[int | None, bytes, Event]:
    """Yield what is wanted next (LINE or a number of bytes), take it, and return the event.

    Raises ValueError if it is none, or larger or deeper than the limits.
    """
    header = load_object((yield LINE))
    data, kind = header.get("data") or {}, header.get("type")
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise ValueError("an event needs a type, and data by name")
    length = _read_length(header, "data_length", MAX_DATA)
    if length:
        data |= load_object((yield length))
    length = _read_length(header, "payload_length", MAX_PAYLOAD)
    return Event(kind, data, (yield length) if length else None)


def load_object(text: bytes) -> dict[str, Any]:
    """Read one JSON object. Raises ValueError if it is none, too deep, or holds a number that is none."""
    if max(accumulate(_STEPS.get(byte, 0) for byte in _STRING.sub(b"", text)), default=0) > MAX_DEPTH:
        raise ValueError("JSON that is too deep")
    found = json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)
    if not isinstance(found, dict):
        raise ValueError("JSON that is no object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _read_length(header: dict[str, Any], name: str, most: int) -> int:
    length = header.get(name) or 0
    if type(length) is not int or not 0 <= length <= most:
        raise ValueError(f"{name} must be a number of bytes up to {most}")
    return length
