"""A QR code that holds the text itself, so that nothing has to be stored anywhere to be fetched."""

from __future__ import annotations

import segno


def code(text: str) -> tuple[str, int]:
    """The code as an SVG path of strokes one wide, and the side of the square that it stands in, margin included.

    Error correction M and the margin of four that ISO/IEC 18004 asks for. Raises ValueError where the text is too long.
    """
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, encoding="utf-8").matrix_iter(border=4)]
    strokes = [f"M{x} {y}.5h1" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return "".join(strokes), len(rows)
