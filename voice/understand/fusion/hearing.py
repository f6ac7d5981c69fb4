"""Hear an answer with one or several engines, and decide what it means.

1. The first engine hears every answer. The next engine listens only while the answer is doubtful or a mistake could do harm;
   if a mistake could do harm, and when an answer is heard again, all listen at once.
2. If an engine aligns phrases with the sound, all evidence is weighed (`weighing.py`); else the texts must agree
   (`agreement.py`).
3. If no interpretation has a clear lead, every engine listens again, up to three times in all, each time with slightly more
   leading silence. This is only done if the first engine aligns phrases. Noise with a clear lead is not heard again.
4. An answer that took further hearings is never certain, and a yes after one of them never becomes a no.
5. Nothing is certain if an engine heard nothing at all: it may have failed.
6. What is told beside the answer, and what the learned reader proposes, comes from the first engine's first text alone. It is
   proposed only if nothing else is left and another engine understood the same: of other speech the reader alone makes a
   yes or a no too often (5 of 407 recordings). The reader may doubt a no.
7. If nobody measured the first engine, nothing is certain, whatever a second one heard. A length of time may then be longer than
   it heard: a short one would be a no that nobody reads back. The question after it then asks for yes or no.
8. An engine that nobody measured beside the others has no weight. It listens last, under the same condition as a second engine,
   and can only make the kiosk ask again, or read a yes back: if it understood another meaning. It never takes a call away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import takewhile

from voice.audio.pcm import Audio, join, silence
from voice.base import journal
from voice.base.errors import ModelError
from voice.recognize.transcript import NEUTRAL, Recognizer, Transcript, Trust, Vocabulary
from voice.understand.answer import apply_rules, understand
from voice.understand.expected import Care, Expected
from voice.understand.fusion.agreement import Opinion, agree, needs_second
from voice.understand.fusion.weighing import SOMETHING_ELSE, Strictness, Verdict, Weights, Witness, doubt, share_voice, weigh
from voice.understand.meaning import CALLS, NOTHING, Answer, Meaning
from voice.understand.proposals import apply_reader

ALIGNED = Trust(believe=0.0, against=1.0)
"""For aligned phrases, which the sound itself supports: "nee" with other speech behind it is a "nee"."""
MOVES = (0.11, 0.215)
"""Seconds of leading silence when an answer is heard again. Whisper's encoder steps by 20 ms: these are whole steps and a
half, and whole steps and three quarters, because moved by whole steps it hears nearly the same (docs/grounds.md, engines 5)."""
NOT_RECOGNIZED = Answer(Meaning.UNCLEAR, matched="somebody spoke, nothing was recognized")
"""Not silence: the patient must not be told that nothing was heard."""
ANY_DAYS = 36_500
"""Days that no pain has lasted."""
ABSENT = Opinion(NOT_RECOGNIZED, NOT_RECOGNIZED, Transcript("", 0.0, "absent"))
"""Stands for an engine that was needed and could not be started: nothing is certain without it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one engine makes of an answer: for `agreement.py`, and for `weighing.py`."""

    opinion: Opinion
    witness: Witness


Round = tuple[Evidence, ...]
"""What every engine makes of one hearing of an answer, the first engine first."""
Ask = Callable[[Recognizer, Audio, Expected, date | None], Evidence]
"""Lets one engine hear an answer."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said, and what it means for the question.

    transcript: of the first engine's first hearing. answer: may rest on another engine, or on a further hearing.
    differ: whether two engines understood different things in the first round.
    agreed: whether at least two engines understood the answer in the first round, each from its own text.
    """

    transcript: Transcript
    answer: Answer
    differ: bool = False
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Ears:
    """The engines of one kiosk.

    first: hears every answer. others: hear what should not rest on one engine alone. doubters: nobody measured them (rule 8).
    moves: seconds of leading silence for each further hearing; empty if an answer is heard only once.
    strictness: what this kiosk asks of an answer beside the weights.
    """

    first: Recognizer
    others: tuple[Recognizer, ...] = ()
    moves: tuple[float, ...] = MOVES
    doubters: tuple[Recognizer, ...] = ()
    strictness: Strictness = Strictness()

    @property
    def engines(self) -> tuple[Recognizer, ...]:
        """All of them, in the order in which they are asked."""
        return (self.first, *self.others, *self.doubters)

    @property
    def name(self) -> str:
        return "+".join(engine.name for engine in self.engines)

    def hear(self, audio: Audio, expected: Expected, today: date | None, in_time: Callable[[], bool] = lambda: True) -> Heard:
        """Hear what was said in `audio`, and decide what it means. today: for "sinds maandag".

        in_time: asked before each further hearing whether there is time for it.
        Raises ModelError if the first engine cannot be started any more.
        """
        again = self.listen_again(audio, expected, today, in_time)
        answer, evidence = decide(self.listen(audio, expected, today), expected, again, strictness=self.strictness)
        answer = self._doubt(answer, audio, expected, today)
        readings = [one.opinion.reading.meaning for one in evidence]
        differ = len(set(readings)) > 1
        if not self.first.trust.is_measured and answer.meaning not in NOTHING:
            longer = replace(answer.days, high=ANY_DAYS) if answer.meaning is Meaning.DURATION else answer.days
            answer = replace(answer, certain=False, days=longer)
        return Heard(evidence[0].opinion.transcript, answer, differ, agreed=not differ and readings.count(answer.meaning) > 1)

    def listen(self, audio: Audio, expected: Expected, today: date | None) -> Iterator[Evidence]:
        """Let each engine hear it, the first one first. All listen at once if all are needed whatever the first one hears; else
        an engine only listens when the iterator asks for it."""
        if expected.care is Care.HIGH:
            yield from self._listen_at_once(_ask_engine, audio, expected, today)
            return
        yield _ask_engine(self.first, audio, expected, today)
        for engine in self.others:
            yield _ask_further_engine(engine, audio, expected, today)

    def listen_again(
        self, audio: Audio, expected: Expected, today: date | None, in_time: Callable[[], bool] = lambda: True
    ) -> Iterator[Round]:
        """Let all engines hear it again with each of `moves`. A round only begins when the iterator asks for it."""
        for move in takewhile(lambda _: in_time(), self.moves):
            later = join([silence(move, audio.rate), audio], audio.rate)
            yield tuple(self._listen_at_once(_ask_further_engine, later, expected, today))

    def find_unknown_words(self, phrases: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
        """Find the words that an engine does not know, by the engine's name; engines that know all are left out.

        Raises ModelError if an engine cannot be started any more.
        """
        found = {engine.name: engine.find_unknown_words(phrases) for engine in self.engines}
        return {name: words for name, words in found.items() if words}

    def close(self) -> None:
        for engine in self.engines:
            engine.close()

    def _listen_at_once(self, ask_first: Ask, audio: Audio, expected: Expected, today: date | None) -> Iterator[Evidence]:
        """Let all engines hear it at once, each in its own process; the first one's evidence comes first."""
        with ThreadPoolExecutor(max(1, len(self.others))) as pool:
            others = [pool.submit(_ask_further_engine, engine, audio, expected, today) for engine in self.others]
            yield ask_first(self.first, audio, expected, today)
            yield from (other.result() for other in others)

    def _doubt(self, answer: Answer, audio: Audio, expected: Expected, today: date | None) -> Answer:
        """Let the engines without weight hear an answer that counts; it is doubted if one understands something else (rule 8)."""
        if answer.meaning in NOTHING or answer.is_call or not needs_second(expected, answer):
            return answer
        readings = (_ask_further_engine(engine, audio, expected, today).opinion.reading for engine in self.doubters)
        doubted = any(reading.meaning not in NOTHING and reading.meaning is not answer.meaning for reading in readings)
        return doubt(answer, expected) if doubted else answer


