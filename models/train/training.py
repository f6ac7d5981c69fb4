"""Fine-tuning with CTC: small batches of disturbed clips, checkpoints, and nothing left to rng.

Every step draws from a generator seeded with the step's number, so a run that was interrupted goes
on from its last checkpoint exactly as it would have gone on without the interruption.
"""

from __future__ import annotations

import copy
import json
import logging
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from models.train.augment import PLAIN, Effects, disturb, warp
from models.train.corpus import Clip, Speech
from models.train.features import RATE, mfcc
from models.train.network import SUBSAMPLING, Network

logger = logging.getLogger(__name__)


WEIGHTS = {"recorded": 2.5, "spoken": 0.6, "spliced": 0.8, "cut": 0.8}
"""Of the sources, so that recorded sentences are two fifths of what is heard."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """steps: of the whole training. warm_up: steps until the full rate. Rates: of Adam.

    plain: steps at the beginning in which nothing is disturbed, or a network that knows no phone yet settles on blanks.
    batch: seconds of speech a step. weights: how often a clip of a source is heard, in relation.
    """

    steps: int = 4000
    warm_up: int = 100
    plain: int = 300
    output_rate: float = 3e-3
    body_rate: float = 5e-4
    least: float = 0.02
    """Of the rates, what is left at the end."""
    batch: float = 24.0
    average: float = 0.997
    """What a step keeps of the average of the weights."""
    saved_every: int = 100
    calibration: int = 20
    """Batches on which the normalisations are measured before the first step; of a random start at each save, too."""
    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)
    seed: int = 1
    random: bool = False
    """Whether every weight is drawn, so that the base gives the shape alone."""

    def from_random(self) -> Schedule:
        """For a network that knows nothing yet: all layers alike, in smaller steps, and longer until anything is disturbed."""
        rate = 4 * self.body_rate
        return replace(
            self, output_rate=rate, body_rate=rate, warm_up=3 * self.warm_up, plain=4000, batch=self.batch / 2, random=True
        )

    def further(self) -> Schedule:
        """For a network that knows our phones and our speech already: gently, all layers alike, nothing measured anew."""
        return replace(self, output_rate=self.body_rate / 2, body_rate=self.body_rate / 2, calibration=0, plain=0)

    def rate(self, step: int) -> float:
        """The share (0..1) of the full rates that holds at a step."""
        left = 0.5 * (1 + math.cos(math.pi * min(1.0, step / self.steps)))
        return min(1.0, (step + 1) / self.warm_up) * max(self.least, left)


class Trainer:
    """The network, its optimiser and how far it is; `folder` keeps the checkpoint and the learning curve."""

    def __init__(self, base: Path, speech: Sequence[Speech], folder: Path, schedule: Schedule) -> None:
        torch.manual_seed(schedule.seed)
        self.network, self.folder, self.schedule, self.step = Network(base), folder, schedule, 0
        self._clips = Selection(speech, schedule)
        if schedule.random:
            self.network.draw(self._measured())
        self._average = {name: values.clone() for name, values in self.network.state_dict().items()}
        self._optimiser = torch.optim.Adam(self._groups(), betas=(0.9, 0.98))
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / "checkpoint.pt").is_file():
            self._resume()
        elif schedule.calibration:
            self.network.calibrate(self._measured())
            self._follow(0.0)

    def run(self, until: int) -> None:
        """Train up to step `until`."""
        heard, since = [], time.monotonic()
        while self.step < min(until, self.schedule.steps):
            heard.append(self._learn())
            self.step += 1
            self._follow(min(self.schedule.average, self.step / (10 + self.step)))
            if self.step % self.schedule.saved_every == 0 or self.step == until:
                self._save(float(np.mean(heard)), time.monotonic() - since)
                heard, since = [], time.monotonic()

    def _learn(self) -> float:
        rng = np.random.default_rng([self.schedule.seed, self.step])
        features, lengths, targets = self._clips.batch(rng, PLAIN if self.step < self.schedule.plain else Effects())
        for group in self._optimiser.param_groups:
            group["lr"] = group["full"] * self.schedule.rate(self.step)
        self._optimiser.zero_grad()
        loss = ctc_loss(self.network(features), lengths, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 3.0)
        self._optimiser.step()
        return loss.item()

    @torch.no_grad()
    def _follow(self, kept: float) -> None:
        """Move the average towards the network; it is what is used, being calmer than the last step."""
        for name, values in self.network.state_dict().items():
            self._average[name].lerp_(values, 1.0 - kept)

    def _measured(self) -> Iterator[torch.Tensor]:
        """The batches on which statistics are measured."""
        return (self._clips.batch(np.random.default_rng([0, n]))[0] for n in range(self.schedule.calibration))

    def _settle(self) -> None:
        """Measure the normalisations of the averaged network, which has never heard a batch."""
        averaged = copy.deepcopy(self.network)
        averaged.load_state_dict(self._average)
        averaged.calibrate(self._measured())
        self._average = averaged.state_dict()

    def _groups(self) -> list[dict]:
        output = list(self.network.output.parameters())
        known = {id(parameter) for parameter in output}
        body = [parameter for parameter in self.network.parameters() if id(parameter) not in known]
        rates = (self.schedule.output_rate, self.schedule.body_rate)
        return [{"params": part, "lr": rate, "full": rate} for part, rate in zip((output, body), rates, strict=True)]

    def _save(self, loss: float, seconds: float) -> None:
        if self.schedule.random:
            self._settle()
        state = {
            "network": self.network.state_dict(),
            "average": self._average,
            "optimiser": self._optimiser.state_dict(),
            "step": self.step,
        }
        torch.save(state, self.folder / "writing.pt")
        (self.folder / "writing.pt").replace(self.folder / "checkpoint.pt")
        line = {"step": self.step, "loss": round(loss, 4), "seconds": round(seconds, 1)}
        with (self.folder / "curve.jsonl").open("a", encoding="utf-8") as curve:
            curve.write(json.dumps(line) + "\n")
        logger.info("%s", line)

    def _resume(self) -> None:
        state = torch.load(self.folder / "checkpoint.pt", weights_only=True)
        self.network.load_state_dict(state["network"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._average = state["average"]
        self.step = state["step"]


class Selection:
    """Which clips are heard together: about equally long ones, each source as often as its weight says."""

    def __init__(self, speech: Sequence[Speech], schedule: Schedule) -> None:
        weights = schedule.weights
        pairs = [(part, clip) for part in speech for clip in part.clips if weights.get(clip.source, 1.0) > 0]
        self._clips = sorted(pairs, key=lambda pair: pair[1].length)
        odds = np.array([weights.get(clip.source, 1.0) for _, clip in self._clips])
        self._odds = odds / odds.sum()
        self._recorded = [pair for pair in pairs if pair[1].source == "recorded"] or pairs
        self._seconds = schedule.batch

    def batch(self, rng: np.random.Generator, effects: Effects = Effects()) -> tuple[torch.Tensor, list[int], list[list[int]]]:
        """Features (clips, frames, 40), frames of each clip, phones of each clip."""
        chosen = self._choose(rng)
        heard = (disturb(part.samples(clip), self._other, rng, effects) for part, clip in chosen)
        features = [mfcc(samples, warp(rng, effects)) for samples in heard]
        longest = max(len(frames) for frames in features)
        padded = [np.pad(frames, ((0, longest - len(frames)), (0, 0)), mode="edge") for frames in features]
        return torch.from_numpy(np.stack(padded)), [len(f) for f in features], [clip.phones for _, clip in chosen]

    def _choose(self, rng: np.random.Generator) -> list[tuple[Speech, Clip]]:
        centre = int(rng.choice(len(self._clips), p=self._odds))
        size = self._clips[centre][1].length / RATE + 0.6
        count = max(2, round(self._seconds / size))
        near = slice(max(0, centre - 5 * count), centre + 5 * count)
        odds = self._odds[near] / self._odds[near].sum()
        picked = rng.choice(len(odds), size=min(count, len(odds)), replace=False, p=odds)
        return [self._clips[near.start + int(place)] for place in picked]

    def _other(self, rng: np.random.Generator) -> np.ndarray:
        part, clip = self._recorded[rng.integers(len(self._recorded))]
        return part.samples(clip)


def ctc_loss(logits: torch.Tensor, frames: Sequence[int], targets: Sequence[Sequence[int]]) -> torch.Tensor:
    """Mean loss a phone. frames: before subsampling."""
    scores = functional.log_softmax(logits, dim=-1).transpose(0, 1)
    lengths = torch.tensor([(count + SUBSAMPLING - 1) // SUBSAMPLING for count in frames])
    sizes = torch.tensor([len(target) for target in targets])
    joined = torch.tensor([phone for target in targets for phone in target])
    return functional.ctc_loss(scores, joined, lengths, sizes, zero_infinity=True)
