"""Say where each fact of the source document is spoken: fact -> line -> test."""

from __future__ import annotations

from collections.abc import Sequence

from voice.consultation.script import Script

FACTS = tuple(f"F{number}" for number in range(1, 23))
"""The facts of the source document."""


def as_trace(scripts: Sequence[Script], test: str) -> str:
    """Return a table of where each fact is said, in every script. test: name of the test that proves it, with {fact}."""
    rows = []
    for fact in FACTS:
        lines = [f"{script.locale}/{script.id}: {', '.join(find_lines(script, fact))}" for script in scripts]
        rows.append(f"| {fact} | {'; '.join(lines)} | `{test.format(fact=fact)}` |")
    return "\n".join(("| fact | lines, by script | test |", "|---|---|---|", *rows)) + "\n"


def find_lines(script: Script, fact: str) -> tuple[str, ...]:
    """Return the ids of the first lines that speak of the fact: topics, then questions."""
    told = [topic.lines[0].id for topic in script.topics if fact in topic.covers]
    return (*told, *(question.ask.id for question in script.questions if fact in question.covers))
