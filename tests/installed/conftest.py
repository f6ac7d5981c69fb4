"""What the tests of the installed wheel share. They run in an environment of their own, without the checkout's packages."""

from __future__ import annotations

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The checkout, for what is not in the wheel: recordings, models, the example."""
    return CHECKOUT
