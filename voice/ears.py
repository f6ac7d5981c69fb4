"""Hearing an answer: one engine, and a second opinion where a mistake could do harm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

from voice import journal
from voice.agreement import Opinion, agreed, wants_second
from voice.answer import understand
from voice.audio import Audio, join, silence
from voice.errors import ModelError
from voice.meaning import Answer, Meaning
from voice.recognize import NEUTRAL, Recognizer, Transcript, Trust, Vocabulary
from voice.script import Question
from voice.weighing import NOTHING, Weights, Witness, heard_twice, weighed

LAID = Trust(believe=0.0, against=1.0)
"""For phrases that were laid over the sound: "nee" with other speech behind it is a "nee"."""
MOVED = 0.11
"""Seconds of silence before an answer that is heard once more: five and a half steps of Whisper's encoder, because moved by
whole ones it hears nearly the same again (docs/grounds.md, engines 5)."""
NOT_RECOGNIZED = Answer(Meaning.UNCLEAR, matched="somebody spoke, nothing was recognized")
"""Not silence: the patient must not be told that nothing was heard."""
ABSENT = Opinion(NOT_RECOGNIZED, NOT_RECOGNIZED, Transcript("", 0.0, "absent"))
"""Of an engine that was wanted and could not be asked: nothing is certain without it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one engine makes of an answer: what its text means, and all that can be weighed."""

    opinion: Opinion
    witness: Witness


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
        answer, evidence = settled(self.listened(audio, question, today), question, self.moved(audio, question, today))
        differ = len({one.opinion.reading.meaning for one in evidence}) > 1
        return Heard(evidence[0].opinion.transcript, answer, differ)

    def listened(self, audio: Audio, question: Question, today: date) -> Iterator[Evidence]:
        """What each engine makes of it, the first one first; an engine only hears it once its turn comes."""
        yield _evidence(_opinion(self.first, audio, question, today), question, today)
        for engine in self.others:
            yield _evidence(_second(engine, audio, question, today), question, today)

    def moved(self, audio: Audio, question: Question, today: date) -> Iterator[Evidence]:
        """What the first engine makes of the same answer a moment later in its window."""
        later = join([silence(MOVED, audio.rate), audio], audio.rate)
        yield _evidence(_second(self.first, later, question, today), question, today)

    def strange(self, phrases: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
        """Of every engine that does not know some of the words, its name and those words.

        Raises ModelError where an engine cannot be started any more.
        """
        found = {engine.name: engine.strange(phrases) for engine in (self.first, *self.others)}
        return {name: words for name, words in found.items() if words}

    def close(self) -> None:
        for engine in (self.first, *self.others):
            engine.close()


def settled(
    evidence: Iterable[Evidence], question: Question, moved: Iterable[Evidence] = (), weights: Weights = Weights()
) -> tuple[Answer, list[Evidence]]:
    """The answer, and as much of the evidence as it took: no more is asked for once a further engine is not wanted.

    moved: what the first engine makes of a second hearing, only asked for where nothing was understood and that engine lays
        phrases. What is understood then is never certain.
    """
    heard, answer = [], NOT_RECOGNIZED
    for one in evidence:
        heard.append(one)
        answer = _together(heard, weights)
        if not wants_second(question, answer):
            break
    if answer.meaning in NOTHING and heard and heard[0].witness.laid:
        answer = _heard_again(heard, moved, answer, weights)
    without = any(one.opinion is ABSENT for one in heard)
    return replace(answer, certain=answer.certain and not without), heard


def _opinion(engine: Recognizer, audio: Audio, question: Question, today: date) -> Opinion:
    transcript = engine.transcribe(audio, vocabulary(question))
    if not transcript.text.strip():
        return Opinion(NOT_RECOGNIZED, NOT_RECOGNIZED, transcript)
    answer = understand(transcript, question, engine.trust, today)
    return Opinion(answer, understand(transcript, question, NEUTRAL, today), transcript)


def _together(heard: Sequence[Evidence], weights: Weights) -> Answer:
    """Weighed where phrases were laid over the sound; else the texts alone must agree."""
    if any(one.witness.laid for one in heard):
        return weighed([one.witness for one in heard], weights)
    first, *others = (one.opinion for one in heard)
    return reduce(lambda answer, other: agreed(replace(first, answer=answer), other), others, first.answer)


def _heard_again(heard: Sequence[Evidence], moved: Iterable[Evidence], answer: Answer, weights: Weights) -> Answer:
    """What the first engine's two hearings mean, with what the others heard; a second one that failed says nothing."""
    first, *others = (one.witness for one in heard)
    for again in moved:
        if again.witness.laid:
            answer = weighed([*heard_twice(first, again.witness), *others], weights)
    return replace(answer, certain=False)


def _evidence(opinion: Opinion, question: Question, today: date) -> Evidence:
    """An opinion with what each of its readings means; a phrase that was laid over the sound is backed by it."""
    transcript = opinion.transcript
    texts = (Transcript(reading.text, 1.0, transcript.engine) for reading in transcript.readings)
    meant = (understand(text, question, LAID, today) for text in texts)
    fits = (reading.fit for reading in transcript.readings)
    return Evidence(opinion, Witness(opinion.reading, transcript, tuple(zip(meant, fits, strict=True))))


def _second(engine: Recognizer, audio: Audio, question: Question, today: date) -> Opinion:
    """What a further engine makes of it; ABSENT where it cannot be started any more."""
    try:
        return _opinion(engine, audio, question, today)
    except ModelError as error:
        journal.note("fault", engine=engine.name, reason=error.problem)
        return ABSENT


def vocabulary(question: Question) -> Vocabulary:
    """What may be expected in answer to `question`."""
    return Vocabulary(context=question.text, phrases=question.vocabulary)
