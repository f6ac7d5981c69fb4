"""Use another machine's ears and voice over Wyoming: thin kiosks share one strong machine in the practice.

Each answer travels on a connection of its own, as in Home Assistant. If the server fails during a visit, the answer
counts as not understood, never as silence and never as no: it is asked again, and then the staff are called.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast
from urllib.parse import urlparse

from wyoming.asr import Transcript as Written
from wyoming.audio import AudioChunk, AudioStop
from wyoming.error import Error
from wyoming.event import Event, read_event, write_event
from wyoming.info import AsrModel, Describe, Info, TtsProgram, TtsVoice
from wyoming.tts import Synthesize, SynthesizeVoice

from voice.audio.pcm import Audio
from voice.base import journal
from voice.base.errors import ModelError, ServerError, VoiceError
from voice.bridges.wyoming import wire
from voice.recognize.transcript import Transcript, Trust, Vocabulary
from voice.speak.utterance import Utterance

ASKING = 5.0
"""Seconds that a server may take to say what it offers."""
HEARING = 10.0
"""Seconds that an answer may take; a patient who waits longer thinks that the kiosk is broken."""
SPEAKING = 60.0
"""Seconds that a line may take; lines are rendered ahead."""
SLOW = "-slow"
"""The end of the name of a slower voice on our servers."""


@dataclass(slots=True)
class WyomingRecognizer:
    """A Recognizer on another machine. uri: tcp://HOST:PORT. model: its name there."""

    uri: str
    name: str
    model: str
    trust: Trust

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """Return what the server heard; no text if it failed, because then the patient is asked again."""
        events = [wire.write_request(vocabulary, self.model).event(), *wire.write_audio(audio)]
        try:
            written = exchange(self.uri, events, HEARING, until=Written.is_type)[-1]
            return wire.read_reply(Written.from_event(written), self.name)
        except (ServerError, KeyError, TypeError, ValueError):
            journal.note("unheard", engine=self.name, reason="the speech server did not answer")
            return Transcript("", 0.0, self.name)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Return nothing, because the protocol cannot ask for it."""
        return ()

    def close(self) -> None: ...


class WyomingVoice:
    """A Synthesizer on another machine. Raises VoiceError if that cannot be reached or has no Dutch voice."""

    name = "wyoming"

    def __init__(self, uri: str, locale: str, slow: bool = False) -> None:
        self._uri = uri
        program, voice = _choose_voice(uri, locale, slow)
        self._voice = SynthesizeVoice(name=voice.name)
        self.identity = f"wyoming {program.name} {program.version} {voice.name} {voice.version}"

    def synthesize(self, utterance: Utterance) -> Audio:
        """Have one line spoken. Raises VoiceError if that fails."""
        try:
            asked = Synthesize(utterance.text, voice=self._voice).event()
            replies = exchange(self._uri, [asked], SPEAKING, until=AudioStop.is_type)
            return wire.join_chunks([wire.read_chunk(event) for event in replies if AudioChunk.is_type(event.type)])
        except (ServerError, KeyError, TypeError, ValueError) as reason:
            problem = f"Line {utterance.id} was not spoken by {self._uri} ({reason})."
            raise VoiceError(problem, "Is the server in order?") from reason

    def close(self) -> None: ...


def list_engines(uri: str) -> tuple[WyomingRecognizer, ...]:
    """List the engines of a server that hear Dutch, in the order in which they are asked; one if it is not ours.

    Raises ServerError if it cannot be reached, ModelError if none hears Dutch.
    """
    event = describe_server(uri)
    known = wire.read_trust(event)
    if known:
        return tuple(WyomingRecognizer(uri, name, name, trust) for name, trust in known.items())
    heard = ((program, model) for program in _read_info(event, uri).asr for model in program.models if _is_dutch(model))
    program, model = next(heard, (None, None))
    if program is None or model is None:
        raise ModelError(f"The speech server at {uri} hears no Dutch.", "Give it a Dutch model.")
    return (WyomingRecognizer(uri, f"wyoming {program.name}", model.name, wire.UNMEASURED),)


def _is_dutch(part: AsrModel | TtsVoice) -> bool:
    """Whether the model or voice is installed and knows Dutch, of any country."""
    return part.installed and any(_locale(name).split("-")[0] == wire.LANGUAGE for name in part.languages)


def _locale(language: str) -> str:
    """Return the name of a language in one spelling: nl_BE and nl-be are the same."""
    return language.replace("_", "-").lower()


def _choose_voice(uri: str, locale: str, slow: bool) -> tuple[TtsProgram, TtsVoice]:
    """Choose a voice of that locale before any other Dutch one; of two paces the one that is wanted."""
    try:
        offered = _read_info(describe_server(uri), uri).tts
    except ServerError as reason:
        raise VoiceError(reason.problem, reason.remedy) from reason
    dutch = [(program, voice) for program in offered for voice in program.voices if _is_dutch(voice)]
    if not dutch:
        raise VoiceError(f"The speech server at {uri} has no Dutch voice.", "Give it one, or use --voice pyttsx3.")
    return min(dutch, key=lambda pair: _rank(pair[1], locale, slow))


def _rank(voice: TtsVoice, locale: str, slow: bool) -> tuple[bool, bool]:
    return _locale(locale) not in map(_locale, voice.languages), voice.name.endswith(SLOW) is not slow


def describe_server(uri: str) -> Event:
    """Ask a server what it offers. Raises ServerError."""
    return exchange(uri, [Describe().event()], ASKING, until=Info.is_type)[-1]


def _read_info(event: Event, uri: str) -> Info:
    try:
        return Info.from_event(event)
    except (AttributeError, KeyError, TypeError, ValueError) as reason:
        raise ServerError(f"What the speech server at {uri} offers cannot be read.", "Is it up to date?") from reason


def exchange(uri: str, events: Iterable[Event], seconds: float, until: Callable[[str], bool]) -> list[Event]:
    """Send events, and return the replies up to and including the last one.

    until: whether an event of that type is the last. seconds: how long one step may take; all together 1.5 times that.
    Raises ServerError if the server cannot be reached, is too slow, breaks off or answers with an error.
    """
    replies: list[Event] = []
    deadline = time.monotonic() + 1.5 * seconds
    with _connect(uri, seconds) as stream:
        for event in events:
            write_event(event, stream)
        while not replies or not until(replies[-1].type):
            reply = read_event(stream)
            if reply is None or time.monotonic() > deadline:
                raise ServerError(f"The speech server at {uri} broke off.", "Is it in order?")
            if Error.is_type(reply.type):
                raise ServerError(f"The speech server at {uri} answered: {Error.from_event(reply).text}.", "Is it in order?")
            replies.append(reply)
    return replies


@contextmanager
def _connect(uri: str, seconds: float) -> Iterator[BinaryIO]:
    try:
        with _open_socket(uri, seconds) as connection, connection.makefile("rwb") as stream:
            yield cast("BinaryIO", stream)
    except OSError as reason:
        problem = f"The speech server at {uri} cannot be reached ({reason.strerror or 'it takes too long'})."
        raise ServerError(problem, "Is it running, and on this address?") from reason


def _open_socket(uri: str, seconds: float) -> socket.socket:
    place = urlparse(uri)
    try:
        host, port = place.hostname, place.port
    except ValueError:
        host = port = None
    if place.scheme != "tcp" or not host or not port:
        raise ServerError(f"'{uri}' is no address of a speech server.", "Write tcp://HOST:PORT under server: in the settings.")
    return socket.create_connection((host, port), timeout=seconds)
