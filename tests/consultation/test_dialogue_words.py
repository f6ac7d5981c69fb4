"""What is said at each turn, exactly; and the bound of each count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.consultation.test_dialogue import (
    DOUBTFUL_NO,
    NO,
    SILENT,
    UNCLEAR,
    UNSURE,
    WEEK,
    YES,
    converse,
    healthy,
    net,
    spoken_after,
)  # fmt: skip
from tests.helpers.plain_script import keep_plain
from voice.consultation.coach.topics import ROUNDS, TOPICS
from voice.consultation.dialogue import ASIDES, ATTEMPTS, RETURNS, advance, begin, break_off, resume
from voice.consultation.findings import DETOURS
from voice.consultation.script import CHAPTERS, Finding, Level, Question, Script
from voice.consultation.triage import judge, offers_topics
from voice.consultation.visit import Outcome, Phase, Step
from voice.understand.meaning import Answer, Days, Meaning


@pytest.fixture
def script(script: Script) -> Script:
    return keep_plain(script)


DECLINE, BACK, STOP, HELP, ALARM, REPEAT, WAIT = (
    Answer(meaning)
    for meaning in (Meaning.DECLINE, Meaning.BACK, Meaning.STOP, Meaning.HELP, Meaning.ALARM, Meaning.REPEAT, Meaning.WAIT)
)
DOUBTFUL_STOP = Answer(Meaning.STOP, certain=False)
LEADS = {
    Meaning.REPEAT: "ik_herhaal", Meaning.LOUDER: "luider", Meaning.SOFTER: "zachter", Meaning.SLOWER: "trager",
}  # fmt: skip


def at(script: Script, name: str) -> Step:
    """Return the step at which that question is open, in a visit without flags."""
    step = begin(script)
    while step.then.id != name:
        step = advance(step.visit, healthy(step.then))
    return step


def written(script: Script, level: Level) -> list[str]:
    """Return the ids of what is said at that level to a patient without any flag, up to the topics."""
    names = script.endings[level]
    names = names[: names.index(CHAPTERS)] if CHAPTERS in names else names
    lines = [net(script, name=name) if name in script.safety_nets else [name] for name in names]
    return [line for some in lines for line in some if line not in ("positives", "unknowns")]


def ids(step: Step) -> list[str]:
    return [utterance.id for utterance in step.say]


def told(script: Script, name: str, *answers: Answer) -> list[list[str]]:
    """Return what is said after each of the answers, from that question on."""
    step, said = at(script, name), []
    for answer in answers:
        step = advance(step.visit, answer)
        said.append(ids(step))
    return said


def test_the_bounds_are_those_of_the_sources() -> None:
    assert (ATTEMPTS, ASIDES, RETURNS, ROUNDS) == (3, 6, 5, 20)
    assert DETOURS == 2, "whoever tells the same a third time is not asked a third time"


def test_it_begins_with_a_greeting_and_the_notice(script: Script) -> None:
    assert ids(begin(script)) == ["welkom", "proefversie", "kennisgeving", "duur.vraag"]


def test_a_script_that_is_signed_says_nothing_of_a_trial(script: Script) -> None:
    assert ids(begin(replace(script, reviewed=True))) == ["welkom", "kennisgeving", "duur.vraag"]


def test_silence_is_met_with_patience_then_with_an_example(script: Script) -> None:
    said = told(script, "koorts", SILENT, SILENT, SILENT)
    assert said == [
        ["stilte_1", "koorts.vraag"],
        ["stilte_2", "koorts.verduidelijking"],
        ["stilte_3", "we_gaan_verder", "gewicht.vraag"],
    ]


def test_what_is_not_understood_is_asked_again_then_with_an_example(script: Script) -> None:
    said = told(script, "koorts", UNCLEAR, UNCLEAR, UNCLEAR)
    again, clearer = ["niet_begrepen_1", "koorts.vraag"], ["niet_begrepen_2", "koorts.verduidelijking"]
    assert said == [again, clearer, ["niet_begrepen_3", "we_gaan_verder", "gewicht.vraag"]]


def test_silences_and_misses_are_counted_apart(script: Script) -> None:
    said = told(script, "koorts", SILENT, UNCLEAR, SILENT, UNCLEAR, SILENT)
    assert [words[0] for words in said] == ["stilte_1", "niet_begrepen_1", "stilte_2", "niet_begrepen_2", "stilte_3"]


def test_the_counts_begin_anew_at_each_question(script: Script) -> None:
    step = at(script, "koorts")
    for answer in (UNCLEAR, SILENT, REPEAT, NO):
        step = advance(step.visit, answer)
    assert (step.visit.misses, step.visit.silences, step.visit.asides) == (0, 0, 0)


@pytest.mark.parametrize(("answer", "lead"), [(UNSURE, "dat_geeft_niet"), (DECLINE, "weigeren_mag")])
def test_not_knowing_and_declining_are_accepted_at_once(script: Script, answer: Answer, lead: str) -> None:
    assert told(script, "koorts", answer) == [[lead, "gewicht.vraag"]]


def test_not_knowing_is_asked_once_more_where_it_matters_most(script: Script) -> None:
    first, second = told(script, "plassen", UNSURE, UNSURE)
    assert first == ["denk_rustig_na", "plassen.verduidelijking"]
    assert second[0] == "dat_geeft_niet" and "staff_actie" in second
    assert told(script, "plassen", DECLINE)[0][0] == "weigeren_mag"


def test_the_staff_are_told_why_they_are_called(script: Script) -> None:
    assert converse(script, {"plassen": [DECLINE]}).then.reasons == ("onbekend",)


def test_an_emergency_that_is_denied_the_second_time_goes_on(script: Script) -> None:
    assert told(script, "plassen", UNSURE, NO)[1] == ["stoelgang.vraag"]
    assert told(script, "plassen", UNSURE, UNCLEAR)[1][0] == "niet_begrepen_3"


def test_a_patient_who_was_heard_before_is_not_taken_for_gone(script: Script) -> None:
    assert "niemand_gehoord" not in told(script, "koorts", SILENT, SILENT, SILENT)[2]
    step = begin(script)
    for _ in range(ATTEMPTS):
        step = advance(step.visit, SILENT)
    assert ids(step)[0] == "niemand_gehoord"
    assert (step.then.reasons, step.then.unknown) == (("niemand_gehoord",), ("duur",))


@pytest.mark.parametrize("meaning", LEADS)
def test_a_request_is_granted_and_the_question_put_again(script: Script, meaning: Meaning) -> None:
    assert told(script, "koorts", Answer(meaning)) == [[LEADS[meaning], "koorts.vraag"]]


def test_the_reason_for_a_question_is_told_with_an_example(script: Script) -> None:
    assert told(script, "koorts", Answer(Meaning.EXPLAIN)) == [["koorts.uitleg", "koorts.verduidelijking"]]


def test_a_request_at_a_read_back_repeats_what_was_heard(script: Script) -> None:
    assert told(script, "koorts", DOUBTFUL_NO, REPEAT) == [
        ["koorts.nee", "klopt.vraag"],
        ["ik_herhaal", "koorts.nee", "klopt.vraag"],
    ]
    said = told(script, "nachtpijn", YES, REPEAT)
    assert said == [["ik_hoorde_dit", "nachtpijn.ja", "klopt.vraag"], ["ik_herhaal", "nachtpijn.ja", "klopt.vraag"]]
    assert told(script, "koorts", DOUBTFUL_NO, Answer(Meaning.EXPLAIN))[1] == ["uitleg", "koorts.nee", "klopt.vraag"]


def test_requests_beyond_the_bound_are_misses(script: Script) -> None:
    said = told(script, "koorts", *[REPEAT] * (ASIDES + 1))
    assert [words[0] for words in said] == ["ik_herhaal"] * ASIDES + ["niet_begrepen_1"]
    said = told(script, "nachtpijn", YES, *[REPEAT] * (ASIDES + 2))
    assert [said[ASIDES][0], said[ASIDES + 1][0]] == ["ik_herhaal", "opnieuw_1"] and "s_actie" in said[ASIDES + 2]
    assert told(script, "koorts", *[WAIT] * (ASIDES + 1))[ASIDES] == ["niet_begrepen_1", "koorts.vraag"]


@pytest.mark.parametrize("back", [YES, UNCLEAR, REPEAT, UNSURE, BACK])
def test_whoever_asks_for_time_gets_it_and_is_asked_again_whatever_is_said_next(script: Script, back: Answer) -> None:
    assert told(script, "koorts", WAIT, WAIT, back) == [["wacht"], ["wacht"], ["verder", "koorts.vraag"]]
    step = converse(script, {"koorts": [WAIT, back]})
    assert step.then == Outcome(Level.REASSURE)


def test_a_no_of_a_patient_who_asked_for_time_is_read_back_and_not_thrown_away(script: Script) -> None:
    said = told(script, "koorts", WAIT, NO, YES)
    assert said == [["wacht"], ["verder", "koorts.nee", "klopt.vraag"], ["gewicht.vraag"]]
    doubted = told(script, "koorts", WAIT, NO, NO)[2]
    assert doubted[-1] == "koorts.vraag", "it was said to somebody else"


def test_a_read_back_and_the_offer_wait_as_well(script: Script) -> None:
    assert told(script, "koorts", DOUBTFUL_NO, WAIT, NO)[1:] == [["wacht"], ["verder", "koorts.nee", "klopt.vraag"]]
    assert told(script, "nachtpijn", YES, WAIT, YES)[1:] == [["wacht"], ["verder", "nachtpijn.ja", "klopt.vraag"]]
    assert told(script, "meer", WAIT, NO) == [["wacht"], ["verder", "meer.vraag"]]
    how_long = advance(advance(at(script, "duur").visit, WAIT).visit, NO)
    assert (how_long.visit.phase, ids(how_long)) == (Phase.ASK, ["verder", "duur.vraag"])


def test_waiting_is_over_when_nobody_comes_back_and_never_hides_a_call_for_help(script: Script) -> None:
    assert told(script, "koorts", WAIT, SILENT, NO)[1:] == [["stilte_1", "koorts.vraag"], ["gewicht.vraag"]]
    assert told(script, "koorts", WAIT, HELP)[1][0] == "hulp"
    assert told(script, "koorts", WAIT, STOP)[1][0] == "gestopt"


def test_whoever_is_interrupted_while_waiting_is_asked_and_answers(script: Script) -> None:
    waiting = advance(at(script, "koorts").visit, WAIT)
    step = resume(waiting.visit, SILENT)
    assert ids(step) == ["koorts.vraag"]
    assert advance(step.visit, NO).visit.finding("koorts") is Finding.ABSENT


@pytest.mark.parametrize("confirmed", [YES, STOP, DOUBTFUL_STOP])
def test_a_stop_that_is_not_certain_is_read_back(script: Script, confirmed: Answer) -> None:
    assert told(script, "koorts", DOUBTFUL_STOP, confirmed)[0] == ["ik_hoorde_stop", "klopt.vraag"]
    step = converse(script, {"koorts": [DOUBTFUL_STOP], "klopt": [confirmed]})
    assert step.then == Outcome(Level.STOPPED, reasons=("gestopt",))


@pytest.mark.parametrize("denied", [NO, UNCLEAR, SILENT, UNSURE, BACK])
def test_who_does_not_want_to_stop_is_asked_the_question_again(script: Script, denied: Answer) -> None:
    assert told(script, "koorts", DOUBTFUL_STOP, denied, NO)[1:] == [["verder", "koorts.vraag"], ["gewicht.vraag"]]
    assert told(script, "koorts", DOUBTFUL_NO, DOUBTFUL_STOP, denied)[2] == ["verder", "koorts.nee", "klopt.vraag"]


def test_requests_are_granted_while_the_patient_is_asked_whether_to_stop(script: Script) -> None:
    asked = ["ik_hoorde_stop", "klopt.vraag"]
    said = told(script, "koorts", DOUBTFUL_STOP, REPEAT, Answer(Meaning.EXPLAIN), WAIT, NO, YES)
    assert said == [asked, ["ik_herhaal", *asked], ["uitleg", *asked], ["wacht"], ["verder", *asked], said[5]]
    assert said[5][0] == "gestopt"


def test_back_after_the_advice_puts_the_topics_once_more_so_many_times(script: Script) -> None:
    said = told(script, "meer", *[BACK] * (ASIDES + 1))
    assert said[:-1] == [["meer.vraag"]] * ASIDES
    assert "afscheid" in said[-1]


def test_stops_that_are_not_certain_are_bounded(script: Script) -> None:
    said = told(script, "koorts", *[DOUBTFUL_STOP, NO] * ASIDES, DOUBTFUL_STOP)
    assert said[-1] == ["niet_begrepen_1", "koorts.vraag"]
    said = told(script, "meer", *[DOUBTFUL_STOP, NO] * ASIDES, DOUBTFUL_STOP)
    assert said[-1] == ["keuze_niet_begrepen"]


def test_a_doubtful_stop_after_the_advice_is_read_back_too(script: Script) -> None:
    said = told(script, "meer", DOUBTFUL_STOP, REPEAT, NO)
    assert said == [["ik_hoorde_stop", "klopt.vraag"], ["ik_herhaal", "ik_hoorde_stop", "klopt.vraag"], ["verder", "meer.vraag"]]
    assert told(script, "meer", DOUBTFUL_STOP, YES)[1] == told(script, "meer", STOP)[0] == [*net(script), "afscheid"]


@pytest.mark.parametrize("meaning", [Meaning.UNCLEAR, Meaning.SILENCE])
def test_that_the_room_is_loud_is_said_once(script: Script, meaning: Meaning) -> None:
    loud = Answer(meaning, noisy=True)
    said = told(script, "koorts", loud, loud)
    assert (said[0][0], said[0][-1]) == ("rumoerig", "koorts.vraag")
    assert "rumoerig" not in said[1]


def test_an_answer_that_was_understood_in_a_loud_room_counts(script: Script) -> None:
    assert told(script, "koorts", Answer(Meaning.NO, noisy=True)) == [["gewicht.vraag"]]
    assert "rumoerig" not in told(script, "plassen", *[SILENT] * 2, Answer(Meaning.SILENCE, noisy=True))[2]


def test_a_kiosk_that_fails_hands_over_and_keeps_what_was_found(script: Script) -> None:
    step = break_off(at(script, "koorts").visit, "storing")
    assert (step.then.level, step.then.reasons, ids(step)[0]) == (Level.STAFF, ("storing",), "storing")
    found = advance(at(script, "koorts").visit, YES)
    assert break_off(found.visit, "storing").then.flags == ("koorts",)


def test_a_no_that_is_not_confirmed_is_put_again(script: Script) -> None:
    assert told(script, "koorts", DOUBTFUL_NO, NO)[1] == ["opnieuw_1", "koorts.vraag"]
    assert told(script, "koorts", DOUBTFUL_NO, SILENT)[1] == ["stilte_1", "koorts.vraag"]
    assert told(script, "koorts", DOUBTFUL_NO, YES)[1] == ["gewicht.vraag"]
    assert told(script, "koorts", DOUBTFUL_NO, NO, DOUBTFUL_NO, NO)[3] == ["opnieuw_2", "koorts.verduidelijking"]
    assert "gestopt" in told(script, "koorts", DOUBTFUL_NO, STOP)[1]


def test_after_a_no_that_was_taken_back_the_question_is_open_again(script: Script) -> None:
    for answer in (NO, SILENT):
        step = advance(advance(at(script, "koorts").visit, DOUBTFUL_NO).visit, answer)
        assert step.visit.phase is Phase.ASK
        assert ids(advance(step.visit, NO)) == ["gewicht.vraag"]


def test_going_back_is_said_and_bounded(script: Script) -> None:
    assert told(script, "gewicht", BACK) == [["terug", "koorts.vraag"]]
    assert ids(advance(begin(script).visit, BACK)) == ["opnieuw_1", "duur.vraag"]
    step = at(script, "gewicht")
    for _ in range(RETURNS):
        step = advance(advance(step.visit, BACK).visit, NO)
        assert step.then.id == "gewicht"
    assert ids(advance(step.visit, BACK)) == ["opnieuw_1", "gewicht.vraag"]


def test_going_back_forgets_only_the_answer_that_is_corrected(script: Script) -> None:
    step = converse(script, {"koorts": [YES], "gewicht": [BACK, NO], "nachtpijn": [YES]})
    assert (step.then.flags, step.then.unknown) == (("nachtpijn",), ("koorts",))
    early = advance(advance(at(script, "gevoel").visit, BACK).visit, YES).visit
    assert early.finding("val") is not None and early.finding("kracht").value == "present"


def test_from_the_second_question_a_patient_may_go_back_and_not_from_the_first(script: Script) -> None:
    first = begin(script)
    second = advance(first.visit, healthy(first.then))
    assert ids(advance(second.visit, BACK)) == ["terug", first.then.ask.id]
    assert ids(advance(first.visit, BACK)) == ["opnieuw_1", first.then.ask.id]


def test_going_back_is_said_before_the_announcement_of_intimate_questions(script: Script) -> None:
    assert told(script, "plassen", BACK) == [["terug", "persoonlijk", "zitvlak.vraag"]]
    assert told(script, "beide_benen", BACK) == [["terug", "leeftijd.vraag"]]


def test_what_leads_over_is_said_before_the_findings_are_read_back(script: Script) -> None:
    step = advance(at(script, "koorts").visit, YES)
    while step.then.id != "nachtpijn":
        step = advance(step.visit, NO)
    assert ids(advance(step.visit, UNSURE)) == ["dat_geeft_niet", "ik_hoorde_dit", "koorts.ja", "klopt.vraag"]


def test_a_yes_that_is_put_again_is_doubtful_until_it_is_answered(script: Script) -> None:
    back = advance(advance(at(script, "koorts").visit, YES).visit, BACK)
    assert str(back.visit.finding("koorts")) == "unknown"
    denied = advance(advance(at(script, "nachtpijn").visit, YES).visit, NO)
    assert str(denied.visit.finding("nachtpijn")) == "unknown"
    assert advance(denied.visit, STOP).then.level is Level.STOPPED


def test_any_other_answer_that_is_put_again_is_forgotten(script: Script) -> None:
    assert advance(advance(at(script, "koorts").visit, NO).visit, BACK).visit.finding("koorts") is None


def test_nobody_leaves_with_an_emergency_that_was_affirmed_once(script: Script) -> None:
    denied = advance(advance(at(script, "plassen").visit, YES).visit, NO)
    step = advance(denied.visit, STOP)
    assert step.then.level is Level.STAFF and step.then.unknown == ("plassen",)


def test_a_duration_is_tried_twice_then_asked_as_yes_or_no(script: Script) -> None:
    step = begin(script)
    said = []
    for _ in range(2):
        step = advance(step.visit, UNCLEAR)
        said.append(ids(step))
    assert said == [["niet_begrepen_1", "duur.vraag"], ["niet_begrepen_3", "we_gaan_verder", "zes_weken.vraag"]]


@pytest.mark.parametrize(("days", "follows"), [((41, 41), "leeftijd"), ((43, 43), "leeftijd"), ((42, 43), "leeftijd"),
                                               ((41, 42), "zes_weken"), ((42, 42), "zes_weken"), ((10, 60), "zes_weken")])  # fmt: skip
def test_six_weeks_is_the_limit(script: Script, days: tuple[int, int], follows: str) -> None:
    step = advance(begin(script).visit, Answer(Meaning.DURATION, days=Days(*days)))
    assert step.then.id == follows
    assert ("duur" in step.visit.affirmed) == (follows == "leeftijd" and days[1] > 42)


def test_a_length_of_time_answers_the_follow_up_too(script: Script) -> None:
    unclear = [UNCLEAR, UNCLEAR]
    assert converse(script, {"duur": unclear, "zes_weken": [Answer(Meaning.DURATION, days=Days(60, 90))]}).then.flags == ("duur",)
    step = advance(advance(begin(script).visit, UNSURE).visit, Answer(Meaning.DURATION, days=Days(35, 50)))
    assert ids(step) == ["niet_begrepen_1", "zes_weken.vraag"]


def test_yes_and_no_do_not_answer_how_long(script: Script) -> None:
    for answer in (YES, NO):
        assert ids(advance(begin(script).visit, answer)) == ["niet_begrepen_1", "duur.vraag"]
    assert ids(advance(at(script, "koorts").visit, WEEK))[0] == "niet_begrepen_1"


@pytest.mark.parametrize(("answer", "lead", "reason", "level"), [(HELP, "hulp", "hulp", Level.STAFF), (ALARM, "alarm", "alarm", Level.STAFF),
                                                                 (STOP, "gestopt", "gestopt", Level.STOPPED)])  # fmt: skip
def test_leaving_the_questions_is_said_with_its_reason(
    script: Script, answer: Answer, lead: str, reason: str, level: Level
) -> None:
    step = advance(at(script, "koorts").visit, answer)
    assert ids(step) == [lead, *written(script, level)]
    assert (step.then.level, step.then.reasons, step.visit.phase) == (level, (reason,), Phase.ENDED)
    assert step.visit.outcome == step.then


def test_help_keeps_the_urgency_of_what_was_found(long_script: Script) -> None:
    rule = {"kracht": [YES], "kanker": [YES], "osteoporose": [HELP]}
    step = converse(long_script, rule)
    assert (step.then.level, step.then.reasons) == (Level.E, ("kracht_met_kanker", "hulp"))
    assert converse(long_script, {"koorts": [YES], "gewicht": [HELP]}).then.level is Level.STAFF


def test_what_is_missing_is_spoken_back(script: Script) -> None:
    said = spoken_after(script, {"koorts": [UNSURE], "gewicht": [UNSURE]})
    assert said[:4] == ["koorts.onbekend", "gewicht.onbekend", "s_inleiding", "s_actie"]


def test_stopping_with_findings_tells_them_without_another_read_back(script: Script) -> None:
    step = advance(advance(at(script, "koorts").visit, YES).visit, STOP)
    assert ids(step)[:3] == ["gestopt", "koorts.ja", "t_inleiding"]
    assert step.visit.phase is Phase.ENDED


@pytest.mark.parametrize("flag", ["nachtpijn", "gevoel"])
def test_after_a_calm_outcome_the_patient_may_ask_unless_it_was_a_stop(script: Script, flag: str) -> None:
    """Where the script offers topics after that outcome."""
    step = advance(at(script, flag).visit, YES)
    while step.visit.phase is not Phase.CONFIRM_FINDINGS:
        step = advance(step.visit, healthy(step.then))
    confirmed, offered = advance(step.visit, YES), script.offers[script.question(flag).level].say
    assert confirmed.then is script.menu
    assert ids(confirmed)[-len(offered) - 1 :] == [*offered, "meer.vraag"]
    stopped = advance(step.visit, STOP)
    assert stopped.visit.phase is Phase.ENDED
    assert stopped.then.level is script.question(flag).level


def test_whoever_stops_with_a_calm_finding_is_told_it_and_offered_nothing(script: Script) -> None:
    found = advance(at(script, "gevoel").visit, YES)
    assert found.visit.phase is Phase.ASK and offers_topics(script, judge(found.visit))
    stopped = advance(found.visit, STOP)
    assert stopped.visit.phase is Phase.ENDED and ids(stopped)[:2] == ["gestopt", "gevoel.ja"]


def test_what_is_said_of_the_last_answer_comes_before_the_outcome_with_its_offer(script: Script) -> None:
    step = advance(at(script, "nachtpijn").visit, UNSURE)
    assert step.then is script.menu and ids(step)[:2] == ["dat_geeft_niet", "nachtpijn.onbekend"]


def test_findings_are_read_back_once(script: Script) -> None:
    said = told(script, "nachtpijn", YES, NO, YES)
    assert said[1] == ["dan_vraag_ik_het_opnieuw", "nachtpijn.vraag"]
    assert said[2][0] == "nachtpijn.ja" and "klopt.vraag" not in said[2]


def test_an_emergency_is_read_back_before_its_ending(script: Script) -> None:
    said = told(script, "plassen", YES, YES)
    assert said[0] == ["ik_hoorde_dit", "plassen.ja", "klopt.vraag"]
    assert said[1] == ["plassen.ja", *script.endings[Level.E][1:]]


def test_going_back_at_the_read_back_denies_it(script: Script) -> None:
    assert told(script, "nachtpijn", YES, BACK)[1][0] == "dan_vraag_ik_het_opnieuw"


def test_only_what_was_denied_is_asked_again(script: Script) -> None:
    step = converse(script, {"val": [YES, YES], "nachtpijn": [NO], "klopt": [NO]})
    assert step.then.flags == ("val",)
    assert step.visit.path.count("nachtpijn") == 1 and step.visit.path[-1] == "val"


def menu(script: Script) -> Step:
    return at(script, script.menu.id)


def test_the_offer_lists_topics_twice_and_then_ends(script: Script) -> None:
    said = told(script, "meer", YES, YES, YES)
    assert said == [["keuze_1"], ["keuze_5"], [*net(script), "afscheid"]]
    said = told(script, "meer", UNCLEAR, UNCLEAR, UNCLEAR)
    assert said == [["keuze_niet_begrepen"], ["keuze_niet_begrepen"], [*net(script), "afscheid"]]


def test_a_topic_is_told_and_repeated_and_the_offer_made_again(script: Script) -> None:
    warm = Answer(Meaning.TOPIC, topic="warmte")
    said = told(script, "meer", YES, warm, Answer(Meaning.REPEAT), YES, YES, NO)
    assert said[1] == ["warmte.1", "warmte.2", "nog_iets"]
    assert said[2] == ["ik_herhaal", "warmte.1", "warmte.2", "meer.vraag"]
    assert said[0] == ["keuze_1"] and said[3:] == [["keuze_5"], ["keuze_2"], [*net(script), "afscheid"]]


def test_without_a_topic_the_last_of_the_core_is_repeated_and_another_request_repeats_nothing(script: Script) -> None:
    last = [line.id for line in script.topic(script.core[-1]).lines]
    assert told(script, "meer", Answer(Meaning.REPEAT)) == [["ik_herhaal", *last, "meer.vraag"]]
    assert told(script, "meer", Answer(Meaning.LOUDER)) == [["luider", "meer.vraag"]]


@pytest.mark.parametrize("answer", [Answer(Meaning.TOPIC), Answer(Meaning.EXPLAIN)])
def test_what_it_does_not_know_it_says(script: Script, answer: Answer) -> None:
    step = menu(script)
    for _ in range(ASIDES if answer.meaning is Meaning.EXPLAIN else 0):
        step = advance(step.visit, answer)
    assert ids(advance(step.visit, answer)) == ["dat_weet_ik_niet", "nog_iets"]


@pytest.mark.parametrize("answer", [NO, SILENT, STOP, DECLINE, UNSURE])
def test_the_offer_declined_ends_with_the_safety_net(script: Script, answer: Answer) -> None:
    step = advance(menu(script).visit, answer)
    assert ids(step) == [*net(script), "afscheid"]
    assert step.then.level is Level.REASSURE and step.visit.phase is Phase.ENDED
    with pytest.raises(ValueError, match="has ended"):
        advance(step.visit, NO)


def test_so_many_topics_and_no_more(script: Script) -> None:
    step = menu(script)
    for _ in range(ROUNDS - 1):
        step = advance(step.visit, Answer(Meaning.TOPIC, topic="warmte"))
        assert isinstance(step.then, Question)
    assert ids(advance(step.visit, Answer(Meaning.TOPIC, topic="warmte"))) == [*net(script), "afscheid"]


def test_reassurance_is_said_with_the_core_and_an_offer(script: Script) -> None:
    core = [line.id for name in script.core for line in script.topic(name).lines]
    assert told(script, "nachtpijn", NO) == [[*written(script, Level.REASSURE), *core, "meer.vraag"]]
    assert (menu(script).visit.misses, menu(script).visit.asides) == (0, 0)
    assert menu(script).visit.outcome.level is Level.REASSURE


def test_counts_of_the_last_question_do_not_shorten_the_offer(script: Script) -> None:
    said = told(script, "nachtpijn", *[REPEAT] * ASIDES, UNCLEAR, UNCLEAR, NO, YES, YES, Answer(Meaning.LOUDER))
    assert said[-3:] == [["keuze_1"], ["keuze_5"], ["luider", "meer.vraag"]]


def test_counts_of_the_last_question_do_not_shorten_the_read_back(script: Script) -> None:
    said = told(script, "nachtpijn", *[REPEAT] * ASIDES, YES, REPEAT)
    assert said[-1] == ["ik_herhaal", "nachtpijn.ja", "klopt.vraag"]


def test_the_ending_for_the_emergency_number_is_only_for_what_needs_it(long_script: Script) -> None:
    assert ids(converse(long_script, {"borstpijn": [YES]}))[1:] == list(long_script.ambulance[1:])
    assert ids(converse(long_script, {"plassen": [YES]}))[2:] == list(long_script.endings[Level.E][1:])


def test_who_asks_again_at_the_menu_hears_the_topic_that_was_told_last(script: Script) -> None:
    first, last = script.topics[:2]
    told = replace(script, core=(first.id, last.id))
    said = advance(at(told, told.menu.id).visit, Answer(Meaning.REPEAT)).say
    assert set(last.lines) <= set(said)
    assert set(said).isdisjoint(first.lines)


def test_every_line_that_the_topics_speak_by_name_is_asked_of_a_locale(script: Script) -> None:
    menu, topic = at(script, script.menu.id), script.topics[0].id
    answers = (Answer(Meaning.TOPIC, topic=topic), Answer(Meaning.TOPIC), Answer(Meaning.YES), Answer(Meaning.UNCLEAR))
    spoken = {utterance.id for answer in answers for utterance in advance(menu.visit, answer).say}
    assert spoken & script.lines.keys() - {*script.choices} == TOPICS.lines
