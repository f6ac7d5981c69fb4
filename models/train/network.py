"""The acoustic network: a factored time-delay network (TDNN-F) in PyTorch, started from a trained one or from random weights.

Its shape and first weights are those of vosk-model-small-ko-0.22 (Apache-2.0), a Kaldi chain model:
40 MFCCs, 15 layers of 768 with bottlenecks of 64, every third frame from the fourth layer on.
Korean and Dutch share most of what the lower layers hear. Two things are changed: the i-vector that
tells Kaldi about the speaker is replaced by its mean, and the last layer by one for our phones.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from models.train.features import BANDS
from models.train.kaldi import Component, read_components
from models.train.phones import PHONES

OUTPUTS = len(PHONES) + 1
"""The blank of CTC, then the phones."""
SUBSAMPLING = 3
CONTEXT = 34
"""Frames that the network looks to either side."""
BYPASS = 0.66
"""How much of a layer's input is added to its output; Kaldi's default for TDNN-F."""
LAYERS = range(2, 16)
FAST = range(2, 5)
"""The layers that see every frame; those after them see every third."""


class BatchNorm(nn.Module):
    """Kaldi's batch normalisation with statistics that stand still: no scale or offset is learnt.

    While `collected` is a list, a batch is normalised by its own statistics, which are kept there. While a network
    learns `from_random` weights, they would drift away from any statistics: each batch has its own, and none is kept.
    """

    def __init__(self, component: Component) -> None:
        super().__init__()
        self.collected: list[tuple[torch.Tensor, torch.Tensor]] | None = None
        self.from_random = False
        self.register_buffer("mean", _tensor(component["<StatsMean>"]))
        self.register_buffer("variance", _tensor(component["<StatsVar>"]))
        self.epsilon, self.rms = float(component["<Epsilon>"]), float(component["<TargetRms>"])

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        mean, variance = self.mean, self.variance
        if self.collected is not None or (self.from_random and self.training):
            mean, variance = frames.mean((0, 1)), frames.var((0, 1))
        if self.collected is not None:
            self.collected.append((mean, variance))
        return (frames - mean) * (self.rms / torch.sqrt(variance + self.epsilon))

    def settle(self) -> None:
        """Take the mean of what was collected as the statistics from now on."""
        if self.collected:
            self.mean.copy_(torch.stack([mean for mean, _ in self.collected]).mean(0))
            self.variance.copy_(torch.stack([variance for _, variance in self.collected]).mean(0))
        self.collected = None


class Splice(nn.Module):
    """Kaldi's TdnnComponent: frames at some offsets, side by side, through one matrix."""

    def __init__(self, component: Component, step: int) -> None:
        super().__init__()
        self.offsets = [int(offset) for offset in component["<TimeOffsets>"]]
        self.weight = nn.Parameter(_tensor(component["<LinearParams>"]))
        bias = component["<BiasParams>"]
        self.bias = nn.Parameter(_tensor(bias)) if len(bias) else None
        self.reach = [offset // step for offset in self.offsets]

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        first, last = min(self.reach), max(self.reach)
        count = frames.shape[1] - (last - first)
        parts = [frames[:, offset - first : offset - first + count] for offset in self.reach]
        return functional.linear(torch.cat(parts, dim=-1), self.weight, self.bias)


class Layer(nn.Module):
    """Bottleneck, wide layer, ReLU, normalisation, and a bypass."""

    def __init__(self, components: dict[str, Component], number: int) -> None:
        super().__init__()
        step = 1 if number in FAST else SUBSAMPLING
        self.linear = Splice(components[f"tdnnf{number}.linear"], step)
        self.affine = Splice(components[f"tdnnf{number}.affine"], step)
        self.batchnorm = BatchNorm(components[f"tdnnf{number}.batchnorm"])
        self.lost = -min(self.linear.reach) - min(0, *self.affine.reach)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """The result begins `lost` frames later than the input."""
        wide = self.batchnorm(functional.relu(self.affine(self.linear(frames))))
        return wide + BYPASS * frames[:, self.lost : self.lost + wide.shape[1]]


class Network(nn.Module):
    """Features (batch, frames, 40) -> logits (batch, ceil(frames / 3), OUTPUTS).

    `base` is the am/final.mdl of the Korean model, or of a model that `export.py` wrote.
    """

    def __init__(self, base: Path) -> None:
        super().__init__()
        components = read_components(base)
        weight, bias = _without_speaker(components["lda"])
        self.register_buffer("lda_weight", weight)
        self.register_buffer("lda_bias", bias)
        self.first = _linear(components["tdnn1.affine"])
        self.first_norm = BatchNorm(components["tdnn1.batchnorm"])
        self.layers = nn.ModuleList(Layer(components, number) for number in LAYERS)
        self.prefinal = _linear(components["prefinal-l"])
        self.wide = _linear(components["prefinal-chain.affine"])
        self.wide_norm = BatchNorm(components["prefinal-chain.batchnorm1"])
        self.narrow = _linear(components["prefinal-chain.linear"])
        self.narrow_norm = BatchNorm(components["prefinal-chain.batchnorm2"])
        self.output = _output(components["output.affine"], self.narrow.out_features)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        wanted = (features.shape[1] + SUBSAMPLING - 1) // SUBSAMPLING
        frames = self.layers_below(features)
        hidden = self.wide_norm(functional.relu(self.wide(self.prefinal(frames[:, :wanted]))))
        return self.output(self.narrow_norm(self.narrow(hidden)))

    @torch.no_grad()
    def draw(self, batches: Iterable[torch.Tensor]) -> None:
        """Keep the base's shape alone: draw every weight, and have the first transform make each coefficient as large.

        The normalisations are for `calibrate` to measure.
        """
        for values in self.parameters():
            nn.init.zeros_(values) if values.dim() == 1 else nn.init.normal_(values, std=values.shape[1] ** -0.5)
        frames = torch.cat([features.flatten(0, 1) for features in batches])
        self.lda_weight.copy_(torch.eye(*self.lda_weight.shape) / frames.std(0).repeat(3))
        self.lda_bias.copy_(-self.lda_weight @ frames.mean(0).repeat(3))
        for norm in self._norms():
            norm.from_random = True

    @torch.no_grad()
    def calibrate(self, batches: Iterable[torch.Tensor]) -> None:
        """Measure the normalisations' statistics on our speech: without the i-vector and in other rooms they differ."""
        for norm in self._norms():
            norm.collected = []
        for features in batches:
            self(features)
        for norm in self._norms():
            norm.settle()

    def _norms(self) -> list[BatchNorm]:
        return [module for module in self.modules() if isinstance(module, BatchNorm)]

    def layers_below(self, features: torch.Tensor) -> torch.Tensor:
        """The edges are repeated, as libvosk does at the beginning and the end of what it hears."""
        left = features[:, :1].expand(-1, CONTEXT + 1, -1)
        right = features[:, -1:].expand(-1, CONTEXT + 3, -1)
        padded = torch.cat([left, features, right], dim=1)
        spliced = torch.cat([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]], dim=-1)
        frames = functional.linear(spliced, self.lda_weight, self.lda_bias)
        frames = self.first_norm(functional.relu(self.first(frames)))
        start = CONTEXT  # where the first frame of the features stands
        for number, layer in zip(LAYERS, self.layers, strict=True):
            frames = layer(frames)
            start -= layer.lost
            if number == FAST[-1]:
                frames, start = frames[:, start % SUBSAMPLING :: SUBSAMPLING], start // SUBSAMPLING
        return frames[:, start:]


