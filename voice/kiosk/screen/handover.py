"""Hand over what was answered to the physiotherapist: on paper, or as a QR code that holds the text itself.

Nothing of it is stored: the code is on the screen until that is wiped, and the patient takes the paper along.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import segno

from voice.base import journal
from voice.consultation.triage import name_ending
from voice.consultation.unattended import LEFT, NOBODY
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.board import Display
from voice.kiosk.screen.handler import NAME
from voice.kiosk.screen.sheet import Sheet, write_briefing, write_findings, write_script, write_sheet, write_title
from voice.kiosk.screen.texts import ScreenTexts
from voice.kiosk.turns.notes import HandoverNotes
from voice.kiosk.turns.observer import Observer

PRINT_SECONDS = 8.0
"""A print server that has not taken a page by then will not take it."""


@dataclass(frozen=True, slots=True)
class HandoverObserver(Observer):
    """Hands over at the end of a visit.

    forms: each takes the text, and shows or prints it. show: takes the sheet for the staff's page.
    notes: what the answers told beyond the findings; they are forgotten here. clock: the local time.
    """

    texts: ScreenTexts
    forms: tuple[Callable[[str], None], ...]
    notes: HandoverNotes = field(default_factory=HandoverNotes)
    show: Callable[[Sheet], None] = lambda sheet: None
    clock: Callable[[], datetime] = datetime.now

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        """Hand over, unless the patient has left: then nobody is there to take it."""
        if not {LEFT, NOBODY}.intersection(outcome.reasons):
            self._hand_over(outcome, visit)
        self.notes.forget()

    def _hand_over(self, outcome: Outcome, visit: Visit) -> None:
        at = self.clock()
        text = "\n".join(write_lines(self.texts, outcome, visit, self.notes, at))
        self.show(write_sheet(self.texts, outcome, visit, self.notes, at))
        for form in self.forms:
            form(text)


def show_code(display: Display, text: str) -> None:
    """Show the text as a QR code."""
    path, size = draw_code(text)
    display.board.change(lambda page: display.painter.show_code(page, path, size))


def print_text(display: Display, printer: str, text: str) -> None:
    """Print the text through CUPS and say so on the screen; on a failure write only to the journal.

    printer: its name in CUPS; empty takes the default.
    """
    if print_page(printer, text.encode(), "-o", "cpi=8", "-o", "lpi=4"):
        display.board.change(display.painter.show_printed)


def print_page(printer: str, page: bytes, *options: str) -> bool:
    """Give a page, text or PDF, to CUPS, and return whether it took it; on a failure write only to the journal."""
    command = ["lp", *(["-d", printer] if printer else []), "-t", NAME, *options, "-"]
    try:
        subprocess.run(command, input=page, capture_output=True, check=True, timeout=PRINT_SECONDS)
    except (OSError, subprocess.SubprocessError) as reason:
        journal.note("print", reason=type(reason).__name__)
        return False
    return True


def write_lines(texts: ScreenTexts, outcome: Outcome, visit: Visit, notes: HandoverNotes, at: datetime) -> tuple[str, ...]:
    """Write the sheet as lines, without the advice that was heard: a code on the screen holds no more."""
    words = texts.handover
    return (
        write_title(texts, at),
        f"{words['script']}: {write_script(texts, visit.script)}",
        f"{words['outcome']}: {texts.outcomes[name_ending(visit.script, outcome)].heading}",
        *map(str, (*write_findings(texts, visit), *write_briefing(texts, visit, notes))),
        words["again"],
    )


def draw_code(text: str) -> tuple[str, int]:
    """Draw the QR code as an SVG path of strokes one wide; return it with the side of its square, margin included.

    Error correction M, and the margin of four that ISO/IEC 18004 asks for. Raises ValueError if the text is too long.
    """
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, encoding="utf-8").matrix_iter(border=4)]
    strokes = [f"M{x} {y}.5h1" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return "".join(strokes), len(rows)
