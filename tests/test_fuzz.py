"""A few hundred broken files and odd words for each parser (`make fuzz` tries a hundred thousand), and every case found before."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import NAMES, UNGUIDED
from tests.fuzz.targets import FOUND, Target, check_duration, check_understanding, find_cases, make_targets

CASES = [(name, path) for name in NAMES for path in find_cases(name)]
HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
QUICKLY = settings(max_examples=150, deadline=None, database=None, suppress_health_check=HEALTH)


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Target]:
    return make_targets(tmp_path_factory.mktemp("fuzz"))


def test_every_target_is_named_here_and_no_case_is_forgotten(every: dict[str, Target]) -> None:
    assert tuple(every) == NAMES
    assert {path.name for path in FOUND.iterdir()} <= set(NAMES)


def test_every_module_that_does_not_guide_the_fuzzer_is_there() -> None:
    assert set(UNGUIDED) <= set(NAMES)
    named = {module for modules in UNGUIDED.values() for module in modules}
    assert [module for module in named if find_spec(module) is None] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_sound_is_taken(name: str, every: dict[str, Target], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.targets.expect_refusal", lambda kind, path: nullcontext())
    for seed in every[name].seeds:
        every[name].check(seed)


@pytest.mark.parametrize(("name", "path"), CASES, ids=[f"{name}-{path.name}" for name, path in CASES])
def test_what_was_once_mishandled_is_refused_in_words(name: str, path: Path, every: dict[str, Target]) -> None:
    every[name].check(path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_broken_a_little_is_refused_in_words_or_read_as_it_stands(name: str, every: dict[str, Target]) -> None:
    target = every[name]

    @QUICKLY
    @given(st.sampled_from(target.seeds), st.integers(0, 2**32), st.integers(1, 3))
    def broken(data: bytes, seed: int, times: int) -> None:
        rng = random.Random(seed)
        for _ in range(times):
            data = target.mutate(data, rng)
        target.check(data)

    broken()


@pytest.mark.parametrize("check", [check_understanding, check_duration])
@QUICKLY
@given(text=st.text(max_size=400))
def test_any_text_at_all_has_a_meaning(check: Callable[[bytes], None], text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("understand", "duration")])
@QUICKLY
@given(data=st.binary(max_size=300))
def test_any_bytes_at_all_are_refused_in_words(name: str, data: bytes, every: dict[str, Target]) -> None:
    every[name].check(data)
