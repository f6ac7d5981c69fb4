"""What a phrase of the language data can mean, and what it does in an answer.

The headings of answers.yaml are the names of these sorts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from voice.understand.meaning import Meaning


class Role(str, Enum):
    """What a phrase does beside deciding."""

    PARTICLE = "particle"  # ja, nee: opens an answer, whatever follows
    PHRASE = "phrase"  # decides by itself, in company too
    ALONE = "alone"  # decides only where nothing else is said
    AROUND = "around"  # decides nothing: dokter, jammer genoeg
    POLITE = "polite"  # decides nothing in company, and alone is not an answer
    AFTER = "after"  # completes a particle of the same meaning, else is not an answer
    CORRECTION = "correction"  # what stands before it is taken back
    OWN = "own"  # of the question that was put
    UNLESS_YES = "unless yes"  # of the patient, or of the question: after a yes it completes that yes


@dataclass(frozen=True, slots=True)
class Sort:
    """What a phrase means, how, and whether that needs no confirmation.

    played_down: after a yes it belongs to that yes ("ja, valt mee"). little: some of it is there all the same ("zelden").
    """

    meaning: Meaning
    role: Role = Role.PHRASE
    certain: bool = True
    played_down: bool = False
    little: bool = False


PLAIN = (Meaning.YES, Meaning.NO, Meaning.UNSURE, Meaning.UNCLEAR, Meaning.REPEAT, Meaning.LOUDER, Meaning.SOFTER,
          Meaning.SLOWER, Meaning.WAIT, Meaning.BACK, Meaning.STOP, Meaning.HELP, Meaning.DECLINE, Meaning.EXPLAIN,
          Meaning.ALARM)  # fmt: skip

SORTS: Mapping[str, Sort] = (
    {str(meaning): Sort(meaning) for meaning in PLAIN}
    | {f"{meaning}_alone": Sort(meaning, Role.ALONE) for meaning in PLAIN}
    | {f"{meaning}_unless_ja": Sort(meaning, Role.UNLESS_YES) for meaning in (Meaning.ALARM, Meaning.HELP, Meaning.UNCLEAR)}
    | {
        "ja": Sort(Meaning.YES, Role.PARTICLE),
        "nee": Sort(Meaning.NO, Role.PARTICLE),
        "hedged_yes": Sort(Meaning.YES, certain=False),
        "hedged_no": Sort(Meaning.NO, certain=False),
        "hedged_stop": Sort(Meaning.STOP, Role.ALONE, certain=False),
        "played_down": Sort(Meaning.NO, certain=False, played_down=True),
        "little": Sort(Meaning.NO, certain=False, played_down=True, little=True),
        "after_ja": Sort(Meaning.YES, Role.AFTER),
        "after_nee": Sort(Meaning.NO, Role.AFTER),
        "polite": Sort(Meaning.UNCLEAR, Role.POLITE),
        "around": Sort(Meaning.UNCLEAR, Role.AROUND),
        "correction": Sort(Meaning.UNCLEAR, Role.CORRECTION),
    }
)
"""The names under `phrases:` in answers.yaml."""


def clashes(one: Sort, other: Sort) -> bool:
    """Two meanings, or two ways of meaning nothing; among shades of one meaning the first stands."""
    return one != other and (one.meaning is not other.meaning or one.meaning is Meaning.UNCLEAR)


def named(sort: Sort | str) -> str:
    """The heading under which phrases of that sort stand; a topic by its id."""
    return next((name for name, known in SORTS.items() if known == sort), str(getattr(sort, "meaning", sort)))
