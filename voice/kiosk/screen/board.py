"""Hold the page that the screen shows now. The loop writes it; every browser reads it, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from voice.audio.meter import Sound
from voice.kiosk.screen.sheet import Sheet
from voice.kiosk.screen.shown_page import Page
from voice.kiosk.screen.view import Painter
from voice.kiosk.turns.observer import AnyEventObserver

MIN_LEVEL, MAX_LEVEL = -60.0, -15.0
"""Loudness (dBFS) at which the level bar is empty, and at which it is full."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a browser may not have yet. number: grows with every change. level: how full the bar is (0..1)."""

    number: int
    page: Page
    level: float


class Board:
    """Holds one page. A browser that is slow, or was away, gets the page as it is now; nothing is queued.

    closed: the program ends, and no update comes any more. followed: by how many browsers and other readers, now.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._update = Update(0, Page(), 0.0)
        self.closed = False
        self.followed = 0

    @contextmanager
    def follow(self) -> Iterator[None]:
        """Count a reader while the block runs."""
        with self._changed:
            self.followed += 1
        try:
            yield
        finally:
            with self._changed:
                self.followed -= 1

    @property
    def page(self) -> Page:
        return self._update.page

    def change(self, paint: Callable[[Page], Page]) -> Page:
        """Show what `paint` makes of the page, and return it."""
        with self._changed:
            return self._publish(paint(self.page), 0.0)

    def set_level(self, level: float) -> None:
        with self._changed:
            self._publish(self.page, level)

    def wait_for_update(self, number: int, seconds: float) -> Update:
        """Return the newest update: at once if it is newer than `number`, else when one comes, or after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._update.number > number or self.closed, seconds)
            return self._update

    def close(self) -> None:
        """Release everything that waits for an update."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def _publish(self, page: Page, level: float) -> Page:
        self._update = Update(self._update.number + 1, page, level)
        self._changed.notify_all()
        return page


@dataclass(frozen=True, slots=True)
class Display(AnyEventObserver):
    """A board, and the painter that knows what to show on it: before and after a visit, and what happens in the loop."""

    board: Board
    painter: Painter

    def show_idle(self) -> None:
        self._show(self.painter.show_idle)

    def show_countdown(self, seconds: int) -> None:
        self._show(self.painter.show_countdown, seconds)

    def show_waiting(self) -> None:
        self._show(self.painter.show_waiting)

    def show_calling(self) -> None:
        self._show(self.painter.show_calling)

    def show_notes(self, *notes: str) -> None:
        """Show what does not work, if that has changed."""
        if self.painter.show_notes(self.board.page, notes) != self.board.page:
            self._show(self.painter.show_notes, notes)

    def show_uncalled(self, uncalled: bool) -> None:
        """Show whether a call has not reached the staff."""
        self._show(self.painter.show_uncalled, uncalled)

    def show_sheet(self, sheet: Sheet) -> None:
        """Keep the sheet for the staff's page until this page is wiped."""
        self._show(self.painter.show_sheet, sheet)

    def on_level(self, sound: Sound) -> None:
        self.board.set_level(scale_level(sound.dbfs))

    def on_any(self, event: str, *about: Any) -> None:
        """Show an event as the painter has it: `on_line` by its `show_line`. Some events are not shown."""
        if paint := getattr(self.painter, event.replace("on_", "show_"), None):
            self._show(paint, *about)

    def _show(self, paint: Callable[..., Page], *about: object) -> None:
        self.board.change(lambda page: paint(page, *about))


def scale_level(dbfs: float) -> float:
    """How full the level bar is at that loudness: 0 to 1."""
    return round(min(1.0, max(0.0, (dbfs - MIN_LEVEL) / (MAX_LEVEL - MIN_LEVEL))), 2)
