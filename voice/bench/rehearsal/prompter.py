"""Show volunteers what to say, and take what they choose: on the terminal, and on the kiosk's page while a browser follows it.

1. What is typed and what is touched count alike; the first of them answers. A touch counts once, and only on the page that
   asks now.
2. Where the input has ended (no keyboard), the page alone answers. If no browser follows it, nobody can answer.
3. What is asked without choices, as leave to write, is for whoever started the program: it is not on the page.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from select import select

from voice.kiosk.screen.board import Board
from voice.kiosk.screen.handler import Request, Response, as_json
from voice.kiosk.screen.shown_page import Button, Face, Page

NO_CHOICES: Mapping[str, str] = {}
_CHOICE = "choice:"
_POLL_SECONDS = 1.0
"""How often it is seen whether a browser still follows the page, once the input has ended."""


class Prompter:
    """Asks one thing at a time; `receive` may be called from any thread.

    source: the file descriptor of what is typed. tell: prints a line on the terminal.
    """

    def __init__(self, board: Board, source: int, tell: Callable[[str], None]) -> None:
        self.tell = tell
        self._board = board
        self._source: int | None = source
        self._unread = b""
        self._typed: deque[str] = deque()
        self._touched, self._touch = os.pipe()

    def show(self, face: Face, line: str, understood: str = "") -> None:
        """Show the line on the page, and what was understood of the last answer."""
        self._board.change(
            lambda page: replace(page, face=face, line=line, understood=understood, buttons=(), turn=page.turn + 1)
        )

    def ask(self, question: str, choices: Mapping[str, str] = NO_CHOICES, line: str = "") -> str | None:
        """Return what was typed, or the key of the choice that was touched; None if nobody can answer any more.

        choices: by what could be typed instead, what stands on the button. line: what stands above them on the page.
        """
        self.tell(question)
        if choices:
            buttons = tuple(Button(f"{_CHOICE}{number}", text, main=True) for number, text in enumerate(choices.values()))
            self._board.change(lambda page: replace(page, face=Face.PREPARING, line=line or page.line, buttons=buttons))
        try:
            touched = self._await_answer(touchable=bool(choices))
        finally:
            self._board.change(lambda page: replace(page, buttons=(), turn=page.turn + 1))
        return touched if isinstance(touched, str) or touched is None else list(choices)[touched]

    def receive(self, request: Request) -> Response:
        """Take a touch as the browser sends it."""
        press, turn = request.body.get("press"), request.body.get("turn")
        taken: list[int] = []

        def turn_page(page: Page) -> Page:
            if page.turn != turn or not isinstance(press, str) or not page.offers(press):
                return page
            taken.append(int(press.removeprefix(_CHOICE)))
            return replace(page, buttons=(), turn=page.turn + 1)

        self._board.change(turn_page)
        if taken:
            os.write(self._touch, bytes(taken))
        return as_json({"taken": bool(taken)})

    def close(self) -> None:
        os.close(self._touch)
        os.close(self._touched)

    def _await_answer(self, touchable: bool) -> str | int | None:
        """Return what was typed, or the number of the choice that was touched."""
        while not self._typed and (self._source is not None or (touchable and self._board.followed)):
            typed = [] if self._source is None else [self._source]
            ready, _, _ = select([self._touched, *typed], [], [], _POLL_SECONDS)
            if self._touched in ready:
                return os.read(self._touched, 1)[0]
            if ready and self._source is not None:
                self._read(self._source)
        return self._typed.popleft() if self._typed else None

    def _read(self, source: int) -> None:
        read = os.read(source, 4096)
        if not read:
            self._source = None
        *lines, self._unread = (self._unread + read).split(b"\n")
        self._typed += (line.decode(errors="replace") for line in lines)
