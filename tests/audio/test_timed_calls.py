"""Calls into a library that hangs: nobody waits longer than the deadline, and all is well again once it answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from voice.audio import timed_calls
from voice.audio.timed_calls import TimedCalls
from voice.base.errors import DeviceError, Symptom

SOON, LATE = 0.05, 10.0
"""Deadlines in seconds: one that a hanging call misses, and one that is never reached."""


class HangingLibrary:
    """Answers only when it is woken, and notes what it was asked."""

    def __init__(self) -> None:
        self.awake, self.asked = threading.Event(), list[str]()

    def open(self) -> str:
        self.awake.wait()
        return self.note("opened")

    def note(self, what: str) -> str:
        self.asked.append(what)
        return what


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(timed_calls, "tell", lines.append)
    return lines


@pytest.fixture
def library(told: list[str]) -> Iterator[HangingLibrary]:
    before = threading.enumerate()
    made = HangingLibrary()
    yield made
    made.awake.set()
    for thread in threading.enumerate():
        if thread not in before:
            thread.join(LATE)


@pytest.fixture
def calls(library: HangingLibrary) -> TimedCalls:
    """Calls of which one hangs."""
    made = TimedCalls()
    with pytest.raises(DeviceError, match=r"usb does not answer\. Restart the sound server"):
        made.make("usb", SOON, library.open, discard=lambda stream: library.note(f"{stream} in vain"))
    return made


def wake(calls: TimedCalls, library: HangingLibrary) -> None:
    """Let the call that hangs return, and wait until all about it is done."""
    library.awake.set()
    with calls._state:
        assert calls._state.wait_for(lambda: not calls._running, LATE)
    for thread in threading.enumerate():
        if thread.name.startswith("sound: "):
            thread.join(LATE)


def test_a_call_in_time_returns_what_it_made_and_raises_what_it_raised() -> None:
    calls = TimedCalls()
    assert calls.make("usb", LATE, lambda: 4) == 4
    with pytest.raises(DeviceError, match="No loudspeaker found"):
        calls.make("usb", LATE, refuse)
    assert calls.make("usb", LATE, lambda: 5) == 5


def refuse() -> None:
    raise DeviceError("No loudspeaker found.")


def test_the_error_names_the_device_and_the_symptom(library: HangingLibrary) -> None:
    with pytest.raises(DeviceError) as raised:
        TimedCalls().make("usb", SOON, library.open)
    assert (raised.value.trouble.symptom, raised.value.trouble.subject) == (Symptom.HANGS, "usb")


def test_what_hangs_is_waited_for_once_and_everything_else_is_refused_at_once(calls: TimedCalls, library: HangingLibrary) -> None:
    assert calls.hangs
    with pytest.raises(DeviceError, match="microphone does not answer"):
        calls.make("microphone", LATE, lambda: library.note("asked all the same"))
    assert library.asked == []


def test_what_was_opened_too_late_is_closed_and_the_library_is_free_again(calls: TimedCalls, library: HangingLibrary) -> None:
    wake(calls, library)
    assert library.asked == ["opened", "opened in vain"]
    assert (calls.hangs, calls.make("usb", LATE, lambda: 4)) == (False, 4)


def test_what_could_not_be_closed_is_closed_before_the_next_call(calls: TimedCalls, library: HangingLibrary) -> None:
    calls.owe("microphone", LATE, lambda: library.note("closed"))
    wake(calls, library)
    calls.make("usb", LATE, lambda: library.note("next"))
    assert library.asked == ["opened", "opened in vain", "closed", "next"]


def test_a_closing_that_fails_in_the_end_does_not_keep_the_library(
    library: HangingLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda raised: library.note(str(raised.exc_value)))
    calls = TimedCalls()
    with pytest.raises(DeviceError):
        calls.make("usb", SOON, library.open, discard=lambda stream: refuse())
    wake(calls, library)
    assert calls.make("usb", LATE, lambda: 4) == 4


def test_a_closing_that_hangs_itself_is_not_done_twice(library: HangingLibrary) -> None:
    calls = TimedCalls()
    calls.owe("usb", SOON, library.open)
    wake(calls, library)
    calls.make("usb", LATE, lambda: library.note("next"))
    assert library.asked == ["opened", "next"]


def test_the_log_tells_the_device_the_thread_and_how_long(calls: TimedCalls, library: HangingLibrary, told: list[str]) -> None:
    [thread] = [one.native_id for one in threading.enumerate() if one.name == "sound: usb"]
    assert len(told) == 1
    assert re.fullmatch(rf"usb does not answer\. Thread {thread} was left behind after \d+\.\d s\.", told[0])
    wake(calls, library)
    assert told[1].startswith(f"usb answers again. Thread {thread} has returned after ")


def test_standard_error_is_given_back_by_a_library_that_hangs_while_it_has_silenced_it(
    library: HangingLibrary, capfd: pytest.CaptureFixture[str]
) -> None:
    def silence_and_hang() -> None:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
        library.open()

    with pytest.raises(DeviceError):
        TimedCalls().make("usb", SOON, silence_and_hang)
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_a_call_whose_waiting_is_interrupted_is_late_at_once(
    library: HangingLibrary, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Ctrl+C comes while a device is closed: nothing that is closed after it waits for the same hang."""
    calls = TimedCalls()
    waiting = threading.Condition.wait_for

    def interrupt(state: threading.Condition, ready: Callable[[], bool], seconds: float) -> bool:
        if calls._running:
            monkeypatch.setattr(threading.Condition, "wait_for", waiting)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # as sounddevice does while PortAudio starts
            raise KeyboardInterrupt
        return waiting(state, ready, seconds)

    monkeypatch.setattr(threading.Condition, "wait_for", interrupt)
    with pytest.raises(KeyboardInterrupt):
        calls.owe("loudspeaker", LATE, library.open)
    assert calls.hangs
    with pytest.raises(DeviceError, match="microphone does not answer"):
        calls.make("microphone", LATE, lambda: library.note("asked all the same"))
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


LEAVING = """
import atexit, threading
from voice.audio.soundcard import PORTAUDIO, end_process
from voice.base.errors import DeviceError
atexit.register(print, "at exit")
try:
    PORTAUDIO.make("kiosk_mic", 0.01, threading.Event().wait)
except DeviceError:
    print("late")
    end_process(130)
print("went on")
"""


@pytest.mark.slow
def test_a_program_does_not_outlive_a_hanging_library_and_ends_with_its_code() -> None:
    """An ordinary exit takes the library down under the thread that is in it, and may end in a segmentation fault."""
    done = subprocess.run([sys.executable, "-c", LEAVING], stdout=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (130, "late\nat exit\n")
