"""The pages are tested with the script as it is."""

from __future__ import annotations

import pytest

from tests.conftest import load_shipped
from voice.consultation.script import Script


@pytest.fixture(scope="session")
def script() -> Script:
    return load_shipped("nl-BE", "kort")
