"""Say what a phrase of the language data can mean, and what it does in an answer.

The headings under `phrases:` in prompts/<locale>/answers are the names of these kinds of phrase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from voice.understand.meaning import Meaning


class Role(str, Enum):
    """What a phrase does in an answer."""

    PARTICLE = "particle"  # ja, nee: opens an answer, whatever follows
    PHRASE = "phrase"  # decides, also beside other phrases
    ALONE = "alone"  # decides only if nothing else is said
    AROUND = "around"  # decides nothing: dokter, jammer genoeg
    POLITE = "polite"  # decides nothing beside other phrases, and alone is no answer
    AFTER = "after"  # completes a particle of the same meaning; else no answer
    CORRECTION = "correction"  # takes back what stands before it
    OWN = "own"  # of the question's own phrases
    UNLESS_YES = "unless yes"  # after a yes it completes that yes; else decides


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a kind of phrase means.

    certain: False asks for a confirmation. played_down: after a yes it belongs to that yes ("ja, valt mee").
    little: some of the symptom is there all the same ("zelden").
    """

    meaning: Meaning
    role: Role = Role.PHRASE
    certain: bool = True
    played_down: bool = False
    little: bool = False


PLAIN = (Meaning.YES, Meaning.NO, Meaning.UNSURE, Meaning.UNCLEAR, Meaning.REPEAT, Meaning.LOUDER, Meaning.SOFTER,
          Meaning.SLOWER, Meaning.WAIT, Meaning.BACK, Meaning.STOP, Meaning.HELP, Meaning.DECLINE, Meaning.EXPLAIN,
          Meaning.ALARM)  # fmt: skip
_MOVING = (Meaning.TOO_MUCH, Meaning.WORSE)
"""What is only said while the patient moves: under `moving`."""

_SHADES: dict[Meaning, dict[str, Phrase]] = {
    Meaning.YES: {
        "hedged_yes": Phrase(Meaning.YES, certain=False),
        "after_ja": Phrase(Meaning.YES, Role.AFTER),
    },
    Meaning.NO: {
        "no_alone": Phrase(Meaning.NO, Role.ALONE),
        "hedged_no": Phrase(Meaning.NO, certain=False),
        "played_down": Phrase(Meaning.NO, certain=False, played_down=True),
        "little": Phrase(Meaning.NO, certain=False, played_down=True, little=True),
        "after_nee": Phrase(Meaning.NO, Role.AFTER),
    },
    Meaning.UNCLEAR: {
        "unclear_unless_ja": Phrase(Meaning.UNCLEAR, Role.UNLESS_YES),
        "unclear_alone": Phrase(Meaning.UNCLEAR, Role.ALONE),
        "polite": Phrase(Meaning.UNCLEAR, Role.POLITE),
        "around": Phrase(Meaning.UNCLEAR, Role.AROUND),
        "correction": Phrase(Meaning.UNCLEAR, Role.CORRECTION),
    },
    Meaning.STOP: {"hedged_stop": Phrase(Meaning.STOP, Role.ALONE, certain=False)},
    Meaning.HELP: {"help_unless_ja": Phrase(Meaning.HELP, Role.UNLESS_YES)},
    Meaning.ALARM: {"alarm_unless_ja": Phrase(Meaning.ALARM, Role.UNLESS_YES)},
}

HEADINGS: Mapping[str, Phrase] = (
    {"ja": Phrase(Meaning.YES, Role.PARTICLE), "nee": Phrase(Meaning.NO, Role.PARTICLE)}
    | {
        name: phrase
        for meaning in PLAIN
        for name, phrase in (
            {str(meaning): Phrase(meaning)} | _SHADES.get(meaning, {}) | {f"{meaning}_alone": Phrase(meaning, Role.ALONE)}
        ).items()
    }
    | {str(meaning): Phrase(meaning) for meaning in _MOVING}
)
"""The headings under `phrases:` in prompts/<locale>/answers, in the order in which they are read, whatever file they stand in."""


def clashes(one: Phrase, other: Phrase) -> bool:
    """Whether a phrase may not be both: two meanings, or two ways to mean nothing. Of shades of one meaning the first counts."""
    return one != other and (one.meaning is not other.meaning or one.meaning is Meaning.UNCLEAR)


def name_heading(phrase: Phrase | str) -> str:
    """The heading under which phrases of that phrase stand; a topic by its id."""
    return next((name for name, known in HEADINGS.items() if known == phrase), str(getattr(phrase, "meaning", phrase)))
