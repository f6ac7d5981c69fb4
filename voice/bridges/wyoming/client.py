"""Use another machine's ears and voice over Wyoming: thin kiosks share one strong machine in the practice.

1. Each answer travels on a connection of its own, as in Home Assistant. All of it together has one deadline, from the look-up
   of the server's name on.
2. If the server fails during a visit, the answer counts as not understood, never as silence and never as no: it is asked
   again, and then the staff are called.
3. How much an answer counts is never the server's to say. Of a server that is not trusted only the text is taken, of one
   engine, so every no is read back.
"""

from __future__ import annotations

import io
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from wyoming.asr import Transcript as Written
from wyoming.audio import AudioChunk, AudioStop
from wyoming.error import Error
from wyoming.event import Event, write_event
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeVoice

from voice.audio.pcm import Audio
from voice.base import journal
from voice.base.errors import ModelError, ServerError, VoiceError
from voice.bridges.wyoming import wire
from voice.bridges.wyoming.connecting import connect, find_left
from voice.bridges.wyoming.framing import LINE, MAX_LINE, receive_event
from voice.bridges.wyoming.key import Key
from voice.recognize.measured import UNMEASURED
from voice.recognize.transcript import Transcript, Trust, Vocabulary
from voice.speak.utterance import Utterance

ASKING = 5.0
"""Seconds in which a server must have said what it offers."""
HEARING = 8.0
"""Seconds that an answer may take, as long as on this machine (`supervised.py`); meanwhile the patient is asked for a moment."""
SPEAKING = 60.0
"""Seconds that a line may take; lines are rendered ahead."""
LONGEST_LINE = 60.0
"""Seconds of sound of one line."""
MOST_BYTES, MOST_EVENTS = 25_000_000, 20_000
"""Of all replies to one request; the longest line in the widest format has 23,040,000 bytes."""
SLOW = "-slow"
"""The end of the name of a slower voice on our servers."""
NONE_TRUSTED: Mapping[str, Trust] = {}


