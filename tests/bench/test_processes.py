"""What processes hold is measured as the system counts it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from voice.bench.processes import Highest, ProcessMemory, add_shares, measure_memory, measure_peak, watch_memory

HOLDING = """
import subprocess, sys
held = bytearray(b"x") * 60_000_000
child = "held = bytearray(b'x') * 40_000_000; print('held', flush=True); input(); del held; print('freed', flush=True); input()"
subprocess.run([sys.executable, "-c", child])
"""
"""A program that holds 60 MB and has a child that holds 40 and then frees them."""


@contextmanager
def hold_memory() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDING]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.communicate("\n\n", timeout=10)


def free(process: subprocess.Popen[str]) -> None:
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "freed\n"


@pytest.mark.slow
def test_a_process_is_measured_with_those_below_it_and_what_they_held_before_counts_as_peak() -> None:
    with hold_memory() as process:
        with watch_memory(process.pid) as highest:
            own, child = measure_memory(process.pid)
            while not highest.memory:
                pass
            free(process)
        left = measure_memory(process.pid)
        assert own.name.startswith("python") and own.resident > 57 and child.resident > 38
        assert add_shares(highest.memory) > 95 > 80 > add_shares(left) > 55
        assert measure_peak(process.pid) > 95


@pytest.mark.slow
def test_a_process_that_has_ended_holds_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert measure_memory(process.pid) == [] and measure_peak(process.pid) == 0


def test_the_highest_is_that_of_all_processes_together() -> None:
    highest = Highest()
    for shares in ((300, 10), (200, 150), (340,)):
        highest.add([ProcessMemory("x", 400, share) for share in shares])
    assert add_shares(highest.memory) == 350


@pytest.mark.slow
def test_a_child_that_still_has_its_parents_memory_is_not_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.bench.processes._read_command", lambda process: b"the same")
    with hold_memory() as process:
        assert len(measure_memory(process.pid)) == 1
