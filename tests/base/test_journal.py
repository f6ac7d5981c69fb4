"""The journal and every other way out of the program: what may be written down, and that nothing else is."""

from __future__ import annotations

import ast
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
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


WORDS = "ik heb sinds dinsdag koorts"


@pytest.fixture
def kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What was written to standard error since the journal is kept, a record a line."""
    root, ours = logging.getLogger(), logging.getLogger("ruggespraak")
    before, level = list(root.handlers), ours.level
    for place, name in ((warnings, "showwarning"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    journal.keep()
    journal.keep()
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    root.handlers[:] = before
    ours.setLevel(level)


def test_a_record_is_kept_without_the_question_that_was_put(kept: Callable[[], list[dict[str, object]]]) -> None:
    journal.note("turn", question="plassen", seconds=0.4, engine="vosk")
    assert kept() == [{"event": "turn", "seconds": 0.4, "engine": "vosk"}]


def test_of_what_a_library_logs_its_name_and_the_place_are_kept_and_no_text(kept: Callable[[], list[dict[str, object]]]) -> None:
    logging.getLogger("asyncio").info(WORDS)
    try:
        raise ValueError(WORDS)
    except ValueError:
        logging.getLogger("asyncio").exception("was sent: %s", WORDS)
    [record] = kept()
    assert str(record.pop("place")).startswith("test_journal.py, line ")
    assert record == {"event": "library", "library": "asyncio", "level": "ERROR", "error": "ValueError"}


def test_of_a_warning_and_of_what_a_thread_raises_kind_and_place_are_kept(kept: Callable[[], list[dict[str, object]]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = journal._note_warning  # catch_warnings has put it back
        warnings.warn(WORDS, stacklevel=1)
    thread = threading.Thread(target=[].remove, args=(WORDS,))
    thread.start()
    thread.join()
    threading.excepthook(threading.ExceptHookArgs((ValueError, ValueError(WORDS), None, thread)))
    warned, raised, unplaced = kept()
    assert str(warned["place"]).startswith("UserWarning in test_journal.py, line ")
    assert raised["event"] == "fault" and str(raised["reason"]).startswith("ValueError in threading.py, line ")
    assert unplaced == {"event": "fault", "reason": "ValueError"}
