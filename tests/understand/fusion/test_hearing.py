"""A second opinion: when it is asked for, and what two engines mean together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import product, repeat
from threading import Barrier

import pytest

from tests.consultation.test_dialogue_words import at
from tests.helpers.fake_engines import DeadRecognizer, FakeRecognizer
from tests.understand.test_reader import FixedReader
from voice.audio.pcm import Audio, silence
from voice.base.errors import ModelError
from voice.consultation import dialogue
from voice.consultation.script import Finding, Level, Script
from voice.consultation.visit import Phase
from voice.recognize.transcript import Reading, Recognizer, Transcript, Trust, Vocabulary
from voice.understand.answer import understand
from voice.understand.expected import Care
from voice.understand.fusion.agreement import Opinion, agree, needs_second
from voice.understand.fusion.hearing import MOVES, Ears, Heard, decide
from voice.understand.fusion.weighing import Strictness, Weights, share_voice, weigh
from voice.understand.meaning import SILENCE, Answer, Days, Meaning, Score, Side, Years
from voice.understand.proposals import DOUBT_FROM
from voice.understand.reader import Reading as ReaderReading

YES, NO = Answer(Meaning.YES), Answer(Meaning.NO)
UNCLEAR, UNSURE = Answer(Meaning.UNCLEAR), Answer(Meaning.UNSURE)
EVERY = [Answer(meaning, certain=certain) for meaning in Meaning for certain in (True, False)]


def opinion(answer: Answer, reading: Answer | None = None, ja: float | None = None, nee: float = 0.0) -> Opinion:
    """An engine's opinion; with `ja` the engine knows how the answer opened."""
    openings = () if ja is None else (("ja", ja), ("nee", nee))
    return Opinion(answer, reading or answer, Transcript("x", 0.9, "x", openings))


@pytest.mark.parametrize(
    ("first", "second", "meaning", "certain"),
    [
        (NO, NO, Meaning.NO, True),
        (YES, NO, Meaning.UNCLEAR, True),
        (NO, YES, Meaning.UNCLEAR, True),
        (NO, UNCLEAR, Meaning.NO, False),
        (UNCLEAR, NO, Meaning.NO, False),
        (UNCLEAR, YES, Meaning.YES, False),
        (NO, UNSURE, Meaning.UNCLEAR, True),
        (UNSURE, YES, Meaning.UNCLEAR, True),
        (NO, Answer(Meaning.ALARM), Meaning.ALARM, True),
        (UNSURE, Answer(Meaning.REPEAT), Meaning.UNSURE, True),
    ],
)
def test_two_engines_together(first: Answer, second: Answer, meaning: Meaning, certain: bool) -> None:
    both = agree(opinion(first), opinion(second))
    assert (both.meaning, both.certain) == (meaning, certain)


@pytest.mark.parametrize("call", [Meaning.HELP, Meaning.ALARM])
@pytest.mark.parametrize("other", EVERY, ids=str)
def test_a_call_of_one_engine_is_heeded_however_doubtful_it_is_and_whatever_the_other_heard(call: Meaning, other: Answer) -> None:
    doubtful = opinion(Answer(call, certain=False))
    calls = (Meaning.HELP, Meaning.ALARM)
    assert agree(doubtful, opinion(other)).meaning is call
    assert agree(opinion(other), doubtful).meaning is (other.meaning if other.meaning in calls else call)


@pytest.mark.parametrize(("first", "second"), list(product(EVERY, EVERY)), ids=str)
def test_a_no_is_certain_only_where_both_heard_it(first: Answer, second: Answer) -> None:
    both = agree(opinion(first), opinion(second))
    if both.meaning is Meaning.NO:
        assert Meaning.YES not in (first.meaning, second.meaning)
        assert not both.certain or first.meaning is second.meaning


def test_a_reading_that_is_not_trusted_still_contradicts() -> None:
    assert agree(opinion(UNCLEAR, reading=YES), opinion(NO)).meaning is Meaning.UNCLEAR
    assert agree(opinion(UNCLEAR, reading=NO), opinion(YES)).meaning is Meaning.UNCLEAR


def test_two_readings_that_are_not_trusted_alone_are_together() -> None:
    both = agree(opinion(UNCLEAR, reading=NO), opinion(UNCLEAR, reading=NO))
    assert (both.meaning, both.certain) == (Meaning.NO, False)