def _without_speaker(lda: Component) -> tuple[torch.Tensor, torch.Tensor]:
    """The first transform (220 inputs: three frames and an i-vector of 100) for 120 inputs.

    The transform subtracts its inputs' mean, so the mean is what makes its output zero. Our own
    models have 120 inputs already.
    """
    weight = np.asarray(lda["<LinearParams>"], float)
    bias = np.asarray(lda["<BiasParams>"], float)
    frames = 3 * BANDS
    if weight.shape[1] == frames:
        return _tensor(weight), _tensor(bias)
    mean = -np.linalg.solve(weight, bias)
    return _tensor(weight[:, :frames]), _tensor(bias + weight[:, frames:] @ mean[frames:])


def _output(component: Component, inputs: int) -> nn.Linear:
    """The last layer: that of one of our own models goes on, a stranger's is replaced."""
    if len(component["<BiasParams>"]) == OUTPUTS:
        return _linear(component)
    layer = nn.Linear(inputs, OUTPUTS)
    nn.init.normal_(layer.weight, std=0.05)
    nn.init.zeros_(layer.bias)
    return layer


def _linear(component: Component) -> nn.Linear:
    weight = _tensor(component.get("<LinearParams>", component.get("<Params>")))
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias="<BiasParams>" in component)
    layer.weight = nn.Parameter(weight)
    if "<BiasParams>" in component:
        layer.bias = nn.Parameter(_tensor(component["<BiasParams>"]))
    return layer


def _tensor(values: object) -> torch.Tensor:
    return torch.from_numpy(np.array(values, dtype=np.float32))
