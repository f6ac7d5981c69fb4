"""Serve this machine's ears, voice and consultation to others over Wyoming.

1. Each engine runs a few times, so several patients are heard at once. When all are busy, the next answer waits for the
   first that is free.
2. An engine hears only what the kiosk's own voice activity detection takes for speech: of noise it would make words.
   What is heard stays in memory for that one answer. What is said is rendered anew each time and never kept.
3. The messages carry the consultation. For clients that do not carry it (Home Assistant) it is kept for FORGOTTEN
   seconds under the client's address and its conversation's id: another client that knows the id reads nothing of it.
4. No client is believed: what it sends is bounded (`framing.py`, `wire.py`), and so are its connections, its seconds of
   sound and its idle time. A handshake is a connection from its first byte on. What is refused is answered, and told here,
   in one line.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from wyoming.error import Error
from wyoming.event import Event, async_write_event
from wyoming.handle import Handled, NotHandled
from wyoming.ping import Pong

from voice.audio.pcm import LISTENING_RATE, Audio
from voice.audio.segment import find_speech
from voice.base import journal
from voice.base.clock import find_today
from voice.base.console import tell
from voice.base.errors import RuggespraakError
from voice.bridges.conversation import NO_STATE, Consultations, VisitState
from voice.bridges.wyoming import wire
from voice.bridges.wyoming.accepting import Listener, listen, open_streams
from voice.bridges.wyoming.framing import LINE, MAX_LINE, receive_event
from voice.consultation.visit import Phase
from voice.recognize.transcript import Recognizer, Transcript, Vocabulary
from voice.speak.pronounce import split_parts

Item = TypeVar("Item")

LONGEST = 30.0
"""Seconds of one answer that are heard; the rest is dropped."""
CONNECTIONS, CONNECTIONS_OF_ONE = 64, 16
"""Connections at once, in all and from one address; a kiosk has one while an answer is heard."""
IDLE = 60.0
"""Seconds in which a client must have asked something, all of it, since it came or since it was last answered."""
TAKING = 10.0
"""Seconds in which it must have taken an answer, and in which its key must have been checked."""
PART = 400
"""Letters that are rendered at once; a sentence is never cut."""
REMEMBERED = 100
"""Consultations kept at once for clients that do not carry them; the oldest is forgotten first."""
FORGOTTEN = 600.0
"""Seconds after which a consultation without a new answer is forgotten."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is served; each part may be empty.

    ears: by name the engines of each kind, all alike. voices: by name the language and a function that speaks a text.
    consultations: what can be held; nothing if its `scripts` are empty.
    """

    ears: Mapping[str, tuple[Recognizer, ...]]
    voices: Mapping[str, tuple[str, Callable[[str], Audio]]]
    consultations: Consultations

    def describe(self) -> Event:
        languages = {name: language for name, (language, _) in self.voices.items()}
        return wire.write_description(self.ears, languages, self.consultations.scripts)


class Memory:
    """The consultations of clients that do not carry them, by client and conversation. clock: seconds, from any moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], tuple[float, VisitState]] = OrderedDict()

    def recall(self, client: str, conversation: str) -> VisitState:
        kept, state = self._kept.get((client, conversation), (0.0, NO_STATE))
        return state if self._clock() - kept < FORGOTTEN else NO_STATE

    def keep(self, client: str, conversation: str, state: VisitState) -> None:
        """Keep this state, unless the consultation has ended; forget what is old."""
        self._kept.pop((client, conversation), None)
        if conversation and state and state.get("phase") != Phase.ENDED.value:
            self._kept[client, conversation] = (self._clock(), state)
        while self._kept and (len(self._kept) > REMEMBERED or self._clock() - next(iter(self._kept.values()))[0] >= FORGOTTEN):
            self._kept.popitem(last=False)


class TooMany(RuggespraakError):
    """A client that is refused because there are too many connections."""


