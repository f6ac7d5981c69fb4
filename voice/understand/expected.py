"""Expected: all that understanding needs to know of a question."""

from __future__ import annotations

from dataclasses import dataclass, field

from voice.base.text_enum import TextEnum
from voice.understand.figures import Figure
from voice.understand.grammar.automaton import EMPTY_AUTOMATON, Automaton
from voice.understand.grammar.grammar import EMPTY, Grammar
from voice.understand.reader import Reader


class Kind(TextEnum):
    """The kind of answer that a question asks for."""

    FLAG = "flag"  # yes or no; yes means that the flag is present
    DURATION = "duration"  # how long it has lasted
    AGE = "age"  # how old the patient is
    SCALE = "scale"  # how much, from 0 to 10
    SIDE = "side"  # left, right, both or the middle
    SENTENCE = "sentence"  # anything, in the patient's own words
    READBACK = "readback"  # "klopt dat?": is what was heard right
    TOPICS = "topics"  # anything more the patient wants to know
    OFFER = "offer"  # whether the patient wants something: yes or no
    WORRY = "worry"  # what worries the patient
    PLAN = "plan"  # what the patient will do
    MOVING = "moving"  # whether the patient is ready to move, and how it goes


class Care(TextEnum):
    """How carefully an answer is taken: it depends on what a missed yes would cost."""

    LOW = "low"  # a little of the symptom may pass for none
    USUAL = "usual"
    HIGH = "high"  # a missed yes is an emergency: every engine listens


@dataclass(frozen=True, slots=True)
class Expected:
    """What to expect in answer to one question.

    context: the question as it was put, for an engine that takes it into account.
    grammar: the locale's answers with the question's own phrases added.
    limit_days: a length of time means yes from here on; 0 if a length of time is no answer.
    recent_days: how many days something is new (`recent.py`); 0 if that does not matter here.
    asks_recent: whether the question asks just that.
    figure: what a figure means as the answer; None if it is none.
    vocabulary: what an engine with a list of words listens for.
    question: the question's id. follows: id of the flag that it asks more of; that is not listened for here.
    listening: what is listened for beside its answer.
    """

    context: str = ""
    kind: Kind = Kind.FLAG
    care: Care = Care.USUAL
    limit_days: int = 0
    recent_days: int = 0
    asks_recent: bool = False
    figure: Figure | None = None
    grammar: Grammar = EMPTY
    vocabulary: tuple[str, ...] = ()
    question: str = ""
    follows: str = ""
    listening: Listening | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag that is listened for in every answer.

    id: that of its question. expected: what that question expects. urgent: whether its yes is (`URGENT` in `script.py`).
    anchors: phrases that belong to this flag only; beginnings: beginnings of such words.
    at, more: ids of the questions at which these phrases make an answer more than a yes to them.
    lasting: what somebody is or has for good. onset: what the pain may have begun with.
    """

    id: str
    expected: Expected
    urgent: bool = True
    anchors: Automaton[bool] = EMPTY_AUTOMATON
    beginnings: tuple[str, ...] = ()
    at: frozenset[str] = frozenset()
    more: Automaton[bool] = EMPTY_AUTOMATON
    lasting: bool = False
    onset: bool = False

    def is_anchored(self, words: tuple[str, ...]) -> bool:
        """Whether a word that belongs to this flag only stands among the words."""
        return self.anchors.occurs_in(words) or any(word.startswith(self.beginnings) for word in words)


@dataclass(frozen=True, slots=True)
class Listening:
    """What is listened for in every answer, whatever was asked; how, see `mentions.py`.

    flags: those with a sentence for it. milder: what the questions expect whose yes is not urgent.
    common: what is expected at no question in particular.
    clauses, subjects, others, earlier, supposed, asked, given: the words of prompts/nl/mentions.yaml.
    near: the words that a misheard one may have been meant for: those of a yes to a flag, and `clauses`.
    """

    flags: tuple[Flag, ...]
    milder: tuple[Expected, ...]
    common: Expected
    clauses: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    others: Automaton[bool] = EMPTY_AUTOMATON
    earlier: Automaton[bool] = EMPTY_AUTOMATON
    supposed: Automaton[bool] = EMPTY_AUTOMATON
    asked: Automaton[bool] = EMPTY_AUTOMATON
    given: Automaton[bool] = EMPTY_AUTOMATON
    reader: Reader | None = field(default=None, repr=False)


YES_OR_NO = Expected()
"""A plain yes or no of which nothing else is known."""