def decide(
    evidence: Iterable[Evidence],
    expected: Expected,
    again: Iterable[Round] = (),
    weights: Weights = Weights(),
    strictness: Strictness = Strictness(),
) -> tuple[Answer, list[Evidence]]:
    """Decide the answer by the rules above, and return it with the evidence of the first round that it took.

    evidence: of the first round. Its iterator is only asked for the next engine while that is needed.
    again: further rounds, asked for one by one while no interpretation has a clear lead.
    """
    heard, verdict = [], Verdict(NOT_RECOGNIZED)
    for one in evidence:
        heard.append(one)
        verdict = _combine(heard, weights)
        if not needs_second(expected, verdict.answer):
            break
    if verdict.ahead < weights.lead and heard[0].witness.aligned:
        verdict = _decide_again(heard, again, verdict, weights)
    deaf = any(not one.opinion.transcript.text for one in heard)
    answer = _add_beside(verdict.answer, [one.opinion for one in heard], expected)
    return strictness.apply(replace(answer, certain=answer.certain and not deaf), verdict.ahead, expected), heard


def _add_beside(answer: Answer, opinions: Sequence[Opinion], expected: Expected) -> Answer:
    """Add what the first engine's words tell beside the answer, and what they may mean if nothing else is left (rule 6)."""
    first, *others = opinions
    supported = {other.reading.meaning for other in others} - NOTHING == {first.answer.meaning}
    if answer.meaning is Meaning.UNCLEAR and first.answer.proposed and supported:
        answer = first.answer
    if answer.meaning is Meaning.NO and expected.listening and expected.listening.reader:
        answer = apply_reader(answer, expected.grammar.split(first.transcript.text), expected, expected.listening.reader)
    return replace(answer, mentions=first.answer.mentions)


