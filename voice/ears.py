"""Hearing an answer: one engine, and a second opinion where a mistake could do harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import takewhile

from voice import journal
from voice.agreement import Opinion, agreed, wants_second
from voice.answer import understand
from voice.audio import Audio, join, silence
from voice.errors import ModelError
from voice.meaning import Answer, Meaning
from voice.recognize import NEUTRAL, Recognizer, Transcript, Trust, Vocabulary
from voice.script import Question
from voice.weighing import Verdict, Weights, Witness, one_voice, weigh

LAID = Trust(believe=0.0, against=1.0)
"""For phrases that were laid over the sound: "nee" with other speech behind it is a "nee"."""
MOVES = (0.11, 0.215)
"""Seconds of silence before an answer that is heard anew. Whisper's encoder steps by 20 ms: these are half a step
and three quarters more than whole ones, because moved by whole ones it hears nearly the same (docs/grounds.md, engines 5)."""
NOT_RECOGNIZED = Answer(Meaning.UNCLEAR, matched="somebody spoke, nothing was recognized")
"""Not silence: the patient must not be told that nothing was heard."""
ABSENT = Opinion(NOT_RECOGNIZED, NOT_RECOGNIZED, Transcript("", 0.0, "absent"))
"""Of an engine that was wanted and could not be asked: nothing is certain without it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one engine makes of an answer: what its text means, and all that can be weighed."""

    opinion: Opinion
    witness: Witness


Hearing = tuple[Evidence, ...]
"""What every engine makes of an answer, the first one first."""


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

    def hear(self, audio: Audio, question: Question, today: date, wanted: Callable[[], bool] = lambda: True) -> Heard:
        """What was said in `audio`; `today` is for "sinds maandag".

        wanted: whether there is time to hear it again, where that would help.
        Raises ModelError where the first engine cannot be started any more.
        """
        again = self.again(audio, question, today, wanted)
        answer, evidence = settled(self.listened(audio, question, today), question, again)
        differ = len({one.opinion.reading.meaning for one in evidence}) > 1
        return Heard(evidence[0].opinion.transcript, answer, differ)

    def listened(self, audio: Audio, question: Question, today: date) -> Iterator[Evidence]:
        """What each engine makes of it, the first one first; an engine only hears it once its turn comes."""
        yield _evidence(_opinion(self.first, audio, question, today), question, today)
        for engine in self.others:
            yield _evidence(_second(engine, audio, question, today), question, today)

    def again(
        self, audio: Audio, question: Question, today: date, wanted: Callable[[], bool] = lambda: True
    ) -> Iterator[Hearing]:
        """What they make of the same answer ever a moment later in their windows; nothing is heard before its turn comes."""
        for move in takewhile(lambda _: wanted(), MOVES):
            later = join([silence(move, audio.rate), audio], audio.rate)
            engines = (self.first, *self.others)
            yield tuple(_evidence(_second(engine, later, question, today), question, today) for engine in engines)

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
    evidence: Iterable[Evidence], question: Question, again: Iterable[Hearing] = (), weights: Weights = Weights()
) -> tuple[Answer, list[Evidence]]:
    """The answer, and as much of the evidence as it took: no more is asked for once a further engine is not wanted.

    again: further hearings, only asked for while nothing is well ahead of anything else, and where the first engine lays
        phrases. What took them is never certain.
    """
    heard, verdict = [], Verdict(NOT_RECOGNIZED)
    for one in evidence:
        heard.append(one)
        verdict = _together(heard, weights)
        if not wants_second(question, verdict.answer):
            break
    if verdict.ahead < weights.settled and heard[0].witness.laid:
        verdict = _heard_again(heard, again, verdict, weights)
    without = any(one.opinion is ABSENT for one in heard)
    return replace(verdict.answer, certain=verdict.answer.certain and not without), heard


def _opinion(engine: Recognizer, audio: Audio, question: Question, today: date) -> Opinion:
    transcript = engine.transcribe(audio, vocabulary(question))
    if not transcript.text.strip():
        return Opinion(NOT_RECOGNIZED, NOT_RECOGNIZED, transcript)
    answer = understand(transcript, question, engine.trust, today)
    return Opinion(answer, understand(transcript, question, NEUTRAL, today), transcript)


def _together(heard: Sequence[Evidence], weights: Weights) -> Verdict:
    """Weighed where phrases were laid over the sound; else the texts alone must agree."""
    if any(one.witness.laid for one in heard):
        return weigh([one.witness for one in heard], weights)
    first, *others = (one.opinion for one in heard)
    return Verdict(reduce(lambda answer, other: agreed(replace(first, answer=answer), other), others, first.answer))


def _heard_again(heard: Sequence[Evidence], again: Iterable[Hearing], verdict: Verdict, weights: Weights) -> Verdict:
    """What all hearings mean together, as many as it takes; one that failed says nothing."""
    engines = [[one.witness] for one in heard]
    for hearing in again:
        for known, one in zip(engines, hearing, strict=True):
            if one.opinion is not ABSENT and (one.witness.laid or not known[0].laid):
                known.append(one.witness)
        verdict = weigh([voice for known in engines for voice in one_voice(known)], weights)
        if verdict.ahead >= weights.settled:
            break
    return replace(verdict, answer=replace(verdict.answer, certain=False))


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
