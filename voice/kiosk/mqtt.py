"""Send a call for the staff as an MQTT message in the practice's own network: level and time, not a word about health."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

from voice.base import journal
from voice.base.errors import ServerError
from voice.kiosk.staff_calls import StaffCall

SECONDS = 10
"""A broker that has not answered after so long is not there."""


def make_caller(broker: str, port: int, topic: str) -> Callable[[StaffCall], None]:
    """Return what sends a call to TOPIC/call, in a thread of its own: a patient waits for no network.

    Raises ServerError if the package for it is missing.
    """
    try:
        from paho.mqtt import publish
    except ImportError as reason:
        raise ServerError("MQTT needs the package paho-mqtt.", "Run `pip install 'ruggespraak[mqtt]'`.") from reason

    def send(alarm: StaffCall) -> None:
        try:
            publish.single(f"{topic}/call", encode_call(alarm), qos=1, hostname=broker, port=port, keepalive=SECONDS)
        except (OSError, ValueError) as reason:
            journal.note("call not sent", reason=type(reason).__name__)

    return lambda alarm: threading.Thread(target=send, args=(alarm,), name="mqtt", daemon=True).start()


def encode_call(alarm: StaffCall) -> str:
    """Return how urgent the call is, and when it was made (local time), as JSON."""
    return json.dumps({"level": str(alarm.level), "time": alarm.at.strftime("%H:%M:%S")})
