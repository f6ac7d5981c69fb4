"""Understand an answer: understand(transcript, expected) -> Answer.

1. The words are cut into known phrases (`chunks.py`); these decide about yes and no (`polarity.py`).
2. A question about time, newness, age, figures or topics also looks for those.
3. What the engine knows of its own hearing comes last: a rejected answer costs a repeated question, a wrong one may
   cost a patient. An alarm or a call for help is never rejected, and an alarm counts in any clause.
4. What the rules leave open, the learned reader may propose (`proposals.py`).
5. What is told of other flags is kept beside the answer (`mentions.py`); how long they have lasted is no answer. The words
   of an engine that is not sure of them mention nothing beyond doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from voice.recognize.transcript import NEUTRAL, OTHER, Transcript, Trust
from voice.understand.age.age import find_age, find_told_age
from voice.understand.chunks import UNKNOWN, Chunk
from voice.understand.duration.duration import find_days
from voice.understand.expected import Expected, Kind
from voice.understand.figures import Figure, FigureKind, decide_by_figure, find_figures, split_particle, takes_back
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import CALLS, FIRST_WORD, OPPOSITE, SILENCE, Answer, Meaning
from voice.understand.mentions import find_mentions, is_time_of_mention, split_clauses
from voice.understand.particles import Backed
from voice.understand.plans import NOTHING, find_plan
from voice.understand.polarity import ASKING, cut_phrases, decide_flag, find_own_yes, is_alarming
from voice.understand.proposals import apply_reader
from voice.understand.recent import apply_recent
from voice.understand.scale.scale import find_score
from voice.understand.shapes import bends, denies_twice, find_question_back, is_part_only, read_shape
from voice.understand.side.side import find_side

MEASURES = frozenset({Kind.DURATION, Kind.AGE, Kind.SCALE, Kind.SIDE})
"""Kinds of question whose answer may stand beside a call for help."""

MOST_WORDS = 60
"""Longer answers are stories or talk in the room; they are UNCLEAR."""


def understand(transcript: Transcript, expected: Expected, trust: Trust = NEUTRAL, today: date | None = None) -> Answer:
    """Decide what the transcript means as an answer to the question, and what it tells beside it.

    today: for "sinds maandag"; if None, a calendar day is UNCLEAR, so that the length is asked for.
    """
    answer, listening = apply_rules(transcript, expected, trust, today), expected.listening
    if listening is None or answer.meaning is Meaning.SILENCE or transcript.confidence < trust.reject:
        return answer
    mentions = find_mentions(transcript.text, expected, denied=answer.meaning is Meaning.NO)
    if answer.meaning is Meaning.DURATION and mentions and is_time_of_mention(transcript.text, expected, today):
        answer = Answer(Meaning.UNCLEAR, matched=f"how long something else has lasted: {answer.matched}")
    if transcript.confidence < trust.sure:
        return replace(answer, mentions=tuple(replace(mention, certain=False) for mention in mentions))
    unheard = OTHER in transcript.text
    explained = answer.meaning is Meaning.UNCLEAR and any(mention.certain for mention in mentions)
    if listening.reader and not explained and not unheard:  # what speaks of another flag is no answer to this one
        words, spoken = expected.grammar.split(transcript.text), _is_recognised(transcript)
        answer = apply_reader(answer, words, expected, listening.reader, spoken)
    return replace(answer, mentions=mentions)


def apply_rules(transcript: Transcript, expected: Expected, trust: Trust = NEUTRAL, today: date | None = None) -> Answer:
    """Decide by the rules alone, without what is told beside the answer and without the learned reader."""
    if not transcript.text.strip():
        return SILENCE
    words = expected.grammar.split(transcript.text)
    if not words:
        return Answer(Meaning.UNCLEAR, matched="hesitation only")
    negated = expected.grammar.negations.occurs_in(words[1 : 1 + trust.negation_within])
    backed = _find_backed(transcript, trust)
    answer = _find_alarm(transcript.text, expected) or _find_answer(words, expected, backed, today)
    if expected.kind is Kind.SENTENCE:
        answer = _take_sentence(transcript.text, answer)
    if not _is_trusted(answer, backed, transcript, trust):
        return Answer(Meaning.UNCLEAR, matched=f"not trusted: {answer.matched}")
    return replace(answer, certain=answer.certain and _is_sure(answer, negated, transcript, trust))


def _find_alarm(text: str, expected: Expected) -> Answer | None:
    """The alarm that a clause raises, whatever is said around it; None if none does."""
    if expected.listening is None:
        return None
    for clause in split_clauses(text, expected.listening):
        heard = cut_phrases(clause, expected)
        answer = decide_flag(clause, heard, expected)
        if answer.meaning is Meaning.ALARM and any(map(is_alarming, heard)):
            return answer
    return None


def _find_answer(words: tuple[str, ...], expected: Expected, backed: Backed, today: date | None) -> Answer:
    if len(words) > MOST_WORDS:
        return Answer(Meaning.UNCLEAR, matched="a story")
    heard = cut_phrases(words, expected)
    if expected.kind is Kind.TOPICS:
        return _answer_about_topics(words, heard, expected)
    if expected.kind is Kind.WORRY:
        return _answer_about_worry(words, heard, expected)
    if expected.kind is Kind.PLAN:
        return _answer_about_plan(words, heard, expected)
    if expected.kind in MEASURES and (call := _find_call(heard)):
        return call
    answer = _add_shape(words, heard, decide_flag(words, heard, expected, backed), expected)
    if expected.kind is Kind.DURATION or expected.limit_days:
        return _answer_about_time(_drop_doubt(heard), answer, expected, today)
    if expected.kind is Kind.AGE:
        return _answer_about_age(_drop_doubt(heard), answer, expected, today)
    if expected.kind is Kind.SCALE:
        return _answer_about_scale(_drop_doubt(heard), answer, expected)
    if expected.kind is Kind.SIDE:
        return _answer_about_side(_drop_doubt(heard), answer, expected)
    if expected.recent_days:
        unknown = {word for chunk in heard if chunk.phrase is UNKNOWN for word in chunk.words}
        return apply_recent(answer, _drop_doubt(heard), expected, today, unknown)
    if expected.figure:
        particle, rest = split_particle(heard)
        meanings = _list_meanings(rest, expected.figure, expected.grammar, today)
        return decide_by_figure(answer, particle, rest, meanings - {Meaning.NO} if takes_back(heard) else meanings)
    return answer


def _find_call(heard: Sequence[Chunk]) -> Answer | None:
    """Find a call for help beside a number or a side. One word of help counts only if it opens or closes the answer."""
    calls = [chunk for chunk in heard if chunk.phrase.meaning is Meaning.HELP]
    found = next((chunk for chunk in calls if len(chunk.words) > 1 or chunk in (heard[0], heard[-1])), None)
    return Answer(Meaning.HELP, matched=found.text) if found else None


def _add_shape(words: tuple[str, ...], heard: Sequence[Chunk], answer: Answer, expected: Expected) -> Answer:
    """Read the shape of what the phrases leave open. It may also show that an uncertain yes is none, or a no."""
    if expected.kind is not Kind.FLAG:
        return answer
    if answer.meaning is Meaning.NO and bends(words, expected.grammar):
        return Answer(Meaning.UNCLEAR, matched="a denial that bends over a clause")
    if answer.meaning is Meaning.UNCLEAR:
        return read_shape(words, heard, expected) or answer
    if answer.meaning is not Meaning.YES or answer.certain:
        return answer
    request = find_question_back(words, expected)
    if request:
        return Answer(request, matched="a question back")
    is_no = is_part_only(words, expected) or denies_twice(words, expected)
    return Answer(Meaning.NO, matched="shape", certain=False) if is_no else answer


# --- other kinds of question --------------------------------------------------------------------


def _drop_doubt(heard: Sequence[Chunk]) -> tuple[str, ...]:
    """Keep the words that may name a time: not the "meer" of "dat weet ik niet meer"."""
    return tuple(word for chunk in heard if chunk.phrase.meaning is not Meaning.UNSURE for word in chunk.words)


def _answer_about_time(words: tuple[str, ...], answer: Answer, expected: Expected, today: date | None) -> Answer:
    """Answer with the length of time if one is found, unless the patient asks something or contradicts it."""
    if answer.meaning in ASKING and answer.meaning not in (Meaning.UNSURE, Meaning.WAIT, Meaning.ALARM):
        return answer
    found = find_days(words, expected.grammar.durations, today)
    if found.reason:
        return Answer(Meaning.UNCLEAR, matched=found.reason) if expected.kind is Kind.DURATION else answer
    if not found.known or answer.meaning is Meaning.ALARM:
        return answer
    return Answer(Meaning.DURATION, matched=found.matched, certain=found.certain, days=found.days)


def _list_meanings(words: tuple[str, ...], figure: Figure, grammar: Grammar, today: date | None) -> frozenset[Meaning]:
    """List what the figures among the words mean; an age may be a range."""
    if figure.kind is FigureKind.AGE:
        found = find_age(words, grammar.ages, today)
        return frozenset([figure.decide_range(found.years.low, found.years.high)] if found.known else [])
    values = find_figures(words, figure.kind, grammar.figures, grammar.durations.amounts.numbers)
    return frozenset(map(figure.decide, values))


def _answer_about_age(words: tuple[str, ...], answer: Answer, expected: Expected, today: date | None) -> Answer:
    """Answer with the age if one is found, unless the patient asks something. A mere yes or no is no age."""
    if answer.meaning in ASKING and answer.meaning is not Meaning.UNSURE:
        return answer
    ages = expected.grammar.ages
    found = find_age(words, ages, today)
    found = found if found.known else find_told_age(words, ages, today)
    if found.known:
        return Answer(Meaning.AGE, matched=found.matched, certain=found.certain, years=found.years)
    return Answer(Meaning.UNCLEAR, matched="a yes or a no, and no age") if answer.meaning in OPPOSITE else answer


def _answer_about_scale(words: tuple[str, ...], answer: Answer, expected: Expected) -> Answer:
    """Answer with the score if one is found, unless the patient asks something. A mere yes or no is no score."""
    if _asks_otherwise(answer):
        return answer
    found = find_score(words, expected.grammar.scales)
    if found.known:
        return Answer(Meaning.SCORE, matched=found.matched, certain=found.certain, score=found.score)
    return Answer(Meaning.UNCLEAR, matched="a yes or a no, and no score") if answer.meaning in OPPOSITE else answer


def _answer_about_side(words: tuple[str, ...], answer: Answer, expected: Expected) -> Answer:
    """Answer with the sides if some are found, unless the patient asks something. A mere yes or no is no side."""
    if _asks_otherwise(answer):
        return answer
    found = find_side(words, expected.grammar.sides)
    if found.sides:
        return Answer(Meaning.SIDE, matched=found.matched, certain=found.certain, sides=found.sides)
    return Answer(Meaning.UNCLEAR, matched="a yes or a no, and no side") if answer.meaning in OPPOSITE else answer


def _take_sentence(text: str, answer: Answer) -> Answer:
    """Take what was said as it was heard, unless the patient asks something, has nothing to say, or tells a story."""
    told = answer.meaning is Meaning.YES or (answer.meaning is Meaning.UNCLEAR and len(text.split()) <= MOST_WORDS)
    return Answer(Meaning.SENTENCE, matched="a sentence", sentence=text.strip()) if told else answer


def _asks_otherwise(answer: Answer) -> bool:
    """Whether the patient asks something, and does not merely think or doubt aloud."""
    return answer.meaning in ASKING and answer.meaning not in (Meaning.UNSURE, Meaning.WAIT)


def _answer_about_topics(words: tuple[str, ...], heard: Sequence[Chunk], expected: Expected) -> Answer:
    """Answer with the topic that is asked about. Topics only choose advice, so they are found anywhere in the answer."""
    answer = decide_flag(words, heard, expected)
    topic, asks = _find_topic(words, expected.grammar), expected.grammar.openers.occurs_in(words)
    if answer.meaning in (Meaning.NO, Meaning.ALARM) or (answer.meaning is Meaning.HELP and not asks):
        return answer
    if answer.meaning in ASKING and not topic:
        return answer
    if topic:
        return Answer(Meaning.TOPIC, matched=topic[0], topic=topic[1])
    if answer.meaning is Meaning.UNCLEAR and asks:
        return Answer(Meaning.TOPIC, matched="a question that is not known")
    return answer


def _answer_about_worry(words: tuple[str, ...], heard: Sequence[Chunk], expected: Expected) -> Answer:
    """Answer with the topic that worries the patient, even behind a no. "Ik maak mij zorgen" by itself names none."""
    answer, own = decide_flag(words, heard, expected), find_own_yes(words, expected)
    rest = words[: own[0]] + words[own[1] :] if own else words
    topic = _find_topic(rest, expected.grammar)
    if answer.meaning in ASKING and not (answer.meaning is Meaning.UNSURE and topic):
        return answer
    return Answer(Meaning.TOPIC, matched=topic[0], topic=topic[1]) if topic else answer


def _answer_about_plan(words: tuple[str, ...], heard: Sequence[Chunk], expected: Expected) -> Answer:
    """Answer with what the patient will do. A mere yes names nothing."""
    answer, plan = decide_flag(words, heard, expected), find_plan(words, expected.grammar.plans)
    if answer.meaning in ASKING and not (plan and answer.meaning not in CALLS):
        return answer
    refused = answer.meaning is Meaning.NO and any(chunk.phrase.role is Role.PARTICLE for chunk in heard[:1])
    if plan and not (plan == NOTHING and (refused or answer.meaning is Meaning.UNSURE)):
        return Answer(Meaning.TOPIC, matched="plans", topic=plan)
    return Answer(Meaning.UNCLEAR, matched="a yes, and no plan") if answer.meaning is Meaning.YES else answer


def _find_topic(words: tuple[str, ...], grammar: Grammar) -> tuple[str, str] | None:
    """Find the longest phrase of a topic in the words, with the id of its topic."""
    found = [(" ".join(words[i:end]), topic) for i in range(len(words)) for end, topic in grammar.topics.match_from(words, i)]
    return max(found, key=lambda one: len(one[0]), default=None)


# --- what the engine knows ----------------------------------------------------------------------


def _find_backed(transcript: Transcript, trust: Trust) -> Backed:
    """Find the sides that the engine heard so well as the first word that an unknown rest does not undo them."""
    chances = {side: transcript.opening(word) for side, word in FIRST_WORD.items()}
    return frozenset(
        side for side, other in OPPOSITE.items() if chances[side] >= trust.believe and chances[other] <= trust.against
    )


def _is_trusted(answer: Answer, backed: Backed, transcript: Transcript, trust: Trust) -> bool:
    """Whether to believe it: calls always, and a particle that was heard clearly before a mumbled rest."""
    return answer.meaning in CALLS or transcript.confidence >= trust.reject or answer.meaning in backed


def _is_sure(answer: Answer, negated: bool, transcript: Transcript, trust: Trust) -> bool:
    doubtful = answer.meaning is Meaning.YES and negated and _is_recognised(transcript)
    return not doubtful and transcript.confidence >= trust.sure


def _is_recognised(transcript: Transcript) -> bool:
    """Whether an engine wrote the words, not a person."""
    return bool(transcript.openings) or transcript.confidence < 1.0
