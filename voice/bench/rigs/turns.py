"""`ruggespraak bench turns`: measure how soon the kiosk answers, and whether it lets people finish.

1. A recorded patient answers a kiosk that asks one question again and again, over a virtual sound card.
2. Both are heard at the card, so everything counts: its buffers, the pause, the recognition, the next line.
3. The microphone hears the loudspeaker all the time, 18 dB softer.
4. A patient who is interrupted goes on for a little while, as people do, and to the end if the kiosk falls silent again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from multiprocessing.connection import Connection
from threading import Timer
from typing import Any

import numpy as np

from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.pcm import LISTENING_RATE
from voice.audio.soundcard import find, load_library
from voice.base.errors import RuggespraakError
from voice.base.process_memory import overwrite_in_children
from voice.bench.ears import PEER
from voice.bench.options import Report, add_question, add_recordings, whole_number
from voice.bench.reference import read_recordings
from voice.bench.rigs.drill import OURS, run_drill
from voice.bench.rigs.placed import PlacedAnswer, place_answers
from voice.bench.rigs.virtual import VirtualSoundCard, virtual_sound_card
from voice.bench.score import LABEL_OF, percentile
from voice.setup.settings import Settings
from voice.understand.meaning import Answer, Meaning

SETTLED = 0.45
"""Seconds after the start of listening at which its cue is over at every tap."""
LOUD = 300 / 32768
"""Minimum amplitude (0..1) of sound at a tap. The hum of the virtual room is far below."""
PATIENCE = 60.0
"""Seconds without an event after which the kiosk has failed."""
STUBBORN = 1.2
"""Seconds for which an interrupted patient goes on speaking. Then he stops, unless the kiosk has stopped."""


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One turn. Times are in seconds of one clock; nan for what did not happen.

    placed: what the patient says. answer: what the kiosk understood. listening: when listening began.
    end: when the patient's last word had ended, or would have. reply: when the kiosk began to speak after the patient.
    sound: when it was first heard after the patient began, if only by its nod (`voice/audio/tones.py`).
    taken: when the kiosk finally took the answer as finished.
    cpu: share of a core that listening took, with the engines' processes.
    """

    placed: PlacedAnswer
    answer: Answer
    listening: float
    end: float
    reply: float
    sound: float
    taken: float
    cpu: float

    @property
    def meaning(self) -> Meaning:
        return self.answer.meaning

    @property
    def seconds(self) -> float:
        return self.reply - self.end

    @property
    def seconds_to_sound(self) -> float:
        return self.sound - self.end

    @property
    def nodded(self) -> bool:
        """The kiosk nodded before the patient had finished."""
        return self.began and self.sound < min(self.end, self.reply)

    @property
    def began(self) -> bool:
        return not np.isnan(self.end)

    @property
    def talked_over(self) -> bool:
        """The kiosk began to speak before the patient had finished."""
        return self.began and self.seconds < 0

    @property
    def cut(self) -> bool:
        """What the patient said last was not heard."""
        return self.began and self.taken < self.end

    @property
    def right(self) -> bool:
        return LABEL_OF.get(self.meaning, "none") in (self.placed.label, self.placed.also)


class SoundTap:
    """Note when it is loud at a device where one can listen."""

    def __init__(self, device: str) -> None:
        self._loud: list[float] = []
        self._stream = load_library().RawInputStream(
            device=find(device, "input").index, samplerate=LISTENING_RATE, channels=1, dtype="int16",
            blocksize=LISTENING_RATE // 100, callback=self._note,
        )  # fmt: skip
        self._stream.start()

    def first(self, since: float) -> float:
        """When it was first loud after that moment; nan if never."""
        return next((moment for moment in self._loud if moment > since), float("nan"))

    def last(self) -> float:
        """When it was last loud; nan if never."""
        return self._loud[-1] if self._loud else float("nan")

    def close(self) -> None:
        self._stream.close()

    def _note(self, data: Any, _frames: int, _clock: Any, _status: Any) -> None:
        if np.abs(np.frombuffer(bytes(data), "<i2").astype(int)).max() > LOUD * 32768:
            self._loud.append(time.monotonic())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recordings(parser, "recorded answers: columns file and label; kind and alt if known")
    add_question(parser)
    parser.add_argument(
        "--turns", type=whole_number(0), nargs=3, default=(40, 60, 20), metavar=("WHOLE", "PAUSED", "SILENT"),
        help="so many yes and no, answers with a pause in them, and silences (default 40 60 20)",
    )  # fmt: skip


