"""Read rates.yaml: how often patients have what the questions ask, and where each number comes from.

1. A rate is a share of patients (0..1) for each sex and age band. `times` says how far off it may be, as two factors.
2. Each rate is measured, derived or assumed. The first two name their sources. The last two say how they came about.
3. Every question that a script can put has an entry. An entry for anything else is refused, unless it is marked as unasked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from voice.base.choices import name_choices
from voice.base.fields import read_choice, read_flag, read_known, read_names, read_number, read_whole
from voice.base.text_enum import TextEnum
from voice.base.yamlfile import Place, read_yaml
from voice.consultation.script import ENDINGS, Level

RATES = Path(__file__).with_name("rates.yaml")
"""The file that ships with the program."""


class Estimate(TextEnum):
    """Which end of what a rate may be. LOW: the fewest flags."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class Ground(TextEnum):
    """What a rate rests on."""

    MEASURED = "measured"
    DERIVED = "derived"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something is so.

    women, men: one share (0..1) for each band. times: factor for the low and for the high estimate.
    sources: ids of the sources. because: how it was derived, or why it was assumed; "" if there is nothing to say.
    """

    women: tuple[float, ...]
    men: tuple[float, ...]
    times: tuple[float, float]
    ground: Ground
    sources: tuple[str, ...]
    because: str

    def share(self, band: int, woman: bool, estimate: Estimate) -> float:
        """Return the share in that band, at most 1."""
        factor = {Estimate.LOW: self.times[0], Estimate.MIDDLE: 1.0, Estimate.HIGH: self.times[1]}[estimate]
        return min(1.0, factor * (self.women if woman else self.men)[band])


@dataclass(frozen=True, slots=True)
class Band:
    """Ages in years, both inclusive."""

    id: str
    youngest: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Flag:
    """How often a flag is there; the keys are explained in rates.yaml.

    rate is None for a flag that follows from the age (age_below, age_from) or from another flag (new_of).
    given: pairs of a trait or an earlier flag, and the rate among those who have it.
    """

    id: str
    rate: Rate | None
    given: tuple[tuple[str, Rate], ...] = ()
    chronic: Rate | None = None
    chronic_says_yes: Rate | None = None
    age_below: int = 0
    age_from: int = 0
    new_of: str = ""
    unasked: bool = False

    def rates(self) -> Iterator[tuple[str, Rate]]:
        """Return each rate with what it is the rate of."""
        if self.rate:
            yield "now" if self.given or self.chronic else "", self.rate
        yield from ((f"with {other}", rate) for other, rate in self.given)
        if self.chronic and self.chronic_says_yes:
            yield from (("for long", self.chronic), ("for long, says yes", self.chronic_says_yes))


@dataclass(frozen=True, slots=True)
class Disease:
    """What patients with a planted disease answer.

    ages: share of the patients in each band. sources: of the ages and the definition.
    rates: of the flags that differ from those of others.
    at_least_one: ids of flags; one of them is present by definition of the disease. long_pain: None if as in others.
    """

    id: str
    title: str
    ages: tuple[float, ...]
    sources: tuple[str, ...]
    rates: Mapping[str, Rate]
    at_least_one: tuple[str, ...] = ()
    long_pain: Rate | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What a script should reach: at least, or at most, that share of a group ends at one of the levels.

    group: id of a disease, OLD or OLD_RECENT.
    """

    group: str
    levels: tuple[Level, ...]
    least: float
    most: float


OLD = "old"
"""Group of patients: ordinary ones of `Rates.old` years and over."""
OLD_RECENT = "old_recent"
"""Those of OLD whose pain is not too old for the script."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Everything that rates.yaml holds. old: from how many years of age the headline counts."""

    sources: Mapping[str, str]
    bands: tuple[Band, ...]
    old: int
    women: Rate
    long_pain: Rate
    traits: tuple[Flag, ...]
    flags: tuple[Flag, ...]
    diseases: tuple[Disease, ...]
    aims: tuple[Aim, ...]
    unknown: tuple[str, ...]

    def every_rate(self) -> Iterator[tuple[str, str, Rate]]:
        """Return each rate with the group of patients and what it is the rate of."""
        yield "ordinary", "women", self.women
        yield "ordinary", LONG_PAIN, self.long_pain
        for flag in (*self.traits, *self.flags):
            yield from (("ordinary", f"{flag.id} {what}".strip(), rate) for what, rate in flag.rates())
        for disease in self.diseases:
            if disease.long_pain:
                yield disease.title, LONG_PAIN, disease.long_pain
            yield from ((disease.title, name, rate) for name, rate in disease.rates.items())


LONG_PAIN = "pain for over six weeks"
LONG_DAYS = 42
"""What `long_pain` counts as long, in days."""

