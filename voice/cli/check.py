"""`ruggespraak check`: test an installation and print one line a part.

The sentences are in service.yaml of the locale. This module has the tests and what they find out.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any

from voice.audio.meter import LOUD, Metered
from voice.audio.pcm import LISTENING_RATE, silence
from voice.audio.tones import CUE
from voice.audio.vad import BLOCK, SileroActivity
from voice.base.console import print_json, tell
from voice.base.errors import DeviceError, ModelError, ReviewError, RuggespraakError, Symptom
from voice.base.process_memory import find_swap
from voice.cli.staff_messages import StaffMessages, load_staff_messages
from voice.cli.terminal import show_level
from voice.consultation.loader import read_review
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.screen_key import make_key
from voice.kiosk.screen.server import ADDRESS, Site, is_serving, serve
from voice.kiosk.screen.texts import load_screen_texts
from voice.setup.devices import open_microphone
from voice.setup.engines import load_ears
from voice.setup.models import store as models
from voice.setup.scripts import find_expected, load_chosen_script, refuse_unreviewed
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebook

ROOM_NEEDED = 200
"""Megabytes that must be free on the disk that keeps speech. The whole phrasebook takes about a tenth of it."""
LISTENING_SECONDS = 3.0
MARKS = ("fine", "note", "wrong")
"""Marks of a part, the worst last."""


Detail = tuple[str, dict[str, Any]]
"""What a test found out: the name of a sentence, and the values for its blanks."""

Test = Callable[[Settings], Iterator[Detail]]


@dataclass(frozen=True, slots=True)
class PartReport:
    """One line of the self-test.

    mark: fine, wrong, or note if a consultation can be held all the same.
    told: a sentence for the practice. english: the same for an engineer; empty if the part is fine.
    """

    part: str
    mark: str
    told: str
    english: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a part, with the same in English for an engineer")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Return exit code 1 if something is wrong that prevents a consultation."""
    words, worst = load_staff_messages(settings.locale_folder), "fine"
    for report in _report_parts(settings, words):
        worst = max(worst, report.mark, key=MARKS.index)
        _print_report(report, words, options.json)
    if not options.json:
        print(words.verdict.fill(worst))
    return 1 if worst == "wrong" else 0


def _print_report(report: PartReport, words: StaffMessages, json: bool) -> None:
    if json:
        return print_json(asdict(report))
    more = words.verdict.fill("technical", told=report.told, english=report.english)
    mark, part = words.marks.fill(report.mark), words.parts.fill(report.part)
    print(f"{mark:7} {part:12} {more if report.english else report.told}", flush=True)


def _report_parts(settings: Settings, words: StaffMessages) -> Iterator[PartReport]:
    for part, test in _TESTS.items():
        yield _run_test(part, test, settings, words)
    yield from _report_review(settings, words)
    yield from (_report_failure("privacy", error, words) for error in _find_swap_faults())


def _run_test(part: str, test: Test, settings: Settings, words: StaffMessages) -> PartReport:
    try:
        return PartReport(part, "fine", " ".join(words.fine.fill(name, **values) for name, values in test(settings)))
    except RuggespraakError as error:
        return _report_failure(part, error, words)


def _report_failure(part: str, error: RuggespraakError, words: StaffMessages) -> PartReport:
    mark = "note" if isinstance(error, DeviceError) else "wrong"
    return PartReport(part, mark, words.describe_trouble(error.trouble), str(error))


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
    yield "ears", {"engine": hearing.name}
    yield from (("strange", {"engine": engine, "words": ", ".join(words)}) for engine, words in strange.items())


def _check_voice(settings: Settings) -> Iterator[Detail]:
    with open_phrasebook(settings, warn=tell) as book:
        line = book.audio(load_chosen_script(settings).line("welkom"))
        yield "voice", {"voice": book.voice, "seconds": round(line.seconds)}


def _check_disk(settings: Settings) -> Iterator[Detail]:
    existing = next(folder for folder in (settings.speech, *settings.speech.absolute().parents) if folder.exists())
    megabytes = shutil.disk_usage(existing).free // 1_000_000
    if megabytes < ROOM_NEEDED:
        problem = f"Only {megabytes} MB is free for {settings.speech}."
        raise RuggespraakError(problem, "Make room.", Symptom.DISK, f"{megabytes} MB")
    yield "disk", {"megabytes": megabytes}


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
    from voice.audio.loudspeaker import SoundCardLoudspeaker

    with closing(SoundCardLoudspeaker(settings.loudspeaker)) as loudspeaker:
        loudspeaker.play(CUE)
        yield "loudspeaker", {"device": loudspeaker.device}


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
    if settings.handover.form in ("paper", "both") and not shutil.which("lp"):
        problem = "The hand-over should be printed, but there is no lp."
        raise RuggespraakError(problem, "Install it with: sudo apt-get install cups", Symptom.PRINTER)
    yield f"handover_{settings.handover.form}", {}


_TESTS: dict[str, Test] = {
    "script": _check_script,
    "models": _check_models,
    "ears": _check_ears,
    "voice": _check_voice,
    "disk": _check_disk,
    "microphone": _check_microphone,
    "loudspeaker": _check_loudspeaker,
    "screen": _check_screen,
    "hand-over": _check_handover,
}
