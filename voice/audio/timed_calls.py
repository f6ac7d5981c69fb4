"""Call a library that may hang: each call has a deadline, and one that is late stays behind in its thread.

1. The library is not made for several threads, so one call goes on at a time.
2. While a late call has not returned, every other is refused at once: nobody waits for the same hang twice.
3. What a late call makes in the end is discarded.
4. A call whose waiting is interrupted (Ctrl+C) is late at once: the library may hang, and nothing asks it again.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from voice.base import journal
from voice.base.console import tell
from voice.base.errors import DeviceError, Symptom

REMEDY = "Restart the sound server, or switch the computer off and on."

Result = TypeVar("Result")


@dataclass
class _Call:
    """One call, and what becomes of it.

    device: what it is about. act: what it does. discard: undoes what `act` made, if nobody waits for that any more.
    began: when (`time.monotonic`); 0 before that. thread: the system's number of its thread.
    """

    device: str
    act: Callable[[], Any]
    discard: Callable[[Any], object] = lambda made: None
    began: float = 0.0
    thread: int = 0
    made: Any = None
    failure: BaseException | None = None
    returned: bool = False
    late: bool = False

    def run(self, owed: list[Callable[[], object]]) -> None:
        """Do what is owed, and then this call."""
        try:
            while owed:
                owed.pop()()
            self.made = self.act()
        except BaseException as reason:  # noqa: BLE001  raised again where somebody waits for it
            self.failure = reason

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return round(time.monotonic() - self.began, 1)


class TimedCalls:
    """The calls into one library, from any thread."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._running: _Call | None = None
        self._owed: list[Callable[[], object]] = []

    @property
    def hangs(self) -> bool:
        """Whether a call that was left behind has not returned yet."""
        running = self._running
        return running is not None and running.late

    def make(
        self, device: str, seconds: float, act: Callable[[], Result], discard: Callable[[Result], object] = lambda made: None
    ) -> Result:
        """Return what `act` returns, or raise what it raises. Raises DeviceError if the library takes longer than `seconds`.

        device: its name, for the error. discard: closes what `act` has opened too late.
        """
        return self._make(_Call(device, act, discard), seconds)  # type: ignore[no-any-return]

    def owe(self, device: str, seconds: float, act: Callable[[], object]) -> None:
        """Do `act` now, or before the next call if the library hangs."""
        call = _Call(device, act)
        with suppress(DeviceError):  # told already
            self._make(call, seconds)
        if not call.began:
            self._owed.append(act)

    def _make(self, call: _Call, seconds: float) -> Any:
        with self._state:
            self._state.wait_for(lambda: not self._running or self.hangs, seconds)
            if self._running:
                raise make_hanging_error(call.device)
            self._running, call.began = call, time.monotonic()
        with _keep_standard_error() as give_back:
            thread = threading.Thread(target=self._do, args=(call,), name=f"sound: {call.device}", daemon=True)
            thread.start()
            call.thread = thread.native_id or 0
            if self._wait_for(call, seconds):
                return call.made
            give_back()
        journal.note("device hangs", device=call.device, thread=call.thread, seconds=call.seconds)
        tell(f"{call.device} does not answer. Thread {call.thread} was left behind after {call.seconds} s.")
        raise make_hanging_error(call.device)

    def _wait_for(self, call: _Call, seconds: float) -> bool:
        """Return whether the call has returned in time. Raises what it raised."""
        with self._state:
            try:
                self._state.wait_for(lambda: call.returned, seconds)
            finally:  # also if Ctrl+C ends the waiting
                call.late = not call.returned
        if call.failure and not call.late:
            raise call.failure
        return not call.late

    def _do(self, call: _Call) -> None:
        """Do one call, after what is owed, in a thread of its own."""
        call.run(self._owed)
        with self._state:
            call.returned = True
            if not call.late:
                self._release()
                return
        try:
            if not call.failure:
                call.discard(call.made)
        finally:
            with self._state:
                self._release()
        journal.note("device answers", device=call.device, thread=call.thread, seconds=call.seconds)
        tell(f"{call.device} answers again. Thread {call.thread} has returned after {call.seconds} s.")

    def _release(self) -> None:
        self._running = None
        self._state.notify_all()


def make_hanging_error(device: str) -> DeviceError:
    """Return the error of a device that has not answered in time."""
    return DeviceError(f"{device} does not answer.", REMEDY, Symptom.HANGS, device)


@contextmanager
def _keep_standard_error() -> Iterator[Callable[[], int]]:
    """Give a function that restores standard error: sounddevice silences it while PortAudio starts, which may hang.

    What is raised in the block restores it, too.
    """
    kept = os.dup(2)
    try:
        yield lambda: os.dup2(kept, 2)
    except BaseException:
        os.dup2(kept, 2)
        raise
    finally:
        os.close(kept)
