"""Fixtures that all tests share."""

from __future__ import annotations

import shutil
import signal
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from tests.helpers.content import sign
from voice.base.paths import find_shipped
from voice.consultation.loader import load_script, locales, scripts
from voice.consultation.script import Script

pytest_plugins = ["tests.helpers.quick_tests"]

PROMPTS = find_shipped("prompts")

EVERY_SCRIPT = [(locale, name) for locale in locales(PROMPTS) for name in scripts(PROMPTS / locale)]


hypothesis.settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
if hypothesis.settings.get_current_profile_name() in ("default", "ci"):  # tests/mutation has one of its own
    hypothesis.settings.load_profile("repeatable")
"""No test fails by chance, nor because the machine is busy. What chance finds is the business of `make fuzz`."""


def pytest_configure() -> None:
    """A shell lets what it starts in the background ignore Ctrl+C, and the programs that the tests start would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def script() -> Script:
    """The script of a kiosk without settings."""
    return load_shipped("nl-BE", "kort")


@pytest.fixture(scope="session")
def long_script() -> Script:
    """The extended script."""
    return load_shipped("nl-BE", "uitgebreid")


@cache
def load_shipped(locale: str, name: str) -> Script:
    """Load a script that comes with the program. It is read once for all tests, because nothing can change it."""
    return load_script(PROMPTS / locale, name)


@pytest.fixture(scope="session", params=EVERY_SCRIPT, ids="/".join)
def every_script(request: pytest.FixtureRequest) -> Script:
    return load_shipped(*request.param)


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of prompts/ in which a clinician has signed nl-BE/kort. Not to be changed."""
    folder = tmp_path_factory.mktemp("signed") / "prompts"
    shutil.copytree(PROMPTS, folder)
    sign(folder / "nl-BE")
    return folder


@pytest.fixture(scope="session")
def tests_folder() -> Path:
    return Path(__file__).parent
