"""Find the longest of some phrases in the words of an answer. Pure."""

from __future__ import annotations

from collections.abc import Container

from voice.understand.templates import Words

LONGEST = 6
"""Words of the longest phrase around an age or a score."""


def find_longest(words: Words, at: int, phrases: Container[Words]) -> int:
    """Return the end of the longest of the phrases that begins at words[at]; 0 if none does."""
    ends = range(min(len(words), at + LONGEST), at, -1)
    return next((end for end in ends if words[at:end] in phrases), 0)
