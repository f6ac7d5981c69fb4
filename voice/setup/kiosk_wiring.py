"""Connect an unattended kiosk: its pages, its devices and its visits.

1. The screen is served first: loading the engines can take minutes on a small machine, and the page says so.
2. Until the kiosk behind it is ready, the staff can mute it and end a visit, but nothing is there to be silenced.
3. Without a PIN in the settings there is no page for the staff.
4. A message to the staff goes out before the gong, which would delay it.
5. A script that no clinician has signed is not shown, unless somebody asks for a trial. The kiosk refuses to start then, and
   leaves the start page for the browser, which says so until a kiosk answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from voice import __version__
from voice.base.console import tell
from voice.base.errors import ReviewError, Trouble
from voice.base.paths import find_runtime
from voice.consultation.loader import read_review
from voice.consultation.practice import complete_details
from voice.consultation.review.signature import Review
from voice.consultation.script import Script
from voice.kiosk.call_delivery import CallDelivery
from voice.kiosk.controls import Controls
from voice.kiosk.metrics import Metrics, RoomNoise
from voice.kiosk.mqtt import check_installed
from voice.kiosk.reception.bell import Bell
from voice.kiosk.screen.board import Board, Display
from voice.kiosk.screen.card import Card
from voice.kiosk.screen.handover import HandoverObserver, print_text, show_code
from voice.kiosk.screen.metrics_page import make_metrics_reads
from voice.kiosk.screen.presses import Presses
from voice.kiosk.screen.screen_key import keep_key, write_start_page
from voice.kiosk.screen.server import ADDRESS, Site, serve
from voice.kiosk.screen.sheet import Sheet
from voice.kiosk.screen.staff_login import StaffLogin
from voice.kiosk.screen.staff_page import Records, Remote, StaffPage
from voice.kiosk.screen.take_home import TakeHomeObserver, find_drawer, print_card, show_card
from voice.kiosk.screen.texts import ScreenTexts, load_screen_texts
from voice.kiosk.screen.view import Painter, list_numbered
from voice.kiosk.staff_calls import StaffCall, StaffCalls
from voice.kiosk.station import Station
from voice.kiosk.systemd import READY, Heartbeat, make_notifier
from voice.kiosk.turns.notes import HandoverNotes
from voice.kiosk.turns.observer import Observers
from voice.kiosk.visits import Linger, StaffWait, Visits
from voice.kiosk.waiting import StartWords
from voice.setup.broker import make_broker
from voice.setup.desk_wiring import open_desk
from voice.setup.kiosk_parts import open_parts
from voice.setup.scripts import load_chosen_script, refuse_unreviewed
from voice.setup.settings import HandOverForm, Settings, Staff, TakeHome
from voice.understand.fusion.hearing import Ears

SECOND_THOUGHT = 6.0
"""Seconds in which a patient who touched HULP may go on after all: enough to read what it says, and to touch it."""
DIGEST = 1.5
"""Seconds for which a card with advice stays after it was spoken."""


@dataclass(frozen=True, slots=True)
class _Front:
    """What exists before the devices are opened."""

    script: Script
    texts: ScreenTexts
    display: Display
    controls: Controls
    remote: Remote
    records: Records
    bell: Bell


@contextmanager
def open_kiosk(settings: Settings, explain: Callable[[Trouble], str], describe: Callable[[Review], str]) -> Iterator[Visits]:
    """Open a kiosk that is ready for its first visit; close everything after the block.

    explain, describe: put a trouble, and the review of the script, into words for the practice.
    Raises ScriptError if a text is missing or wrong, ReviewError if no clinician has signed the script, DeviceError if the port
    of the screen is taken, ServerError if the settings name a broker and the package for it is missing, and OSError if the key
    of the screen cannot be kept.
    """
    settings = _offer_silence(settings)
    front, notify = _build_front(settings, explain), make_notifier()
    _refuse_unreviewed(front.texts, settings)
    display, records, controls = front.display, front.records, front.controls
    display.board.change(display.painter.show_preparing)
    with ExitStack() as parts:
        site = _build_site(front, settings, describe)
        open_screen(parts, site, settings.screen.port)
        open_desk(parts, settings, front.bell, front.remote, records, front.texts, front.script.reviewed)
        notes = HandoverNotes()
        handover = HandoverObserver(
            front.texts, tuple(_choose_forms(settings.handover, display)), notes, _choose_sheet(settings, display)
        )
        take_home = TakeHomeObserver(front.texts, settings.practice.praktijk, tuple(_choose_cards(settings.take_home, display)))
        opened = open_parts(parts, settings, front.script)
        station = front.remote.station = Station(
            front.script, opened, controls, settings.patience,
            observer=Observers(records.metrics, records.noise, records.calls, display, notes, handover, take_home),
            show_notes=display.show_notes,
            on_level=records.noise.add,
            beat=Heartbeat(notify),
            start_words=_build_start_words(front, opened.hearing) if settings.screen.start_by_voice else None,
            reading=settings.screen.reading,
            interruptible=settings.echo_cancelling,
            second_thought=SECOND_THOUGHT,
            digest=DIGEST,
        )  # fmt: skip
        if front.remote.delivery:
            parts.callback(front.remote.delivery.close)  # before the devices, whose end can take long
        notify(READY)
        yield _build_visits(front, station, settings, notes)


def _offer_silence(settings: Settings) -> Settings:
    """Where private questions are announced, say what the screen offers, unless the practice says something else."""
    offer = settings.practice.scherm or complete_details(settings.practice, settings.locale_folder).stilte
    return replace(settings, practice=replace(settings.practice, scherm=offer))


def _refuse_unreviewed(texts: ScreenTexts, settings: Settings) -> None:
    try:
        refuse_unreviewed(settings)
    except ReviewError:
        with suppress(OSError):  # whoever starts it is told in any case
            folder = find_runtime()
            address = f"http://{ADDRESS}:{settings.screen.port}"
            write_start_page(folder, address, keep_key(folder), texts.page["refused"])
        raise


def open_screen(parts: ExitStack, site: Site, port: int) -> None:
    """Serve the screen, and tell how it is opened. The key of it is not told: what is told may be kept in a log."""
    folder = find_runtime()
    key = keep_key(folder)
    address = parts.enter_context(serve(site, port, key))
    tell(f"The screen is at {address}/")
    start = write_start_page(folder, address, key, site.locked["connection"])
    tell(f"Another user's browser opens it with {start.absolute().as_uri()}")


def _build_front(settings: Settings, explain: Callable[[Trouble], str]) -> _Front:
    script, controls = load_chosen_script(settings), Controls()
    texts = load_screen_texts(settings.locale_folder, settings.practice, script.readback.expected.grammar)
    display, remote = (
        Display(Board(), Painter(texts, script)),
        Remote(controls.private_mode, explain, read_on=controls.longer.set),
    )
    remote.delivery = _open_delivery(settings.staff, display)
    metrics, bell = Metrics(), Bell()
    remote.is_watched = lambda: bell.watched > 0

    def forget() -> None:
        bell.wake()
        if remote.delivery:
            remote.delivery.forget()

    calls = StaffCalls(_choose_callers(settings.staff, remote, display, bell), datetime.now, forget, metrics.count_call)
    return _Front(script, texts, display, controls, remote, Records(display.board, calls, metrics, RoomNoise()), bell)


def _build_site(front: _Front, settings: Settings, describe: Callable[[Review], str]) -> Site:
    texts, script = front.texts, front.script
    calls, screen = front.records.calls, settings.screen
    presses = Presses(
        front.display, front.controls, front.remote.silence, calls.call_ahead, calls.call_to_desk, calls.mark_seen, calls.go_on
    )
    has_staff_page = bool(settings.staff.pin)
    page = texts.fill_page(
        settings.practice.praktijk, screen.diagonal, not script.reviewed, has_staff_page,
        len(list_numbered(script)), screen.hearing_loop,
    )  # fmt: skip
    reads = make_metrics_reads(front.records.metrics, texts.staff)
    pages, writes = {"/": ("page", page)}, {"/press": presses.receive}
    if has_staff_page:
        review = describe(read_review(settings.locale_folder, settings.script))
        about = {"version": __version__, "script": f"{script.locale}/{script.id} {script.version}", "review": review}
        staff = StaffPage(StaffLogin(settings.staff.pin, time.monotonic), front.remote, front.records, about)
        pages["/staff"] = "staff", {**texts.staff, "demo": "" if script.reviewed else review}
        reads |= staff.reads
        writes |= staff.writes
    return Site(front.display.board, pages, reads, writes, locked=page, drawings=texts.drawings)


def _open_delivery(staff: Staff, display: Display) -> CallDelivery | None:
    """Return what passes calls on to a broker; None if the settings name none."""
    if not staff.broker:
        return None
    check_installed()
    return CallDelivery(make_broker(staff).deliver, lambda failure: display.show_uncalled(failure is not None))


def _choose_callers(staff: Staff, remote: Remote, display: Display, bell: Bell) -> Iterator[Callable[[StaffCall], None]]:
    """First the patient reads it, then the desk, then it is sent, then it is heard."""

    def tell(call: StaffCall) -> None:
        if not call.quiet and _can_call(staff, remote):
            display.show_calling()

    yield tell
    yield bell.ring
    if remote.delivery:
        yield remote.delivery.call
    if staff.chime:
        yield remote.sound_gong


def _can_call(staff: Staff, remote: Remote) -> bool:
    """Whether a call reaches the staff by anything but the patient."""
    return remote.delivery is not None or remote.is_watched() or (staff.chime and remote.can_sound)


def _choose_sheet(settings: Settings, display: Display) -> Callable[[Sheet], None]:
    """Show the sheet on the staff's page if there is one and something is handed over."""
    handed_over = settings.staff.pin and settings.handover.form != "off"
    return display.show_sheet if handed_over else lambda sheet: None


