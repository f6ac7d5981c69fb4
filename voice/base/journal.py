"""Log what happened, without a patient's words: ids, durations, engines, technical reasons.

A record holds only the fields named here. Neither transcripts nor answers nor findings are among them, so anyone who
services the kiosk may read the log.
"""

from __future__ import annotations

import json
import logging

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
    "hand-over": ("reason",),
}
"""Every event, with the fields that its record may hold; a test compares this with the source.

question: its id. seconds: how long computing took, or a device did not answer. engine: its name.
device: name of a sound device. thread: number of the thread that waits for it. ending: why listening ended ("pause").
lost: how often sound was lost meanwhile, because the machine was too busy.
reason: a technical one, in words of ours; never a medical one.
"""

ALLOWED = frozenset(field for fields in EVENTS.values() for field in fields)
"""Every field that a record may hold besides its event."""


def note(event: str, **details: str | float) -> None:
    """Log one event. Raises ValueError for a field that could carry a patient's words."""
    refused = set(details) - ALLOWED
    if refused:
        raise ValueError(f"a journal record may not hold {sorted(refused)}")
    logging.getLogger("ruggespraak").info(json.dumps({"event": event, **details}, ensure_ascii=False))