class Doors:
    """Counts the connections by the client's address, and refuses what would be too many."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @property
    def admitted(self) -> int:
        """How many connections there are."""
        return self._open.total()

    @contextmanager
    def admit(self, client: str) -> Iterator[None]:
        """Count a connection while it lasts. Raises TooMany."""
        if self._open[client] >= CONNECTIONS_OF_ONE or self.admitted >= CONNECTIONS:
            raise TooMany("there are too many connections")
        self._open[client] += 1
        try:
            yield
        finally:
            self._open -= Counter([client])


@dataclass(frozen=True, slots=True)
class Service:
    """What all connections share. find_speech: cuts the speech out of an answer; an answer without any is not heard."""

    offer: Offer
    find_speech: Callable[[Audio], Audio] = find_speech
    memory: Memory = field(default_factory=Memory)
    doors: Doors = field(default_factory=Doors)
    _free: dict[str, asyncio.Queue[Recognizer]] = field(default_factory=dict)
    _speaking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _threads: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)

    def __post_init__(self) -> None:
        for name, alike in self.offer.ears.items():
            self._free[name] = asyncio.Queue()
            for engine in alike:
                self._free[name].put_nowait(engine)

    async def hear(self, model: str, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """Hear with the engine of that name, or with the first. Raises KeyError if there is none."""
        free, loop = _choose(self._free, model), asyncio.get_running_loop()
        engine, begun = await free.get(), time.perf_counter()
        try:
            speech = await loop.run_in_executor(self._threads, self.find_speech, audio)
            if not speech.pcm:
                return Transcript("", 1.0, engine.name)
            return await loop.run_in_executor(self._threads, engine.transcribe, speech, vocabulary)
        finally:
            free.put_nowait(engine)
            journal.note("heard", engine=engine.name, seconds=round(time.perf_counter() - begun, 3))

    async def speak(self, voice: str, text: str) -> Audio:
        """Speak with the voice of that name, or with the first. Raises VoiceError, or KeyError if there is none."""
        _, speak = _choose(self.offer.voices, voice)
        async with self._speaking:
            return await asyncio.get_running_loop().run_in_executor(self._threads, speak, text)

    def handle(self, client: str, words: str, language: str, context: Mapping[str, Any]) -> Event:
        """Take the next turn of the consultation that the context carries or names, or begin one."""
        conversation = str(context.get("conversation_id", ""))
        state = context.get(wire.OURS) or self.memory.recall(client, conversation)
        reply = self.offer.consultations.reply(words, language, state, find_today())
        self.memory.keep(client, conversation, reply.state)
        kind = Handled if reply.understood else NotHandled
        return kind(reply.text, {**context, wire.OURS: dict(reply.state)}).event()


def _choose(named: Mapping[str, Item], name: str) -> Item:
    return named[name if name in named else next(iter(named), name)]


async def start_server(service: Service, host: str, port: int, tls: ssl.SSLContext | None = None) -> Listener:
    """Serve at an address. tls: admits only clients with the same key. Raises OSError if the address cannot be had."""
    return await listen(host, port, partial(_serve_client, service, tls))


@contextmanager
def _aborting(transport: asyncio.WriteTransport) -> Iterator[None]:
    """Drop the connection afterwards, whether the client takes what was sent or not."""
    try:
        yield
    finally:
        transport.abort()


async def _serve_client(service: Service, tls: ssl.SSLContext | None, accepted: socket.socket, client: str) -> None:
    """Serve one client until it goes, breaks off, or sends what nobody would; then tell why in one line."""
    talk = partial(_talk, service, tls, accepted, client)
    with suppress(OSError, asyncio.TimeoutError):
        try:
            with service.doors.admit(client):
                await talk(Connection.serve)
        except TooMany as reason:
            tell(f"{client} is refused: {reason.problem}.")
            if tls:  # before the handshake it would understand nothing
                return accepted.close()
            await talk(partial(Connection.refuse, why=reason.problem))
        except (ssl.SSLError, ConnectionAbortedError):
            tell(f"{client} is let go: the encryption fails.")
        except (ValueError, asyncio.LimitOverrunError, asyncio.TimeoutError) as reason:
            tell(f"{client} is let go: {str(reason) or 'it takes too long'}.")


async def _talk(
    service: Service, tls: ssl.SSLContext | None, accepted: socket.socket, client: str,
    answer: Callable[[Connection], Awaitable[None]],
) -> None:  # fmt: skip
    """Open the connection of a client, answer it, and drop it. Raises OSError if it breaks."""
    reader, writer = await open_streams(accepted, MAX_LINE, tls, TAKING)
    writer.transport.set_write_buffer_limits(0)  # what is sent has left the program, so a connection can be dropped at once
    with _aborting(writer.transport):
        await answer(Connection(service, client, reader, writer))


class Connection:
    """One client, from its first event to its last. client: its address."""

    def __init__(self, service: Service, client: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._service = service
        self._client = client
        self._reader = reader
        self._writer = writer
        self._model, self._vocabulary = "", Vocabulary()
        self._sound = wire.GatheredSound(LONGEST)
        self._until = time.monotonic() + IDLE

    async def serve(self) -> None:
        """Answer until the client goes. Raises ValueError, LimitOverrunError or TimeoutError for what is refused."""
        with suppress(asyncio.IncompleteReadError):
            while await self._answer(await asyncio.wait_for(self._receive(), self._until - time.monotonic())):
                pass

    async def refuse(self, why: str) -> None:
        """Tell the client why it is not, or no longer, served."""
        await self._send(Error(text=why, code="refused").event())

    async def _receive(self) -> Event:
        parts = receive_event()
        wanted = next(parts)
        while True:
            taken = self._reader.readuntil() if wanted is LINE else self._reader.readexactly(wanted)
            try:
                wanted = parts.send(await taken)
            except StopIteration as done:
                event: Event = done.value
                return event

    async def _answer(self, event: Event) -> bool:
        """Answer what is asked; with one error if it cannot be done. Ignore unknown events. Return whether to go on.

        After an error the connection ends: a client that waits for something else, as Home Assistant does, would wait on.
        """
        answer = _ANSWERS.get(event.type)
        if answer is None:
            return True
        try:
            await answer(self, event)
        except (RuggespraakError, KeyError, TypeError, ValueError) as reason:
            await self.refuse(f"{type(reason).__name__}: this cannot be done here")
            return False
        return True

    async def _send(self, *events: Event) -> None:
        """Send an answer; the client may then ask again. Raises TimeoutError if it does not take all of it in time."""
        await asyncio.wait_for(self._write(events), TAKING)
        self._until = time.monotonic() + IDLE

    async def _write(self, events: Iterable[Event]) -> None:
        for event in events:
            await async_write_event(event, self._writer)

    async def describe(self, event: Event) -> None:
        await self._send(self._service.offer.describe())

    async def ping(self, event: Event) -> None:
        await self._send(Pong(text=wire.read_text(event) if event.data.get("text") else None).event())

    async def transcribe(self, event: Event) -> None:
        self._model, self._vocabulary = wire.read_request(event)

    async def begin(self, event: Event) -> None:
        self._sound = wire.GatheredSound(LONGEST)

    async def take(self, event: Event) -> None:
        self._sound.add(event)

    async def hear(self, event: Event) -> None:
        sound = Audio(b"", LISTENING_RATE) if self._sound.is_empty else self._sound.mix()
        transcript = await self._service.hear(self._model, sound, self._vocabulary)
        await self._send(wire.write_reply(transcript).event())

    async def speak(self, event: Event) -> None:
        """Speak a text of any length: each part is sent as soon as it is rendered. One without a word is a sound of no length."""
        voice, begun = wire.read_voice(event), False
        for part in split_parts(wire.read_line(event), PART):
            audio = await self._service.speak(voice, part)
            await self._send(*([] if begun else [wire.write_start(audio.rate)]), *wire.write_chunks(audio))
            begun = True
        await self._send(*([] if begun else [wire.write_start(LISTENING_RATE)]), wire.write_stop())

    async def handle(self, event: Event) -> None:
        await self._send(self._service.handle(self._client, *wire.read_turn(event)))


_ANSWERS = {
    "describe": Connection.describe,
    "ping": Connection.ping,
    "transcribe": Connection.transcribe,
    "audio-start": Connection.begin,
    "audio-chunk": Connection.take,
    "audio-stop": Connection.hear,
    "synthesize": Connection.speak,
    "transcript": Connection.handle,
}
