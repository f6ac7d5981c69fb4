"""`ruggespraak bench ears`: compare every installed engine, and the usual alternative, on the same clips."""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from voice.audio.pcm import LISTENING_RATE, Audio, read_audio
from voice.audio.segment import Ending, cut_answer
from voice.base.process_memory import overwrite_in_children
from voice.bench.options import Report, add_every, add_question, add_recordings
from voice.bench.processes import measure_peak
from voice.bench.reference import Recording, read_recordings
from voice.bench.score import DECISIVE, Score, Scored, list_kinds, percentile, score, score_answer
from voice.recognize.transcript import NEUTRAL, Transcript, Vocabulary
from voice.setup.engines import load_ears
from voice.setup.models.store import list_hearing_models
from voice.setup.scripts import find_expected
from voice.setup.settings import ENGINES, Settings
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Ears

PEER = "faster-whisper"
"""What a user would take instead of ours: the library with its defaults, told only the language."""


@dataclass(frozen=True, slots=True)
class EngineResult:
    """What one engine did with all clips, in a process of its own.

    load: seconds to load it. median, p95, most, mean: seconds an answer. cpu: CPU seconds an answer.
    real_time: CPU seconds a second of audio. megabytes: peak memory of its processes, with that of the measuring one.
    """

    engine: str
    rows: tuple[Scored, ...]
    load: float
    median: float
    p95: float
    most: float
    mean: float
    cpu: float
    real_time: float
    megabytes: float


TOGETHER = "together"
"""Name for all engines as the kiosk runs them: the others hear an answer if the first leaves doubt."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recordings(parser, "recorded answers: columns file and label; kind and alt if known")
    add_question(parser)
    add_every(parser)


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Let every engine hear the recordings."""
    measured = measure_all(read_recordings(options.recordings)[:: options.every], options.question, settings)
    value = [asdict(replace(one, rows=())) | {"scores": [asdict(score(one.rows, "all"))]} for one in measured]
    return Report(table(measured), value)


def measure_all(rows: tuple[Recording, ...], question: str, settings: Settings) -> list[EngineResult]:
    """Measure one engine after the other, each in a process of its own, so that none disturbs the next.

    question: id of the question that all clips answer.
    """
    models = list_hearing_models("auto", settings.models)
    engines = list(dict.fromkeys(model.engine if model.measurement else model.name for model in models))
    together = [TOGETHER] if len(engines) > 1 else []
    peers = [PEER] if find_spec("faster_whisper") else []
    return [_measure_alone(engine, rows, question, settings) for engine in [*engines, *together, *peers]]


def _measure_alone(engine: str, rows: tuple[Recording, ...], question: str, settings: Settings) -> EngineResult:
    with overwrite_in_children(engine != PEER), ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, engine, rows, question, settings).result()


def _measure(engine: str, rows: tuple[Recording, ...], question: str, settings: Settings) -> EngineResult:
    expected, begun = find_expected(settings, question), time.perf_counter()
    ears = _load_engine(engine, settings)
    load = time.perf_counter() - begun
    clips = [(row, _cut_speech(row.file)) for row in rows]
    ears.hear(clips[0][1], expected, date.today())  # the first answer pays for what is loaded late
    cpu = _measure_cpu()
    scored = tuple(_score_clip(row, clip, expected, ears) for row, clip in clips)
    megabytes = measure_peak()
    ears.close()  # a child's CPU time only counts once it has ended
    cpu = _measure_cpu() - cpu
    seconds = [row.seconds for row in scored]
    heard = sum(clip.seconds for _, clip in clips)
    return EngineResult(
        engine, scored, load, percentile(seconds, 0.5), percentile(seconds, 0.95), max(seconds), sum(seconds) / len(seconds),
        cpu / len(clips), cpu / max(heard, 0.001), megabytes,
    )  # fmt: skip


def _load_engine(engine: str, settings: Settings) -> Ears:
    if engine == PEER:
        return Ears(FasterWhisper(settings))
    if engine == TOGETHER:
        return load_ears(settings)
    alone = replace(settings, engine=engine) if engine in ENGINES else replace(settings, engine="auto", model=engine)
    every = load_ears(alone)
    for other in (*every.others, *every.doubters):
        other.close()
    return Ears(every.first)


