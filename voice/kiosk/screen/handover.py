"""Hand over what was answered to the physiotherapist: on paper, or as a QR code that holds the text itself.

Nothing of it is stored: the code is on the screen until that is wiped, and the patient takes the paper along.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import segno

from voice.base import journal
from voice.base.clock import find_clock_trouble
from voice.consultation.script import Script
from voice.consultation.triage import sort_answers
from voice.consultation.unattended import LEFT, NOBODY
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.board import Display
from voice.kiosk.screen.server import NAME
from voice.kiosk.screen.texts import ScreenTexts
from voice.kiosk.turns.observer import Observer

PRINT_SECONDS = 8.0
"""A print server that has not taken a page by then will not take it."""


@dataclass(frozen=True, slots=True)
class HandoverObserver(Observer):
    """Hands over at the end of a visit. forms: each takes the text, and shows or prints it. clock: the local time."""

    texts: ScreenTexts
    forms: tuple[Callable[[str], None], ...]
    clock: Callable[[], datetime] = datetime.now

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        """Hand over, unless the patient has left: then nobody is there to take it."""
        if {LEFT, NOBODY}.intersection(outcome.reasons):
            return
        text = "\n".join(write_lines(self.texts, outcome, visit, self.clock()))
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


def write_lines(texts: ScreenTexts, outcome: Outcome, visit: Visit, at: datetime) -> tuple[str, ...]:
    """Write which script asked, and whether a clinician has signed it; the outcome; and what is known of each flag, in the words
    in which it is read back. What was answered yes and what was not asked is told though it be nothing: a visit that ended early
    must not read as if all were well. What was denied is listed then only; else it is all the rest.
    """
    words, script, answers = texts.handover, visit.script, sort_answers(visit)
    review = words["reviewed" if script.reviewed else "unreviewed"]
    known = {name: _list_wordings(script, flags) for name, flags in asdict(answers).items()}
    if answers.denied and not answers.not_put:
        known["denied"] = words["others"]
    shown = [name for name, wordings in known.items() if wordings or name in ("affirmed", "not_put")]
    return (
        words["undated"] if find_clock_trouble(at.date()) else f"{words['title']} {at:%d/%m/%Y %H:%M}",
        f"{words['script']}: {script.locale}/{script.id} {script.version}, {review}",
        f"{words['outcome']}: {texts.outcomes[str(outcome.level)].heading}",
        *([words["unfinished"]] if answers.not_put else []),
        *(f"{words[name]}: {known[name] or words['none']}" for name in shown),
        words["again"],
    )


def _list_wordings(script: Script, flags: Iterable[str]) -> str:
    return "; ".join(script.question(name).positive.rstrip(".") for name in flags)


def draw_code(text: str) -> tuple[str, int]:
    """Draw the QR code as an SVG path of strokes one wide; return it with the side of its square, margin included.

    Error correction M, and the margin of four that ISO/IEC 18004 asks for. Raises ValueError if the text is too long.
    """
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, encoding="utf-8").matrix_iter(border=4)]
    strokes = [f"M{x} {y}.5h1" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return "".join(strokes), len(rows)
