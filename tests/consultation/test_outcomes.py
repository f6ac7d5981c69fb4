"""What a patient hears at an outcome: one action, a safety net that fits, and topics where they do no harm."""

from __future__ import annotations

import pytest

from tests.consultation.test_dialogue import FORTY, NO, UNSURE, YES, converse, converse_aloud, each_step_of, net, spoken_after
from tests.helpers.judged_visit import tell
from voice.consultation.dialogue import advance
from voice.consultation.review.lint import split_sentences, split_words
from voice.consultation.script import Level, Script
from voice.consultation.visit import Phase, Step
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.meaning import Answer, Days, Meaning

LONG = Answer(Meaning.DURATION, days=Days(90, 90))
STOP, REPEAT, HELP = Answer(Meaning.STOP), Answer(Meaning.REPEAT), Answer(Meaning.HELP)
CALM = {
    "nachtpijn": {"nachtpijn": [YES]},
    "gevoel": {"gevoel": [YES]},
    "duur": {"duur": [LONG]},
    "koorts?": {"koorts": [UNSURE]},
    "duur and gevoel": {"duur": [LONG], "gevoel": [YES]},
    "gevoel and koorts?": {"gevoel": [YES], "koorts": [UNSURE]},
}
"""Answers after which topics are offered, by what was found or left open."""
OTHERS = {
    "koorts": {"koorts": [YES]},
    "kracht": {"kracht": [YES]},
    "gewicht": {"gewicht": [YES]},
    "plassen": {"plassen": [YES]},
    "gevoel and gewicht": {"gevoel": [YES], "gewicht": [YES]},
    "nachtpijn and osteoporose?": {"nachtpijn": [YES], "osteoporose": [UNSURE]},
    "nachtpijn and osteoporose": {"nachtpijn": [YES], "osteoporose": [YES]},
    "plassen?": {"plassen": [UNSURE, UNSURE]},
}


def text_after(script: Script, answers: dict[str, list[Answer]]) -> str:
    return " ".join(utterance.text for utterance in converse_aloud(script, answers)[1])


def at_menu(script: Script, answers: dict[str, list[Answer]]) -> Step:
    """Return the step that tells the outcome and offers topics."""
    return next(step for step in each_step_of(script, answers) if step.visit.phase is Phase.ADVISE)


# --- the safety net -----------------------------------------------------------------------------


def test_nobody_is_told_to_wait_for_what_was_found(every_script: Script) -> None:
    weak, feverish, long = (text_after(every_script, answers) for answers in (OTHERS["kracht"], OTHERS["koorts"], CALM["duur"]))
    assert "nog slapper" in weak and "been slap wordt" not in weak
    assert "veel zieker" in feverish and "koorts krijgt" not in feverish
    assert "erger wordt" in long and "enkele weken niet beter" not in long


@pytest.mark.parametrize("found", [("koorts",), ("kracht",), ("koorts", "kracht"), ("gewicht",), ("gevoel",), ("nachtpijn",)])
def test_the_safety_net_is_the_last_that_is_said(every_script: Script, found: tuple[str, ...]) -> None:
    said = spoken_after(every_script, {flag: [YES] for flag in found})
    fitting = [*net(every_script, *found), "afscheid"]
    assert said[-len(fitting) :] == fitting


def test_the_safety_net_holds_no_question_and_what_is_urgent_comes_first(every_script: Script) -> None:
    for cautions in every_script.safety_nets.values():
        for line in (line for one in cautions for line in (one.line, *one.instead)):
            assert "?" not in every_script.lines[line]
    assert net(every_script, "koorts").index("vangnet_zieker") < net(every_script, "koorts").index("vangnet_weken")
    listed = net(every_script, "koorts", "kracht")[2:-1]
    assert all(every_script.lines[line].startswith("Als ") for line in listed)


def test_what_is_said_by_name_of_a_flag_warns_of_it(every_script: Script) -> None:
    """A caution that names a flag of the questions must say so, or it would not be adapted."""
    for name, words in {"koorts": "koorts", "kracht": "slap", "zitvlak": "tussen uw benen", "plassen": "plassen"}.items():
        for one in (one for cautions in every_script.safety_nets.values() for one in cautions):
            assert (words in every_script.lines[one.line]) == (name in one.flags), (name, one)


# --- one action ---------------------------------------------------------------------------------


def test_an_emergency_has_one_first_action_and_repeats_the_most_urgent(long_script: Script) -> None:
    said = text_after(long_script, {"plassen": [YES]})
    assert said.index("Spreek nu") < said.index("Samen regelt u") and "Ga nu" not in said
    assert said.endswith("Spreek nu iemand van de praktijk aan.")
    assert text_after(long_script, {"borstpijn": [YES]}).endswith("Ik zeg het nog eens. Bel samen 112.")


