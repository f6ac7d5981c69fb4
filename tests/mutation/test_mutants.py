"""What counts as a mutant, and that each is one."""

from __future__ import annotations

import pytest

from tests.mutation import TESTS, TOO_LONG, judges
from tests.mutation.mutants import Mutant, list_mutants
from tests.mutation.named import list_named
from tests.mutation.runner import Calls, read_source, run_worker
from tests.mutation.worker import change_function
from voice.consultation import triage
from voice.consultation.script import Script

CODE = b'''"""Text."""

MOST = 3


def weigh(found: str, words: tuple[str, ...], least: float = 0.5) -> bool:
    """Weigh."""
    if not words and len(words) < MOST:
        return False
    return found in ("a", "b")
'''


def change(mutant: Mutant) -> str:
    return f"{mutant.place or 'module'}: {mutant.before} -> {mutant.after}"


def test_each_kind_of_change_is_made_at_its_place() -> None:
    assert [change(mutant) for mutant in list_mutants("weigh.py", CODE)] == [
        "module: MOST = 3 -> MOST = 4",
        "weigh: 0.5 -> 0.0",
        "weigh: 0.5 -> 2.0",
        "weigh: not words and len(words) < MOST -> (len(words) < MOST)",
        "weigh: not words and len(words) < MOST -> (not words)",
        "weigh: not words and len(words) < MOST -> not words and len(words) <= MOST",
        "weigh: return False -> return True",
        'weigh: return found in ("a", "b") -> return found not in ("a", "b")',
        'weigh: return found in ("a", "b") -> return found in ("b",)',
        'weigh: return found in ("a", "b") -> return found in ("a",)',
    ]


@pytest.mark.parametrize("file", TESTS)
def test_every_mutant_is_a_program_that_differs_and_has_a_key_of_its_own(file: str) -> None:
    source = read_source(file)
    mutants = list_mutants(file, source)
    assert len({mutant.key for mutant in mutants}) == len(mutants) > 20
    for mutant in mutants:
        assert mutant.apply(source) != source
        compile(mutant.apply(source), file, "exec")


def test_the_named_mutants_fit_the_code() -> None:
    assert len({one.name for one in list_named()}) == len(list_named())


def test_a_change_in_a_function_is_in_force_wherever_it_was_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = next(
        one
        for one in list_mutants("voice/consultation/triage.py", read_source("voice/consultation/triage.py"))
        if one.place == "is_due" and one.after == "return True"
    )
    is_due = triage.is_due
    monkeypatch.setattr(is_due, "__code__", is_due.__code__)
    change_function(mutant)
    assert "True" in repr(is_due.__code__.co_consts) and triage.is_due is is_due


def test_the_tests_that_are_left_out_exist() -> None:
    for name in TOO_LONG:
        file, _, test = name.partition("::")
        assert f"def {test}(".encode() in read_source(file)


def test_a_test_that_reads_a_constant_and_calls_nothing_judges_what_is_made_of_it() -> None:
    constant, least, *_, inside = list_mutants("weigh.py", CODE)
    reads, calls = Calls(0.1, {}), Calls(0.1, {"weigh.py": [6]})
    assert reads.reach(constant) and reads.reach(least)
    assert calls.reach(inside) and not reads.reach(inside)


@pytest.mark.slow
def test_a_judge_that_never_ends_is_ended_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judges, "SECONDS", 1)

    def work_for_ever() -> str:
        judges.limit_time(0.01)
        while True:
            pass

    ended = judges.run_in_fork(work_for_ever, 600)
    assert ended.result is None and ended.seconds < 5


@pytest.mark.slow
def test_a_worker_that_is_given_no_tests_measures_none() -> None:
    assert next(run_worker({"measured": list(TESTS), "judges": [], "tests": []}), None) is None


@pytest.mark.slow
def test_the_walk_and_the_campaign_find_nothing_wrong_without_a_change(script: Script) -> None:
    """A judge that crashes finds each mutant, and so proves nothing."""
    assert judges.walk(script) == ""
    assert judges.campaign(script) == ""
