"""Watches a visit by touch from outside: no network but the machine itself, no file but the allowed ones, nothing left behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.virtual_sound_card import ROOT
from tests.test_privacy import ALLOWED, WRITTEN
from voice.base.paths import find_cache

pytestmark = pytest.mark.slow

BEYOND = re.compile(
    r"\bsocket\(AF_(?!UNIX|INET\b|NETLINK)\w+"
    r"|\b(?:connect|bind|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_(?!UNIX|INET\b|NETLINK)"
    r'|inet_addr\("(?!127\.0\.0\.1")'
)
"""System calls that reach anything but this machine itself."""
LOOKING = (r"/dev/dsp\d*", r"/dev/snd/.*", r"/dev/shm/jack_db-\d+(/.*)?")
"""Files that PortAudio opens when it looks for sound cards of every kind; the last are notes of JACK's library."""
SHARED = r"{cache}/screen(/.*)?"
"""The key of the screen, for its browser."""
MARK = "koorts"
"""A word of what the patient told, as the page shows it."""


@dataclass(frozen=True)
class Watched:
    """A visit that was watched. folder: the only one it was given. calls: its system calls. seen: the pages that were served."""

    folder: Path
    calls: tuple[str, ...]
    seen: dict[str, Any]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    folder = tmp_path_factory.mktemp("kiosk")
    for name in ("home", "tmp", "here"):
        (folder / name).mkdir()
    places = {
        "HOME": f"{folder}/home",
        "TMPDIR": f"{folder}/tmp",
        "RUGGESPRAAK_CACHE": str(find_cache()),
        "PYTHONPATH": str(ROOT),
    }
    command = ["unshare", "-rn", sys.executable, "-B", "-m", "tests.helpers.touching_visit", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **places}, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr + (folder / "printed").read_text(encoding="utf-8")
    trace = (folder.parent / "trace").read_text(encoding="utf-8", errors="replace")
    return Watched(folder, tuple(trace.splitlines()), json.loads(done.stdout))


def test_the_visit_was_really_held_and_watched(watched: Watched) -> None:
    assert {"koorts", "plassen", "nachtpijn"} <= set(watched.seen["asked"])
    assert any(not page["question"] and MARK in json.dumps(page).lower() for page in watched.seen["shown"]), (
        "the outcome names it"
    )
    assert len(watched.calls) > 500


def test_nothing_but_this_machine_itself_is_spoken_to(watched: Watched) -> None:
    assert any("sin_port=htons(8321)" in line for line in watched.calls)
    assert [line for line in watched.calls if BEYOND.search(line)] == []


def test_no_file_is_written_outside_the_allowed_places(watched: Watched) -> None:
    places = {"tmp": f"{watched.folder}/tmp", "home": f"{watched.folder}/home", "cache": str(find_cache())}
    allowed = re.compile("|".join(f"(?:{place.format(**places)})" for place in (*ALLOWED, *LOOKING, SHARED)))
    written = [next(filter(None, found.groups())) for line in watched.calls if (found := WRITTEN.search(line))]
    assert [path for path in written if not allowed.fullmatch(path)] == []


def test_nothing_of_the_visit_is_served_or_left_in_a_file(watched: Watched) -> None:
    left = [path.read_text(encoding="utf-8", errors="replace") for path in watched.folder.rglob("*") if path.is_file()]
    assert len(watched.seen["afterwards"]) == 4 and len(left) >= 2
    assert [text for text in (*watched.seen["afterwards"], *left) if MARK in text.lower()] == []


def test_the_journal_of_the_visit_is_kept_and_does_not_say_what_was_asked(watched: Watched) -> None:
    printed = (watched.folder / "printed").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in printed if line.startswith("{")]
    assert [record["event"] for record in records if record["event"].startswith("visit")] == ["visit begins", "visit ends"]
    assert any(record["event"] == "turn" for record in records) and not any("question" in record for record in records)
