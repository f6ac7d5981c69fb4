"""Ring at the desk: tells every page there that a call was made, from any thread and without waiting for anybody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from voice.kiosk.staff_calls import StaffCall


class Bell:
    """rung: how often it has rung. promised: somebody at the desk has said since that he comes. watched: pages that follow it.

    closed: the program ends.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        self.rung = 0
        self.promised = False
        self.watched = 0
        self.closed = False

    def ring(self, call: StaffCall) -> None:
        """A call was made, or is repeated: a promise of before holds no longer. A quiet one is shown only."""
        with self._changed:
            if not call.quiet:
                self.rung += 1
                self.promised = False
            self._notify()

    def promise(self) -> None:
        """Somebody at the desk comes."""
        with self._changed:
            self.promised = True
            self._notify()

    def wake(self) -> None:
        """Have every page look anew."""
        with self._changed:
            self._notify()

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._notify()

    def wait(self, number: int, seconds: float) -> int:
        """Wait until something has changed since `number`, at most so many seconds, and return the number of now."""
        with self._changed:
            self._changed.wait_for(lambda: self._number != number or self.closed, seconds)
            return self._number

    @contextmanager
    def follow(self) -> Iterator[None]:
        """Count a page while the block runs."""
        with self._changed:
            self.watched += 1
        try:
            yield
        finally:
            with self._changed:
                self.watched -= 1

    def _notify(self) -> None:
        self._number += 1
        self._changed.notify_all()