def test_an_engine_that_finds_the_opposite_probable_refuses_the_other() -> None:
    assert agree(opinion(UNCLEAR, ja=0.0, nee=0.02), opinion(NO)).meaning is Meaning.NO
    assert agree(opinion(UNCLEAR, ja=0.1, nee=0.02), opinion(NO)).meaning is Meaning.UNCLEAR


def test_a_little_probability_of_the_opposite_is_no_contradiction() -> None:
    for chance, meaning in ((0.04, Meaning.NO), (0.05, Meaning.NO), (0.051, Meaning.UNCLEAR)):
        assert agree(opinion(UNCLEAR, ja=chance), opinion(NO)).meaning is meaning
        assert agree(opinion(NO), opinion(UNCLEAR, ja=chance)).meaning is meaning


@pytest.mark.parametrize(("one", "other"), list(product((True, False), repeat=2)))
def test_what_both_heard_is_certain_if_one_is_and_is_put_in_the_words_of_the_first(one: bool, other: bool) -> None:
    both = agree(opinion(Answer(Meaning.NO, "nee", one)), opinion(Answer(Meaning.NO, "nooit", other)))
    assert both == Answer(Meaning.NO, "nee", one or other)


@pytest.mark.parametrize(
    ("heard", "other"),
    [
        (Answer(Meaning.DURATION, days=Days(3, 3)), Answer(Meaning.DURATION, days=Days(21, 21))),
        (Answer(Meaning.AGE, years=Years(60, 60)), Answer(Meaning.AGE, years=Years(16, 16))),
        (Answer(Meaning.SCORE, score=Score(2, 2)), Answer(Meaning.SCORE, score=Score(8, 8))),
        (Answer(Meaning.SIDE, sides=(Side.LEFT,)), Answer(Meaning.SIDE, sides=(Side.LEFT, Side.RIGHT))),
    ],
    ids=lambda answer: answer.meaning,
)
def test_an_amount_that_the_engines_heard_differently_is_in_doubt(heard: Answer, other: Answer) -> None:
    assert agree(opinion(heard), opinion(heard)).certain
    assert agree(opinion(heard), opinion(other)) == replace(heard, certain=False)


def test_a_doubtful_answer_to_a_harmless_question_is_heard_by_both(script: Script) -> None:
    expected = script.question("nachtpijn").expected
    assert not needs_second(expected, NO)
    assert needs_second(expected, replace(NO, certain=False))
    assert needs_second(expected, UNCLEAR)


def test_a_further_hearing_begins_between_the_steps_of_the_encoder() -> None:
    """Whisper steps by 20 ms: moved by whole steps it hears nearly the same."""
    assert [round(move / 0.02 % 1, 6) for move in MOVES] == [0.5, 0.75]
    assert all(0.02 < move < 0.5 for move in MOVES)


def hear(script: Script, question: str, first: str, second: str) -> tuple[Answer, int]:
    other = FakeRecognizer([second])
    heard = Ears(FakeRecognizer([first]), (other,)).hear(silence(1), script.question(question).expected, date(2026, 1, 1))
    return heard.answer, len(other.asked)


def test_a_harmless_question_that_was_heard_well_costs_one_engine(script: Script) -> None:
    assert script.question("nachtpijn").level is Level.S
    assert hear(script, "nachtpijn", "nee", "ja") == (Answer(Meaning.NO, "nee"), 0)


def test_an_emergency_question_is_heard_by_both(script: Script) -> None:
    answer, asked = hear(script, "plassen", "nee", "ja")
    assert (answer.meaning, asked) == (Meaning.UNCLEAR, 1)
    assert needs_second(script.question("plassen").expected, NO)


def test_every_urgent_question_is_heard_by_both_however_sure_the_first_is(every_script: Script) -> None:
    urgent = [question for question in every_script.questions if question.level in (Level.E, Level.T)]
    assert {question.level for question in urgent} == {Level.E, Level.T}
    assert all(needs_second(question.expected, answer) for question in urgent for answer in (YES, NO))


class Waiting(FakeRecognizer):
    """Hears only once so many engines listen at the same time."""

    def __init__(self, words: Iterable[str], together: Barrier) -> None:
        super().__init__(words)
        self._together = together

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        self._together.wait(10)
        return super().transcribe(audio, vocabulary)


