"""Weigh an answer from all evidence of all engines. Pure.

Three kinds of evidence go wrong in different ways: the text that an engine writes (Whisper invents sentences in noise), the
probability of "ja" and "nee" as its first word, and the expected phrases aligned with the sound (they fit other words
that sound alike). The rules:

1. A call for help counts from a text alone.
2. Each piece of evidence adds natural logarithms of odds to the claims that it supports; "something else" is a claim too.
3. The claim with the highest total is the answer if it is likely enough (`least`) and far enough ahead (`clear`).
4. A "nee" that may have been taken back is no no. A "ja" or "nee" that only the alignment heard is none: much speech opens with
   such a syllable (`_is_unbacked`).
5. An answer is certain only if it is far ahead (`sure`), no text contradicts it, and one wording of it is certain. A "ja" or
   "nee", alone or out of other speech, must be the meaning of every text, too (`_is_half_heard`).

The weights were chosen on the development recordings; models/README.md says what they buy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from voice.recognize.transcript import FIRST_WORDS, OTHER, Transcript
from voice.understand.expected import Expected, Kind
from voice.understand.meaning import CALLS, FIRST_WORD, NOTHING, OPPOSITE, Answer, Meaning

SOMETHING_ELSE = Answer(Meaning.UNCLEAR, matched="more likely something else")
UNLISTED = (Meaning.YES, Meaning.DURATION, Meaning.AGE, Meaning.SCORE, Meaning.SIDE, Meaning.TOPIC)
"""Meanings with more wordings than any list of expected phrases holds: symptoms, lengths of time, ages, scales, topics. A no in
words that nobody expected is asked again."""
FREELY = 2
"""Fewest words of such an answer; a single word that Whisper writes is too easily an invention."""
BRIEF = (Meaning.AGE, Meaning.SCORE, Meaning.SIDE)
"""Of these a single word is an answer."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts, in natural logarithms of odds unless stated otherwise.

    other: added to the claim "something else".
    aligned: factor for the fit of an aligned phrase.
    absent: penalty for a meaning that no aligned phrase expresses. lowest: lowest fit that counts.
    written, second: for the meaning of the text of an engine that aligns phrases, and of one that does not.
    sureness: factor for the odds of the text's confidence. believed: most that these odds count as, because engines are
        too sure, and most of all those that know few phrases.
    opening: factor for the odds of "ja" or "nee" as first word. silent: these odds for a claim that opens otherwise.
    least: total that an answer needs. clear: lead over every other claim that it needs.
    lead: lead from which nothing is heard again. sure: lead from which no confirmation is needed.
    alone: confidence (0..1) that a text in the patient's own words needs, which nothing else can support.
    backed: probability (0..1) of "ja" or "nee" as first word that is needed if the same engine's text does not say so.
    """

    other: float = -0.6
    aligned: float = 0.3
    absent: float = 4.0
    lowest: float = -6.0
    written: float = 1.0
    second: float = 1.0
    sureness: float = 0.5
    believed: float = 2.0
    opening: float = 0.5
    silent: float = -1.0
    least: float = -2.0
    clear: float = 0.0
    lead: float = 1.5
    sure: float = 2.0
    alone: float = 0.25
    backed: float = 0.035


@dataclass(frozen=True, slots=True)
class Strictness:
    """What one kiosk asks of an answer beside what the weights ask, in natural logarithms of odds; 0 asks nothing more.

    It can only have an answer asked again or read back, and a yes to a flag only read back. So a practice that sets it cannot
    loosen what guards a missed yes.

    clear: lead over every other claim below which the answer is doubted. sure: lead below which it is read back.
    """

    clear: float = 0.0
    sure: float = 0.0

    def apply(self, answer: Answer, ahead: float, expected: Expected) -> Answer:
        """Return the answer, or less: read back, or doubted. A call stays."""
        if answer.meaning in NOTHING or answer.is_call:
            return answer
        if ahead < self.clear:
            return doubt(answer, expected)
        return replace(answer, certain=answer.certain and ahead >= self.sure)


def doubt(answer: Answer, expected: Expected) -> Answer:
    """Return what is left of an answer that is doubted: a yes to a flag is read back, of any other the question is put again.

    A flag whose question is put again too often is unknown, which is calmer than a yes; so a yes may not be lost that way.
    """
    if answer.meaning is Meaning.YES and expected.kind is Kind.FLAG:
        return replace(answer, certain=False, proposed=True)
    return replace(SOMETHING_ELSE, mentions=answer.mentions)


@dataclass(frozen=True, slots=True)
class Witness:
    """What one engine says of an answer.

    written: the meaning of its text, trusted or not.
    aligned: the meaning of each aligned phrase with its fit, best first; empty if the engine aligns none.
    share: part (0..1) of the engine's vote that this hearing has.
    """

    written: Answer
    transcript: Transcript
    aligned: tuple[tuple[Answer, float], ...] = ()
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The likeliest answer, or SOMETHING_ELSE.

    ahead: lead of the likeliest claim over the next, in natural logarithms of odds; infinite if there is no other.
    lost: meaning of the likeliest answer if rule 4 refused it.
    """

    answer: Answer
    ahead: float = math.inf
    lost: Meaning = Meaning.UNCLEAR


