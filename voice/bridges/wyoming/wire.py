"""Write our values into Wyoming's events, and read them back. Pure.

Whatever is read may come from a peer that is hostile or broken: each value is checked, and one that cannot be is a ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

import numpy as np
from wyoming.asr import Transcribe
from wyoming.asr import Transcript as Written
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, HandleModel, HandleProgram, Info, TtsProgram, TtsVoice

from voice import __version__
from voice.audio.pcm import Audio, from_floats, mix_channels
from voice.base.errors import ServerError
from voice.recognize.transcript import Reading, Transcript, Vocabulary

OURS = "ruggespraak"
"""The key of what is ours, and the name of our programs."""
LANGUAGE = "nl"
CHUNK = 4096
"""Bytes of sound in one event."""
DOUBTFUL = 0.5
"""The confidence of a transcript that came without one."""
LOWEST_RATE, HIGHEST_RATE, MOST_CHANNELS = 8000, 96_000, 2
"""What a sound may claim to be: to resample one of a sample a second would take all memory."""
MOST_PHRASES, LONGEST_PHRASE = 1000, 200
"""Phrases that may be expected, and letters of each; a question of ours has a few hundred."""
LONGEST_TEXT = 2000
"""Letters of what was said, or is to be said, at once; also of a question that an engine gets as context."""
LONGEST_SPOKEN = 20_000
"""Letters that are spoken at once: about twenty minutes."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no text has: orders to a terminal, and halves of letters, which cannot be written anywhere."""
MOST_READINGS = 100
"""Openings, or readings, of one transcript."""
MOST_FIT = 1e6
"""No fit of a phrase is farther from 0; what JSON reads as infinite is."""

_OURSELVES = Attribution(name="Ruggespraak", url="")


def split_address(uri: str) -> tuple[str, int]:
    """Return the host and the port of tcp://HOST:PORT. Raises ServerError if it is none."""
    place = urlparse(uri)
    try:
        host, port = place.hostname, place.port
    except ValueError:
        host = port = None
    if place.scheme != "tcp" or not host or not port:
        raise ServerError(f"'{uri}' is no address of a speech server.", "Write tcp://HOST:PORT under server: in the settings.")
    return host, port


def write_request(vocabulary: Vocabulary, model: str) -> Transcribe:
    """Ask `model` to hear an answer. Only our own servers get the phrases: as a prompt they make others invent them."""
    ours = {"context": vocabulary.context, "phrases": list(vocabulary.phrases)}
    return Transcribe(name=model or None, language=LANGUAGE, context={OURS: ours})


def read_request(event: Event) -> tuple[str, Vocabulary]:
    """Read which model shall hear, and what may be expected; an empty vocabulary if another program asks."""
    ours = _own_part(event.data.get("context"))
    phrases = _read_items(ours, "phrases", MOST_PHRASES)
    vocabulary = Vocabulary(_read_text(ours, "context"), tuple(_check_text(phrase, LONGEST_PHRASE) for phrase in phrases))
    return _read_text(event.data, "name"), vocabulary


def write_reply(transcript: Transcript) -> Written:
    ours = {
        "confidence": transcript.confidence,
        "engine": transcript.engine,
        "openings": [list(opening) for opening in transcript.openings],
        "readings": [[reading.text, reading.fit] for reading in transcript.readings],
    }
    return Written(text=transcript.text, language=LANGUAGE, context={OURS: ours})


def read_reply(event: Event, engine: str) -> Transcript:
    """Read everything that one of our own servers heard. engine: its name if the event holds no more than the text."""
    ours = _own_part(event.data.get("context"))
    openings = (_read_pair(pair) for pair in _read_items(ours, "openings", MOST_READINGS))
    readings = (_read_pair(pair) for pair in _read_items(ours, "readings", MOST_READINGS))
    return Transcript(
        text=read_text(event),
        confidence=_check_probability(ours.get("confidence", DOUBTFUL)),
        engine=_read_text(ours, "engine") or engine,
        openings=tuple((word, _check_probability(probability)) for word, probability in openings),
        readings=tuple(Reading(text, fit) for text, fit in readings),
    )


def read_text(event: Event) -> str:
    """Read the text of an event: of a transcript, a line to be spoken, an error."""
    return _check_text(event.data.get("text"))


def read_line(event: Event) -> str:
    """Read the text that shall be spoken; it may be much longer than an answer."""
    return _check_text(event.data.get("text"), LONGEST_SPOKEN)


def read_voice(event: Event) -> str:
    """Read the name of the voice that shall speak; empty if any may."""
    voice = event.data.get("voice")
    return _read_text(voice, "name") if isinstance(voice, Mapping) else ""


def read_turn(event: Event) -> tuple[str, str, Mapping[str, Any]]:
    """Read the words, the language and the context of a turn of a conversation."""
    context = event.data.get("context")
    return read_text(event), _read_text(event.data, "language"), context if isinstance(context, Mapping) else {}


def _own_part(context: Any) -> Mapping[str, Any]:
    ours = context.get(OURS) if isinstance(context, Mapping) else None
    return ours if isinstance(ours, Mapping) else {}


def _read_text(part: Mapping[str, Any], name: str) -> str:
    """Read a text that may be missing."""
    value = part.get(name)
    return "" if value is None else _check_text(value)


def _check_text(value: Any, most: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str) or len(value) > most or _UNPRINTABLE.search(value):
        raise ValueError(f"a text of at most {most} letters is wanted")
    return value


def _read_items(part: Mapping[str, Any], name: str, most: int) -> list[Any]:
    """Read a list that may be missing."""
    items = part.get(name, [])
    if not isinstance(items, list) or len(items) > most:
        raise ValueError(f"{name} must be a list of at most {most}")
    return items


