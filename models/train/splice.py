"""Answers in the recorded speakers' voices, put together from parts of other words; and words cut out of sentences.

No recorded "ja" or "nee" may be trained on, but "jaar", "neem" and "mee" may. A first network finds
where each phone of each recorded clip is (`align`). A phrase is then a chain of pieces, each running
from the middle of one phone to the middle of the next, all of one speaker, joined by short fades:
what unit-selection synthesis does. Longer runs of one clip are preferred. Words cut out of
sentences keep the network from taking any short or patched sound for an answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from models.train.alignment import best_path
from models.train.corpus import SPEAKERS, Clip, Speech, Utterance, answers
from models.train.features import HOP, RATE, WINDOW, mfcc
from models.train.network import SUBSAMPLING, Network
from models.train.phones import PHONES, indices, pronounce

EDGE = 0
"""Stands for the silence before and after an utterance."""
FADE = 160
"""Samples over which two pieces overlap: 10 ms."""
RARE = 8
"""A pair of phones that a speaker joins less often is also put together from two halves."""
VOWELS = frozenset(["aː", "eː", "oː", "øː", "i", "u", "y", "ɑ", "ɛ", "ɔ", "ɛɪ", "œy", "ʌʊ"])
"""Phones that may be held: words in the middle of a sentence are quicker than an answer."""
MOST_HELD = 5
"""Times 30 ms."""
MARGIN = 480
"""Samples kept before the first and after the last phone's middle where a clip goes on: 30 ms."""
COPIES = {"yes": 12, "no": 12, "dont_know": 6, "repeat": 6, "stop": 8, "help": 6, "near": 5, "command": 3, "time": 3}
"""How many renderings of each phrase, by what it means."""
CORE = {"ja": 150, "nee": 150, "neen": 80, "ja ja": 25, "nee nee": 25, "ja hoor": 30, "nee hoor": 30, "stop": 40}
"""Renderings of the phrases that matter most."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A clip's samples, and the sample at the middle of each of its phones."""

    clip: Clip
    samples: np.ndarray
    middles: list[int]


def align(network: Network, speech: Speech) -> list[Aligned]:
    """Find every phone of every clip, where the clip is long enough for its phones."""
    network.eval()
    found = []
    for clip in speech.clips:
        samples = speech.samples(clip)
        with torch.no_grad():
            scores = torch.log_softmax(network(torch.from_numpy(mfcc(samples))[None])[0], dim=-1).numpy()
        frames = best_path(scores, clip.phones)
        if frames:
            middles = [round(frame * SUBSAMPLING * HOP + WINDOW / 2) for frame in frames]
            found.append(Aligned(clip, samples * (2500 / (samples.std() + 1.0)), middles))
    return found


Spot = tuple[int, int]
"""A clip, and the place of a phone in it: -1 is the edge before the first."""


