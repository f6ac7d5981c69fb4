"""Work out what the page shows from what happened. Pure: no server, no thread, no clock.

1. The page shows what the kiosk says and what it understood, never what the patient said. A transcript that is not shown
   cannot be read over a shoulder, and cannot stay behind in a browser.
2. A new turn begins with each question, with the outcome, with each line that is told after it before a question, with the
   countdown and with the idle page. A press names its turn, so a late press changes nothing. Only help or stop that was touched
   while the page turned still counts.
   The answers to a question come onto the page together with its own line. While a line leads to it, that can be skipped.
3. Private questions alone can be put in silence, and can be declined.
4. The number counts the questions that everybody is asked. A question in between keeps the number before it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

from voice.consultation.coach.movement import FOOTING, OFFER
from voice.consultation.script import Question, Script
from voice.consultation.triage import list_age_bands, list_warnings, name_ending
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.sheet import Sheet
from voice.kiosk.screen.texts import ScreenTexts
from voice.kiosk.turns.observer import Turn
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning, Score, Side
from voice.understand.scale.scale import HIGHEST


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


START, QUIET, SOUND, MORE, NEXT, DONE, LONGER, HOME = "start", "quiet", "sound", "more", "next", "done", "longer", "home"
REPEAT, CAME, CAME_SURE, NOT_YET, CODE, CARD, ROWS = "repeat", "came", "came_sure", "not_yet", "code", "card", "rows"
RESUME = "resume"
"""Presses that answer no question, where none is open."""

MUTE = frozenset({"no_loudspeaker", "quiet"})
"""Notes that say that nothing is spoken."""

DEAF = frozenset({"no_microphone", "quiet", "faulty"})
"""Notes that say that nothing is listened to."""

LANGUAGE = "language:"
"""Begins the press of a language; its id follows."""

NUMBERED = (Kind.FLAG, Kind.DURATION, Kind.AGE)
"""What the questions ask for that count as steps."""

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


def list_numbered(script: Script) -> tuple[str, ...]:
    """Return the ids of the questions that everybody is asked (rule 4)."""
    extra = [question.id for question in script.questions if question.if_mentioned or question.settled_by or question.gate]
    return tuple(question.id for question in script.questions if question.id not in extra)


class Painter:
    """Paints the page of one script in one locale. Each `show_` method takes the page before and returns the page after.

    answers: what each button of an answer means. A stop is never certain: a finger may have slipped, so it is read back.
    """

    def __init__(self, texts: ScreenTexts, script: Script) -> None:
        self._texts = texts
        self._script = script
        self._numbered = list_numbered(script)
        self._answered = {text for name, text in texts.understood.items() if name not in ("unclear", "silence")}
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

    # --- before and after a visit -------------------------------------------------------------------

    def show_preparing(self, page: Page) -> Page:
        """The program starts. That can take minutes on a small machine."""
        return replace(page, line=self._texts.page["preparing"])

    def show_idle(self, page: Page) -> Page:
        """Nobody is here. Nothing of a visit is kept but what does not work."""
        start = Button(START, self._texts.page["start"], main=True)
        languages = (Button(f"{LANGUAGE}{one.id}", one.name) for one in self._texts.languages)
        page = Page(
            Face.IDLE, page.turn + 1, line=self._texts.page["invite"], buttons=(start, *languages), notes=page.notes,
            uncalled=page.uncalled, deaf=page.deaf, mute=page.mute,
        )  # fmt: skip
        return self._draw(page, START)

    def show_language(self, page: Page, language: str) -> Page:
        """Say in another language to ask at the desk. language: its id."""
        card = next(one.card for one in self._texts.languages if one.id == language)
        button = self._make_button(HOME, main=True)
        page = replace(page, face=Face.ENDED, turn=page.turn + 1, line=card, language=language, buttons=(button,))
        return replace(page, picture="", picture_text="")

    def show_notes(self, page: Page, notes: Collection[str]) -> Page:
        """What does not work. notes: names of texts of the page."""
        return replace(
            page,
            notes=tuple(self._texts.page[name] for name in notes),
            deaf=not DEAF.isdisjoint(notes),
            mute=not MUTE.isdisjoint(notes),
        )

    def show_uncalled(self, page: Page, uncalled: bool) -> Page:
        """A call has not reached the staff, or each has by now."""
        return replace(page, uncalled=self._texts.page["uncalled"] if uncalled else "")

    def show_countdown(self, page: Page, seconds: int) -> Page:
        """The visit is over; so many seconds remain to read."""
        codes = [name for name, code in ((CARD, page.card), (CODE, page.code)) if code]
        page = self._offer(page, *((ROWS,) if page.coded else (*codes, REPEAT)), LONGER, DONE)
        return replace(page, clearing=seconds, told="")

    def show_waiting(self, page: Page) -> Page:
        """The staff are called until they say that they are there."""
        return self._offer(page, REPEAT, CAME)

    def show_came(self, page: Page) -> Page:
        """Somebody has touched that the staff are there; a patient may have."""
        return replace(self._offer(page, CAME_SURE, NOT_YET), line=self._texts.page["came"])

    def show_calling(self, page: Page) -> Page:
        """The staff are called for this visit, and hear or read it."""
        return replace(page, told=self._texts.page["called"]) if page.question or page.heading else page

    def show_code(self, page: Page, path: str, size: int) -> Page:
        """The hand-over as a code that can be shown."""
        return replace(page, code=path, code_size=size)

    def show_card(self, page: Page, path: str, size: int) -> Page:
        """The card of the patient as a code that can be shown."""
        return replace(page, card=path, card_size=size)

    def show_coded(self, page: Page, coded: str) -> Page:
        """Show one of the codes, or again what to watch for."""
        return self.show_countdown(replace(page, coded=coded), page.clearing)

    def show_sheet(self, page: Page, sheet: Sheet) -> Page:
        return replace(page, sheet=sheet)

    def show_printed(self, page: Page) -> Page:
        """The hand-over is on paper. If there is a code as well, the code says enough."""
        return page if page.code else replace(page, rows=(*page.rows, self._texts.page["printed"]))

    def show_card_printed(self, page: Page) -> Page:
        """The card of the patient comes out of the printer."""
        return replace(page, rows=(*page.rows, self._texts.page["card_printed"]))

    # --- what happens in the loop, named as the events of an Observer --------------------------------

    def show_question(self, page: Page, question: Question) -> Page:
        page = replace(
            page, turn=page.turn + 1, question=question.id, put=False, said=(), private=question.private, shelf=0,
            picture="", picture_text="", number=self._find_number(page, question), total=len(self._numbered),
            heading="", action="", level="", told="", before="",
            understood="" if question.id == page.question and page.understood in self._answered else page.understood,
        )  # fmt: skip
        return replace(page, buttons=self._make_buttons(page))

    def show_told(self, page: Page, outcome: Outcome) -> Page:
        """The outcome stays above what is asked after it."""
        return self._show_headline(page, name_ending(self._script, outcome), str(outcome.level))

    def show_put(self, page: Page, question: Question) -> Page:
        """The question's own line comes next. What was understood would stand above it like its answer: it makes room."""
        before = page.understood if page.understood in self._answered and question is not self._script.readback else ""
        told = f"{self._texts.page['previous']} {before}" if before else page.before
        return replace(page, put=True, understood="" if page.understood in self._answered else page.understood, before=told)

    def show_line(self, page: Page, utterance: Utterance) -> Page:
        said = (*page.said, utterance.text)
        page = self._show_picture(page, utterance)
        page = replace(page, face=Face.SPEAKING, line=utterance.text, said=said, turn=page.turn + (page.after and not page.put))
        if page.mute and page.heading and not page.question:
            return replace(page, buttons=(self._make_button(NEXT, main=True),))
        return self._renew_buttons(page)

    def show_fault(self, page: Page, text: str) -> Page:
        return self.show_notes(page, ("faulty",))

    def show_away(self, page: Page, lines: tuple[Utterance, ...]) -> Page:
        """Nothing can be said or heard for now: the question, what is read back, or the outcome can be read."""
        question = page.question and page.question != self._script.readback.id
        page = replace(page, put=True, line="\n".join(line.text for line in (lines[-1:] if question else lines)))
        return self._renew_buttons(page)

    def show_recovery(self, page: Page) -> Page:
        """Everything works again. The step is spoken again from its beginning."""
        return replace(self.show_notes(page, ()), said=())

    def show_listening(self, page: Page, question: Question) -> Page:
        line = page.said[-1] if page.said else question.text
        if question.kind in NUMBERED and not self._is_own(question, line):
            line = question.text
        readback = question.id == self._script.readback.id
        shown = "\n".join(page.said) if readback else line
        return self._renew_buttons(replace(page, face=Face.LISTENING, line=shown, understood=""))

    def show_thinking(self, page: Page, question: Question) -> Page:
        return replace(page, face=Face.THINKING)

    def show_turn(self, page: Page, turn: Turn) -> Page:
        understood = " ".join(
            (self._texts.understood.get(str(turn.answer.meaning), ""), self._texts.name_value(turn.answer))
        ).strip()
        return replace(page, face=Face.THINKING, understood=understood, said=())

    def show_ending(self, page: Page, outcome: Outcome) -> Page:
        page = replace(
            page, turn=page.turn + 1, question="", buttons=(), private=False, number=0, understood="", before="", said=(),
            picture="", picture_text="",
        )  # fmt: skip
        return self._show_headline(page, name_ending(self._script, outcome), str(outcome.level))

    def show_end(self, page: Page, outcome: Outcome, visit: Visit) -> Page:
        """The outcome was told: what to do and what to watch for stay."""
        lead, signs = list_warnings(visit, outcome.level)
        rows = (*self._texts.outcomes[name_ending(self._script, outcome)].rows, *(line.text for line in signs))
        return replace(page, line="", warnings=" ".join(line.text for line in lead), rows=rows)

    def show_quiet(self, page: Page, quiet: bool) -> Page:
        """Private questions are only shown from now on, or spoken again."""
        return self._renew_buttons(replace(page, quiet=quiet))

    def show_called(self, page: Page) -> Page:
        """Somebody was called, before the loop has an outcome. The question stays open until it has one, and the patient can
        go on with it; the call stays.
        """
        page = replace(page, buttons=(self._make_button(RESUME, main=True),), line=self._script.line("hulp").text, understood="")
        return self._show_headline(page, "staff", "staff")

    def show_more_topics(self, page: Page) -> Page:
        """The next topics; after the last ones the first."""
        shelf = (page.shelf + 1) % -(-len(self._script.topics) // SHELF)
        return self._renew_buttons(replace(page, shelf=shelf))

    # --- the parts ------------------------------------------------------------------------------------

    def _show_picture(self, page: Page, utterance: Utterance) -> Page:
        """Show what is drawn beside a line, or beside all of its question or topic. That of a question stays while other
        lines are said about it.
        """
        whole = utterance.id.partition(".")[0]
        drawn = self._draw(page, utterance.id if utterance.id in self._texts.pictures else whole)
        return page if page.put and not drawn.picture else drawn

    def _draw(self, page: Page, name: str) -> Page:
        """Show the drawing of that name in screen.yaml; none if there is none."""
        picture = self._texts.pictures.get(name)
        return replace(page, picture=picture.path if picture else "", picture_text=picture.text if picture else "")

    def _show_headline(self, page: Page, name: str, level: str) -> Page:
        shown = self._texts.outcomes[name]
        return replace(page, level=level, word=shown.word, heading=shown.heading, action=shown.action, phone=shown.phone)

    def _offer(self, page: Page, *presses: str) -> Page:
        """The outcome with these buttons; a new turn if there were others."""
        buttons = tuple(self._make_button(press, main=True) for press in presses)
        page = replace(page, face=Face.ENDED, line="", picture="", picture_text="")
        return replace(page, buttons=buttons, turn=page.turn + (buttons != page.buttons))

    def _find_number(self, page: Page, question: Question) -> int:
        if question.id in self._numbered:
            return self._numbered.index(question.id) + 1
        return page.number if question.kind in NUMBERED or question is self._script.readback else 0

    def _is_own(self, question: Question, text: str) -> bool:
        """Whether a text is said of that question: another may be said while it is open ("neem gerust uw tijd")."""
        return any(utterance.text == text for utterance in question.utterances)

    def _renew_buttons(self, page: Page) -> Page:
        """The buttons as they are now; none if there is no question, or somebody was called."""
        open_still = page.question and page.buttons and not page.offers(RESUME)
        return replace(page, buttons=self._make_buttons(page)) if open_still else page

    def _make_buttons(self, page: Page) -> tuple[Button, ...]:
        question = self._script.question(page.question)
        main = self._make_main(question, page.shelf) if page.put else self._make_skip(page)
        switch = (SOUND if page.quiet else QUIET,) if question.private else ()
        requests = (press for press in _REQUESTS if press != "louder" or not page.mute)
        below = (press for press in (*requests, *switch, *_CALLS) if all(button.press != press for button in main))
        return (*main, *map(self._make_button, below))

    def _make_skip(self, page: Page) -> tuple[Button, ...]:
        """Skips the lines before a question; at a read-back they are what is asked about. After the outcome each is a card."""
        if not page.said or page.question == self._script.readback.id:
            return ()
        if page.after:
            return (Button(NEXT, self._texts.buttons["next_card"], main=True),)
        presses = (*((QUIET,) if page.private and not page.quiet else ()), NEXT)
        return tuple(self._make_button(press, main=True) for press in presses)

    def _make_main(self, question: Question, shelf: int) -> tuple[Button, ...]:
        if question.kind is Kind.DURATION:
            times = (Button(f"duration:{i}", choice.label, True) for i, choice in enumerate(self._texts.durations))
            return (*times, self._make_button("unsure", main=True))
        if question.kind is Kind.AGE:
            ages = (Button(f"age:{question.id}:{i}", choice.label, True) for i, choice in enumerate(self._ages[question.id]))
            return (*ages, self._make_button("unsure", main=True), self._make_button("decline", main=True))
        if question.kind is Kind.SCALE:
            return (*(Button(_name_score(score), str(score), True) for score in _SCORES), self._make_button("unsure", main=True))
        if question.kind in (Kind.TOPICS, Kind.WORRY):
            shown = self._script.topics[shelf * SHELF : (shelf + 1) * SHELF]
            topics = (Button(f"topic:{topic.id}", topic.title, True) for topic in shown)
            done = "no_thanks" if question.kind is Kind.TOPICS else "no"
            return (*topics, self._make_button(MORE, main=True), self._make_button(done, main=True))
        if question.kind is Kind.PLAN:
            plans = (Button(f"plan:{plan}", label, True) for plan, label in self._texts.plans.items())
            return (*plans, self._make_button("unsure", main=True), self._make_button("no", main=True))
        return tuple(self._make_button(press, main=True) for press in self._choose_answers(question))

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

    def _make_button(self, press: str, main: bool = False) -> Button:
        return Button(press, self._texts.buttons[press], main)


def _name_score(score: int) -> str:
    return f"score:{score}"
