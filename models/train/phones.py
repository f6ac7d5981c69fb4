"""Dutch pronunciation from espeak-ng, brought to the phones that the network tells apart.

libespeak-ng is called directly, as the program does that speaks with it, so that new words get
their phones on any machine where the kiosk runs. Function names and constants: espeak-ng's
speak_lib.h.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
from functools import cache
from pathlib import Path

PHONES = (
    "aː", "b", "d", "eː", "f", "h", "i", "j", "k", "l", "m", "n", "oː", "p", "r", "s", "t",
    "u", "v", "w", "x", "y", "z", "øː", "ŋ", "œy", "ɑ", "ə", "ɛ", "ɛɪ", "ɪ", "ɔ", "ɵ", "ʃ", "ʌʊ",
)  # fmt: skip
"""The network's outputs after the blank, in order: phone i of this tuple is output i + 1."""

MERGED = {
    "ɣ": "x", "ʋ": "w", "ɾ": "r", "ɡ": "k", "ɲ": "n", "ʒ": "ʃ", "a": "aː", "o": "oː", "e": "eː", "ø": "øː", "eɪ": "eː",
    "ɛː": "ɛ", "iː": "i", "ɔː": "ɔ", "yː": "y", "uː": "u", "ʌ": "ɵ", "œː": "ɵ", "ɪː": "ɪ", "ɑː": "aː", "əʊ": "oː", "oʊ": "oː",
    "ɐ": "ə", "ɜː": "ɵ", "ɹ": "r", "ɚ": "ə", "æ": "ɛ", "ʊ": "u", "ɒ": "ɔ", "aɪ": "ɑ j", "ɔɪ": "ɔ j", "ui": "u j",
    "aʊ": "ʌʊ", "iʊ": "i w", "eʊ": "eː w", "yʊ": "y w", "tʃ": "t ʃ", "dʒ": "d ʃ", "ts": "t s", "c": "k", "ç": "x",
    "χ": "x", "ð": "d", "θ": "t", "ɑɪ": "ɑ j", "oːɪ": "oː j", "aːɪ": "aː j",
}  # fmt: skip
"""Sounds that Dutch speakers mix, or that are too rare to learn, as the phones that stand for them."""

_SYNCHRONOUS, _UTF8, _IPA_WITH_SEPARATOR = 2, 1, 0x02 | ord("_") << 8
_MARKS = re.compile(r"\([a-z-]+\)|[ˈˌʲʔ\u0303\u0329\u032f\u0361]")


def pronounce(text: str) -> list[list[str]]:
    """The phones of each word of `text`; espeak-ng writes numbers out and joins some words."""
    words = [[phone for sound in word.split("_") for phone in _merge(sound)] for word in _ipa(text).split()]
    return [word for word in words if word]


def indices(words: list[list[str]]) -> list[int]:
    """The network's outputs for the phones of some words."""
    return [PHONES.index(phone) + 1 for word in words for phone in word]


def write_lexicon(path: Path, lexicon: dict[str, list[list[int]]]) -> None:
    """How each word is said, a line a way, the usual one first."""
    lines = (f"{word}\t{' '.join(PHONES[phone - 1] for phone in way)}" for word, ways in lexicon.items() for way in ways)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _merge(sound: str) -> list[str]:
    """The phones of one of espeak-ng's sounds; one that we do not know is taken apart, or else left out."""
    sound = sound.strip("-.ː") if sound.strip("-.") in ("", "ː") else sound.strip("-.")
    if not sound:
        return []
    if sound in PHONES:
        return [sound]
    if sound in MERGED:
        return MERGED[sound].split()
    return [phone for letter in sound for phone in _merge(letter)] if len(sound) > 1 else []


@cache
def _ipa(text: str) -> str:
    speller = _library()
    pointer = ctypes.c_char_p(text.encode())
    clauses = []
    while pointer.value:
        clauses.append(speller.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF8, _IPA_WITH_SEPARATOR).decode())
    return _MARKS.sub("", " ".join(clauses))


@cache
def _library() -> ctypes.CDLL:
    name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
    library = ctypes.CDLL(name)
    library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)
    if library.espeak_SetVoiceByName(b"nl") != 0:
        raise OSError("espeak-ng has no Dutch voice; install espeak-ng-data.")
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    return library
