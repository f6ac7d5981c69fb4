"""A thin kiosk, whose ears are on another machine, has the outcomes of a local one: all recorded patients at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.test_consultation import CONVERSATIONS, EXPECTED
from voice.bench.processes import ProcessMemory
from voice.bench.rigs.consult import Consultation
from voice.bench.rigs.consult import table as consultations
from voice.bench.rigs.wyoming import ConditionResult, HeldConsultation, hold_consultation, run_servers, table
from voice.consultation.script import Script
from voice.kiosk.turns.recorded_patient import load_patient
from voice.setup.engines import load_ears
from voice.setup.settings import Settings

pytestmark = pytest.mark.slow


def test_a_patient_who_never_answers_is_measured_too() -> None:
    row = list(table([ConditionResult("local ears", 1, (HeldConsultation("stopped", (), ()),))]))[1]
    assert row.split() == ["local", "ears", "1", "of", "1", "0", "0.00", "s", "0.00", "s", "0.00", "s"]
    assert "0 answers" in consultations([Consultation("stopped", 1.0, (), (ProcessMemory("python", 120.0, 100.0),))])[0]


def test_thin_kiosks_get_the_outcomes_of_a_local_one(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """All ask one machine at once, so they wait for each other; how long a kiosk may wait is not judged here."""
    monkeypatch.setattr("voice.bridges.wyoming.client.HEARING", 60.0)
    patients = [load_patient(CONVERSATIONS / f"{name}.yaml", script) for name in EXPECTED]
    with run_servers(1, "--parts", "ears") as server, ThreadPoolExecutor(len(patients)) as pool:
        settings = Settings(engine="wyoming", server=server)
        remote = load_ears(settings)
        held = list(pool.map(partial(hold_consultation, script, ears=remote, limits=settings.patience), patients))
    assert remote.name.startswith("whisper")
    assert [(one.level, list(one.flags)) for one in held] == [expected[:2] for expected in EXPECTED.values()]
