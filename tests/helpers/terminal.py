"""A program on a terminal of its own (a pseudo-terminal), typed into as a person does: after what it shows."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tests.helpers.virtual_sound_card import ROOT


class Terminal:
    """What a program has shown so far, and where to type."""

    def __init__(self, screen: int, process: subprocess.Popen[bytes]) -> None:
        self._screen, self.process, self.shown, self._seen = screen, process, "", 0

    def wait_for(self, text: str, seconds: float = 60.0) -> str:
        """Wait until the text is shown; return what was shown before it since the last time. Raises AssertionError if it is not."""
        late = time.monotonic() + seconds
        while text not in self.shown[self._seen :]:
            assert self._read(late), f"{text!r} is not shown: {self.shown[self._seen :]}"
        before, _, rest = self.shown[self._seen :].partition(text)
        self._seen = len(self.shown) - len(rest)
        return before

    def type(self, line: str) -> None:
        os.write(self._screen, f"{line}\n".encode())

    def answer(self, question: str, line: str) -> str:
        """Wait for a question and the place to type after it, and type a line. Returns what was shown before it."""
        before = self.wait_for(question)
        self.wait_for("> ")
        self.type(line)
        return before

    def end(self, seconds: float = 60.0) -> int:
        """Read to the end of the program. Returns its exit code."""
        late = time.monotonic() + seconds
        while self._read(late):
            pass
        return self.process.wait(seconds)

    def _read(self, late: float) -> bool:
        """Read what is shown next; False at the end of the program or of the time."""
        if not select.select([self._screen], [], [], max(0.0, late - time.monotonic()))[0]:
            return False
        try:
            self.shown += os.read(self._screen, 4096).decode("utf-8", "replace")
        except OSError:  # Linux says so when the program has closed its side
            return False
        return True


@contextmanager
def open_terminal(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a program on a pseudo-terminal for the duration of a block."""
    screen, side = pty.openpty()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=side, stdout=side, stderr=side, start_new_session=True)
    os.close(side)
    try:
        yield Terminal(screen, process)
    finally:
        process.kill()
        process.wait()
        os.close(screen)
