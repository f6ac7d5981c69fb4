"""Lay out the card of a patient as a page of PDF: A5, or a receipt of 80 mm. Needs reportlab (ruggespraak[print])."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate

from voice.kiosk.screen.card import Card


class Paper(str, Enum):
    """What a card is printed on."""

    A5 = "a5"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class _Layout:
    """width, height: points, 0 for as high as the text. margin: points. size: of the type, in points."""

    width: float
    height: float
    margin: float
    size: float


_LAYOUTS = {
    Paper.A5: _Layout(A5[0], A5[1], 12 * mm, 12),
    Paper.RECEIPT: _Layout(80 * mm, 0, 5 * mm, 10.5),  # its printers leave 72 mm
}
_TALLEST = 2000 * mm
_PADDING = 6.0
"""Points that reportlab keeps free inside each margin."""


def draw_pdf(card: Card, paper: Paper) -> bytes:
    """Return the card as PDF, one page high. The type of an A5 shrinks until the card fits on one side."""
    layout, size = _LAYOUTS[paper], _LAYOUTS[paper].size
    width = layout.width - 2 * (layout.margin + _PADDING)
    while (height := _measure(card, size, width)) > layout.height - 2 * layout.margin > 0:
        size *= 0.95
    page = io.BytesIO()
    sides = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), layout.margin)
    pagesize = (layout.width, layout.height or height + 2 * layout.margin + 1)
    template = SimpleDocTemplate(page, pagesize=pagesize, title=card.head, **sides, invariant=1)
    template.build(list(_lay_out(card, size)))
    return page.getvalue()


def _measure(card: Card, size: float, width: float) -> float:
    """Points that the card is high at that size of type and that width."""
    paragraphs = list(_lay_out(card, size))
    gaps = sum(paragraph.getSpaceBefore() for paragraph in paragraphs[1:])
    return float(sum(paragraph.wrap(width, _TALLEST)[1] for paragraph in paragraphs) + gaps + 2 * _PADDING)


def _lay_out(card: Card, size: float) -> Iterator[Paragraph]:
    plain = ParagraphStyle("plain", fontName="Helvetica", fontSize=size, leading=1.3 * size)
    bold = ParagraphStyle("bold", plain, fontName="Helvetica-Bold", spaceBefore=0.7 * size)
    large = ParagraphStyle("large", bold, fontSize=1.6 * size, leading=1.9 * size)
    row = ParagraphStyle("row", plain, leftIndent=size, spaceBefore=0.15 * size)
    yield Paragraph(escape(card.head), plain)
    yield Paragraph(escape(card.word), bold)
    yield Paragraph(escape(card.heading), large)
    yield Paragraph(escape(card.action), plain)
    for section in card.sections:
        if section.title:
            yield Paragraph(escape(section.title), bold)
        for text in section.rows:
            yield Paragraph(escape(text), row if section.title else bold, bulletText="\u2022" if section.title else None)
    yield Paragraph(escape(card.foot), ParagraphStyle("foot", plain, fontSize=0.8 * size, leading=size, spaceBefore=size))
