"""Score spontaneous answers, of which several meanings may be right, by label, region and type.

1. The table has the columns question, label and text; region and type if known. A label names the meanings that are right,
   with | between them. `confirm` is whatever asks again or reads back, `nomatch` no answer, `duration:a-b` a length of
   time that lies within those days in part.
2. At a yes/no question about time, a length of time is a yes from its limit on, and a no below it.
3. The learned reader may have learnt the answers of the table (`models/reader`); the rules alone have a line of their own.
4. What counts most stands apart: a yes taken for a no that is believed, and one that is read back as a no first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voice.bench.reference import MEANING_OF, SpontaneousAnswer
from voice.understand.expected import Expected, Kind
from voice.understand.meaning import NOTHING, Answer, Meaning

Reading = Callable[[str, Expected], Answer]
"""Takes an answer and what its question expects."""

ASKED_AGAIN = NOTHING | {Meaning.REPEAT, Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER, Meaning.WAIT, Meaning.EXPLAIN}
"""Meanings after which the same question is put again."""
MISTAKES = ("yes -> no", "yes -> no?", "other -> no", "other -> no?", "other -> yes", "asked again")
"""What is counted beside right and wrong; ? is read back first. Asked again: not understood, right or not."""
_GROUPS: Mapping[str, Callable[[SpontaneousAnswer], str]] = {
    "label": lambda row: row.rights[0].partition(":")[0],
    "region": lambda row: row.region,
    "type": lambda row: row.kind,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer, what it was taken for (as a label; ? if it is not certain), whether that is right, and what mistake it is."""

    row: SpontaneousAnswer
    found: str
    right: bool
    mistakes: tuple[str, ...]


def judge_answers(
    rows: Iterable[SpontaneousAnswer], questions: Mapping[str, Expected], general: Expected, read: Reading
) -> tuple[Judged, ...]:
    """Judge what one understanding makes of each answer. general: what to expect at a question that no script has."""
    return tuple(_judge(row, questions.get(row.question, general), read) for row in rows)


def _judge(row: SpontaneousAnswer, expected: Expected, read: Reading) -> Judged:
    answer = read(row.text, expected)
    side = _find_side(answer, expected)
    right = any(_is_right(label, answer, side) for label in row.rights)
    return Judged(row, f"{side}{'' if _is_believed(answer) else '?'}", right, tuple(_find_mistakes(row, answer, side)))


def _is_believed(answer: Answer) -> bool:
    return answer.certain and not answer.proposed


def _find_side(answer: Answer, expected: Expected) -> Meaning:
    """The meaning of an answer, with a length of time as a yes or a no where it is one (rule 2)."""
    if answer.meaning is not Meaning.DURATION or expected.kind is not Kind.FLAG or not expected.limit_days:
        return answer.meaning
    if answer.days.low >= expected.limit_days:
        return Meaning.YES
    return Meaning.NO if answer.days.high < expected.limit_days else Meaning.DURATION


def _is_right(label: str, answer: Answer, side: Meaning) -> bool:
    name, _, days = label.partition(":")
    if name == "confirm":
        return side in ASKED_AGAIN or (side in (Meaning.YES, Meaning.NO) and not _is_believed(answer))
    if name == "nomatch":
        return side in NOTHING
    if name == "duration":
        least, _, most = days.partition("-")
        return answer.meaning is Meaning.DURATION and answer.days.low <= int(most) and answer.days.high >= int(least)
    return str(side) == MEANING_OF.get(name, name)


def _find_mistakes(row: SpontaneousAnswer, answer: Answer, side: Meaning) -> Iterator[str]:
    rights = {MEANING_OF.get(label, label) if label != "confirm" else label for label in row.rights}
    read_back = "" if _is_believed(answer) else "?"
    if side is Meaning.NO and "no" not in rights:
        yield f"{'yes' if 'yes' in rights else 'other'} -> no{read_back}"
    if side is Meaning.YES and "yes" not in rights:
        yield "other -> yes"
    if side is Meaning.UNCLEAR:
        yield "asked again"


def format_judged(judged: Mapping[str, tuple[Judged, ...]], show_wrong: bool) -> Iterator[str]:
    """Write a line for each understanding; of the first also a line for each label, region and type, and what is wrong."""
    yield f"{'spontaneous answers':24}{'right':>18}" + "".join(f"{name:>13}" for name in MISTAKES)
    yield from (_format_line(name, rows) for name, rows in judged.items())
    first = next(iter(judged.values()), ())
    for group, pick in _GROUPS.items():
        yield f"by {group}"
        for name in sorted({pick(one.row) for one in first}):
            yield _format_line(f"  {name or '-'}", [one for one in first if pick(one.row) == name])
    for one in first if show_wrong else ():
        if not one.right:
            row = one.row
            yield f"  {row.question}: should be {' or '.join(row.rights)}, is {one.found}: {row.text}  [{row.region}, {row.kind}]"


def _format_line(name: str, judged: Iterable[Judged]) -> str:
    judged = tuple(judged)
    right, counts = sum(one.right for one in judged), _count_mistakes(judged)
    share = f"{right}/{len(judged)} {100 * right / max(1, len(judged)):.1f}%"
    return f"{name:24}{share:>18}" + "".join(f"{counts[mistake]:>13}" for mistake in MISTAKES)


def _count_mistakes(judged: Iterable[Judged]) -> Counter[str]:
    return Counter(mistake for one in judged for mistake in one.mistakes)


def make_judged_value(judged: Mapping[str, tuple[Judged, ...]]) -> dict[str, Any]:
    """Make the JSON value: for each understanding the counts, and its right and all answers by label, region and type."""
    return {name: {**_make_counts(rows), **_make_groups(rows)} for name, rows in judged.items()}


def _make_counts(judged: tuple[Judged, ...]) -> dict[str, Any]:
    counts = _count_mistakes(judged)
    return {"right": sum(one.right for one in judged), "total": len(judged), **{name: counts[name] for name in MISTAKES}}


def _make_groups(judged: tuple[Judged, ...]) -> dict[str, Any]:
    return {
        group: {
            name: _make_counts(tuple(one for one in judged if pick(one.row) == name))
            for name in {pick(one.row) for one in judged}
        }
        for group, pick in _GROUPS.items()
    }
