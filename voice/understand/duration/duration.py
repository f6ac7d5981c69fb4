"""Find how long it has lasted: from words ("een week of drie, sinds zondag") to a range of days.

The rules (docs/grounds.md, "Lengths of time"):

1. An idiom counts as a whole before its parts do.
2. A rounded number is a range.
3. Several times in one answer give the range that holds them all, so that a contradiction is asked again. A time that is
   taken back is gone; a year and two months are one length.
4. An event ("sinds mijn val") or a mood ("al een tijdje") is no duration.
5. A phrase that names no time ("meer", "lang", "juist") is a length only if nothing else is said: "ik kan niet meer plassen"
   and "ik kan niet lang zitten" are none.
6. What got worse or came back after a long time is a new episode, of unknown length.

The words are data (prompts/nl/answers/durations.yaml); no clock is read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from voice.understand.duration.amounts import Amount, Amounts, read_amount
from voice.understand.duration.dates import Calendar, find_days_since, needs_today
from voice.understand.meaning import NO_DAYS, Days
from voice.understand.templates import Words

CHRONIC = 42
"""Days from which "erger" means a new episode of something old (rule 6)."""


@dataclass(frozen=True, slots=True)
class Idiom:
    """What a fixed phrase means: days, or the reason why it has no length."""

    days: Days = NO_DAYS
    certain: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Durations:
    """The words for time of one locale.

    idioms: fixed phrases. alone: those of them that count only if nothing else is said but the words `beside`.
    worse: phrases that say that it got worse or came back.
    taken_back: words between two times that replace the first by the second.
    together: words between two times that are one length ("een jaar en twee maanden").
    """

    idioms: Mapping[Words, Idiom] = field(default_factory=dict)
    alone: frozenset[Words] = frozenset()
    beside: frozenset[str] = frozenset()
    worse: frozenset[Words] = frozenset()
    taken_back: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    amounts: Amounts = Amounts()
    calendar: Calendar = Calendar()


NO_DURATIONS = Durations()


@dataclass(frozen=True, slots=True)
class Found:
    """A length of time in an answer. known: whether one was found. reason: why a time that was named has no length."""

    days: Days = NO_DAYS
    matched: str = ""
    certain: bool = True
    reason: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    """Something about time in words[start:end]. unit: days, 0 for an idiom; tells which of two lengths is the greater."""

    start: int
    end: int
    idiom: Idiom
    unit: float = 0.0


def find_days(words: Words, durations: Durations, today: date | None = None) -> Found:
    """Find the length of time in the words of an answer.

    today: for days of the calendar; if None, these give a reason, and a weekday alone also a wide range.
    """
    spans = _drop_untimely(words, _find_spans(words, durations), durations)
    lengths = _list_lengths(words, [span for span in spans if not span.idiom.reason], durations)
    if not lengths:
        return _find_in_calendar(words, spans, durations, today)
    total = Days(min(d.low for d in lengths), max(d.high for d in lengths))
    if total.high >= CHRONIC and _has_any(words, durations.worse):
        return Found(reason="new episode of something old")
    return Found(total, matched=_join(words, spans), certain=all(span.idiom.certain for span in spans), known=True)


def _find_in_calendar(words: Words, spans: list[_Span], durations: Durations, today: date | None) -> Found:
    named = find_days_since(words, durations.calendar, today)
    matched = " ".join(word for word in words if word in durations.calendar.words or word.isdigit())
    if named is not None and today is None:
        return Found(named, matched=matched, reason="calendar day", certain=False, known=True)
    if named is not None:
        return Found(named, matched=matched, known=True)
    if needs_today(words, durations.calendar):
        return Found(reason="calendar day")
    return Found(reason=next((span.idiom.reason for span in spans), ""))


def _find_spans(words: Words, durations: Durations) -> list[_Span]:
    """Find everything about time from left to right, at each place the longest."""
    spans: list[_Span] = []
    at = 0
    while at < len(words):
        span = max(_find_at(words, at, durations), key=lambda span: span.end)
        if span.end > at:
            spans.append(span)
        at = max(span.end, at + 1)
    return spans


def _drop_untimely(words: Words, spans: list[_Span], durations: Durations) -> list[_Span]:
    """Drop the phrases that name no time if anything else is said (rule 5)."""
    inside = {at for span in spans for at in range(span.start, span.end)}
    if durations.beside.issuperset(word for at, word in enumerate(words) if at not in inside):
        return spans
    return [span for span in spans if words[span.start : span.end] not in durations.alone]


def _find_at(words: Words, at: int, durations: Durations) -> list[_Span]:
    longest = max(map(len, durations.idioms), default=0)
    idioms = [
        _Span(at, at + length, durations.idioms[words[at : at + length]])
        for length in range(1, longest + 1)
        if words[at : at + length] in durations.idioms and at + length <= len(words)
    ]
    amount = read_amount(words, at, durations.amounts)
    return [*idioms, *([_to_span(amount, durations)] if amount else []), _Span(at, at, Idiom())]


def _to_span(amount: Amount, durations: Durations) -> _Span:
    return _Span(amount.start, amount.end, Idiom(amount.count_days(durations.amounts.spans)), amount.unit)


def _list_lengths(words: Words, spans: list[_Span], durations: Durations) -> list[Days]:
    """List the lengths that count (rule 3)."""
    lengths: list[Days] = []
    for i, span in enumerate(spans):
        between = words[spans[i - 1].end : span.start] if i else ()
        if durations.taken_back & set(between):
            lengths.clear()
        if lengths and _adds(spans[i - 1], span, between, durations):
            last = lengths.pop()
            lengths.append(Days(last.low + span.idiom.days.low, last.high + span.idiom.days.high))
        else:
            lengths.append(span.idiom.days)
    return lengths


def _adds(one: _Span, other: _Span, between: Words, durations: Durations) -> bool:
    return one.unit > other.unit > 0 and set(between) <= durations.together


def _has_any(words: Words, phrases: frozenset[Words]) -> bool:
    return any(words[i : i + len(phrase)] == phrase for phrase in phrases for i in range(len(words)))


def _join(words: Words, spans: list[_Span]) -> str:
    return " ".join(word for span in spans for word in words[span.start : span.end])