def _ask_engine(engine: Recognizer, audio: Audio, expected: Expected, today: date | None) -> Evidence:
    transcript = engine.transcribe(audio, Vocabulary(context=expected.context, phrases=expected.vocabulary))
    opinion = Opinion(NOT_RECOGNIZED, NOT_RECOGNIZED, transcript)
    if transcript.text.strip():
        answer = understand(transcript, expected, engine.trust, today)
        opinion = Opinion(answer, apply_rules(transcript, expected, NEUTRAL, today), transcript)
    return _gather_evidence(opinion, expected, today)


def _ask_further_engine(engine: Recognizer, audio: Audio, expected: Expected, today: date | None) -> Evidence:
    """Ask an engine that may be missed; the evidence is ABSENT if it cannot be started any more."""
    try:
        return _ask_engine(engine, audio, expected, today)
    except ModelError as error:
        journal.note("fault", engine=engine.name, reason=error.problem)
        return _gather_evidence(ABSENT, expected, today)


def _combine(heard: Sequence[Evidence], weights: Weights) -> Verdict:
    """Weigh the evidence if phrases are aligned; else the texts alone must agree (rule 2)."""
    if any(one.witness.aligned for one in heard):
        return weigh([one.witness for one in heard], weights)
    first, *others = (one.opinion for one in heard)
    ruled = Answer(Meaning.UNCLEAR, matched=first.answer.matched) if first.answer.proposed else first.answer
    return Verdict(reduce(lambda answer, other: agree(replace(first, answer=answer), other), others, ruled))


def _decide_again(heard: Sequence[Evidence], again: Iterable[Round], verdict: Verdict, weights: Weights) -> Verdict:
    """Decide by all rounds together, as many as it takes (rules 3 and 4)."""
    engines, yes = [[one] for one in heard], False
    for further in again:
        yes = yes or Meaning.YES in (verdict.answer.meaning, verdict.lost)
        for known, one in zip(engines, further, strict=False):
            known.append(one)
        verdict = weigh([voice for known in engines for voice in share_voice(_select_sound(known))], weights)
        if verdict.ahead >= weights.lead:
            break
    lost = yes and verdict.answer.meaning is Meaning.NO
    return replace(verdict, answer=SOMETHING_ELSE if lost else replace(verdict.answer, certain=False))


def _select_sound(hearings: Sequence[Evidence]) -> list[Witness]:
    """Select the hearings of an engine that did not fail. A call counts even if no phrase could be aligned."""
    aligns = hearings[0].witness.aligned
    witnesses = [one.witness for one in hearings if one.opinion is not ABSENT]
    return [one for one in witnesses if one.aligned or not aligns or one.written.meaning in CALLS]


def _gather_evidence(opinion: Opinion, expected: Expected, today: date | None) -> Evidence:
    """Add to an opinion what each of its aligned phrases means."""
    transcript = opinion.transcript
    texts = (Transcript(reading.text, 1.0, transcript.engine) for reading in transcript.readings)
    meant = (apply_rules(text, expected, ALIGNED, today) for text in texts)
    fits = (reading.fit for reading in transcript.readings)
    return Evidence(opinion, Witness(opinion.reading, transcript, tuple(zip(meant, fits, strict=True))))
