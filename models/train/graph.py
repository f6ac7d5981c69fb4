"""The decoding graph of a Vosk model: from the network's outputs to words, for any list of words.

Vosk composes HCLr.fst (network outputs to words) with a grammar while it decodes: Gr.fst, or one
made of the phrases of a question. Nothing here needs the network or a training library, so a
practice's new words go in wherever espeak-ng runs.

The network was trained with CTC: each phone is one or more frames of its own, then any number of
blanks. Every other sound becomes `[unk]`, a loop of all phones that costs what Dutch makes of
their order (`bigrams.json`) and a little more.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.train.fst import Arc, write_const
from models.train.phones import PHONES, indices, pronounce

BLANK = 0
UNKNOWN = "[unk]"
HERE = Path(__file__).parent
NO_SYMBOL = 99_999
"""Stands in disambig_tid.int, which must exist and may not name a real transition."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Natural logarithms. word: to begin any word. unknown: to begin other speech.

    blank: for each frame of nothing, so that what does not fit is not taken for silence.
    phone: for each phone of other speech, beside `order` times what its place after the last one costs.
    """

    word: float = 0.0
    unknown: float = -2.5
    blank: float = 0.8
    phone: float = 0.6
    order: float = 0.5


def transition(output: int, kind: int) -> int:
    """Kaldi's transition-id. Each output is a phone with two states: itself, and the blanks after it.

    kind: 0 itself again, 1 itself and then blanks, 2 itself and out, 3 another blank, 4 the last blank.
    """
    return 5 * output + kind + 1


def lexicon(words: Iterable[str], variants: Mapping[str, list[list[int]]]) -> dict[str, list[list[int]]]:
    """Each word's pronunciations as network outputs; words without any are left out."""
    found = {}
    for word in sorted(set(words)):
        usual = indices(pronounce(word))
        ways = [usual, *variants.get(word, [])] if usual else variants.get(word, [])
        if ways:
            found[word] = ways
    return found


def read_variants(path: Path = HERE / "variants.txt") -> dict[str, list[list[int]]]:
    """Other ways to say a word: `word phone phone ...`, one a line."""
    found: dict[str, list[list[int]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, *phones = line.split()
            found.setdefault(word, []).append([PHONES.index(phone) + 1 for phone in phones])
    return found


def read_bigrams(path: Path = HERE / "bigrams.json") -> list[list[float]]:
    """Costs: row the phone before (0: none), column the phone less one."""
    return json.loads(path.read_text(encoding="utf-8"))


def count_bigrams(sequences: Iterable[list[int]]) -> list[list[float]]:
    """What follows what in Dutch, as costs; each pair counts half a time more than it occurs."""
    counts = [[0.5] * len(PHONES) for _ in range(len(PHONES) + 1)]
    for phones in sequences:
        for before, phone in zip([0, *phones], phones, strict=False):
            counts[before][phone - 1] += 1
    return [[round(math.log(sum(row) / count), 3) for count in row] for row in counts]


def write_graph(folder: Path, words: Iterable[str], costs: Costs = Costs()) -> dict[str, list[list[int]]]:
    """Write a model's graph/ for some words; gives their pronunciations back."""
    spoken = lexicon(words, read_variants())
    numbers = {word: number for number, word in enumerate(["<eps>", UNKNOWN, *spoken])}
    _write(folder, _hcl(spoken, numbers, costs), numbers, math.log(len(numbers)))
    return spoken


def write_phone_loop(folder: Path) -> None:
    """A graph whose words are the phones, all free of cost: its best score is the sum of the frames' best outputs."""
    numbers = {word: number for number, word in enumerate(["<eps>", *PHONES])}
    graph = _Graph(blank=0.0)
    graph.silence(graph.start)
    for phone in range(1, len(PHONES) + 1):
        graph.word([phone], phone, 0.0)
    _write(folder, graph.arcs, numbers, 0.0)


def _write(folder: Path, hcl: list[Arc], numbers: Mapping[str, int], even: float) -> None:
    """The files of graph/; with no question's phrases any word follows any at the same cost."""
    folder.mkdir(parents=True, exist_ok=True)
    write_const(folder / "HCLr.fst", hcl, {0: 0.0}, sort_output=True)
    write_const(folder / "Gr.fst", [(0, 0, n, n, even) for n in numbers.values() if n], {0: 0.0})
    (folder / "words.txt").write_text("".join(f"{word} {n}\n" for word, n in numbers.items()), encoding="utf-8")
    phones = enumerate(["<eps>", "SIL", *PHONES])
    (folder / "phones.txt").write_text("".join(f"{phone} {n}\n" for n, phone in phones), encoding="utf-8")
    (folder / "disambig_tid.int").write_text(f"{NO_SYMBOL}\n")


def _hcl(spoken: Mapping[str, list[list[int]]], numbers: Mapping[str, int], costs: Costs) -> list[Arc]:
    graph = _Graph(costs.blank)
    graph.silence(graph.start)
    for word, ways in spoken.items():
        for way in ways:
            graph.word(way, numbers[word], costs.word)
    graph.anything(numbers[UNKNOWN], costs, read_bigrams())
    return graph.arcs


class _Graph:
    """Arcs, and states by number; every word begins and ends in `start`."""

    def __init__(self, blank: float) -> None:
        self.arcs: list[Arc] = []
        self.start, self._states, self._blank = 0, 1, blank

    def silence(self, state: int) -> None:
        """Any number of blanks."""
        self.arcs.append((state, state, transition(BLANK, 0), 0, self._blank))

    def word(self, phones: list[int], label: int, cost: float) -> None:
        """The blanks after a word are silence, which tells Vosk that nobody speaks; those within it are not."""
        state = self.start
        for place, phone in enumerate(phones):
            body, after = self._phone(phone, last=place == len(phones) - 1)
            first = place == 0
            self.arcs.append((state, body, transition(phone, 1), label if first else 0, cost if first else 0.0))
            state = after

    def anything(self, label: int, costs: Costs, bigrams: list[list[float]]) -> None:
        """All phones in any order, as one word."""
        begin = self._new()
        self.arcs.append((self.start, begin, 0, label, costs.unknown))
        bodies = {phone: self._phone(phone, last=False) for phone in range(1, len(PHONES) + 1)}
        places = {0: begin, **{phone: after for phone, (_, after) in bodies.items()}}
        for before, state in places.items():
            for phone, (body, _) in bodies.items():
                cost = costs.phone + costs.order * bigrams[before][phone - 1]
                self.arcs.append((state, body, transition(phone, 1), 0, cost))
        self.arcs += [(body, self.start, 0, 0, 0.0) for body, _ in bodies.values()]

    def _phone(self, phone: int, last: bool) -> tuple[int, int]:
        """A state inside the phone, and the one after it, where blanks may follow; the last one ends in `start`."""
        body, after = self._new(), self.start if last else self._new()
        self.arcs.append((body, body, transition(phone, 0), 0, 0.0))
        self.arcs.append((body, after, 0, 0, 0.0))
        if not last:
            self.arcs.append((after, after, transition(phone, 3), 0, self._blank))
        return body, after

    def _new(self) -> int:
        self._states += 1
        return self._states - 1
