"""Choose the buttons of a page, and say what each of an answer means. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from voice.consultation.coach.movement import FOOTING, OFFER
from voice.consultation.script import Question, Script
from voice.consultation.triage import list_age_bands
from voice.kiosk.screen.shown_page import MORE, NEXT, QUIET, SOUND, Button, Page
from voice.kiosk.screen.texts import ScreenTexts
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning, Score, Side
from voice.understand.scale.scale import HIGHEST

SHELF = 6
"""Topics shown at once; more would be too small to read."""

_REQUESTS = ("repeat", "louder", "back")
_CALLS = ("stop", "help")
"""The last on the page; there they keep their place from one question to the next."""

_SCORES = range(int(HIGHEST) + 1)
"""The numbers of a scale that can be touched."""
_SIDES = {"left": (Side.LEFT,), "middle": (Side.MIDDLE,), "right": (Side.RIGHT,), "both": (Side.LEFT, Side.RIGHT)}
"""The sides that can be touched."""

_MEANINGS = {name: Meaning(name) for name in ("yes", "no", "unsure", "decline", "slower", "too_much", *_REQUESTS, *_CALLS)}
_MEANINGS |= {"here": Meaning.YES, "no_thanks": Meaning.NO}


class Buttons:
    """The buttons of one script in one locale.

    answers: what each button of an answer means. A stop is never certain: a finger may have slipped, so it is read back.
    """

    def __init__(self, texts: ScreenTexts, script: Script) -> None:
        self._texts = texts
        self._script = script
        self._ages = {
            question.id: texts.choose_ages(list_age_bands(script, question))
            for question in script.questions
            if question.kind is Kind.AGE
        }
        self.answers: Mapping[str, Answer] = {
            **{press: Answer(meaning, "touched", certain=meaning is not Meaning.STOP) for press, meaning in _MEANINGS.items()},
            **{f"duration:{index}": choice.answer for index, choice in enumerate(texts.durations)},
            **{f"age:{name}:{index}": choice.answer for name, ages in self._ages.items() for index, choice in enumerate(ages)},
            **{_name_score(score): Answer(Meaning.SCORE, "touched", score=Score(score, score)) for score in _SCORES},
            **{press: Answer(Meaning.SIDE, "touched", sides=sides) for press, sides in _SIDES.items()},
            **{f"topic:{topic.id}": Answer(Meaning.TOPIC, "touched", topic=topic.id) for topic in script.topics},
            **{f"plan:{plan}": Answer(Meaning.TOPIC, "touched", topic=plan) for plan in texts.plans},
        }

    def make(self, press: str, main: bool = False) -> Button:
        """Return the button that sends that press, with its label."""
        return Button(press, self._texts.buttons[press], main)

    def make_all(self, page: Page) -> tuple[Button, ...]:
        """Return the buttons of the question that is open."""
        question = self._script.question(page.question)
        main = self._make_main(question, page.shelf) if page.put else self._make_skip(page)
        switch = (SOUND if page.quiet else QUIET,) if question.private else ()
        requests = (press for press in _REQUESTS if press != "louder" or not page.mute)
        below = (press for press in (*requests, *switch, *_CALLS) if all(button.press != press for button in main))
        return (*main, *map(self.make, below))

    def _make_skip(self, page: Page) -> tuple[Button, ...]:
        """Skips the lines before a question; at a read-back they are what is asked about. After the outcome each is a card."""
        if not page.said or page.question == self._script.readback.id:
            return ()
        if page.after:
            return (Button(NEXT, self._texts.buttons["next_card"], main=True),)
        presses = (*((QUIET,) if page.private and not page.quiet else ()), NEXT)
        return tuple(self.make(press, main=True) for press in presses)

    def _make_main(self, question: Question, shelf: int) -> tuple[Button, ...]:
        if question.kind is Kind.DURATION:
            times = (Button(f"duration:{i}", choice.label, True) for i, choice in enumerate(self._texts.durations))
            return (*times, self.make("unsure", main=True))
        if question.kind is Kind.AGE:
            ages = (Button(f"age:{question.id}:{i}", choice.label, True) for i, choice in enumerate(self._ages[question.id]))
            return (*ages, self.make("unsure", main=True), self.make("decline", main=True))
        if question.kind is Kind.SCALE:
            return (*(Button(_name_score(score), str(score), True) for score in _SCORES), self.make("unsure", main=True))
        if question.kind in (Kind.TOPICS, Kind.WORRY):
            shown = self._script.topics[shelf * SHELF : (shelf + 1) * SHELF]
            topics = (Button(f"topic:{topic.id}", topic.title, True) for topic in shown)
            done = "no_thanks" if question.kind is Kind.TOPICS else "no"
            return (*topics, self.make(MORE, main=True), self.make(done, main=True))
        if question.kind is Kind.PLAN:
            plans = (Button(f"plan:{plan}", label, True) for plan, label in self._texts.plans.items())
            return (*plans, self.make("unsure", main=True), self.make("no", main=True))
        return tuple(self.make(press, main=True) for press in self._choose_answers(question))

    def _choose_answers(self, question: Question) -> tuple[str, ...]:
        if question.id == self._script.presence.id:
            return ("here",)
        if question.kind in (Kind.READBACK, Kind.OFFER) or question.id in (OFFER, FOOTING):
            return ("yes", "no")
        if question.kind is Kind.SIDE:
            return (*_SIDES, "unsure")
        if question.kind is Kind.SENTENCE:
            return ("unsure", "decline")
        if question.kind is Kind.MOVING:
            return ("yes", "slower", "too_much")
        return ("yes", "no", "unsure", "decline") if question.private else ("yes", "no", "unsure")


def _name_score(score: int) -> str:
    return f"score:{score}"
