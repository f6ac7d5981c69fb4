"""Write the script as a document that a clinician can read, comment on and sign (Markdown)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voice.base.inheritance import read_layered
from voice.base.messages import Messages, read_messages
from voice.consultation.coach.chapters import list_lines
from voice.consultation.review.signature import Review
from voice.consultation.script import Finding, Gate, Level, Question, Script
from voice.understand.expected import Kind

HEADINGS = {
    name: ()
    for name in """questions rules unknown told_and_denied safety_nets endings offers chapters movements advice sources course
    sign""".split()
}
WORDS = {
    "question": ("level", "sources"), "recent": ("question", "days", "level"), "calls": (),
    "clarify": ("text",), "explain": ("text",), "positive": ("text",),
    "negative": ("text",), "mention": ("text",), "if_mentioned": (), "settled_by": ("question", "sides"),
    "yes_from": ("years",), "yes_below": ("years",), "no_from": ("years",), "no_below": ("years",), "unknown": ("text",),
    "gate": ("questions", "findings"), "or": (), "facts": ("facts",), "ambulance": (), "always": (), "outcome": (),
    "present": (), "absent": (), "missing": (), "brings": ("level", "missing"), "together": ("questions",), "most_urgent": (),
    "instead": ("questions", "text"), "nothing": (), "after": ("level", "text"), "only": ("questions",),
    "movement": ("times", "seconds", "sources"), "standing": (), "not_with": ("questions",), "never_with": ("questions",),
    "chapters_before": ("level", "chapters"), "chapters_after": ("level", "chapters"),
    "core": ("topics", "count"), "sign": (), "date": (),
}  # fmt: skip

_ASKED = ("clarify", "explain", "positive", "negative", "mention", "unknown")
"""What is written of a question, if it has it."""
_FINDINGS = {Finding.PRESENT: "present", Finding.ABSENT: "absent", Finding.UNKNOWN: "missing"}


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """The words around the script in the document and in the drawing, by the names above."""

    headings: Messages
    words: Messages

    def heading(self, name: str) -> str:
        return f"## {self.headings.fill(name)}\n"

    def word(self, name: str, **values: object) -> str:
        return self.words.fill(name, **values)

    def gate(self, gate: Gate) -> str:
        """Say when a question is put at all."""
        either = f" {self.word('or')} "
        findings = either.join(self.word(_FINDINGS[finding]) for finding in gate.findings)
        return self.word("gate", questions=either.join(gate.questions), findings=findings)

    def settled_by(self, question: Question) -> str:
        """Say which age settles a question, and how."""
        figure = question.expected.figure
        limits = {name: getattr(figure, name, math.inf) for name in ("yes_from", "yes_below", "no_from", "no_below")}
        sides = (self.word(name, years=f"{limit:g}") for name, limit in limits.items() if math.isfinite(limit))
        return self.word("settled_by", question=question.settled_by, sides=", ".join(sides))


def load_document_words(folder: Path) -> DocumentWords:
    """Read document.yaml of a locale's folder. Raises ScriptError naming the file, the line and the remedy."""
    place = read_layered(folder / "document.yaml")
    place.allow_only(("headings", "words"))
    return DocumentWords(read_messages(place.inside("headings"), HEADINGS), read_messages(place.inside("words"), WORDS))


def as_document(script: Script, words: DocumentWords, review: Review, reviewed: str) -> str:
    """Return the whole script in reading order: questions with levels, rules, endings, advice, sources, graph.

    reviewed: the review in words.
    """
    return "\n".join((*_write_body(script, words, reviewed), *_write_signature(words, review)))


def _write_body(script: Script, words: DocumentWords, reviewed: str) -> Iterator[str]:
    yield f"# {script.title} ({script.locale}/{script.id}, {script.version})\n"
    yield f"{reviewed}\n"
    yield f"{script.line('welkom').text} {script.line('kennisgeving').text}\n"
    yield words.heading("questions")
    for number, question in enumerate(script.questions, start=1):
        yield from _write_question(number, question, words)
    yield words.heading("rules")
    yield from (f"- {' + '.join(rule.when)}: **{rule.level}** ({script.sources[rule.source]})" for rule in script.rules)
    yield "\n" + words.heading("unknown")
    yield from (f"- {level}: **{brings}**" for level, brings in script.unknown.items())
    yield "\n" + words.heading("told_and_denied")
    yield from (f"- {level}: **{brings}**" for level, brings in script.told_and_denied.items())
    yield "\n" + words.heading("safety_nets")
    yield from _write_safety_nets(script, words)
    yield words.heading("endings")
    yield from _write_endings(script, words)
    yield words.heading("offers")
    yield from _write_offers(script, words)
    yield words.heading("chapters")
    yield from _write_chapters(script, words)
    if script.moving.movements:
        yield words.heading("movements")
        yield from _write_movements(script, words)
    yield words.heading("advice")
    yield from _write_advice(script, words)
    yield words.heading("sources")
    yield from (f"- {name}: {source}" for name, source in script.sources.items())
    yield "\n" + words.heading("course")
    yield from ("```mermaid", "flowchart TD", *_draw_graph(script, words), "```")


