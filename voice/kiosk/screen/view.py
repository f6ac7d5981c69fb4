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

from collections.abc import Collection
from dataclasses import replace

from voice.consultation.script import Question, Script
from voice.consultation.triage import list_warnings, name_ending
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.buttons import SHELF, Buttons
from voice.kiosk.screen.sheet import Sheet
from voice.kiosk.screen.shown_page import (
    CAME,
    CAME_SURE,
    CARD,
    CODE,
    DONE,
    HOME,
    LANGUAGE,
    LONGER,
    NEXT,
    NOT_YET,
    REPEAT,
    RESUME,
    ROWS,
    START,
    Button,
    Face,
    Page,
)
from voice.kiosk.screen.texts import ScreenTexts
from voice.kiosk.turns.observer import Turn
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind

MUTE = frozenset({"no_loudspeaker", "quiet"})
"""Notes that say that nothing is spoken."""

DEAF = frozenset({"no_microphone", "quiet", "faulty"})
"""Notes that say that nothing is listened to."""

NUMBERED = (Kind.FLAG, Kind.DURATION, Kind.AGE)
"""What the questions ask for that count as steps."""


def list_numbered(script: Script) -> tuple[str, ...]:
    """Return the ids of the questions that everybody is asked (rule 4)."""
    extra = [question.id for question in script.questions if question.if_mentioned or question.settled_by or question.gate]
    return tuple(question.id for question in script.questions if question.id not in extra)


class Painter:
    """Paints the page of one script in one locale. Each `show_` method takes the page before and returns the page after.

    answers: as in `Buttons`.
    """

    def __init__(self, texts: ScreenTexts, script: Script) -> None:
        self._texts = texts
        self._script = script
        self._numbered = list_numbered(script)
        self._answered = {text for name, text in texts.understood.items() if name not in ("unclear", "silence")}
        self._buttons = Buttons(texts, script)
        self.answers = self._buttons.answers

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
        button = self._buttons.make(HOME, main=True)
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
        return replace(page, buttons=self._buttons.make_all(page))

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
            return replace(page, buttons=(self._buttons.make(NEXT, main=True),))
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
        page = replace(page, buttons=(self._buttons.make(RESUME, main=True),), line=self._script.line("hulp").text, understood="")
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
        buttons = tuple(self._buttons.make(press, main=True) for press in presses)
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
        return replace(page, buttons=self._buttons.make_all(page)) if open_still else page
