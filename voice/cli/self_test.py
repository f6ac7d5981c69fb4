"""The tests of an installation, part by part, and what each finds out.

The sentences are in service.yaml of the locale.
"""

from __future__ import annotations

import errno
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.meter import LOUD, Metered
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.pcm import LISTENING_RATE, Audio, silence
from voice.audio.segment import LONGEST_SETTLING, Limits
from voice.audio.tones import CUE, PROBE, PROBE_SECONDS, hears_probe
from voice.audio.vad import BLOCK, SileroActivity
from voice.base.clock import find_clock_trouble
from voice.base.console import tell
from voice.base.errors import (
    DISK_FULL,
    DeviceError,
    ModelError,
    ReviewError,
    RuggespraakError,
    ServerError,
    SettingsError,
    Symptom,
)
from voice.base.paths import find_runtime
from voice.base.process_memory import find_swap, is_overwritten_when_freed
from voice.cli.staff_messages import StaffMessages
from voice.cli.terminal import show_level
from voice.consultation.loader import read_review
from voice.consultation.practice import Details, complete_details
from voice.kiosk.mqtt import check_installed
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.screen_key import make_key
from voice.kiosk.screen.server import ADDRESS, Site, is_serving, serve
from voice.kiosk.screen.take_home import find_drawer
from voice.kiosk.screen.texts import load_screen_texts
from voice.setup.broker import make_broker
from voice.setup.desk_wiring import check_desk
from voice.setup.devices import open_microphone
from voice.setup.engines import Order, load_ears, order_models
from voice.setup.models import store as models
from voice.setup.scripts import find_expected, load_chosen_script, refuse_unreviewed
from voice.setup.settings import Settings
from voice.setup.voices import find_voice_trouble, open_phrasebook

ROOM_NEEDED = 200
"""Megabytes that must be free on the disk that keeps speech. The whole phrasebook takes about a tenth of it."""
TRIED_BYTES = 1_000_000
"""As many as a rendered line has at most."""
LISTENING_SECONDS = 3.0
PRINTER_SECONDS = 5.0
"""Seconds that CUPS may take to say whether it knows a printer."""
LEAST = {"nobody": 4.0, "wait": 15.0, "decided": 0.25, "pause": 0.7, "unfinished": 1.0, "longest": 6.0}
"""Seconds of `patience` below which the answers of old people are cut off (docs/grounds.md, turns)."""
FASTEST, SHORTEST_LINGER, FASTEST_READING = 220, 20, 20
"""Words a minute, seconds of the outcome on the screen, and letters a second, at which patients do not keep up."""
USABLE = frozenset({Symptom.LOUD, Symptom.UNHEARD})
"""What may be said of a device that patients can use all the same."""


Detail = tuple[str, dict[str, Any]]
"""What a test found out: the name of a sentence, and the values for its blanks."""

Test = Callable[[Settings], Iterator[Detail]]


@dataclass(frozen=True, slots=True)
class PartReport:
    """One line of the self-test.

    usable: whether a patient can use the part. mark: fine, wrong, or note if a consultation can be held all the same.
    told: a sentence for the practice. english: the same for an engineer; empty if the part is fine.
    hangs: the device that does not answer; empty if there is none.
    """

    part: str
    mark: str
    told: str
    english: str = ""
    usable: bool = True
    hangs: str = ""


class Advice(RuggespraakError):
    """Something that should be mended, and without which a consultation can be held."""


def report_parts(settings: Settings, words: StaffMessages) -> Iterator[PartReport]:
    """Test every part. A fault that several parts have in common is told once, at the first of them."""
    told: dict[str, str] = {}
    for part, test in TESTS.items():
        report = run_test(part, test, settings, words)
        if report.english in told:
            elsewhere = words.verdict.fill("elsewhere", part=words.parts.fill(told[report.english]))
            report = replace(report, mark="note", told=elsewhere, english="")
        elif report.english:
            told[report.english] = part
        yield report
    yield from _report_review(settings, words)
    yield from (_report_failure("privacy", error, words) for error in (*_find_swap_faults(), *_find_memory_faults()))


def run_test(part: str, test: Test, settings: Settings, words: StaffMessages) -> PartReport:
    try:
        return PartReport(part, "fine", " ".join(words.fine.fill(name, **values) for name, values in test(settings)))
    except RuggespraakError as error:
        return _report_failure(part, error, words)


