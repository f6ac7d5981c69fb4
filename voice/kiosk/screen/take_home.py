"""Give the patient a card to take home at the end of a visit: as a code that holds its text, on paper, or both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from voice.base.errors import UsageError
from voice.consultation.unattended import LEFT, NOBODY
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.board import Display
from voice.kiosk.screen.card import Card, write_card
from voice.kiosk.screen.handover import draw_code, print_page
from voice.kiosk.screen.texts import ScreenTexts
from voice.kiosk.turns.observer import Observer


@dataclass(frozen=True, slots=True)
class TakeHomeObserver(Observer):
    """Gives the card. practice: its name. forms: each takes the card, and shows or prints it. clock: the local time."""

    texts: ScreenTexts
    practice: str
    forms: tuple[Callable[[Card], None], ...]
    clock: Callable[[], datetime] = datetime.now

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        """Give the card, unless the patient has left, or waits for somebody who must come."""
        if {LEFT, NOBODY}.intersection(outcome.reasons):
            return
        if card := write_card(self.texts, outcome, visit, self.practice, self.clock()):
            for form in self.forms:
                form(card)


def show_card(display: Display, card: Card) -> None:
    """Offer the card as a QR code."""
    path, size = draw_code(card.text)
    display.board.change(lambda page: display.painter.show_card(page, path, size))


def find_drawer(paper: str) -> Callable[[Card], bytes]:
    """Return what draws a card as PDF for that paper, a5 or receipt. Raises UsageError without reportlab."""
    try:
        from voice.kiosk.screen.card_pdf import Paper, draw_pdf
    except ImportError as reason:
        raise UsageError("A card on paper needs the package reportlab.", "Run `pip install 'ruggespraak[print]'`.") from reason
    return partial(draw_pdf, paper=Paper(paper))


def print_card(display: Display, printer: str, draw: Callable[[Card], bytes], card: Card) -> None:
    """Print the card through CUPS and say so on the screen. draw: makes the page. printer: its name; empty takes the default."""
    if print_page(printer, draw(card)):
        display.board.change(display.painter.show_card_printed)
