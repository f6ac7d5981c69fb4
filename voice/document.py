"""The script as a document that a clinician can read, comment on and sign (Markdown)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voice.review import Review
from voice.script import Gate, Kind, Level, Question, Script

FACTS = tuple(f"F{number}" for number in range(1, 23))
"""The facts of the source document."""


def as_document(script: Script, review: Review) -> str:
    """The whole script in reading order: questions with levels, rules, endings, advice, sources, graph."""
    return "\n".join(_paragraphs(script, review))


def _paragraphs(script: Script, review: Review) -> Iterator[str]:
    yield f"# {script.title} ({script.locale}/{script.id}, {script.version})\n"
    yield f"{review}\n"
    yield f"{script.line('welkom').text} {script.line('kennisgeving').text}\n"
    yield "## Vragen\n"
    for number, question in enumerate(script.questions, start=1):
        yield from _question(number, question)
    yield "## Samen dringender\n"
    yield from (f"- {' + '.join(rule.when)}: **{rule.level}** ({script.sources[rule.source]})" for rule in script.rules)
    yield "\n## Zonder antwoord\n"
    yield from (f"- {level}: **{brings}**" for level, brings in script.unknown.items())
    yield "\n## Uitkomsten\n"
    yield from _endings(script)
    yield from _advice(script)
    yield "## Bronnen\n"
    yield from (f"- {name}: {source}" for name, source in script.sources.items())
    yield "\n## Verloop\n"
    yield from ("```mermaid", "flowchart TD", *_graph(script), "```")
    yield from _signature(review)


def _question(number: int, question: Question) -> Iterator[str]:
    yield f"{number}. **{question.text}** `{question.id}`, niveau **{question.level}**, steunt op {', '.join(question.source)}"
    asked = (("Voorbeeld", question.clarify), ("Waarom", question.explain))
    for label, text in (*asked, ("Bij ja", question.positive), ("Onbekend", question.unknown)):
        if text:
            yield f"   - {label}: {text}"
    if question.gate:
        yield f"   - Alleen als {described(question.gate)}"
    if question.covers:
        yield f"   - Feiten: {', '.join(question.covers)}"
    yield ""


def described(gate: Gate) -> str:
    return f"{' of '.join(gate.questions)} = {' of '.join(map(str, gate.findings))}"


def _endings(script: Script) -> Iterator[str]:
    for level, names in {**script.endings, "E, noodnummer": script.ambulance}.items():
        yield f"**{level}** " + " ".join(script.lines.get(name, f"[{name}]") for name in names) + "\n"


def _advice(script: Script) -> Iterator[str]:
    yield "## Advies\n"
    for topic in script.topics:
        always = " (altijd)" if topic.id in script.core else ""
        grounds = ", ".join((*topic.covers, *topic.source))
        yield f"**{topic.title}**{always} {' '.join(line.text for line in topic.lines)} _{grounds}_\n"


def _graph(script: Script) -> Iterator[str]:
    """One node a question; a yes to an emergency leaves the line at once."""
    names = [question.id for question in script.questions]
    for question, follower in zip(script.questions, [*names[1:], "uitkomst"], strict=True):
        yield f'  {question.id}["{question.text}"] --> {follower}'
        if question.level is Level.E and question.kind is Kind.FLAG:
            yield f"  {question.id} -- ja --> E((E))"
            yield f"  {question.id} -- onbekend --> staff((staff))"


def _signature(review: Review) -> Iterator[str]:
    yield "\n## Ondertekenen\n"
    yield "Neem deze regels over in het script, met uw naam en de datum:\n"
    yield f'```yaml\nreviewed_by: "..."\nreviewed_on: "jjjj-mm-dd"\nreviewed_hash: "{review.content}"\n```'


# --- the trace: fact -> line -> test --------------------------------------------------------------


def as_trace(scripts: Iterable[Script], test: str) -> str:
    """A table of where each fact is said, in every script. test: what shows it, with {fact} in its name."""
    rows = [f"| {fact} | {'; '.join(_said(script, fact) for script in scripts)} | `{test.format(fact=fact)}` |" for fact in FACTS]
    return "\n".join(("| fact | lines, by script | test |", "|---|---|---|", *rows)) + "\n"


def _said(script: Script, fact: str) -> str:
    return f"{script.locale}/{script.id}: {', '.join(lines_of(script, fact))}"


def lines_of(script: Script, fact: str) -> tuple[str, ...]:
    """Ids of the first lines that speak of the fact: topics, then questions."""
    told = [topic.lines[0].id for topic in script.topics if fact in topic.covers]
    return (*told, *(question.ask.id for question in script.questions if fact in question.covers))
