"""What runs at once ends with the first that fails, and with its exit code."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import at_once
from tests.helpers.at_once import run_at_once

pytestmark = pytest.mark.slow

NEVER = "import time; time.sleep(600)"
TIDY = """
import pathlib, sys, time
try:
    pathlib.Path(sys.argv[1]).touch()
    time.sleep(600)
finally:
    pathlib.Path(sys.argv[1]).with_suffix(".tidy").touch()
"""
AFTER = """
import pathlib, sys, time
while not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.02)
sys.exit(7)
"""


def write(program: str, *arguments: object) -> str:
    return shlex.join([sys.executable, "-c", program, *map(str, arguments)])


def test_all_that_succeed_are_waited_for(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a", "b", "c")]
    assert run_at_once([write("import pathlib, sys; pathlib.Path(sys.argv[1]).touch()", file) for file in files]) == 0
    assert all(file.exists() for file in files)


@pytest.mark.parametrize("place", range(3))
def test_one_that_fails_ends_the_rest_wherever_it_stands(place: int) -> None:
    commands = [write("pass"), write(NEVER)]
    commands.insert(place, write("import sys; sys.exit(3)"))
    assert run_at_once(commands) == 3


def test_what_is_ended_puts_away_what_it_started(tmp_path: Path) -> None:
    assert run_at_once([write(TIDY, tmp_path / "begun"), write(AFTER, tmp_path / "begun")]) == 7
    assert (tmp_path / "begun.tidy").exists()


def test_what_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_once, "LONGEST_END", 0.5)
    deaf = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {TIDY.strip().partition('try')[0]}"
    deaf += "; pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
    assert run_at_once([write(deaf.replace("\n", ""), tmp_path / "begun"), write(AFTER, tmp_path / "begun")]) == 7


def test_a_program_tells_the_code_of_what_was_killed() -> None:
    killed = write("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    done = subprocess.run([sys.executable, "-m", "tests.helpers.at_once", killed], cwd=Path(__file__).parents[1], check=False)
    assert done.returncode not in (0, 1)
