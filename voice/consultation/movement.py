"""Define the movements that kiosk and patient do together. Types only; `movement_entries.py` reads them from prompts/."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voice.speak.utterance import Utterance


@dataclass(frozen=True, slots=True)
class Movement:
    """One gentle movement, described and then counted.

    lines: what it is. times, every: how often it is counted, and the seconds of each count.
    standing: done on the feet, so it needs a patient who stands firmly.
    not_with: ids of the questions that rule it out. source: ids of the sources that it rests on.
    """

    id: str
    title: str
    lines: tuple[Utterance, ...]
    times: int
    every: float
    standing: bool = False
    not_with: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MovingTogether:
    """What a patient may do together with the kiosk (`coach/movement.py`).

    movements: in the order in which they are done, those on a chair first.
    never_with: ids of the questions that rule all of them out.
    count: the words of a count, one for each beat. slower: how many times longer a count takes once that was asked for.
    """

    movements: tuple[Movement, ...] = ()
    never_with: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    slower: float = 1.0

    def movement(self, name: str) -> Movement:
        """Return the movement of that id. Raises KeyError if there is none."""
        return {movement.id: movement for movement in self.movements}[name]

    def count_out(self, movement: Movement, times: int, slowly: bool) -> Utterance:
        """Return the count of a movement, with each word on its beat."""
        words = " ".join(f"{word}." for word in self.count[:times])
        return Utterance(f"{movement.id}.tel", words, movement.every * (self.slower if slowly else 1.0))

    def utterances(self) -> Iterator[Utterance]:
        """Everything that can be said of the movements; of the counts their words."""
        yield from (line for movement in self.movements for line in movement.lines)
        if self.movements:
            yield from self.count_out(self.movements[0], len(self.count), slowly=False).beats


NO_MOVEMENT = MovingTogether()
"""For a visit without any."""
