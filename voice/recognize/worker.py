"""Serve one Recognizer in a process of its own, asked over a pipe by `process.py`.

    ("transcribe", audio, vocabulary) -> ("done", Transcript)
    ("find_unknown_words", phrases)   -> ("done", words)

It begins with ("ready", (name, trust)) or ("failed", reason).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from voice.base.errors import ModelError
from voice.recognize.transcript import Recognizer


def serve(module: str, name: str, arguments: dict[str, Any], pipe: Connection) -> None:
    """Make the recognizer `name` of a module, and answer until the parent closes the pipe."""
    try:
        make: Callable[..., Recognizer] = getattr(import_module(module), name)
        engine = make(**arguments)
    except (ModelError, ImportError) as reason:
        pipe.send(("failed", str(reason)))
        return
    pipe.send(("ready", (engine.name, engine.trust)))
    while _answer(engine, pipe):
        pass


def _answer(engine: Recognizer, pipe: Connection) -> bool:
    """Answer one call. The sound is let go before the next call is awaited. Returns False if the parent has gone."""
    try:
        name, *arguments = pipe.recv()
    except EOFError:
        return False
    pipe.send(("done", getattr(engine, name)(*arguments)))
    return True