def share_voice(hearings: Sequence[Witness]) -> Iterator[Witness]:
    """Give several hearings of an answer by one engine an equal share of its vote.

    All get the mean openings, so that a hearing that missed a "nee" altogether does not outvote the others.
    """
    share = 1 / max(1, len(hearings))
    words = [word for one in hearings[:1] for word, _ in one.transcript.openings]
    openings = tuple((word, share * sum(one.transcript.opening(word) for one in hearings)) for word in words)
    for one in hearings:
        yield replace(one, transcript=replace(one.transcript, openings=openings), share=share)


def weigh(witnesses: Sequence[Witness], weights: Weights = Weights()) -> Verdict:
    """Weigh all evidence (rules 1 to 5)."""
    for witness in witnesses:
        if witness.written.meaning in CALLS:
            return Verdict(witness.written)
    totals = _add_up(witnesses, weights)
    best, *others = sorted(totals, key=lambda claim: -totals[claim])
    ahead = totals[best] - max((totals[claim] for claim in others), default=-math.inf)
    if best.meaning in NOTHING or totals[best] < weights.least or ahead < weights.clear:
        return Verdict(SOMETHING_ELSE, ahead)
    taken_back = best.meaning is Meaning.NO and any(_takes_both_sides(witness) for witness in witnesses)
    if taken_back or _is_unbacked(best, witnesses, weights):
        return Verdict(SOMETHING_ELSE, ahead, lost=best.meaning)
    doubted = any(_contradicts(witness, best) for witness in witnesses) or _is_half_heard(best, witnesses)
    return Verdict(_word_answer(best, witnesses, ahead >= weights.sure and not doubted), ahead)


def _contradicts(witness: Witness, claim: Answer) -> bool:
    """Whether its text is a yes while a no is claimed, or the reverse."""
    return OPPOSITE.get(claim.meaning) is witness.written.meaning


def _is_half_heard(claim: Answer, witnesses: Sequence[Witness]) -> bool:
    """Whether the phones say "ja" or "nee" with or without other speech behind it, and a text does not say so."""
    bare = any(_is_bare(text, claim) for witness in witnesses for text in _find_best_fit(witness, claim))
    return bare and claim.meaning in FIRST_WORD and any(one.written.meaning is not claim.meaning for one in witnesses)


def _takes_both_sides(witness: Witness) -> bool:
    """Whether its text says both "ja" and "nee" and is not understood: a "nee" may have been taken back."""
    said = {FIRST_WORDS.get(word) for word in _split_words(witness)}
    return witness.written.meaning in NOTHING and said.issuperset(FIRST_WORD.values())


def _is_unbacked(claim: Answer, witnesses: Sequence[Witness], weights: Weights) -> bool:
    """Whether the phones alone say "ja" or "nee", with or without other speech behind it.

    Much sounds like one short vowel, and a "hmm, ja" by telephone like "nee" with something behind it (docs/grounds.md, rule 1).
    Where an engine wrote a longer word that begins so ("jaloers"), its first word is no support, but another text is.
    """
    laying = [witness for witness in witnesses if witness.aligned and witness.transcript.openings]
    if not laying or claim.meaning not in FIRST_WORD:
        return False
    word, written = FIRST_WORD[claim.meaning], any(witness.written.meaning is claim.meaning for witness in witnesses)
    return all(
        witness.written.meaning is not claim.meaning
        and (witness.transcript.opening(word) < weights.backed or (_is_cut_off(witness, word) and not written))
        and any(_is_bare(text, claim) for text in _find_best_fit(witness, claim))
        for witness in laying
    )


def _is_cut_off(witness: Witness, word: str) -> bool:
    """Whether its text opens with a longer word that begins with `word`."""
    first = next(iter(_split_words(witness)), "")
    return first.startswith(word) and first not in FIRST_WORDS


def _is_bare(text: str, claim: Answer) -> bool:
    """Whether an aligned phrase is "ja" or "nee" with or without other speech behind it; a no with such speech always is."""
    return text.removesuffix(OTHER).strip() in FIRST_WORDS or (claim.meaning is Meaning.NO and text.endswith(OTHER))


