"""Read aloud what is written in digits: numbers, dates, times of day, telephone numbers, percentages. Pure.

The words are data: prompts/nl/numbers.yaml, or numbers.yaml of the locale in its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from voice.base.yamlfile import Place, read_yaml

_DATE = re.compile(r"(?<![\w/.-])(0?[1-9]|[12]\d|3[01])([/.-])(0?[1-9]|1[0-2])\2((?:19|20)\d\d)(?![\w/])")
_TELEPHONE = re.compile(r"(?<![\w+])(?:\+32 ?|0)\d{1,3}(?:[ ./-]?\d{2,3}){2,4}(?!\w)")
_HOUR = r"(?:[01]?\d|2[0-4])"
_CLOCK = rf"{_HOUR}(?:u|[u:.][0-5]\d)"
_LISTS = {"units": 20, "tens": 8, "months": 12}
_WORDS = ("one", "joint", "joint_after_e", "hour", "until", "percent", "plus")


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words, each as its comment in numbers.yaml says."""

    units: tuple[str, ...]
    tens: tuple[str, ...]
    months: tuple[str, ...]
    before_time: tuple[str, ...]
    one: str
    joint: str
    joint_after_e: str
    hour: str
    until: str
    percent: str
    plus: str

    def read_aloud(self, text: str) -> str:
        """Return the text with what is written in digits as it is said. What is no date, time or the like stays as it is."""
        hour, around = re.escape(self.hour), "|".join(map(re.escape, self.before_time))
        span = re.compile(rf"(?<![\w.,:])({_CLOCK})\s?[-–]\s?({_CLOCK})(?: {hour})?(?!\w)")
        time = re.compile(rf"(?<![\w.,:])({_HOUR})(?:[:u]([0-5]\d)?(?: {hour})?|\.([0-5]\d) {hour})(?![\w%:])")
        # A point parts hours and minutes only beside a word that tells of time: "lokaal 2.12" is a room.
        told = re.compile(rf"\b({around}) ({_HOUR})\.([0-5]\d)(?: {hour})?(?![.,%]?\w)", re.IGNORECASE)
        text = _DATE.sub(lambda found: f"{int(found[1])} {self.months[int(found[3]) - 1]} {found[4]}", text)
        text = span.sub(lambda found: f"{self._spell_time(found[1])} {self.until} {self._spell_time(found[2])}", text)
        text = _TELEPHONE.sub(lambda found: self.spell_telephone(found.group()), text)
        text = told.sub(lambda found: f"{found[1]} {self.spell_clock(int(found[2]), int(found[3]))}", text)
        text = time.sub(lambda found: self.spell_clock(int(found[1]), int(found[2] or found[3] or 0)), text)
        return re.sub(r"(\d)\s*%", rf"\1 {self.percent}", text)

    def spell_number(self, number: int) -> str:
        """Return a number from 0 to 99 in words: 33 is drieëndertig."""
        if number < 20:
            return self.units[number]
        tens, units = divmod(number, 10)
        if not units:
            return self.tens[tens - 2]
        unit = self.one if units == 1 else self.units[units]
        return unit + (self.joint_after_e if unit.endswith("e") else self.joint) + self.tens[tens - 2]

    def spell_clock(self, hours: int, minutes: int) -> str:
        """Return a time of day in words: 9:30 is "negen uur dertig", 14:00 is "veertien uur"."""
        spoken = f"{self.spell_number(hours)} {self.hour}"
        return f"{spoken} {self.spell_number(minutes)}" if minutes else spoken

    def spell_telephone(self, number: str) -> str:
        """Return a telephone number in groups as written: pairs as numbers, triples digit by digit, with a pause between.

        Groups are kept, because people write a number in the groups in which they say it.
        """
        groups = re.findall(r"\d+", number.replace("+32", "32 "))
        return f"{self.plus} " * number.startswith("+") + ", ".join(map(self._spell_group, groups))

    def _spell_group(self, digits: str) -> str:
        if len(digits) == 2 and digits[0] != "0":
            return self.spell_number(int(digits))
        return " ".join(self.units[int(digit)] for digit in digits)

    def _spell_time(self, written: str) -> str:
        hours, _, minutes = re.sub("[:.]", "u", written).partition("u")
        return self.spell_clock(int(hours), int(minutes or 0))


def load_number_words(prompts: Path, locale: str) -> NumberWords | None:
    """Load the words of the locale, or else those of its language; None if neither has any.

    Raises ScriptError naming the file, the line and the remedy.
    """
    folders = (prompts / locale, prompts / locale.partition("-")[0])
    path = next((folder / "numbers.yaml" for folder in folders if (folder / "numbers.yaml").is_file()), None)
    return _read_words(read_yaml(path)) if path else None


def _read_words(place: Place) -> NumberWords:
    place.allow_only((*_LISTS, *_WORDS, "before_time"))
    for name, count in _LISTS.items():
        if len(place.texts(name)) != count:
            raise place.complain(name, f"'{name}' must hold {count} words.", "Write every one, in their order.")
    if not place.texts("before_time"):
        raise place.complain("before_time", "there is no word that stands before a time.", "Write for instance [om, tot].")
    units, tens, months, before = (place.texts(name) for name in (*_LISTS, "before_time"))
    one, joint, after_e, hour, until, percent, plus = (place.text(name) for name in _WORDS)
    return NumberWords(units, tens, months, before, one, joint, after_e, hour, until, percent, plus)
