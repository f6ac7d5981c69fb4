"""Answers that are touched instead of spoken: the mailbox between a screen or keyboard and the loop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from voice.understand.meaning import Answer, Meaning

ANY = ""
"""Stands for whatever question is open: for "stop", "help", "louder", which mean the same at any of them."""

WISHES = frozenset({Meaning.HELP, Meaning.STOP, Meaning.BACK, Meaning.REPEAT, Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER})
"""Presses that tell nothing about the question, so that they count before it is put."""


class Touched(Exception):
    """The open question was answered by touch."""


class Touches:
    """Holds the answer that was pressed last, until the loop takes it. Every method may be called from any thread.

    A press while a question is open silences the kiosk at once, ends listening at the next block (32 ms), and is
    the answer to that question exactly as if it had been spoken. A question is open from the moment at which the
    kiosk begins to speak the lines that lead to it (`Observer.on_question`) until its answer is known
    (`Observer.on_turn`). A call that comes between two questions is kept for the next one.

    resumed: set when a patient who touched help goes on after all. turned: the line that is shown has been read.

    An answer counts only from the moment at which the question's own line is shown (`put`). Until then a line that leads to
    it is on the screen, and only WISHES count.
    """

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._open = ANY
        self._hush: Callable[[], None] | None = None
        self._pressed: Answer | None = None
        self._kept: Answer | None = None
        self.is_put = False
        self.skipped = False
        self.turned = False
        self.resumed = threading.Event()
        self._stop: Callable[[], None] = lambda: None

    def begin(self, stop: Callable[[], None]) -> None:
        """A visit begins; `stop` ends the line that is spoken or read."""
        with self._lock:
            self._stop = stop

    def show_line(self) -> None:
        """The next line is shown, and is to be read."""
        with self._lock:
            self.turned = False

    def turn_page(self) -> None:
        """Go to the next line at once, also where no question is open."""
        with self._lock:
            self.turned = True
            self._stop()
            self._lock.notify_all()

    def press(self, answer: Answer, question: str = ANY) -> bool:
        """Take a press of `answer`; return whether it counts.

        question: the id of the question that the button belongs to. A press for another question than the open
        one counts for nothing: it came too late, and a "no" must never answer a question that nobody has read. So does
        an answer to a question that is not put yet.
        The last press counts; one that the loop has taken cannot be changed any more, and a call for help never.
        """
        with self._lock:
            if self._hush is None or question not in (ANY, self._open):
                return False
            if not self.is_put and answer.meaning not in WISHES:
                return False
            if not self._pressed or self._pressed.meaning is not Meaning.HELP:
                self._pressed = answer
            self._hush()
            self._lock.notify_all()
            return True

    def call(self, answer: Answer) -> None:
        """Take a call (help, stop) at whatever is open. If nothing is, it answers the next question as soon as that opens."""
        with self._lock:
            if not self.press(answer) and not (self._kept and self._kept.meaning is Meaning.HELP):
                self._kept = answer

    @property
    def calls(self) -> bool:
        """Whether a call, or another answer, has not been taken yet."""
        return self.pending or self._kept is not None

    def forget(self) -> None:
        """Forget a call that no question will take, because the visit begins or ends."""
        with self._lock:
            self._kept = None

    @property
    def pending(self) -> bool:
        """Whether an answer waits to be taken."""
        return self._pressed is not None

    def heed(self) -> None:
        """Unwind what the loop is doing. Raises Touched if an answer waits to be taken."""
        if self.pending:
            raise Touched

    def wait(self, seconds: float) -> None:
        """Wait so long, or until somebody presses an answer."""
        with self._lock:
            self._lock.wait_for(lambda: self.pending, seconds)

    def wait_for_turn(self, seconds: float) -> bool:
        """Wait so long, or until somebody goes to the next line or presses an answer; return whether somebody did."""
        with self._lock:
            return self._lock.wait_for(lambda: self.turned or self.pending, seconds)

    def open(self, question: str, hush: Callable[[], None]) -> None:
        """Open the question of that id; `hush` silences the kiosk, without effect while it is silent."""
        with self._lock:
            self._open, self._hush, self._pressed, self._kept = question, hush, self._kept, None
            self.is_put = self.skipped = False

    def put(self) -> None:
        """The question's own line is shown: from now on an answer counts."""
        with self._lock:
            self.is_put = True

    def skip(self) -> bool:
        """Skip the lines that lead to the open question; return whether there was something to skip."""
        with self._lock:
            if self._hush is None or self.is_put:
                return False
            self.skipped = True
            self._hush()
            return True

    def close(self) -> Answer | None:
        """Close the open question. Return the answer that was pressed until now; None if there is none."""
        with self._lock:
            pressed, self._pressed, self._hush = self._pressed, None, None
            return pressed
