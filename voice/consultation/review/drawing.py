"""Draw the script (SVG): one box a question, in order, with what a yes and a missing answer lead to."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from voice.consultation.review.document import DocumentWords
from voice.consultation.script import Level, Question, Script

WIDTH, ROW, LEFT, BOX = 1080, 64, 30, 560
"""Pixels: of the page, of one row, of the margin, of one box."""

COLOURS = {
    Level.E: "#b3261e", Level.STAFF: "#7b3fa0", Level.T: "#c25e00", Level.W: "#8a6d00", Level.S: "#33691e",
    Level.OUT_OF_SCOPE: "#455a64", Level.REASSURE: "#00695c", Level.STOPPED: "#616161", Level.NONE: "#90a4ae",
}  # fmt: skip
"""Colour of each level."""

_STYLE = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z"/></marker></defs><rect width="100%" height="100%" fill="#ffffff"/>'
)


def as_svg(script: Script, words: DocumentWords) -> str:
    """Return the graph of a script as an SVG document, readable without any other program."""
    rows = len(script.questions) + len(script.rules) + 3
    size = f'width="{WIDTH}" height="{rows * ROW + 60}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="14">'
    parts = (*_draw_questions(script, words), *_draw_rules(script, words), *_draw_outcome(script, words))
    return "\n".join((head, _STYLE, *parts, "</svg>")) + "\n"


def _draw_questions(script: Script, words: DocumentWords) -> Iterator[str]:
    yield _draw_text(LEFT, 30, f"{script.title} ({script.locale}/{script.id}, {script.version})", bold=True)
    for row, question in enumerate(script.questions):
        top = 50 + row * ROW
        dashed = bool(question.gate or question.settled_by or question.if_mentioned)
        yield from _draw_box(top, question.text, question.level, dashed)
        yield _draw_line(LEFT + BOX // 2, top + 44, LEFT + BOX // 2, top + ROW)
        yield from _draw_consequences(script, question, top, words)


def _draw_consequences(script: Script, question: Question, top: int, words: DocumentWords) -> Iterator[str]:
    """Write to the right what a yes and a missing answer lead to, and when the question is put."""
    if question.level is not Level.NONE:
        yield _draw_line(LEFT + BOX, top + 16, LEFT + BOX + 50, top + 16)
        brings = words.word("brings", level=question.level, missing=script.unknown[question.level])
        yield _draw_text(LEFT + BOX + 58, top + 21, brings, COLOURS[question.level], bold=True)
    if question.gate:
        yield _draw_text(LEFT + BOX + 58, top + 39, words.gate(question.gate))
    if question.settled_by:
        yield _draw_text(LEFT + BOX + 58, top + 39, words.settled_by(question))
    if question.if_mentioned:
        yield _draw_text(LEFT + BOX + 58, top + 39, words.word("if_mentioned"))


def _draw_rules(script: Script, words: DocumentWords) -> Iterator[str]:
    for row, rule in enumerate(script.rules, start=len(script.questions)):
        top = 50 + row * ROW
        yield from _draw_box(top, words.word("together", questions=" + ".join(rule.when)), rule.level)
        yield _draw_text(LEFT + BOX + 58, top + 26, f"{rule.level}   ({rule.source})", COLOURS[rule.level], bold=True)


def _draw_outcome(script: Script, words: DocumentWords) -> Iterator[str]:
    top = 50 + (len(script.questions) + len(script.rules)) * ROW
    yield from _draw_box(top, words.word("most_urgent"), Level.REASSURE)
    core = words.word("core", topics=", ".join(script.topic(name).title for name in script.core), count=len(script.topics))
    yield _draw_text(LEFT, top + ROW + 8, core)


def _draw_box(top: int, text: str, level: Level, dashed: bool = False) -> Iterator[str]:
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    place = f'x="{LEFT}" y="{top}" width="{BOX}" height="44" rx="8"'
    yield f'<rect {place} fill="#f7f7f7" stroke="{COLOURS[level]}" stroke-width="2"{dash}/>'
    yield _draw_text(LEFT + 14, top + 27, text)


def _draw_line(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#000000" marker-end="url(#tip)"/>'


def _draw_text(x: int, y: int, text: str, colour: str = "#000000", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" fill="{colour}"{weight}>{escape(text)}</text>'
