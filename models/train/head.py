"""The phone head: a few layers that read Dutch phones from the output of Whisper's encoder, trained with CTC."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from models.train.encoder_windows import Window
from models.train.phones import PHONES
from voice.recognize.phones import STRIDE, WEIGHTS

logger = logging.getLogger(__name__)

WIDTH = 512
"""Of whisper-base's encoder."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """steps, warm_up, rate, decay: of AdamW. batch: windows a step. hidden, span, layers: the head's shape.

    masks: how many stretches of up to `masked` frames are silenced in each window, half of the time.
    """

    steps: int = 5000
    warm_up: int = 100
    rate: float = 2e-3
    decay: float = 1e-2
    dropout: float = 0.2
    batch: int = 12
    hidden: int = 192
    span: int = 5
    layers: int = 2
    masks: int = 2
    masked: int = 8
    held_out: int = 100
    seed: int = 1

    def share(self, step: int) -> float:
        """Of the rate, what holds at a step."""
        return min(1.0, (step + 1) / self.warm_up) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / self.steps)))


class HeadNetwork(nn.Module):
    """Encoder output (batch, frames, 512) -> logits (batch, ceil(frames / 2), 1 + phones)."""

    def __init__(self, schedule: Schedule) -> None:
        super().__init__()
        hidden, span = schedule.hidden, schedule.span
        self.opening = nn.Linear(STRIDE * WIDTH, hidden)
        self.middle = nn.ModuleList(nn.Conv1d(hidden, hidden, span, padding=span // 2) for _ in range(schedule.layers))
        self.closing = nn.Linear(hidden, len(PHONES) + 1)
        self.norm = nn.LayerNorm(WIDTH, elementwise_affine=False)
        self.dropout = nn.Dropout(schedule.dropout)

    def forward(self, encoded: torch.Tensor) -> torch.Tensor:
        even = functional.pad(self.norm(encoded), (0, 0, 0, encoded.shape[1] % STRIDE))
        frames = self.dropout(torch.relu(self.opening(even.reshape(len(even), -1, STRIDE * WIDTH))))
        for layer in self.middle:
            frames = frames + self.dropout(torch.relu(layer(frames.transpose(1, 2)).transpose(1, 2)))
        return self.closing(frames)


def train(windows: Sequence[Window], schedule: Schedule, curve: Path) -> HeadNetwork:
    """A trained head; its learning curve goes to `curve`, with the phone error on windows that were held out."""
    torch.manual_seed(schedule.seed)
    rng = np.random.default_rng(schedule.seed)
    order = rng.permutation(len(windows))
    held_out = [windows[place] for place in order[: schedule.held_out]]
    heard = sorted((windows[place] for place in order[schedule.held_out :]), key=lambda window: len(window.encoded))
    network = HeadNetwork(schedule)
    optimiser = torch.optim.AdamW(network.parameters(), lr=schedule.rate, weight_decay=schedule.decay)
    losses: list[float] = []
    for step in range(schedule.steps):
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate * schedule.share(step)
        first = int(rng.integers(0, max(1, len(heard) - schedule.batch)))
        losses.append(_learn(network, optimiser, heard[first : first + schedule.batch], schedule, rng))
        if (step + 1) % 500 == 0 or step + 1 == schedule.steps:
            _note(curve, step + 1, float(np.mean(losses)), phone_error(network, held_out))
            losses.clear()
    return network.eval()


def _learn(
    network: HeadNetwork,
    optimiser: torch.optim.Optimizer,
    windows: Sequence[Window],
    schedule: Schedule,
    rng: np.random.Generator,
) -> float:
    optimiser.zero_grad()
    scores = functional.log_softmax(network(_batch(windows, schedule, rng)), dim=-1).transpose(0, 1)
    lengths = torch.tensor([math.ceil(len(window.encoded) / STRIDE) for window in windows])
    sizes = torch.tensor([len(window.phones) for window in windows])
    targets = torch.tensor([phone for window in windows for phone in window.phones])
    loss = functional.ctc_loss(scores, targets, lengths, sizes, zero_infinity=True)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 3.0)
    optimiser.step()
    return loss.item()


def _batch(windows: Sequence[Window], schedule: Schedule, rng: np.random.Generator) -> torch.Tensor:
    batch = np.zeros((len(windows), max(len(window.encoded) for window in windows), WIDTH), np.float32)
    for row, window in zip(batch, windows, strict=True):
        row[: len(window.encoded)] = window.encoded
        for _ in range(schedule.masks):
            width = int(rng.integers(1, schedule.masked))
            start = int(rng.integers(0, max(1, len(window.encoded) - width)))
            if rng.random() < 0.5:
                row[start : start + width] = 0
    return torch.from_numpy(batch)


def _note(curve: Path, step: int, loss: float, error: float) -> None:
    line = {"step": step, "loss": round(loss, 4), "phone_error": round(error, 4)}
    with curve.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line) + "\n")
    logger.info("%s", line)


@torch.no_grad()
def phone_error(network: HeadNetwork, windows: Sequence[Window]) -> float:
    """Wrong, missing and added phones on the likeliest path, as a share of those that were said."""
    network.eval()
    wrong = sum(_distance(_decode_greedily(network, window), window.phones) for window in windows)
    network.train()
    return wrong / max(1, sum(len(window.phones) for window in windows))


def _decode_greedily(network: HeadNetwork, window: Window) -> list[int]:
    best = network(torch.from_numpy(window.encoded.astype(np.float32))[None])[0].argmax(dim=-1).tolist()
    return [phone for before, phone in zip([0, *best], best, strict=False) if phone not in (before, 0)]


def _distance(one: Sequence[int], other: Sequence[int]) -> int:
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for place, phone in enumerate(one, 1):
        before, row = row, [place]
        for column, wanted in enumerate(other, 1):
            row.append(min(before[column] + 1, row[-1] + 1, before[column - 1] + (phone != wanted)))
    return row[-1]


def export(network: HeadNetwork, folder: Path) -> None:
    """The weights that `voice/recognize/phones.py` reads, in two bytes a value."""
    folder.mkdir(parents=True, exist_ok=True)
    layers = [
        (network.opening.weight.T, network.opening.bias),
        *((layer.weight.permute(2, 1, 0).flatten(0, 1), layer.bias) for layer in network.middle),
        (network.closing.weight.T, network.closing.bias),
    ]
    arrays = {"phones": np.array(PHONES)}
    for number, (weight, bias) in enumerate(layers):
        arrays[f"weight{number}"] = weight.detach().numpy().astype(np.float16)
        arrays[f"bias{number}"] = bias.detach().numpy().astype(np.float16)
    np.savez(folder / WEIGHTS, **arrays)