def _report_failure(part: str, error: RuggespraakError, words: StaffMessages) -> PartReport:
    mark = "note" if isinstance(error, DeviceError | Advice) else "wrong"
    usable = mark == "note" and (isinstance(error, Advice) or error.trouble.symptom in USABLE)
    hangs = error.trouble.subject if error.trouble.symptom is Symptom.HANGS else ""
    return PartReport(part, mark, words.describe_trouble(error.trouble), str(error), usable, hangs)


def _report_review(settings: Settings, words: StaffMessages) -> Iterator[PartReport]:
    try:
        review = read_review(settings.locale_folder, settings.script)
        refuse_unreviewed(settings)
    except ReviewError as error:
        yield _report_failure("review", error, words)
    except RuggespraakError:
        return  # the line about the script says so already
    else:
        yield PartReport("review", "fine" if review.sound else "note", words.describe_review(review))


def _find_swap_faults() -> Iterator[DeviceError]:
    for place in find_swap():
        problem = f"Memory may be written to {place}, with what a patient says in it."
        yield DeviceError(problem, "Turn swap off (swapoff -a), or encrypt it.", Symptom.SWAP, place)


def _find_memory_faults() -> Iterator[Advice]:
    if not is_overwritten_when_freed():
        problem = "The C library of this system does not overwrite memory that is freed."
        yield Advice(problem, "Use a system with glibc: Debian, Ubuntu or Raspberry Pi OS.", Symptom.MEMORY_KEPT)


def _check_script(settings: Settings) -> Iterator[Detail]:
    script = load_chosen_script(settings)
    name, asked, spoken = f"{script.locale}/{script.id}", len(script.questions), len(script.utterances())
    yield "script", {"script": name, "questions": asked, "lines": spoken}


def _check_models(settings: Settings) -> Iterator[Detail]:
    damaged = [f"{name} ({', '.join(faults)})" for name, faults in models.verify(settings.models).items() if faults]
    if damaged:
        remedy = "Run `ruggespraak models remove NAME` and `models fetch NAME`."
        raise ModelError(f"Damaged: {'; '.join(damaged)}.", remedy, subject="; ".join(damaged))
    yield "models", {"folder": settings.models}


def _check_ears(settings: Settings) -> Iterator[Detail]:
    with closing(load_ears(settings)) as hearing:
        hearing.hear(silence(1.0), find_expected(settings, None), date.today())
        strange = hearing.find_unknown_words(load_chosen_script(settings).expected)
    if not hearing.first.trust.is_measured:
        problem = f"{hearing.first.name} hears first, and nobody measured it: everything that counts is read back before."
        raise Advice(problem, "", Symptom.UNMEASURED, hearing.first.name)
    yield "ears", {"engine": hearing.name}
    if settings.engine != "wyoming":
        yield from _tell_measurements(order_models(settings))
    yield from (("strange", {"engine": engine, "words": ", ".join(words)}) for engine, words in strange.items())


def _tell_measurements(order: Order) -> Iterator[Detail]:
    for model in (order.first, *order.others):
        if made := model.measurement:
            when = f"{date.fromisoformat(made.when):%d/%m/%Y}"
            yield "measured", {"engine": model.name, "recordings": made.recordings, "when": when}
    yield from (("doubter", {"engine": model.name}) for model in order.doubters)


def _check_voice(settings: Settings) -> Iterator[Detail]:
    with open_phrasebook(settings, warn=tell) as book:
        line = book.audio(load_chosen_script(settings).line("welkom"))
        if trouble := find_voice_trouble(book):
            raise Advice(trouble.message, "", trouble.symptom, trouble.subject)
        yield "voice", {"voice": book.voice, "seconds": round(line.seconds)}


def _check_clock(settings: Settings) -> Iterator[Detail]:
    now = datetime.now()
    if trouble := find_clock_trouble(now.date()):
        raise Advice(trouble.message, "", trouble.symptom, trouble.subject)
    yield "clock", {"now": f"{now:%d/%m/%Y %H:%M}"}


