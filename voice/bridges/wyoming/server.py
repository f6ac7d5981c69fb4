"""Serve this machine's ears, voice and consultation to others over Wyoming.

1. Each engine runs a few times, so several patients are heard at once. When all are busy, the next answer waits for the
   first that is free.
2. What is heard stays in memory for that one answer. What is said is rendered anew each time and never kept.
3. The messages carry the consultation. For clients that do not carry it (Home Assistant) it is kept for FORGOTTEN
   seconds under their conversation's id.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from wyoming.asr import Transcribe
from wyoming.asr import Transcript as Written
from wyoming.audio import AudioChunk
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler
from wyoming.tts import Synthesize

from voice.audio.pcm import Audio
from voice.base import journal
from voice.base.errors import RuggespraakError
from voice.bridges.conversation import NO_STATE, Consultations, VisitState
from voice.bridges.wyoming import wire
from voice.consultation.visit import Phase
from voice.recognize.transcript import Recognizer, Transcript, Vocabulary

Item = TypeVar("Item")

LONGEST = 30.0
"""Seconds of one answer that are heard; the rest is dropped."""
LONGEST_TEXT = 2000
"""Characters of a text that are spoken at once."""
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
        engines = {name: alike[0].trust for name, alike in self.ears.items()}
        languages = {name: language for name, (language, _) in self.voices.items()}
        return wire.write_description(engines, languages, self.consultations.scripts)


class Memory:
    """The consultations of clients that do not carry them. clock: seconds, from any moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, VisitState]] = OrderedDict()

    def recall(self, conversation: str) -> VisitState:
        kept, state = self._kept.get(conversation, (0.0, NO_STATE))
        return state if self._clock() - kept < FORGOTTEN else NO_STATE

    def keep(self, conversation: str, state: VisitState) -> None:
        """Keep this state, unless the consultation has ended; forget what is old."""
        self._kept.pop(conversation, None)
        if conversation and state and state.get("phase") != Phase.ENDED.value:
            self._kept[conversation] = (self._clock(), state)
        while self._kept and (len(self._kept) > REMEMBERED or self._clock() - next(iter(self._kept.values()))[0] >= FORGOTTEN):
            self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Service:
    """What all connections share."""

    offer: Offer
    memory: Memory = field(default_factory=Memory)
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
        free = _choose(self._free, model)
        engine, begun = await free.get(), time.perf_counter()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, engine.transcribe, audio, vocabulary)
        finally:
            free.put_nowait(engine)
            journal.note("heard", engine=engine.name, seconds=round(time.perf_counter() - begun, 3))

    async def speak(self, voice: str, text: str) -> Audio:
        """Speak with the voice of that name, or with the first. Raises VoiceError, or KeyError if there is none."""
        _, speak = _choose(self.offer.voices, voice)
        async with self._speaking:
            return await asyncio.get_running_loop().run_in_executor(self._threads, speak, text[:LONGEST_TEXT])

    def handle(self, words: str, language: str, context: Mapping[str, Any]) -> Event:
        """Take the next turn of the consultation that the context carries or names, or begin one."""
        conversation = str(context.get("conversation_id", ""))
        state = context.get(wire.OURS) or self.memory.recall(conversation)
        reply = self.offer.consultations.reply(words, language, state, date.today())
        self.memory.keep(conversation, reply.state)
        kind = Handled if reply.understood else NotHandled
        return kind(reply.text, {**context, wire.OURS: dict(reply.state)}).event()


def _choose(named: Mapping[str, Item], name: str) -> Item:
    return named[name if name in named else next(iter(named), name)]


class Connection(AsyncEventHandler):
    """One client, from its first event to its last."""

    def __init__(self, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(reader, writer)
        self._service = service
        self._asked = Transcribe()
        self._chunks: list[AudioChunk] = []
        self._seconds = 0.0

    async def run(self) -> None:
        """Serve until the client goes; drop one that breaks off or does not speak Wyoming."""
        with suppress(OSError, EOFError, AttributeError, KeyError, TypeError):
            await super().run()

    async def handle_event(self, event: Event) -> bool:
        """Answer what is asked; with an error if it cannot be done. Ignore unknown events."""
        answer = _ANSWERS.get(event.type)
        if answer is None:
            return True
        try:
            await answer(self, event)
        except (RuggespraakError, KeyError, TypeError, ValueError) as reason:
            await self.write_event(Error(text=f"{type(reason).__name__}: this cannot be done here", code="refused").event())
        return True

    async def describe(self, event: Event) -> None:
        await self.write_event(self._service.offer.describe())

    async def ping(self, event: Event) -> None:
        await self.write_event(Pong(text=Ping.from_event(event).text).event())

    async def transcribe(self, event: Event) -> None:
        self._asked = Transcribe.from_event(event)

    async def begin(self, event: Event) -> None:
        self._chunks, self._seconds = [], 0.0

    async def take(self, event: Event) -> None:
        chunk = wire.read_chunk(event)
        self._seconds += chunk.seconds
        if self._seconds <= LONGEST:
            self._chunks.append(chunk)

    async def hear(self, event: Event) -> None:
        audio, self._chunks = wire.join_chunks(self._chunks), []
        transcript = await self._service.hear(self._asked.name or "", audio, wire.read_request(self._asked))
        await self.write_event(wire.write_reply(transcript).event())

    async def speak(self, event: Event) -> None:
        asked = Synthesize.from_event(event)
        voice = asked.voice.name if asked.voice and asked.voice.name else ""
        for part in wire.write_audio(await self._service.speak(voice, asked.text)):
            await self.write_event(part)

    async def handle(self, event: Event) -> None:
        said = Written.from_event(event)
        await self.write_event(self._service.handle(said.text, said.language or "", said.context or {}))


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
