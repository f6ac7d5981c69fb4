"""Hearing an answer: one engine, and a second opinion where a mistake could do harm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from voice import journal
from voice.agreement import Opinion, agreed, wants_second
from voice.answer import understand
from voice.audio import Audio
from voice.errors import ModelError
from voice.meaning import Answer, Meaning
from voice.recognize import NEUTRAL, Recognizer, Transcript, Trust, Vocabulary
from voice.script import Question
from voice.weighing import Witness, weighed

LAID = Trust(believe=0.0, against=1.0)
"""For phrases that were laid over the sound: "nee" with other speech behind it is a "nee"."""
NOT_RECOGNIZED = Answer(Meaning.UNCLEAR, matched="somebody spoke, nothing was recognized")
"""Not silence: the patient must not be told that nothing was heard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said, as the first engine wrote it, and what it means for the question that was put.

    differ: whether two engines heard different things.
    """

    transcript: Transcript
    answer: Answer
    differ: bool = False


@dataclass(frozen=True, slots=True)
class Ears:
    """The engines of one kiosk: the first hears every answer, the others what should not rest on one alone."""

    first: Recognizer
    others: tuple[Recognizer, ...] = ()

    @property
    def name(self) -> str:
        return "+".join(engine.name for engine in (self.first, *self.others))

    def hear(self, audio: Audio, question: Question, today: date) -> Heard:
        """What was said in `audio`; `today` is for "sinds maandag".

        Raises ModelError where the first engine cannot be started any more.
        """
        first = _opinion(self.first, audio, question, today)
        if first.transcript.readings:
            return self._weighed(first, audio, question, today)
        answer = first.answer
        differ = False
        for engine in self.others:
            if wants_second(question, answer):
                second = _second(engine, audio, question, today)
                differ = differ or second.answer.meaning is not answer.meaning
                answer = agreed(replace(first, answer=answer), second)
        return Heard(first.transcript, answer, differ)

    def _weighed(self, first: Opinion, audio: Audio, question: Question, today: date) -> Heard:
        """The first engine's text and readings, and other engines' texts where they are wanted."""
        witnesses = [_witness(first, question, today)]
        answer = weighed(witnesses)
        for engine in self.others if wants_second(question, answer) else ():
            witnesses.append(_witness(_second(engine, audio, question, today), question, today))
        differ = any(witness.written.meaning is not witnesses[0].written.meaning for witness in witnesses)
        return Heard(first.transcript, weighed(witnesses), differ)

    def close(self) -> None:
        for engine in (self.first, *self.others):
            engine.close()


def _opinion(engine: Recognizer, audio: Audio, question: Question, today: date) -> Opinion:
    transcript = engine.transcribe(audio, vocabulary(question))
    if not transcript.text.strip():
        return Opinion(NOT_RECOGNIZED, NOT_RECOGNIZED, transcript)
    answer = understand(transcript, question, engine.trust, today)
    return Opinion(answer, understand(transcript, question, NEUTRAL, today), transcript)


def _witness(opinion: Opinion, question: Question, today: date) -> Witness:
    """An opinion with what each of its readings means; a phrase that was laid over the sound is backed by it."""
    transcript = opinion.transcript
    texts = (Transcript(reading.text, 1.0, transcript.engine) for reading in transcript.readings)
    meant = (understand(text, question, LAID, today) for text in texts)
    fits = (reading.fit for reading in transcript.readings)
    return Witness(opinion.reading, transcript, tuple(zip(meant, fits, strict=True)))


def _second(engine: Recognizer, audio: Audio, question: Question, today: date) -> Opinion:
    """What a further engine makes of it; one that cannot be started any more has heard nothing, so nothing is certain."""
    try:
        return _opinion(engine, audio, question, today)
    except ModelError as error:
        journal.note("fault", engine=engine.name, reason=error.problem)
        return Opinion(NOT_RECOGNIZED, NOT_RECOGNIZED, Transcript("", 0.0, engine.name))


def vocabulary(question: Question) -> Vocabulary:
    """What may be expected in answer to `question`."""
    return Vocabulary(context=question.text, phrases=question.vocabulary)