def test_where_both_are_needed_both_listen_at_once(script: Script) -> None:
    together = Barrier(2)
    ears = Ears(Waiting(["nee"], together), (Waiting(["nee"], together),))
    heard = ears.hear(silence(1), script.question("plassen").expected, date(2026, 1, 1))
    assert (heard.answer.meaning, heard.agreed) == (Meaning.NO, True)


def test_what_the_first_did_not_understand_the_second_may(script: Script) -> None:
    answer, asked = hear(script, "nachtpijn", "mompel mompel", "ja")
    assert (answer.meaning, answer.certain, asked) == (Meaning.YES, False, 1)


@pytest.mark.parametrize("second", ["", "de trein naar gent"])
def test_what_the_reader_alone_makes_of_words_that_an_engine_wrote_is_no_answer(script: Script, second: str) -> None:
    """Of other speech in the room it would make a no: "Hij is goed, he?" in the recordings."""
    expected = script.question("koorts").expected
    assert understand(Transcript("hij is goed", 1.0, "text"), expected).proposed
    assert hear(script, "koorts", "hij is goed", second)[0].meaning is Meaning.UNCLEAR


def test_a_second_engine_that_has_gone_leaves_nothing_certain(script: Script) -> None:
    heard = Ears(FakeRecognizer(["nee"]), (DeadRecognizer(),)).hear(
        silence(1), script.question("plassen").expected, date(2026, 1, 1)
    )
    assert (heard.answer.meaning, heard.answer.certain, heard.differ) == (Meaning.NO, False, True)


class Laying(FakeRecognizer):
    """Lays a phrase over the sound, too, and finds that it fits well."""

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        said = super().transcribe(audio, vocabulary)
        return replace(said, openings=(("ja", 0.0), ("nee", 0.99)), readings=(Reading("nee", 2.0), Reading("ja", -9.0)))


def test_however_well_a_phrase_fits_nothing_is_certain_without_the_second_engine(script: Script) -> None:
    def heard(*others: Recognizer) -> Answer:
        return Ears(Laying(["nee"]), others).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer

    assert (heard().meaning, heard().certain) == (Meaning.NO, True)
    assert (heard(DeadRecognizer()).meaning, heard(DeadRecognizer()).certain) == (Meaning.NO, False)


@pytest.mark.parametrize(("phrase", "meaning"), [("nee [unk]", Meaning.NO), ("ja [unk]", Meaning.YES)])
def test_a_phrase_that_was_laid_counts_with_other_speech_behind_it(script: Script, phrase: str, meaning: Meaning) -> None:
    """The sound bears out its first word, so that it is as good as one that was heard beyond doubt."""

    class Behind(FakeRecognizer):
        def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
            said = super().transcribe(audio, vocabulary)
            return replace(said, readings=(Reading(phrase, 2.0), Reading("[unk]", -9.0)))

    heard = Ears(Behind(["mompel"])).hear(silence(1), script.question("nachtpijn").expected, date(2026, 1, 1))
    assert heard.answer.meaning is meaning


def test_an_engine_that_lays_phrases_is_weighed_wherever_it_stands(script: Script) -> None:
    ears = Ears(FakeRecognizer(["mompel"]), (Laying(["nee"]),))
    assert ears.hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer.meaning is Meaning.NO


class Wavering(FakeRecognizer):
    """Lays the phrases that are given, one hearing after the other, and writes what no one understands."""

    def __init__(self, *readings: tuple[Reading, ...], words: Iterable[str] = repeat("mompel")) -> None:
        super().__init__(words)
        self._readings = list(readings)
        self.heard: list[Audio] = []

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        self.heard.append(audio)
        said = super().transcribe(audio, vocabulary)
        return replace(said, openings=(("ja", 0.05), ("nee", 0.05)), readings=self._readings.pop(0))


DOUBTFUL, CLEAR, NOTHING = (Reading("zee", -0.5), Reading("nee", -0.6)), (Reading("nee", 0.2),), (Reading("zee", -0.5),)


def wavering(script: Script, question: str, *readings: tuple[Reading, ...]) -> tuple[Answer, list[float]]:
    engine = Wavering(*readings)
    answer = Ears(engine).hear(silence(1), script.question(question).expected, date(2026, 1, 1)).answer
    return answer, [audio.seconds for audio in engine.heard]


