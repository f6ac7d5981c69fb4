"""Sentences with blanks: what is filled in, and which of them are refused when they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.base.errors import ScriptError
from voice.base.inheritance import read_layered
from voice.base.messages import Messages, read_messages

EXPECTED = {"gone": ("device",), "fine": ()}


def read(folder: Path, text: str) -> Messages:
    path = folder / "words.yaml"
    path.write_text(text, encoding="utf-8")
    return read_messages(read_layered(path), EXPECTED)


def test_what_the_program_knows_is_filled_in(tmp_path: Path) -> None:
    told = read(tmp_path, 'gone: "{device} is weg."\nfine: "Goed."\n')
    assert told.fill("gone", device="Jabra {x}") == "Jabra {x} is weg."


def test_a_sentence_need_not_use_all_that_is_known(tmp_path: Path) -> None:
    assert read(tmp_path, 'gone: "Weg."\nfine: "Goed."\n').fill("gone", device="Jabra") == "Weg."


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('gone: "{device} is weg."\n', "'fine' must be a text"),
        ('gone: "Weg."\nfine: "Goed."\nbad: "Fout."\n', "line 3: 'bad' is not known here"),
        (
            'fine: "Goed."\ngone: "{toestel} is weg."\n',
            "line 2: {toestel} is nothing that can be filled in here. Use one of {device}",
        ),
        ('gone: "Weg."\nfine: "{device} werkt."\n', "line 2: {device} is nothing that can be filled in here. Write it without"),
        ('gone: "{device!r}"\nfine: "Goed."\n', "{device!r} is nothing that can be filled in here"),
        ('gone: "{device is weg."\nfine: "Goed."\n', "line 1: a brace is open"),
    ],
)
def test_a_wrong_sentence_is_refused_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ScriptError) as refused:
        read(tmp_path, text)
    assert complaint in str(refused.value) and "words.yaml, line" in str(refused.value)
