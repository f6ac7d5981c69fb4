"""The three judges of a mutant: the walk, the campaign and the tests.

1. Walk: `script walk` on the short script with the short chapters, with plain answers; and with one unusual answer on the questions
   in WALKED, of each kind and urgency one with its follow-up, because the whole takes two minutes.
2. Campaign: `bench soak`, VISITS visits of simulated patients, nothing broken. Judged from what is true of them.
3. Tests: those that are not slow and that call the function which is changed, the shortest first, until one fails.

A mutant that crashes a judge or keeps it busy without end is found by it.
"""

from __future__ import annotations

import builtins
import math
import os
import pickle
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import hypothesis
import pytest

from voice.consultation.script import Script

WALKED = {"duur", "plassen", "koorts", "borstpijn"}
VISITS = 12
SECONDS, TIMES = 10, 5
"""Processor time that a judge may take: so long, and so many times as long as it takes without a change."""
WAITING = 6
"""How many times as long as that it may take by the clock."""
MEMORY = 4 << 30


def walk(script: Script) -> str:
    """Return the first thing that the walk finds wrong, or an empty text."""
    from voice.consultation.review.walk import walk

    few = replace(script, questions=tuple(one for one in script.questions if {one.id, one.recent_of} & WALKED), rules=())
    found = walk(script, unusual=0).violations or walk(few, unusual=1).violations
    return found[0] if found else ""


def campaign(script: Script) -> str:
    """Return the first thing that the campaign finds wrong, or an empty text."""
    from voice.bench.rigs.soak import CampaignPlan, hold_campaign
    from voice.setup.settings import Settings

    return next(hold_campaign(CampaignPlan(visits=VISITS, faults=0), Settings(), script).wrong(), "")


# --- a process of its own ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ended:
    """How a forked process ended. result: what it returned; None if it crashed or was ended."""

    result: Any
    seconds: float


def run_in_fork(action: Callable[[], Any], seconds: float) -> Ended:
    """Run the action in a copy of this process, for at most so much processor time."""
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        _run_and_end(action, receiving, sending, int(seconds) + 1)
    os.setpgid(child, child)
    os.close(sending)
    data = _receive(receiving, time.monotonic() + WAITING * seconds)
    os.close(receiving)
    os.killpg(child, signal.SIGKILL)
    _, _, usage = os.wait4(child, 0)
    result = pickle.loads(data) if data else None
    return Ended(result, usage.ru_utime + usage.ru_stime)


def limit_time(usual: float) -> None:
    """End this process if it takes far more processor time from now on than is usual (seconds)."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(time.process_time() + SECONDS + TIMES * usual)
    resource.setrlimit(resource.RLIMIT_CPU, (until if most == resource.RLIM_INFINITY else min(until, most), most))


def _run_and_end(action: Callable[[], Any], receiving: int, sending: int, seconds: int) -> None:
    os.close(receiving)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        data = pickle.dumps(action())
        with os.fdopen(sending, "wb") as pipe:
            pipe.write(data)
    except Exception:  # noqa: BLE001  a fork must never go on as if it were this process
        traceback.print_exc()
    finally:
        os._exit(0)


def _receive(pipe: int, until: float) -> bytes:
    data = b""
    while (left := until - time.monotonic()) > 0 and select.select([pipe], [], [], left)[0]:
        part = os.read(pipe, 1 << 16)
        if not part:
            return data
        data += part
    return b""


# --- the tests ------------------------------------------------------------------------------------


@dataclass(eq=False)
class TestRun:
    """Collects the tests of a session once, so that forks of this process can run any of them.

    then: what is done instead of running them all. items: the tests by name, each with all its parameters.
    """

    __test__ = False

    then: Callable[[TestRun], None]
    items: dict[str, list[pytest.Item]] = field(default_factory=dict)
    failed: str = ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for item in session.items:
            if item.get_closest_marker("slow") is None:
                self.items.setdefault(item.nodeid.partition("[")[0], []).append(item)
        self.then(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def run(self, names: list[str], usual: Mapping[str, float] = MappingProxyType({})) -> str:
        """Run these tests until one fails, and return its name; an empty text if none fails.

        usual: processor time (seconds) of each test without a change. One that takes far longer ends this process.
        """
        items = [(name, item) for name in names for item in self.items[name]]
        for (name, item), (_, following) in zip(items, [*items[1:], ("", None)], strict=True):
            if name in usual and item is self.items[name][0]:
                limit_time(usual[name])
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                break
        return self.failed


def collect_tests(files: tuple[str, ...], then: Callable[[TestRun], None]) -> None:
    """Collect the tests and do `then`. Tests of chance are repeatable, and do not search for the shortest example."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", derandomize=True, database=None, deadline=None, phases=phases)
    hypothesis.settings.load_profile("mutants")
    pytest.main(["-p", "no:cacheprovider", *files], plugins=[TestRun(then)])


# --- what is called --------------------------------------------------------------------------------


def measure(action: Callable[[], str]) -> dict[str, object]:
    """Run a judge without a change: how much processor time it takes, what it calls, and what it finds wrong all the same.

    What is called is in `noted_calls`, see `worker.py`: (file, first line of a function).
    """
    noted: set[tuple[str, int]] = vars(builtins)["noted_calls"]
    noted.clear()
    begun = time.process_time()
    found = action()
    seconds = round(time.process_time() - begun, 3)
    lines: dict[str, list[int]] = {}
    for file, line in sorted(noted):
        lines.setdefault(file, []).append(line)
    return {"seconds": seconds, "lines": lines, **({"wrong": found} if found else {})}
