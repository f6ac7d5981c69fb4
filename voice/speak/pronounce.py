"""Turn a written line into what must be read aloud: the lexicon and numbers; clauses and syllables.

Text in, text out; no engine, no audio. The lexicon is data:

1. `prompts/nl/pronunciation.yaml` tells how people read what is written (112 is "één één twee");
2. `prompts/nl/pronunciation/<engine>.yaml` respells what one engine says wrong;
3. the same files under `prompts/<locale>/` overrule these, and a practice's own words overrule all;
4. `prompts/nl/numbers.yaml` has the words for what is written in digits (`numbers.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from voice.base.yamlfile import read_yaml
from voice.speak.numbers import NumberWords, load_number_words

CLAUSE_PAUSE = 0.25
SENTENCE_PAUSE = 0.45
"""Seconds of silence after a clause and a sentence. Pauses help old listeners, stretching does not (Krause 2019)."""

_CLAUSE = re.compile(r"(?<=[,;:.?!…])[\"'”’)]*\s+")
_SENTENCE_END = re.compile(r"[.?!…][\"'”’)]*$")
_VOWELS = re.compile(r"[aeiouyáéíóúàèâêîôûäëïöü]+", re.IGNORECASE)


Pairs = tuple[tuple[str, str], ...]
"""Replacements: (written, spoken)."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How a voice must be given what is written.

    words: matched as whole words without regard to case, longest first. numbers: None leaves what stands in digits as it is.
    """

    words: Pairs = ()
    numbers: NumberWords | None = None


PLAIN = Lexicon()
"""Says every line as it is written."""


Clause = tuple[str, float]
"""A part of a line that is said in one breath, and the seconds of silence after it."""


def load_lexicon(prompts: Path, locale: str, engine: str = "", own: Pairs = ()) -> Lexicon:
    """Load the lexicon of the language, overruled by that of the locale. A missing file adds nothing.

    engine: adds its respellings; without it the words are as people say them. own: a practice's own pairs.
    Raises ScriptError if a file is not a mapping of written to spoken words.
    """
    folders = [prompts / name for name in dict.fromkeys((locale.partition("-")[0], locale))]
    files = [folder / "pronunciation.yaml" for folder in folders]
    files += [folder / "pronunciation" / f"{engine}.yaml" for folder in folders if engine]
    words: dict[str, str] = {}
    for file in files:
        words |= _read_words(file)
    ordered = sorted((words | dict(own)).items(), key=lambda pair: -len(pair[0]))
    return Lexicon(tuple(ordered), load_number_words(prompts, locale))


def _read_words(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    place = read_yaml(path)
    return {key: place.text(key) for key in place.section}


def pronounce(text: str, lexicon: Lexicon) -> str:
    """Return the line as it must be read aloud: lexicon, dates, telephone numbers, times, percentages; white space tidied."""
    text = " ".join(text.split())
    for written, spoken in lexicon.words:
        text = re.sub(_match_whole(written), spoken.replace("\\", r"\\"), text, flags=re.IGNORECASE)
    return lexicon.numbers.read_aloud(text) if lexicon.numbers else text


def _match_whole(written: str) -> str:
    """A pattern for `written` that matches no part of a word, nor of a number such as 1.112 or 112,5."""
    digit = written[:1].isdigit()
    before = r"(?<![\w])(?<!\d[.,])" if digit else r"(?<!\w)"
    after = r"(?!\w)(?![.,]\d)" if digit else r"(?!\w)"
    return before + re.escape(written) + after


def split_clauses(text: str, clause: float = CLAUSE_PAUSE, sentence: float = SENTENCE_PAUSE) -> tuple[Clause, ...]:
    """Split a line after its punctuation. No pause follows the last clause."""
    parts = [part for part in _CLAUSE.split(text.strip()) if _VOWELS.search(part) or any(map(str.isalnum, part))]
    ends = [sentence if _SENTENCE_END.search(part) else clause for part in parts[:-1]]
    return tuple(zip(parts, [*ends, 0.0], strict=False))


def split_parts(text: str, length: int) -> tuple[str, ...]:
    """Split a long text between sentences into parts of about that many letters. A text without a word has none."""
    parts, kept = [], ""
    for clause, pause in split_clauses(text):
        kept = f"{kept} {clause}".strip()
        if len(kept) >= length and pause == SENTENCE_PAUSE:
            parts.append(kept)
            kept = ""
    return (*parts, kept) if kept else tuple(parts)


def count_syllables(text: str) -> int:
    """Estimate the syllables of a spoken Dutch line: groups of vowels, and one for each digit."""
    return len(_VOWELS.findall(text)) + sum(map(str.isdigit, text))