@pytest.mark.parametrize("question", ["plassen", "nachtpijn"])
def test_what_was_not_understood_is_heard_again_ever_a_moment_later(script: Script, question: str) -> None:
    answer, heard = wavering(script, question, DOUBTFUL, CLEAR, CLEAR)
    assert (answer.meaning, answer.certain) == (Meaning.NO, False)
    assert heard == [1.0, *(1.0 + move for move in MOVES)]


def test_what_is_heard_again_comes_after_silence(script: Script) -> None:
    engine, said = Wavering(DOUBTFUL, DOUBTFUL, DOUBTFUL), Audio(b"\1\2" * 100, 16_000)
    Ears(engine).hear(said, script.question("plassen").expected, date(2026, 1, 1))
    assert [audio.pcm for audio in engine.heard] == [bytes(2 * round(16_000 * move)) + said.pcm for move in (0, *MOVES)]


@pytest.mark.parametrize("again", [DOUBTFUL, NOTHING, ()])
def test_doubtful_hearings_are_no_more_than_one(script: Script, again: tuple[Reading, ...]) -> None:
    answer, heard = wavering(script, "plassen", DOUBTFUL, *[again] * len(MOVES))
    assert (answer.meaning, len(heard)) == (Meaning.UNCLEAR, 1 + len(MOVES))


def test_one_hearing_in_which_it_fits_does_not_outvote_those_in_which_it_does_not(script: Script) -> None:
    assert wavering(script, "plassen", DOUBTFUL, CLEAR, NOTHING)[0].meaning is Meaning.UNCLEAR


BARELY = (Reading("nee", -5.5),)
"""Less than an answer needs, though nothing else fits better."""


@pytest.mark.parametrize("again", [BARELY, ()])
def test_a_further_hearing_that_failed_adds_nothing(script: Script, again: tuple[Reading, ...]) -> None:
    assert wavering(script, "nachtpijn", BARELY, *[again] * len(MOVES))[0].meaning is Meaning.UNCLEAR


class Dying(Wavering):
    """Cannot be started again after its first answer."""

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        if self.heard:
            raise ModelError("It has gone.", "Start it again.")
        return super().transcribe(audio, vocabulary)


def test_a_further_hearing_that_failed_does_not_take_from_the_first(script: Script) -> None:
    fairly = (Reading("nee", 0.0), Reading("zee", -4.5))
    assert wavering(script, "plassen", fairly, (), ())[0] == Answer(Meaning.NO, "nee", certain=False)


class DyingFake(FakeRecognizer):
    """Writes one answer, and cannot be started again."""

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        if self.asked:
            raise ModelError("It has gone.", "Start it again.")
        return super().transcribe(audio, vocabulary)


def test_an_engine_that_dies_at_the_second_hearing_has_heard_the_first(script: Script) -> None:
    answer = Ears(Dying(DOUBTFUL)).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer
    assert answer.meaning is Meaning.UNCLEAR


STRONG, OTHER = (Reading("absoluut niet", 16.0),), (Reading("zee", 6.0),)


def test_it_is_heard_no_oftener_than_it_takes_and_is_then_never_certain(script: Script) -> None:
    for doubtful in (DOUBTFUL, (Reading("zee", -0.5), Reading("absoluut niet", -0.6))):
        answer, heard = wavering(script, "plassen", doubtful, STRONG)
        assert (answer.meaning, answer.certain, len(heard)) == (Meaning.NO, False, 2)
    assert wavering(script, "plassen", STRONG)[0].certain


def test_what_is_surely_something_else_is_not_heard_again(script: Script) -> None:
    answer, heard = wavering(script, "plassen", OTHER)
    assert (answer.meaning, len(heard)) == (Meaning.UNCLEAR, 1)


@pytest.mark.parametrize("question", ["plassen", "gewicht", "nachtpijn"])
def test_what_was_a_yes_does_not_become_a_no_by_hearing_it_again(script: Script, question: str) -> None:
    perhaps = (Reading("ja", 0.0), Reading("zee", -4.0))
    assert wavering(script, question, perhaps, perhaps, perhaps)[0].meaning is Meaning.YES
    answer, heard = wavering(script, question, perhaps, STRONG)
    assert (answer.meaning, len(heard)) == (Meaning.UNCLEAR, 2)


