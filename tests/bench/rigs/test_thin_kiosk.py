"""A thin kiosk, whose ears are on another machine, judges as one with its own: all recorded patients at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.test_consultation import CONVERSATIONS, EXPECTED
from voice.bench.rigs.wyoming import hold_consultation, run_server
from voice.consultation.script import Script
from voice.kiosk.turns.recorded_patient import load_patient
from voice.setup.engines import load_ears
from voice.setup.settings import Server, Settings

pytestmark = pytest.mark.slow


def test_thin_kiosks_get_the_outcomes_of_a_local_one(script: Script) -> None:
    patients = [load_patient(CONVERSATIONS / f"{name}.yaml", script) for name in EXPECTED]
    with run_server("--parts", "ears") as uri, ThreadPoolExecutor(len(patients)) as pool:
        settings = Settings(engine="wyoming", server=Server(ears=uri))
        remote = load_ears(settings)
        held = list(pool.map(partial(hold_consultation, script, ears=remote, limits=settings.patience), patients))
    assert remote.name.startswith("whisper")
    assert [(one.level, list(one.flags)) for one in held] == [expected[:2] for expected in EXPECTED.values()]
