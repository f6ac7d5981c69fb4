"""Read what README and the pages for engineers claim, and `tests/claims.yaml`, which says what makes each claim.

A block is a paragraph, a row of a table, or an item of a list. A block with a figure in it (a digit outside of code and links)
makes a claim, and so has to be named there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from tests.helpers.virtual_sound_card import ROOT

PAGES = ("README.md", "README.nl.md", "docs/engineer.md", "docs/trust.md")
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_NO_FIGURES = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>|pyttsx3|CTranslate2|vosk-model-\S+")
"""Code, links, and names with a digit in them."""
_BREAKS = re.compile(r"\n\s*\n|\n(?=\s*(?:[|#>-]|\d+\.) ?)")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, and what makes it.

    page, says: where it stands, and a regular expression for what is said there; its groups are the figures.
    command, prints: what anybody can run, and an expression for what it prints, with the same groups.
    test, constant: a test that shows it; numbers of the program, as module:NAME, or module:NAME/1024 in another unit.
    files: what together has the size that is said, in kB or MB as it is said there.
    costly: the command takes minutes, or needs a machine that is idle, so no test runs it. fact: why nobody has to measure it.
    """

    page: str
    says: str
    command: str = ""
    prints: str = ""
    test: str = ""
    constant: str = ""
    files: tuple[str, ...] = ()
    costly: str = ""
    fact: str = ""

    def find_figures(self) -> tuple[str, ...]:
        """The figures that the page says. Raises LookupError if it does not say it, or in several places."""
        found = [match.groups() for block in read_blocks(self.page) for match in re.finditer(self.says, block)]
        if len(found) != 1:
            raise LookupError(f"{self.page} says {self.says!r} {len(found)} times")
        return found[0]

    @property
    def ways(self) -> int:
        """How many ways are given in which it is made."""
        return sum(map(bool, (self.command, self.test, self.constant, self.files, self.costly, self.fact)))


def read_claims() -> list[Claim]:
    return [Claim(**entry) for entry in yaml.safe_load((ROOT / "tests" / "claims.yaml").read_text(encoding="utf-8"))["claims"]]


def read_blocks(page: str) -> Iterator[str]:
    """Read the blocks of a page, each in one line."""
    text = _FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    yield from (" ".join(block.split()) for block in _BREAKS.split(text) if block.strip())


def has_figure(block: str) -> bool:
    return bool(re.search(r"\d", _NO_FIGURES.sub("", block)))