def test_another_engine_that_dies_at_a_later_hearing_has_heard_the_first(script: Script) -> None:
    def answer(other: Recognizer) -> Answer:
        engine = Wavering(DOUBTFUL, DOUBTFUL, DOUBTFUL)
        return Ears(engine, (other,)).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer

    assert answer(DyingFake(["nee"])) == answer(FakeRecognizer(["nee", "nee", "nee"])) == Answer(Meaning.NO, "nee", certain=False)
    assert answer(FakeRecognizer(["nee", "mompel", "mompel"])).meaning is Meaning.UNCLEAR


def test_a_call_is_heeded_in_a_hearing_that_could_lay_nothing(script: Script) -> None:
    engine = Wavering(DOUBTFUL, (), words=("mompel", "help me"))
    assert Ears(engine).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer.meaning is Meaning.HELP


def test_nothing_is_certain_of_which_an_engine_heard_nothing(script: Script) -> None:
    answer = (
        Ears(Laying(["nee"]), (FakeRecognizer([""]),))
        .hear(silence(1), script.question("plassen").expected, date(2026, 1, 1))
        .answer
    )
    assert (answer.meaning, answer.certain) == (Meaning.NO, False)


def test_however_well_a_longer_phrase_fits_nothing_is_certain_of_which_an_engine_heard_nothing(script: Script) -> None:
    def hear_strongly(*others: Recognizer) -> Answer:
        return Ears(Wavering(STRONG), others).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer

    assert hear_strongly(FakeRecognizer(["mompel"])) == replace(hear_strongly(), certain=True)
    assert hear_strongly(FakeRecognizer([""])) == replace(hear_strongly(), certain=False)


def test_nobody_who_speaks_is_nothing_that_engines_agree_on() -> None:
    assert not Heard(Transcript("", 1.0, ""), SILENCE).agreed


def test_ears_that_do_not_move_hear_an_answer_once(script: Script) -> None:
    engine = Wavering(DOUBTFUL)
    Ears(engine, moves=()).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1))
    assert len(engine.heard) == 1


def test_what_is_certain_is_heard_once(script: Script) -> None:
    ears = Ears(Laying(["nee"]))
    ears.hear(silence(1), script.question("plassen").expected, date(2026, 1, 1))
    assert len(ears.first.asked) == 1


def test_what_there_is_no_time_for_is_not_heard_again(script: Script) -> None:
    engine = Wavering(DOUBTFUL, DOUBTFUL)
    Ears(engine).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1), in_time=lambda: len(engine.heard) < 2)
    assert len(engine.heard) == 2


def test_every_engine_hears_again(script: Script) -> None:
    other = FakeRecognizer(["mompel", "nee", "nee"])
    ears = Ears(Wavering(DOUBTFUL, DOUBTFUL, DOUBTFUL), (other,))
    answer = ears.hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer
    assert (answer.meaning, answer.certain, len(other.asked)) == (Meaning.NO, False, 3)


def test_an_engine_that_lays_nothing_hears_nothing_twice(script: Script) -> None:
    engine = FakeRecognizer(["mompel", "nee"])
    Ears(engine).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1))
    assert len(engine.asked) == 1


def test_a_first_engine_that_has_gone_is_told(script: Script) -> None:
    with pytest.raises(ModelError):
        Ears(DeadRecognizer()).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1))


@pytest.mark.parametrize(("second", "differ"), [("ja", True), ("nee", False), ("nee hoor", False)])
def test_it_is_told_whether_the_engines_heard_different_things(script: Script, second: str, differ: bool) -> None:
    ears = Ears(FakeRecognizer(["nee"]), (FakeRecognizer([second]),))
    assert ears.hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).differ is differ


@pytest.mark.parametrize(("first", "others", "agreed"), [
    ("nee", ["nee"], True), ("nee", ["nee hoor"], True), ("nee", [], False), ("nee", [""], False), ("nee", ["mompel"], False),
    ("nee", ["ja"], False), ("nee", ["nee", "ja"], False), ("nee", ["nee", "mompel"], False),
])  # fmt: skip
def test_engines_agree_if_each_that_listened_understood_the_answer(
    script: Script, first: str, others: list[str], agreed: bool
) -> None:
    ears = Ears(FakeRecognizer([first]), tuple(FakeRecognizer([other]) for other in others))
    assert ears.hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).agreed is agreed


@pytest.mark.parametrize(("second", "certain"), [("twee weken", True), ("twee maanden", False)])
def test_a_length_of_time_that_only_one_engine_heard_is_not_certain(script: Script, second: str, certain: bool) -> None:
    ears = Ears(FakeRecognizer(["twee weken"]), (FakeRecognizer([second]),))
    answer = ears.hear(silence(1), replace(script.question("duur").expected, care=Care.HIGH), date(2026, 1, 1)).answer
    assert (answer.meaning, answer.certain) == (Meaning.DURATION, certain)


