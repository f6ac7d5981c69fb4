"""Start, ask and end the process of an engine: what crashes or hangs in it costs the patient a moment, not the consultation.

The parent starts it, asks with a deadline, and ends it. A child that is late is killed: whatever the parent waits for in the
pipe then fails, also to send a long answer, more of which nobody takes. The child makes one Recognizer and answers over one pipe:

    ("ready", (name, trust)) or ("failed", reason), first
    ("transcribe", audio, vocabulary) -> ("done", Transcript)
    ("find_unknown_words", phrases)   -> ("done", words)
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from voice.base import journal
from voice.base.errors import ModelError
from voice.base.process_memory import return_freed_memory
from voice.recognize.transcript import Recognizer, Trust

LOADING = 60.0
"""Seconds that a model may take to load."""

LIBRARIES = {"CT2_USE_MKL": "0", "OPENBLAS_NUM_THREADS": "1"}
"""What the child's libraries read when they are loaded.

CTranslate2 computes with oneDNN. On Intel's processors it would choose MKL, whose large work areas become real where freed memory
is overwritten (`voice/base/process_memory.py`): 1.1 GB in place of 0.2.

Numpy computes in one thread. With more, they and those of CTranslate2 wait for each other: on a busy machine of 2 cores, to read
the phones of an answer then takes 70 ms of a core in place of 1.
"""

_STARTING = threading.Lock()
"""The environment belongs to the whole process, so one child starts at a time."""

_SET_NAME = 15
"""PR_SET_NAME of prctl(2)."""

Greeting = tuple[str, Trust]
"""The engine's name and trust."""


class Gone(Exception):
    """The child has died."""


class Late(Gone):
    """The child does not answer in time."""


class Unloadable(Exception):
    """The child could not load its model; the message says why."""


class Child:
    """One started process. It makes the recognizer `name` of `module` with the arguments.

    Only the child imports the module, so the parent never holds what its engine needs.
    """

    def __init__(self, module: str, name: str, arguments: dict[str, Any]) -> None:
        context = multiprocessing.get_context("spawn")  # a forked copy would share locks and the sound card
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(module, name, arguments, theirs), daemon=True)
        with _set_environment(LIBRARIES):
            self._process.start()
        self.pid = self._process.pid or 0
        theirs.close()
        self._greeting: tuple[str, Any] | None = None

    def await_greeting(self) -> Greeting:
        """Wait until the child has loaded.

        Raises Unloadable if it could not load, Gone if it died of it, Late if it takes longer than LOADING.
        """
        if self._greeting is None:
            with self._end_in(LOADING):
                self._greeting = self._pipe.recv()
        state, content = self._greeting
        if state == "failed":
            raise Unloadable(content)
        name, trust = content
        return name, trust

    def ask(self, seconds: float, name: str, *arguments: Any) -> Any:
        """Make one call and return its result. Raises Gone if the child has died, Late if all of it takes longer."""
        self.await_greeting()
        with self._end_in(seconds):
            self._pipe.send((name, *arguments))
            return self._pipe.recv()[1]

    @property
    def has_ended(self) -> bool:
        """Whether `end` was called."""
        return self._pipe.closed

    def end(self) -> None:
        """End it at once, whatever it does; may be called again."""
        self._pipe.close()
        self._process.kill()
        self._process.join()

    @contextmanager
    def _end_in(self, seconds: float) -> Iterator[None]:
        """Kill the child if the block takes longer. Raises Gone if the pipe breaks in it, Late if it broke because of that."""
        late = threading.Event()

        def kill() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (EOFError, OSError) as reason:
            raise (Late if late.is_set() else Gone) from reason
        finally:
            timer.cancel()
            timer.join()  # the number of a process that has ended may soon be another's


@contextmanager
def _set_environment(variables: dict[str, str]) -> Iterator[None]:
    """Set these variables while the block runs: a child that starts meanwhile keeps them."""
    with _STARTING:
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _serve(module: str, name: str, arguments: dict[str, Any], pipe: Connection) -> None:
    """Make the recognizer, and answer until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    journal.keep()
    _show_name(name.lower())
    try:
        make: Callable[..., Recognizer] = getattr(import_module(module), name)
        engine = make(**arguments)
    except (ModelError, ImportError) as reason:
        return pipe.send(("failed", str(reason)))
    return_freed_memory()
    pipe.send(("ready", (engine.name, engine.trust)))
    while _answer(engine, pipe):
        pass


def _show_name(name: str) -> None:
    """Show the system's tools which engine this process is. Do nothing outside Linux."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_NAME, name.encode())


def _answer(engine: Recognizer, pipe: Connection) -> bool:
    """Answer one call. The sound is let go before the next call is awaited. Returns False if the parent has gone."""
    try:
        name, *arguments = pipe.recv()
    except EOFError:
        return False
    pipe.send(("done", getattr(engine, name)(*arguments)))
    del arguments
    return_freed_memory()
    return True
