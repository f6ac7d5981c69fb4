"""`ruggespraak bench calibration`: measure what the weights of `weighing.py` gain on recorded answers, and search better ones.

1. Every engine hears every recording as often as an answer may be heard. The weighing is then repeated with other weights.
2. Weights look better than they are on the recordings on which they were found. So they are found on one half of the recordings
   and judged on the other half, and found on all speakers but one and judged on that one. What all recordings gain with the
   weights found on all of them is not shown.
3. A recording and the disturbed copies of it (the same in column base) are always in the same half.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, astuple, dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path

from voice.audio.pcm import read_audio
from voice.audio.segment import cut_answer
from voice.base.console import ProgressLine
from voice.bench.curve import draw_curve
from voice.bench.options import Report, add_cuts, add_every, add_question, add_recordings
from voice.bench.reference import Recording, make_leads, read_recordings
from voice.bench.score import DECISIVE, LABEL_OF, GroupCounts, Scored, score_answer
from voice.setup.engines import load_ears
from voice.setup.scripts import find_expected
from voice.setup.settings import Settings
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Ears, Evidence, Round, decide
from voice.understand.fusion.weighing import Strictness, Weights
from voice.understand.meaning import SILENCE, Answer

STEPS: Mapping[str, tuple[float, ...]] = {
    "other": (-1, -0.6, -0.3, 0, 0.3), "aligned": (0.2, 0.3, 0.4, 0.6), "absent": (2, 4, 6, 8), "lowest": (-5, -6, -8, -10),
    "written": (0.5, 1, 1.5, 2), "second": (0.5, 1, 1.5, 2), "sureness": (0.3, 0.5, 0.7), "believed": (1, 2, 3, 9),
    "opening": (0.2, 0.3, 0.5, 0.7), "silent": (-1, -2, -3.3), "least": (-4, -3, -2.5, -2, -1.5), "clear": (0, 0.3, 0.6, 1),
    "lead": (1, 1.5, 2), "sure": (2, 2.5, 3), "alone": (0.15, 0.25, 0.4), "backed": (0.02, 0.035, 0.07),
}  # fmt: skip
"""Values that are tried for each weight."""
BEGINNING = Weights(**{name: values[len(values) // 2] for name, values in STEPS.items()})
"""Where the search begins: in the middle, and not at the weights in use, which were chosen on all development recordings."""
ROUNDS = 3
"""How often the search goes through all weights."""
CURVE = tuple(half / 2 for half in range(-6, 11))
"""Values of the weight `other` for the curve: evidence for something else than an answer, in natural logarithms of odds."""
SHORT = 2.0
"""Maximum length of a short answer, in seconds."""
LOUD = 10.0
"""Minimum signal-to-noise ratio (dB) of a disturbed answer. Below it an answer counts as drowned."""


@dataclass(frozen=True, slots=True)
class Case:
    """A recording, its length in seconds, and what each engine says of it; no evidence if no speech was found in it.

    again: what the engines say when they hear it again.
    """

    row: Recording
    seconds: float
    evidence: tuple[Evidence, ...] = ()
    again: tuple[Round, ...] = ()

    @property
    def group(self) -> str:
        """The group in which it is counted: by its length, and by how loud the noise in it is."""
        if self.row.label not in LABEL_OF.values():
            return "other sounds"
        match self.row.kind:
            case "real":
                return "short" if self.seconds <= SHORT else "longer"
            case "mixed":
                return "disturbed" if self.row.snr >= LOUD else "drowned"
        return "synthetic"

    @property
    def half(self) -> int:
        """The half of the recordings (0 or 1) that it belongs to. Every copy of a recording is in the same half."""
        return zlib.crc32(self.row.source.encode()) % 2


WORTH = {"short": 2.0, "longer": 1.0, "disturbed": 1.0, "drowned": 0.5, "synthetic": 0.3, "other sounds": 0.0}
"""The groups, with the worth of a right answer. Synthetic voices count least: they are harder to understand than people, and
are not our users."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Weights found on one part of the recordings, and the counts on that part and on the rest, which the search has not seen."""

    weights: Weights
    seen: Mapping[str, GroupCounts]
    unseen: Mapping[str, GroupCounts]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was counted with which weights.

    in_use: with the weights in use. curve: the same with other values of the weight `other`.
    speakers: for each speaker the weights found on the others' recordings; none if no two speakers are known.
    found: the best weights on all recordings. Their gain is not known, for nothing is left to try them on.
    """

    in_use: Mapping[str, GroupCounts]
    curve: Mapping[float, Mapping[str, GroupCounts]]
    halves: tuple[Fold, Fold]
    speakers: Mapping[str, Fold]
    found: Weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recordings(parser, "recorded answers: columns file and label; kind, alt, snr, base and speaker if known")
    add_question(parser)
    add_every(parser)
    add_cuts(parser)
    parser.add_argument("--svg", type=Path, metavar="FILE.svg", help="draw the curve into a file, too")


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Hear the recordings and search for weights."""
    expected = find_expected(settings, options.question)
    with closing(load_ears(settings)) as ears:
        rows = read_recordings(options.recordings)[:: options.every]
        cases = tuple(listen(rows, expected, ears, ProgressLine(), options.cuts))
    found = calibrate(cases, expected)
    if options.svg:
        options.svg.write_text(draw_curve(found.curve), encoding="utf-8")
    return Report(table(found), asdict(found))


