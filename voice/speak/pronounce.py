"""Turn a written line into what must be read aloud: the lexicon, dates, times, telephone numbers; clauses and syllables.

Text in, text out; no engine, no audio. The lexicon is data:

1. `prompts/nl/pronunciation.yaml` tells how people read what is written (112 is "één één twee");
2. `prompts/nl/pronunciation/<engine>.yaml` respells what one engine says wrong;
3. the same files under `prompts/<locale>/` overrule these, and a practice's own words overrule all.
"""

from __future__ import annotations

import re
from pathlib import Path

from voice.base.yamlfile import read_yaml

CLAUSE_PAUSE = 0.25
SENTENCE_PAUSE = 0.45
"""Seconds of silence after a clause and a sentence. Pauses help old listeners, stretching does not (Krause 2019)."""

_DIGITS = ("nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS = ("tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")
_UNITS = _DIGITS + _TEENS
_TENS = ("", "tien", "twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_TELEPHONE = re.compile(r"(?<![\w+])(?:\+32 ?|0)\d{1,3}(?:[ ./-]?\d{2,3}){2,4}(?!\w)")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_DATE = re.compile(r"(?<![\w/.-])(0?[1-9]|[12]\d|3[01])([/.-])(0?[1-9]|1[0-2])\2((?:19|20)\d\d)(?![\w/])")
_HOUR = r"(?:[01]?\d|2[0-4])"
_CLOCK = rf"{_HOUR}(?:u|[u:.][0-5]\d)"
_RANGE = re.compile(rf"(?<![\w.,:])({_CLOCK})\s?[-–]\s?({_CLOCK})(?: uur)?(?!\w)")
_TIME = re.compile(rf"(?<![\w.,:])({_HOUR})(?:[:u]([0-5]\d)?(?: uur)?|\.([0-5]\d) uur)(?![\w%:])")
_TIME_AFTER = re.compile(rf"\b(om|tot|van|vanaf|tussen|en|rond|tegen) ({_HOUR})\.([0-5]\d)(?: uur)?(?![.,%]?\w)", re.IGNORECASE)
"""A point parts hours and minutes only beside a word that tells of time: "lokaal 2.12" is a room."""
_CLAUSE = re.compile(r"(?<=[,;:.?!…])[\"'”’)]*\s+")
_SENTENCE_END = re.compile(r"[.?!…][\"'”’)]*$")
_VOWELS = re.compile(r"[aeiouyáéíóúàèâêîôûäëïöü]+", re.IGNORECASE)


Lexicon = tuple[tuple[str, str], ...]
"""Replacements before a voice reads a line: (written, spoken) pairs, matched as whole words without regard to case, longest
first."""

PLAIN: Lexicon = ()
"""Says every line as it is written."""


Clause = tuple[str, float]
"""A part of a line that is said in one breath, and the seconds of silence after it."""


def load_lexicon(prompts: Path, locale: str, engine: str = "", own: Lexicon = ()) -> Lexicon:
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
    return tuple(sorted((words | dict(own)).items(), key=lambda pair: -len(pair[0])))


def _read_words(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    place = read_yaml(path)
    return {key: place.text(key) for key in place.section}


def pronounce(text: str, lexicon: Lexicon) -> str:
    """Return the line as it must be read aloud: lexicon, dates, telephone numbers, times, percentages; white space tidied."""
    text = " ".join(text.split())
    for written, spoken in lexicon:
        text = re.sub(_match_whole(written), spoken.replace("\\", r"\\"), text, flags=re.IGNORECASE)
    text = _DATE.sub(lambda found: f"{int(found[1])} {_MONTHS[int(found[3]) - 1]} {found[4]}", text)
    text = _RANGE.sub(lambda found: f"{_spell_time(found[1])} tot {_spell_time(found[2])}", text)
    text = _TELEPHONE.sub(lambda found: spell_telephone(found.group()), text)
    text = _TIME_AFTER.sub(lambda found: f"{found[1]} {spell_clock(int(found[2]), int(found[3]))}", text)
    text = _TIME.sub(lambda found: spell_clock(int(found[1]), int(found[2] or found[3] or 0)), text)
    return re.sub(r"(\d)\s*%", r"\1 procent", text)


def _match_whole(written: str) -> str:
    """A pattern for `written` that matches no part of a word, nor of a number such as 1.112 or 112,5."""
    digit = written[:1].isdigit()
    before = r"(?<![\w])(?<!\d[.,])" if digit else r"(?<!\w)"
    after = r"(?!\w)(?![.,]\d)" if digit else r"(?!\w)"
    return before + re.escape(written) + after


def spell_telephone(number: str) -> str:
    """A telephone number in groups as written: pairs as numbers, triples digit by digit, with a pause between.

    Groups are kept, because people write a number in the groups in which they say it.
    """
    spoken = number.replace("+32", "plus 32 ")
    groups = re.findall(r"plus|\d+", spoken)
    return ", ".join(_spell_group(group) for group in groups).replace("plus, ", "plus ")


def _spell_group(digits: str) -> str:
    if not digits.isdigit():
        return digits
    if len(digits) == 2 and digits[0] != "0":
        return spell_number(int(digits))
    return " ".join(_UNITS[int(digit)] for digit in digits)


def spell_number(number: int) -> str:
    """A number from 0 to 99 in words: 33 is drieëndertig."""
    if number < 20:
        return _UNITS[number]
    tens, units = divmod(number, 10)
    if not units:
        return _TENS[tens]
    unit = "een" if units == 1 else _UNITS[units]
    return unit + ("ën" if unit.endswith("e") else "en") + _TENS[tens]


def spell_clock(hours: int, minutes: int) -> str:
    """A time of day: 9:30 is "negen uur dertig", 14:00 is "veertien uur"."""
    spoken = f"{spell_number(hours)} uur"
    return f"{spoken} {spell_number(minutes)}" if minutes else spoken


def _spell_time(written: str) -> str:
    hours, _, minutes = re.sub("[:.]", "u", written).partition("u")
    return spell_clock(int(hours), int(minutes or 0))


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
