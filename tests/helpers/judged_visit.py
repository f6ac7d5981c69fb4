"""A visit that is judged by what was said in it, as the walk judges it (`testimony.py`, `verdict.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from voice.consultation import dialogue
from voice.consultation.review.moves import find_wrong_moves
from voice.consultation.review.testimony import Testimony, add_answer
from voice.consultation.review.verdict import find_wrongs
from voice.consultation.review.walk import asks_beyond
from voice.consultation.review.wrong_chapters import find_wrong_chapters
from voice.consultation.script import Script
from voice.consultation.visit import Outcome, Step
from voice.understand.meaning import Answer, Meaning, Mention


def tell(flag: str, meaning: Meaning = Meaning.UNCLEAR, certain: bool = True) -> Answer:
    """An answer that means this and mentions a flag beside it."""
    return Answer(meaning, mentions=(Mention(flag, certain=certain),))


class JudgedVisit:
    """Holds a consultation, or that of an unattended kiosk, and keeps what was said in it.

    talk: `dialogue` or `unattended`. step: what was put last.
    """

    def __init__(self, script: Script, talk: Any = dialogue) -> None:
        self.script, self.talk = script, talk
        self.step = talk.begin(script)
        self.testimony = Testimony()
        self.wrong_offers: list[str] = []

    @property
    def has_ended(self) -> bool:
        return isinstance(self.step.then, Outcome)

    def answer(self, answer: Answer) -> Any:
        if not self.has_ended:
            self.testimony = add_answer(self.testimony, self.step, answer, self.script)
            before, self.step = self.step, self.talk.advance(self.step.visit, answer)
            if isinstance(self.step, Step) and asks_beyond(before.visit, self.step.visit):
                self.wrong_offers += find_wrongs(self.testimony, self.script, self.step)
            if isinstance(self.step, Step):
                self.wrong_offers += find_wrong_moves(self.testimony, self.script, self.step)
                self.wrong_offers += find_wrong_chapters(self.testimony, self.script, self.step)
        return self.step

    def hold(self, choose: Callable[[Step], Answer], limit: int = 400) -> Outcome:
        """Answer as `choose` does until the visit ends."""
        for _ in range(limit):
            if self.has_ended:
                return self.step.then
            self.answer(choose(self.step))
        raise AssertionError("the visit did not end")

    def find_wrongs(self) -> list[str]:
        return [*self.wrong_offers, *(find_wrongs(self.testimony, self.script, self.step) if self.has_ended else ())]


def take_in_turn(answers: Iterable[Answer], then: Callable[[Step], Answer]) -> Callable[[Step], Answer]:
    """Give these answers, then those that `then` chooses."""
    left = iter(answers)
    return lambda step: next(left, None) or then(step)
