"""The patient's page stays light: a small machine shows it at once."""

from __future__ import annotations

from pathlib import Path

import voice.kiosk.screen
from voice.kiosk.screen.server import FILES

FOLDER = Path(voice.kiosk.screen.__file__).parent / "page"
BEFORE = 24_108
"""Bytes of the page, its look and its script before it had cards, drawings and larger letters."""
MOST_FONT = 36_000
"""Bytes of the two faces that are shipped."""


def test_page_look_and_script_are_at_most_half_as_heavy_again_as_before() -> None:
    assert sum((FOLDER / name).stat().st_size for name in ("page.html", "page.css", "page.js")) <= 1.5 * BEFORE


def test_the_font_is_small_and_nothing_else_is_loaded() -> None:
    loaded = {path for path in FILES if "staff" not in path and "desk" not in path}
    assert loaded == {"/keys.js", "/page.css", "/page.js", "/icon.svg", "/regular.woff2", "/bold.woff2"}
    assert sum((FOLDER / path[1:]).stat().st_size for path in loaded if path.endswith(".woff2")) <= MOST_FONT
