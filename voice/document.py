"""The script as a document that a clinician can read, comment on and sign (Markdown)."""

from __future__ import annotations

from collections.abc import Iterator

from voice.script import Kind, Question, Script


def as_document(script: Script) -> str:
    """The whole script in reading order: questions with levels, rules, endings, advice, sources, graph."""
    return "\n".join(_paragraphs(script))


def _paragraphs(script: Script) -> Iterator[str]:
    yield f"# {script.title} ({script.locale}/{script.id}, {script.version})\n"
    yield f"Nagelezen door: {script.reviewed_by}\n" if script.reviewed_by else "Nog door niemand nagelezen.\n"
    yield f"{script.line('welkom').text} {script.line('kennisgeving').text}\n"
    yield "## Vragen\n"
    for number, question in enumerate(script.questions, start=1):
        yield from _question(number, question)
    yield "## Samen dringender\n"
    yield from (f"- {' + '.join(rule.when)}: **{rule.level}** ({script.sources[rule.source]})" for rule in script.rules)
    yield "\n## Uitkomsten\n"
    for level, names in script.endings.items():
        yield f"**{level}** " + " ".join(script.lines.get(name, f"[{name}]") for name in names) + "\n"
    yield "## Advies\n"
    for topic in script.topics:
        always = " (altijd)" if topic.id in script.core else ""
        yield f"**{topic.title}**{always} {' '.join(line.text for line in topic.lines)} _{', '.join(topic.covers)}_\n"
    yield "## Bronnen\n"
    yield from (f"- {name}: {source}" for name, source in script.sources.items())
    yield "\n## Verloop\n"
    yield from ("```mermaid", "flowchart TD", *_graph(script), "```")


def _question(number: int, question: Question) -> Iterator[str]:
    yield f"{number}. **{question.text}** `{question.id}` — niveau **{question.level}**"
    for label, text in (("Voorbeeld", question.clarify), ("Waarom", question.explain), ("Bij ja", question.positive)):
        if text:
            yield f"   - {label}: {text}"
    if question.gate:
        yield f"   - Alleen als {question.gate[0]} = {question.gate[1]}"
    yield ""


def _graph(script: Script) -> Iterator[str]:
    """One node a question; a yes to an emergency leaves the line at once."""
    names = [question.id for question in script.questions]
    for question, follower in zip(script.questions, [*names[1:], "uitkomst"], strict=True):
        yield f'  {question.id}["{question.text}"] --> {follower}'
        if question.level == "E" and question.kind is Kind.FLAG:
            yield f"  {question.id} -- ja --> E((E))"
            yield f"  {question.id} -- onbekend --> staff((staff))"
