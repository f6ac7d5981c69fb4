"""The journal and every other way out of the program: what may be written down, and that nothing else is."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.virtual_sound_card import ROOT
from voice.base import journal

SOURCES = sorted((ROOT / "voice").rglob("*.py"))


def find_calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))


def name_function(call: ast.Call) -> str:
    return ast.unparse(call.func)


def test_every_record_is_listed_with_its_fields() -> None:
    written = [call for path in SOURCES for call in find_calls(path) if name_function(call) == "journal.note"]
    assert len(written) > 5
    for call in written:
        event, fields = ast.literal_eval(call.args[0]), {word.arg for word in call.keywords}
        assert fields <= set(journal.EVENTS[event]), f"{event}: {ast.unparse(call)}"


def test_every_event_that_is_listed_is_written_somewhere() -> None:
    written = {
        ast.literal_eval(call.args[0]) for path in SOURCES for call in find_calls(path) if name_function(call) == "journal.note"
    }
    assert written == set(journal.EVENTS)


def test_no_other_module_keeps_a_log() -> None:
    users = [path.name for path in SOURCES if "logging" in path.read_text(encoding="utf-8").split() and path.name != "journal.py"]
    assert [
        name for name in users if any(name_function(call).startswith("logging.") for call in find_calls(find_module(name)))
    ] == []


def find_module(name: str) -> Path:
    return next(path for path in SOURCES if path.name == name)


@pytest.mark.parametrize("field", ["text", "answer", "meaning", "level", "flags", "transcript"])
def test_a_field_that_could_carry_words_or_findings_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        journal.note("turn", **{field: "ja"})


def test_a_record_is_one_line_of_json(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    journal.note("turn", question="plassen", seconds=0.4)
    assert caplog.messages == ['{"event": "turn", "question": "plassen", "seconds": 0.4}']
