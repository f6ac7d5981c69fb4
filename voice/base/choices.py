"""Name what may be chosen to somebody who has typed something else."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.7
"""Likeness (0..1, as `difflib` measures it) from which a word is taken for one that was mistyped."""


def name_choices(typed: str, known: Iterable[str]) -> str:
    """Return a remedy: the choice that is nearest to what was typed, if one is near, and then all of them."""
    choices = list(known)
    near = get_close_matches(typed, choices, 1, NEAR)
    return "".join(f"Did you mean {name}? " for name in near) + f"Use one of: {', '.join(choices)}."
