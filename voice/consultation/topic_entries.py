"""Read the entries of advice.yaml: what a patient can ask about, and the phrases that ask for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from voice.base.errors import ScriptError
from voice.base.fields import read_distinct, read_known
from voice.base.inheritance import Layered
from voice.consultation.practice import Details
from voice.consultation.script import Topic
from voice.speak.utterance import Utterance
from voice.understand.grammar.grammar import Grammar


def read_topics(advice: Layered, details: Details, sources: Collection[str]) -> tuple[Topic, ...]:
    """Read every topic. Raises ScriptError if one is wrong or rests on an unknown source."""
    return tuple(_read(entry, details, sources) for entry in read_distinct(advice, "topics"))


def _read(place: Layered, details: Details, sources: Collection[str]) -> Topic:
    place.allow_only(("id", "title", "covers", "source", "lines", "ask"))
    name = place.text("id")
    texts = [details.fill(place, "lines", text) for text in place.texts("lines")]
    if not texts:
        raise place.complain("lines", f"the topic '{name}' has no lines.", "Write at least one sentence.")
    lines = tuple(Utterance(f"{name}.{number}", text) for number, text in enumerate(texts, start=1))
    source = read_known(place, "source", sources)
    return Topic(name, place.text("title"), lines, place.texts("covers"), source, place.texts("ask"))


def add_topics(grammar: Grammar, topics: Iterable[Topic], advice: Layered) -> Grammar:
    """Return the grammar with the phrases that ask for each topic.

    Raises ScriptError with the place of the first topic that cannot stand beside those before it.
    """
    asked = {topic.id: topic.asked_as for topic in topics}
    try:
        return grammar.with_topics(asked)
    except ScriptError as reason:
        for number, entry in enumerate(advice.each("topics"), start=1):
            try:
                grammar.with_topics(dict(list(asked.items())[:number]))
            except ScriptError:
                raise entry.complain("ask", reason.problem, reason.remedy) from reason
        raise
