"""An answer weighed from everything that the engines know of it. Pure.

Three witnesses go wrong in different ways: the text that an engine writes (it invents sentences in noise), the
probability of "ja" and "nee" as its first word, and the expected phrases laid over the sound (they fit other words that
sound alike). Each speaks for meanings with so many natural logarithms of odds; what they say is added up for every
meaning, and for "something else". The figures were chosen on the development recordings; models/README.md says what
they buy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from voice.recognize.transcript import FIRST_WORDS, OTHER, Transcript
from voice.understand.meaning import CALLS, FIRST_WORD, NOTHING, OPPOSITE, Answer, Meaning

SOMETHING_ELSE = Answer(Meaning.UNCLEAR, matched="more likely something else")
UNLISTED = (Meaning.YES, Meaning.DURATION, Meaning.TOPIC)
"""Said in more ways than any list of expected phrases holds: symptoms, lengths of time, topics. A no is not among them:
a no in words that nobody expected is asked again."""
FREELY = 2
"""Words at least in such an answer; a single word that Whisper writes is too easily an invention."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each witness counts, in natural logarithms of odds.

    aligned: of a phrase's fit. absent: how much worse than something else a meaning fits that no aligned phrase has, and
        lowest: the worst that a fit counts as.
    written, second: an understood text of an engine that also lays phrases, and of another. sureness: of the odds of
        its confidence, believed: but no more than this; engines are all too sure, most of all those that know few phrases.
    opening: of the odds of "ja" or "nee" as first word. silent: what they are taken to be for what begins otherwise.
    other: speaks for something else.
    least, clear: the total that an answer needs, and how far it must be above every other.
    lead: so far above every other it need not be heard anew. sure: so far it needs no confirmation.
    alone: the confidence (0..1) that a text in the patient's own words needs, for which nothing else can speak.
    backed: the probability (0..1) that "nee" needs as first word where other speech goes on behind it and no text says no.
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
class Witness:
    """What one engine says of an answer.

    written: what its text means, whether it is trusted or not. aligned: what each reading means, with its fit, best first.
    share: of the engine's voice that this hearing has.
    """

    written: Answer
    transcript: Transcript
    aligned: tuple[tuple[Answer, float], ...] = ()
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The likeliest answer, or none. ahead: by how much, in natural logarithms of odds, more speaks for the likeliest claim, of
    which "something else" is one, than for the next; infinite where there is no other.
    """

    answer: Answer
    ahead: float = math.inf


def share_voice(hearings: Sequence[Witness]) -> Iterator[Witness]:
    """Several hearings of an answer by one engine: they share its voice.

    All have the mean openings, so that a hearing that missed a "nee" altogether does not outvote the others.
    """
    share = 1 / max(1, len(hearings))
    words = [word for one in hearings[:1] for word, _ in one.transcript.openings]
    openings = tuple((word, share * sum(one.transcript.opening(word) for one in hearings)) for word in words)
    for one in hearings:
        yield replace(one, transcript=replace(one.transcript, openings=openings), share=share)


def weigh(witnesses: Sequence[Witness], weights: Weights = Weights()) -> Verdict:
    """The likeliest answer, where it is likely and clear enough; a call for help counts from a text alone."""
    for witness in witnesses:
        if witness.written.meaning in CALLS:
            return Verdict(witness.written)
    totals = _totals(witnesses, weights)
    best, *others = sorted(totals, key=lambda claim: -totals[claim])
    ahead = totals[best] - max((totals[claim] for claim in others), default=-math.inf)
    refused = best.meaning is Meaning.NO and _is_no_plain_no(best, witnesses, weights)
    if best.meaning in NOTHING or totals[best] < weights.least or ahead < weights.clear or refused:
        return Verdict(SOMETHING_ELSE, ahead)
    sure = ahead >= weights.sure and not any(_contradicts(witness, best) for witness in witnesses)
    return Verdict(_worded(best, witnesses, sure), ahead)


def _is_no_plain_no(claim: Answer, witnesses: Sequence[Witness], weights: Weights) -> bool:
    return any(_takes_both_sides(witness) for witness in witnesses) or _is_unbacked(claim, witnesses, weights)


def _contradicts(witness: Witness, claim: Answer) -> bool:
    """Whether its text is a yes to what is claimed to be a no, or the reverse: then neither is certain, however likely."""
    return OPPOSITE.get(claim.meaning) is witness.written.meaning


def _takes_both_sides(witness: Witness) -> bool:
    """ "Nee, ja" is no no, however well the "nee" fits: it may have been taken back."""
    said = {FIRST_WORDS.get(word) for word in _words(witness)}
    return witness.written.meaning in NOTHING and said.issuperset(FIRST_WORD.values())


def _is_unbacked(claim: Answer, witnesses: Sequence[Witness], weights: Weights) -> bool:
    """ "Nee" and something behind it, out of the phones alone: a "hmm, ja" by telephone sounds so (docs/grounds.md, rule 1)."""
    laying = [witness for witness in witnesses if witness.aligned and witness.transcript.openings]
    return bool(laying) and all(
        witness.written.meaning is not claim.meaning
        and witness.transcript.opening(FIRST_WORD[Meaning.NO]) < weights.backed
        and any(text.endswith(OTHER) for text in _fitting(witness, claim))
        for witness in laying
    )


def _fitting(witness: Witness, claim: Answer) -> Iterable[str]:
    """The aligned phrase that fits best of those that make the claim, where there is one."""
    pairs = zip(witness.transcript.readings, witness.aligned, strict=False)
    return islice((reading.text for reading, (answer, _) in pairs if _claim(answer) == claim), 1)


def _words(witness: Witness) -> list[str]:
    return witness.transcript.text.lower().replace(",", " ").replace(".", " ").split()


def _totals(witnesses: Sequence[Witness], weights: Weights) -> Mapping[Answer, float]:
    """What speaks for each claim, something else included."""
    totals = {SOMETHING_ELSE: weights.other}
    for claim in (_claim(answer) for witness in witnesses for answer in _answers(witness)):
        totals.setdefault(claim, 0.0)
    for witness, claim in product(witnesses, totals):
        totals[claim] += witness.share * _testimony(witness, claim, weights)
    return totals


def _answers(witness: Witness) -> Iterable[Answer]:
    return (witness.written, *(answer for answer, _ in witness.aligned))


def _claim(answer: Answer) -> Answer:
    """The answer without how it was found, so that the same answer found twice is one claim."""
    if answer.meaning in NOTHING:
        return SOMETHING_ELSE
    return replace(answer, matched="", certain=True)


def _testimony(witness: Witness, claim: Answer, weights: Weights) -> float:
    if _in_own_words(witness, claim, weights):
        said = _laid(witness, SOMETHING_ELSE, weights)
    else:
        said = _laid(witness, claim, weights) + _opening(witness, claim, weights)
    if claim is not SOMETHING_ELSE and _claim(witness.written) == claim:
        base = weights.written if witness.aligned else weights.second
        said += base + weights.sureness * min(weights.believed, max(-3.0, _odds(witness.transcript.confidence)))
    return said


def _in_own_words(witness: Witness, claim: Answer, weights: Weights) -> bool:
    """Whether the text says it in words of which phrases and openings know nothing, so that they cannot speak against it."""
    words = _words(witness)
    trusted = _claim(witness.written) == claim and witness.transcript.confidence >= weights.alone
    free = trusted and len(words) >= FREELY and words[0] not in FIRST_WORD.values()
    return free and claim.meaning in UNLISTED and all(_claim(answer) != claim for answer, _ in witness.aligned)


def _laid(witness: Witness, claim: Answer, weights: Weights) -> float:
    if not witness.aligned:
        return 0.0
    fits: dict[Answer, float] = {}
    for answer, fit in witness.aligned:
        fits[_claim(answer)] = max(fit, fits.get(_claim(answer), -math.inf))
    other = fits.get(SOMETHING_ELSE, weights.lowest)
    return weights.aligned * max(weights.lowest, fits.get(claim, other - weights.absent))


def _opening(witness: Witness, claim: Answer, weights: Weights) -> float:
    if not witness.transcript.openings or claim is SOMETHING_ELSE:
        return 0.0
    chances, word = dict(witness.transcript.openings), FIRST_WORD.get(claim.meaning)
    odds = _odds(chances[word]) if word in chances else weights.silent
    least = weights.silent if _opens_otherwise(witness, claim) else -4.0
    return weights.opening * min(3.0, max(least, odds))


def _opens_otherwise(witness: Witness, claim: Answer) -> bool:
    """Whether the phrase that fits best says it without "ja" or "nee" in front: then their absence says nothing."""
    return any(text.split()[0] not in FIRST_WORDS for text in _fitting(witness, claim))


def _odds(chance: float) -> float:
    """Natural logarithm of the odds of a probability, kept finite."""
    kept = min(0.9999, max(0.0001, chance))
    return math.log(kept / (1.0 - kept))


def _worded(claim: Answer, witnesses: Sequence[Witness], sure: bool) -> Answer:
    """The answer as its best witness gave it; certain where one of them is, as it fits best, and nothing else comes near."""
    found = [answer for witness in witnesses for answer in _spoken(claim, witness)]
    return replace(found[0], certain=sure and any(answer.certain for answer in found))


def _spoken(claim: Answer, witness: Witness) -> Iterable[Answer]:
    """The claim as the text has it, and as the best of the aligned phrases that make it: "ho", though "hou op" fits too."""
    if _claim(witness.written) == claim:
        yield witness.written
    yield from islice((answer for answer, _ in witness.aligned if _claim(answer) == claim), 1)