def _find_best_fit(witness: Witness, claim: Answer) -> Iterable[str]:
    """Find the best-fitting aligned phrase that makes the claim: one text, or none."""
    pairs = zip(witness.transcript.readings, witness.aligned, strict=False)
    return islice((reading.text for reading, (answer, _) in pairs if _to_claim(answer) == claim), 1)


def _split_words(witness: Witness) -> list[str]:
    return witness.transcript.text.lower().replace(",", " ").replace(".", " ").split()


def _add_up(witnesses: Sequence[Witness], weights: Weights) -> Mapping[Answer, float]:
    """Add up the score of each claim, "something else" included."""
    totals = {SOMETHING_ELSE: weights.other}
    for claim in (_to_claim(answer) for witness in witnesses for answer in _list_answers(witness)):
        totals.setdefault(claim, 0.0)
    for witness, claim in product(witnesses, totals):
        totals[claim] += witness.share * _score(witness, claim, weights)
    return totals


def _list_answers(witness: Witness) -> Iterable[Answer]:
    return (witness.written, *(answer for answer, _ in witness.aligned))


def _to_claim(answer: Answer) -> Answer:
    """Strip an answer of how it was found, so that the same answer found twice is one claim."""
    if answer.meaning in NOTHING:
        return SOMETHING_ELSE
    return replace(answer, matched="", sentence="", certain=True, more=False)


def _score(witness: Witness, claim: Answer, weights: Weights) -> float:
    if _is_in_own_words(witness, claim, weights):
        said = _score_aligned(witness, SOMETHING_ELSE, weights)
    else:
        said = _score_aligned(witness, claim, weights) + _score_opening(witness, claim, weights)
    if claim is not SOMETHING_ELSE and _to_claim(witness.written) == claim:
        base = weights.written if witness.aligned else weights.second
        said += base + weights.sureness * min(weights.believed, max(-3.0, _log_odds(witness.transcript.confidence)))
    return said


def _is_in_own_words(witness: Witness, claim: Answer, weights: Weights) -> bool:
    """Whether the text says it in words that no phrase and no opening covers, so that these do not speak against it."""
    words = _split_words(witness)
    trusted = _to_claim(witness.written) == claim and witness.transcript.confidence >= weights.alone
    free = trusted and (len(words) >= FREELY or claim.meaning in BRIEF) and words[0] not in FIRST_WORD.values()
    return free and claim.meaning in UNLISTED and all(_to_claim(answer) != claim for answer, _ in witness.aligned)


def _score_aligned(witness: Witness, claim: Answer, weights: Weights) -> float:
    if not witness.aligned:
        return 0.0
    fits: dict[Answer, float] = {}
    for answer, fit in witness.aligned:
        fits[_to_claim(answer)] = max(fit, fits.get(_to_claim(answer), -math.inf))
    other = fits.get(SOMETHING_ELSE, weights.lowest)
    return weights.aligned * max(weights.lowest, fits.get(claim, other - weights.absent))


def _score_opening(witness: Witness, claim: Answer, weights: Weights) -> float:
    if not witness.transcript.openings or claim is SOMETHING_ELSE:
        return 0.0
    chances, word = dict(witness.transcript.openings), FIRST_WORD.get(claim.meaning)
    odds = _log_odds(chances[word]) if word in chances else weights.silent
    least = weights.silent if _opens_otherwise(witness, claim) else -4.0
    return weights.opening * min(3.0, max(least, odds))


def _opens_otherwise(witness: Witness, claim: Answer) -> bool:
    """Whether the best-fitting phrase has no "ja" or "nee" in front: then their absence says nothing."""
    return any(text.split()[0] not in FIRST_WORDS for text in _find_best_fit(witness, claim))


def _log_odds(chance: float) -> float:
    """Compute the natural logarithm of the odds of a probability (0..1), kept finite."""
    kept = min(0.9999, max(0.0001, chance))
    return math.log(kept / (1.0 - kept))


def _word_answer(claim: Answer, witnesses: Sequence[Witness], sure: bool) -> Answer:
    """Word the answer as its first witness does. It is certain if `sure` and if one of its wordings is.

    What one text tells beside a yes to "klopt dat?" is told, trusted or not.
    """
    found = [answer for witness in witnesses for answer in _find_wordings(claim, witness)]
    more = claim.meaning is Meaning.YES and any(witness.written.more for witness in witnesses)
    return replace(found[0], certain=sure and any(answer.certain for answer in found), more=more)


def _find_wordings(claim: Answer, witness: Witness) -> Iterable[Answer]:
    """Find the claim in the text, and in the best-fitting phrase that makes it ("ho" fits, though "hou op" was aligned too)."""
    if _to_claim(witness.written) == claim:
        yield witness.written
    yield from islice((answer for answer, _ in witness.aligned if _to_claim(answer) == claim), 1)
