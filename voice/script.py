"""The script: the whole consultation as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from voice import grammar
from voice.grammar import Grammar


class Level(str, Enum):
    """How urgent a flag is (clinical.md, 2c), most urgent first."""

    E = "E"
    T = "T"
    W = "W"
    S = "S"
    NONE = "none"

    def __str__(self) -> str:
        return self.value


class Kind(str, Enum):
    """What sort of answer a question asks for."""

    FLAG = "flag"  # yes or no; yes means that the flag is present
    DURATION = "duration"  # how long it has lasted
    READBACK = "readback"  # "klopt dat?": is what was heard right
    TOPICS = "topics"  # anything more the patient wants to know

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line to be spoken: its id in the script, and its text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One proposition put to the patient; yes always means that the flag is present.

    level: how urgent a yes is; E and T questions want a confirmation of an uncertain no.
    grammar: the locale's answers with this question's own phrases added.
    """

    id: str
    text: str
    clarify: str = ""
    explain: str = ""
    level: Level = Level.NONE
    kind: Kind = Kind.FLAG
    grammar: Grammar = grammar.EMPTY
