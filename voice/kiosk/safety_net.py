"""The one net around a visit: whatever is raised inside is noted, and the visit goes on to an ending that calls the staff.

Once there is an outcome, it stays on the page and the staff stay called, whatever is raised while it is waited there.
Everywhere else an error is caught by its type where something can be done about it. Here nobody knows what it is, and a
patient stands before the kiosk.
"""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType

from voice.base import journal
from voice.base.console import tell
from voice.base.errors import DeviceError, RuggespraakError
from voice.kiosk.private_mode import Abandoned
from voice.kiosk.turns.observer import Observer


class SafetyNet:
    """Catches what is raised in its block. error: what that was; None if nothing was.

    A visit that the staff end from outside is no fault and passes through, and so does the end of the program.
    """

    def __init__(self, observer: Observer) -> None:
        self.error: Exception | None = None
        self._observer = observer

    def __enter__(self) -> SafetyNet:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if not isinstance(error, Exception) or isinstance(error, Abandoned):
            return False
        self.error = error
        self._note(error)
        return True

    def _note(self, error: Exception) -> None:
        """Note the error for those who service the kiosk; what an error of Python says may hold words of the patient."""
        observe, text, reason = self._observer.on_crash, _find_place(error), _find_place(error)
        if isinstance(error, RuggespraakError):
            observe, text, reason = self._observer.on_fault, str(error), error.problem
        with suppress(OSError, ValueError):  # nobody may read standard error any more
            tell(f"The visit could not go on as usual: {text}")
        if isinstance(error, DeviceError):  # noted and observed when it was waited for
            return
        journal.note("fault", reason=reason)
        try:
            observe(text)
        except Exception as second:  # noqa: BLE001  the observer may be what failed
            journal.note("fault", reason=_find_place(second))


def _find_place(error: Exception) -> str:
    return journal.find_place(type(error), error.__traceback__)
