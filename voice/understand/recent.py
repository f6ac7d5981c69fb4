"""Find what an answer says of whether something is new or worse: YES, NO, or UNCLEAR for nothing. Pure.

1. What got worse, or changed, is YES, however old it is: "al jaren, maar nu erger".
2. A length of time up to `Expected.recent_days` is YES, and so is a range that begins there. A longer one is NO.
3. Else a phrase for what is new is YES, and one for what is old is NO; both together say nothing.
4. At the question that asks just that, a NO counts only if a "nee" says it, too, and no time does, or if it is a plain no; else
    it is read back. Against a "ja" it is no answer, and neither is it beside words that nobody knows: they may be what is worse.
5. At a flag whose newness matters, what a yes says of it goes with the yes. A time alone ("dat is al jaren zo") says that it is
    there: a yes that is only proposed. It is never a no.

The phrases are data: prompts/nl/answers/recent.yaml, and the words for time of durations.yaml.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from voice.understand.duration.duration import find_days
from voice.understand.expected import Expected
from voice.understand.grammar.grammar import Grammar
from voice.understand.meaning import FIRST_WORD, Answer, Meaning
from voice.understand.templates import Words

WORSE, NEW, OLD, AROUND = "worse", "new", "old", "around"
"""The kinds of phrases. AROUND: says nothing, beside one of the others."""


def apply_recent(answer: Answer, words: Words, expected: Expected, today: date | None, unknown: Collection[str] = ()) -> Answer:
    """Return the answer with what the words say of whether it is new (rules 4 and 5). unknown: words that are in no phrase."""
    found, rest, by_time = _find(words, expected, today)
    if found is Meaning.UNCLEAR or answer.meaning not in (Meaning.YES, Meaning.NO, Meaning.UNCLEAR):
        return answer
    matched, says_no = f"new or worse: {found}", FIRST_WORD[Meaning.NO] in words
    beside = expected.grammar.durations.beside
    is_whole, is_odd = beside.issuperset(rest), not set(rest).difference(beside).isdisjoint(unknown)
    if expected.asks_recent:
        if found is Meaning.YES:
            return Answer(Meaning.YES, matched=matched)
        if answer.meaning is Meaning.YES or (answer.meaning is Meaning.UNCLEAR and is_odd):
            return Answer(Meaning.UNCLEAR, matched=matched)
        plain = (answer.meaning is Meaning.NO and answer.certain) or (says_no and is_whole and not by_time)
        return Answer(Meaning.NO, matched=matched, certain=plain)
    if answer.meaning is Meaning.YES:
        return replace(answer, recent=found)
    if answer.meaning is Meaning.UNCLEAR and is_whole and not says_no:
        return Answer(Meaning.YES, matched=matched, certain=False, proposed=True)
    return answer


def _find(words: Words, expected: Expected, today: date | None) -> tuple[Meaning, Words, bool]:
    """Return whether it is new or worse (rules 1 to 3), the words that say nothing of it, and whether a time says it."""
    kinds, rest = _cut(words, expected.grammar)
    time = find_days(rest, expected.grammar.durations, today)
    if time.known:
        covered = set(time.matched.split())
        rest = tuple(word for word in rest if word not in covered)
    if WORSE in kinds:
        return Meaning.YES, rest, False
    if time.known:
        return Meaning.YES if time.days.low <= expected.recent_days else Meaning.NO, rest, True
    if (NEW in kinds) is (OLD in kinds):
        return Meaning.UNCLEAR, rest, False
    return Meaning.YES if NEW in kinds else Meaning.NO, rest, False


def _cut(words: Words, grammar: Grammar) -> tuple[frozenset[str], Words]:
    """Return the kinds of the phrases, at each place the longest, and the words that are in none."""
    kinds: set[str] = set()
    rest: list[str] = []
    at = 0
    while at < len(words):
        end, kind = max(grammar.recent.match_from(words, at), default=(at, ""))
        if end == at:
            rest.append(words[at])
        kinds.add(kind)
        at = max(end, at + 1)
    return frozenset(kinds), tuple(rest)
