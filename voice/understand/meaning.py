"""Say what an answer can mean. Values only; `answer.py` finds the meaning."""

from __future__ import annotations

from dataclasses import dataclass, field

from voice.base.text_enum import TextEnum
from voice.recognize.transcript import NO_WORD, YES_WORD


class Meaning(TextEnum):
    """Everything the patient's words can mean to the dialogue (docs/grounds.md, rules)."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    UNCLEAR = "unclear"
    SILENCE = "silence"
    REPEAT = "repeat"
    LOUDER = "louder"
    SOFTER = "softer"
    SLOWER = "slower"
    WAIT = "wait"
    BACK = "back"
    STOP = "stop"
    HELP = "help"
    DECLINE = "decline"
    EXPLAIN = "explain"
    ALARM = "alarm"
    DURATION = "duration"
    AGE = "age"
    SCORE = "score"
    SIDE = "side"
    SENTENCE = "sentence"
    TOPIC = "topic"
    TOO_MUCH = "too_much"
    WORSE = "worse"


NOTHING = frozenset({Meaning.UNCLEAR, Meaning.SILENCE})
"""No answer."""
CALLS = frozenset({Meaning.ALARM, Meaning.HELP})
"""Heeded at any time, however badly they are heard."""
OPPOSITE = {Meaning.YES: Meaning.NO, Meaning.NO: Meaning.YES}
"""The two sides, each with what contradicts it."""
FIRST_WORD = {Meaning.YES: YES_WORD, Meaning.NO: NO_WORD}
"""What a plain answer of each side opens with."""


@dataclass(frozen=True, slots=True)
class Days:
    """How long something has lasted: at least `low` and at most `high` days, both inclusive."""

    low: int
    high: int


NO_DAYS = Days(0, 0)
"""For an answer that is not about time."""


@dataclass(frozen=True, slots=True)
class Years:
    """How old somebody is: at least `low` and at most `high` years, both inclusive."""

    low: int
    high: int


NO_YEARS = Years(0, 0)
"""For an answer that is not about an age."""


@dataclass(frozen=True, slots=True)
class Score:
    """A number on a scale from 0 to 10: at least `low` and at most `high`, both inclusive."""

    low: float
    high: float


NO_SCORE = Score(-1.0, -1.0)
"""For an answer that is not about a scale."""


class Side(TextEnum):
    """Where in the back something is, as the patient sees it."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Mention:
    """An urgent flag that was told outside its question.

    question: id of the flag's question. certain: False if only the learned reader proposes it.
    """

    question: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the patient's words mean for the question.

    matched: the rule or phrase that decided, for engineers and tests; never logged.
    certain: False asks for a confirmation.
    proposed: it counts only after it was read back: the learned reader proposes it, or a yes to a flag is doubted.
    days: the range in days if `meaning` is DURATION. years: the range in years if `meaning` is AGE.
    score: the range on the scale if `meaning` is SCORE. sides: every side that is meant if it is SIDE, left to right.
    sentence: what the patient said, as it was heard, if it is SENTENCE; only for a hand-over that the patient agreed to.
    topic: the id of the topic asked about if `meaning` is TOPIC.
    mentions: urgent flags that were told beside the answer; they decide nothing by themselves.
    recent: what a yes says of whether it is new or worse, where the question wants to know: YES, NO, or UNCLEAR for nothing.
    more: whether a yes to "klopt dat?" says more than that it agrees.
    noisy: whether the room was so loud that an answer could hardly be told from it.
    """

    meaning: Meaning
    matched: str = ""
    certain: bool = True
    proposed: bool = False
    days: Days = NO_DAYS
    years: Years = NO_YEARS
    score: Score = NO_SCORE
    sides: tuple[Side, ...] = ()
    sentence: str = field(default="", repr=False)
    topic: str = ""
    mentions: tuple[Mention, ...] = ()
    recent: Meaning = Meaning.UNCLEAR
    more: bool = False
    noisy: bool = False

    @property
    def is_call(self) -> bool:
        """Whether it goes before all else: an alarm, a call for help, or a stop that needs no confirmation."""
        return self.meaning in CALLS or (self.meaning is Meaning.STOP and self.certain)


TOUCHED = "touched"
"""Decided an answer that was touched, not spoken (`Answer.matched`)."""

SILENCE = Answer(Meaning.SILENCE, matched="nobody spoke")