def _cut_speech(file: Path) -> Audio:
    """Cut the speech out of a clip as the kiosk does. Return the whole clip if no speech is found."""
    audio = read_audio(file)
    stretch = cut_answer(audio)
    return audio if stretch.ending is Ending.NOBODY else stretch.audio


def _score_clip(row: Recording, clip: Audio, expected: Expected, ears: Ears) -> Scored:
    begun = time.perf_counter()
    meaning = ears.hear(clip, expected, date.today()).answer.meaning
    return score_answer(row, meaning, time.perf_counter() - begun)


class FasterWhisper:
    """faster-whisper with the same weights and the library's default options."""

    name = PEER
    trust = NEUTRAL

    def __init__(self, settings: Settings) -> None:
        from faster_whisper import WhisperModel

        self._model = WhisperModel(str(settings.models / "whisper-base"), device="cpu", compute_type="int8")

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        assert audio.rate == LISTENING_RATE
        parts, _ = self._model.transcribe(audio.floats, language="nl")
        return Transcript(" ".join(part.text.strip() for part in parts), 1.0, self.name)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def close(self) -> None: ...


def _measure_cpu() -> float:
    """Measure the CPU seconds so far of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def table(measured: list[EngineResult]) -> Iterator[str]:
    figures = "".join(f"{head:>10}" for head in ("load s", "median s", "p95 s", "most s", "mean s", "CPU s", "CPU/audio", "MB"))
    yield f"{'engine':16}{figures}"
    for one in measured:
        yield (
            f"{one.engine:16}{one.load:>10.2f}{one.median:>10.3f}{one.p95:>10.3f}{one.most:>10.2f}{one.mean:>10.3f}"
            f"{one.cpu:>10.2f}{one.real_time:>10.3f}{one.megabytes:>10.0f}"
        )
    for kind in list_kinds(measured[0].rows):
        yield f"\n{kind:16}" + "".join(f"{head:>{wide}}" for head, _, wide in COLUMNS)
        for one in measured:
            yield _format_accuracy(one, kind)
    yield from _format_ratios(measured)


def _format_accuracy(one: EngineResult, kind: str) -> str:
    got = score(one.rows, kind)
    counts = ((count(got), wide) for _, count, wide in COLUMNS)
    return f"{one.engine:16}" + "".join(f"{f'{some}/{total}':>{wide}}" for (some, total), wide in counts)


def _count_asked_for(got: Score[tuple[int, int]]) -> tuple[int, int]:
    """Count the right ones among yes, no and "I do not know", and how many there are."""
    counts = [count for label, count in got.by_label if label in (*DECISIVE, "dont_know")]
    return sum(right for right, _ in counts), sum(total for _, total in counts)


COLUMNS: tuple[tuple[str, Callable[[Score[tuple[int, int]]], tuple[int, int]], int], ...] = (
    ("right", lambda got: got.right, 12),
    ("yes, no, unsure right", _count_asked_for, 24),
    ("yes->no", lambda got: got.yes_to_no, 10),
    ("no->yes", lambda got: got.no_to_yes, 10),
    ("other->yes", lambda got: got.other_as_yes, 12),
    ("other->no", lambda got: got.other_as_no, 12),
    ("not accepted", lambda got: got.not_accepted, 14),
)


def _format_ratios(measured: list[EngineResult]) -> Iterator[str]:
    """Compare each engine with the usual alternative, if that is installed."""
    figures = {"CPU": "cpu", "time": "mean", "median time": "median", "memory": "megabytes"}
    for peer in (one for one in measured if one.engine == PEER):
        yield ""
        for one in (other for other in measured if other is not peer):
            ratios = {name: getattr(one, field) / max(getattr(peer, field), 1e-9) for name, field in figures.items()}
            shown = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
            yield f"{one.engine} as a share of {PEER} with its defaults: {shown}"
