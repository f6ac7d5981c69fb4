"""Read what README and the pages for engineers claim, and `tests/claims.yaml`, which says what makes each claim.

A block is a paragraph, a row of a table, or an item of a list. A block with a figure in it (a digit outside of code and links)
makes a claim, and so has to be named there. A figure with a unit ("1.5 s", "51 of 60") has to be named itself, so that it is
compared, unless its whole block is the result of one `costly` command, or a `fact`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

import yaml

from tests.helpers.virtual_sound_card import ROOT

PAGES = ("README.md", "README.nl.md", "docs/engineer.md", "docs/kiosk.md", "docs/trust.md", "docs/voice.md")
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_NO_FIGURES = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>|pyttsx3|CTranslate2|vosk-model-\S+")
"""Code, links, and names with a digit in them."""
_WITH_UNIT = re.compile(
    r"(?<![\w.,-])\d[\d.,]*(?= ?%| (?:s|ms|kB|MB|GB|KiB|MiB|dB|kHz|mm|inch|levels|letters|events|phrases)\b| of \d)"
)
_COMMAND = re.compile(r"(?:^|.*(?:/|\| ))(ruggespraak|make|python -m models\.\w+) ([^#|;>]*)")
_BREAKS = re.compile(r"\n\s*\n|\n(?=\s*(?:[|#>-]|\d+\. ))")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, and what makes it.

    page, says: where it stands, and a regular expression for what is said there; its groups are the figures.
    command, prints: what anybody can run, and an expression for what it prints, with the same groups.
    text, prints: the same with a file of the checkout.
    test: shows it; if there are figures, it takes them from here (`read_claimed`).
    constant: numbers of the program, as module:NAME, module:Class.field for a default, or module:NAME/1024 in another unit.
    files, models: what together has the size that is said, in kB or MB as it is said there.
    costly: the command takes minutes, or needs a machine that is idle, so no test runs it. fact: why nobody has to measure it.
    These two answer for the whole block.
    """

    page: str
    says: str
    command: str = ""
    prints: str = ""
    text: str = ""
    test: str = ""
    constant: str = ""
    files: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    costly: str = ""
    fact: str = ""

    def find_figures(self) -> tuple[str, ...]:
        """The figures that the page says. Raises LookupError if it does not say it, or in several places."""
        found = [match.groups() for block in read_blocks(self.page) for match in self.find_in(block)]
        if len(found) != 1:
            raise LookupError(f"{self.page} says {self.says!r} {len(found)} times")
        return found[0]

    def find_in(self, block: str) -> list[re.Match[str]]:
        return list(re.finditer(self.says, block))

    def list_named(self, block: str) -> Iterator[range]:
        """List the places in a block for whose figures it answers."""
        for match in self.find_in(block):
            if self.costly or self.fact:
                yield range(len(block))
            yield from (range(*match.span(group)) for group in range(1, len(match.groups()) + 1))

    @property
    def ways(self) -> int:
        """How many ways are given in which it is made."""
        return sum(
            map(bool, (self.command, self.text, self.test, self.constant, self.files, self.models, self.costly, self.fact))
        )


def read_claims() -> list[Claim]:
    return [Claim(**entry) for entry in yaml.safe_load((ROOT / "tests" / "claims.yaml").read_text(encoding="utf-8"))["claims"]]


def read_blocks(page: str) -> Iterator[str]:
    """Read the blocks of a page, each in one line."""
    text = _FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    yield from (" ".join(block.split()) for block in _BREAKS.split(text) if block.strip())


def has_figure(block: str) -> bool:
    return bool(re.search(r"\d", _NO_FIGURES.sub("", block)))


def find_unnamed(block: str, claims: list[Claim]) -> list[str]:
    """Find the figures with a unit that no claim names, each with what follows it."""
    named = [place for claim in claims for place in claim.list_named(block)]
    masked = _NO_FIGURES.sub(lambda code: "`" * len(code[0]), block)
    figures = [found.start() for found in _WITH_UNIT.finditer(masked)]
    return [block[at : at + 60] for at in figures if not any(at in place for place in named)]


def read_claimed(test: str) -> list[tuple[str, ...]]:
    """Read the figures that a test has to make: of every claim that names it, in their order."""
    found = [claim.find_figures() for claim in read_claims() if claim.test.endswith(f"::{test}")]
    if not found:
        raise LookupError(f"no claim names {test}")
    return found


def read_commands(page: str) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Read the commands that a page names: program and subcommands, and the options that stand behind them."""
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for fence in _FENCE.findall(text) for line in fence.splitlines()]
    spans = [*lines, *re.findall(r"^    (\S.*)$", text, re.MULTILINE), *re.findall(r"`([^`]+)`", _FENCE.sub("", text))]
    said = [" ".join(span.split()) for span in spans]
    return {split_command(words) for words in said if _COMMAND.match(words) or words.startswith("bench ")}


def split_command(words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a command into what it begins with, and its options. A bench may stand without the program before it."""
    found = _COMMAND.match(f"ruggespraak {words}" if words.startswith("bench ") else words)
    program, rest = found.groups()
    given = shlex.split(rest)
    first = takewhile(lambda word: not word.startswith("-") and "=" not in word, given)
    return (program, *first), tuple(word for word in given if word.startswith("--"))
