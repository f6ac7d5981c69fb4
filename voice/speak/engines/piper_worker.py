"""The child process of the voice Piper. `piper.py` starts it, and says why."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from voice.speak.engines.worker import Speak, VoiceRefusal, serve

FASTEST, SLOWEST = 0.8, 1.3
"""How far a voice is stretched against its own pace: beyond that it sounds drunk, and is understood worse."""

INSTALL = "Install it with: make piper (or pip install 'ruggespraak[piper]')"


class Speaker:
    """A Piper voice at one pace."""

    def __init__(self, voice: Any, sample: str, rate: int) -> None:
        from piper import SynthesisConfig

        self._voice = voice
        natural = len(sample.split()) * 60 / self._seconds(sample, SynthesisConfig())
        self._manner = SynthesisConfig(length_scale=min(SLOWEST, max(FASTEST, natural / rate)))

    def speak(self, text: str, file: str) -> None:
        """Write a text as a WAV file: mono, 16 bit."""
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(self._voice.config.sample_rate)
            for pcm in self._pieces(text, self._manner):
                out.writeframes(pcm)

    def _seconds(self, text: str, manner: Any) -> float:
        return sum(map(len, self._pieces(text, manner))) / 2 / self._voice.config.sample_rate

    def _pieces(self, text: str, manner: Any) -> Iterator[bytes]:
        return (chunk.audio_int16_bytes for chunk in self._voice.synthesize(text, manner))


def _load(order: dict[str, Any]) -> tuple[Speak, str]:
    model = Path(order["model"])
    config = _description(model)
    speaker = Speaker(_voice(model, config, order["threads"]), order["sample"], order["rate"])
    return speaker.speak, f"piper {version('piper-tts')} {model.stem}"


def _description(model: Path) -> dict[str, Any]:
    """What stands beside the voice. Raises Refusal where the language that it reads letters in is not Dutch."""
    try:
        config = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
        language = str(config["espeak"]["voice"])
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise VoiceRefusal(f"Voice {model.stem} has no sound description ({type(reason).__name__}).", _fetch(model)) from reason
    if not language.startswith("nl"):
        raise VoiceRefusal(f"Voice {model.stem} does not speak Dutch but {language}.", "Choose one whose name begins with nl.")
    return config


def _voice(model: Path, config: dict[str, Any], threads: int) -> Any:
    """The voice as PiperVoice.load would make it, but for the number of its threads."""
    try:
        from onnxruntime import InferenceSession, SessionOptions
        from piper.config import PiperConfig
        from piper.voice import PiperVoice
    except ImportError as reason:
        raise VoiceRefusal("Piper is not installed.", INSTALL) from reason
    options = SessionOptions()
    options.intra_op_num_threads = threads
    try:
        session = InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        return PiperVoice(session, PiperConfig.from_dict(config))
    except Exception as reason:  # of a damaged file onnxruntime promises no narrower type
        raise VoiceRefusal(f"Voice {model.stem} cannot be loaded ({type(reason).__name__}).", _fetch(model)) from reason


def _fetch(model: Path) -> str:
    return f"Run `ruggespraak models remove {model.stem}` and `models fetch {model.stem}`."


if __name__ == "__main__":
    serve(_load)
