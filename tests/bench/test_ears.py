"""Engines measured side by side, each in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_main import run

pytestmark = pytest.mark.slow

YES = "/usr/share/games/fillets-ng/sound/society/nl/mik-v-tak.ogg"


def test_every_engine_hears_the_same_recordings_alone_and_together(tmp_path: Path) -> None:
    table = tmp_path / "answers.tsv"
    table.write_text(f"file\tlabel\tkind\n{YES}\tyes\treal\n", encoding="utf-8")
    done = run("bench", "ears", "--recordings", str(table), "--json")
    assert done.returncode == 0, done.stderr
    measured = {one["engine"]: one for one in json.loads(done.stdout)}
    assert {"whisper", "vosk", "together"} <= set(measured)
    assert measured["together"]["scores"][0]["right"] == [1, 1]
    assert all(one["median"] > 0 and one["cpu"] > 0 for one in measured.values())
