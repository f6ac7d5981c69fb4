"""A question for an age: what it settles is not asked, what it leaves open is, and what it affirms is read back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.consultation.test_dialogue import NO, UNCLEAR, UNSURE, WEEK, YES, converse, each_step_of
from tests.helpers.judged_visit import tell
from voice.consultation.dialogue import advance, begin
from voice.consultation.review.walk import walk
from voice.consultation.script import Finding, Level, Rule, Script
from voice.consultation.triage import list_age_bands, say_age
from voice.consultation.visit import Phase, Step
from voice.understand.meaning import Answer, Meaning, Years

BACK, DECLINE = Answer(Meaning.BACK), Answer(Meaning.DECLINE)


def age(low: int, high: int = 0, certain: bool = True) -> Answer:
    return Answer(Meaning.AGE, certain=certain, years=Years(low, high or low))


def asked(script: Script) -> Step:
    step = begin(script)
    while step.then.id != "leeftijd":
        step = advance(step.visit, WEEK if step.then.id == "duur" else NO)
    return step


def put(script: Script, *answers: Answer) -> list[str]:
    """The questions of a visit in which the age was answered so, in order."""
    return [step.then.id for step in each_step_of(script, {"leeftijd": list(answers)}) if hasattr(step.then, "id")]


def findings(step: Step) -> dict[str, Finding]:
    return dict(step.visit.findings)


@pytest.mark.parametrize(
    ("years", "minor", "old"),
    [(18, Finding.ABSENT, Finding.ABSENT), (74, Finding.ABSENT, Finding.ABSENT), (75, Finding.ABSENT, Finding.PRESENT)],
)
def test_an_age_settles_each_question_by_its_own_limit(script: Script, years: int, minor: Finding, old: Finding) -> None:
    step = advance(asked(script).visit, age(years))
    assert findings(step)["minderjarig"] is minor and findings(step)["vijfenzeventig"] is old
    assert not {"minderjarig", "vijfenzeventig", "klopt"}.intersection(put(script, age(years)))


def test_a_range_across_a_limit_leaves_that_question_open_and_it_is_put(script: Script) -> None:
    assert "vijfenzeventig" in put(script, age(70, 79)) and "minderjarig" not in put(script, age(70, 79))
    assert "vijfenzeventig" in put(script, age(74, 75)) and "vijfenzeventig" not in put(script, age(75, 79))
    assert "minderjarig" in put(script, age(17, 18)) and "minderjarig" not in put(script, age(18, 19))


@pytest.mark.parametrize("answers", [[UNSURE], [DECLINE], [UNCLEAR, UNCLEAR], [YES, NO]])
def test_an_age_that_is_not_known_leaves_all_to_be_asked(script: Script, answers: list[Answer]) -> None:
    assert {"minderjarig", "vijfenzeventig"} <= {*put(script, *answers)}
    assert converse(script, {"leeftijd": answers}).then.level is Level.REASSURE


def test_a_minor_is_read_back_and_brought_to_the_staff_at_once(script: Script) -> None:
    step = advance(asked(script).visit, age(16))
    assert [line.text for line in step.say] == [script.question("minderjarig").positive, script.readback.text]
    assert findings(step).get("minderjarig") is None
    ended = advance(step.visit, YES)
    assert (ended.then.level, ended.then.flags) == (Level.STAFF, ("minderjarig",))
    assert "beide_benen" not in ended.visit.path


def test_an_age_that_was_misheard_is_asked_again_and_brings_nothing(script: Script) -> None:
    again = advance(advance(asked(script).visit, age(16)).visit, NO)
    assert again.then.id == "leeftijd"
    assert converse(script, {"leeftijd": [age(16), age(60)], "klopt": [NO]}).then.level is Level.REASSURE


def test_an_age_that_is_not_certain_is_read_back_by_its_nearest_limits(long_script: Script) -> None:
    for years, said in ((60, ["onder_vijftig.nee", "vijfenzeventig.nee"]), (78, ["vijfenzeventig.ja"]), (16, ["minderjarig.ja"])):
        step = advance(asked(long_script).visit, age(years, certain=False))
        assert [line.id for line in step.say] == [*said, "klopt.vraag"]
        assert step.visit.phase is Phase.CONFIRM_AGE and "minderjarig" not in findings(step)
    assert findings(advance(step.visit, NO)).get("minderjarig") is None
    sure = advance(advance(asked(long_script).visit, age(60, certain=False)).visit, YES)
    assert {findings(sure)[name] for name in ("minderjarig", "onder_vijftig", "vijfenzeventig")} == {Finding.ABSENT}


def test_what_is_read_back_of_an_age_is_true_of_it(long_script: Script) -> None:
    question = long_script.question("leeftijd")
    for band in list_age_bands(long_script, question):
        said = {line.id for line in say_age(long_script, question, band)}
        for name in ("minderjarig", "onder_vijftig", "vijfenzeventig"):
            figure = long_script.question(name).expected.figure
            assert figure and f"{name}.{'nee' if figure.decide(band.low) is Meaning.YES else 'ja'}" not in said
    assert list_age_bands(long_script, question) == (Years(10, 17), Years(18, 49), Years(50, 74), Years(75, 115))


def test_a_gate_opens_on_what_an_age_settles(long_script: Script) -> None:
    assert "zwanger" in put(long_script, age(40)) and "zwanger" not in put(long_script, age(60))


def test_a_rule_counts_what_an_age_settles(script: Script) -> None:
    old = replace(script, rules=(Rule("oud", ("vijfenzeventig", "nachtpijn"), Level.T, "bace"),))
    for years, level in ((74, Level.S), (75, Level.T)):
        assert converse(old, {"leeftijd": [age(years)], "nachtpijn": [YES]}).then.level is level


def test_going_back_to_the_age_opens_what_it_settled(script: Script) -> None:
    step = advance(advance(asked(script).visit, age(80)).visit, BACK)
    assert step.then.id == "leeftijd" and "minderjarig" not in findings(step)
    assert findings(step)["vijfenzeventig"] is Finding.UNKNOWN
    assert findings(advance(step.visit, age(60)))["vijfenzeventig"] is Finding.UNKNOWN


def test_a_question_that_was_put_for_a_mention_is_put_again_if_going_back_opened_it(script: Script) -> None:
    first = advance(begin(script).visit, tell("minderjarig", certain=False))
    assert first.then.id == "minderjarig"
    step = advance(advance(first.visit, NO).visit, YES)
    step = advance(advance(advance(step.visit, WEEK).visit, age(60)).visit, BACK)
    assert advance(step.visit, UNSURE).then.id == "minderjarig"


def test_a_minor_who_says_so_elsewhere_is_asked_at_once(script: Script) -> None:
    step = advance(begin(script).visit, tell("minderjarig"))
    assert step.then.id == "minderjarig"
    assert advance(advance(step.visit, YES).visit, YES).then.level is Level.STAFF


def test_no_path_with_an_age_is_unsafe(script: Script) -> None:
    names = ("leeftijd", "minderjarig", "vijfenzeventig", "nachtpijn")
    rule = Rule("oud", ("vijfenzeventig", "nachtpijn"), Level.T, "bace")
    small = replace(script, questions=tuple(one for one in script.questions if one.id in names), rules=(rule,))
    walked = walk(small)
    assert walked.violations == ()
    assert walked.asked >= {*names}
