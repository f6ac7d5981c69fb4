"""Delivers calls for the staff one after the other, and tries each again until it is delivered or the staff have seen it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import chain, repeat

from voice.base import journal
from voice.base.console import tell
from voice.base.errors import ServerError, Trouble
from voice.kiosk.staff_calls import KEPT, StaffCall

WAITS = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds between the tries; the last one again and again."""

LAST_SECONDS = 3.0
"""Seconds that what still waits may take when the program ends."""


class CallDelivery:
    """Delivers in a thread of its own, so that nobody waits for a network. Every method may be called from any thread.

    deliver: delivers one call, or raises ServerError. on_change: called when `failure` has changed.
    waits: seconds between the tries, as `WAITS`.
    """

    def __init__(
        self,
        deliver: Callable[[StaffCall], None],
        on_change: Callable[[Trouble | None], None],
        waits: tuple[float, ...] = WAITS,
    ) -> None:
        self._deliver = deliver
        self._on_change = on_change
        self._waits = waits
        self._state = threading.Condition()
        self._undelivered: list[StaffCall] = []
        self._urged = False
        self._failure: Trouble | None = None
        threading.Thread(target=self._run, name="calls", daemon=True).start()

    @property
    def failure(self) -> Trouble | None:
        """Why the last try failed; None while no call has failed."""
        return self._failure

    def call(self, call: StaffCall) -> None:
        """Deliver it as soon as possible; all that wait are tried again at once, too. None waits twice."""
        with self._state:
            if call not in self._undelivered:
                self._undelivered = [*self._undelivered, call][-KEPT:]
            self._urged = True
            self._state.notify_all()

    def forget(self) -> None:
        """Try no more: the staff have seen every call."""
        with self._state:
            self._undelivered.clear()
            self._urged = True
            self._state.notify_all()
            self._show(None)

    def close(self, seconds: float = LAST_SECONDS) -> None:
        """Try once more what waits, for so many seconds, and tell which calls were lost: they are kept nowhere."""
        with self._state:
            self._urged = True
            self._state.notify_all()
            self._state.wait_for(lambda: not self._undelivered, seconds)
            lost = tuple(self._undelivered)
        if lost:
            times = ", ".join(f"{call.at:%H:%M:%S}" for call in lost)
            tell(f"Calls for the staff that were not delivered before the end ({times}) are lost. Look whether somebody waits.")

    def _run(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._undelivered)
            for seconds in chain(self._waits, repeat(self._waits[-1])):
                self._urged = False
                if self._deliver_all():
                    break
                with self._state:
                    self._state.wait_for(lambda: self._urged, seconds)

    def _deliver_all(self) -> bool:
        """Deliver what waits, the oldest first; return whether nothing is left."""
        while undelivered := tuple(self._undelivered):
            call = undelivered[0]
            try:
                self._deliver(call)
            except ServerError as error:
                journal.note("call not sent", reason=str(error.trouble.symptom))
                with self._state:
                    if call in self._undelivered:  # else the staff have seen it meanwhile
                        self._show(error.trouble)
                return False
            with self._state:
                self._undelivered = [other for other in self._undelivered if other is not call]
                self._state.notify_all()
        self._show(None)
        return True

    def _show(self, failure: Trouble | None) -> None:
        changed, self._failure = failure != self._failure, failure
        if changed:
            tell(
                f"A call for the staff is not delivered. {failure.message}"
                if failure
                else "Every call for the staff has arrived."
            )
            self._on_change(failure)
