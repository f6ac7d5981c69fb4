"""Breaks inputs: text by its lines and values, binary files by the numbers in their header."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

NASTY_TEXTS = (
    "", " ", "~", "null", "no", "true", "[]", "{}", "[[]]", "{a: {b: c}}", "- x", "*a", "&a [*a]", "<<: *a", "!!int 3", "!!map x",
    "!!python/object:os.system x", "!!binary '%'", "!!set {a, b}", "!!omap [a: b]", "!!timestamp x", "? [a]", "'", '"', '"\\e[2J"', '"\\n\\nx"',
    "|", ">", "%", "@", "\t", "\u0000", "\u2028", "\ud7ff", "½", "²", "٣", "-1", "0", "1e9", "1e999", "nan", "inf", "-inf",
    "0.5 0.5 0.5", "99999999999999999999", "9" * 5000, "0x10", "1_000", "{", "}", "{praktijk", "{praktijk!x}", "{praktijk:>9999999999}", "{0}",
    "{praktijk:{praktijk}}", "{praktijk.x}", "{}", "(", ")", "(a|", "(a||b)", "[a", "[[a]]", "<", "<x>", "<ik_heb>", "[a|b] [c]", "(a|b)" * 30,
    "[a]" * 40, "(" * 200, "a" * 3000, "~root/x", "~niemand/x", "/dev/zero", "..", "../..", "/", ".", "a/../../b", "nl-XX", "inherits: nl-XX",
)  # fmt: skip
"""Values over which some parser has stumbled."""

NASTY_NUMBERS = (0, 1, 2, 3, 7, 8, 16, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)

Mutate = Callable[[bytes, random.Random], bytes]


def change_text(data: bytes, rng: random.Random) -> bytes:
    """Change one to three lines of a text. Bytes that are not UTF-8 stay as they are."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return data
    for _ in range(rng.randint(1, 3)):
        rng.choice(_LINES)(lines, rng)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def change_words(data: bytes, rng: random.Random) -> bytes:
    """Remove, double, exchange or replace words, by words that mean something elsewhere."""
    words = data.decode("utf-8", "replace").split(" ")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(words))
        words[at : at + rng.randint(0, 2)] = rng.choices(_WORDS, k=rng.randint(0, 3))
        words = words or [""]
    return " ".join(words).encode()


def change_numbers(data: bytes, rng: random.Random) -> bytes:
    """Write a critical number over a place of the data, mostly in the header (the first 64 bytes)."""
    if len(data) < 8:
        return data
    broken = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(min(len(broken) - 4, 64 if rng.random() < 0.8 else len(broken)))
        size = rng.choice("BHI")
        broken[at : at + struct.calcsize(size)] = struct.pack(
            f"<{size}", rng.choice(NASTY_NUMBERS) % (1 << 8 * struct.calcsize(size))
        )
    return bytes(broken[: rng.choice((len(broken), len(broken), rng.randrange(len(broken))))])


def _drop(lines: list[str], rng: random.Random) -> None:
    if len(lines) > 1:
        del lines[rng.randrange(len(lines))]


def _double(lines: list[str], rng: random.Random) -> None:
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))


def _exchange(lines: list[str], rng: random.Random) -> None:
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(lines: list[str], rng: random.Random) -> None:
    at = rng.randrange(len(lines))
    lines[at] = " " * rng.randint(0, 6) + lines[at].lstrip()


def _value(lines: list[str], rng: random.Random) -> None:
    at = rng.randrange(len(lines))
    key, colon, _ = lines[at].partition(":")
    lines[at] = f"{key}{colon} {rng.choice(NASTY_TEXTS)}" if colon else rng.choice(NASTY_TEXTS)


def _key(lines: list[str], rng: random.Random) -> None:
    at = rng.randrange(len(lines))
    key, colon, value = lines[at].partition(":")
    indent = key[: len(key) - len(key.lstrip())]
    lines[at] = f"{indent}{rng.choice((*NASTY_TEXTS, *_keys(lines)))}{colon}{value}"


def _keys(lines: list[str]) -> list[str]:
    return [line.partition(":")[0].strip() for line in lines]


def _insert(lines: list[str], rng: random.Random) -> None:
    at = rng.randrange(len(lines))
    place = rng.randint(0, len(lines[at]))
    lines[at] = lines[at][:place] + rng.choice(NASTY_TEXTS) + lines[at][place:]


_LINES = (_drop, _double, _exchange, _indent, _value, _value, _key, _insert, _insert)

_WORDS = tuple(
    """ja nee neen niet geen nie ja, nee, ik heb had kan kunt niet meer dat weet ik niet geen idee wat zegt u nog eens stop help wacht terug
    luider trager koorts pijn plassen gevallen sinds al een half twee drie 3 10 99999999999999999999 29 31 dag dagen weken week maand jaar
    maanden of tot en bijna ruim maandag zondag februari januari eind begin vorig vorige pasen winter 2024 1,5 ½ niets helemaal klopt
    juist misschien soms graag dokter mama xqzt eh euh 'k 't — … \u0301 \u200b \ufb01 İ ß""".split()
)
