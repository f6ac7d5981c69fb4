"""The phrasebook: every line of the kiosk rendered ahead, checked, levelled and kept on disk.

Within a visit speaking is only playing: a line that has been rendered never needs the synthesizer again, so a
voice that dies between two questions leaves the kiosk speaking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event

from voice.audio.loudness import level, lift_consonants, trim
from voice.audio.pcm import Audio
from voice.base.errors import AudioError, VoiceError
from voice.speak.engines.synthesizer import Synthesizer
from voice.speak.line_cache import LineCache, read_last_identity
from voice.speak.pronounce import PLAIN, Lexicon, pronounce
from voice.speak.quality import check_line
from voice.speak.recordings import NO_RECORDINGS, Recordings
from voice.speak.utterance import Utterance

_FORMAT = "1"  # of the stored audio; part of the key, so that a change in levelling renders anew


class MissingVoice:
    """Stands in for a voice that failed to start, so that what it rendered before can still be spoken.

    identity: of the voice that rendered the phrasebook. Whatever was not rendered raises the error it failed with.
    """

    def __init__(self, identity: str, error: VoiceError) -> None:
        self.name = identity.partition(" ")[0]
        self.identity = identity
        self.error = error

    def synthesize(self, utterance: Utterance) -> Audio:
        raise self.error

    def close(self) -> None: ...


def replace_missing_voice(folder: Path, error: VoiceError) -> Synthesizer:
    """The voice that last rendered in `folder`, as far as its lines go. Raises `error` where there was none."""
    identity = read_last_identity(folder)
    if not identity:
        raise error
    return MissingVoice(identity, error)


class Phrasebook:
    """Lines as audio: recorded by the practice, else from memory, else from disk, else from the synthesizer.

    folder: where rendered lines are kept; it may be shared by several voices.
    lexicon: how the synthesizer must read written words.
    lift: decibels by which 1 to 4 kHz are lifted.
    warn: told in one line what went wrong without stopping the kiosk (a disk that is full, a damaged file).
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        folder: Path,
        lexicon: Lexicon = PLAIN,
        warn: Callable[[str], None] = lambda _: None,
        recordings: Recordings = NO_RECORDINGS,
        lift: float = 0.0,
    ) -> None:
        self._synthesizer = synthesizer
        self._shelf = LineCache(folder, warn)
        self._lexicon = lexicon
        self._warn = warn
        self._recordings = recordings
        self._lift = lift
        self._memory: dict[str, Audio] = {}

    @property
    def voice(self) -> str:
        """Who speaks: the practice as far as it was recorded, and the synthesizer."""
        return f"recordings and {self._synthesizer.name}" if self._recordings else self._synthesizer.name

    @property
    def fault(self) -> str:
        """Why only what was rendered before can be spoken, and the remedy; empty where the voice is there."""
        return str(self._synthesizer.error) if isinstance(self._synthesizer, MissingVoice) else ""

    @property
    def kept(self) -> bool:
        """Whether everything that was rendered is on disk, too."""
        return self._shelf.works

    def audio(self, utterance: Utterance) -> Audio:
        """The line, ready to play. Raises VoiceError where it had to be rendered and could not be."""
        if not self.has(utterance):
            self._memory[self._key(utterance)] = self._rendered(utterance)
        return self._memory[self._key(utterance)]

    def prepare(self, utterances: Iterable[Utterance], progress: Callable[[int, int], None] = lambda *_: None) -> int:
        """Make every line ready and return how many had to be rendered. Raises VoiceError at the first that fails.

        progress: called after each line with the number of lines that are ready and the number of all.
        """
        lines = list(utterances)
        rendered = 0
        for done, line in enumerate(lines, start=1):
            rendered += not self.has(line)
            self.audio(line)
            progress(done, len(lines))
        return rendered

    def rest(self) -> None:
        """Give back what the synthesizer holds, until a line is missing: Piper's process alone takes 260 MB."""
        self._synthesizer.close()

    def has(self, utterance: Utterance) -> bool:
        """Whether the line can be spoken without the synthesizer."""
        key = self._key(utterance)
        if key not in self._memory and (there := self._recorded(utterance) or self._shelf.take(key)):
            self._memory[key] = there
        return key in self._memory

    def _key(self, utterance: Utterance) -> str:
        spoken = pronounce(utterance.text, self._lexicon)
        words = "\n".join((_FORMAT, self._synthesizer.identity, *([f"lift {self._lift}"] if self._lift else []), spoken))
        return hashlib.sha256(words.encode()).hexdigest()

    def _recorded(self, utterance: Utterance) -> Audio | None:
        """The practice's own recording; nothing where there is none that can be read."""
        if not self._recordings.has(utterance):
            return None
        try:
            return self._finished(self._recordings.audio(utterance))
        except AudioError as reason:
            self._warn(f"{reason} Until then {self._synthesizer.name} speaks.")
            return None

    def _rendered(self, utterance: Utterance) -> Audio:
        spoken = Utterance(utterance.id, pronounce(utterance.text, self._lexicon))
        raw = self._synthesizer.synthesize(spoken)
        check_line(raw, spoken)
        line = self._finished(raw)
        self._shelf.keep(self._key(utterance), line, self._synthesizer.identity)
        return line

    def _finished(self, raw: Audio) -> Audio:
        return level(lift_consonants(trim(raw), self._lift))


@contextmanager
def prepare_in_background(
    opened: AbstractContextManager[Phrasebook], lines: Iterable[Utterance]
) -> Iterator[Callable[[], Phrasebook]]:
    """A book that is opened and rendered in a thread of its own, so that nobody waits for it.

    What is yielded hands it over: it ends the rendering, since a synthesizer has one user at a time, and raises the
    VoiceError with which the book could not be opened.
    """
    wanted = Event()
    with ExitStack() as stack, ThreadPoolExecutor(1) as beside:
        coming = beside.submit(lambda: _made_ready(stack.enter_context(opened), lines, wanted))

        def handed_over() -> Phrasebook:
            wanted.set()
            return coming.result()

        try:
            yield handed_over
        finally:
            wanted.set()


def _made_ready(book: Phrasebook, lines: Iterable[Utterance], wanted: Event) -> Phrasebook:
    """Render until the book is wanted; a line that fails is left to whoever needs it."""
    for line in lines:
        if wanted.is_set():
            return book
        with suppress(VoiceError):
            book.audio(line)
    book.rest()
    return book
