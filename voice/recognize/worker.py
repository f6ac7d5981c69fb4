"""The process in which an engine lives that hears whole answers: one Recognizer, asked over a pipe (`process.py`).

    ("transcribe", audio, vocabulary) -> ("done", Transcript)
    ("strange", phrases)              -> ("done", words that the engine does not know)

On starting it says ("ready", (name, trust)) or ("failed", reason).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from voice.base.errors import ModelError
from voice.recognize.transcript import Recognizer


def serve(module: str, name: str, arguments: dict[str, Any], pipe: Connection) -> None:
    """Make the recognizer `name` of a module and answer until the parent closes the pipe."""
    try:
        make: Callable[..., Recognizer] = getattr(import_module(module), name)
        engine = make(**arguments)
    except (ModelError, ImportError) as reason:
        pipe.send(("failed", str(reason)))
        return
    pipe.send(("ready", (engine.name, engine.trust)))
    while _answered(engine, pipe):
        pass


def _answered(engine: Recognizer, pipe: Connection) -> bool:
    """Answer once; what was heard is let go of before the next is waited for. False once the parent has gone."""
    try:
        name, *arguments = pipe.recv()
    except EOFError:
        return False
    pipe.send(("done", getattr(engine, name)(*arguments)))
    return True
