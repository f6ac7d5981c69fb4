"""A process of its own for an engine: what crashes or hangs in it costs the patient a moment and not the consultation.

The parent starts it, asks with a deadline, and ends it; the child (`worker.py`, `vosk_child.py`) answers small
tuples over one pipe: first ("ready", what it says of itself) or ("failed", reason), then one (name, result) a call.
"""

from __future__ import annotations

import multiprocessing
import signal
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

LOADING = 60.0
"""Seconds that a model may take to load."""


class Gone(Exception):
    """The child has died."""


class Late(Gone):
    """The child does not answer in time."""


class Unloadable(Exception):
    """The child could not load its model; the message says why."""


class Child:
    """One started process. module: what it runs, by its function `serve`, given the arguments and the pipe.

    The module is imported in the child only, so that the parent never holds what its engine needs.
    """

    def __init__(self, module: str, *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")  # a forked copy would share locks and the sound card
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(module, *arguments, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._greeting: tuple[Any, ...] = ()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def greeting(self) -> Any:
        """What it says of itself once it has loaded. Raises Unloadable, or Gone where it died of it."""
        if not self._greeting:
            self._greeting = _reply(self._pipe, LOADING)
        state, told = self._greeting
        if state == "failed":
            raise Unloadable(told)
        return told

    def ask(self, seconds: float, name: str, *arguments: Any) -> Any:
        """One call and its result. Raises Gone where the child has died, Late where it takes longer."""
        self.greeting()
        try:
            self._pipe.send((name, *arguments))
        except OSError as reason:
            raise Gone from reason
        return _reply(self._pipe, seconds)[1]

    def end(self) -> None:
        """End it at once, whatever it does."""
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _run(module: str, *arguments: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    import_module(module).serve(*arguments)


def _reply(pipe: Connection, seconds: float) -> tuple[Any, ...]:
    try:
        if not pipe.poll(seconds):
            raise Late
        return pipe.recv()
    except (EOFError, OSError) as reason:
        raise Gone from reason
