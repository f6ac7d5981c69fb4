"""`ruggespraak check`: the self-test of an installation, one line a part, in words for whoever set it up."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from voice import models
from voice.activity import BLOCK, SileroActivity
from voice.assemble import asked, ears, microphone, script_of
from voice.audio import LISTENING_RATE, silence
from voice.cue import CUE
from voice.errors import DeviceError, RuggespraakError
from voice.meter import LOUD, Metered
from voice.privacy import swap_places
from voice.review import review_of
from voice.screen.board import Board
from voice.screen.server import Site, answers, serving
from voice.screen.words import load_words
from voice.settings import Settings
from voice.terminal import LevelBar, told
from voice.voices import phrasebook

ROOM_NEEDED = 200_000_000
"""Bytes that must be free where speech is kept; the whole phrasebook takes about a tenth of it."""


LISTENED = 3.0
"""Seconds for which the microphone is listened to."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the self-test. `fatal` is False where a consultation can be held all the same."""

    part: str
    sound: bool
    told: str
    fatal: bool = True


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Exit code 1 where something is wrong that keeps a consultation from being held."""
    findings = [_tried(part, test, settings) for part, test in _TESTS.items()]
    findings += [*_review(settings), *_swap()]
    for finding in findings:
        mark = "ok  " if finding.sound else ("FAIL" if finding.fatal else "note")
        print(f"{mark}  {finding.part:12} {finding.told}", flush=True)
    return 1 if any(finding.fatal and not finding.sound for finding in findings) else 0


def _tried(part: str, test: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(part, True, test(settings))
    except DeviceError as error:
        return Finding(part, False, str(error), fatal=False)
    except RuggespraakError as error:
        return Finding(part, False, str(error))


def _script(settings: Settings) -> str:
    script = script_of(settings)
    return f"{script.locale}/{script.id}, {len(script.questions)} questions, {len(script.utterances())} lines"


def _review(settings: Settings) -> Iterator[Finding]:
    try:
        review = review_of(settings.locale_folder, settings.script)
    except RuggespraakError:
        return
    yield Finding("review", review.sound, str(review), fatal=False)


def _swap() -> Iterator[Finding]:
    for place in swap_places():
        told = f"memory may be written to {place}, with what a patient says in it. Turn swap off (swapoff -a), or encrypt it."
        yield Finding("privacy", False, told, fatal=False)


def _models(settings: Settings) -> str:
    damaged = [f"{name} ({', '.join(faults)})" for name, faults in models.verify(settings.models).items() if faults]
    if damaged:
        raise RuggespraakError(f"Damaged: {'; '.join(damaged)}.", "Run `ruggespraak models remove NAME` and `models fetch NAME`.")
    return f"every installed model in {settings.models} is sound"


def _ears(settings: Settings) -> str:
    with closing(ears(settings)) as hearing:
        hearing.hear(silence(1.0), asked(settings, None), date.today())
    return f"{hearing.name} runs"


def _voice(settings: Settings) -> str:
    with phrasebook(settings, warn=told) as book:
        line = book.audio(script_of(settings).line("welkom"))
        return f"{book.voice} speaks ({line.seconds:.1f} s of greeting)"


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(_existing(settings.speech)).free
    if free < ROOM_NEEDED:
        raise RuggespraakError(f"Only {free // 1_000_000} MB is free for {settings.speech}.", "Make room.")
    return f"{free // 1_000_000} MB free"


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def _microphone(settings: Settings) -> str:
    """Listens for a while, showing the level as it goes, so that whoever sets it up can speak and see it move."""
    show = LevelBar()
    with closing(microphone(settings)) as ours:
        meter = Metered(SileroActivity(), lambda sound: show(sound.dbfs, sound.speech))
        for block in islice(ours.blocks(), round(LISTENED * LISTENING_RATE / BLOCK)):
            meter.probability(block)
        lost = f", sound lost {ours.overflows} times" if ours.overflows else ""
    told = f"{ours.device}: the room at {meter.floor:.0f} dBFS, the loudest at {meter.loudest:.0f} dBFS{lost}"
    if meter.floor > LOUD:
        raise DeviceError(f"{told}; that is loud, answers will be missed.", "Bring it closer to the patient and turn it down.")
    return told


def _loudspeaker(settings: Settings) -> str:
    from voice.loudspeaker import SoundCardLoudspeaker

    with closing(SoundCardLoudspeaker(settings.loudspeaker)) as loudspeaker:
        loudspeaker.play(CUE)
    return f"{loudspeaker.device} has played the tone that says: now I listen"


def _screen(settings: Settings) -> str:
    """The page has all its words, and its address is free or already ours."""
    script = script_of(settings)
    load_words(settings.locale_folder, settings.practice, script.readback.grammar)
    staff = "the staff's page has a pin" if settings.staff.pin else "no pin is set, so there is no page for the staff"
    return f"http://127.0.0.1:{settings.screen.port}/ {_serves(settings.screen.port)}; {staff}"


def _serves(port: int) -> str:
    if answers(port):
        return "is shown by a kiosk that runs now"
    with serving(Site(Board(), {}), port):
        return "can be served"


def _handover(settings: Settings) -> str:
    if settings.handover.form in ("paper", "both") and not shutil.which("lp"):
        raise RuggespraakError(
            "The hand-over should be printed, but there is no lp.", "Install it with: sudo apt-get install cups"
        )
    return {"off": "off", "code": "as a code on the screen", "paper": "on paper", "both": "on paper and as a code"}[
        settings.handover.form
    ]


_TESTS: dict[str, Callable[[Settings], str]] = {
    "script": _script,
    "models": _models,
    "ears": _ears,
    "voice": _voice,
    "disk": _disk,
    "microphone": _microphone,
    "loudspeaker": _loudspeaker,
    "screen": _screen,
    "hand-over": _handover,
}
