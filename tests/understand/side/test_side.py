"""Left, right, both and the middle, as people say them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from tests.conftest import PROMPTS, load_shipped
from tests.helpers.virtual_sound_card import ROOT
from voice.base.errors import ScriptError
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.expected import Expected, Kind
from voice.understand.grammar.loader import load_grammar
from voice.understand.meaning import Answer, Meaning

ROWS = yaml.safe_load((ROOT / "tests" / "sentences" / "nl" / "answers" / "sides.yaml").read_text(encoding="utf-8"))


@cache
def expected(locale: str = "nl-BE") -> Expected:
    return replace(load_shipped(locale, "kort").readback.expected, kind=Kind.SIDE, question="kant")


def said(text: str, locale: str = "nl-BE") -> Answer:
    return understand(Transcript(text, 1.0, "text"), expected(locale))


def write(answer: Answer) -> str:
    if answer.meaning is not Meaning.SIDE:
        return str(answer.meaning)
    return f"{'+'.join(map(str, answer.sides))}{'' if answer.certain else '?'}"


@pytest.mark.parametrize("locale", ["nl-BE", "nl-NL"])
def test_a_side_is_understood(locale: str) -> None:
    assert {text: write(said(text, locale)) for text in ROWS} == ROWS


def test_a_side_tells_nothing_of_a_flag_and_a_flag_beside_it_is_heard() -> None:
    assert [text for text in ROWS if said(text).mentions] == []
    assert [mention.question for mention in said("links en het is doof tussen mijn benen").mentions] == ["zitvlak"]
    assert "beide_benen" in [mention.question for mention in said("links en rechts, in mijn twee benen").mentions]


def test_a_key_that_names_no_side_is_refused(tmp_path: Path) -> None:
    copytree(PROMPTS, tmp_path / "prompts")
    file = tmp_path / "prompts" / "nl" / "answers" / "sides.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("    middle:", "    above:"), encoding="utf-8")
    with pytest.raises(ScriptError, match=r"sides.yaml, line \d+: 'above' names no sides"):
        load_grammar(tmp_path / "prompts" / "nl-BE")
