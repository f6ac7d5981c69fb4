"""Run several commands at once, until all have succeeded or one has failed: `python -m tests.helpers.at_once "FIRST -x" "SECOND"`."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from signal import SIGINT

GLANCE = 0.2
"""Seconds between two looks at what runs."""
LONGEST_END = 60.0
"""Seconds that a command has to put away what it started, once it is interrupted. Then it is killed."""


def run_at_once(commands: Sequence[str]) -> int:
    """Run the commands. Return 0 if all succeed. As soon as one fails, interrupt the others and return its exit code."""
    running = {subprocess.Popen(shlex.split(command)): command for command in commands}
    try:
        while running:
            time.sleep(GLANCE)
            for process in [one for one in running if one.poll() is not None]:
                command = running.pop(process)
                if process.returncode:
                    sys.stderr.write(f"Failed, and ends the rest: {command}\n")
                    for other in running:
                        other.send_signal(SIGINT)
                    return process.returncode
    finally:  # what a person interrupts at the keyboard has been interrupted, too
        for process in running:
            _end(process)
    return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(LONGEST_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(run_at_once(sys.argv[1:]))
