"""What CONTRIBUTING.md tells is so: the files, commands and extras that it names are there."""

from __future__ import annotations

import re

from tests.helpers.virtual_sound_card import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"`((?:voice|prompts|tests|models|docs)/[^`<]*)`", TEXT)
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_make_target_that_is_named_is_there() -> None:
    named = {
        word
        for line in re.findall(r"^make ([a-z -]+)|`make ([a-z -]+)`", TEXT, re.MULTILINE)
        for word in " ".join(line).split("#")[0].split()
    }
    assert {"test", "wheels", "model-wheel"} <= named
    assert [target for target in named if f"\n{target}:" not in MAKEFILE] == []


def test_every_extra_for_users_is_explained() -> None:
    section = (
        (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    )
    extras = set(re.findall(r"^(\w+) = ", section, re.MULTILINE)) - {"dev", "tools"}
    assert {"whisper", "piper", "ovos", "wyoming", "fhir"} <= extras
    assert [name for name in extras if f"| `{name}` |" not in TEXT] == []