def test_every_engine_hears_what_confirms_a_denial(script: Script) -> None:
    """One engine that takes a "nee" for a "ja" would make a doubtful no a certain one."""
    ears = Ears(FakeRecognizer(["ja"]), (FakeRecognizer(["nee"]),))
    assert ears.hear(silence(1), script.readback.expected, date(2026, 1, 1)).answer.meaning is Meaning.UNCLEAR


class LayingYes(FakeRecognizer):
    """Lays a "ja" over the sound, too, and finds that it fits well."""

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        said = super().transcribe(audio, vocabulary)
        return replace(said, openings=(("ja", 0.99), ("nee", 0.0)), readings=(Reading("ja", 2.0), Reading("nee", -9.0)))


@pytest.mark.parametrize("first", [FakeRecognizer, LayingYes])
@pytest.mark.parametrize(("said", "more"), [("ja", False), ("ja, dat klopt", False), ("ja, maar erger dan vroeger", True)])
def test_what_one_engine_hears_beside_a_yes_to_a_read_back_is_told(
    script: Script, first: type[FakeRecognizer], said: str, more: bool
) -> None:
    for texts in ((said, "ja"), ("ja", said)):
        ears = Ears(first([texts[0]]), (FakeRecognizer([texts[1]]),))
        answer = ears.hear(silence(1), script.readback.expected, date(2026, 1, 1)).answer
        assert (answer.meaning, answer.more) == (Meaning.YES, more)


def test_what_a_text_that_is_not_trusted_tells_beside_a_yes_is_told_too() -> None:
    unheard, told = Answer(Meaning.UNCLEAR), Answer(Meaning.YES, more=True)
    plain = Opinion(Answer(Meaning.YES), Answer(Meaning.YES), Transcript("ja", 1.0, "one"))
    doubted = Opinion(unheard, told, Transcript("ja erger dan vroeger", 0.0, "other"))
    assert agree(plain, doubted).more and agree(doubted, plain).more and agree(doubted, doubted).more
    assert not agree(plain, plain).more


def test_where_nobody_spoke_no_engine_heard_anything_else() -> None:
    assert not Heard(Transcript("", 1.0, ""), SILENCE).differ


def test_every_engine_tells_which_expected_words_it_does_not_know(script: Script) -> None:
    ears = Ears(FakeRecognizer([]), (FakeRecognizer([]),))
    assert ears.find_unknown_words(("ja", "xqzw")) == {"fake": ("xqzw",)}
    assert ears.find_unknown_words(script.expected) == {}
    assert {"ja", "nee", "weet"} <= set(script.expected)


def test_only_ears_whose_first_engine_aligns_phrases_hear_again(script: Script) -> None:
    first = FakeRecognizer(["mompel", "nee"])
    Ears(first, (Wavering(DOUBTFUL, CLEAR, CLEAR),)).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1))
    assert len(first.asked) == 1


def test_the_lead_from_which_nothing_is_heard_again_belongs_to_it(script: Script) -> None:
    expected, today = script.question("plassen").expected, date(2026, 1, 1)

    def count_rounds(lead: float, *readings: tuple[Reading, ...]) -> int:
        ears = Ears(Wavering(*readings))
        evidence, again = ears.listen(silence(1), expected, today), ears.listen_again(silence(1), expected, today)
        decide(evidence, expected, again, Weights(lead=lead))
        return len(ears.first.heard)  # type: ignore[attr-defined]

    once = next(Ears(Wavering(DOUBTFUL)).listen(silence(1), expected, today)).witness
    ahead = weigh([once]).ahead
    assert count_rounds(ahead, DOUBTFUL, DOUBTFUL, DOUBTFUL) == 1
    assert count_rounds(ahead + 0.001, DOUBTFUL, DOUBTFUL, DOUBTFUL) == 3
    later = next(Ears(Wavering(STRONG)).listen(silence(1), expected, today)).witness
    together = weigh(list(share_voice([once, later]))).ahead
    assert together > ahead
    assert count_rounds(together, DOUBTFUL, STRONG, STRONG) == 2
    assert count_rounds(together + 0.001, DOUBTFUL, STRONG, DOUBTFUL) == 3


