"""A disk that is really full: every command says so in one line, and a kiosk that was ready goes on speaking."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.virtual_sound_card import ROOT
from tests.setup.models.test_store import Server, describe_file, make_zip, server
from voice.audio.pcm import from_floats, write_wav
from voice.base.paths import find_cache
from voice.bench.rigs import disk
from voice.bench.rigs.disk import FILLING, with_small_disk

pytestmark = pytest.mark.slow

__all__ = ["server"]
NOISE = np.random.default_rng(1).bytes(2_000_000)
"""Bytes that no zip makes smaller: more than the disks of these tests hold."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The folder in which a command finds the small disk."""
    folder = tmp_path / "small"
    folder.mkdir()
    return folder


def run_on_small_disk(
    small: Path, *command: str, megabytes: int = 1, first: str = "true", **environment: object
) -> subprocess.CompletedProcess[str]:
    """Run a Python command that sees a small disk. first: what the shell does there before."""
    order = ("sh", "-c", f'cd {small} && {first}; cd {ROOT} && exec "$@"', "sh", sys.executable, *command)
    places = {name: str(value) for name, value in environment.items()}
    return subprocess.run(
        with_small_disk(small, megabytes, *order), env={**os.environ, **places}, capture_output=True, text=True, timeout=120, check=False
    )  # fmt: skip


def make_fill_command(small: Path) -> str:
    return f"cat /dev/zero >{small / FILLING} 2>&-"


def assert_refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Check that the last line says why and what to do, with the documented exit code."""
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == code and last.startswith("ruggespraak: "), done.stderr
    assert "Traceback" not in done.stderr
    assert [word for word in words if word not in last] == [], last


def test_a_small_disk_is_empty_and_can_be_filled_to_its_last_byte_and_emptied(small: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from voice.bench.rigs.disk import *; here = Path(sys.argv[1])\n"
        "assert not list(here.iterdir()); fill(here)\n"
        "try: (here / 'more').write_bytes(b'x' * 5000)\n"
        "except OSError as reason: print(reason.strerror)\n"
        "make_room(here); (here / 'more').write_bytes(b'x' * 5000)"
    )
    done = run_on_small_disk(small, "-c", program, str(small))
    assert (done.returncode, done.stdout.strip()) == (0, "No space left on device"), done.stderr
    assert list(small.iterdir()) == [], "only that command saw it"
    assert disk.can_be_mounted()


def test_a_model_for_which_there_is_no_room_is_refused_and_nothing_of_it_is_left(small: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text(f"models: {small}/models\n")
    after = f"import os; from voice.__main__ import main; code = main(['models', 'import', '{ROOT}/models/whisper-base', "
    after += f"'--settings', '{settings}']); print(os.listdir('{small}/models')); raise SystemExit(code)"
    done = run_on_small_disk(small, "-c", after, megabytes=8)
    assert_refused(done, 5, "No room left", "No space left on device", "Free some disk space")
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("way", ["zip", "packages"])
def test_a_model_that_fills_the_disk_while_it_is_fetched_is_told(way: str, small: Path, tmp_path: Path, server: Server) -> None:
    served = make_zip(**{"tiny/am/final.mdl": NOISE})
    server.contents["/tiny.zip"] = served
    source = f"zip='{server.address}/tiny.zip'" if way == "zip" else f"packages=('{make_wheel(tmp_path)}',)"
    program = (
        "import sys; from pathlib import Path; from voice.setup.models.catalogue import *; from voice.setup.models.install import *\n"
        "from voice.setup.models.download import File; from voice.base.errors import ModelError\n"
        f"model = Model('tiny', 'vosk', 'nl', 'patients', 'MIT', '', (Source({source}),), archive=({describe_file('tiny.zip', served)},))\n"
        "try: fetch(('tiny',), Path(sys.argv[1]), known=(model,))\n"
        "except ModelError as error: print(error)"
    )
    done = run_on_small_disk(small, "-c", program, str(small))
    assert done.stdout.startswith(f"No room left in {small}"), done
    assert "Free some disk space" in done.stdout


def make_wheel(folder: Path) -> Path:
    """Make a package that is sound, and too large."""
    about = "tiny-1.dist-info"
    path = folder / "tiny-1-py3-none-any.whl"
    path.write_bytes(make_zip(**{
        "tiny/model": NOISE,
        f"{about}/METADATA": b"Metadata-Version: 2.1\nName: tiny\nVersion: 1\n",
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": b"",
    }))  # fmt: skip
    return path


def test_lines_that_cannot_be_kept_are_not_said_to_be_ready(small: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("practice:\n  praktijk: Praktijk De Volle Schijf\n")
    first = f"cp -r {find_cache()}/speech . && {make_fill_command(small)}"
    done = run_on_small_disk(
        small, "-m", "voice", "prepare", "--settings", str(settings), megabytes=300, first=first, RUGGESPRAAK_CACHE=small
    )
    assert_refused(done, 7, "Speech is not ready", "Free some space")
    assert "cannot be kept" in done.stderr and "No space left on device" in done.stderr


def test_a_recording_of_the_practice_that_cannot_be_kept_is_told_and_leaves_no_half_one(small: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "take.wav", from_floats(np.frombuffer(NOISE[:80_000], "<i2").astype(np.float32) / 32768, 16_000))
    program = (
        "import sys, os; from pathlib import Path; from voice.audio.pcm import read_audio; from voice.speak.recordings import Recordings\n"
        "from voice.base.errors import AudioError; from voice.consultation.script import Utterance\n"
        "try: Recordings(Path(sys.argv[1])).keep(Utterance('een', 'Een.'), read_audio(Path(sys.argv[2])))\n"
        "except AudioError as error: print(error)\n"
        "print(os.listdir(sys.argv[1]))"
    )
    done = run_on_small_disk(small, "-c", program, str(small), str(tmp_path / "take.wav"), first=make_fill_command(small))
    told, left = done.stdout.splitlines()
    assert "No space left on device" in told and "recorded before is kept" in told and "Free some space" in told
    assert left == f"['{FILLING}']"


def test_a_kiosk_that_is_ready_holds_a_whole_visit_on_a_full_disk(small: Path) -> None:
    patient = ROOT / "tests/conversations/koorts.yaml"
    first = f"cp -r {find_cache()}/speech . && {make_fill_command(small)}"
    visit = ("-m", "voice", "consult", "--patient", str(patient), "--json")
    done = run_on_small_disk(small, *visit, megabytes=300, first=first, RUGGESPRAAK_CACHE=small, TMPDIR=small)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert (outcome["level"], outcome["flags"]) == ("T", ["koorts"])
    assert outcome["spoken"][-1] == "afscheid"


def test_results_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "voice", "understand", "--question", "plassen"], cwd=ROOT, input="ja\n", text=True,
            stdout=full, stderr=subprocess.PIPE, check=False, timeout=60,
        )  # fmt: skip
    assert_refused(done, 1, "No space left on device", "Free some space")
