"""The processes that engines run in, for tests that kill or stop them."""

from __future__ import annotations

from voice.recognize.supervised import Supervised


def find_process(engine: Supervised) -> int:
    """The process id of the engine's child."""
    return engine._child._process.pid or 0