def run(options: argparse.Namespace, settings: Settings) -> Report:
    placed = place_answers(read_recordings(options.recordings), *options.turns)
    on_card = replace(settings, microphone="kiosk_mic", loudspeaker="kiosk_speaker")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that the kiosk and its card are put away
    measured = measure_all(placed, options.question, on_card)
    value = {name: {what.strip(): figure(turns) for what, figure in _ROWS.items()} for name, turns in measured.items()}
    return Report(table(measured), value)


def measure_all(placed: Sequence[PlacedAnswer], question: str, settings: Settings) -> dict[str, tuple[TurnResult, ...]]:
    """Measure ours and then the usual alternative, if its package is installed."""
    names = [OURS, *([PEER] if find_spec("faster_whisper") else [])]
    with virtual_sound_card(leak=True) as card:
        os.environ.update(card.environment)
        return {name: tuple(measure(name, card, placed, question, settings)) for name in names}


def measure(
    name: str, card: VirtualSoundCard, placed: Sequence[PlacedAnswer], question: str, settings: Settings
) -> Iterator[TurnResult]:
    """Measure the turns of one kiosk on a card whose environment this process has. The first answer is given twice."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    kiosk = context.Process(target=run_drill, args=(name, settings, question, len(placed) + 1, card.environment, theirs))
    with (
        run_kiosk(name, kiosk),
        closing(SoundCardLoudspeaker(card.patient)) as mouth,
        closing(SoundTap("patient_tap")) as patient,
        closing(SoundTap(card.tap)) as speaker,
    ):
        told = DrillEvents(ours)
        _answer(placed[0], mouth, told)  # the first answer pays for what is loaded late
        turns = [(one, _answer(one, mouth, told)) for one in placed]
        told.take("ended")
        for one, events in turns:
            yield _judge_turn(one, *events, patient, speaker)


@contextmanager
def run_kiosk(name: str, process: Any) -> Iterator[None]:
    """Run the kiosk of that name for the duration of a block. It may end by itself if no error was raised.

    Ours overwrites the memory that it frees, as in a practice, which takes time.
    """
    with overwrite_in_children(name == OURS):
        process.start()
    try:
        yield
        process.join(PATIENCE)
    finally:
        process.terminate()


class DrillEvents:
    """What the kiosk tells, event by event. Raises RuggespraakError if it tells nothing, or another event than expected."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._next: list[Any] = []

    def take(self, event: str) -> Any:
        """Take the next event, which must be that one."""
        if not self.comes(event):
            raise RuggespraakError(f"The kiosk tells {self._next[0][0]} instead of {event}.", "Measure again.")
        return self._next.pop()

    def comes(self, event: str) -> bool:
        """Wait for the next event, and tell whether it is that one."""
        if not self._next:
            self._next = [self._receive()]
        return bool(self._next[0][0] == event)

    def within(self, seconds: float) -> bool:
        """Tell whether the next event comes within so many seconds."""
        return bool(self._next) or self._pipe.poll(seconds)

    def _receive(self) -> Any:
        if not self._pipe.poll(PATIENCE):
            remedy = "Is another program using the machine? Measure again."
            raise RuggespraakError("The kiosk that is measured fell silent.", remedy)
        try:
            return self._pipe.recv()
        except EOFError as reason:
            raise RuggespraakError("The kiosk that is measured has ended.", "Run `ruggespraak check`.") from reason


def _answer(one: PlacedAnswer, mouth: SoundCardLoudspeaker, told: DrillEvents) -> tuple[Any, Any, Any]:
    """Answer once. Return the event when listening began, and the first and the last one about the answer."""
    begun = told.take("listening")
    speech = Timer(one.thinking, mouth.play, [one.audio])
    speech.start()
    over = first = told.take("turned")
    speech.cancel()
    while _is_heard_out(speech, mouth, told):
        told.take("resumed")
        told.take("listening")
        over = told.take("turned")
    speech.join()
    return begun, first, over


