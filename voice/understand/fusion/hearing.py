"""Hearing an answer: one engine, a second opinion where a mistake could do harm, and both anew where it stays open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import takewhile

from voice.audio.pcm import Audio, join, silence
from voice.base import journal
from voice.base.errors import ModelError
from voice.recognize.transcript import NEUTRAL, Recognizer, Transcript, Trust, Vocabulary
from voice.understand.answer import understand
from voice.understand.expected import Expected
from voice.understand.fusion.agreement import Opinion, agree, needs_second
from voice.understand.fusion.weighing import SOMETHING_ELSE, Verdict, Weights, Witness, share_voice, weigh
from voice.understand.meaning import CALLS, Answer, Meaning

ALIGNED = Trust(believe=0.0, against=1.0)
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


Round = tuple[Evidence, ...]
"""What every engine makes of an answer, the first one first."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said, as the first engine wrote it at first, and what it means for the question that was put.

    The meaning may rest on another engine, or on a further hearing. differ: whether two engines heard different things at first.
    """

    transcript: Transcript
    answer: Answer
    differ: bool = False


@dataclass(frozen=True, slots=True)
class Ears:
    """The engines of one kiosk: the first hears every answer, the others what should not rest on one alone.

    moves: seconds of silence before an answer that is heard anew, time after time; nothing where it is heard only once.
    """

    first: Recognizer
    others: tuple[Recognizer, ...] = ()
    moves: tuple[float, ...] = MOVES

    @property
    def name(self) -> str:
        return "+".join(engine.name for engine in (self.first, *self.others))

    def hear(self, audio: Audio, expected: Expected, today: date, in_time: Callable[[], bool] = lambda: True) -> Heard:
        """What was said in `audio`; `today` is for "sinds maandag".

        in_time: whether it may still be heard anew, asked before each time that it would be.
        Raises ModelError where the first engine cannot be started any more.
        """
        again = self.listen_again(audio, expected, today, in_time)
        answer, evidence = decide(self.listen(audio, expected, today), expected, again)
        differ = len({one.opinion.reading.meaning for one in evidence}) > 1
        return Heard(evidence[0].opinion.transcript, answer, differ)

    def listen(self, audio: Audio, expected: Expected, today: date) -> Iterator[Evidence]:
        """What each engine makes of it, the first one first; an engine only hears it once its turn comes."""
        yield _evidence(_opinion(self.first, audio, expected, today), expected, today)
        for engine in self.others:
            yield _evidence(_second(engine, audio, expected, today), expected, today)

    def listen_again(
        self, audio: Audio, expected: Expected, today: date, in_time: Callable[[], bool] = lambda: True
    ) -> Iterator[Round]:
        """What they make of the same answer ever a moment later in their windows; nothing is heard before its turn comes."""
        for move in takewhile(lambda _: in_time(), self.moves):
            later = join([silence(move, audio.rate), audio], audio.rate)
            engines = (self.first, *self.others)
            yield tuple(_evidence(_second(engine, later, expected, today), expected, today) for engine in engines)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
        """Of every engine that does not know some of the words, its name and those words.

        Raises ModelError where an engine cannot be started any more.
        """
        found = {engine.name: engine.find_unknown_words(phrases) for engine in (self.first, *self.others)}
        return {name: words for name, words in found.items() if words}

    def close(self) -> None:
        for engine in (self.first, *self.others):
            engine.close()


def decide(
    evidence: Iterable[Evidence], expected: Expected, again: Iterable[Round] = (), weights: Weights = Weights()
) -> tuple[Answer, list[Evidence]]:
    """The answer, and as much of the evidence as it took: no more is asked for once a further engine is not wanted.

    again: further hearings, only asked for while nothing is well ahead of everything else, and where the first engine lays
        phrases. Something else that is well ahead, as noise is, is not heard anew. What took them is never certain, nor is
        anything of which an engine heard nothing at all: it may have failed.
    """
    heard, verdict = [], Verdict(NOT_RECOGNIZED)
    for one in evidence:
        heard.append(one)
        verdict = _together(heard, weights)
        if not needs_second(expected, verdict.answer):
            break
    if verdict.ahead < weights.lead and heard[0].witness.aligned:
        verdict = _heard_again(heard, again, verdict, weights)
    deaf = any(not one.opinion.transcript.text for one in heard)
    return replace(verdict.answer, certain=verdict.answer.certain and not deaf), heard


def _opinion(engine: Recognizer, audio: Audio, expected: Expected, today: date) -> Opinion:
    transcript = engine.transcribe(audio, vocabulary(expected))
    if not transcript.text.strip():
        return Opinion(NOT_RECOGNIZED, NOT_RECOGNIZED, transcript)
    answer = understand(transcript, expected, engine.trust, today)
    return Opinion(answer, understand(transcript, expected, NEUTRAL, today), transcript)


def _together(heard: Sequence[Evidence], weights: Weights) -> Verdict:
    """Weighed where phrases were laid over the sound; else the texts alone must agree."""
    if any(one.witness.aligned for one in heard):
        return weigh([one.witness for one in heard], weights)
    first, *others = (one.opinion for one in heard)
    return Verdict(reduce(lambda answer, other: agree(replace(first, answer=answer), other), others, first.answer))


def _heard_again(heard: Sequence[Evidence], again: Iterable[Round], verdict: Verdict, weights: Weights) -> Verdict:
    """What all hearings mean together, as many as it takes. What was a yes after one of them does not become a no."""
    engines, yes = [[one] for one in heard], False
    for hearing in again:
        yes = yes or verdict.answer.meaning is Meaning.YES
        for known, one in zip(engines, hearing, strict=False):
            known.append(one)
        verdict = weigh([voice for known in engines for voice in share_voice(_sound(known))], weights)
        if verdict.ahead >= weights.lead:
            break
    lost = yes and verdict.answer.meaning is Meaning.NO
    return replace(verdict, answer=SOMETHING_ELSE if lost else replace(verdict.answer, certain=False))


def _sound(hearings: Sequence[Evidence]) -> list[Witness]:
    """Those of an engine's hearings that did not fail; a call is heeded even where no phrase could be aligned."""
    lays = hearings[0].witness.aligned
    witnesses = [one.witness for one in hearings if one.opinion is not ABSENT]
    return [one for one in witnesses if one.aligned or not lays or one.written.meaning in CALLS]


def _evidence(opinion: Opinion, expected: Expected, today: date) -> Evidence:
    """An opinion with what each of its readings means; a phrase that was laid over the sound is backed by it."""
    transcript = opinion.transcript
    texts = (Transcript(reading.text, 1.0, transcript.engine) for reading in transcript.readings)
    meant = (understand(text, expected, ALIGNED, today) for text in texts)
    fits = (reading.fit for reading in transcript.readings)
    return Evidence(opinion, Witness(opinion.reading, transcript, tuple(zip(meant, fits, strict=True))))


def _second(engine: Recognizer, audio: Audio, expected: Expected, today: date) -> Opinion:
    """What a further engine makes of it; ABSENT where it cannot be started any more."""
    try:
        return _opinion(engine, audio, expected, today)
    except ModelError as error:
        journal.note("fault", engine=engine.name, reason=error.problem)
        return ABSENT


def vocabulary(expected: Expected) -> Vocabulary:
    """What may be expected in answer to the question."""
    return Vocabulary(context=expected.context, phrases=expected.vocabulary)
