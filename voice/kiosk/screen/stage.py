"""What the page shows before and after a visit."""

from __future__ import annotations

from dataclasses import dataclass

from voice.kiosk.screen.board import Board
from voice.kiosk.screen.view import Painter


@dataclass(frozen=True, slots=True)
class ScreenStage:
    """Paints the beginning and the end of a visit."""

    board: Board
    painter: Painter

    def waits(self) -> None:
        self.board.change(self.painter.idle)

    def ends(self, seconds: int) -> None:
        self.board.change(lambda page: self.painter.clearing(page, seconds))

    def lacks(self, *notes: str) -> None:
        """Show what does not work, where that has changed."""
        if self.painter.noted(self.board.page, notes) != self.board.page:
            self.board.change(lambda page: self.painter.noted(page, notes))