def _read_pair(pair: Any) -> tuple[str, float]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError("a text and a number are wanted")
    return _check_text(pair[0]), _check_number(pair[1])


def _check_number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -MOST_FIT <= value <= MOST_FIT:
        raise ValueError("a number is wanted")
    return float(value)


def _check_probability(value: Any) -> float:
    if not 0 <= _check_number(value) <= 1:
        raise ValueError("a probability is between 0 and 1")
    return float(value)


def write_start(rate: int) -> Event:
    """Write that a sound (mono, 16 bit) begins. rate: in Hz."""
    return AudioStart(rate=rate, width=2, channels=1).event()


def write_chunks(audio: Audio) -> Iterator[Event]:
    """Write a stretch of the sound that has begun."""
    for start in range(0, len(audio.pcm), CHUNK):
        yield AudioChunk(rate=audio.rate, width=2, channels=1, audio=audio.pcm[start : start + CHUNK]).event()


def write_stop() -> Event:
    """Write that the sound is over."""
    return AudioStop().event()


def write_audio(audio: Audio) -> Iterator[Event]:
    """Write the audio as events, from its start to its stop."""
    yield write_start(audio.rate)
    yield from write_chunks(audio)
    yield write_stop()


@dataclass(slots=True)
class GatheredSound:
    """The sound of one answer or line while its chunks arrive. longest: seconds that are kept; the rest is dropped."""

    longest: float
    _rate: int = 0
    _channels: int = 0
    _pcm: bytearray = field(default_factory=bytearray)

    @property
    def is_empty(self) -> bool:
        return not self._pcm

    def add(self, event: Event) -> None:
        """Add a chunk. Raises ValueError if it is not 16 bit, claims what no sound is, or differs from those before."""
        rate, channels = (_read_count(event, name, most) for name, most in (("rate", HIGHEST_RATE), ("channels", MOST_CHANNELS)))
        if event.data.get("width") != 2 or rate < LOWEST_RATE:
            raise ValueError("sound of 16 bits at a usual rate is wanted")
        if self._pcm and (rate, channels) != (self._rate, self._channels):
            raise ValueError("a sound does not change its format")
        self._rate, self._channels = rate, channels
        room = int(self.longest * rate) * 2 * channels - len(self._pcm)
        self._pcm += (event.payload or b"")[: max(0, room)]

    def mix(self) -> Audio:
        """Return it mixed down to one channel, and forget it. Raises ValueError if there is none."""
        pcm, self._pcm = bytes(self._pcm), bytearray()
        if not pcm:
            raise ValueError("there is no sound")
        frames = np.frombuffer(pcm[: len(pcm) // (2 * self._channels) * 2 * self._channels], "<i2").reshape(-1, self._channels)
        return from_floats(mix_channels(frames.astype(np.float32) / 32768), self._rate)


def _read_count(event: Event, name: str, most: int) -> int:
    value = event.data.get(name)
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError(f"{name} must be a number up to {most}")
    return value


@dataclass(frozen=True, slots=True)
class Offered:
    """A model that hears, or a voice, of a server: its program, name and version, and the languages that it knows."""

    program: str
    name: str
    version: str
    languages: tuple[str, ...]

    def knows(self, language: str) -> bool:
        """Whether it knows the language ("nl-BE"), or any of the kind if only that is named ("nl")."""
        wanted = _normalise_language(language)
        known = {_normalise_language(name) for name in self.languages}
        return wanted in known or wanted in {name.split("-")[0] for name in known}


def _normalise_language(name: str) -> str:
    """Return the name of a language in one spelling: nl_BE and nl-be are the same."""
    return name.replace("_", "-").lower()


def read_models(event: Event) -> tuple[Offered, ...]:
    """Read which installed models of a server hear."""
    return tuple(_read_offer(event, "asr", "models"))


def read_voices(event: Event) -> tuple[Offered, ...]:
    """Read which installed voices a server has. The version is that of its program and its own."""
    return tuple(_read_offer(event, "tts", "voices"))


def _read_offer(event: Event, kind: str, parts: str) -> Iterator[Offered]:
    for program in _read_mappings(event.data, kind):
        for part in _read_mappings(program, parts):
            languages = part.get("languages")
            if part.get("installed") is True and isinstance(languages, list):
                version = " ".join(_read_text(owner, "version") for owner in (program, part))
                spoken = tuple(_check_text(language) for language in languages)
                yield Offered(_read_text(program, "name"), _read_text(part, "name"), version, spoken)


def _read_mappings(part: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items = part.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise ValueError(f"{name} must be a list of descriptions")
    return items


def write_description(engines: Iterable[str], voices: Mapping[str, str], locales: Iterable[str]) -> Event:
    """Describe what this machine offers: engines by name, the language of each voice, and the locales of the consultations."""
    models = [AsrModel(**_describe_part(name, "Short Dutch answers"), languages=[LANGUAGE]) for name in engines]
    spoken = [TtsVoice(**_describe_part(name, "Dutch"), languages=[language, LANGUAGE]) for name, language in voices.items()]
    held = [HandleModel(**_describe_part(name, "Red flags of low back pain"), languages=[name, LANGUAGE]) for name in locales]
    return Info(
        asr=[AsrProgram(**_describe_part(OURS, "Hears answers"), models=models)] if models else [],
        tts=[TtsProgram(**_describe_part(OURS, "Speaks"), voices=spoken)] if spoken else [],
        handle=[HandleProgram(**_describe_part(OURS, "Asks about low back pain"), models=held)] if held else [],
    ).event()


def _describe_part(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "description": about, "attribution": _OURSELVES, "installed": True, "version": __version__}
