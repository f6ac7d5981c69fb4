"""How Dutch answers are phrased: the language data of prompts/<locale>/, compiled for matching."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grammar:
    """Compiled language data."""


EMPTY = Grammar()