def test_who_must_see_a_doctor_today_hears_it_twice_and_is_to_tell_the_staff(every_script: Script) -> None:
    said = [every_script.lines[name] for name in every_script.endings[Level.T] if name in every_script.lines]
    assert sum("vandaag nog uw huisarts" in line for line in said) == 2
    assert any(line.startswith("Zeg dit nu aan") for line in said) and every_script.lines["t_wachtdienst"] in said


def test_pain_of_more_than_six_weeks_is_for_the_physiotherapist(every_script: Script) -> None:
    said = text_after(every_script, CALM["duur"])
    assert "deze week" not in said and every_script.lines["s_actie"] in said
    assert "huisarts als de pijn erger wordt" in said
    assert converse(every_script, CALM["duur"]).then.level is Level.S


def test_no_sentence_outside_the_questions_is_longer_than_fourteen_words(every_script: Script) -> None:
    for text in every_script.lines.values():
        assert all(len(split_words(sentence)) <= 14 for sentence in split_sentences(text)), text


# --- topics after an outcome --------------------------------------------------------------------


@pytest.mark.parametrize("answers", CALM.values(), ids=CALM)
def test_a_calm_outcome_comes_with_advice_to_move_and_topics(every_script: Script, answers: dict[str, list[Answer]]) -> None:
    step = at_menu(every_script, answers)
    assert [line.id for line in step.say[-3:]] == ["blijf_bewegen", "aanbod", "meer.vraag"]
    assert step.visit.outcome == converse(every_script, answers).then
    assert step.visit.outcome.level in (Level.S, Level.W, Level.OUT_OF_SCOPE)


@pytest.mark.parametrize("answers", OTHERS.values(), ids=OTHERS)
def test_no_other_outcome_does(every_script: Script, answers: dict[str, list[Answer]]) -> None:
    said = spoken_after(every_script, answers)
    assert not {"blijf_bewegen", "aanbod", "meer.vraag"}.intersection(said)


@pytest.mark.parametrize("flag", ["zwanger", "operatie"])
def test_nobody_for_whom_the_advice_was_not_made_gets_it(long_script: Script, flag: str) -> None:
    answers = {"leeftijd": [FORTY], flag: [YES]}
    assert converse(long_script, answers).then.level is Level.OUT_OF_SCOPE
    assert "blijf_bewegen" not in spoken_after(long_script, answers)


@pytest.mark.parametrize("answers", CALM.values(), ids=CALM)
def test_no_topic_reassures_a_patient_with_a_flag(script: Script, answers: dict[str, list[Answer]]) -> None:
    told = [Answer(Meaning.TOPIC, topic=topic.id) for topic in script.topics]
    for some in (told[:12], told[12:]):
        step, said = converse_aloud(script, {**answers, "meer": [*some, NO]})
        assert step.then == at_menu(script, answers).visit.outcome
        assert step.then.level is not Level.REASSURE
        assert not {"gerust_inleiding", "gerust_kine"}.intersection(line.id for line in said)
        assert said[-1].id == "afscheid" and {"w_herhaal", "s_herhaal"}.intersection(line.id for line in step.say)


def test_the_outcome_is_repeated_on_request(script: Script) -> None:
    step = at_menu(script, CALM["nachtpijn"])
    again = advance(step.visit, REPEAT)
    assert again.say == (script.line("ik_herhaal"), *step.say)


def test_an_alarm_among_the_topics_is_asked_about_and_counts(script: Script) -> None:
    for answers in CALM.values():
        step = advance(at_menu(script, answers).visit, tell("plassen"))
        assert step.then.id == "plassen"
        step = advance(step.visit, YES)
        assert step.then.recent_of == "plassen"
        ended = advance(advance(step.visit, YES).visit, YES)
        assert ended.then.level is Level.E
        assert "vangnet_plassen" not in {line.id for line in ended.say}


def test_help_among_the_topics_brings_in_the_staff(script: Script) -> None:
    step = advance(at_menu(script, CALM["gevoel"]).visit, HELP)
    assert (step.then.level, step.then.flags) == (Level.STAFF, ("gevoel",))


def test_whoever_stops_is_offered_nothing(script: Script) -> None:
    for answers in ({"nachtpijn": [YES], "klopt": [STOP]}, {"gevoel": [YES], "koorts": [STOP]}):
        step = converse(script, answers)
        assert "meer.vraag" not in spoken_after(script, answers)
        assert [line.id for line in step.say][-1] == "afscheid" and step.then.flags


def test_brittle_bones_that_are_told_at_the_topics_are_asked_about_before_any_advice(every_script: Script) -> None:
    step = at_menu(every_script, {})
    told = understand(Transcript("ik heb osteoporose, mag ik dan heffen?", 1.0, "x"), every_script.menu.expected)
    step = advance(step.visit, told)
    assert step.then == every_script.question("osteoporose")
    assert not {line.id for line in every_script.topic("heffen").lines} & {line.id for line in step.say}
