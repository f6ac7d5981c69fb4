"""What the weights gain on recordings, and the search for better ones, without any engine."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from voice.bench.calibration import WORTH, Case, calibrate, count_by_group, find_best_weights, rate_counts, table
from voice.bench.curve import LINES, draw_curve
from voice.bench.reference import Recording
from voice.bench.score import GroupCounts
from voice.recognize.transcript import Transcript
from voice.understand.expected import Care, Expected
from voice.understand.fusion.agreement import Opinion
from voice.understand.fusion.hearing import Evidence
from voice.understand.fusion.weighing import Weights, Witness
from voice.understand.meaning import Answer, Meaning

YES, NO, UNCLEAR = Answer(Meaning.YES), Answer(Meaning.NO), Answer(Meaning.UNCLEAR)
ASKED = Expected("Hebt u koorts?", care=Care.LOW)


def case(
    label: str,
    heard: Answer = UNCLEAR,
    fit: float = 1.0,
    kind: str = "real",
    seconds: float = 1.0,
    snr: float = 20.0,
    base: str = "a",
    speaker: str = "-",
) -> Case:
    """Make a recording whose phones fit an answer so well. No speech is found in it if no answer is given."""
    text = Transcript("x", 0.3, "x")
    evidence = Evidence(Opinion(UNCLEAR, UNCLEAR, text), Witness(UNCLEAR, text, ((heard, fit), (UNCLEAR, -8.0))))
    return Case(
        Recording(Path(f"{base}.flac"), label, "", kind, snr=snr, base=base, speaker=speaker),
        seconds,
        () if heard is UNCLEAR else (evidence,),
    )


@pytest.mark.parametrize(
    ("one", "group"),
    [
        (case("yes", seconds=2.0), "short"),
        (case("yes", seconds=2.1), "longer"),
        (case("no", kind="mixed", snr=10.0), "disturbed"),
        (case("no", kind="mixed", snr=9.9), "drowned"),
        (case("stop", kind="synthetic"), "synthetic"),
        (case("none", kind="mixed"), "other sounds"),
    ],
    ids=WORTH,
)
def test_recordings_are_counted_by_how_hard_they_are(one: Case, group: str) -> None:
    assert one.group == group


def test_the_more_is_asked_of_an_answer_the_fewer_are_taken() -> None:
    cases = [case("yes", YES, fit) for fit in (-6.0, -2.0, 2.0, 6.0)]
    right = [count_by_group(cases, ASKED, replace(Weights(), least=least))["short"].right for least in (-3.0, -1.0, 1.0, 3.0)]
    assert right == sorted(right, reverse=True)
    assert right[0] == 4 and right[-1] == 0


def test_a_mistake_is_counted_for_what_it_is() -> None:
    cases = [case("yes", NO, 8.0), case("no", YES, 8.0), case("none", YES, 8.0), case("none", NO, 8.0), case("yes")]
    counted = count_by_group(cases, ASKED, Weights())
    assert counted["short"] == GroupCounts(0, 3, yes_to_no=1, no_to_yes=1, mistaken=2)
    assert counted["other sounds"] == GroupCounts(0, 2, taken=2, as_no=1, mistaken=2)


def test_a_recording_is_judged_by_all_that_was_heard_of_it() -> None:
    once = case("yes", NO, -5.9)
    again = replace(once, again=(case("yes", YES, 8.0).evidence,))
    assert [count_by_group([one], ASKED, Weights())["short"].right for one in (once, again)] == [0, 1]


def test_a_missed_yes_costs_most() -> None:
    missed, frightened = {"short": GroupCounts(yes_to_no=1)}, {"short": GroupCounts(no_to_yes=1, taken=1, as_no=1)}
    assert rate_counts(missed) < rate_counts(frightened) < rate_counts({"short": GroupCounts()})


def test_the_search_finds_weights_that_keep_noise_out_and_let_answers_pass() -> None:
    cases = [*(case("yes", YES, -2.0) for _ in range(4)), *(case("none", YES, -5.5) for _ in range(4))]
    found = find_best_weights(cases, ASKED)
    assert count_by_group(cases, ASKED, Weights())["other sounds"].taken == 4
    assert count_by_group(cases, ASKED, found)["short"].right == 4
    assert count_by_group(cases, ASKED, found)["other sounds"].taken == 0


def test_copies_of_a_recording_are_all_in_the_same_half() -> None:
    assert len({case("yes", base=f"atlantis/ja{copy}").half for copy in ("", "#babble", "#telephone")}) == 1
    assert {case("yes", base=f"clip{number}").half for number in range(20)} == {0, 1}


def test_the_picture_has_a_line_for_every_group_and_says_what_it_is() -> None:
    cases = [
        *(case("yes", YES, fit, base=f"{fit}") for fit in range(-4, 8)),
        case("no", NO, 3.0, seconds=3.0),
        case("no", NO, 3.0, kind="mixed"),
        case("none", YES, -3.0),
    ]
    found = calibrate(cases, ASKED)
    drawing = ElementTree.fromstring(draw_curve(found.curve))
    assert len(drawing.findall("{*}polyline")) == len(LINES)
    assert "as it runs" in {text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert any(line.startswith("as it is") and "12/12" in line for line in table(found))


def test_each_speaker_is_judged_with_weights_found_on_the_others() -> None:
    """Only Bo coughs as loudly as an answer, so nothing in the others' recordings teaches to keep Bo's coughs out."""
    an = [case("yes", YES, -2.0, base=f"an{number}", speaker="An") for number in range(4)]
    bo = [case("none", YES, -5.5, base=f"bo{number}", speaker="Bo") for number in range(4)]
    found = calibrate([*an, *bo], ASKED)
    assert list(found.speakers) == ["An", "Bo"]
    assert found.speakers["Bo"].seen["short"].total == 4 and "other sounds" not in found.speakers["Bo"].seen
    assert found.speakers["Bo"].unseen["other sounds"].taken == 4
    assert count_by_group(bo, ASKED, found.found)["other sounds"].taken == 0
    rows = {line[:30].rstrip(): line[30:].split() for line in table(found)}
    assert rows["  An"][0] == "4/4" and rows["  Bo"][-1] == "4"
    assert rows["each speaker left out in turn"] == ["4/4", "0/4", "0", "0", "4"]


def test_what_was_tuned_on_all_is_no_result() -> None:
    found = calibrate([case("yes", YES, -2.0), case("none", YES, -5.5, base="b")], ASKED)
    assert "with_found" not in asdict(found)
    (line,) = (line for line in table(found) if "found on all" in line)
    assert line.startswith("weights to try on further recordings") and "/" not in line


def test_without_speakers_the_table_says_what_is_missing() -> None:
    found = calibrate([case("yes", YES), case("no", NO, base="b")], ASKED)
    assert not found.speakers
    assert any("column speaker" in line for line in table(found))