def listen(
    rows: Sequence[Recording], expected: Expected, ears: Ears, show: Callable[[str, int, int], None], cuts: int = 1
) -> Iterator[Case]:
    """Let every engine hear every recording in `cuts` cuts, as often as an answer may be heard.

    show: is called with what is done, how far it is, and how much there is.
    """
    for done, row in enumerate(rows, start=1):
        show("Listening", done, len(rows))
        audio = read_audio(row.file)
        for lead in make_leads(cuts):
            stretch = cut_answer(audio, lead).audio
            told = stretch, expected, date.today()
            heard = (tuple(ears.listen(*told)), tuple(ears.listen_again(*told))) if stretch.pcm else ()
            yield Case(row, audio.seconds, *heard)


def calibrate(cases: Sequence[Case], expected: Expected) -> Calibration:
    """Search weights, and try them on recordings that the search has not seen."""
    one, other = ([case for case in cases if case.half == half] for half in (0, 1))
    curve = {other: count_by_group(cases, expected, replace(Weights(), other=other)) for other in CURVE}
    halves = (_validate(one, other, expected), _validate(other, one, expected))
    in_use = count_by_group(cases, expected, Weights())
    return Calibration(in_use, curve, halves, leave_speakers_out(cases, expected), find_best_weights(cases, expected))


def leave_speakers_out(cases: Sequence[Case], expected: Expected) -> dict[str, Fold]:
    """For each speaker search weights on the others' recordings. Clips without a known speaker are left out together."""
    names = sorted({case.row.speaker for case in cases})
    parts = {name: [case for case in cases if case.row.speaker == name] for name in names}
    others = {name: [case for case in cases if case.row.speaker != name] for name in names}
    return {name: _validate(others[name], parts[name], expected) for name in names if others[name]}


def find_best_weights(cases: Sequence[Case], expected: Expected) -> Weights:
    """Set one weight after the other to the value that rates highest, and leave the others as they are."""
    weights = BEGINNING
    highest = rate_counts(count_by_group(cases, expected, weights))
    for _, (name, values) in product(range(ROUNDS), STEPS.items()):
        for value in values:
            tried = replace(weights, **{name: value})
            if (gained := rate_counts(count_by_group(cases, expected, tried))) > highest:
                weights, highest = tried, gained
    return weights


def rate_counts(counted: Mapping[str, GroupCounts]) -> float:
    """Rate counts: the right answers, less the cost of mistakes. A missed yes costs as much as thirty right answers."""
    gain = sum(WORTH[group] * tally.right for group, tally in counted.items())
    flips = sum(30 * tally.yes_to_no + 5 * tally.no_to_yes for tally in counted.values())
    return gain - flips - sum(3 * tally.taken + 6 * tally.as_no + 10 * tally.mistaken for tally in counted.values())


