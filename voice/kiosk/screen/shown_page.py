"""Define what a page shows. Pure values: `view.py` paints them, `board.py` holds one, the browser shows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

from voice.kiosk.screen.sheet import Sheet

START, QUIET, SOUND, MORE, NEXT, DONE, LONGER, HOME = "start", "quiet", "sound", "more", "next", "done", "longer", "home"
REPEAT, CAME, CAME_SURE, NOT_YET, CODE, CARD, ROWS = "repeat", "came", "came_sure", "not_yet", "code", "card", "rows"
RESUME = "resume"
"""Presses that answer no question, where none is open."""

LANGUAGE = "language:"
"""Begins the press of a language; its id follows."""


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
    """A button. press: what it sends. main: it is one of the answers, not one of the requests below them."""

    press: str
    label: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the page shows.

    question: id of the open question, or empty. put: its own line is on the page, or comes next.
    line: text in very large type. said: the lines of this step so far.
    picture, picture_text: path of the drawing beside it, and what it shows; empty without one.
    understood: what the kiosk took the last answer for, until the next question stands there; before: the same of the question
        before, while this one is open. private: the question is too personal for a room with others.
    quiet: private questions are shown only. mute: nothing is spoken. deaf: nothing is listened to, whatever is open.
    number, total: the place of the question among those that everybody is asked; number 0 if none is open.
    heading, action, level: the outcome; empty before it is known. word: how urgent it is. phone: when to call which number.
    warnings: what leads to `rows`, and those are what to watch for or to heed; shown once the outcome was told.
    told: that the staff are called. notes: what does not work, in words for a patient.
    shelf: which of the topics are shown. clearing: seconds until the page is emptied; 0 while it stays.
    uncalled: that a call has not reached the staff; empty if each has. It stays from one visit to the next.
    sheet: of the visit that has ended, for the staff's page only; it goes when the page is wiped.
    language: BCP 47, of a line that is not Dutch; else empty.
    code, code_size: the hand-over as a QR code: an SVG path in a square of that size; empty without a code.
    card, card_size: the same for the card that the patient takes home.
    coded: which of the two is shown in the place of the rows, CODE or CARD; empty if neither is.
    """

    face: Face = Face.PREPARING
    turn: int = 0
    question: str = ""
    put: bool = False
    line: str = ""
    said: tuple[str, ...] = ()
    picture: str = ""
    picture_text: str = ""
    understood: str = ""
    before: str = ""
    private: bool = False
    quiet: bool = False
    mute: bool = False
    deaf: bool = False
    number: int = 0
    total: int = 0
    buttons: tuple[Button, ...] = ()
    heading: str = ""
    action: str = ""
    level: str = ""
    word: str = ""
    phone: str = ""
    warnings: str = ""
    rows: tuple[str, ...] = ()
    told: str = ""
    notes: tuple[str, ...] = ()
    uncalled: str = ""
    clearing: int = 0
    shelf: int = 0
    language: str = ""
    code: str = ""
    code_size: int = 0
    card: str = ""
    card_size: int = 0
    coded: str = ""
    sheet: Sheet | None = None

    def offers(self, press: str) -> bool:
        return any(button.press == press for button in self.buttons)

    @property
    def after(self) -> bool:
        """Whether the outcome has been told, and the visit goes on."""
        return bool(self.heading and self.question) and not self.offers(RESUME)

    def plain(self) -> dict[str, Any]:
        """The page as JSON values for the browser."""
        return {
            **asdict(replace(self, sheet=None)),
            "after": self.after,
            "deaf": self.deaf or (self.quiet and self.private),
            "reading": self.mute or (self.quiet and self.private),
            "told": "" if self.uncalled else self.told,
            "shown": {CODE: [self.code, self.code_size], CARD: [self.card, self.card_size]}.get(self.coded),
        }
