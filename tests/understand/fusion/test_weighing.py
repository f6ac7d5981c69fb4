"""Text, openings and aligned phrases weighed: agreement is sure, contradiction is asked again, noise is nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voice.consultation.script import Script
from voice.recognize.transcript import Reading, Transcript
from voice.understand.expected import Expected, Kind
from voice.understand.fusion.weighing import Strictness, Weights, Witness, doubt, share_voice, weigh
from voice.understand.meaning import Answer, Days, Meaning, Mention, Score, Side, Years

YES, NO, UNCLEAR = Answer(Meaning.YES), Answer(Meaning.NO), Answer(Meaning.UNCLEAR)
UNSURE, HELP, ALARM = Answer(Meaning.UNSURE), Answer(Meaning.HELP), Answer(Meaning.ALARM)


def weighed(witnesses: Sequence[Witness], weights: Weights = Weights()) -> Answer:
    return weigh(witnesses, weights).answer


def witness(
    written: Answer, *aligned: tuple[Answer, float], confidence: float = 0.8, ja: float = 0.01, nee: float = 0.01
) -> Witness:
    return Witness(written, Transcript("x", confidence, "x", (("ja", ja), ("nee", nee))), aligned)


def second(written: Answer, confidence: float = 0.9) -> Witness:
    """An engine that knows neither openings nor aligned phrases."""
    return Witness(written, Transcript("x", confidence, "y"))


def test_where_text_opening_and_phrase_agree_the_answer_is_certain() -> None:
    assert weighed([witness(YES, (YES, 0.5), (NO, -8.0), ja=0.9)]) == YES
    assert weighed([witness(NO, (NO, 0.5), (YES, -8.0), nee=0.9), second(NO)]) == NO


def test_a_phrase_that_fits_is_an_answer_where_the_text_is_not_understood() -> None:
    assert weighed([witness(UNCLEAR, (YES, 0.5), (UNCLEAR, -5.0), (NO, -8.0), confidence=0.2, ja=0.2)]).meaning is Meaning.YES


def test_a_text_that_no_phrase_bears_out_is_asked_again() -> None:
    assert weighed([witness(YES, (UNCLEAR, -0.2), (NO, -1.0), confidence=0.1, ja=0.1)]).meaning is Meaning.UNCLEAR


@pytest.mark.parametrize(("one", "other"), [(YES, NO), (NO, YES)], ids=["yes, no", "no, yes"])
def test_two_engines_that_contradict_each_other_leave_nothing_certain(one: Answer, other: Answer) -> None:
    found = weighed([witness(one, (one, 0.0), (other, -1.0), confidence=0.5, ja=0.3, nee=0.3), second(other)])
    assert found.meaning is Meaning.UNCLEAR or not found.certain


DOUBTFUL_CALLS = [replace(HELP, certain=False), replace(ALARM, certain=False)]


@pytest.mark.parametrize("call", [HELP, ALARM, *DOUBTFUL_CALLS], ids=str)
def test_a_call_for_help_counts_from_a_text_alone(call: Answer) -> None:
    assert weighed([witness(call, (NO, 0.6), confidence=0.01, nee=0.9)]) == call
    assert weighed([witness(NO, (NO, 0.6), nee=0.9), second(call, 0.01)]) == call


def test_an_uncertain_reading_stays_uncertain() -> None:
    hedged = Answer(Meaning.NO, certain=False)
    assert not weighed([witness(hedged, (hedged, 1.0), (YES, -9.0), nee=0.9)]).certain


def test_different_lengths_of_time_are_different_answers() -> None:
    weeks, days = Answer(Meaning.DURATION, days=Days(21, 28)), Answer(Meaning.DURATION, days=Days(2, 4))
    assert weighed([witness(weeks, (weeks, 0.5), (days, -4.0))]).days == Days(21, 28)


def test_an_engine_that_heard_the_answer_often_has_one_voice() -> None:
    once = witness(NO, (NO, -0.5), (YES, -0.7), confidence=0.4, ja=0.2, nee=0.3)
    often = list(share_voice([once] * 4))
    assert weighed(often) == weighed([once])
    assert weighed([*often, second(YES)]).meaning is weighed([once, second(YES)]).meaning is Meaning.YES


def test_who_heard_the_answer_once_has_a_whole_voice() -> None:
    assert [voice.share for voice in share_voice([witness(NO)])] == [1.0]
    assert list(share_voice([])) == []


def test_two_engines_that_heard_the_same_have_two_voices() -> None:
    both = [second(YES, 0.6), second(YES, 0.6)]
    doubtful = witness(NO, (NO, -0.5), (YES, -4.5), confidence=0.6, nee=0.7)
    assert weighed([doubtful, second(YES, 0.6)]).meaning is Meaning.NO
    assert weighed([doubtful, *both]) != NO
    assert weighed([*both, doubtful]) != NO


@pytest.mark.parametrize(("heard", "other"), [(NO, YES), (YES, NO)], ids=["no, yes", "yes, no"])
def test_what_another_engine_contradicts_is_never_certain_however_likely(heard: Answer, other: Answer) -> None:
    likely = witness(heard, (heard, 3.0), confidence=0.99, ja=0.99 * (heard is YES), nee=0.99 * (heard is NO))
    assert weighed([likely]) == heard
    assert weighed([likely, second(other)]) == replace(heard, certain=False)


def test_an_engine_that_is_all_too_sure_is_believed_no_more_than_one_that_is_fairly_sure() -> None:
    heard = witness(NO, (NO, -0.4), (YES, -4.0), confidence=0.2, nee=0.3)
    assert weigh([heard, second(YES, 0.95)]) == weigh([heard, second(YES, 1.0)])
    assert weighed([heard, second(YES, 1.0)]).meaning is not Meaning.YES


def test_a_doubtful_stop_is_not_made_certain_by_another_that_fits_badly() -> None:
    stop, doubtful = Answer(Meaning.STOP), Answer(Meaning.STOP, certain=False)
    assert not weighed([witness(doubtful, (doubtful, 1.0), (UNCLEAR, -8.0), (stop, -7.5), confidence=0.5)]).certain
    assert weighed([witness(stop, (stop, 1.0), (UNCLEAR, -8.0), (doubtful, -7.5), confidence=0.5)]).certain


def test_a_hearing_that_missed_the_opening_does_not_outvote_the_other() -> None:
    missed = witness(UNCLEAR, (NO, -0.4), (UNCLEAR, -0.9), confidence=0.1, nee=0.001)
    caught = witness(NO, (NO, -0.4), (UNCLEAR, -5.0), confidence=0.15, nee=0.2)
    assert weighed([missed]).meaning is Meaning.UNCLEAR
    assert weighed(list(share_voice([missed, caught]))).meaning is Meaning.NO


def test_the_hearings_of_an_engine_have_the_mean_of_their_openings() -> None:
    voices = list(share_voice([witness(NO, ja=0.1, nee=0.6), witness(NO, ja=0.3, nee=0.0)]))
    assert [voice.transcript.openings for voice in voices] == [(("ja", 0.2), ("nee", 0.3))] * 2
    assert [voice.share for voice in voices] == [0.5, 0.5]


@pytest.mark.parametrize("phrase", ["nee [unk]", "nee", "ja", "ja [unk]"])
def test_a_ja_or_nee_with_or_without_something_behind_it_needs_more_than_the_phones(phrase: str) -> None:
    said = YES if phrase.startswith("ja") else NO

    def heard(chance: float) -> Witness:
        openings = (("ja", chance), ("nee", 0.01)) if said is YES else (("ja", 0.01), ("nee", chance))
        transcript = Transcript("mompel", 0.1, "x", openings, (Reading(phrase, 1.0),))
        return Witness(UNCLEAR, transcript, ((said, 1.0), (UNCLEAR, -5.0)))

    assert weigh([heard(0.034), second(said)]).answer.meaning is Meaning.UNCLEAR
    assert weigh([heard(0.034), second(said)]).lost is said.meaning
    assert weigh([heard(0.035), second(said)]).answer.meaning is said.meaning
    assert weigh([heard(0.035), second(said)]).lost is Meaning.UNCLEAR
    assert weigh([replace(heard(0.01), written=said)]).answer.meaning is said.meaning


@pytest.mark.parametrize(
    ("text", "other", "meaning"),
    [("Jaloers.", UNCLEAR, Meaning.UNCLEAR), ("Jaloers.", YES, Meaning.YES), ("Ja maar.", UNCLEAR, Meaning.YES)],
)
def test_the_beginning_of_a_longer_word_is_no_ja_unless_another_engine_wrote_one(
    text: str, other: Answer, meaning: Meaning
) -> None:
    transcript = Transcript(text, 0.4, "x", (("ja", 0.6), ("nee", 0.01)), (Reading("ja [unk]", 0.0),))
    assert weighed([Witness(UNCLEAR, transcript, ((YES, 0.0), (UNCLEAR, -6.0))), second(other)]).meaning is meaning


@pytest.mark.parametrize(("first", "other", "certain"), [(YES, YES, True), (YES, UNCLEAR, False), (UNCLEAR, YES, False)])
@pytest.mark.parametrize(("phrase", "strict"), [("ja", True), ("ja [unk]", True), ("ja dat klopt", False)])
def test_a_ja_alone_or_out_of_other_speech_is_read_back_unless_every_text_says_so(
    first: Answer, other: Answer, certain: bool, phrase: str, strict: bool
) -> None:
    transcript = Transcript("x", 0.8, "x", (("ja", 0.9), ("nee", 0.01)), (Reading(phrase, 3.0),))
    found = weighed([Witness(first, transcript, ((YES, 3.0), (UNCLEAR, -9.0))), second(other)])
    assert (found.meaning, found.certain) == (Meaning.YES, certain or not strict)


def test_a_ja_alone_of_one_engine_is_read_back_also_where_another_lays_a_longer_yes() -> None:
    def lay(written: Answer, phrase: str) -> Witness:
        transcript = Transcript("x", 0.8, "x", (("ja", 0.9), ("nee", 0.01)), (Reading(phrase, 3.0),))
        return Witness(written, transcript, ((YES, 3.0), (UNCLEAR, -9.0)))

    for written, certain in ((YES, True), (UNCLEAR, False)):
        found = weighed([lay(YES, "ja"), lay(written, "ja dat klopt")])
        assert (found.meaning, found.certain) == (Meaning.YES, certain)


def test_a_no_laid_with_other_speech_behind_it_must_be_the_meaning_of_every_text() -> None:
    def lay(phrase: str) -> Witness:
        transcript = Transcript("x", 0.8, "x", (("ja", 0.01), ("nee", 0.9)), (Reading(phrase, 3.0),))
        return Witness(UNCLEAR, transcript, ((NO, 3.0), (UNCLEAR, -9.0)))

    for phrase, certain in (("helemaal niet", True), ("helemaal niet [unk]", False)):
        found = weighed([lay(phrase), second(NO)])
        assert (found.meaning, found.certain) == (Meaning.NO, certain)


def test_what_is_told_beside_it_makes_no_other_answer_of_a_yes_and_is_never_told_in_a_no() -> None:
    assert weighed([witness(replace(YES, more=True), (YES, 0.5), (NO, -8.0), ja=0.9)]) == replace(YES, more=True)
    assert weighed([witness(replace(NO, more=True), (NO, 0.5), (YES, -8.0), nee=0.9), second(NO)]) == NO


def test_what_is_surely_a_sentence_is_one_whatever_each_engine_wrote() -> None:
    one, other = (Answer(Meaning.SENTENCE, sentence=sentence) for sentence in ("de kat slaapt", "de kat slaat"))
    assert weighed([witness(one, (UNCLEAR, -3.0)), second(other)]) == one


def test_only_a_no_may_have_been_taken_back() -> None:
    def lay(answer: Answer, opposite: Answer) -> Answer:
        openings = (("ja", 0.9), ("nee", 0.01)) if answer is YES else (("ja", 0.01), ("nee", 0.9))
        transcript = Transcript("ja nee", 0.2, "x", openings)
        return weighed([Witness(UNCLEAR, transcript, ((answer, 3.0), (opposite, -8.0), (UNCLEAR, -9.0))), second(answer)])

    assert (lay(YES, NO).meaning, lay(NO, YES).meaning) == (Meaning.YES, Meaning.UNCLEAR)


def test_what_is_told_beside_an_answer_in_doubt_is_kept(script: Script) -> None:
    told = Answer(Meaning.NO, "nee", mentions=(Mention("koorts"),))
    left = doubt(told, script.question("plassen").expected)
    assert (left.meaning, left.mentions) == (Meaning.UNCLEAR, told.mentions)


def own_words(answer: Answer, text: str, confidence: float = 0.6, other: Answer = NO) -> Witness:
    """An answer in words that no expected phrase holds: every phrase fits badly, and neither "ja" nor "nee" opens it."""
    transcript = Transcript(text, confidence, "x", (("ja", 0.01), ("nee", 0.01)))
    return Witness(answer, transcript, ((UNCLEAR, -2.0), (other, -6.0)))


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(Meaning.YES), "ik kan mijn voet niet meer optillen"),
        (Answer(Meaning.DURATION, days=Days(21, 21)), "drie weken"),
        (Answer(Meaning.TOPIC, topic="warmte"), "mag ik warmte gebruiken"),
        (Answer(Meaning.AGE, years=Years(78, 78)), "ik word achtenzeventig"),
        (Answer(Meaning.AGE, years=Years(78, 78)), "achtenzeventig"),
        (Answer(Meaning.SCORE, score=Score(7, 7)), "zeven"),
        (Answer(Meaning.SIDE, sides=(Side.LEFT,)), "links"),
    ],
    ids=["a symptom", "a length of time", "a topic", "an age", "an age in one word", "a score", "a side"],
)
def test_what_no_list_of_phrases_can_hold_counts_in_the_patients_own_words(answer: Answer, text: str) -> None:
    found = weighed([own_words(answer, text)])
    assert replace(found, matched="", certain=True) == answer
    assert weighed([own_words(answer, text, confidence=0.3)]).meaning is answer.meaning
    assert weighed([own_words(answer, text, confidence=0.01)]).meaning is Meaning.UNCLEAR


def test_a_no_in_words_that_nobody_expected_is_asked_again() -> None:
    assert weighed([own_words(NO, "dat is bij mij nooit voorgekomen")]).meaning is Meaning.UNCLEAR
    assert weighed([own_words(NO, "dat is bij mij nooit voorgekomen", other=YES)]).meaning is Meaning.UNCLEAR
    assert weighed([own_words(YES, "dat is bij mij voorgekomen")]).meaning is Meaning.YES


def test_an_invented_ja_is_not_taken_for_the_patients_own_words() -> None:
    assert weighed([own_words(YES, "Ja, ik ben hier.")]).meaning is Meaning.UNCLEAR


def test_nothing_understood_is_unclear() -> None:
    assert weighed([witness(UNCLEAR)]).meaning is Meaning.UNCLEAR
    assert weighed([witness(Answer(Meaning.SILENCE)), second(Answer(Meaning.SILENCE))]).meaning is Meaning.UNCLEAR


def odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


FREE = "ik kan mijn voet niet meer optillen"
OTHERWISE = Transcript("x", 0.8, "x", (("ja", 0.0), ("nee", 0.0)), (Reading("natuurlijk [unk]", -1.0), Reading("wat", -4.0)))
WORKED = {
    "all agree": ([witness(YES, (YES, 0.5), (UNCLEAR, -2.0), (NO, -8.0), ja=0.9)], YES, 0.3 * 0.5 + 0.5 * odds(0.9) + 1 + 0.5 * odds(0.8) + 0.6 + 0.3 * 2),
    "no phrase says it": ([witness(UNSURE, (YES, -1.0), (UNCLEAR, -1.0), confidence=0.5)], UNCLEAR, (-0.6 - 0.3) - (0.3 * (-1 - 4) + 0.5 * -1 + 1)),
    "a second engine, all too sure": ([witness(UNCLEAR, (NO, 0.0), (UNCLEAR, -3.0), confidence=0.2, nee=0.999), second(NO, 0.99)], NO, 0.5 * 3 + 1 + 0.5 * 2 + 0.6 + 0.3 * 3),
    "a text that is hardly believed": ([witness(YES, (YES, -1.0), (UNCLEAR, -1.0), confidence=0.001, ja=0.5)], YES, (-0.3 + 1 - 0.5 * 3) + 0.6 + 0.3),
    "nothing fits": ([witness(UNCLEAR, (UNSURE, -20.0))], UNCLEAR, (0.3 * -6 - 0.5) - (-0.6 + 0.3 * -6)),
    "the phrase that fits has no ja": ([Witness(UNCLEAR, OTHERWISE, ((YES, -1.0), (UNCLEAR, -4.0)))], YES, (-0.3 - 0.5) + 0.6 + 0.3 * 4),
    "nobody said ja": ([witness(UNCLEAR, (YES, -1.0), (UNCLEAR, -4.0), ja=0.0)], UNCLEAR, (-0.6 - 0.3 * 4) - (-0.3 - 0.5 * 4)),
    "in the patient's own words": ([own_words(YES, FREE)], YES, (0.3 * -2 + 1 + 0.5 * odds(0.6)) + 0.6 + 0.3 * 2),
    "heard twice": (list(share_voice([second(YES, 0.6), second(UNCLEAR, 0.9)])), YES, 0.5 * (1 + 0.5 * odds(0.6)) + 0.6),
}  # fmt: skip
"""Witnesses, what they mean together, and the lead of that: the sum of the evidence as the docstring of Weights has it."""


@pytest.mark.parametrize("name", WORKED)
def test_the_lead_is_the_sum_of_the_evidence(name: str) -> None:
    witnesses, answer, ahead = WORKED[name]
    found = weigh(witnesses)
    assert found.answer.meaning is answer.meaning
    assert found.ahead == pytest.approx(ahead)


def test_the_bounds_belong_to_what_they_allow() -> None:
    witnesses, _, ahead = WORKED["all agree"]
    found, total = weigh(witnesses).ahead, ahead - 0.6 - 0.3 * 2
    assert weigh(witnesses, Weights(sure=found)).answer == YES
    assert not weigh(witnesses, Weights(sure=found + 0.01)).answer.certain
    assert weigh(witnesses, Weights(clear=found)).answer == YES
    assert weigh(witnesses, Weights(clear=found + 0.01)).answer.meaning is Meaning.UNCLEAR
    assert weigh(witnesses, Weights(least=total - 0.01)).answer == YES
    assert weigh(witnesses, Weights(least=total + 0.01)).answer.meaning is Meaning.UNCLEAR


def test_how_sure_is_sure() -> None:
    """Seven and a half to one is not read back, seven to one is."""

    def heard(ahead: float) -> Answer:
        return weighed([witness(YES, (YES, 0.0), (UNCLEAR, 0.0), confidence=0.5, ja=1 / (1 + math.exp(-2 * (ahead - 1.6))))])

    assert heard(math.log(7.5)) == YES
    assert heard(math.log(7)) == replace(YES, certain=False)


def test_two_words_and_a_quarter_of_confidence_are_the_patients_own_words() -> None:
    assert weighed([own_words(YES, "voet slaapt", confidence=0.25)]).meaning is Meaning.YES
    assert weighed([own_words(YES, "voet slaapt", confidence=0.24)]).meaning is Meaning.UNCLEAR
    assert weighed([own_words(YES, "slaapt", confidence=0.25)]).meaning is Meaning.UNCLEAR


CHANCES = st.floats(0, 1)
FITS = st.floats(-30, 5)
ANSWERS = st.sampled_from([YES, NO, UNCLEAR, UNSURE])


@given(ANSWERS, st.lists(st.tuples(ANSWERS, FITS), max_size=6), CHANCES, CHANCES, CHANCES, ANSWERS, CHANCES)
def test_a_certain_yes_or_no_is_never_what_nobody_said(
    written: Answer, aligned: list[tuple[Answer, float]], confidence: float, ja: float, nee: float, other: Answer, sureness: float
) -> None:
    found = weighed([witness(written, *aligned, confidence=confidence, ja=ja, nee=nee), second(other, sureness)])
    assert found.meaning is Meaning.UNCLEAR or found in (written, other, *(answer for answer, _ in aligned)) or not found.certain
    said = {written.meaning, other.meaning, *(answer.meaning for answer, _ in aligned)}
    assert found.meaning is Meaning.UNCLEAR or found.meaning in said


@given(ANSWERS, st.lists(st.tuples(ANSWERS, FITS), max_size=6), CHANCES, CHANCES, CHANCES)
def test_an_answer_is_certain_only_if_it_is_seven_times_as_likely_as_any_other(
    written: Answer, aligned: list[tuple[Answer, float]], confidence: float, ja: float, nee: float
) -> None:
    found = weigh([witness(written, *aligned, confidence=confidence, ja=ja, nee=nee)])
    likely = found.answer.certain and found.answer.meaning is not Meaning.UNCLEAR
    assert not likely or found.ahead >= math.log(7)


@pytest.mark.parametrize("fit", [-6.0, -4.0])
def test_what_is_the_likeliest_but_unlikely_all_the_same_is_asked_again(fit: float) -> None:
    """Nobody wrote it, nothing opens so, and its phrase fits as badly as everything else."""
    found = weigh([witness(UNCLEAR, (UNSURE, fit))])
    assert found.ahead > 0
    assert found.answer.meaning is (Meaning.UNCLEAR if fit < -5 else Meaning.UNSURE)


@given(FITS, CHANCES)
def test_more_evidence_for_no_never_turns_a_no_into_a_yes(fit: float, nee: float) -> None:
    before = weighed([witness(NO, (NO, fit), (YES, -2.0), nee=nee)])
    after = weighed([witness(NO, (NO, fit + 1), (YES, -2.0), nee=nee)])
    assert not (before.meaning is Meaning.NO and after.meaning is Meaning.YES)


def test_the_weights_favour_no_side() -> None:
    mirrored = {YES: NO, NO: YES}
    for fit in (-3.0, -1.0, 0.5):
        one = weighed([witness(YES, (YES, fit), (NO, -2.0), ja=0.6)], Weights())
        other = weighed([witness(NO, (NO, fit), (YES, -2.0), nee=0.6)], Weights())
        assert mirrored.get(Answer(one.meaning), UNCLEAR).meaning is other.meaning


@pytest.mark.parametrize("text", ["Nee, ja.", "Neen, ja."])
def test_a_nee_that_is_taken_back_is_no_no_however_well_it_fits(text: str) -> None:
    both = Transcript(text, 0.8, "x", (("ja", 0.01), ("nee", 0.9)))
    assert weighed([Witness(UNCLEAR, both, ((NO, 3.0), (YES, -9.0)))]).meaning is Meaning.UNCLEAR
    assert weighed([witness(UNCLEAR, (NO, 3.0), (YES, -9.0), nee=0.9)]).meaning is Meaning.NO


def test_that_nobody_said_ja_speaks_against_a_yes_only_where_the_phrase_that_fits_begins_with_it() -> None:
    def heard(phrase: str) -> Meaning:
        transcript = Transcript("x", 0.8, "x", (("ja", 0.0), ("nee", 0.0)), (Reading(phrase, -1.0), Reading("wat", -4.0)))
        return weighed([Witness(UNCLEAR, transcript, ((YES, -1.0), (UNCLEAR, -4.0)))]).meaning

    assert heard("natuurlijk [unk]") is Meaning.YES
    assert heard("ja [unk]") is Meaning.UNCLEAR


def test_that_somebody_said_ja_speaks_for_a_yes_even_where_another_phrase_fits_best() -> None:
    def heard(ja: float) -> Meaning:
        transcript = Transcript(
            "x", 0.8, "x", (("ja", ja), ("nee", 0.0)), (Reading("natuurlijk [unk]", -6.0), Reading("wat", -4.0))
        )
        return weighed([Witness(UNCLEAR, transcript, ((YES, -6.0), (UNCLEAR, -4.0)))]).meaning

    assert heard(ja=0.95) is Meaning.YES
    assert heard(ja=0.01) is Meaning.UNCLEAR


def test_a_bound_belongs_to_what_it_allows_exactly() -> None:
    """At even odds a text counts its weight, 1, and no more."""
    even = [second(YES, 0.5)]
    assert weighed(even, Weights(least=1.0)).meaning is Meaning.YES
    assert weighed(even, Weights(least=1.001)).meaning is Meaning.UNCLEAR


def test_a_text_of_an_engine_that_aligns_phrases_has_a_weight_of_its_own() -> None:
    weights = Weights(written=3.0, second=1.0)
    assert weigh([witness(YES, (YES, 0.0), (NO, -1.0), confidence=0.5)], weights).ahead == pytest.approx(
        weigh([witness(YES, (YES, 0.0), (NO, -1.0), confidence=0.5)]).ahead + 2.0
    )
    assert weigh([second(YES)], weights) == weigh([second(YES)])


def test_the_same_answer_in_other_words_and_less_certain_is_the_same_claim() -> None:
    heard = witness(NO, (NO, 0.5), (YES, -8.0), nee=0.9)
    alike = weigh([heard, second(NO)])
    for other in (Answer(Meaning.NO, "neen"), Answer(Meaning.NO, "dat heb ik niet", certain=False)):
        found = weigh([heard, second(other)])
        assert found.ahead == pytest.approx(alike.ahead)
        assert found.answer == alike.answer == NO


def test_one_wording_that_is_certain_is_enough() -> None:
    doubtful = replace(NO, certain=False)
    assert weighed([witness(doubtful, (doubtful, 0.5), (YES, -8.0), nee=0.9), second(NO)]).certain
    assert not weighed([witness(doubtful, (doubtful, 0.5), (YES, -8.0), nee=0.9), second(doubtful)]).certain


def phones(*readings: tuple[str, Answer, float], text: str = "mompel", written: Answer = UNCLEAR, nee: float = 0.02) -> Witness:
    """An engine that aligned these phrases, found "nee" hardly probable as the first word, and wrote the text."""
    aligned = tuple((answer, fit) for _, answer, fit in readings)
    phrases = tuple(Reading(phrase, fit) for phrase, _, fit in readings)
    return Witness(written, Transcript(text, 0.1, "x", (("ja", 0.01), ("nee", nee)), phrases), aligned)


BEHIND = ("nee [unk]", NO, 1.0)
"""A "nee" with something behind it."""


def test_one_engine_that_heard_both_ja_and_nee_is_enough_to_refuse_a_no() -> None:
    both = phones(("nee", NO, 3.0), ("ja", YES, -9.0), text="Nee, ja.", nee=0.9)
    assert weighed([both, second(NO)]).meaning is weighed([second(NO), both]).meaning is Meaning.UNCLEAR


def test_a_no_that_is_understood_though_a_ja_stands_in_it_is_a_no() -> None:
    heard = phones(("nee", NO, 3.0), ("ja", YES, -9.0), text="Ja nee, dat heb ik niet.", written=NO, nee=0.9)
    assert weighed([heard]).meaning is Meaning.NO


def test_a_no_in_several_words_that_fits_best_needs_no_more_though_a_nee_with_something_behind_it_fits_too() -> None:
    heard = phones(("nooit gehad", NO, 1.0), ("nee [unk]", NO, 0.5), ("iets", UNCLEAR, -5.0))
    assert weighed([heard, second(NO)]).meaning is Meaning.NO


def test_a_no_of_another_engine_stands_where_the_phones_heard_no_nee_at_all() -> None:
    assert weighed([phones(("iets", UNCLEAR, -5.0), nee=0.03), second(NO, 0.95)]).meaning is Meaning.NO


def test_a_nee_with_something_behind_it_is_backed_by_one_of_two_engines_that_align_and_by_none_that_does_not() -> None:
    doubtful = phones(BEHIND, ("iets", UNCLEAR, -5.0))
    assert weighed([doubtful, phones(BEHIND, ("iets", UNCLEAR, -5.0), nee=0.9)]).meaning is Meaning.NO
    assert weighed([doubtful, doubtful]).meaning is Meaning.UNCLEAR
    opened = Witness(NO, Transcript("nee", 0.9, "y", (("ja", 0.01), ("nee", 0.9))))
    assert weighed([doubtful, opened]).meaning is Meaning.UNCLEAR


def test_the_patients_own_words_speak_for_what_they_say_and_for_nothing_else() -> None:
    """The text of the first engine says nothing, so that its phrases and openings speak against what the second understood."""
    heard = [own_words(UNCLEAR, FREE), second(YES, 0.9)]
    assert weigh(heard).answer.meaning is Meaning.UNCLEAR
    assert weigh(heard).ahead == pytest.approx((-0.6 - 0.3 * 2) - (-0.3 * 6 - 0.5 * 4 + 1 + 0.5 * 2))


def test_words_that_a_phrase_covers_too_are_weighed_by_how_it_fits() -> None:
    covered = replace(own_words(YES, FREE), aligned=((UNCLEAR, -2.0), (YES, -6.0)))
    assert weigh([covered]).ahead == pytest.approx((-0.6 - 0.3 * 2) - (-0.3 * 6 - 0.5 * 4 + 1 + 0.5 * odds(0.6)))


ANSWERS = st.builds(Answer, st.sampled_from(list(Meaning)), certain=st.booleans())


@given(ANSWERS, st.sampled_from(list(Kind)), st.floats(-5, 20), st.floats(0, 5), st.floats(0, 5))
@example(YES, Kind.FLAG, 0.5, 1.0, 0.0)
def test_a_strict_kiosk_only_asks_again_or_reads_back_and_hears_every_call(
    answer: Answer, kind: Kind, ahead: float, clear: float, sure: float
) -> None:
    found = Strictness(clear, sure).apply(answer, ahead, Expected(kind=kind))
    assert found.meaning is Meaning.YES or (answer.meaning, kind) != (Meaning.YES, Kind.FLAG), "a yes to a flag is never lost"
    assert found.meaning in (answer.meaning, Meaning.UNCLEAR)
    assert answer.certain or not found.certain or found.meaning is Meaning.UNCLEAR
    assert not answer.is_call or found == answer


def test_a_strict_kiosk_reads_back_what_has_no_great_lead_and_asks_again_what_has_none() -> None:
    strict = Strictness(clear=1.0, sure=3.0)
    found = [strict.apply(NO, ahead, Expected()) for ahead in (0.5, 2.0, 4.0)]
    assert [(one.meaning, one.certain) for one in found] == [(Meaning.UNCLEAR, True), (Meaning.NO, False), (Meaning.NO, True)]
    assert strict.apply(YES, 0.5, Expected()).proposed, "read back"
    assert strict.apply(YES, 0.5, Expected(kind=Kind.READBACK)).meaning is Meaning.UNCLEAR


def test_a_kiosk_that_nobody_made_stricter_is_not() -> None:
    assert Strictness() == Strictness(clear=0.0, sure=0.0)
