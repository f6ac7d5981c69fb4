"""Turn what is touched on the page into what the kiosk does.

1. Help is called from the thread of the page, at once, because the loop may hang. A stop that the loop does not take in time
   calls help, too.
2. An answer counts only once its question's own line is shown: before that it is not on the page, and the mailbox refuses it.
3. Who touches another language is led to the desk, and the staff are called. The page goes back by itself.
4. Help and stop are never lost: touched while the page turns, or between two questions, it counts for the question that follows.
   A start that is touched while one start page follows another is not lost either.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from voice.kiosk.controls import Controls
from voice.kiosk.screen.board import Display
from voice.kiosk.screen.handler import Request, Response, as_json
from voice.kiosk.screen.shown_page import (
    CAME,
    CAME_SURE,
    CARD,
    CODE,
    DONE,
    HOME,
    LANGUAGE,
    LONGER,
    MORE,
    NEXT,
    NOT_YET,
    QUIET,
    REPEAT,
    RESUME,
    ROWS,
    SOUND,
    START,
    Page,
)
from voice.understand.meaning import Meaning

TAKEN_SECONDS = 4.0
"""Seconds after which a stop that the loop has not taken is a call for help. A loop that is alive takes it in 0.1 s, or in 3
while a device is opened anew."""

CARD_SECONDS = 60.0
"""How long the card in another language stays, if nobody touches it."""

CALLS = (Meaning.HELP, Meaning.STOP)
"""What is never lost, whatever the page and the loop are doing."""


@dataclass(frozen=True, slots=True)
class Presses:
    """Takes presses from any thread.

    silence: ends the sentence that is being spoken. call: calls the staff in a visit. call_to_desk: calls them for a person
    without one. confirm: the staff say that they are there. go_on: the visit goes on after a call.
    """

    display: Display
    controls: Controls
    silence: Callable[[], None]
    call: Callable[[], None]
    call_to_desk: Callable[[], None]
    confirm: Callable[[], None]
    go_on: Callable[[], None]
    patience: float = TAKEN_SECONDS
    card_seconds: float = CARD_SECONDS

    def receive(self, request: Request) -> Response:
        """Take a press as the browser sends it: what was touched, and in which turn."""
        press, turn = request.body.get("press"), request.body.get("turn")
        if not isinstance(press, str) or type(turn) is not int:
            return as_json({"error": "a press and a turn are expected"}, status=400)
        return as_json({"taken": self.press(press, turn)})

    def press(self, press: str, turn: int) -> bool:
        """Do what was touched, and return whether it counts: it must be on the page, and meant for what is asked now.

        Help, stop and start may be meant for the page before: they were touched while the page turned.
        """
        page, answers = self.display.board.page, self.display.painter.answers
        meaning = answers[press].meaning if page.question and press in answers else None
        earliest = page.turn - 1 if meaning in CALLS or press == START else page.turn
        if not earliest <= turn <= page.turn or not page.offers(press):
            return False
        if press.startswith(LANGUAGE):
            self._show_language(press.removeprefix(LANGUAGE))
            return True
        if meaning is None:
            self._actions()[press]()
            return True
        if meaning not in CALLS:
            return self.controls.touches.press(answers[press], page.question)
        self.controls.touches.call(answers[press])
        if meaning is Meaning.HELP:
            self._call_staff(page.turn)
        else:
            _start(threading.Timer(self.patience, self._call_if_pending, (page.turn,)))
        return True

    def _call_staff(self, turn: int) -> None:
        """Show that somebody comes, and call; the gong takes too long for the browser to wait for."""
        painter = self.display.painter
        self.display.board.change(lambda page: painter.show_called(page) if page.turn == turn and page.question else page)
        _start(threading.Thread(target=self.call, name="call"))

    def _call_if_pending(self, turn: int) -> None:
        if self.controls.touches.calls and self.display.board.page.turn == turn:
            self._call_staff(turn)

    def _actions(self) -> Mapping[str, Callable[[], object]]:
        painter = self.display.painter
        return {
            START: self.controls.start.set,
            DONE: self._end_reading,
            LONGER: self.controls.longer.set,
            REPEAT: self.controls.again.set,
            RESUME: self._resume,
            CAME: lambda: self._show(painter.show_came),
            CAME_SURE: self.confirm,
            NOT_YET: lambda: self._show(painter.show_waiting),
            CODE: lambda: self._show(lambda page: painter.show_coded(page, CODE)),
            CARD: lambda: self._show(lambda page: painter.show_coded(page, CARD)),
            ROWS: lambda: self._show(lambda page: painter.show_coded(page, "")),
            MORE: lambda: self._show(painter.show_more_topics),
            NEXT: self._go_to_next,
            HOME: lambda: self._go_home(self.display.board.page.turn),
            QUIET: lambda: self._set_quiet(True),
            SOUND: lambda: self._set_quiet(False),
        }

    def _show(self, paint: Callable[[Page], Page]) -> None:
        self.display.board.change(paint)

    def _go_to_next(self) -> None:
        """Skip what leads to a question. What is told after the outcome is turned one card after the other, and so is every line
        that is read instead of heard.
        """
        touches, page = self.controls.touches, self.display.board.page
        (touches.turn_page if page.mute or page.after else touches.skip)()

    def _resume(self) -> None:
        self.go_on()
        self.controls.touches.resumed.set()

    def _end_reading(self) -> None:
        self.controls.done.set()
        self.silence()

    def _show_language(self, language: str) -> None:
        painter = self.display.painter
        page = self.display.board.change(lambda page: painter.show_language(page, language))
        _start(threading.Timer(self.card_seconds, self._go_home, (page.turn,)))
        _start(threading.Thread(target=self.call_to_desk, name="call"))

    def _go_home(self, turn: int) -> None:
        """Show the start page again, unless something else is shown by now."""
        painter = self.display.painter
        self.display.board.change(lambda page: painter.show_idle(page) if page.turn == turn else page)

    def _set_quiet(self, quiet: bool) -> None:
        """End the sentence that is being spoken at once; the question stays open."""
        self.controls.private_mode.quiet = quiet
        self.display.board.change(lambda page: self.display.painter.show_quiet(page, quiet))
        self.silence()


def _start(thread: threading.Thread) -> None:
    thread.daemon = True
    thread.start()
