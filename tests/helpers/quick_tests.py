"""Keeps `make quick` quick: a test without the marker `slow` fails if it uses what only slow tests may use.

Slow tests are those that start another process (a browser, a sound card made of software, an engine, a voice, the program
itself), read a model, reach another machine, or need more than some seconds of processor time. They carry the marker
`slow`, on the test or as the `pytestmark` of their file.
"""

from __future__ import annotations

import multiprocessing.process
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

MOST_SECONDS = 20.0
"""Processor time that a quick test may take. It hardly depends on what else the machine does."""
PROCESSES = ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system", "multiprocessing.start")
FETCHED = re.compile(rf"{Path(__file__).resolve().parents[2]}/models/(?!train|[^/]*-ruggespraak)[^/]+/")
"""Paths of models that are fetched. Our own come with the checkout, and are small."""
LIBRARIES = {"sounddevice": "a sound card", "vosk": "an engine", "pyttsx3": "a voice", "piper": "a voice"}
"""Libraries that a quick test does not import. Python tells of the first import only."""
LOCAL = ("127.", "::1", "localhost")

Uses = set[str]

_watchers: list[tuple[frozenset[threading.Thread], Uses]] = []
"""For each watch that goes on: the threads that were there before it, and what has been used since."""


def name_use(event: str, arguments: tuple[Any, ...]) -> str | None:
    """Name what an audit event of Python (PEP 578) says is used, or None if quick tests may use it."""
    if event in PROCESSES:
        return "another process"
    if event == "open" and FETCHED.match(str(arguments[0])):
        return "an engine"
    if event == "import" and arguments[0] in LIBRARIES:
        return LIBRARIES[arguments[0]]
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not str(arguments[1][0]).startswith(LOCAL):
        return "the network"
    return None


@contextmanager
def watch() -> Iterator[Uses]:
    """Collect what is used meanwhile, by this thread or by one that begins meanwhile."""
    used: Uses = set()
    watcher = (frozenset(threading.enumerate()) - {threading.current_thread()}, used)
    _watchers.append(watcher)
    try:
        yield used
    finally:
        _watchers.remove(watcher)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _watchers and (use := name_use(event, arguments)):
        for before, used in _watchers:
            if threading.current_thread() not in before:
                used.add(use)


def _start(process: multiprocessing.process.BaseProcess) -> None:
    """Start a process of `multiprocessing`, which raises no audit event of its own."""
    sys.audit("multiprocessing.start")
    _START(process)


_START = multiprocessing.process.BaseProcess.start


def pytest_configure(config: pytest.Config) -> None:
    multiprocessing.process.BaseProcess.start = _start
    sys.addaudithook(_note)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    with watch() as used:
        item.stash[_USED] = used
        item.stash[_BEGUN] = time.process_time()
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    result = yield
    if item.get_closest_marker("slow") is None:
        if item.stash[_USED]:
            pytest.fail(f"A quick test used {' and '.join(sorted(item.stash[_USED]))}: mark it slow.", pytrace=False)
        seconds = time.process_time() - item.stash[_BEGUN]
        if seconds > MOST_SECONDS:
            pytest.fail(f"A quick test took {seconds:.0f} s of processor time: mark it slow.", pytrace=False)
    return result


_USED = pytest.StashKey[Uses]()
_BEGUN = pytest.StashKey[float]()