def _choose_forms(handover: HandOverForm, display: Display) -> Iterator[Callable[[str], None]]:
    if handover.form in ("code", "both"):
        yield partial(show_code, display)
    if handover.form in ("paper", "both"):
        yield partial(print_text, display, handover.printer)


def _choose_cards(take_home: TakeHome, display: Display) -> Iterator[Callable[[Card], None]]:
    """Raises UsageError if the settings ask for paper and the package for it is missing."""
    if take_home.form in ("code", "both"):
        yield partial(show_card, display)
    if take_home.form in ("paper", "both"):
        yield partial(print_card, display, take_home.printer, find_drawer(take_home.paper))


def _build_start_words(front: _Front, hearing: Ears) -> StartWords:
    expected, texts = front.script.readback.expected, front.texts
    engines, spelling = (hearing.first, *hearing.others), expected.grammar.spelling
    return StartWords(engines, spelling, texts.page["start_voice"], texts.start, expected.vocabulary)


def _build_visits(front: _Front, station: Station, settings: Settings, notes: HandoverNotes) -> Visits:
    controls, metrics, calls = front.controls, front.records.metrics, front.records.calls

    def begin() -> None:
        metrics.on_begin()
        calls.start_visit()

    def tell(again: bool) -> None:
        if _can_call(settings.staff, front.remote):
            station.say("geroepen_opnieuw" if again else "geroepen")

    linger = Linger(
        settings.screen.linger,
        controls.done,
        controls.longer,
        controls.again,
        lambda: station.say("wissen"),
        station.beat_in_visit,
        station.observer,
    )
    return Visits(
        front.display, controls.private_mode, station.wait, station.hold_visit,
        StaffWait(calls, controls.again, tell, station.beat_in_visit, observer=station.observer), linger,
        on_begin=begin, on_abandon=metrics.on_abandon, wipe=notes.forget,
    )  # fmt: skip
