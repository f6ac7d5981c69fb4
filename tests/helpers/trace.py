"""Say where each fact of the source document is spoken: fact -> line -> test."""

from __future__ import annotations

from collections.abc import Sequence

from voice.consultation.script import Script
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand

FACTS = tuple(f"F{number}" for number in range(1, 23))
"""The facts of the source document."""


ALWAYS, OFFERED, ASKED = "always", "offered", "asked"
"""How a fact reaches a patient: told after reassurance, named in the offer of topics, or asked about in a question."""


def as_trace(scripts: Sequence[Script], test: str) -> str:
    """Return a table of where each fact is said, in every script. test: name of the test that proves it, with {fact}."""
    rows = []
    for fact in FACTS:
        lines = [f"{script.locale}/{script.id}: {', '.join(find_lines(script, fact))}" for script in scripts]
        ways = ", ".join(sorted(set.intersection(*(find_ways(script, fact) for script in scripts))))
        rows.append(f"| {fact} | {ways} | {'; '.join(lines)} | `{test.format(fact=fact)}` |")
    return "\n".join(("| fact | reaches the patient | lines, by script | test |", "|---|---|---|---|", *rows)) + "\n"


def find_ways(script: Script, fact: str) -> set[str]:
    """Return how the fact reaches a patient who names no topic of his own."""
    topics = [topic for topic in script.topics if fact in topic.covers]
    ways = {ALWAYS for topic in topics if topic.id in script.core}
    ways |= {OFFERED for topic in topics if topic.id in find_offered(script)}
    return ways | {ASKED for question in script.questions if fact in question.covers}


def find_offered(script: Script) -> set[str]:
    """Return the ids of the topics that the lines under `choices` name."""
    return {name for line in script.choices for name in find_choices(script, line)}


def find_choices(script: Script, line: str) -> list[str]:
    """Return the ids of the topics that a line of the offer names, as the menu understands its words."""
    named = script.lines[line].partition(" naar ")[2].partition(".")[0]
    parts = [part.strip().removeprefix("of ") for part in named.split(",")]
    return [understand(Transcript(part, 1.0, "text"), script.menu.expected).topic for part in parts]


def find_lines(script: Script, fact: str) -> tuple[str, ...]:
    """Return the ids of the first lines that speak of the fact: topics, then questions."""
    told = [topic.lines[0].id for topic in script.topics if fact in topic.covers]
    return (*told, *(question.ask.id for question in script.questions if fact in question.covers))
