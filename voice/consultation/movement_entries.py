"""Read movements.yaml: what kiosk and patient may do together after the outcome."""

from __future__ import annotations

from collections.abc import Collection

from voice.base.fields import read_distinct, read_flag, read_known, read_names, read_number, read_whole
from voice.base.inheritance import Layered
from voice.consultation.movement import Movement, MovingTogether
from voice.consultation.practice import Details
from voice.speak.utterance import Utterance

SHORTEST_BEAT, LONGEST_BEAT = 2.0, 8.0
"""Seconds of a count: an old person cannot follow faster, and after more of them nobody knows whether it goes on."""

SLOWEST = 2.0
"""How many times longer a count may take once the patient has asked for it."""

LONGEST = 180.0
"""Most seconds that all counts may take together, also slowly: it is half of the five minutes and a little more."""


def read_movements(place: Layered, details: Details, known: Collection[str], sources: Collection[str]) -> MovingTogether:
    """Read the file. known: ids of the questions that can rule a movement out.

    Raises ScriptError, in plain words, if something is wrong, or takes too long for a patient in pain.
    """
    place.allow_only(("count", "slower", "never_with", "movements"))
    count, slower = read_names(place, "count"), read_number(place, "slower")
    if not 1.0 <= slower <= SLOWEST:
        remedy = f"Write a number from 1 to {SLOWEST:g}."
        raise place.complain("slower", f"'{slower:g}' times as long is not slower, or too slow.", remedy)
    movements = tuple(_read(entry, details, known, sources, len(count)) for entry in read_distinct(place, "movements"))
    seconds = sum(movement.times * movement.every for movement in movements) * slower
    if seconds > LONGEST:
        problem = f"counting alone takes {seconds:.0f} seconds for whoever wants it slower."
        raise place.complain("movements", problem, f"Leave something out: {LONGEST:.0f} seconds at most.")
    if [one.standing for one in movements] != sorted(one.standing for one in movements):
        raise place.complain("movements", "one on a chair stands after one on the feet.", "Put those on a chair first.")
    return MovingTogether(movements, read_known(place, "never_with", known, may_be_empty=True), count, slower)


def _read(place: Layered, details: Details, known: Collection[str], sources: Collection[str], most: int) -> Movement:
    place.allow_only(("id", "title", "lines", "times", "every", "standing", "not_with", "source"))
    name, times, every = place.text("id"), read_whole(place, "times"), read_number(place, "every")
    if not 1 <= times <= most:
        raise place.complain("times", f"'{name}' is done {times} times.", f"Write 1 to {most}; count has so many words.")
    if not SHORTEST_BEAT <= every <= LONGEST_BEAT:
        remedy = f"Write a number from {SHORTEST_BEAT:g} to {LONGEST_BEAT:g}."
        raise place.complain("every", f"a count of '{name}' takes {every:g} seconds.", remedy)
    texts = [details.fill(place, "lines", text) for text in read_names(place, "lines")]
    lines = tuple(Utterance(f"{name}.{number}", text) for number, text in enumerate(texts, start=1))
    not_with = read_known(place, "not_with", known, may_be_empty=True)
    standing, source = read_flag(place, "standing"), read_known(place, "source", sources)
    if standing and not not_with:
        raise place.complain("id", f"nothing rules out '{name}', which is done standing.", "Write under not_with what does.")
    return Movement(name, place.text("title"), lines, times, every, standing, not_with, source)
