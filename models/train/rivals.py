"""Words that sound like an answer and are none, which the phone head weighs against the expected phrases.

rivals.txt holds them. `propose_rivals` finds candidates: the most common Dutch words whose phones begin like a short answer or
rhyme with one. They come from pyspellchecker's word list (MIT; made from film subtitles, with counts).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from models.train.corpus import HERE
from models.train.phones import indices, pronounce

COMMON = 12_000
"""Most common words that are looked through."""
LONGEST = 4
"""Phones of an answer that is short enough to be found in another word."""
FURTHER = 3
"""Most phones that a word may have after those of an answer."""
PROPOSED = 24
"""Words that are proposed for each answer."""


def read_rivals() -> list[str]:
    """Read the words and phrases of rivals.txt."""
    lines = (HERE / "rivals.txt").read_text(encoding="utf-8").splitlines()
    return [phrase for line in lines if line and line[0] != "#" for phrase in line.split(" | ")]


def spell_rivals() -> dict[str, list[list[int]]]:
    """Spell each rival as network outputs."""
    return {phrase: [indices(pronounce(phrase))] for phrase in read_rivals()}


def propose_rivals(answers: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find common words that resemble an answer, each with that answer. known: words and phrases that are not proposed."""
    heard = {tuple(_spell(phrase)) for phrase in (*known, *read_rivals())}
    words = [(word, spelt) for word in read_common_words() if (spelt := _spell(word)) and tuple(spelt) not in heard]
    for answer in sorted(set(answers)):
        phones = _spell(answer)
        if 1 < len(phones) <= LONGEST:
            near = [word for word, spelt in words if _resembles(spelt, phones)]
            yield from ((word, answer) for word in near[:PROPOSED])


def read_common_words() -> list[str]:
    """Read the most common Dutch words, those first that are heard most."""
    found = find_spec("spellchecker")
    if found is None or found.origin is None:
        raise SystemExit("Rivals are looked for in pyspellchecker's words. Install models/train/requirements.txt.")
    counts = json.loads(gzip.decompress((Path(found.origin).parent / "resources" / "nl.json.gz").read_bytes()))
    return sorted(filter(str.isalpha, counts), key=lambda word: (-counts[word], word))[:COMMON]


def _spell(text: str) -> list[int]:
    return indices(pronounce(text))


def _resembles(word: Sequence[int], answer: Sequence[int]) -> bool:
    """Whether it begins with the answer, or rhymes with it: the answer's own vowel and end after another beginning."""
    begins = word[: len(answer)] == answer and len(word) <= len(answer) + FURTHER
    rhymes = word[1 - len(answer) :] == answer[1:] and len(word) <= len(answer) + 1
    return word != answer and (begins or rhymes)
