"""When there is a page at the desk, and what the settings may say of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from voice.base.errors import SettingsError
from voice.consultation.script import Level
from voice.kiosk.reception.bell import Bell
from voice.kiosk.screen.shown_page import Page
from voice.kiosk.staff_calls import StaffCall
from voice.setup.desk_wiring import _tell_coming
from voice.setup.kiosk_wiring import _can_call, _choose_callers
from voice.setup.settings import Staff
from voice.setup.settings_reader import parse_settings

NOBODY: Any = SimpleNamespace(delivery=None, is_watched=lambda: False, can_sound=False)
ON = "staff: {pin: '471108'}\nreception:\n  address: 192.168.1.30\n"


def test_the_desk_hears_of_a_call_before_the_gong_and_however_other_ways_fail() -> None:
    bell, rung = Bell(), []
    remote: Any = SimpleNamespace(**NOBODY.__dict__, sound_gong=lambda call: rung.append(bell.rung))
    for caller in _choose_callers(Staff(), remote, NOBODY, bell):
        caller(StaffCall(Level.E, datetime.now()))
    assert rung == [1]


def test_a_desk_that_somebody_looks_at_is_a_way_to_call() -> None:
    watched: Any = SimpleNamespace(**{**NOBODY.__dict__, "is_watched": lambda: True})
    assert _can_call(Staff(chime=False), watched) and not _can_call(Staff(chime=False), NOBODY)


def test_a_patient_who_waits_is_told_that_somebody_comes_and_nobody_else_is() -> None:
    class FakeBoard:
        def __init__(self, page: Page) -> None:
            self.page = page

        def change(self, paint: Any) -> None:
            self.page = paint(self.page)

    waiting, idle = FakeBoard(Page(heading="Spreek nu iemand aan")), FakeBoard(Page())
    for board in (waiting, idle):
        _tell_coming(board, "Er komt iemand.")  # type: ignore[arg-type]
    assert (waiting.page.told, idle.page.told) == ("Er komt iemand.", "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("reception: {address: 192.168.1.30}", "asks for a pin"),
        ("staff: {pin: '471108'}\nreception: {address: 0.0.0.0}", "not the address of one machine"),
        ("staff: {pin: '471108'}\nreception: {address: 224.0.0.1}", "not the address of one machine"),
        ("staff: {pin: '471108'}\nreception: {address: 255.255.255.255}", "not the address of one machine"),
        ("staff: {pin: '471108'}\nreception: {address: '::'}", "no IPv4 address"),
        ("staff: {pin: '471108'}\nreception: {address: kiosk}", "no IPv4 address"),
        ("staff: {pin: '471108'}\nreception: {address: 8.8.8.8}", "address of the internet"),
        (f"{ON}  key: key.pem", "needs its certificate"),
        (f"{ON}  host: https://kiosk", "no name of a computer"),
        (f"{ON}  kiosk: {'k' * 25}", "at most 24 letters"),
        (f"{ON}  port: 70000", "'port' is 70000"),
    ],
)
def test_what_would_let_too_many_in_is_refused(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        parse_settings(text, Path("settings.yaml"))


def test_a_page_at_the_desk_is_read_as_it_stands() -> None:
    reception = parse_settings(f"{ON}  host: kiosk1.lan\n  kiosk: zaal 2\n  certificate: a.pem\n", Path("s.yaml")).reception
    assert (reception.address, reception.port, reception.host, reception.kiosk) == ("192.168.1.30", 8443, "kiosk1.lan", "zaal 2")
    assert parse_settings("", Path("s.yaml")).reception.address == ""
