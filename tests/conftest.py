"""What the tests share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from voice.base.paths import find_shipped
from voice.consultation.loader import load_script, locales, scripts
from voice.consultation.script import Script

pytest_plugins = ["tests.helpers.quick_tests"]

PROMPTS = find_shipped("prompts")

EVERY_SCRIPT = [(locale, name) for locale in locales(PROMPTS) for name in scripts(PROMPTS / locale)]


@pytest.fixture(scope="session")
def script() -> Script:
    """The script that a kiosk holds when nobody set anything."""
    return loaded("nl-BE", "kort")


@pytest.fixture(scope="session")
def long_script() -> Script:
    """The extended script."""
    return loaded("nl-BE", "uitgebreid")


@cache
def loaded(locale: str, name: str) -> Script:
    """A script that comes with the program; read once for all tests, as nothing can change it."""
    return load_script(PROMPTS / locale, name)


@pytest.fixture(scope="session", params=EVERY_SCRIPT, ids="/".join)
def every_script(request: pytest.FixtureRequest) -> Script:
    return loaded(*request.param)


@pytest.fixture(scope="session")
def tests_folder() -> Path:
    return Path(__file__).parent