@dataclass(slots=True)
class WyomingRecognizer:
    """A Recognizer on another machine.

    uri: tcp://HOST:PORT. model: its name there. trust: as the kiosk has it. key: what the server must have, too; None if
        everything may be sent in the open.
    """

    uri: str
    name: str
    model: str
    trust: Trust = UNMEASURED
    key: Key | None = None

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """Return what the server heard; no text if it failed, because then the patient is asked again."""
        events = [wire.write_request(vocabulary, self.model).event(), *wire.write_audio(audio)]
        try:
            written = exchange(self.uri, self.key, events, HEARING, until=Written.is_type)[-1]
            if not self.trust.is_measured:
                return Transcript(wire.read_text(written), wire.DOUBTFUL, self.name)
            return wire.read_reply(written, self.name)
        except (ServerError, ValueError):
            journal.note("unheard", engine=self.name, reason="the speech server did not answer")
            return Transcript("", 0.0, self.name)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Return nothing, because the protocol cannot ask for it."""
        return ()

    def close(self) -> None: ...


class WyomingVoice:
    """A Synthesizer on another machine. Raises VoiceError if that cannot be reached or has no Dutch voice."""

    name = "wyoming"

    def __init__(self, uri: str, locale: str, slow: bool = False, key: Key | None = None) -> None:
        self._uri, self._key = uri, key
        voice = _choose_voice(uri, key, locale, slow)
        self._voice = SynthesizeVoice(name=voice.name)
        self.identity = f"wyoming {voice.program} {voice.name} {voice.version}"

    def synthesize(self, utterance: Utterance) -> Audio:
        """Have one line spoken. Raises VoiceError if that fails."""
        try:
            asked = Synthesize(utterance.text, voice=self._voice).event()
            sound = wire.GatheredSound(LONGEST_LINE)
            for event in exchange(self._uri, self._key, [asked], SPEAKING, until=AudioStop.is_type):
                if AudioChunk.is_type(event.type):
                    sound.add(event)
            return sound.mix()
        except (ServerError, ValueError) as reason:
            problem = f"Line {utterance.id} was not spoken by {self._uri} ({reason})."
            raise VoiceError(problem, "Is the server in order?") from reason

    def close(self) -> None: ...


def list_engines(uri: str, key: Key | None = None, trusted: Mapping[str, Trust] = NONE_TRUSTED) -> tuple[WyomingRecognizer, ...]:
    """List the engines of a server that hear Dutch, in the order in which they are asked.

    trusted: engines that the kiosk trusts, by their name there. The server's first that hears Dutch is listed in any case, first
        and without trust if it is none of these.
    Raises ServerError if it cannot be reached, ModelError if none hears Dutch.
    """
    models = [model for model in _read_offer(uri, key, wire.read_models) if model.knows(wire.LANGUAGE)]
    if not models:
        raise ModelError(f"The speech server at {uri} hears no Dutch.", "Give it a Dutch model.")
    names = {model.name for model in models}
    known = tuple(WyomingRecognizer(uri, name, name, trust, key) for name, trust in trusted.items() if name in names)
    strange = WyomingRecognizer(uri, f"wyoming {models[0].program}", models[0].name, key=key)
    return known if models[0].name in trusted else (strange, *known)


def _choose_voice(uri: str, key: Key | None, locale: str, slow: bool) -> wire.Offered:
    """Choose a voice of that locale before any other Dutch one; of two paces the one that is wanted."""
    try:
        dutch = [voice for voice in _read_offer(uri, key, wire.read_voices) if voice.knows(wire.LANGUAGE)]
    except ServerError as reason:
        raise VoiceError(reason.problem, reason.remedy) from reason
    if not dutch:
        raise VoiceError(f"The speech server at {uri} has no Dutch voice.", "Give it one, or use --voice pyttsx3.")
    return min(dutch, key=lambda voice: (not voice.knows(locale), voice.name.endswith(SLOW) is not slow))


def describe_server(uri: str, key: Key | None = None) -> Event:
    """Ask a server what it offers. Raises ServerError."""
    return exchange(uri, key, [Describe().event()], ASKING, until=Info.is_type)[-1]


def _read_offer(uri: str, key: Key | None, read: Callable[[Event], tuple[wire.Offered, ...]]) -> tuple[wire.Offered, ...]:
    try:
        return read(describe_server(uri, key))
    except ValueError as reason:
        raise ServerError(f"What the speech server at {uri} offers cannot be read.", "Is it up to date?") from reason


def exchange(uri: str, key: Key | None, events: Iterable[Event], seconds: float, until: Callable[[str], bool]) -> list[Event]:
    """Send events, and return the replies up to and including the last one.

    until: whether an event of that type is the last. seconds: how long all of it may take.
    Raises ServerError if the server cannot be reached, is too slow, breaks off, answers with an error or with what is none.
    """
    replies: list[Event] = []
    try:
        with _Line(uri, key, seconds) as line:
            line.send(events)
            while not replies or not until(replies[-1].type):
                replies.append(_check_reply(uri, line.receive()))
                if len(replies) > MOST_EVENTS:
                    raise ValueError("more events than any answer has")
    except EOFError as reason:
        raise ServerError(f"The speech server at {uri} broke off.", "Is it in order?") from reason
    except ssl.SSLError as reason:
        problem = f"The speech server at {uri} does not have this kiosk's key ({reason.reason})."
        raise ServerError(problem, "Name the same file under server: key: in the settings of both.") from reason
    except ValueError as reason:
        raise ServerError(f"What the speech server at {uri} answers cannot be read ({reason}).", "Is it in order?") from reason
    except OSError as reason:
        problem = f"The speech server at {uri} cannot be reached ({reason.strerror or 'it takes too long'})."
        raise ServerError(problem, "Is it running, and on this address?") from reason
    return replies


def _check_reply(uri: str, reply: Event) -> Event:
    if Error.is_type(reply.type):
        told = " ".join(wire.read_text(reply).split())  # on one line, so that it looks like no message of ours
        raise ServerError(f"The speech server at {uri} answered: {told}.", "Is it in order?")
    return reply


class _Line:
    """One connection to a server. Raises OSError once the seconds are over, EOFError if the server ends it."""

    def __init__(self, uri: str, key: Key | None, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._socket = connect(*wire.split_address(uri), self._deadline)
        if key:
            self._await_turn()
            self._socket = key.client.wrap_socket(self._socket)
        self._received = bytearray()
        self._allowed = MOST_BYTES

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, events: Iterable[Event]) -> None:
        stream = io.BytesIO()
        for event in events:
            write_event(event, stream)
        rest = stream.getbuffer()
        while rest:
            self._await_turn()
            rest = rest[self._socket.send(rest) :]

    def receive(self) -> Event:
        """Return the next event. Raises ValueError if it is none, or if there are more bytes than `MOST_BYTES`."""
        parts = receive_event()
        wanted = next(parts)
        while True:
            try:
                wanted = parts.send(self._take_line() if wanted is LINE else self._take(wanted))
            except StopIteration as done:
                event: Event = done.value
                return event

    def _take_line(self) -> bytes:
        while (end := self._received.find(b"\n") + 1) == 0:
            if len(self._received) > MAX_LINE:
                raise ValueError("a line that is too long")
            self._receive_more()
        return self._take(end)

    def _take(self, size: int) -> bytes:
        while len(self._received) < size:
            self._receive_more()
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def _receive_more(self) -> None:
        self._await_turn()
        received = self._socket.recv(MAX_LINE)
        self._allowed -= len(received)
        if not received:
            raise EOFError
        if self._allowed < 0:
            raise ValueError("more than any answer holds")
        self._received += received

    def _await_turn(self) -> None:
        """Give the next step the seconds that are left, so that a server that drips gets no more. Raises TimeoutError."""
        self._socket.settimeout(find_left(self._deadline))
