"""`ruggespraak bench ears`: every engine that is installed, and what a user would otherwise take, on the same clips."""

from __future__ import annotations

import json
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from voice.activity import BLOCK, SileroActivity
from voice.answer import understand
from voice.assemble import ears as assembled
from voice.audio import LISTENING_RATE, Audio, blocks, read_audio
from voice.bench.reference import Recording
from voice.bench.score import LABEL_OF, Scored, percentile, score
from voice.ears import vocabulary
from voice.models import choices
from voice.recognize import NEUTRAL, Recognizer, Transcript, Vocabulary
from voice.script import Question
from voice.segment import Ending, Limits, segment
from voice.settings import Settings

PEER = "faster-whisper"
"""What a user would otherwise take: the library with its defaults, told only the language."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one engine did with all the clips, in a process of its own.

    load, median, p95, most: seconds. cpu: CPU seconds an answer. real_time: CPU seconds a second of audio.
    megabytes: peak memory.
    """

    engine: str
    rows: tuple[Scored, ...]
    load: float
    median: float
    p95: float
    most: float
    cpu: float
    real_time: float
    megabytes: float


def measure_all(rows: tuple[Recording, ...], question: Question, settings: Settings) -> list[Measured]:
    """Each engine in a process of its own, one after the other, so that none disturbs the next."""
    engines = [model.engine for model in choices("auto", settings.models)]
    return [_alone(engine, rows, question, settings) for engine in [*dict.fromkeys(engines), *_peers()]]


def _peers() -> list[str]:
    from importlib.util import find_spec

    return [PEER] if find_spec("faster_whisper") else []


def _alone(engine: str, rows: tuple[Recording, ...], question: Question, settings: Settings) -> Measured:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(_measure, engine, rows, question, settings).result()


def _measure(engine: str, rows: tuple[Recording, ...], question: Question, settings: Settings) -> Measured:
    begun = time.perf_counter()
    ears = FasterWhisper(settings) if engine == PEER else assembled(replace(settings, engine=engine)).first
    load = time.perf_counter() - begun
    clips = [(row, _speech(row.file)) for row in rows]
    ears.transcribe(clips[0][1], vocabulary(question))  # the first answer pays for what is loaded late
    cpu = _cpu()
    scored = tuple(_scored(row, clip, question, ears) for row, clip in clips)
    ears.close()  # a child's CPU time only counts once it has ended
    cpu = _cpu() - cpu
    seconds = [row.seconds for row in scored]
    heard = sum(clip.seconds for _, clip in clips)
    return Measured(
        engine, scored, load, percentile(seconds, 0.5), percentile(seconds, 0.95), max(seconds),
        cpu / len(clips), cpu / max(heard, 0.001), _megabytes(),
    )  # fmt: skip


def _speech(file: Path) -> Audio:
    """The stretch of speech that every engine gets, cut as the kiosk cuts it; a whole clip where none is found."""
    audio = read_audio(file)
    whole = Limits(nobody=audio.seconds + 1, pause=audio.seconds + 1, longest=30)
    stretch = segment(blocks(audio, BLOCK), SileroActivity(), whole)
    return audio if stretch.ending is Ending.NOBODY else stretch.audio


def _scored(row: Recording, clip: Audio, question: Question, ears: Recognizer) -> Scored:
    begun = time.perf_counter()
    meaning = understand(ears.transcribe(clip, vocabulary(question)), question, ears.trust).meaning
    return Scored(row.label, row.also, row.kind, LABEL_OF.get(meaning, "none"), time.perf_counter() - begun)


class FasterWhisper:
    """faster-whisper on the same weights, with every option left as the library has it."""

    name = PEER
    trust = NEUTRAL

    def __init__(self, settings: Settings) -> None:
        from faster_whisper import WhisperModel

        self._model = WhisperModel(str(settings.models / "whisper-base"), device="cpu", compute_type="int8")

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        assert audio.rate == LISTENING_RATE
        parts, _ = self._model.transcribe(audio.floats, language="nl")
        return Transcript(" ".join(part.text.strip() for part in parts), 1.0, self.name)

    def close(self) -> None: ...


def _cpu() -> float:
    """CPU seconds of this process and of its children that have ended, so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _megabytes() -> float:
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def table(measured: list[Measured]) -> Iterator[str]:
    kinds = [*sorted({row.kind for row in measured[0].rows}), "all"]
    yield f"{'engine':16}{'load s':>8}{'median s':>10}{'p95 s':>8}{'most s':>8}{'CPU s':>8}{'CPU/audio':>11}{'MB':>7}"
    for one in measured:
        yield (
            f"{one.engine:16}{one.load:>8.2f}{one.median:>10.3f}{one.p95:>8.3f}{one.most:>8.2f}"
            f"{one.cpu:>8.2f}{one.real_time:>11.3f}{one.megabytes:>7.0f}"
        )
    for kind in kinds:
        yield f"\n{kind:16}{'right':>14}{'yes->no':>10}{'no->yes':>10}{'other->yes':>12}{'other->no':>11}{'not accepted':>14}"
        for one in measured:
            yield _accuracy(one, kind)
    yield from _ratios(measured)


def _accuracy(one: Measured, kind: str) -> str:
    got = score(one.rows, kind)
    columns: tuple[tuple[tuple[int, int], int], ...] = (
        (got.right, 14), (got.yes_to_no, 10), (got.no_to_yes, 10),
        (got.other_as_yes, 12), (got.other_as_no, 11), (got.not_accepted, 14),
    )  # fmt: skip
    return f"{one.engine:16}" + "".join(f"{f'{some}/{total}':>{width}}" for (some, total), width in columns)


def _ratios(measured: list[Measured]) -> Iterator[str]:
    """How each engine compares with what a user would otherwise take, where that is installed."""
    pick: dict[str, Callable[[Measured], float]] = {
        "CPU": lambda m: m.cpu,
        "median": lambda m: m.median,
        "memory": lambda m: m.megabytes,
    }
    for peer in (one for one in measured if one.engine == PEER):
        yield ""
        for one in (other for other in measured if other is not peer):
            shown = ", ".join(f"{name} {value(one) / max(value(peer), 1e-9):.2f}" for name, value in pick.items())
            yield f"{one.engine} as a share of {PEER} with its defaults: {shown}"


def as_json(measured: list[Measured]) -> str:
    return json.dumps([asdict(replace(one, rows=())) | {"scores": [asdict(score(one.rows, "all"))]} for one in measured])
