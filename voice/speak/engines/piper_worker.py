"""Run Piper, as the child process that `piper.py` starts."""

from __future__ import annotations

import json
import wave
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from voice.speak.engines.worker import Speak, VoiceRefusal, serve

FASTEST, SLOWEST = 0.8, 1.3
"""Limits of the stretch against the voice's own pace: beyond them it sounds drunk, and is understood worse."""

INSTALL = "Install it with: make piper (or pip install 'ruggespraak[piper]')"


def _choose_manner(voice: Any, sample: str, rate: int) -> Any:
    """Measure the voice's own pace on the sample, and stretch it to `rate` words a minute."""
    from piper import SynthesisConfig

    samples = sum(len(chunk.audio_int16_bytes) // 2 for chunk in voice.synthesize(sample, SynthesisConfig()))
    natural = len(sample.split()) * 60 * voice.config.sample_rate / samples
    return SynthesisConfig(length_scale=min(SLOWEST, max(FASTEST, natural / rate)))


def _speak(voice: Any, manner: Any, text: str, file: str) -> None:
    """Write a text as a WAV file: mono, 16 bit."""
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(voice.config.sample_rate)
        for chunk in voice.synthesize(text, manner):
            out.writeframes(chunk.audio_int16_bytes)


def _load(order: dict[str, Any]) -> tuple[Speak, str]:
    model = Path(order["model"])
    voice = _load_voice(model, _read_config(model), order["threads"])
    manner = _choose_manner(voice, order["sample"], order["rate"])
    return partial(_speak, voice, manner), f"piper {version('piper-tts')} {model.stem}"


def _read_config(model: Path) -> dict[str, Any]:
    """Read the file beside the voice. Raises VoiceRefusal if the language in which it reads letters is not Dutch."""
    try:
        config: dict[str, Any] = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
        language = str(config["espeak"]["voice"])
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise VoiceRefusal(f"Voice {model.stem} has no sound description ({type(reason).__name__}).", _advise(model)) from reason
    if not language.startswith("nl"):
        raise VoiceRefusal(f"Voice {model.stem} does not speak Dutch but {language}.", "Choose one whose name begins with nl.")
    return config


def _load_voice(model: Path, config: dict[str, Any], threads: int) -> Any:
    """Make the voice as PiperVoice.load does, except for the number of its threads."""
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
    except Exception as reason:  # onnxruntime promises no narrower type for a damaged file
        raise VoiceRefusal(f"Voice {model.stem} cannot be loaded ({type(reason).__name__}).", _advise(model)) from reason


def _advise(model: Path) -> str:
    return f"Run `ruggespraak models remove {model.stem}` and `models fetch {model.stem}`."


if __name__ == "__main__":
    serve(_load)
