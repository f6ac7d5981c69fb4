"""What the word of a judge rests on, and how long it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutation import ROOT, TESTS, grounds, runner
from tests.mutation.mutants import Mutant
from tests.mutation.runner import Verdict, Word

MUTANT = Mutant("voice/consultation/triage.py", "judge", "a < b", "a <= b", 0, 5, "a <= b", (1, 2), True)
WALK, FIRST, SECOND = "walk", "tests/consultation/test_triage.py::test_one", "tests/bridges/test_conversation.py::test_other"


def test_a_judge_rests_on_every_module_that_it_runs() -> None:
    walked = grounds.find_sources([grounds.MODULES["walk"]])
    assert {"voice/consultation/dialogue.py", "voice/consultation/triage.py", "voice/understand/meaning.py"} <= walked
    assert not any(source.startswith(("tests/", "voice/kiosk/", "voice/cli/")) for source in walked)
    campaign = grounds.find_sources([grounds.MODULES["campaign"]])
    assert {"voice/kiosk/session.py", "voice/bench/rigs/simulated.py", "voice/kiosk/__init__.py"} <= campaign


def test_a_judge_may_be_asked_of_a_file_only_if_it_rests_on_it() -> None:
    """A module that is loaded by its name alone would not be followed."""
    for file, tests in TESTS.items():
        paths = [path for name in tests for path in (ROOT / name, *(ROOT / name).rglob("test_*.py")) if path.is_file()]
        assert any(file in grounds.find_sources([str(path.relative_to(ROOT))]) for path in paths)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The plans that workers get. The walk finds nothing, and the second test finds the mutant."""
    plans: list[list[str]] = []

    def work(task: dict[str, list[list[str]]]) -> list[dict[str, object]]:
        plans.extend(task["plans"])
        words = {"walk": "", "tests": SECOND}
        said = {kind: words[kind] for kind in dict.fromkeys("tests" if "::" in name else name for name in task["plans"][0])}
        return [{"file": MUTANT.file, "key": MUTANT.key, "said": said, "seconds": dict.fromkeys(said, 1.0)}]

    monkeypatch.setattr(runner, "JUDGED", tmp_path / "judged.jsonl")
    monkeypatch.setattr(runner, "run_worker", work)
    return plans


def ask(*plan: str, mutant: Mutant = MUTANT) -> Verdict:
    return runner.judge([mutant], [list(plan)], {}, lambda verdict: None)[0]


def change(monkeypatch: pytest.MonkeyPatch, *changed: str) -> None:
    digests = {name: grounds.digest(name) for name in (WALK, FIRST, SECOND)}
    monkeypatch.setattr(grounds, "digest", lambda judge: digests[judge] + "!" * (judge in changed))


def test_who_has_spoken_is_not_asked_again(asked: list[list[str]]) -> None:
    first = ask(WALK, FIRST, SECOND)
    assert first.said == {"walk": "", "tests": SECOND}
    assert ask(WALK, FIRST, SECOND) == first
    assert asked == [[WALK, FIRST, SECOND]]


def test_a_mutant_that_a_test_found_is_found_while_this_test_stays(
    asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(WALK, FIRST, SECOND)
    change(monkeypatch, FIRST)
    ask(WALK, FIRST, SECOND)
    assert len(asked) == 1


def test_of_what_has_changed_the_test_is_asked_first_that_found_it(
    asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(WALK, FIRST, SECOND)
    change(monkeypatch, SECOND)
    ask(WALK, FIRST, SECOND)
    assert asked[1:] == [[SECOND, FIRST]]


def test_the_walk_is_asked_again_once_it_has_changed(asked: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    ask(WALK, FIRST, SECOND)
    change(monkeypatch, WALK)
    ask(WALK, FIRST, SECOND)
    assert asked[1:] == [[WALK]]


def test_that_no_test_found_a_mutant_holds_while_all_stay_that_were_asked() -> None:
    lived = Word("", 1.0, grounds.digest_all([FIRST, SECOND]))
    assert lived.holds("tests", [WALK, SECOND, FIRST])
    assert not lived.holds("tests", [WALK, FIRST])
    assert not Word("", 1.0, "an earlier state").holds("tests", [FIRST, SECOND])
    assert not lived.holds("tests", [])


def test_a_mutant_that_does_not_load_is_found_and_kept(asked: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "run_worker", lambda task: [])
    with pytest.raises(AssertionError, match="a worker ended"):
        ask(WALK, FIRST)
    assert not runner.JUDGED.exists()
    of_module = replace(MUTANT, in_body=False)
    assert ask(WALK, FIRST, mutant=of_module).said == dict.fromkeys(("walk", "tests"), runner.NOT_LOADED)
    assert [json.loads(line)["said"] for line in runner.JUDGED.read_text().splitlines()] == [runner.NOT_LOADED] * 2
    assert not ask(WALK, FIRST, mutant=of_module).lived


WRITTEN = """
import os
import pytest
from tests.helpers import one, other

LIMIT = 3

def make(): return one(LIMIT)

@pytest.fixture
def made(): return make()

def test_first(made): assert made

def test_second(): assert other()
"""


def test_a_test_rests_on_what_it_uses_of_its_file_and_on_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grounds, "_read", lambda file: WRITTEN.encode())
    select = grounds._select_used.__wrapped__
    first, second = (
        {name for one in select("x", test) for name in grounds._list_made(one)} for test in ("test_first", "test_second")
    )
    assert first == {"test_first", "made", "make", "LIMIT", "one", "other", "pytest"}
    assert second == {"test_second", "one", "other"}


def test_a_fixture_for_all_and_a_mark_for_all_count_for_each_test(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = "\n@pytest.fixture(autouse=True)\ndef calm(): quiet()\n\ndef quiet(): ...\n\npytestmark = []\n"
    monkeypatch.setattr(grounds, "_read", lambda file: (WRITTEN + whole).encode())
    made = {name for one in grounds._select_used.__wrapped__("x", "test_second") for name in grounds._list_made(one)}
    assert {"calm", "quiet", "pytestmark", "test_second"} <= made
