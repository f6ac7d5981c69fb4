"""Start, ask and end the process of an engine: what crashes or hangs in it costs the patient a moment, not the consultation.

The parent starts it, asks with a deadline, and ends it. The child (`worker.py`) answers small tuples over one pipe:
first ("ready", greeting) or ("failed", reason), then one ("done", result) for each call.
"""

from __future__ import annotations

import multiprocessing
import signal
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from voice.recognize.transcript import Trust

LOADING = 60.0
"""Seconds that a model may take to load."""

Message = tuple[str, Any]
Greeting = tuple[str, Trust]
"""The engine's name and trust."""


class Gone(Exception):
    """The child has died."""


class Late(Gone):
    """The child does not answer in time."""


class Unloadable(Exception):
    """The child could not load its model; the message says why."""


class Child:
    """One started process. It runs the function `serve` of `module` with the arguments and the pipe.

    Only the child imports the module, so the parent never holds what its engine needs.
    """

    def __init__(self, module: str, *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")  # a forked copy would share locks and the sound card
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(module, *arguments, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._greeting: Message | None = None

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def await_greeting(self) -> Greeting:
        """Wait until the child has loaded.

        Raises Unloadable if it could not load, Gone if it died of it, Late if it takes longer than LOADING.
        """
        if self._greeting is None:
            self._greeting = _receive(self._pipe, LOADING)
        state, content = self._greeting
        if state == "failed":
            raise Unloadable(content)
        greeting: Greeting = content
        return greeting

    def ask(self, seconds: float, name: str, *arguments: Any) -> Any:
        """Make one call and return its result. Raises Gone if the child has died, Late if it takes longer."""
        self.await_greeting()
        try:
            self._pipe.send((name, *arguments))
        except OSError as reason:
            raise Gone from reason
        return _receive(self._pipe, seconds)[1]

    def end(self) -> None:
        """End it at once, whatever it does; may be called again."""
        self._pipe.close()
        self._process.kill()
        self._process.join()


def _run(module: str, *arguments: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    import_module(module).serve(*arguments)


def _receive(pipe: Connection, seconds: float) -> Message:
    try:
        if not pipe.poll(seconds):
            raise Late
        message: Message = pipe.recv()
        return message
    except (EOFError, OSError) as reason:
        raise Gone from reason
