"""How an input is broken: by lines and values where it is text, by numbers in its header where it is binary."""

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
"""Values that one parser or another has been known to stumble over."""

NASTY_NUMBERS = (0, 1, 2, 3, 7, 8, 16, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)

Mutate = Callable[[bytes, random.Random], bytes]


def text(data: bytes, chance: random.Random) -> bytes:
    """One to three changes to the lines of a text; what is no UTF-8 stays as it is."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return data
    for _ in range(chance.randint(1, 3)):
        chance.choice(_LINES)(lines, chance)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def sentence(data: bytes, chance: random.Random) -> bytes:
    """Words taken away, doubled, exchanged, or replaced by words that mean something elsewhere."""
    words = data.decode("utf-8", "replace").split(" ")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(words))
        words[at : at + chance.randint(0, 2)] = chance.choices(_WORDS, k=chance.randint(0, 3))
        words = words or [""]
    return " ".join(words).encode()


def binary(data: bytes, chance: random.Random) -> bytes:
    """A telling number over any aligned place, nearly always in the header."""
    if len(data) < 8:
        return data
    broken = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(min(len(broken) - 4, 64 if chance.random() < 0.8 else len(broken)))
        size = chance.choice("BHI")
        broken[at : at + struct.calcsize(size)] = struct.pack(
            f"<{size}", chance.choice(NASTY_NUMBERS) % (1 << 8 * struct.calcsize(size))
        )
    return bytes(broken[: chance.choice((len(broken), len(broken), chance.randrange(len(broken))))])


def _drop(lines: list[str], chance: random.Random) -> None:
    if len(lines) > 1:
        del lines[chance.randrange(len(lines))]


def _double(lines: list[str], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))


def _exchange(lines: list[str], chance: random.Random) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    lines[at] = " " * chance.randint(0, 6) + lines[at].lstrip()


def _value(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    key, colon, _ = lines[at].partition(":")
    lines[at] = f"{key}{colon} {chance.choice(NASTY_TEXTS)}" if colon else chance.choice(NASTY_TEXTS)


def _key(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    key, colon, value = lines[at].partition(":")
    indent = key[: len(key) - len(key.lstrip())]
    lines[at] = f"{indent}{chance.choice((*NASTY_TEXTS, *_keys(lines)))}{colon}{value}"


def _keys(lines: list[str]) -> list[str]:
    return [line.partition(":")[0].strip() for line in lines]


def _insert(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    place = chance.randint(0, len(lines[at]))
    lines[at] = lines[at][:place] + chance.choice(NASTY_TEXTS) + lines[at][place:]


_LINES = (_drop, _double, _exchange, _indent, _value, _value, _key, _insert, _insert)

_WORDS = tuple(
    """ja nee neen niet geen nie ja, nee, ik heb had kan kunt niet meer dat weet ik niet geen idee wat zegt u nog eens stop help wacht terug
    luider trager koorts pijn plassen gevallen sinds al een half twee drie 3 10 99999999999999999999 29 31 dag dagen weken week maand jaar
    maanden of tot en bijna ruim maandag zondag februari januari eind begin vorig vorige pasen winter 2024 1,5 ½ niets helemaal klopt
    juist misschien soms graag dokter mama xqzt eh euh 'k 't — … \u0301 \u200b \ufb01 İ ß""".split()
)