_TOP = ("sources", "bands", "old", "women", "long_pain", "traits", "flags", "diseases", "aims", "unknown")
_RATE = ("all", "women", "men", "times", "kind", "source", "because")
_FLAG = ("id", "rate", "given", "chronic", "chronic_says_yes", "age_below", "age_from", "new_of", "unasked")
_DISEASE = ("id", "title", "ages", "source", "at_least_one", "long_pain", "flags")


def read_rates(asked: Collection[str], path: Path = RATES) -> Rates:
    """Read and check the rates. asked: ids of all questions that the scripts put and that need an entry.

    Raises ScriptError naming the file, the line and the remedy.
    """
    place = read_yaml(path)
    place.allow_only(_TOP)
    sources = place.inside("sources")
    bands = tuple(_read_band(entry) for entry in place.each("bands"))
    reader = _Reader(bands, {name: sources.text(name) for name in sources.names()})
    traits = reader.read_flags(place, "traits")
    flags = reader.read_flags(place, "flags", traits)
    _check_asked(place, flags, asked)
    rates = Rates(
        sources=reader.sources,
        bands=bands,
        old=read_whole(place, "old"),
        women=reader.read_rate(place, "women"),
        long_pain=reader.read_rate(place, "long_pain"),
        traits=traits,
        flags=flags,
        diseases=tuple(reader.read_disease(entry, flags) for entry in _list_distinct(place, "diseases")),
        aims=(),
        unknown=place.texts("unknown"),
    )
    rates = replace(rates, aims=tuple(_read_aim(entry, rates) for entry in place.each("aims")))
    used = {name for _, _, rate in rates.every_rate() for name in rate.sources}
    used.update(name for disease in rates.diseases for name in disease.sources)
    for name in rates.sources:
        if name not in used:
            raise sources.complain(name, f"no rate rests on '{name}'.", "Name it under a source, or remove it.")
    return rates


def _check_asked(place: Place, flags: Iterable[Flag], asked: Collection[str]) -> None:
    """Refuse a question without an entry, and an entry without a question."""
    by_id = {flag.id: flag for flag in flags}
    missing = [name for name in asked if name not in by_id]
    if missing:
        remedy = "Add an entry for each, with a rate and its source."
        raise place.complain("flags", f"these questions have no entry: {', '.join(missing)}.", remedy)
    for entry in place.each("flags"):
        name = entry.text("id")
        if by_id[name].unasked and name in asked:
            raise entry.complain("unasked", f"'{name}' is asked by now.", "Remove 'unasked'.")
        if not by_id[name].unasked and name not in asked:
            raise entry.complain("id", f"no script asks '{name}'.", f"Remove it, or use one of: {', '.join(asked)}.")


def _read_band(place: Place) -> Band:
    place.allow_only(("id", "youngest", "oldest"))
    band = Band(place.text("id"), read_whole(place, "youngest"), read_whole(place, "oldest"))
    if not 0 < band.youngest <= band.oldest:
        raise place.complain("oldest", "this band holds no age.", "Write the youngest and the oldest age in years.")
    return band


def _read_aim(place: Place, rates: Rates) -> Aim:
    place.allow_only(("of", "levels", "least", "most"))
    group = _read_one(place, "of", (OLD, OLD_RECENT, *(disease.id for disease in rates.diseases)))
    levels = tuple(map(Level, read_known(place, "levels", map(str, ENDINGS))))
    least, most = (read_number(place, key) if key in place.names() else usual for key, usual in (("least", 0.0), ("most", 1.0)))
    return Aim(group, levels, least, most)


