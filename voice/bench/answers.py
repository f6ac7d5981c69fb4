"""`ruggespraak bench answers`: measure how well written and recorded answers are understood, on your own set."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from dataclasses import asdict, dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from voice.base.errors import UsageError
from voice.bench.confusions import count_confusions, write_confusions
from voice.bench.options import Report, add_cuts, add_question, add_recordings
from voice.bench.reference import (
    LABELS,
    TRAITS,
    Recording,
    WrittenAnswer,
    is_spontaneous,
    make_leads,
    read_recordings,
    read_spontaneous,
    read_words,
)
from voice.bench.score import (
    DECISIVE,
    Score,
    Scored,
    SourceShare,
    list_kinds,
    list_traits,
    percentile,
    score_answer,
    score_sources,
)
from voice.bench.spontaneous import Reading, format_judged, judge_answers, make_judged_value
from voice.kiosk.turns.recorded_answer import hear_recording
from voice.recognize.transcript import Transcript
from voice.setup.engines import load_ears
from voice.setup.scripts import find_expected, load_every_question
from voice.setup.settings import Settings
from voice.understand.answer import apply_rules, understand
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Answer, Meaning

Understanding = Callable[[str, Expected], str]
"""Takes an utterance and what its question expects, and returns a meaning in lower case."""


@dataclass(frozen=True, slots=True)
class WordScore:
    """What one understanding made of the written answers. milliseconds: median time for one sentence.

    wrong: the answers that it misunderstood, each as (right meaning, found meaning, utterance).
    """

    name: str
    right: int
    total: int
    yes_to_no: int
    neither_to_no: int
    neither_to_yes: int
    yes_matched: int
    milliseconds: float
    wrong: tuple[tuple[str, str, str], ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    about = "written answers: columns label and utterance, or question, label and text (region, type)"
    parser.add_argument("--words", type=Path, metavar="FILE.tsv", help=about)
    add_recordings(
        parser,
        "recorded answers: columns file and label; kind, alt, base, age, region, accent and gender if known",
        required=False,
    )
    add_question(parser)
    add_cuts(parser)
    parser.add_argument("--wrong", action="store_true", help="list the written answers that were misunderstood")
    about = "write how often recordings of people with each label were heard as what, for the patients of `bench soak`"
    parser.add_argument("--confusions", type=Path, metavar="FILE.tsv", help=about)


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Score written answers, recorded answers or both. Raises UsageError if neither is given."""
    if not options.words and not options.recordings:
        raise UsageError("There is nothing to measure.", "Give --words FILE.tsv, --recordings FILE.tsv, or both.")
    if options.words and is_spontaneous(options.words):
        return run_spontaneous(options, settings)
    word_rows = read_words(options.words) if options.words else ()
    recording_rows = read_recordings(options.recordings) if options.recordings else ()
    general = find_expected(settings, options.question)
    questions = {name: question.expected for name, question in load_every_question(settings).items()}
    readers = {"ruggespraak": understand_words, **find_peers()}
    scores = [score_written(word_rows, questions, general, name, read) for name, read in readers.items()] if word_rows else []
    if not recording_rows:
        return Report(format_written(scores, options.wrong), as_value(scores, ()))
    with closing(load_ears(settings)) as hearing:
        heard = score_recorded(recording_rows, general, hearing, options.cuts)
    if options.confusions:
        write_confusions(options.confusions, count_confusions(heard))
    lines = chain(format_written(scores, options.wrong), format_recorded(heard, hearing.name, options.cuts))
    return Report(lines, as_value(scores, heard))


def run_spontaneous(options: argparse.Namespace, settings: Settings) -> Report:
    """Score a table of spontaneous answers. Raises UsageError if recordings are given beside it."""
    if options.recordings:
        raise UsageError("These written answers have a table of their own.", "Measure --recordings in a run of its own.")
    rows, general = read_spontaneous(options.words), find_expected(settings, options.question)
    questions = {name: question.expected for name, question in load_every_question(settings).items()}
    readings: dict[str, Reading] = {"ruggespraak": read_text, "by rules alone": read_by_rules}
    readings.update((name, _read_as(peer)) for name, peer in find_peers().items())
    judged = {name: judge_answers(rows, questions, general, read) for name, read in readings.items()}
    return Report(format_judged(judged, options.wrong), make_judged_value(judged))


def _read_as(peer: Understanding) -> Reading:
    return lambda text, expected: Answer(Meaning(peer(text, expected)))


def read_text(text: str, expected: Expected) -> Answer:
    """Understand a text as the program does, today."""
    return understand(Transcript(text, 1.0, "text"), expected, today=date.today())


def read_by_rules(text: str, expected: Expected) -> Answer:
    """Understand a text without the learned reader, which may have learnt the very answers of the table."""
    return apply_rules(Transcript(text, 1.0, "text"), expected, today=date.today())


def understand_words(utterance: str, expected: Expected) -> str:
    return str(understand(Transcript(utterance, 1.0, "text"), expected).meaning)


def find_peers() -> dict[str, Understanding]:
    """Find what a user would take instead of ours, if it is installed (pip install ovos-yes-no-plugin)."""
    with redirect_stdout(sys.stderr):  # it logs to standard output, which is ours
        try:
            from ovos_yes_no import HeuristicYesNoEngine
        except ImportError:
            return {}
        engine = HeuristicYesNoEngine()

    def understand_as_peer(utterance: str, expected: Expected) -> str:
        with redirect_stdout(sys.stderr):
            said = engine.yes_or_no(expected.context, utterance, "nl-be")
        return {True: "yes", False: "no"}.get(said, "unclear")

    return {"ovos-yes-no-plugin": understand_as_peer}