def _check_limits(settings: Settings) -> Iterator[Detail]:
    """Check what may be set and must not be: patients who are cut off, or who cannot keep up."""
    for name, least in LEAST.items():
        if getattr(settings.patience, name) < least:
            problem = f"patience: {name}: {getattr(settings.patience, name):g} cuts patients off."
            remedy = f"Write {least:g} at least; {getattr(Limits(), name):g} is usual."
            raise SettingsError(problem, remedy, Symptom.IMPATIENT, name)
    hasty = {
        "rate": settings.rate > FASTEST,
        "linger": settings.screen.linger < SHORTEST_LINGER,
        "reading": settings.screen.reading > FASTEST_READING,
    }
    for name in (name for name, whether in hasty.items() if whether):
        raise Advice(f"Patients do not keep up with the setting {name}.", "Write the usual one.", Symptom.HASTY, name)
    usual = complete_details(Details(), settings.locale_folder).noodnummer
    if settings.practice.noodnummer not in ("", usual):
        problem = f"noodnummer: {settings.practice.noodnummer} is told to patients in an emergency, not {usual}."
        raise Advice(problem, f"Write {usual}, or leave it empty.", Symptom.EMERGENCY_NUMBER, settings.practice.noodnummer)
    if settings.patience.settling > LONGEST_SETTLING:
        problem = f"patience: settling: {settings.patience.settling:g} loses the beginning of a quick answer."
        remedy = f"Write {LONGEST_SETTLING:g} at most, and move the loudspeaker away from the microphone."
        raise Advice(problem, remedy, Symptom.SETTLING, f"{settings.patience.settling:g}")
    yield "settings", {}
    room = {"settling": settings.patience.settling, "clear": settings.strictness.clear, "sure": settings.strictness.sure}
    if room != {"settling": Limits().settling, "clear": 0.0, "sure": 0.0}:
        yield "room", {name: f"{value:g}".replace(".", ",") for name, value in room.items()}


def _check_calls(settings: Settings) -> Iterator[Detail]:
    """Let the broker be reached, and see that somebody is called at all."""
    staff = settings.staff
    if not (staff.broker or staff.chime):
        raise SettingsError("A call reaches nobody.", "Write chime: yes under staff:, or name a broker.", Symptom.NOBODY_CALLED)
    if staff.broker:
        check_installed()
        try:
            make_broker(staff).connect()
        except ServerError as error:
            trouble, kind = error.trouble, Advice if staff.chime else ServerError
            raise kind(error.problem, error.remedy, trouble.symptom, trouble.subject) from error
        yield "broker", {"broker": staff.broker}
    yield "chime" if staff.chime else "no_chime", {}


def _check_reception(settings: Settings) -> Iterator[Detail]:
    """Check the page at the desk. Patients do without it."""
    if not settings.reception.address:
        yield "reception_off", {}
        return
    try:
        yield "reception", {"address": check_desk(settings)}
    except ServerError as error:
        raise Advice(error.problem, error.remedy, error.trouble.symptom, error.trouble.subject) from error


def _check_disk(settings: Settings) -> Iterator[Detail]:
    for folder in (settings.speech, find_runtime()):
        _try_to_write(folder)
    existing = next(folder for folder in (settings.speech, *settings.speech.absolute().parents) if folder.exists())
    megabytes = shutil.disk_usage(existing).free // 1_000_000
    if megabytes < ROOM_NEEDED:
        problem = f"Only {megabytes} MB is free for {settings.speech}."
        raise RuggespraakError(problem, "Make room.", Symptom.DISK, f"{megabytes} MB")
    yield "disk", {"megabytes": megabytes}


