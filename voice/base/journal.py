"""Log what happened, without a patient's words: ids, durations, engines, technical reasons.

1. A record holds only the fields named here. Neither transcripts nor answers nor findings are among them, so anyone who
   services the kiosk may read the log.
2. Standard error, which systemd keeps in its journal on a disk, gets one line of JSON a record (`keep`). Which question was
   put is left out there: some are put only because of what was answered.
3. Of what a library logs, of a warning, and of what a thread raises, only kind and place are kept. Their texts may quote
   anything.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any, TextIO

from voice.base.console import tell

EVENTS = {
    "visit begins": (),
    "visit abandoned": (),
    "visit ends": (),
    "turn": ("question", "seconds", "engine", "ending", "lost"),
    "resumed": ("question",),
    "fault": ("engine", "reason"),
    "engine restarted": ("engine",),
    "heard": ("engine", "seconds"),
    "unheard": ("engine", "reason"),
    "device hangs": ("device", "thread", "seconds"),
    "device answers": ("device", "thread", "seconds"),
    "call not sent": ("reason",),
    "print": ("reason",),
}
"""Every event, with the fields that its record may hold; a test compares this with the source.

question: its id. seconds: how long computing took, or a device did not answer. engine: its name.
device: name of a sound device. thread: number of the thread that waits for it. ending: why listening ended ("pause").
lost: how often sound was lost meanwhile, because the machine was too busy.
reason: a technical one, in words of ours; never a medical one.
"""

ALLOWED = frozenset(field for fields in EVENTS.values() for field in fields)
"""Every field that a record may hold besides its event."""


_NAME = "ruggespraak"
_NOT_KEPT = ("question",)


def note(event: str, **details: str | float) -> None:
    """Log one event. Raises ValueError for a field that could carry a patient's words."""
    refused = set(details) - ALLOWED
    if refused:
        raise ValueError(f"a journal record may not hold {sorted(refused)}")
    record = {"event": event, **details}
    kept = {name: value for name, value in record.items() if name not in _NOT_KEPT}
    logging.getLogger(_NAME).info(_write(record), extra={"kept": kept})


def keep(least: int = logging.INFO) -> None:
    """Write every record from now on to standard error, and what libraries warn of. least: level of our own records."""
    logging.getLogger(_NAME).setLevel(least)
    root = logging.getLogger()
    if not any(isinstance(handler, _Keeper) for handler in root.handlers):
        root.addHandler(_Keeper())
    warnings.showwarning = _note_warning
    threading.excepthook = lambda raised: _note_raised(raised.exc_type, raised.exc_traceback)
    sys.unraisablehook = lambda raised: _note_raised(raised.exc_type, raised.exc_traceback)


def find_place(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """Return the kind of an error, and the file and the line where it was raised; what it says may be a patient's words."""
    *_, (frame, line) = [(None, 0), *walk_tb(trace)]
    where = f" in {Path(frame.f_code.co_filename).name}, line {line}" if frame else ""
    return f"{kind.__name__ if kind else 'an error'}{where}"


class _Keeper(logging.Handler):
    """Writes a record in one line of JSON."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):  # nobody may read standard error any more
            tell(self.format(record))

    def format(self, record: logging.LogRecord) -> str:
        if record.name == _NAME:
            return _write(getattr(record, "kept", {}))
        raised = {"error": record.exc_info[0].__name__} if record.exc_info and record.exc_info[0] else {}
        place = getattr(record, "place", f"{record.filename}, line {record.lineno}")
        return _write({"event": "library", "library": record.name, "level": record.levelname, "place": place, **raised})


def _note_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    place = f"{category.__name__} in {Path(filename).name}, line {lineno}"
    logging.getLogger("py.warnings").warning("a warning", extra={"place": place})


def _note_raised(kind: type[BaseException] | None, trace: TracebackType | None) -> None:
    if kind is not SystemExit:
        note("fault", reason=find_place(kind, trace))


def _write(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)
