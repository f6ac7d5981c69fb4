"""Write our values into Wyoming's events, and read them back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from wyoming.asr import Transcribe
from wyoming.asr import Transcript as Written
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, HandleModel, HandleProgram, Info, TtsProgram, TtsVoice

from voice import __version__
from voice.audio.pcm import Audio, from_floats
from voice.recognize.transcript import Reading, Transcript, Trust, Vocabulary

OURS = "ruggespraak"
"""The key of what is ours, and the name of our programs."""
LANGUAGE = "nl"
CHUNK = 4096
"""Bytes of sound in one event."""
UNMEASURED = Trust(sure=1.0)
"""For an engine whose mistakes have not been counted: what it hears may stand, but every no is read back first."""
DOUBTFUL = 0.5
"""The confidence of a transcript that came without one."""

_OURSELVES = Attribution(name="Ruggespraak", url="")


def write_request(vocabulary: Vocabulary, model: str) -> Transcribe:
    """Ask `model` to hear an answer. Only our own servers get the phrases: as a prompt they make others invent them."""
    ours = {"context": vocabulary.context, "phrases": list(vocabulary.phrases)}
    return Transcribe(name=model or None, language=LANGUAGE, context={OURS: ours})


def read_request(event: Transcribe) -> Vocabulary:
    """Read what may be expected; an empty vocabulary if another program asks."""
    ours = _own_part(event.context)
    return Vocabulary(str(ours.get("context", "")), tuple(str(phrase) for phrase in ours.get("phrases", ())))


def write_reply(transcript: Transcript) -> Written:
    ours = {
        "confidence": transcript.confidence,
        "engine": transcript.engine,
        "openings": [list(opening) for opening in transcript.openings],
        "readings": [[reading.text, reading.fit] for reading in transcript.readings],
    }
    return Written(text=transcript.text, language=LANGUAGE, context={OURS: ours})


def read_reply(event: Written, engine: str) -> Transcript:
    """Read what a server heard. engine: its name if the event holds no more than the text."""
    ours = _own_part(event.context)
    return Transcript(
        text=event.text,
        confidence=float(ours.get("confidence", DOUBTFUL)),
        engine=str(ours.get("engine", engine)),
        openings=tuple((str(word), float(probability)) for word, probability in ours.get("openings", ())),
        readings=tuple(Reading(str(text), float(fit)) for text, fit in ours.get("readings", ())),
    )


def _own_part(context: Mapping[str, Any] | None) -> Mapping[str, Any]:
    ours = (context or {}).get(OURS)
    return ours if isinstance(ours, Mapping) else {}


def write_audio(audio: Audio) -> Iterator[Event]:
    """Write the audio as events, from its start to its stop."""
    form = {"rate": audio.rate, "width": 2, "channels": 1}
    yield AudioStart(**form).event()
    for start in range(0, len(audio.pcm), CHUNK):
        yield AudioChunk(**form, audio=audio.pcm[start : start + CHUNK]).event()
    yield AudioStop().event()


def read_chunk(event: Event) -> AudioChunk:
    """Read a stretch of sound. Raises ValueError or KeyError if it does not have 16 bits, or its format is missing."""
    chunk = AudioChunk.from_event(event)
    if chunk.width != 2 or chunk.channels < 1 or chunk.rate < 1:
        raise ValueError("sound of 16 bits is wanted")
    return chunk


def join_chunks(pieces: Sequence[AudioChunk]) -> Audio:
    """Join the pieces of one sound, mixed down to one channel. Raises ValueError if there are none."""
    if not pieces:
        raise ValueError("there is no sound")
    rate, channels = pieces[0].rate, pieces[0].channels
    pcm = b"".join(chunk.audio for chunk in pieces)
    frames = np.frombuffer(pcm[: len(pcm) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    return from_floats(frames.mean(axis=1) / 32768, rate)


def write_description(engines: Mapping[str, Trust], voices: Mapping[str, str], locales: Iterable[str]) -> Event:
    """Describe what this machine offers.

    engines: how far each may be trusted, by name. voices: the language of each, by name. locales: of the consultations.
    """
    models = [AsrModel(**_describe_part(name, "Short Dutch answers"), languages=[LANGUAGE]) for name in engines]
    spoken = [TtsVoice(**_describe_part(name, "Dutch"), languages=[language, LANGUAGE]) for name, language in voices.items()]
    held = [HandleModel(**_describe_part(name, "Red flags of low back pain"), languages=[name, LANGUAGE]) for name in locales]
    offered = Info(
        asr=[AsrProgram(**_describe_part(OURS, "Hears answers"), models=models)] if models else [],
        tts=[TtsProgram(**_describe_part(OURS, "Speaks"), voices=spoken)] if spoken else [],
        handle=[HandleProgram(**_describe_part(OURS, "Asks about low back pain"), models=held)] if held else [],
    ).event()
    offered.data[OURS] = {"trust": {name: asdict(trust) for name, trust in engines.items()}}
    return offered


def _describe_part(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "description": about, "attribution": _OURSELVES, "installed": True, "version": __version__}


def read_trust(event: Event) -> dict[str, Trust]:
    """Read how far each engine of one of our servers may be trusted; empty for any other server.

    Fields of another version that are unknown here are ignored.
    """
    told = _own_part(event.data).get("trust", {})
    return {str(name): _read_trust(values) for name, values in told.items()} if isinstance(told, Mapping) else {}


def _read_trust(values: Any) -> Trust:
    if not isinstance(values, Mapping):
        return UNMEASURED
    known = {item.name for item in fields(Trust)}
    trust: dict[str, Any] = {name: value for name, value in values.items() if name in known and isinstance(value, int | float)}
    return Trust(**trust)
