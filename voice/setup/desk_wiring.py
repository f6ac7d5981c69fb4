"""Connect the page at the desk, if the settings name an address for it."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace

from voice.base.errors import ServerError, Symptom
from voice.base.paths import find_runtime
from voice.kiosk.reception.bell import Bell
from voice.kiosk.reception.certificate import check_believable, load_certificate
from voice.kiosk.reception.day_pass import DayPass
from voice.kiosk.reception.desk_page import DeskPage
from voice.kiosk.reception.server import DeskServer, DeskService, Listener, check_listening
from voice.kiosk.reception.texts import load_desk_texts
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.screen_key import keep_key
from voice.kiosk.screen.staff_login import StaffLogin
from voice.kiosk.screen.staff_page import Records, Remote
from voice.kiosk.screen.texts import ScreenTexts
from voice.setup.settings import Reception, Settings

LEAST_DIGITS = 6
"""Of a pin that is asked over the network, where nobody sees who tries: all of six digits take years (`staff_login.py`)."""


def open_desk(
    parts: ExitStack, settings: Settings, bell: Bell, remote: Remote, records: Records, texts: ScreenTexts, reviewed: bool
) -> None:
    """Serve the page until `parts` are closed. What keeps it from being served is told, and stands on the staff's page.

    reviewed: whether a clinician has signed the script. Raises ScriptError if a text is missing or wrong.
    """
    reception = settings.reception
    if not reception.address:
        return
    words = load_desk_texts(settings.locale_folder, settings.practice, reception.kiosk)
    levels = {name: text for name, text in texts.staff.items() if name.startswith("level_")}
    shown = {**words.page, **levels, "demo": "" if reviewed else texts.page["demo"]}
    page = DeskPage(
        bell, records.calls, records.board,
        StaffLogin(settings.staff.pin, time.monotonic),
        DayPass(keep_key(find_runtime()), settings.staff.pin, time.time),
        lambda: _tell_coming(records.board, words.coming),
        cookie=f"desk_{reception.port}",
        secure=bool(reception.certificate),
    )  # fmt: skip
    service = DeskService(page, lambda: DeskServer(make_listener(reception), page, shown))
    remote.find_desk_trouble = lambda: service.trouble
    parts.callback(service.close)


def make_listener(reception: Reception) -> Listener:
    """Where the settings let the page be served. Raises ServerError if the certificate cannot be used."""
    context = load_certificate(reception.certificate, reception.key) if reception.certificate else None
    return Listener(reception.address, reception.port, reception.host, context)


def check_desk(settings: Settings) -> str:
    """Return the address of the page, once all is well with it. Raises ServerError if it cannot be served, if a browser would not
    believe its certificate, or if others on the network could come by the pin; ScriptError if a text is missing or wrong.
    """
    reception, digits = settings.reception, len(settings.staff.pin)
    load_desk_texts(settings.locale_folder, settings.practice, reception.kiosk)
    listener = make_listener(reception)
    address = listener.name(reception.port)
    if listener.context:
        check_believable(listener.context, reception.certificate, reception.host or reception.address)
    check_listening(listener)
    if not listener.context:
        problem = f"The page for the desk at {reception.address} is not encrypted: whoever is on that network can read the pin."
        raise ServerError(problem, "Name a certificate: under reception:.", Symptom.RECEPTION_PLAIN, address)
    if digits < LEAST_DIGITS:
        problem = f"A program on the network tries all pins of {digits} digits within weeks."
        raise ServerError(problem, f"Take {LEAST_DIGITS} digits or more.", Symptom.RECEPTION_PIN, str(digits))
    return address


def _tell_coming(board: Board, told: str) -> None:
    """Show a patient who reads that the staff are called that somebody comes."""
    board.change(lambda page: replace(page, told=told) if page.question or page.heading else page)
