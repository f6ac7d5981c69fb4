"""A short soak: some tens of visits with every kind of fault, judged as in the long one, and tests of the judge itself."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.virtual_sound_card import ROOT
from tests.helpers.waiting import wait_until
from voice.audio.loudness import amplify
from voice.audio.pcm import LISTENING_RATE, Audio, silence
from voice.audio.tones import CUE, NOD
from voice.base.errors import UsageError
from voice.bench.confusions import Confusion, Confusions, count_confusions, read_confusions, write_confusions
from voice.bench.rigs import soak
from voice.bench.rigs import trial as trial_parts
from voice.bench.rigs.campaign import Campaign, ResourceSample, table, take_sample
from voice.bench.rigs.fakes import LoudnessActivity
from voice.bench.rigs.hand import Hand
from voice.bench.rigs.restarts import LOADED, Restart, list_faults
from voice.bench.rigs.sabotage import DISK_FULL, FAULTS, FOR_GOOD, Fault, plan_faults
from voice.bench.rigs.simulated import (
    CONFUSIONS,
    DOUBT,
    HEARD_AS,
    LONG,
    DeceivingEngine,
    HelpCalls,
    SimulatedEngine,
    SimulatedPatient,
    encode_words,
    make_ill_patient,
)
from voice.bench.rigs.simulated_room import SimulatedLoudspeaker, SimulatedRoom
from voice.bench.rigs.soak import (
    DISK_MEGABYTES,
    CampaignPlan,
    _choose_kinds,
    hold_campaign,
    size_disk,
)
from voice.bench.rigs.trial import ENDED_BY_STAFF, SOON, Saboteur, Trial, VisitResult, open_trial
from voice.bench.score import LABEL_OF, Scored
from voice.consultation import ending, findings
from voice.consultation.script import Finding, Level, Script
from voice.kiosk.screen.presses import Presses
from voice.kiosk.turns import device_recovery
from voice.kiosk.turns.listen import FIRST_HOLD
from voice.kiosk.turns.recorded_patient import RecordedPatient
from voice.kiosk.turns.touch import Touches
from voice.recognize.supervised import ANSWERING, Supervised
from voice.recognize.transcript import Transcript, Vocabulary
from voice.setup.settings import Settings
from voice.understand.answer import understand
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Answer, Meaning

pytestmark = pytest.mark.slow

NEW_EMERGENCY = frozenset({"plassen", "plassen_nieuw"})
"""An emergency is one only if it is new."""


@pytest.fixture(scope="module")
def trial(script: Script) -> Iterator[Trial]:
    with open_trial(Settings(), script, SimulatedPatient(script)) as trial:
        yield trial


def hold_visit(trial: Trial, fault: Fault, flags: frozenset[str] = frozenset(), at: str | int = 3) -> VisitResult:
    """Hold the visit of a patient who answers at once, with that fault at its third turn or at the question `at`."""
    patient = SimulatedPatient(trial.script, flags, odd=0.0)
    saboteur = Saboteur(at, fault.moment, lambda: fault.strike(trial))
    visit = trial.hold(patient, str(patient.due), saboteur, fault.name)
    fault.mend(trial)
    return visit


def test_words_go_through_the_sound_unharmed(tmp_path) -> None:
    heard = SimulatedEngine(tmp_path).transcribe(Audio(encode_words("sinds drie dagen"), 16_000), Vocabulary())
    assert heard.text == "sinds drie dagen"


def test_without_a_fault_everybody_ends_where_the_protocol_alone_would_end(trial: Trial) -> None:
    for flags in (frozenset(), frozenset({"koorts"}), NEW_EMERGENCY, frozenset({"nachtpijn", "gewicht"})):
        patient = SimulatedPatient(trial.script, flags, odd=0.0)
        truth = str(patient.due)
        assert trial.hold(patient, truth).ending == truth
    old = SimulatedPatient(trial.script, days=LONG, odd=0.0)
    assert (old.due, trial.hold(old, str(old.due)).ending) == (Level.S, str(Level.S))


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_after_every_fault_the_kiosk_speaks_again_and_the_patient_with_an_emergency_is_not_reassured(
    trial: Trial, fault: Fault
) -> None:
    visit = hold_visit(trial, fault, NEW_EMERGENCY, at="plassen")
    assert visit.fault == fault.name
    assert list(Campaign([visit]).wrong()) == []
    assert visit.ending in (str(Level.E), str(Level.STAFF), "wiped")
    assert visit.ending == "wiped" or visit.recovery >= 0


def test_one_fault_can_be_chosen_by_its_name_and_another_is_refused() -> None:
    assert [fault.name for fault in _choose_kinds(FAULTS, "sound server hangs")] == ["sound server hangs"]
    assert _choose_kinds(FAULTS, "") == FAULTS
    with pytest.raises(UsageError, match="no fault 'rain'"):
        _choose_kinds(FAULTS, "rain")


def test_a_tone_is_no_speech_that_a_patient_waits_for_after_a_fault(script: Script) -> None:
    room = SimulatedRoom(SimulatedPatient(script))
    loudspeaker = SimulatedLoudspeaker(room)
    room.breaks(tender=False)
    for tone in (CUE, NOD):
        loudspeaker.play(amplify(tone, 2.0))
    assert (room.lines, room.recoveries) == (0, [])
    loudspeaker.play(silence(1.0))
    assert (room.lines, len(room.recoveries)) == (1, 1)


def test_an_engine_that_hangs_is_measured_to_the_next_question_too(trial: Trial) -> None:
    hung = next(fault for fault in FAULTS if fault.name == "recognizer hung")
    visit = hold_visit(trial, hung, NEW_EMERGENCY, at="plassen")
    assert FIRST_HOLD <= visit.recovery < SOON < ANSWERING <= visit.resumption


def test_a_question_that_cannot_be_heard_is_not_put(trial: Trial) -> None:
    gone = next(fault for fault in FAULTS if fault.name == "loudspeaker gone, back after 2 s")
    assert hold_visit(trial, gone).resumption >= 2.0


def test_long_answers_are_heard_as_short_ones_are(trial: Trial) -> None:
    patient = SimulatedPatient(trial.script, NEW_EMERGENCY, odd=0.0, wordy=1.0)
    visit = trial.hold(patient, str(patient.due))
    assert visit.ending == str(Level.E) and visit.long_answers > 5


HANGS = next(fault for fault in FAULTS if fault.name == "sound server hangs")


def test_a_sound_server_that_hangs_brings_in_the_staff_by_the_page_and_the_next_visit_is_as_usual(trial: Trial) -> None:
    visit = hold_visit(trial, HANGS, NEW_EMERGENCY, at="plassen")
    assert (visit.ending, visit.told > 0, visit.recovery > 0) == (str(Level.STAFF), True, True)
    assert trial.hold(SimulatedPatient(trial.script, odd=0.0), "reassure").ending == str(Level.REASSURE)


def test_the_campaign_finds_a_kiosk_that_waits_for_a_sound_server_that_hangs(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_recovery, "HANGING_SECONDS", SOON + 1.0)
    found = list(Campaign([hold_visit(trial, HANGS, NEW_EMERGENCY, at="plassen")]).wrong())
    assert len(found) == 1 and "spoke again only after" in found[0]


def test_a_model_that_has_gone_brings_in_the_staff_and_one_that_is_back_is_used_again(trial: Trial) -> None:
    gone = next(fault for fault in FAULTS if fault.name.startswith("model file"))
    assert hold_visit(trial, gone).ending == str(Level.STAFF)
    assert trial.hold(SimulatedPatient(trial.script, odd=0.0), "reassure").ending == str(Level.REASSURE)


@pytest.mark.parametrize("name", ["recognizer killed", "recognizer hung", "model file removed, recognizer killed"])
def test_an_engine_that_an_earlier_fault_has_ended_can_be_struck_again(trial: Trial, name: str) -> None:
    fault = next(fault for fault in FAULTS if fault.name == name)
    trial.engine.close()
    fault.strike(trial)
    fault.mend(trial)
    assert trial.hold(SimulatedPatient(trial.script, odd=0.0), "reassure").ending == str(Level.REASSURE)


def test_the_browser_that_watches_is_told_and_may_hang_up(trial: Trial) -> None:
    trial.spectator.hang_up()
    assert trial.spectator.until("")
    trial.stage.board.change(trial.stage.painter.show_idle)
    wait_until(lambda: trial.spectator.page["face"] == "idle")


def test_a_page_that_is_closed_again_and_again_leaves_no_handle_open(trial: Trial) -> None:
    trial.spectator.hang_up()
    before = take_sample().handles
    for _ in range(20):
        trial.spectator.hang_up()
        assert trial.spectator.until("")
    wait_until(lambda: take_sample().handles <= before + 8)  # the last few that the server has not noticed yet


def test_a_campaign_holds_the_visits_and_faults_that_it_was_asked_for_with_a_disk_that_is_really_full() -> None:
    command = [sys.executable, "-m", "voice", "bench", "soak", "--visits", "16", "--faults", "2", "--restarts", "0", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert (len(found["visits"]), len(found["samples"]), found["wrong"]) == (16, 16, [])
    assert {visit["fault"] for visit in found["visits"]} == {"", DISK_FULL.name, "recognizer killed"}


def test_the_disk_that_is_filled_has_room_for_all_rendered_lines(tmp_path: Path) -> None:
    assert size_disk(tmp_path / "never rendered") == DISK_MEGABYTES
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "line.wav").write_bytes(bytes(3 << 20))
    assert size_disk(tmp_path) == DISK_MEGABYTES + 3


KILLED, HUNG = (tuple(fault for fault in FAULTS if fault.name == f"recognizer {how}") for how in ("killed", "hung"))


def hold_short_campaign(
    script: Script, visits: int = 12, faults: int = 0, engine: str = "SimulatedEngine", kinds: tuple[Fault, ...] = KILLED
) -> list[str]:
    """Hold a campaign whose only fault, unless others are named, is a recognizer that is killed; return what it finds wrong."""
    plan = CampaignPlan(visits, faults, seed=4)
    return list(hold_campaign(plan, Settings(), script, kinds=kinds, engine=engine).wrong())


def press_in_vain(touches: Touches, answer: Answer, question: str = "") -> bool:
    """Take a touched HELP and lose it, as a kiosk does whose loop hangs."""
    return answer.meaning is Meaning.HELP or press(touches, answer, question)


press = Touches.press


def fail(room: SimulatedRoom, device: str) -> None:
    """Raise what no part of the kiosk expects of a device that has gone."""
    if device in room.away:
        raise ZeroDivisionError(device)


def test_the_campaign_is_content_with_the_kiosk_as_it_is(script: Script) -> None:
    assert hold_short_campaign(script, faults=8) == []


def record_every_yes_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    record = findings.set_finding
    absent = {Finding.PRESENT: Finding.ABSENT}
    monkeypatch.setattr(findings, "set_finding", lambda visit, name, finding: record(visit, name, absent.get(finding, finding)))


def test_the_campaign_finds_that_every_yes_is_recorded_as_absent(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    record_every_yes_as_absent(monkeypatch)
    monkeypatch.setattr(
        soak, "make_patient", lambda script, chance, hand, confusions: make_ill_patient(script, chance, confusions)
    )
    wrong = hold_short_campaign(script, visits=6)
    assert any("reassured, the truth is E" in line or "reassured, the truth is T" in line for line in wrong)


def test_the_campaign_finds_an_engine_that_hears_a_sure_no_once_it_was_started_again(script: Script) -> None:
    wrong = hold_short_campaign(script, faults=8, engine=DeceivingEngine.__name__)
    assert any("the truth is" in line and "recognizer killed" in line for line in wrong)


def test_the_campaign_finds_an_engine_that_hangs_and_then_hears_a_sure_no(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soak, "AIMED", 1.0)
    wrong = hold_short_campaign(script, visits=1, faults=1, engine=DeceivingEngine.__name__, kinds=HUNG)
    assert any("the truth is" in line and "recognizer hung" in line for line in wrong)


def test_the_campaign_finds_that_a_touched_help_is_taken_and_lost(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Touches, "press", press_in_vain)
    with open_trial(Settings(), script, SimulatedPatient(script)) as trial:
        patient = SimulatedPatient(script, by_hand=trial.hand, calls=3)
        visit = trial.hold(patient, str(patient.due))
    assert visit.help.heard and any("called for help" in line for line in Campaign([visit]).wrong())


def make_silent(script: Script, chance: random.Random, hand: Hand, confusions: Confusions) -> SimulatedPatient:
    """Make a patient who touches every answer."""
    return replace(make_ill_patient(script, chance, confusions), by_hand=hand)


def refuse_yes(presses: Presses, press: str, turn: int) -> bool:
    """Refuse a yes, as a page does that shows it too early."""
    return press != "yes" and touch(presses, press, turn)


def test_the_campaign_finds_a_page_that_shows_an_answer_and_refuses_it(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "make_patient", make_silent)
    found = hold_campaign(CampaignPlan(3, 0), Settings(), script)
    assert [visit.ending for visit in found.visits] == [visit.truth for visit in found.visits]
    assert list(found.wrong()) == []
    monkeypatch.setattr(Presses, "press", refuse_yes)
    wrong = list(hold_campaign(CampaignPlan(1, 0), Settings(), script).wrong())
    assert any("was touched and did not count" in line for line in wrong)


def refuse_help(presses: Presses, press: str, turn: int) -> bool:
    """Refuse HELP, as a page does that holds it for a press that came too late."""
    return press != "help" and touch(presses, press, turn)


touch = Presses.press


def make_caller(script: Script, chance: random.Random, hand: Hand, confusions: Confusions) -> SimulatedPatient:
    """Make a patient who touches HELP at the second question, while it is put or once it was."""
    return SimulatedPatient(script, by_hand=hand, calls=2, hasty=chance.random() < 0.5)


def test_the_campaign_finds_a_page_that_refuses_help(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "make_patient", make_caller)
    found = hold_campaign(CampaignPlan(4, 0), Settings(), script)
    assert [(visit.ending, visit.help.touched, visit.help.refused) for visit in found.visits] == [("staff", 1, 0)] * 4
    assert list(found.wrong()) == []
    monkeypatch.setattr(Presses, "press", refuse_help)
    refusing = hold_campaign(CampaignPlan(2, 0), Settings(), script)
    assert [visit.help.touched == visit.help.refused > 0 for visit in refusing.visits] == [True, True]
    assert sum("HELP was touched and called nobody" in line for line in refusing.wrong()) == 2


def test_the_campaign_finds_a_page_whose_help_waits_for_the_loop(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "make_patient", make_caller)
    monkeypatch.setattr(Presses, "_call_staff", lambda presses, turn: None)
    assert any("called nobody" in line for line in hold_campaign(CampaignPlan(1, 0), Settings(), script).wrong())


def test_the_campaign_finds_an_outcome_that_is_not_told(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    end = ending._end
    monkeypatch.setattr(ending, "_end", lambda *given: replace(end(*given), say=()))
    assert any("ended in silence" in line for line in hold_short_campaign(script))


def test_the_campaign_finds_a_kiosk_that_falls_over_a_device(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SimulatedRoom, "check", fail)
    gone = tuple(fault for fault in FAULTS if fault.name == "microphone gone, back after 2 s")
    plan = CampaignPlan(6, 3, seed=4)
    assert any("crashed" in line for line in hold_campaign(plan, Settings(), script, kinds=gone).wrong())


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ears]:
    """Two engines in processes of their own, in place of the real ones, which would need speech of people."""
    monkeypatch.setattr(trial_parts, "SileroActivity", LoudnessActivity)
    with ExitStack() as parts:
        first, other = (
            parts.enter_context(closing(Supervised("voice.bench.rigs.simulated", "SimulatedEngine", folder=tmp_path)))
            for _ in range(2)
        )
        yield Ears(first, (other,))


def make_recorded(flags: frozenset[str] | None = frozenset({"koorts"})) -> RecordedPatient:
    """Make a recorded patient with fever, whose clips carry words for simulated engines."""
    yes, no, unsure = (Audio(encode_words(words), LISTENING_RATE) for words in ("ja", "nee", "dat weet ik niet"))
    answers = {"koorts": (yes,) * 3, "duur": (unsure,), "leeftijd": (unsure,)}
    return RecordedPatient((no,) * 3, answers, (yes,) * 3, flags)


def hold_recorded(script: Script, pair: Ears, visits: int = 1, faults: int = 0) -> Campaign:
    return hold_campaign(CampaignPlan(visits, faults, real=1, seed=4), Settings(), script, pair, make_recorded(), kinds=KILLED)


def test_a_recorded_patient_is_judged_by_what_the_file_says_is_true(
    script: Script, pair: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = hold_recorded(script, pair)
    assert ([(visit.real, visit.ending, visit.truth) for visit in found.visits], list(found.wrong())) == ([(True, "T", "T")], [])
    record_every_yes_as_absent(monkeypatch)
    assert any("the truth is T" in line for line in hold_recorded(script, pair).wrong())


def test_faults_strike_both_engines_of_a_recorded_patient_and_the_report_counts_them(script: Script, pair: Ears) -> None:
    before = {engine.process for engine in (pair.first, *pair.others)}
    found = hold_recorded(script, pair, visits=2, faults=2)
    assert before.isdisjoint(engine.process for engine in (pair.first, *pair.others))
    assert [visit.fault for visit in found.visits] == ["recognizer killed"] * 2
    assert "2 visits with the real engines, 2 of them with a fault" in table(found, [], [])[0]
    assert list(found.wrong()) == []


def test_a_recorded_patient_of_whom_nothing_is_known_is_refused(script: Script, pair: Ears) -> None:
    with pytest.raises(UsageError, match="does not say what is true"):
        hold_campaign(CampaignPlan(1, 0), Settings(), script, pair, make_recorded(flags=None))


def test_a_fault_is_aimed_at_a_question_to_which_the_truth_is_yes(script: Script) -> None:
    struck: list[str] = []
    look = Fault("look", lambda trial: struck.append(trial.room.patient._open.id if _is_true(trial) else ""))
    hold_campaign(CampaignPlan(10, 10, seed=4), Settings(), script, kinds=(look,))
    assert sum(map(bool, struck)) >= 5


def _is_true(trial: Trial) -> bool:
    patient = trial.room.patient
    return isinstance(patient, SimulatedPatient) and patient._open.id in patient.flags


def test_what_a_patient_means_is_misheard_as_often_as_it_was_measured(script: Script) -> None:
    table = read_confusions(CONFUSIONS)
    patient = SimulatedPatient(script, frozenset({"koorts"}), chance=random.Random(1), confusions=table, odd=0.0)
    patient.on_question(script.question("koorts"))
    heard = Counter(patient._says() for _ in range(4000))
    counts = table.counts["yes"]
    right = counts[Confusion("yes")] / sum(counts.values())
    assert abs(heard["ja"] / 4000 - right) < 0.03 and 0.0 < right < 1.0


def test_a_flag_that_was_never_heard_counts_as_missing_and_not_as_denied(script: Script) -> None:
    deaf = Confusions({"yes": {Confusion("none"): 1}})
    patient = SimulatedPatient(script, frozenset({"koorts"}), confusions=deaf, odd=0.0)
    patient.on_question(script.question("koorts"))
    due = []
    for _ in range(3):
        due.append(patient.due_at_least)
        patient.sound()
    assert [*due, patient.due_at_least] == ["T", "T", "T", str(script.unknown[Level.T])]
    assert script.unknown[Level.T] is not Level.REASSURE
    patient.confusions = Confusions({})
    patient.sound()
    assert patient.due_at_least == str(script.unknown[Level.T])  # it was said, and the microphone went before it was heard
    patient.arrive()
    assert patient.due_at_least == "T"


def test_every_way_to_be_heard_means_what_the_table_says(script: Script) -> None:
    for label, words in HEARD_AS.items():
        answer = understand(Transcript(words, 1.0, "simulated"), script.question("koorts").expected)
        assert LABEL_OF.get(answer.meaning, "none") == label
        doubted = understand(Transcript(words, DOUBT, "simulated"), script.question("koorts").expected, SimulatedEngine.trust)
        assert doubted.meaning is answer.meaning and not doubted.certain


def test_the_table_of_confusions_is_read_as_it_was_written(tmp_path) -> None:
    rows = [
        Scored("yes", "", "real", "yes"),
        Scored("yes", "", "mixed", "no", certain=False),
        Scored("yes", "", "synthetic", "no"),
    ]
    counted = count_confusions(rows)
    write_confusions(tmp_path / "table.tsv", counted)
    assert read_confusions(tmp_path / "table.tsv") == counted
    assert counted.counts == {"yes": {Confusion("yes"): 1, Confusion("no", certain=False): 1}}
    (tmp_path / "bad.tsv").write_text("label\tfound\nyes\tno\n")
    with pytest.raises(UsageError, match="bad.tsv:2"):
        read_confusions(tmp_path / "bad.tsv")


def test_a_plan_holds_every_kind_of_fault() -> None:
    kinds = (*FAULTS, FOR_GOOD)
    assert {fault.name for fault in plan_faults(50, random.Random(1), kinds)} == {fault.name for fault in kinds}
    assert len(plan_faults(200, random.Random(1))) == 200


@pytest.mark.parametrize(
    ("visit", "complaint"),
    [
        (VisitResult("reassure", "T", 3), "reassured, the truth is T"),
        (VisitResult("S", "T", 3), "S, the truth is T"),
        (VisitResult("reassure", "T", 3, stopped=True), "reassured, the truth is T"),
        (VisitResult("crashed: ValueError()", "S", 3), "crashed"),
        (VisitResult("staff", "S", 0), "silence"),
        (VisitResult("W", "W", 3, help=HelpCalls(heard=True)), "called for help"),
        (VisitResult("staff", "W", 3, help=HelpCalls(heard=True, ignored=1)), "called for help"),
        (VisitResult("staff", "W", 3, help=HelpCalls(touched=2, refused=1)), "called nobody, 1 times"),
        (VisitResult("wiped", "E", 0), "wiped, and nobody wanted that"),
        (VisitResult("wiped", "E", 0, fault="recognizer killed"), "wiped, and nobody wanted that"),
        (VisitResult("stopped", "E", 1), "stopped, and nobody wanted that"),
        (VisitResult("stopped", "E", 1, fault=ENDED_BY_STAFF), "stopped, and nobody wanted that"),
        (VisitResult("staff", "S", 2, seconds=1000), "took 1000 s"),
        (VisitResult("E", "E", 2, fault="x", recovery=SOON + 1), "spoke again only after"),
    ],
)
def test_whatever_must_not_be_is_named(visit: VisitResult, complaint: str) -> None:
    assert [complaint in line for line in Campaign([visit]).wrong()] == [True]


@pytest.mark.parametrize(
    "visit",
    [
        VisitResult("staff", "E", 1),
        VisitResult("out_of_scope", "E", 1, stopped=True),
        VisitResult("stopped", "T", 1, stopped=True),
        VisitResult("stopped", "T", 1, left=True),
        VisitResult("wiped", "E", 0, fault=ENDED_BY_STAFF),
        VisitResult("E", "S", 1),
    ],
)
def test_an_end_with_a_person_or_by_the_patient_or_on_the_safe_side_is_right(visit: VisitResult) -> None:
    assert list(Campaign([visit]).wrong()) == []


def test_a_visit_that_is_wiped_does_not_excuse_a_call_that_nobody_came_to() -> None:
    wiped = VisitResult("wiped", "E", 0, help=HelpCalls(heard=True))
    assert wiped.is_call_lost and not replace(wiped, fault=ENDED_BY_STAFF).is_call_lost


@pytest.mark.parametrize(
    ("restart", "complaint"),
    [
        (Restart("SIGKILL", SOON + 0.1, 6.0, wiped=True, left=0), "the page answered only after 5.1 s"),
        (Restart("SIGKILL", 1.0, LOADED + 0.1, wiped=True, left=0), "a visit began only after 10.1 s"),
        (Restart("SIGKILL", 1.0, 2.0, wiped=False, left=0), "something of the visit was left"),
        (Restart("SIGTERM", 1.0, 2.0, wiped=True, left=2), "2 processes were left"),
    ],
)
def test_a_restart_that_is_late_or_leaves_something_is_named(restart: Restart, complaint: str) -> None:
    assert list(list_faults([restart, Restart("SIGTERM", SOON, LOADED, wiped=True, left=0)])) == [f"{restart.how}: {complaint}"]


def test_memory_that_grows_is_named() -> None:
    visits = [VisitResult("reassure", "reassure", 1)] * 200
    level = [ResourceSample(100.0, 10, 1)] * 200
    assert list(Campaign(visits, level).wrong()) == []
    growing = [ResourceSample(100.0 + number, 10, 1) for number in range(200)]
    assert [line.startswith("memory grew") for line in Campaign(visits, growing).wrong()] == [True]
