"""Make the broker of the settings, which passes calls on."""

from __future__ import annotations

from voice.kiosk.mqtt import Broker, parse_address
from voice.setup.settings import Staff


def make_broker(staff: Staff) -> Broker:
    """Return the broker that `staff` names; its address was tested when the settings were read."""
    return Broker(parse_address(staff.broker, staff.broker_port), staff.topic, staff.broker_login)