def test_there_is_time_for_every_further_hearing_unless_it_is_said_that_there_is_not(script: Script) -> None:
    again = Ears(FakeRecognizer([])).listen_again(silence(1), script.question("plassen").expected, date(2026, 1, 1))
    assert len(list(again)) == len(MOVES)


def test_a_yes_that_was_lost_on_the_way_does_not_become_a_no_by_a_third_hearing(script: Script) -> None:
    perhaps, against = (Reading("ja", 0.0), Reading("zee", -4.0)), (Reading("zee", 4.0), Reading("ja", -4.0))
    assert wavering(script, "plassen", perhaps, against, against)[0].meaning is Meaning.UNCLEAR
    answer, heard = wavering(script, "plassen", perhaps, against, (Reading("nee", 60.0),))
    assert (answer.meaning, len(heard)) == (Meaning.UNCLEAR, 3)
    assert wavering(script, "plassen", DOUBTFUL, against, (Reading("nee", 60.0),))[0].meaning is Meaning.NO


class Unbacked(Wavering):
    """Finds "ja" and "nee" hardly probable as the first word the first time."""

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        said = super().transcribe(audio, vocabulary)
        return said if len(self.heard) > 1 else replace(said, openings=(("ja", 0.01), ("nee", 0.01)))


def test_a_yes_that_only_the_phones_heard_does_not_become_a_no_by_hearing_it_again(script: Script) -> None:
    def hear(first: str) -> Meaning:
        engine = Unbacked((Reading(first, 2.5), Reading("zee", -3.0)), STRONG, STRONG)
        return Ears(engine).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer.meaning

    assert (hear("ja"), hear("nee")) == (Meaning.UNCLEAR, Meaning.NO)


class Opened(FakeRecognizer):
    """Finds "ja" as probable as "nee" as the first word, whatever it writes."""

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        return replace(super().transcribe(audio, vocabulary), openings=(("ja", 0.5), ("nee", 0.5)))


def test_a_no_that_is_refused_stays_refused_though_both_wrote_it(script: Script) -> None:
    ears = Ears(Opened(["nee"]), (FakeRecognizer(["nee"]),))
    assert ears.hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer.meaning is Meaning.UNCLEAR


def test_what_the_reader_proposes_never_takes_the_place_of_what_was_understood(script: Script) -> None:
    """The sound says "ja", the words of the first engine are read as a no, and those of the second are one."""

    class Yes(FakeRecognizer):
        def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
            said = super().transcribe(audio, vocabulary)
            return replace(said, openings=(("ja", 0.99), ("nee", 0.0)), readings=(Reading("ja", 9.0), Reading("zee", -9.0)))

    answer = Ears(Yes(["hij is goed"]), (FakeRecognizer(["nee"]),)).hear(
        silence(1), script.question("koorts").expected, date(2026, 1, 1)
    )
    assert (answer.answer.meaning, answer.answer.certain, answer.answer.proposed) == (Meaning.YES, False, False)


@pytest.mark.parametrize(("yes", "certain"), [(DOUBT_FROM, False), (DOUBT_FROM - 0.01, True)])
def test_the_reader_may_doubt_a_no_that_was_heard_beyond_doubt(script: Script, yes: float, certain: bool) -> None:
    expected = script.question("plassen").expected
    assert expected.listening is not None
    doubting = replace(expected, listening=replace(expected.listening, reader=FixedReader(ReaderReading(yes, 0.0))))
    answer = Ears(Laying(["nee"])).hear(silence(1), doubting, date(2026, 1, 1)).answer
    assert (answer.meaning, answer.certain) == (Meaning.NO, certain)


def test_a_no_needs_no_reader(script: Script) -> None:
    expected = script.question("plassen").expected
    assert expected.listening is not None
    for without in (None, replace(expected.listening, reader=None)):
        answer = Ears(Laying(["nee"])).hear(silence(1), replace(expected, listening=without), date(2026, 1, 1)).answer
        assert answer == Answer(Meaning.NO, "nee")


