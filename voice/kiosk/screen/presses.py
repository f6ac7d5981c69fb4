"""What is touched on the page, turned into what the kiosk does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from voice.consultation.script import Script
from voice.kiosk.private_mode import PrivateMode
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.server import Request, Response, as_json
from voice.kiosk.screen.view import DONE, LONGER, MORE, QUIET, SOUND, START, Painter
from voice.kiosk.turns.touch import Touches


class Presses:
    """Takes presses from any thread.

    start, done, longer: called where the patient begins, has read the outcome, or wants to read on.
    hush: silences what is being said.
    """

    def __init__(
        self, board: Board, painter: Painter, script: Script, touches: Touches, private_mode: PrivateMode,
        start: Callable[[], None], done: Callable[[], None], longer: Callable[[], None], hush: Callable[[], None],
    ) -> None:  # fmt: skip
        self._board = board
        self._painter = painter
        self._script = script
        self._touches = touches
        self._private_mode = private_mode
        self._silence = hush
        self._others: Mapping[str, Callable[[], None]] = {
            START: start, DONE: done, LONGER: longer, MORE: self._more,
            QUIET: lambda: self._hush(True), SOUND: lambda: self._hush(False),
        }  # fmt: skip

    def receive(self, request: Request) -> Response:
        """A press as the browser sends it: what was touched, and in which turn."""
        press, turn = request.body.get("press"), request.body.get("turn")
        if not isinstance(press, str) or type(turn) is not int:
            return as_json({"error": "a press and a turn are expected"}, status=400)
        return as_json({"taken": self.press(press, turn)})

    def press(self, press: str, turn: int) -> bool:
        """Whether it counts: it must be on the page, and meant for what is asked now."""
        page = self._board.page
        if turn != page.turn or not page.offers(press):
            return False
        if press in self._painter.answers:
            return self._touches.press(self._painter.answers[press], page.question)
        self._others[press]()
        return True

    def _more(self) -> None:
        self._board.change(self._painter.turned_shelf)

    def _hush(self, quiet: bool) -> None:
        """The sentence that is being spoken ends at once; the question stays open."""
        self._private_mode.quiet = quiet
        question = self._script.question(self._board.page.question)
        self._board.change(lambda page: self._painter.hushed(page, question, quiet))
        self._silence()
