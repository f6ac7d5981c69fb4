"""What happened in, what the page shows out. Pure: no server, no thread, no clock.

The page shows what the kiosk says and what it understood, never what the patient said: a transcript that is not
shown cannot be read over a shoulder, and cannot stay behind in a browser.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

from voice.consultation.script import Question, Script
from voice.consultation.visit import Outcome
from voice.kiosk.screen.texts import Headline, ScreenTexts
from voice.kiosk.turns.observer import Turn
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning


class Face(str, Enum):
    """What the kiosk is doing, as the page shows it."""

    PREPARING = "preparing"
    IDLE = "idle"
    SPEAKING = "speaking"
    LISTENING = "listening"
    THINKING = "thinking"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to touch. press: what it sends. main: one of the answers, not one of the requests below them."""

    press: str
    label: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the page shows.

    turn: grows whenever another question opens; a press names the turn that it was made for.
    question: id of the open one. line: in very large type. said: the lines of this step so far.
    understood: what the last answer was taken for. private: whether the question is too personal for the room.
    quiet: private questions are only shown. deaf: nothing is listened to, whatever is open.
    number, total: the question among those that everybody is asked; 0 where none is open.
    heading, action, level: the outcome, empty before it is known.
    notes: what does not work, in a patient's words. shelf: which of the topics are shown.
    clearing: seconds until the page is emptied; 0 while it stays.
    code: the hand-over as a QR code, an SVG path in a square of `code_size`; empty where there is none.
    """

    face: Face = Face.PREPARING
    turn: int = 0
    question: str = ""
    line: str = ""
    said: tuple[str, ...] = ()
    understood: str = ""
    private: bool = False
    quiet: bool = False
    deaf: bool = False
    number: int = 0
    total: int = 0
    buttons: tuple[Button, ...] = ()
    heading: str = ""
    action: str = ""
    level: str = ""
    notes: tuple[str, ...] = ()
    clearing: int = 0
    shelf: int = 0
    code: str = ""
    code_size: int = 0

    def offers(self, press: str) -> bool:
        return any(button.press == press for button in self.buttons)

    def plain(self) -> dict[str, Any]:
        """For the browser."""
        return {**asdict(self), "deaf": self.deaf or (self.quiet and self.private)}


START, QUIET, SOUND, MORE, DONE, LONGER = "start", "quiet", "sound", "more", "done", "longer"
"""Presses that answer no question."""

DEAF = frozenset({"no_microphone", "quiet", "faulty"})
"""Notes that say that nothing is listened to."""

SHELF = 6
"""Topics that are shown at once: more would be too small to read."""

_REQUESTS = ("repeat", "louder", "back", "stop", "help")

_SPEAKING = {
    "yes": Meaning.YES, "no": Meaning.NO, "unsure": Meaning.UNSURE, "decline": Meaning.DECLINE,
    "repeat": Meaning.REPEAT, "louder": Meaning.LOUDER, "back": Meaning.BACK,
    "stop": Meaning.STOP, "help": Meaning.HELP, "here": Meaning.YES, "no_thanks": Meaning.NO,
}  # fmt: skip


class Painter:
    """Paints the page of one script in one locale; each method takes the page before and returns the page after."""

    def __init__(self, words: ScreenTexts, script: Script) -> None:
        self._words = words
        self._script = script
        self._steady = tuple(question.id for question in script.questions if question.gate is None)
        self.answers: Mapping[str, Answer] = {
            **{press: Answer(meaning, matched="touched") for press, meaning in _SPEAKING.items()},
            **{f"duration:{index}": choice.answer for index, choice in enumerate(words.durations)},
            **{f"topic:{topic.id}": Answer(Meaning.TOPIC, "touched", topic=topic.id) for topic in script.topics},
        }
        """What each button of an answer means."""

    # --- before and after a visit -------------------------------------------------------------------

    def preparing(self, page: Page) -> Page:
        """The program starts; that can take minutes on a small machine."""
        return replace(page, line=self._words.page["preparing"])

    def idle(self, page: Page) -> Page:
        """Nobody is here; nothing of a visit is kept but what does not work."""
        start = Button(START, self._words.page["start"], main=True)
        line = self._words.page["invite"]
        return Page(Face.IDLE, page.turn + 1, line=line, buttons=(start,), notes=page.notes, deaf=page.deaf)

    def noted(self, page: Page, notes: Collection[str]) -> Page:
        """What does not work, by the names of the notes in the words of the page."""
        return replace(page, notes=tuple(self._words.page[name] for name in notes), deaf=not DEAF.isdisjoint(notes))

    def clearing(self, page: Page, seconds: int) -> Page:
        """The visit is over; so many seconds remain to read."""
        buttons = (self._button(DONE, main=True), self._button(LONGER, main=True))
        return replace(page, face=Face.ENDED, buttons=buttons, clearing=seconds, turn=page.turn + (not page.clearing))

    def handed_over(self, page: Page, path: str, size: int) -> Page:
        return replace(page, line=self._words.page["handover"], code=path, code_size=size)

    def printed(self, page: Page) -> Page:
        """The hand-over is on paper; where it is a code as well, the code says enough."""
        return page if page.code else replace(page, line=self._words.page["printed"])

    # --- what the loop tells ------------------------------------------------------------------------

    def opened(self, page: Page, question: Question) -> Page:
        page = replace(
            page,
            turn=page.turn + 1,
            question=question.id,
            said=(),
            private=question.private,
            number=self._number(page, question),
            total=len(self._steady),
            shelf=0,
            buttons=self._buttons(question, page.quiet),
        )
        return self._headlined(page, self._words.outcomes["reassure"], "reassure") if question.kind is Kind.TOPICS else page

    def spoke(self, page: Page, utterance: Utterance) -> Page:
        said = (*page.said, utterance.text)
        line = f"{self._words.page['handover']}\n{utterance.text}" if page.code else utterance.text
        return replace(page, face=Face.SPEAKING, line=line, said=said)

    def recovered(self, page: Page) -> Page:
        """Everything works again, and is said from its beginning."""
        return replace(self.noted(page, ()), said=())

    def listening(self, page: Page, question: Question) -> Page:
        line = page.said[-1] if page.said else question.text
        readback = question.id == self._script.readback.id
        return replace(page, face=Face.LISTENING, line="\n".join(page.said) if readback else line)

    def thinking(self, page: Page) -> Page:
        return replace(page, face=Face.THINKING)

    def turned(self, page: Page, turn: Turn) -> Page:
        understood = self._words.understood.get(str(turn.answer.meaning), "")
        return replace(page, face=Face.THINKING, understood=understood, said=())

    def ending(self, page: Page, outcome: Outcome) -> Page:
        calls = any(self._script.question(name).ambulance for name in outcome.flags)
        name = "E_112" if calls and str(outcome.level) == "E" else str(outcome.level)
        page = replace(page, turn=page.turn + 1, question="", buttons=(), private=False, number=0, understood="", said=())
        return self._headlined(page, self._words.outcomes[name], str(outcome.level))

    def hushed(self, page: Page, question: Question, quiet: bool) -> Page:
        """Private questions are only shown from now on, or spoken again."""
        return replace(page, quiet=quiet, buttons=self._buttons(question, quiet))

    def turned_shelf(self, page: Page) -> Page:
        """The next topics; after the last ones the first."""
        shelf = (page.shelf + 1) % -(-len(self._script.topics) // SHELF)
        return replace(page, shelf=shelf, buttons=self._buttons(self._script.menu, page.quiet, shelf))

    # --- the parts ------------------------------------------------------------------------------------

    def _headlined(self, page: Page, headline: Headline, level: str) -> Page:
        return replace(page, heading=headline.heading, action=headline.action, level=level)

    def _number(self, page: Page, question: Question) -> int:
        """The place of a question among those that everybody is asked; questions in between keep the number before."""
        if question.id in self._steady:
            return self._steady.index(question.id) + 1
        return page.number if question.kind in (Kind.FLAG, Kind.DURATION) or question is self._script.readback else 0

    def _buttons(self, question: Question, quiet: bool, shelf: int = 0) -> tuple[Button, ...]:
        main = self._main(question, shelf)
        requests = (*_REQUESTS, SOUND if quiet else QUIET) if question.private else _REQUESTS
        return (*main, *(self._button(press) for press in requests))

    def _main(self, question: Question, shelf: int) -> tuple[Button, ...]:
        if question.kind is Kind.DURATION:
            times = (Button(f"duration:{i}", choice.label, True) for i, choice in enumerate(self._words.durations))
            return (*times, self._button("unsure", main=True))
        if question.kind is Kind.TOPICS:
            shown = self._script.topics[shelf * SHELF : (shelf + 1) * SHELF]
            topics = (Button(f"topic:{topic.id}", topic.title, True) for topic in shown)
            return (*topics, self._button(MORE, main=True), self._button("no_thanks", main=True))
        return tuple(self._button(press, main=True) for press in self._plain_answers(question))

    def _plain_answers(self, question: Question) -> tuple[str, ...]:
        if question.id == self._script.presence.id:
            return ("here",)
        if question.kind is Kind.READBACK:
            return ("yes", "no")
        return ("yes", "no", "unsure", "decline") if question.private else ("yes", "no", "unsure")

    def _button(self, press: str, main: bool = False) -> Button:
        return Button(press, self._words.buttons[press], main)
