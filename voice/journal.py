"""What happened, without a patient's words: ids, meanings' absence, durations, devices.

A record holds only the fields named here. Neither transcripts nor answers nor findings are among
them, so a log can be read by anyone who services the kiosk.
"""

from __future__ import annotations

import json
import logging

ALLOWED = frozenset({"question", "seconds", "engine", "ending", "device", "line", "reason"})
"""Every field a record may hold besides its event; `reason` is a technical one, never a medical one."""

_LOG = logging.getLogger("ruggespraak")


def note(event: str, **details: str | float) -> None:
    """Write down one event. Raises ValueError for a field that could carry a patient's words."""
    refused = set(details) - ALLOWED
    if refused:
        raise ValueError(f"a journal record may not hold {sorted(refused)}")
    _LOG.info(json.dumps({"event": event, **details}, ensure_ascii=False))
