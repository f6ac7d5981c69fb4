"""Five lines for the physiotherapist, where the practice wants them: on paper, or as a QR code that holds the text itself.

Nothing of it is stored: the code is on the screen until that is wiped, and paper is in the hands of the patient.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from datetime import datetime

import segno

from voice.base import journal
from voice.consultation.unattended import LEFT, NOBODY
from voice.consultation.visit import Outcome
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.server import NAME
from voice.kiosk.screen.texts import ScreenTexts
from voice.kiosk.screen.view import Painter
from voice.kiosk.turns.observer import Observer

PRINT_SECONDS = 20.0
"""A print server that has not taken five lines by then will not."""


def five_lines(words: ScreenTexts, outcome: Outcome, at: datetime) -> tuple[str, ...]:
    """What the patient answered, by the ids of the questions, and what came of it."""
    said = words.handover
    return (
        f"{said['title']} {at:%d/%m/%Y %H:%M}",
        f"{said['outcome']}: {words.outcomes[str(outcome.level)].heading} ({outcome.level})",
        f"{said['flags']}: {_named(outcome.flags, said['none'])}",
        f"{said['unknown']}: {_named(outcome.unknown, said['none'])}",
        said["again"],
    )


def _named(questions: Iterable[str], none: str) -> str:
    return ", ".join(name.replace("_", " ") for name in questions) or none


class Paper(Observer):
    """Hands the lines of an ended visit over in the forms that the practice has chosen."""

    def __init__(self, words: ScreenTexts, forms: Iterable[Callable[[str], None]], clock: Callable[[], datetime]) -> None:
        self._words = words
        self._forms = tuple(forms)
        self._clock = clock

    def on_end(self, outcome: Outcome) -> None:
        """Where the patient has left nobody is there to take it."""
        if {LEFT, NOBODY}.intersection(outcome.reasons):
            return
        text = "\n".join(five_lines(self._words, outcome, self._clock()))
        for form in self._forms:
            form(text)


def on_screen(board: Board, painter: Painter) -> Callable[[str], None]:
    """Shows the text as a QR code."""
    return lambda text: _shown(board, painter, *code(text))


def _shown(board: Board, painter: Painter, path: str, size: int) -> None:
    board.change(lambda page: painter.handed_over(page, path, size))


def on_paper(printer: str, board: Board, painter: Painter) -> Callable[[str], None]:
    """Prints the text by way of CUPS, and says on the screen that it did; where it could not, the journal says so."""
    command = ["lp", *(["-d", printer] if printer else []), "-t", NAME, "-o", "cpi=8", "-o", "lpi=4", "-"]

    def hand_over(text: str) -> None:
        try:
            subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=PRINT_SECONDS)
        except (OSError, subprocess.SubprocessError) as reason:
            journal.note("hand-over", reason=type(reason).__name__)
        else:
            board.change(painter.printed)

    return hand_over


def code(text: str) -> tuple[str, int]:
    """The code as an SVG path of strokes one wide, and the side of the square that it stands in, margin included.

    Error correction M and the margin of four that ISO/IEC 18004 asks for. Raises ValueError where the text is too long.
    """
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, encoding="utf-8").matrix_iter(border=4)]
    strokes = [f"M{x} {y}.5h1" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return "".join(strokes), len(rows)