def test_only_the_words_of_the_first_engine_mention_anything(script: Script) -> None:
    expected, told = script.question("nachtpijn").expected, "nee, maar ik kan niet plassen"
    mentions = understand(Transcript(told, 1.0, "x"), expected).mentions
    assert [mention.question for mention in mentions] == ["plassen"]

    def hear_mentions(first: Recognizer, second: str) -> object:
        return Ears(first, (FakeRecognizer([second]),)).hear(silence(1), expected, date(2026, 1, 1)).answer.mentions

    assert hear_mentions(FakeRecognizer([told]), "nee") == hear_mentions(Laying([told]), "nee") == mentions
    assert hear_mentions(FakeRecognizer(["mompel"]), told) == ()


@pytest.mark.parametrize(
    ("first", "doubter", "meaning", "certain"),
    [
        ("nee", "nee", Meaning.NO, True),
        ("nee", "ja", Meaning.UNCLEAR, True),
        ("ja", "nee", Meaning.YES, False),
        ("nee", "dat weet ik niet", Meaning.UNCLEAR, True),
        ("nee", "help", Meaning.UNCLEAR, True),
        ("nee", "mompel", Meaning.NO, True),
        ("nee", "", Meaning.NO, True),
        ("mompel", "ja", Meaning.UNCLEAR, True),
        ("mompel", "help", Meaning.UNCLEAR, True),
        ("help", "nee", Meaning.HELP, True),
        ("help", "stop", Meaning.HELP, True),
    ],
)
def test_an_engine_that_nobody_measured_can_only_make_the_kiosk_ask_again_or_read_a_yes_back(
    script: Script, first: str, doubter: str, meaning: Meaning, certain: bool
) -> None:
    ears = Ears(FakeRecognizer([first]), doubters=(FakeRecognizer([doubter]),))
    answer = ears.hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer
    assert (answer.meaning, answer.certain, answer.proposed) == (meaning, certain, (meaning, certain) == (Meaning.YES, False))


def test_nothing_is_certain_if_nobody_measured_the_first_engine_though_a_measured_one_agrees(script: Script) -> None:
    first = FakeRecognizer(["nee"])
    first.trust = Trust(sure=2.0)
    answer = (
        Ears(first, (FakeRecognizer(["nee"]),)).hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer
    )
    assert (answer.meaning, answer.certain) == (Meaning.NO, False)


def test_an_engine_that_nobody_measured_listens_where_a_second_one_would_and_may_be_missed(script: Script) -> None:
    for question, asked in (("nachtpijn", 0), ("plassen", 1)):
        doubter = FakeRecognizer(["ja"])
        Ears(Laying(["nee"]), doubters=(doubter,)).hear(silence(1), script.question(question).expected, date(2026, 1, 1))
        assert len(doubter.asked) == asked
    dead = Ears(Laying(["nee"]), doubters=(DeadRecognizer(),))
    assert dead.hear(silence(1), script.question("plassen").expected, date(2026, 1, 1)).answer == Answer(Meaning.NO, "nee")


def test_a_ja_that_was_aligned_is_certain_though_a_denial_follows(script: Script) -> None:
    """Nobody had to recognize the words of a phrase."""
    phrase = "ja dat is niet normaal meer"
    engine = Wavering((Reading(phrase, 30.0), Reading("zee", -9.0)))
    answer = Ears(engine, moves=()).hear(silence(1), script.question("koorts").expected, date(2026, 1, 1)).answer
    assert (answer.meaning, answer.certain) == (Meaning.YES, True)


def test_the_ears_of_a_strict_kiosk_ask_again_what_ordinary_ears_take(script: Script) -> None:
    heard = [
        Ears(Laying(["nee"] * 3), (Laying(["nee"] * 3),), strictness=Strictness(clear)).hear(
            silence(1), script.question("koorts").expected, None
        )
        for clear in (0.0, 50.0)
    ]
    assert [one.answer.meaning for one in heard] == [Meaning.NO, Meaning.UNCLEAR]


def test_a_yes_that_is_doubted_three_times_is_still_read_back_and_found(script: Script) -> None:
    """Asked again three times, a T would be unknown, which brings nobody today."""
    step = at(script, "koorts")
    ears = Ears(FakeRecognizer(["ja"]), doubters=(FakeRecognizer(["nee"]),))
    heard = ears.hear(silence(1), step.then.expected, None).answer
    assert dialogue.advance(step.visit, heard).visit.phase is Phase.CONFIRM_YES
    for meaning in (Meaning.UNCLEAR, Meaning.YES):
        step = dialogue.advance(dialogue.advance(step.visit, heard).visit, Answer(meaning))
    assert step.visit.finding("koorts") is Finding.PRESENT
