"""Draw what is true of a patient, and answer by it. Pure, with a given chance.

1. A patient has an age, a sex, flags that are there now, and flags that have been there for long.
2. A patient says yes to what is there now. Of those with the old complaint a share says yes, too (`chronic_says_yes`).
3. A patient confirms what is read back, because it is what was answered, and asks for no topic.
4. Every number is drawn for every patient, whatever the estimate. So a patient has all the flags at a higher estimate that
    the same patient has at a lower one, and two scripts meet the same patients.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from voice.bench.population.rates import LONG_DAYS, Disease, Estimate, Flag, Rate, Rates
from voice.consultation.script import Question
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning, Years

LONGEST = 3650
"""The longest pain that is drawn, in days."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one patient.

    present: ids of the flags and traits that are there now. says_yes: ids of the questions that get a yes.
    days: how long there has been pain.
    """

    age: int
    woman: bool
    present: frozenset[str]
    says_yes: frozenset[str]
    days: int


def draw_truth(rates: Rates, band: int, random: Random, estimate: Estimate, disease: Disease | None = None) -> Truth:
    """Draw a patient of that band (index), with that disease if one is given."""
    while True:
        truth = _draw(rates, band, random, estimate, disease)
        if disease is None or not disease.at_least_one or truth.present.intersection(disease.at_least_one):
            return truth


def draw_band(disease: Disease, random: Random) -> int:
    """Draw the band of a patient with that disease."""
    return random.choices(range(len(disease.ages)), disease.ages)[0]


def _draw(rates: Rates, band: int, random: Random, estimate: Estimate, disease: Disease | None) -> Truth:
    age = random.randint(rates.bands[band].youngest, rates.bands[band].oldest)
    woman = random.random() < rates.women.women[band]

    def happens(rate: Rate | None) -> bool:
        return rate is not None and random.random() < rate.share(band, woman, estimate)

    days = _draw_days(random, happens((disease and disease.long_pain) or rates.long_pain))
    present: set[str] = set()
    says_yes: set[str] = set()
    for flag in (*rates.traits, *rates.flags):
        if happens(_find_rate(flag, present, disease)):
            present.add(flag.id)
        lasting, agrees = happens(flag.chronic), happens(flag.chronic_says_yes)
        if (
            flag.id in present
            or flag.new_of in present
            or age < flag.age_below
            or age >= flag.age_from > 0
            or (lasting and agrees)
        ):
            says_yes.add(flag.id)
    return Truth(age, woman, frozenset(present), frozenset(says_yes), days)


def _find_rate(flag: Flag, present: Collection[str], disease: Disease | None) -> Rate | None:
    """The rate in this patient: by the disease, else by what is present already."""
    if disease and flag.id in disease.rates:
        return disease.rates[flag.id]
    return next((rate for other, rate in flag.given if other in present), flag.rate)


def _draw_days(random: Random, is_long: bool) -> int:
    """Draw how long there has been pain. On a logarithmic scale every length is as likely."""
    low, high = (LONG_DAYS + 1, LONGEST) if is_long else (1, LONG_DAYS - 1)
    return round(math.exp(random.uniform(math.log(low), math.log(high))))


def answer(truth: Truth, question: Question) -> Answer:
    """Answer what is put: a length of time, an age, what is read back, the menu, or a flag."""
    match question.kind:
        case Kind.DURATION:
            return Answer(Meaning.DURATION, days=Days(truth.days, truth.days))
        case Kind.AGE:
            return Answer(Meaning.AGE, years=Years(truth.age, truth.age))
        case Kind.READBACK:
            return Answer(Meaning.YES)
        case Kind.TOPICS:
            return Answer(Meaning.NO)
    affirms = truth.days >= question.limit_days if question.limit_days else question.id in truth.says_yes
    return Answer(Meaning.YES if affirms else Meaning.NO)