def _list_distinct(place: Place, key: str) -> tuple[Place, ...]:
    """The entries under `key`, no two with the same id."""
    entries = tuple(place.each(key))
    seen: set[str] = set()
    for entry in entries:
        if entry.text("id") in seen:
            raise entry.complain("id", f"'{entry.text('id')}' stands here a second time.", "Give each entry its own id.")
        seen.add(entry.text("id"))
    return entries


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads entries that give a number for each band, and name sources."""

    bands: tuple[Band, ...]
    sources: Mapping[str, str]

    def read_flags(self, place: Place, key: str, earlier: Iterable[Flag] = ()) -> tuple[Flag, ...]:
        """Read entries in order. A `given` names one that stands earlier."""
        flags: list[Flag] = []
        for entry in _list_distinct(place, key):
            flags.append(self._read_flag(entry, [flag.id for flag in (*earlier, *flags)]))
        return tuple(flags)

    def _read_flag(self, place: Place, earlier: Collection[str]) -> Flag:
        place.allow_only(_FLAG)
        if ("chronic" in place.names()) != ("chronic_says_yes" in place.names()):
            remedy = "Say also how many of those with the old complaint say yes, and the reverse."
            raise place.complain("chronic", "'chronic' and 'chronic_says_yes' belong together.", remedy)
        given = tuple(place.each("given"))
        for entry in given:
            entry.allow_only(("of", "rate"))
        flag = Flag(
            id=place.text("id"),
            rate=self._read_optional(place, "rate"),
            given=tuple((_read_one(entry, "of", earlier), self.read_rate(entry, "rate")) for entry in given),
            chronic=self._read_optional(place, "chronic"),
            chronic_says_yes=self._read_optional(place, "chronic_says_yes"),
            age_below=read_whole(place, "age_below"),
            age_from=read_whole(place, "age_from"),
            new_of=_read_one(place, "new_of", earlier) if "new_of" in place.names() else "",
            unasked=read_flag(place, "unasked"),
        )
        if [bool(flag.rate), bool(flag.age_below), bool(flag.age_from), bool(flag.new_of)].count(True) != 1:
            raise place.complain(
                "id", f"'{flag.id}' needs one of rate, age_below, age_from and new_of.", "Write rate: with a number."
            )
        return flag

    def read_disease(self, place: Place, flags: Iterable[Flag]) -> Disease:
        place.allow_only(_DISEASE)
        drawn = [flag.id for flag in flags if flag.rate]
        entries = _list_distinct(place, "flags")
        for entry in entries:
            entry.allow_only(("id", "rate"))
        rates = {_read_one(entry, "id", drawn): self.read_rate(entry, "rate") for entry in entries}
        ages = self._read_shares(place, "ages")
        if abs(sum(ages) - 1) > 0.001:
            raise place.complain("ages", f"the shares of the bands make {sum(ages):g}, not 1.", "They divide the patients.")
        least = read_known(place, "at_least_one", rates) if "at_least_one" in place.names() else ()
        if least and not any(min(rates[name].women + rates[name].men) > 0 for name in least):
            raise place.complain("at_least_one", "each of these may be absent in all.", "Name one with a rate above 0.")
        sources = read_known(place, "source", self.sources)
        return Disease(
            place.text("id"), place.text("title"), ages, sources, rates, least, self._read_optional(place, "long_pain")
        )

    def _read_optional(self, place: Place, key: str) -> Rate | None:
        return self.read_rate(place, key) if key in place.names() else None

    def read_rate(self, place: Place, key: str) -> Rate:
        if key not in place.names():
            raise place.complain(key, f"'{key}' is missing.", f"Write {key}: with a number and its source.")
        rate = place.inside(key)
        rate.allow_only(_RATE)
        if ("all" in rate.names()) == bool({"women", "men"} & set(rate.names())):
            raise rate.complain("all", "say it either of all, or of women and of men.", "Write all:, or women: and men:.")
        sexes = ("all", "all") if "all" in rate.names() else ("women", "men")
        women, men = (self._read_shares(rate, sex) for sex in sexes)
        ground = read_choice(rate, "kind", tuple(Ground))
        sources = read_known(rate, "source", self.sources) if "source" in rate.names() else ()
        if bool(sources) is (ground is Ground.ASSUMED):
            remedy = "Name the sources of what is measured or derived, and none of what is assumed."
            raise rate.complain("source", f"what is {ground} {'has' if sources else 'needs'} a source.", remedy)
        because = rate.text("because", "" if ground is Ground.MEASURED else None)
        return Rate(women, men, self._read_times(rate, ground), ground, sources, because)

    def _read_times(self, place: Place, ground: Ground) -> tuple[float, float]:
        if "times" not in place.names() and ground is Ground.MEASURED:
            return 1.0, 1.0
        times = _read_numbers(place, "times")
        if len(times) != 2 or not 0 <= times[0] <= 1 <= times[1]:
            remedy = "Write times: [0.5, 2] for a number that may be half or double."
            raise place.complain("times", "the range must lie around 1.", remedy)
        return times[0], times[1]

    def _read_shares(self, place: Place, key: str) -> tuple[float, ...]:
        """Read one share for each band; a single one counts for all."""
        shares = _read_numbers(place, key)
        shares = shares * len(self.bands) if len(shares) == 1 else shares
        if len(shares) != len(self.bands):
            names = ", ".join(band.id for band in self.bands)
            raise place.complain(key, f"{len(shares)} numbers for {len(self.bands)} bands.", f"Write one for each of {names}.")
        if not all(0 <= share <= 1 for share in shares):
            raise place.complain(key, "a share lies between 0 and 1.", "Write 0.19 for 19 %.")
        return shares


def _read_one(place: Place, key: str, allowed: Collection[str]) -> str:
    """Read a name that must be among those allowed."""
    name = place.text(key)
    if name not in allowed:
        raise place.complain(key, f"'{name}' is not known.", name_choices(name, allowed))
    return name


def _read_numbers(place: Place, key: str) -> tuple[float, ...]:
    """Read a number or a list of numbers."""
    value = place.section.get(key)
    texts = (value,) if isinstance(value, str) else read_names(place, key)
    for text in texts:
        if not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", text, re.ASCII):
            raise place.complain(key, f"'{text[:20]}' is not a number.", "Write for instance 0.19.")
    return tuple(map(float, texts))
