"""Writing the trained network as Kaldi's am/final.mdl, and everything else that libvosk wants beside it.

libvosk 0.3.45 (vosk-api/src/model.cc) needs am/final.mdl, conf/mfcc.conf, conf/model.conf,
graph/HCLr.fst, graph/Gr.fst, graph/words.txt and graph/disambig_tid.int; without an ivector/ folder
it runs without speaker adaptation. The topology is CTC's: one phone for each output of the network.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from models.train import features
from models.train.graph import Costs, write_graph
from models.train.kaldi import array, flag, packed, real, token, whole, wholes
from models.train.network import BYPASS, CONTEXT, LAYERS, OUTPUTS, BatchNorm, Network, Splice

MODEL_CONF = """--min-active=200
--max-active=5000
--beam=13.0
--lattice-beam=2.0
--acoustic-scale=1.0
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=1.0
--endpoint.rule3.min-trailing-silence=2.0
--endpoint.rule4.min-trailing-silence=3.0
"""
"""Pauses are generous: the program itself decides when an answer is over."""


def export(network: Network, folder: Path, words: Iterable[str], costs: Costs = Costs(), exact: bool = False) -> None:
    """Write a model folder for libvosk; matrices in two bytes a value, or `exact` in four."""
    (folder / "am").mkdir(parents=True, exist_ok=True)
    (folder / "conf").mkdir(exist_ok=True)
    (folder / "am" / "final.mdl").write_bytes(b"\0B" + _transitions() + _Nnet3(network, exact).bytes())
    (folder / "conf" / "mfcc.conf").write_text(features.CONF)
    (folder / "conf" / "model.conf").write_text(MODEL_CONF)
    write_graph(folder / "graph", words, costs)


def _transitions() -> bytes:
    """The TransitionModel: phone p is output p - 1; state 0 is that output, state 1 the blank after it."""
    phones = list(range(1, OUTPUTS + 1))
    states = [(0, [(0, 1 / 3), (1, 1 / 3), (2, 1 / 3)]), (1, [(1, 1 / 2), (2, 1 / 2)])]
    topology = wholes(phones) + wholes([-1] + [0] * OUTPUTS) + whole(1) + whole(len(states) + 1)
    for output, ways in states:
        topology += whole(output) + whole(len(ways))
        topology += b"".join(whole(to) + real(odds) for to, odds in ways)
    topology += whole(-1) + whole(0)
    triples = [(phone, state, phone - 1 if state == 0 else 0) for phone in phones for state in (0, 1)]
    logs = [0.0] + [math.log(odds) for _ in phones for _, ways in states for _, odds in ways]
    return (
        token("<TransitionModel>") + token("<Topology>") + topology + token("</Topology>")
        + token("<Triples>") + whole(len(triples)) + b"".join(whole(n) for triple in triples for n in triple)
        + token("</Triples>") + token("<LogProbs>") + array(np.array(logs)) + token("</LogProbs>")
        + token("</TransitionModel>")
    )  # fmt: skip


class _Nnet3:
    """The network as Kaldi's configuration lines and components, each fed by the one before."""

    def __init__(self, network: Network, exact: bool) -> None:
        self._matrix = array if exact else packed
        self._lines = ["input-node name=input dim=40"]
        self._components: list[bytes] = []
        self._last = "Append(Offset(input, -1), input, Offset(input, 1))"
        self._affine("lda", network.lda_weight, network.lda_bias)
        self._linear("tdnn1.affine", network.first)
        self._relu("tdnn1", network.first_norm)
        self._norm("tdnn1.batchnorm", network.first_norm)
        for number, layer in zip(LAYERS, network.layers, strict=True):
            before, name = self._last, f"tdnnf{number}"
            self._splice(f"{name}.linear", layer.linear)
            self._splice(f"{name}.affine", layer.affine)
            self._relu(name, layer.batchnorm)
            self._norm(f"{name}.batchnorm", layer.batchnorm)
            self._last = f"Sum(Scale({BYPASS}, {before}), {self._last})"
            self._add(f"{name}.noop", "NoOpComponent", _dim(layer.batchnorm) + token("<BackpropScale>") + real(1.0))
        self._linear("prefinal-l", network.prefinal)
        self._linear("prefinal-chain.affine", network.wide)
        self._relu("prefinal-chain", network.wide_norm)
        self._norm("prefinal-chain.batchnorm1", network.wide_norm)
        self._linear("prefinal-chain.linear", network.narrow)
        self._norm("prefinal-chain.batchnorm2", network.narrow_norm)
        self._linear("output.affine", network.output)
        self._add("output.log-softmax", "LogSoftmaxComponent", token("<Dim>") + whole(OUTPUTS) + _NONLINEAR)
        self._lines.append(f"output-node name=output input={self._last} objective=linear")

    def bytes(self) -> bytes:
        lines = "\n".join(self._lines)
        return (
            token("<Nnet3>") + f"\n{lines}\n\n".encode()
            + token("<NumComponents>") + whole(len(self._components)) + b"".join(self._components) + token("</Nnet3>")
            + token("<LeftContext>") + whole(CONTEXT) + token("<RightContext>") + whole(CONTEXT)
            + token("<Priors>") + array(np.zeros(0))
        )  # fmt: skip

    def _add(self, name: str, kind: str, values: bytes) -> None:
        head = token("<ComponentName>") + token(name) + token(f"<{kind}>")
        self._components.append(head + values + token(f"</{kind}>"))
        self._lines.append(f"component-node name={name} component={name} input={self._last}")
        self._last = name

    def _linear(self, name: str, layer: nn.Linear) -> None:
        self._affine(name, layer.weight, layer.bias if layer.bias is not None else torch.zeros(layer.out_features))

    def _affine(self, name: str, weight: torch.Tensor, bias: torch.Tensor) -> None:
        matrix = array if name == "lda" else self._matrix  # its inputs are large, so small steps matter
        values = token("<LinearParams>") + matrix(_numbers(weight)) + token("<BiasParams>") + array(_numbers(bias))
        self._add(name, "FixedAffineComponent", values)

    def _splice(self, name: str, layer: Splice) -> None:
        bias = layer.bias if layer.bias is not None else torch.zeros(0)
        values = (
            token("<MaxChange>") + real(0.75) + token("<LearningRate>") + real(0.001)
            + token("<TimeOffsets>") + wholes(layer.offsets)
            + token("<LinearParams>") + self._matrix(_numbers(layer.weight)) + token("<BiasParams>") + array(_numbers(bias))
            + token("<OrthonormalConstraint>") + real(0.0) + token("<UseNaturalGradient>") + flag(False)
            + token("<NumSamplesHistory>") + real(2000.0) + token("<AlphaInOut>") + real(4.0) + real(4.0)
            + token("<RankInOut>") + whole(20) + whole(80)
        )  # fmt: skip
        self._add(name, "TdnnComponent", values)

    def _relu(self, name: str, norm: BatchNorm) -> None:
        self._add(f"{name}.relu", "RectifiedLinearComponent", _dim(norm) + _NONLINEAR)

    def _norm(self, name: str, norm: BatchNorm) -> None:
        size = len(norm.mean)
        values = (
            token("<Dim>") + whole(size) + token("<BlockDim>") + whole(size)
            + token("<Epsilon>") + real(norm.epsilon) + token("<TargetRms>") + real(norm.rms)
            + token("<TestMode>") + flag(True) + token("<Count>") + real(10000.0)
            + token("<StatsMean>") + array(_numbers(norm.mean)) + token("<StatsVar>") + array(_numbers(norm.variance))
        )  # fmt: skip
        self._add(name, "BatchNormComponent", values)


_EMPTY = array(np.zeros(0))
_NONLINEAR = (
    token("<ValueAvg>") + _EMPTY + token("<DerivAvg>") + _EMPTY + token("<Count>") + real(0.0)
    + token("<OderivRms>") + _EMPTY + token("<OderivCount>") + real(0.0)
    + token("<NumDimsSelfRepaired>") + real(0.0) + token("<NumDimsProcessed>") + real(0.0)
    + token("<SelfRepairScale>") + real(0.0)
)  # fmt: skip
"""The statistics that Kaldi keeps with a nonlinearity while it trains; none."""


def _dim(norm: BatchNorm) -> bytes:
    return token("<Dim>") + whole(len(norm.mean))


def _numbers(values: torch.Tensor) -> np.ndarray:
    return values.detach().numpy()
