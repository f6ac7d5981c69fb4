"""What an age settles, what is read back of it, and what it leaves open: rule 9b of `dialogue.py`, rule 8 of `triage.py`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.consultation.test_dialogue import NO, SILENT, UNCLEAR, UNSURE, WEEK, YES
from tests.consultation.test_dialogue_words import at, ids
from tests.consultation.test_triage import change
from tests.helpers.judged_visit import tell
from voice.consultation.dialogue import advance
from voice.consultation.script import Finding, Level, Script
from voice.consultation.triage import list_age_bands, say_age, settle_by_age
from voice.consultation.visit import Outcome, Phase, Step
from voice.understand.figures import Figure, FigureKind
from voice.understand.meaning import NO_YEARS, Answer, Days, Meaning, Years

BACK, REPEAT, STOP = Answer(Meaning.BACK), Answer(Meaning.REPEAT), Answer(Meaning.STOP)
AGE = "leeftijd"


def years(low: int, high: int | None = None, certain: bool = True) -> Answer:
    return Answer(Meaning.AGE, certain=certain, years=Years(low, high or low))


def answer(script: Script, *answers: Answer) -> Step:
    """The step after these answers, the first of which is given when the age is asked."""
    step = at(script, AGE)
    for one in answers:
        step = advance(step.visit, one)
    return step


def find(step: Step, *names: str) -> list[Finding | None]:
    return [step.visit.finding(name) for name in names]


@pytest.mark.parametrize(
    ("low", "high", "minor", "old"),
    [(18, 18, "absent", "absent"), (74, 74, "absent", "absent"), (75, 75, "absent", "present"), (18, 74, "absent", "absent"),
     (70, 80, "absent", None), (17, 18, None, "absent"), (10, 99, None, None)],
)  # fmt: skip
def test_an_age_settles_what_all_of_it_is_on_one_side_of(
    script: Script, low: int, high: int, minor: str | None, old: str | None
) -> None:
    step = answer(script, years(low, high))
    assert step.visit.phase is Phase.ASK
    assert find(step, "minderjarig", "vijfenzeventig") == [minor, old]
    follows = "minderjarig" if minor is None else "vijfenzeventig" if old is None else "beide_benen"
    assert step.then.id == follows


def test_what_an_age_leaves_open_is_asked_once_and_may_be_denied(script: Script) -> None:
    step = answer(script, years(70, 80), NO)
    assert find(step, "vijfenzeventig") == [Finding.ABSENT] and step.then.id == "beide_benen"
    step = answer(script, years(10, 99), UNSURE)
    assert find(step, "minderjarig") == [Finding.UNKNOWN] and step.then.id == "vijfenzeventig"


@pytest.mark.parametrize("low", [17, 12])
@pytest.mark.parametrize("certain", [True, False])
def test_an_age_that_means_yes_to_a_flag_is_read_back_and_needs_no_second_read_back(
    script: Script, low: int, certain: bool
) -> None:
    step = answer(script, years(low, 17, certain))
    assert step.visit.phase is Phase.CONFIRM_AGE and ids(step) == ["minderjarig.ja", "klopt.vraag"]
    assert find(step, "minderjarig") == [None]
    ended = advance(step.visit, YES)
    assert isinstance(ended.then, Outcome) and ended.visit.phase is Phase.ENDED
    assert ended.then == Outcome(Level.STAFF, ("minderjarig",))
    assert ids(advance(step.visit, REPEAT)) == ["ik_herhaal", *ids(step)]


def test_what_was_found_before_such_an_age_is_read_back_with_it(script: Script) -> None:
    step = advance(at(script, "duur").visit, Answer(Meaning.DURATION, days=Days(90, 90)))
    for one in (years(16), YES):
        step = advance(step.visit, one)
    assert step.visit.phase is Phase.CONFIRM_FINDINGS
    assert ids(step) == ["ik_hoorde_dit", "duur.ja", "minderjarig.ja", "klopt.vraag"]


def test_of_several_flags_that_an_age_means_one_that_ends_the_questions_is_enough(long_script: Script) -> None:
    step = answer(long_script, years(17), YES)
    assert find(step, "minderjarig", "onder_vijftig") == [Finding.PRESENT] * 2
    assert step.then == Outcome(Level.STAFF, ("minderjarig",))


def test_an_age_that_means_an_emergency_ends_the_questions(script: Script) -> None:
    step = answer(change(script, "minderjarig", level=Level.E), years(17), YES)
    assert step.then == Outcome(Level.E, ("minderjarig",))


def test_an_age_that_was_settled_is_not_kept(script: Script) -> None:
    for certain in (True, False):
        assert answer(script, years(60, certain=certain), YES).visit.years == NO_YEARS


def test_what_the_age_settled_is_not_put_again_for_what_was_told_beside_it(script: Script) -> None:
    step = advance(at(script, "duur").visit, Answer(Meaning.DURATION, days=Days(90, 90)))
    for one in (Answer(Meaning.AGE, years=Years(16, 16), mentions=tell("minderjarig").mentions), YES):
        step = advance(step.visit, one)
    assert step.visit.phase is Phase.CONFIRM_FINDINGS
    assert advance(step.visit, tell("koorts")).then.id == "koorts"


def test_an_age_that_is_not_certain_is_read_back_by_the_limits_next_to_it(script: Script, long_script: Script) -> None:
    def read_back(script: Script, low: int, high: int) -> list[str]:
        step = answer(script, years(low, high, certain=False))
        assert step.visit.phase is Phase.CONFIRM_AGE and ids(step)[-1] == "klopt.vraag"
        return ids(step)[:-1]

    assert read_back(script, 60, 60) == ["minderjarig.nee", "vijfenzeventig.nee"]
    assert read_back(script, 75, 80) == ["vijfenzeventig.ja"]
    assert read_back(script, 70, 80) == ["minderjarig.nee"]
    assert read_back(long_script, 40, 49) == ["minderjarig.nee", "onder_vijftig.ja"]
    assert read_back(long_script, 50, 60) == ["onder_vijftig.nee", "vijfenzeventig.nee"]
    assert answer(script, years(10, 99, certain=False)).visit.phase is Phase.ASK, "it settles nothing that could be read back"


def test_an_age_counts_once_it_is_confirmed_and_is_asked_again_if_it_is_not(script: Script) -> None:
    doubtful = years(60, certain=False)
    assert find(answer(script, doubtful, YES), "minderjarig", "vijfenzeventig") == [Finding.ABSENT] * 2
    denied = answer(script, doubtful, NO)
    assert ids(denied) == ["opnieuw_1", "leeftijd.vraag"] and find(denied, "minderjarig") == [None]
    assert find(advance(denied.visit, years(80)), "vijfenzeventig") == [Finding.PRESENT]
    assert ids(answer(script, doubtful, SILENT))[0] == "stilte_1"
    assert answer(script, doubtful, STOP).visit.phase is Phase.ENDED
    assert answer(script, doubtful, years(80)).then.id == AGE, "another age is no yes"


def test_an_age_that_is_not_understood_is_asked_twice_and_then_by_its_questions(script: Script) -> None:
    step = answer(script, UNCLEAR)
    assert step.then.id == AGE
    step = advance(step.visit, UNCLEAR)
    assert ids(step) == ["niet_begrepen_3", "we_gaan_verder", "minderjarig.vraag"]
    assert ids(answer(script, UNSURE))[-1] == "minderjarig.vraag"
    assert answer(script, YES).then.id == answer(script, WEEK).then.id == AGE


def test_an_age_answers_no_other_question(script: Script) -> None:
    for name in ("duur", "koorts"):
        step = advance(at(script, name).visit, years(60))
        assert step.then.id == name and ids(step)[0] == "niet_begrepen_1"


def test_going_back_to_the_age_opens_again_what_it_settled(script: Script) -> None:
    step = answer(script, years(60), BACK)
    assert ids(step) == ["terug", "leeftijd.vraag"]
    assert find(step, "minderjarig", "vijfenzeventig") == [None, None]
    assert find(advance(step.visit, years(80)), "vijfenzeventig") == [Finding.PRESENT]
    again = answer(script, years(80), BACK)
    assert find(again, "vijfenzeventig") == [Finding.UNKNOWN], "a yes that may be taken back is unknown"
    assert advance(again.visit, years(70, 90)).then.id == "vijfenzeventig"
    assert find(advance(again.visit, years(60)), "vijfenzeventig") == [Finding.UNKNOWN], "a yes denied later is unknown"
    assert find(answer(script, years(70, 80), NO, BACK), "minderjarig") == [Finding.ABSENT], "only the question before is opened"


def test_a_mention_beside_an_age_follows_it_unless_the_age_settles_it(script: Script) -> None:
    told = Answer(Meaning.AGE, years=Years(60, 60), mentions=tell("plassen").mentions)
    step = answer(script, told)
    assert step.then.id == "plassen" and find(step, "minderjarig") == [Finding.ABSENT]
    minor = Answer(Meaning.AGE, years=Years(16, 16), mentions=tell("minderjarig").mentions)
    ended = answer(script, minor, YES)
    assert ended.then == Outcome(Level.STAFF, ("minderjarig",))


def test_the_ages_that_settle_the_same_are_bands_from_the_youngest_to_the_oldest(script: Script, long_script: Script) -> None:
    for one, limits in ((script, [18, 75]), (long_script, [18, 50, 75])):
        bands = list_age_bands(one, one.question(AGE))
        assert [band.low for band in bands] == [10, *limits] and [band.high for band in bands] == [
            *(at - 1 for at in limits),
            115,
        ]
        for band in bands:
            settled = [settle_by_age(one, one.question(AGE), Years(age, age)) for age in (band.low, band.high)]
            assert settled[0] == settled[1] == settle_by_age(one, one.question(AGE), band)
            assert say_age(one, one.question(AGE), band)
    assert settle_by_age(script, script.question("koorts"), Years(60, 60)) == ()


@pytest.mark.parametrize(
    ("limit", "bands"),
    [(10, [(10, 17), (18, 115)]), (11, [(10, 10), (11, 17), (18, 115)]), (115, [(10, 17), (18, 114), (115, 115)]),
     (116, [(10, 17), (18, 115)]), (64.5, [(10, 17), (18, 64), (65, 115)])],
)  # fmt: skip
def test_a_limit_that_nobody_passes_makes_no_band(script: Script, limit: float, bands: list[tuple[int, int]]) -> None:
    expected = script.question("vijfenzeventig").expected
    figure = Figure(FigureKind.AGE, yes_from=limit, no_below=limit)
    changed = change(script, "vijfenzeventig", expected=replace(expected, figure=figure))
    assert list_age_bands(changed, changed.question(AGE)) == tuple(Years(*band) for band in bands)