def _is_heard_out(speech: Timer, mouth: SoundCardLoudspeaker, told: DrillEvents) -> bool:
    """Tell whether the kiosk notices that the patient goes on. If not, the patient stops."""
    if speech.is_alive() and not told.within(STUBBORN):
        mouth.stop()
    return told.comes("resumed")


def _judge_turn(one: PlacedAnswer, begun: Any, first: Any, over: Any, patient: SoundTap, speaker: SoundTap) -> TurnResult:
    """The kiosk speaks only once it has taken an answer; what it sounds before that is its nod."""
    _, listening, cpu = begun
    _, turned, cpu_then, answer = over
    settled = listening + SETTLED
    onset = patient.first(settled) if one.audio.pcm else float("nan")
    end = onset + one.spoken if onset < turned else float("nan")
    reply, sound = speaker.first(max(first[1], settled)), speaker.first(settled if np.isnan(end) else onset)
    return TurnResult(one, answer, listening, end, reply, sound, turned, (cpu_then - cpu) / (turned - listening))


def table(measured: dict[str, tuple[TurnResult, ...]]) -> Iterator[str]:
    yield f"{'':46}" + "".join(f"{name:>16}" for name in measured)
    for what, value in _ROWS.items():
        yield f"{what:46}" + "".join(f"{value(turns):>16}" for turns in measured.values())
    if PEER in measured:
        yield from _format_ratios(measured[OURS], measured[PEER])


def _seconds(turns: Sequence[TurnResult]) -> list[float]:
    return [turn.seconds for turn in _whole(turns)]


def _whole(turns: Sequence[TurnResult]) -> list[TurnResult]:
    return [turn for turn in turns if not turn.placed.pause and turn.began and not turn.talked_over]


def _sounds(turns: Sequence[TurnResult]) -> list[float]:
    return [turn.seconds_to_sound for turn in _whole(turns)]


def _paused(turns: Sequence[TurnResult]) -> list[TurnResult]:
    return [turn for turn in turns if turn.placed.pause and turn.began]


def _silent(turns: Sequence[TurnResult]) -> list[TurnResult]:
    return [turn for turn in turns if not turn.placed.audio.pcm]


def _own_voice(turns: Sequence[TurnResult]) -> int:
    """Count the turns that were over before the patient spoke, except silences."""
    return sum(turn.meaning is not Meaning.SILENCE and not turn.began for turn in turns)


_ROWS: dict[str, Callable[[Sequence[TurnResult]], str]] = {
    "last word to next word, whole answers: median s": lambda turns: f"{percentile(_seconds(turns), 0.5):.2f}",
    "                                       p95 s": lambda turns: f"{percentile(_seconds(turns), 0.95):.2f}",
    "last word to next sound, nod or word: median s": lambda turns: f"{percentile(_sounds(turns), 0.5):.2f}",
    "    to next sound: p95 s": lambda turns: f"{percentile(_sounds(turns), 0.95):.2f}",
    "whole answers understood": lambda turns: _share([turn.right for turn in turns if turn.began and not turn.placed.pause]),
    "answers with a pause understood": lambda turns: _share([turn.right for turn in _paused(turns)]),
    "  cut off": lambda turns: _share([turn.cut for turn in _paused(turns)]),
    "  cut off and not understood": lambda turns: _share([turn.cut and not turn.right for turn in _paused(turns)]),
    "  talked over, and then heard to the end": lambda turns: _share(
        [turn.talked_over and not turn.cut for turn in _paused(turns)]
    ),
    "  nodded at in the middle": lambda turns: _share([turn.nodded for turn in _paused(turns)]),
    "own voice taken for an answer": lambda turns: f"{_own_voice(turns)}/{len(turns)}",
    "waiting, share of a core": lambda turns: f"{np.mean([turn.cpu for turn in _silent(turns)] or [np.nan]):.1%}",
}


def _share(those: Sequence[bool]) -> str:
    return f"{sum(those)}/{len(those)}"


def _format_ratios(ours: Sequence[TurnResult], peer: Sequence[TurnResult]) -> Iterator[str]:
    yield ""
    for name, part in (("median", 0.5), ("95th percentile", 0.95)):
        ratio = percentile(_seconds(ours), part) / percentile(_seconds(peer), part)
        yield f"{OURS} as a share of {PEER} after a fixed pause, {name} of last word to next word: {ratio:.2f}"
