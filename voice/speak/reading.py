"""Decide whether somebody read a line, by what a listener understood of the recording. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher

from voice.understand.normalise import normalise

FITS = 0.6
"""Least likeness (0..1) of a line and what was heard of it. Measured with Whisper base on 60 lines of actors of 5 words and more:
56 of their own lines reach it, another line never (0.40 at most), and of lines of which half was read fewer than 1 in 4."""


def fits_line(text: str, heard: str) -> bool:
    """Whether what was heard can be that line, as far as a listener can tell who mishears a word now and then.

    Capitals, accents, punctuation and spaces do not count.
    """
    written, spoken = (normalise(words).replace(" ", "") for words in (text, heard))
    return SequenceMatcher(None, written, spoken, autojunk=False).ratio() >= FITS
