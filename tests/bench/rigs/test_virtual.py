"""The sound card made of software leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from tests.helpers.virtual_sound_card import ROOT

pytestmark = pytest.mark.slow

PROGRAM = """
import time
from voice.bench.rigs.virtual import virtual_sound_card
with virtual_sound_card() as card:
    print(card.server, flush=True)
    time.sleep(60)
"""


def wait_for_end(process: int, within: float) -> bool:
    """Wait for the end of a process. Return whether it ended within so many seconds."""
    late = time.monotonic() + within
    with suppress(ProcessLookupError):
        while time.monotonic() < late:
            os.kill(process, 0)
            time.sleep(0.05)
        return False
    return True


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_with_the_process_that_started_it(how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        server = int(owner.stdout.readline())
        assert not wait_for_end(server, within=0.2)
        owner.send_signal(how)
        assert wait_for_end(server, within=10)
