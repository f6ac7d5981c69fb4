"""A short soak: some tens of visits with every kind of fault, judged as in the long one, and tests of the judge itself."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.helpers.virtual_sound_card import ROOT
from voice.audio.pcm import Audio
from voice.bench.rigs.sabotage import DISK_FULL, FAULTS, FOR_GOOD, Fault, plan_faults
from voice.bench.rigs.simulated import LONG, SimulatedEngine, SimulatedPatient, encode_words
from voice.bench.rigs.soak import SOON, Campaign, ResourceSample, take_sample
from voice.bench.rigs.trial import Saboteur, Trial, VisitResult, open_trial
from voice.consultation.script import Level, Script
from voice.recognize.transcript import Vocabulary
from voice.setup.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trial(script: Script) -> Iterator[Trial]:
    with open_trial(Settings(), script, SimulatedPatient(frozenset())) as trial:
        yield trial


def hold_visit(trial: Trial, fault: Fault, flags: frozenset[str] = frozenset()) -> VisitResult:
    """Hold the visit of a patient who answers at once, with that fault at its third turn."""
    patient = SimulatedPatient(flags, odd=0.0)
    saboteur = Saboteur(3, fault.moment, lambda: fault.strike(trial))
    visit = trial.hold(patient, str(patient.outcome(trial.script).level), saboteur, fault.name)
    fault.mend(trial)
    return visit


def test_words_go_through_the_sound_unharmed(tmp_path) -> None:
    heard = SimulatedEngine(tmp_path).transcribe(Audio(encode_words("sinds drie dagen"), 16_000), Vocabulary())
    assert heard.text == "sinds drie dagen"


def test_without_a_fault_everybody_ends_where_the_protocol_alone_would_end(trial: Trial) -> None:
    for flags in (frozenset(), frozenset({"koorts"}), frozenset({"plassen"}), frozenset({"nachtpijn", "gewicht"})):
        patient = SimulatedPatient(flags, odd=0.0)
        truth = str(patient.outcome(trial.script).level)
        assert trial.hold(patient, truth).ending == truth
    assert str(SimulatedPatient(frozenset(), LONG).outcome(trial.script).level) == str(Level.OUT_OF_SCOPE)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_after_every_fault_the_kiosk_speaks_again_and_the_patient_with_an_emergency_is_not_reassured(
    trial: Trial, fault: Fault
) -> None:
    visit = hold_visit(trial, fault, frozenset({"plassen"}))
    assert visit.fault == fault.name
    assert list(Campaign([visit]).wrong()) == []
    assert visit.ending in (str(Level.E), str(Level.STAFF), "wiped")
    assert visit.ending == "wiped" or visit.recovery >= 0


def test_a_model_that_has_gone_brings_in_the_staff_and_one_that_is_back_is_used_again(trial: Trial) -> None:
    gone = next(fault for fault in FAULTS if fault.name.startswith("model file"))
    assert hold_visit(trial, gone).ending == str(Level.STAFF)
    assert trial.hold(SimulatedPatient(frozenset(), odd=0.0), "reassure").ending == str(Level.REASSURE)


def test_the_browser_that_watches_is_told_and_may_hang_up(trial: Trial) -> None:
    trial.spectator.hang_up()
    assert trial.spectator.until("")
    trial.stage.board.change(trial.stage.painter.show_idle)
    assert trial.spectator.page["face"] == "idle"


def test_a_page_that_is_closed_again_and_again_leaves_no_handle_open(trial: Trial) -> None:
    trial.spectator.hang_up()
    before = take_sample().handles
    for _ in range(20):
        trial.spectator.hang_up()
        assert trial.spectator.until("")
    assert take_sample().handles <= before + 8  # the last few that the server has not noticed yet


def test_a_campaign_holds_the_visits_and_faults_that_it_was_asked_for_with_a_disk_that_is_really_full() -> None:
    command = [sys.executable, "-m", "voice", "bench", "soak", "--visits", "8", "--faults", "2", "--restarts", "0", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert (len(found["visits"]), len(found["samples"]), found["wrong"]) == (8, 8, [])
    assert {visit["fault"] for visit in found["visits"]} == {"", DISK_FULL.name, "recognizer killed"}


def test_a_plan_holds_every_kind_of_fault() -> None:
    assert {fault.name for fault in plan_faults(50, random.Random(1))} == {fault.name for fault in (*FAULTS, FOR_GOOD)}
    assert len(plan_faults(200, random.Random(1))) == 200


@pytest.mark.parametrize(
    ("visit", "complaint"),
    [
        (VisitResult("reassure", "T", 3), "reassured, the truth is T"),
        (VisitResult("S", "T", 3), "S, the truth is T"),
        (VisitResult("crashed: ValueError()", "S", 3), "crashed"),
        (VisitResult("staff", "S", 0), "silence"),
        (VisitResult("staff", "S", 2, seconds=1000), "took 1000 s"),
        (VisitResult("E", "E", 2, fault="x", recovery=SOON + 1), "spoke again only after"),
    ],
)
def test_whatever_must_not_be_is_named(visit: VisitResult, complaint: str) -> None:
    assert [complaint in line for line in Campaign([visit]).wrong()] == [True]


@pytest.mark.parametrize(
    "visit",
    [VisitResult("staff", "E", 1), VisitResult("stopped", "T", 1), VisitResult("wiped", "E", 0), VisitResult("E", "S", 1)],
)
def test_an_end_with_a_person_or_by_the_patient_or_on_the_safe_side_is_right(visit: VisitResult) -> None:
    assert list(Campaign([visit]).wrong()) == []


def test_memory_that_grows_is_named() -> None:
    visits = [VisitResult("reassure", "reassure", 1)] * 200
    level = [ResourceSample(100.0, 10, 1)] * 200
    assert list(Campaign(visits, level).wrong()) == []
    growing = [ResourceSample(100.0 + number, 10, 1) for number in range(200)]
    assert [line.startswith("memory grew") for line in Campaign(visits, growing).wrong()] == [True]