class Voice:
    """One speaker's clips, and where each pair of neighbouring phones occurs in them."""

    def __init__(self, clips: Sequence[Aligned]) -> None:
        self._clips = clips
        self._pairs: dict[tuple[int, int], list[Spot]] = defaultdict(list)
        self._single: dict[int, list[Spot]] = defaultdict(list)
        for number, aligned in enumerate(clips):
            chain = [EDGE, *aligned.clip.phones, EDGE]
            for place, pair in enumerate(pairwise(chain)):
                self._pairs[pair].append((number, place - 1))
            for place, phone in enumerate(aligned.clip.phones):
                self._single[phone].append((number, place))

    def say(self, phones: Sequence[int], rng: np.random.Generator) -> np.ndarray | None:
        """Samples that say the phones; None where this speaker never joins two of them."""
        chain = [EDGE, *phones, EDGE]
        pieces: list[np.ndarray] = []
        spot: Spot | None = None
        for pair in pairwise(chain):
            spot = self._next(pair, spot, rng)
            found = [self._piece(spot, pair)] if spot else [self._half(pair[0], 1, rng), self._half(pair[1], -1, rng)]
            if any(piece is None for piece in found):
                return None
            pieces += found
            if spot and PHONES[pair[1] - 1] in VOWELS and pair[1] != EDGE:
                pieces += self._hold(spot, int(rng.integers(0, MOST_HELD + 1)))
        return _join(pieces)

    def _hold(self, spot: Spot, times: int) -> list[np.ndarray]:
        """More of the middle of the phone after `spot`, forwards and backwards in turn, to lengthen it."""
        aligned = self._clips[spot[0]]
        middle = aligned.middles[spot[1] + 1]
        piece = aligned.samples[max(0, middle - 2 * FADE) : middle + 2 * FADE]
        return [piece[::-1] if turn % 2 else piece for turn in range(times)] if len(piece) > 2 * FADE else []

    def _next(self, pair: tuple[int, int], last: Spot | None, rng: np.random.Generator) -> Spot | None:
        """Where the last piece goes on, mostly; else any place of the pair; None to join it from two halves.

        Beginnings and ends of utterances are taken from the middle of one, too, where they are rare.
        """
        known = self._pairs.get(pair, [])
        if last and (last[0], last[1] + 1) in known and rng.random() < 0.7:
            return last[0], last[1] + 1
        rare = len(known) < RARE and rng.random() < 0.6
        if EDGE in pair and (rare or rng.random() < 0.4):
            known = [(clip, place - (pair[0] == EDGE)) for clip, place in self._single.get(pair[0] or pair[1], [])]
        elif rare:
            return None
        return known[rng.integers(len(known))] if known else None

    def _half(self, phone: int, side: int, rng: np.random.Generator) -> np.ndarray | None:
        """From the middle of some such phone to its end (side 1), or from its beginning to the middle (-1)."""
        known = self._single.get(phone, [])
        if not known:
            return None
        number, place = known[rng.integers(len(known))]
        aligned = self._clips[number]
        middle, room = aligned.middles[place], max(FADE, _room(aligned, place, side))
        first, last = (middle, middle + room) if side > 0 else (middle - room, middle)
        return aligned.samples[max(0, first - FADE // 2) : last + FADE // 2]

    def _piece(self, spot: Spot, pair: tuple[int, int]) -> np.ndarray:
        number, place = spot
        aligned = self._clips[number]
        first = aligned.middles[place] if pair[0] != EDGE else aligned.middles[place + 1] - _room(aligned, place + 1, -1)
        last = aligned.middles[place + 1] if pair[1] != EDGE else aligned.middles[place] + _room(aligned, place, 1)
        return aligned.samples[max(0, first - FADE // 2) : max(last, first + FADE) + FADE // 2]


def splice_answers(speech: Sequence[Aligned], seed: int = 2) -> Iterator[Utterance]:
    """The answers of answers.tsv in the voice of each main speaker who is there, in turn."""
    rng = np.random.default_rng(seed)
    clips = ([one for one in speech if one.clip.speaker == name] for name in SPEAKERS)
    voices = [Voice(own) for own in clips if own]
    number = 0
    for label, phrase in answers():
        phones = indices(pronounce(phrase))
        for copy in range(CORE.get(phrase, COPIES[label])):
            samples = voices[copy % len(voices)].say(phones, rng)
            if samples is not None and len(samples) > 0.12 * RATE:
                yield Utterance(f"spliced/{number:05d}", "spliced", phrase, phones, _whole(samples))
                number += 1


def cut(speech: Sequence[Aligned], copies: int = 1500, seed: int = 3) -> Iterator[Utterance]:
    """Runs of one to four words out of recorded clips."""
    rng = np.random.default_rng(seed)
    for number in range(copies):
        aligned = speech[rng.integers(len(speech))]
        words = pronounce(aligned.clip.text)
        first = int(rng.integers(len(words)))
        last = min(len(words), first + int(rng.integers(1, 5)))
        start, end = sum(map(len, words[:first])), sum(map(len, words[:last]))
        begin = aligned.middles[start] - _room(aligned, start, -1)
        finish = aligned.middles[end - 1] + _room(aligned, end - 1, 1)
        if finish - begin > 0.15 * RATE:
            text = " ".join(map("".join, words[first:last]))
            phones = aligned.clip.phones[start:end]
            yield Utterance(f"cut/{number:05d}", "cut", text, phones, _whole(aligned.samples[max(0, begin) : finish]))


def _room(aligned: Aligned, place: int, side: int) -> int:
    """Samples from a phone's middle to its border: half way to its neighbour, or what silence there is."""
    neighbour = place + side
    if not 0 <= neighbour < len(aligned.middles):
        left = aligned.middles[place] if side < 0 else len(aligned.samples) - aligned.middles[place]
        return min(left, 5 * MARGIN)
    return min(max(MARGIN, abs(aligned.middles[neighbour] - aligned.middles[place]) // 2), 4 * MARGIN)


def _join(pieces: Sequence[np.ndarray]) -> np.ndarray:
    """The pieces one after another, faded into each other, and in and out at the ends."""
    ramp = np.linspace(0.0, 1.0, FADE, dtype=np.float32)
    total = np.zeros(sum(map(len, pieces)) - FADE * (len(pieces) - 1), np.float32)
    start = 0
    for piece in pieces:
        faded = piece.copy()
        faded[:FADE] *= ramp
        faded[-FADE:] *= ramp[::-1]
        total[start : start + len(piece)] += faded
        start += len(piece) - FADE
    return total


def _whole(samples: np.ndarray) -> np.ndarray:
    return np.clip(samples, -32768, 32767).astype(np.int16)