def score_written(
    rows: tuple[WrittenAnswer, ...], questions: dict[str, Expected], general: Expected, name: str, read: Understanding
) -> WordScore:
    """Score one understanding on written answers."""
    judged, seconds = [], []
    for row in rows:
        begun = time.perf_counter()
        found = read(row.utterance, questions.get(row.question, general))
        seconds.append(time.perf_counter() - begun)
        judged.append((row, found))
    wrong = [(row.meaning, found, row.utterance) for row, found in judged if found != row.meaning]
    pairs = Counter((row.meaning, found) for row, found in judged)
    neither = [found for row, found in judged if row.meaning not in DECISIVE]
    return WordScore(
        name, len(judged) - len(wrong), len(judged), pairs["yes", "no"], neither.count("no"), neither.count("yes"),
        pairs["yes", "yes"], 1000 * percentile(seconds, 0.5), tuple(wrong),
    )  # fmt: skip


def score_recorded(rows: tuple[Recording, ...], expected: Expected, hearing: Ears, cuts: int = 1) -> tuple[Scored, ...]:
    """Hear every recording as an answer to the question, `cuts` times."""
    heard = ((row, hear_recording(row.file, expected, hearing, lead)) for row in rows for lead in make_leads(cuts))
    return tuple(score_answer(row, one.heard.answer.meaning, one.seconds, one.heard.answer.certain) for row, one in heard)


def format_written(scores: list[WordScore], show_wrong: bool) -> Iterator[str]:
    if not scores:
        return
    yield f"{'written answers':22}{'right':>14}{'yes->no':>9}{'other->no':>11}{'other->yes':>12}{'yes found':>11}{'ms':>11}"
    for item in scores:
        share = f"{item.right}/{item.total} {100 * item.right / max(1, item.total):.1f}%"
        yield (
            f"{item.name:22}{share:>14}{item.yes_to_no:>9}{item.neither_to_no:>11}"
            f"{item.neither_to_yes:>12}{item.yes_matched:>11}{item.milliseconds:>11.3f}"
        )
    for wanted, found, utterance in scores[0].wrong if show_wrong else ():
        yield f"  should be {wanted}, is {found}: {utterance}"


def format_recorded(rows: tuple[Scored, ...], engine: str, cuts: int = 1) -> Iterator[str]:
    kinds = list_kinds(rows)
    scores = [score_sources(rows, kind) for kind in kinds]
    often = f", in {cuts} cuts" if cuts > 1 else ""
    yield f"recordings, heard with {engine}{often}"
    yield "per cent of source recordings (95 % interval, bootstrap); all clips of a source share its weight of 1"
    yield " " * 26 + "".join(f"{kind:>27}" for kind in kinds)
    yield from (_format_line(name, [pick(item) for item in scores]) for name, pick in _COLUMNS.items())
    for label in LABELS:
        yield _format_line(f"  {label}", [dict(item.by_label).get(label) for item in scores])
    yield from format_traits(rows, kinds)
    yield ""
    yield "clips: right \\ found".ljust(22) + "".join(f"{label:>10}" for label in LABELS)
    counts = Counter((row.label, row.found) for row in rows)
    for label in LABELS:
        yield f"{label:22}" + "".join(f"{counts[label, found]:>10}" for found in LABELS)
    seconds = [row.seconds for row in rows]
    median, p95 = percentile(seconds, 0.5), percentile(seconds, 0.95)
    yield f"\nseconds an answer: median {median:.2f}, 95th percentile {p95:.2f}, most {max(seconds):.2f}"


def format_traits(rows: tuple[Scored, ...], kinds: list[str]) -> Iterator[str]:
    """Two rows for each age, region, accent and gender that the table tells."""
    for trait, value, some in split_by_trait(rows):
        scores = [score_sources(some, kind) for kind in kinds]
        yield f"{trait} {value}"
        yield from (_format_line(f"  {name}", [_COLUMNS[name](item) for item in scores]) for name in _BY_TRAIT)


def split_by_trait(rows: tuple[Scored, ...]) -> Iterator[tuple[str, str, tuple[Scored, ...]]]:
    """Split the answers by each column that says something of the speakers: column, value, answers."""
    for trait in TRAITS:
        for value in list_traits(rows, trait):
            yield trait, value, tuple(row for row in rows if (trait, value) in row.traits)


_BY_TRAIT = ("right at the first try", "yes taken for no")
_COLUMNS: dict[str, Callable[[Score[SourceShare]], SourceShare]] = {
    "right at the first try": lambda item: item.right,
    "yes taken for no": lambda item: item.yes_to_no,
    "no taken for yes": lambda item: item.no_to_yes,
    "other taken for yes": lambda item: item.other_as_yes,
    "other taken for no": lambda item: item.other_as_no,
    "yes or no not accepted": lambda item: item.not_accepted,
}


def _format_line(name: str, shares: list[SourceShare | None]) -> str:
    return f"{name:26}" + "".join(f"{_format_share(share):>27}" for share in shares)


def _format_share(share: SourceShare | None) -> str:
    if not share or not share.sources:
        return "-"
    return f"{100 * share.value:.1f} ({100 * share.low:.1f}-{100 * share.high:.1f}) of {share.sources}"


def as_value(word_scores: list[WordScore], rows: tuple[Scored, ...]) -> dict[str, Any]:
    """Make the JSON value of both tables."""
    kinds = list_kinds(rows) if rows else []
    seconds = [row.seconds for row in rows]
    return {
        "words": [asdict(item) for item in word_scores],
        "recordings": [asdict(score_sources(rows, kind)) for kind in kinds],
        "speakers": [
            {"trait": trait, "value": value, **asdict(score_sources(some, "all"))} for trait, value, some in split_by_trait(rows)
        ],
        "seconds": {"median": percentile(seconds, 0.5), "p95": percentile(seconds, 0.95)},
    }
