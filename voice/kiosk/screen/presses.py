"""Turn what is touched on the page into what the kiosk does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from voice.kiosk.controls import Controls
from voice.kiosk.screen.board import Display
from voice.kiosk.screen.server import Request, Response, as_json
from voice.kiosk.screen.view import DONE, LONGER, MORE, QUIET, SOUND, START


@dataclass(frozen=True, slots=True)
class Presses:
    """Takes presses from any thread. silence: ends the sentence that is being spoken."""

    display: Display
    controls: Controls
    silence: Callable[[], None]

    def receive(self, request: Request) -> Response:
        """Take a press as the browser sends it: what was touched, and in which turn."""
        press, turn = request.body.get("press"), request.body.get("turn")
        if not isinstance(press, str) or type(turn) is not int:
            return as_json({"error": "a press and a turn are expected"}, status=400)
        return as_json({"taken": self.press(press, turn)})

    def press(self, press: str, turn: int) -> bool:
        """Do what was touched, and return whether it counts: it must be on the page, and meant for what is asked now."""
        page, answers = self.display.board.page, self.display.painter.answers
        if turn != page.turn or not page.offers(press):
            return False
        if press in answers:
            return self.controls.touches.press(answers[press], page.question)
        self._actions()[press]()
        return True

    def _actions(self) -> Mapping[str, Callable[[], None]]:
        return {
            START: self.controls.start.set,
            DONE: self.controls.done.set,
            LONGER: self.controls.longer.set,
            MORE: self._show_more_topics,
            QUIET: lambda: self._set_quiet(True),
            SOUND: lambda: self._set_quiet(False),
        }

    def _show_more_topics(self) -> None:
        self.display.board.change(self.display.painter.show_more_topics)

    def _set_quiet(self, quiet: bool) -> None:
        """End the sentence that is being spoken at once; the question stays open."""
        self.controls.private_mode.quiet = quiet
        self.display.board.change(lambda page: self.display.painter.show_quiet(page, quiet))
        self.silence()
