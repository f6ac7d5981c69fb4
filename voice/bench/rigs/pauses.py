"""`ruggespraak bench pauses`: how soon the kiosk takes an answer as whole, and whom it would interrupt, with other pauses.

Time is counted and not measured, so that a busy machine gives the same figures: recorded answers go through the real detector of
speech and the real engines, and each hearing takes as long as it is said to take. Left out: buffers of sound cards (about 0.2 s
until the next word), engines that listen again, and that a patient who is interrupted is heard to the end (`bench turns`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any

from voice.audio.pcm import LISTENING_RATE, Audio, blocks, join, resample, silence
from voice.audio.segment import Ending, Limits
from voice.audio.vad import BLOCK, BLOCK_BYTES, Activity, SileroActivity
from voice.base.clock import find_today
from voice.bench.options import Report, add_question, add_recordings, whole_number
from voice.bench.reference import read_recordings
from voice.bench.rigs.placed import PlacedAnswer, find_onset, place_answers
from voice.bench.score import LABEL_OF, percentile
from voice.kiosk.turns.endpointing import choose_pause
from voice.kiosk.turns.listen import AnswerListener
from voice.setup.engines import load_ears
from voice.setup.scripts import find_expected
from voice.setup.settings import Settings
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Ears, Heard

LEAD = 0.5
"""Seconds of silence before an answer."""
COMPUTING = 0.27
"""Seconds that both engines take for an answer on two idle cores."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to wait. agreement: whether a plain yes or no on which two engines agree ends sooner."""

    name: str
    limits: Limits
    agreement: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """How one answer ended. seconds: from the patient's last word until it was taken; negative if the patient was interrupted.

    sound: seconds from the last word until it was nodded at or taken.
    hearings: how often the engines began to hear it. label: what was understood.
    """

    placed: PlacedAnswer
    seconds: float
    sound: float
    hearings: int
    label: str


class Clock(Executor):
    """Counts the blocks that were heard. As an executor it does one hearing at a time, each in `computing` seconds."""

    def __init__(self, computing: float) -> None:
        self._computing = computing
        self.now = self.free = 0.0
        self.hearings = 0

    def count(self, sound: Iterator[bytes]) -> Iterator[bytes]:
        for block in sound:
            self.now += BLOCK / LISTENING_RATE
            yield block

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        self.free = max(self.now, self.free) + self._computing
        self.hearings += 1
        coming = Coming(self, self.free)
        coming.set_result(work(*given, **named))
        return coming


class Coming(Future[Any]):
    """A result that is done once the clock says so."""

    def __init__(self, clock: Clock, due: float) -> None:
        super().__init__()
        self._clock, self._due = clock, due

    def done(self) -> bool:
        return self._clock.now >= self._due


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recordings(parser, "recorded answers: columns file and label; kind and alt if known")
    add_question(parser)
    parser.add_argument("--turns", type=whole_number(0), nargs=2, default=(40, 60), metavar=("WHOLE", "PAUSED"),
                        help="so many yes and no, and answers with a pause in them (default 40 60)")  # fmt: skip
    parser.add_argument("--computing", type=float, default=COMPUTING, metavar="S", help="seconds a hearing (default %(default)s)")


def run(options: argparse.Namespace, settings: Settings) -> Report:
    whole, paused = options.turns
    placed = place_answers(read_recordings(options.recordings), whole, paused, 0)
    expected = find_expected(settings, options.question)
    with closing(load_ears(settings)) as ears:
        hear = remember(ears, expected)
        measured = {
            way.name: [end(one, way, hear, expected, options.computing) for one in placed] for way in list_ways(settings.patience)
        }
    return Report(table(measured), {name: list(_list_figures(ended)) for name, ended in measured.items()})


def list_ways(limits: Limits) -> list[Way]:
    """The kiosk as it is, and what was tried beside it."""
    return [
        Way("0.5 s after every certain answer", limits, agreement=False),
        Way("0.3 s where engines agree: as it is", limits),
        Way("the same, heard after 0.1 s of quiet", replace(limits, guess=0.1)),
        Way("the same, after 0.06 s", replace(limits, guess=0.06)),
        Way("0.4 s after every other certain answer", replace(limits, decided=0.4)),
    ]


def remember(ears: Ears, expected: Expected) -> Callable[[Audio], Heard]:
    """Hear each stretch of sound once."""
    known: dict[bytes, Heard] = {}

    def hear(audio: Audio) -> Heard:
        if audio.pcm not in known:
            known[audio.pcm] = ears.hear(audio, expected, find_today(), lambda: False)
        return known[audio.pcm]

    return hear


def end(
    placed: PlacedAnswer, way: Way, hear: Callable[[Audio], Heard], expected: Expected, computing: float,
    activity: Callable[[], Activity] = SileroActivity,
) -> Ended:  # fmt: skip
    """Let a patient give one answer, and find when it is taken."""
    heard = join([silence(LEAD), resample(placed.audio, LISTENING_RATE)], LISTENING_RATE)
    clock = Clock(computing)

    def patience(heard: Heard) -> float:
        return choose_pause(heard if way.agreement else replace(heard, agreed=False), expected, way.limits)

    nods: list[float] = []
    listener = AnswerListener(lambda audio, _: hear(audio), patience, way.limits, clock, nod=lambda: nods.append(clock.now))
    listened = listener.listen(clock.count(chain(blocks(heard, BLOCK), repeat(bytes(BLOCK_BYTES)))), activity())
    taken = max(clock.now, clock.free)
    spoke = LEAD + find_onset(placed.audio) + placed.spoken
    label = LABEL_OF.get(listened.heard.answer.meaning, "none") if listened.ending is not Ending.NOBODY else "none"
    sound = min([taken, *(nod for nod in nods if nod > spoke)])
    return Ended(placed, taken - spoke, sound - spoke, clock.hearings, label)


def table(measured: dict[str, list[Ended]]) -> Iterator[str]:
    heads = ("median s", "95 %", "sound", "sound 95 %", "right", "yes->no", "interrupted", "hearings")
    yield f"{'':38}" + "".join(f"{head:>12}" for head in heads)
    for name, ended in measured.items():
        yield f"{name:38}" + "".join(f"{value:>12}" for value in _list_figures(ended))


def _list_figures(ended: Sequence[Ended]) -> Iterator[str]:
    """Times of whole answers, until taken and (sound) until nodded at or taken; of all answers what was understood; whom of those
    who pause it interrupts; hearings an answer."""
    whole = [one.seconds for one in ended if not one.placed.pause and one.seconds > 0]
    paused = [one for one in ended if one.placed.pause]
    yield f"{percentile(whole, 0.5):.2f}"
    yield f"{percentile(whole, 0.95):.2f}"
    sounds = [one.sound for one in ended if not one.placed.pause and one.seconds > 0]
    yield f"{percentile(sounds, 0.5):.2f}"
    yield f"{percentile(sounds, 0.95):.2f}"
    yield f"{sum(one.label in (one.placed.label, one.placed.also) for one in ended)}/{len(ended)}"
    yield f"{sum(one.label == 'no' and one.placed.label == 'yes' for one in ended)}"
    yield f"{sum(one.seconds < 0 for one in paused)}/{len(paused)}"
    yield f"{sum(one.hearings for one in ended) / len(ended):.2f}"