def _write_question(number: int, question: Question, words: DocumentWords) -> Iterator[str]:
    about = words.word("question", level=question.level, sources=", ".join(question.source))
    yield f"{number}. **{question.text}** `{question.id}`, {about}"
    for name in _ASKED:
        if text := getattr(question, name):
            yield f"   - {words.word(name, text=text)}"
    if recent := question.recent:
        days = question.expected.recent_days
        yield f"   - {words.word('recent', question=recent.question, days=days, level=recent.otherwise)}"
    if question.ambulance:
        yield f"   - {words.word('calls')}"
    if question.gate:
        yield f"   - {words.gate(question.gate)}"
    if question.settled_by:
        yield f"   - {words.settled_by(question)}"
    if question.if_mentioned:
        yield f"   - {words.word('if_mentioned')}"
    if question.covers:
        yield f"   - {words.word('facts', facts=', '.join(question.covers))}"
    yield ""


def _write_endings(script: Script, words: DocumentWords) -> Iterator[str]:
    for level, names in (*script.endings.items(), (words.word("ambulance"), script.ambulance)):
        yield f"**{level}** " + " ".join(script.lines.get(name, f"[{name}]") for name in names) + "\n"


def _write_movements(script: Script, words: DocumentWords) -> Iterator[str]:
    yield words.word("never_with", questions=", ".join(script.moving.never_with)) + "\n"
    for one in script.moving.movements:
        about = words.word("movement", times=one.times, seconds=f"{one.every:g}", sources=", ".join(one.source))
        standing = f" {words.word('standing')}." if one.standing else ""
        excluded = f" {words.word('not_with', questions=', '.join(one.not_with))}." if one.not_with else ""
        yield f"**{one.title}** {' '.join(line.text for line in one.lines)} {about}.{standing}{excluded}\n"


def _write_safety_nets(script: Script, words: DocumentWords) -> Iterator[str]:
    for name, net in script.safety_nets.items():
        yield f"`{name}`\n"
        for caution in net:
            yield f"- {script.lines[caution.line]}"
            if caution.flags:
                text = _join(script, caution.instead) or words.word("nothing")
                flags = f" {words.word('or')} ".join(caution.flags)
                yield f"  - {words.word('instead', questions=flags, text=text)}"
        yield ""


def _write_chapters(script: Script, words: DocumentWords) -> Iterator[str]:
    """Write which chapters come around each outcome, what they ask, and what they say."""
    for when, chapters in (("chapters_before", script.before), ("chapters_after", script.after)):
        yield from (f"- {words.word(when, level=level, chapters=', '.join(names))}" for level, names in chapters.items())
    yield ""
    for question in script.coached:
        yield f"**{question.text}** `{question.id}`"
        yield from (f"- {words.word(name, text=text)}" for name in _ASKED if (text := getattr(question, name)))
        yield ""
    spoken = list_lines({name for names in (*script.before.values(), *script.after.values()) for name in names})
    yield from (f"- {script.lines[name]}" for name in script.lines if name in spoken)
    yield ""


def _write_offers(script: Script, words: DocumentWords) -> Iterator[str]:
    for level, offer in script.offers.items():
        only = f" {words.word('only', questions=', '.join(offer.only))}." if offer.only else ""
        yield f"- {words.word('after', level=level, text=_join(script, offer.say))}{only}"
    yield from (f"- {script.lines[name]}" for name in script.choices)
    yield ""


def _join(script: Script, names: Iterable[str]) -> str:
    return " ".join(script.lines[name] for name in names)


def _write_advice(script: Script, words: DocumentWords) -> Iterator[str]:
    for topic in script.topics:
        always = f" ({words.word('always')})" if topic.id in script.core else ""
        grounds = ", ".join((*topic.covers, *topic.source))
        yield f"**{topic.title}**{always} {' '.join(line.text for line in topic.lines)} _{grounds}_\n"


def _draw_graph(script: Script, words: DocumentWords) -> Iterator[str]:
    """Draw one node a question; a yes to an emergency leaves the line at once."""
    questions = [question for question in script.questions if not question.if_mentioned]
    names = [question.id for question in questions]
    for question, follower in zip(questions, [*names[1:], words.word("outcome")], strict=True):
        yield f'  {question.id}["{question.text}"] --> {follower}'
        if question.level is Level.E and question.kind is Kind.FLAG:
            yield f"  {question.id} -- {words.word('present')} --> E((E))"
            yield f"  {question.id} -- {words.word('missing')} --> staff((staff))"


def _write_signature(words: DocumentWords, review: Review) -> Iterator[str]:
    yield "\n" + words.heading("sign")
    yield words.word("sign") + "\n"
    yield f'```yaml\nreviewed_by: "..."\nreviewed_on: "{words.word("date")}"\nreviewed_hash: "{review.content}"\n```'