def _try_to_write(folder: Path) -> None:
    """Write a file into the folder, which is made if it is missing. Raises RuggespraakError if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(TRIED_BYTES))
    except OSError as reason:
        if reason.errno in DISK_FULL:
            raise RuggespraakError(f"No room is left for {folder}.", "Make room.", Symptom.DISK, "0 MB") from reason
        problem = f"Nothing can be written into {folder} ({reason.strerror})."
        remedy = "Let it be written to." if reason.errno == errno.EROFS else "Its owner must be the user of the kiosk."
        raise RuggespraakError(problem, remedy, Symptom.READ_ONLY, str(folder)) from reason


def _check_microphone(settings: Settings) -> Iterator[Detail]:
    """Listen for a while and show the level, so that a technician can speak and see it move."""
    with closing(open_microphone(settings)) as ours:
        meter = Metered(SileroActivity(), lambda sound: show_level(sound.dbfs, sound.speech))
        for block in islice(ours.blocks(), round(LISTENING_SECONDS * LISTENING_RATE / BLOCK)):
            meter.probability(block)
    if meter.floor > LOUD:
        problem = f"{ours.device}: the room at {meter.floor:.0f} dBFS is loud, answers will be missed."
        raise DeviceError(problem, "Bring it closer to the patient and turn it down.", Symptom.LOUD, ours.device)
    yield "microphone", {"device": ours.device, "floor": round(meter.floor), "loudest": round(meter.loudest)}
    if ours.overflows:
        yield "gaps", {"count": ours.overflows}


def _check_loudspeaker(settings: Settings) -> Iterator[Detail]:
    with closing(SoundCardLoudspeaker(settings.loudspeaker)) as loudspeaker:
        loudspeaker.play(CUE)
        yield "loudspeaker", {"device": loudspeaker.device}
        if not (settings.echo_cancelling or settings.noise_gate):
            yield from _hear_itself(settings, loudspeaker)


def _hear_itself(settings: Settings, loudspeaker: SoundCardLoudspeaker) -> Iterator[Detail]:
    """Play a tone and listen for it. A microphone that does not open has a line of its own."""
    try:
        microphone = open_microphone(settings)
    except DeviceError:
        return
    with closing(microphone) as ours:
        before = _listen(ours)
        ours.drain(0.0)
        loudspeaker.play(PROBE)
        during = _listen(ours)
    if not hears_probe(before, during):
        problem = f"The microphone does not hear what {loudspeaker.device} plays."
        raise DeviceError(problem, "Turn it up. Is it the right one?", Symptom.UNHEARD, loudspeaker.device)
    yield "itself", {}


def _listen(ours: SoundCardMicrophone) -> Audio:
    """Return as much sound as the probe is long; what was captured meanwhile comes first."""
    heard = islice(ours.blocks(), round(PROBE_SECONDS * LISTENING_RATE / BLOCK))
    return Audio(b"".join(heard), LISTENING_RATE)


def _check_screen(settings: Settings) -> Iterator[Detail]:
    """Check that the page has all its texts, and that its address is free or already ours."""
    script = load_chosen_script(settings)
    load_screen_texts(settings.locale_folder, settings.practice, script.readback.expected.grammar)
    address = f"http://{ADDRESS}:{settings.screen.port}/"
    yield "served" if _is_served(settings.screen.port) else "can_be_served", {"address": address}
    yield "buttons", {"inches": f"{settings.screen.diagonal:g}"}
    yield "pin" if settings.staff.pin else "no_pin", {}


def _is_served(port: int) -> bool:
    """Tell whether a kiosk runs now. Raises DeviceError if another program has taken its port."""
    if is_serving(port):
        return True
    with serve(Site(Board(), {}), port, make_key()):
        return False


def _check_handover(settings: Settings) -> Iterator[Detail]:
    """Check what is shown or printed at the end: for the physiotherapist, and for the patient."""
    for name, wanted in (("handover", settings.handover), ("take_home", settings.take_home)):
        if wanted.form in ("paper", "both"):
            _check_printer(wanted.printer)
        yield f"{name}_{wanted.form}", {}
    if settings.take_home.form in ("paper", "both"):
        find_drawer(settings.take_home.paper)


def _check_printer(printer: str) -> None:
    if not shutil.which("lp"):
        problem = "Something should be printed, but there is no lp."
        raise RuggespraakError(problem, "Install it with: sudo apt-get install cups", Symptom.PRINTER)
    if printer and not _is_printer(printer):
        raise RuggespraakError(f"CUPS knows no printer {printer}.", "`lpstat -p` lists them.", Symptom.PRINTER_UNKNOWN, printer)


def _is_printer(name: str) -> bool:
    try:
        return not subprocess.run(["lpstat", "-p", name], capture_output=True, timeout=PRINTER_SECONDS, check=False).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


TESTS: dict[str, Test] = {
    "clock": _check_clock,
    "settings": _check_limits,
    "script": _check_script,
    "microphone": _check_microphone,
    "loudspeaker": _check_loudspeaker,
    "models": _check_models,
    "ears": _check_ears,
    "voice": _check_voice,
    "disk": _check_disk,
    "screen": _check_screen,
    "calls": _check_calls,
    "reception": _check_reception,
    "hand-over": _check_handover,
}
"""In this order: what stands still is told within seconds, before what takes long to look at."""
