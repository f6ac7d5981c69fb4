"""Take a figure as the answer: "achtendertig twee" to fever, "achtenzeventig" to an age, "een kilo of drie" to weight.

Ages are read by `age/age.py`. The rules:

1. A figure counts only if nothing else is said but small words that go with it (`figures` in prompts/nl/answers/figures.yaml),
   and a particle: "zevenentachtig is mijn moeder" is no answer.
2. Of several figures one that means yes goes first; one in between makes it no answer.
3. A figure against its particle ("ja, 67" to "jonger dan vijftig?") makes a yes uncertain, and a no no answer.
4. A no by a figure is never certain, and none if a yes takes it back: "veertig, of toch wel".
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from voice.base.text_enum import TextEnum
from voice.understand.chunks import ASIDE, Chunk
from voice.understand.duration.amounts import Range, read_number
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import OPPOSITE, Answer, Meaning
from voice.understand.templates import Words


class FigureKind(TextEnum):
    """What a figure is a measure of."""

    TEMPERATURE = "temperature"  # degrees Celsius
    AGE = "age"  # years
    KILOS = "kilos"  # kilos lost


LIMITS = {FigureKind.TEMPERATURE: (34.0, 43.0), FigureKind.KILOS: (0.5, 34.0)}
"""Lowest and highest figure that can be meant; above 34 kilos it is what the patient weighs."""
TENS = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure means as the answer to one question: yes from `yes_from` on or below `yes_below`, no at the other end.

    no_below: with yes_from; no_from: with yes_below. Between the two limits it is no answer. inf: never.
    """

    kind: FigureKind
    yes_from: float = math.inf
    yes_below: float = -math.inf
    no_from: float = math.inf
    no_below: float = -math.inf

    def decide(self, value: float) -> Meaning:
        """Decide on YES, NO or, in between, UNCLEAR."""
        if value >= self.yes_from or value < self.yes_below:
            return Meaning.YES
        return Meaning.NO if value >= self.no_from or value < self.no_below else Meaning.UNCLEAR

    def decide_range(self, low: float, high: float) -> Meaning:
        """Decide on a range, both ends inclusive: YES or NO if all of it means that, else UNCLEAR."""
        at_least, at_most = self.decide(low), self.decide(high)
        return at_least if at_least is at_most else Meaning.UNCLEAR

    @property
    def limits(self) -> tuple[float, ...]:
        """The figures at which the meaning changes, lowest first."""
        known = {self.yes_from, self.yes_below, self.no_from, self.no_below}
        return tuple(sorted(limit for limit in known if math.isfinite(limit)))


@dataclass(frozen=True, slots=True)
class FigureWords:
    """The words around a figure of one kind.

    beside: may stand beside it. units: stand behind it; if there are any for kilos, one must.
    point: stand between a number and its tenths.
    """

    beside: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    point: frozenset[str] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        return self.beside | self.units | self.point


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of an answer, without its particle, and what numbers are called."""

    words: Words
    numbers: Mapping[str, Range] = field(default_factory=dict)

    def number_at(self, at: int) -> float | None:
        """The number at words[at]; None if it is none, or a range."""
        found = read_number(self.words[at], self.numbers) if 0 <= at < len(self.words) else None
        return found[0] if found and found[0] == found[1] else None


def decide_by_figure(answer: Answer, particle: Meaning | None, words: Words, meanings: Collection[Meaning]) -> Answer:
    """Decide by what the figures of an answer mean (rules 2 to 4).

    answer: what its phrases say. words: what follows the particle.
    """
    found = Meaning.YES if Meaning.YES in meanings else next(iter(meanings)) if len(meanings) == 1 else Meaning.UNCLEAR
    if found is Meaning.UNCLEAR:
        return answer
    if answer.meaning is Meaning.YES:
        return replace(answer, certain=answer.certain and found is Meaning.YES)
    if particle is OPPOSITE[found] or answer.meaning not in (found, Meaning.UNCLEAR):
        return Answer(Meaning.UNCLEAR, matched=answer.matched) if answer.meaning is OPPOSITE[found] else answer
    return Answer(found, matched=" ".join(words), certain=found is Meaning.YES)


def takes_back(heard: Sequence[Chunk]) -> bool:
    """Whether a yes stands behind a word that takes back what was said."""
    after = itertools.dropwhile(lambda chunk: chunk.phrase.role is not Role.CORRECTION, heard)
    return any(chunk.phrase.meaning is Meaning.YES for chunk in after)


def find_figures(words: Words, kind: FigureKind, known: Mapping[str, FigureWords], numbers: Mapping[str, Range]) -> list[float]:
    """Find the values of all figures of that kind; empty unless nothing else is said (rule 1)."""
    return _find_values(_Words(words, numbers), kind, known.get(str(kind), FigureWords()))


def split_particle(heard: Sequence[Chunk]) -> tuple[Meaning | None, Words]:
    """Split off the particle that opens the answer, with what stands aside before it."""
    first = next((i for i, chunk in enumerate(heard) if chunk.phrase.role not in ASIDE), 0)
    opens = bool(heard) and heard[first].phrase.role is Role.PARTICLE
    words = tuple(word for chunk in heard[first + 1 if opens else 0 :] for word in chunk.words)
    return heard[first].phrase.meaning if opens else None, words


def _find_values(said: _Words, kind: FigureKind, around: FigureWords) -> list[float]:
    """Find the values of all figures; empty if a word stands there that does not go with one (rule 1)."""
    values: list[float] = []
    at, low, high = 0, *LIMITS[kind]
    while at < len(said.words):
        if said.number_at(at) is None:
            if said.words[at] not in around.known:
                return []
            at += 1
            continue
        value, end = _READERS[kind](said, at, around)
        if value is not None and low <= value <= high:
            values.append(value)
        elif value is not None or kind is not FigureKind.KILOS:
            return []
        at = end
    return values


Reading = tuple[float | None, int]
"""A value, None if it has no unit or is of no use, and where it ends."""


def _read_temperature(said: _Words, at: int, around: FigureWords) -> Reading:
    """Read "38,5", "achtendertig vijf", "achtendertig en half", "achtendertig graden vijf"."""
    value, at = said.number_at(at) or 0.0, at + 1
    while at < len(said.words) - 1 and said.words[at] in around.point | around.units:
        at += 1
    tenth = said.number_at(at)
    if value.is_integer() and tenth is not None and 0 < tenth < TENS:
        return value + (tenth if tenth < 1 else tenth / TENS), at + 1
    return value, at


def _read_kilos(said: _Words, at: int, around: FigureWords) -> Reading:
    """Read "drie kilo", "vier vijf kilo"; the number of "een kilo of vijf" stands behind the unit."""
    value, end = said.number_at(at) or 0.0, at + 1
    near = set(said.words[max(0, at - 2) : at]) | set(said.words[end : end + 3])
    return value if not around.units.isdisjoint(near) else None, end


_READERS = {FigureKind.TEMPERATURE: _read_temperature, FigureKind.KILOS: _read_kilos}