def count_by_group(
    cases: Iterable[Case], expected: Expected, weights: Weights, strictness: Strictness = Strictness()
) -> Mapping[str, GroupCounts]:
    """Count the right and wrong answers of each group that has recordings."""
    counted: dict[str, GroupCounts] = {}
    for case in cases:
        answer = decide(case.evidence, expected, case.again, weights, strictness)[0] if case.evidence else SILENCE
        scored = score_answer(case.row, answer.meaning)
        counted[case.group] = _count(counted.get(case.group, GroupCounts()), scored, answer)
    return {group: counted[group] for group in WORTH if group in counted}


def _count(tally: GroupCounts, one: Scored, answer: Answer) -> GroupCounts:
    """Add one. What is only proposed is read back before it counts, so it is no mistake."""
    decisive = one.found in DECISIVE and not one.right and not answer.proposed
    flipped = decisive and one.label in DECISIVE
    taken = decisive and not flipped
    return GroupCounts(
        tally.right + one.right, tally.total + 1,
        tally.yes_to_no + (flipped and one.label == "yes"), tally.no_to_yes + (flipped and one.label == "no"),
        tally.taken + taken, tally.as_no + (taken and one.found == "no"), tally.mistaken + (decisive and answer.certain),
    )  # fmt: skip


def _validate(seen: Sequence[Case], unseen: Sequence[Case], expected: Expected) -> Fold:
    weights = find_best_weights(seen, expected)
    return Fold(weights, count_by_group(seen, expected, weights), count_by_group(unseen, expected, weights))


def table(found: Calibration) -> Iterator[str]:
    groups = list(found.in_use)
    heads = "".join(f"{group:>14}" for group in groups)
    yield f"{'right at the first try':30}{heads}{'yes->no':>9}{'no->yes':>9}{'taken':>7}"
    yield _format_row("as it is", found.in_use, groups)
    for other, counted in found.curve.items():
        yield _format_row(f"  other {other:+.1f}", counted, groups)
    for name, half in zip(("one half", "the other half"), found.halves, strict=True):
        yield _format_row(f"found on {name}", half.seen, groups)
        yield _format_row("  tried on what it had not", half.unseen, groups)
    if found.speakers:
        unseen = [fold.unseen for fold in found.speakers.values()]
        yield _format_row("each speaker left out in turn", _add_counts(unseen), groups)
        yield from (_format_row(f"  {name}", counted, groups) for name, counted in zip(found.speakers, unseen, strict=True))
    else:
        yield "no speaker left out: name two or more in column speaker"
    yield ""
    yield "taken: neither yes nor no, heard as one of them (a clip's second label counts as right)"
    yield "each speaker left out in turn: with the weights found on the recordings of all others"
    yield f"weights to try on further recordings, found on all of these: {_describe_changes(found.found)}"


def _add_counts(parts: Iterable[Mapping[str, GroupCounts]]) -> dict[str, GroupCounts]:
    added: dict[str, GroupCounts] = {}
    for group, tally in (pair for counted in parts for pair in counted.items()):
        added[group] = GroupCounts(*map(sum, zip(astuple(added.get(group, GroupCounts())), astuple(tally), strict=True)))
    return added


def _format_row(name: str, counted: Mapping[str, GroupCounts], groups: Sequence[str]) -> str:
    shown = (counted.get(group, GroupCounts()) for group in groups)
    flips = [sum(getattr(tally, what) for tally in counted.values()) for what in ("yes_to_no", "no_to_yes", "taken")]
    return f"{name:30}" + "".join(f"{f'{one.right}/{one.total}':>14}" for one in shown) + "{:>9}{:>9}{:>7}".format(*flips)


def _describe_changes(weights: Weights) -> str:
    usual = asdict(Weights())
    changed = [f"{name} {value:g} instead of {usual[name]:g}" for name, value in asdict(weights).items() if value != usual[name]]
    return ", ".join(changed) or "the weights in use"
