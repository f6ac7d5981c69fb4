"""The voice of Piper: a small neural network that speaks naturally. Text to WAV only.

Piper is licensed under the GPL and carries its own espeak-ng, so it is an optional extra and lives in a process of its
own. Its voices are models of the catalogue, each with its own licence. It never speaks a line twice in the same way;
that does no harm, since the phrasebook keeps what was checked.
"""

from __future__ import annotations

from pathlib import Path

from voice.speak.engines.process import Pauses, ProcessVoice

READY_SECONDS = 60.0
"""How long the child may take to load onnxruntime and the voice: 1 s on a desktop, 10 s on a busy machine of 2 cores."""
CLAUSE_SECONDS = 60.0
"""How long a clause may take: a sixth of its length on a desktop, half of it on a Raspberry Pi 4."""


class Piper(ProcessVoice):
    """A Synthesizer.

    model: the voice's .onnx file, with its .onnx.json beside it. sample: a sentence in the language of the voice, to
    measure its own pace. rate: words a minute, between the pauses; the voice is slowed down by three tenths at most, the
    pauses must do the rest. threads: processor cores that it may use.

    Raises VoiceError if Piper is not installed, or the voice is missing, damaged or not Dutch.
    """

    def __init__(self, model: Path, sample: str, rate: int = 145, pauses: Pauses = Pauses(), threads: int = 1) -> None:
        order = {"model": str(model), "sample": sample, "rate": rate, "threads": threads}
        super().__init__("piper", order, READY_SECONDS, CLAUSE_SECONDS, pauses)
