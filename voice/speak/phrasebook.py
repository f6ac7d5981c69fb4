"""Render every line of the kiosk ahead: the phrasebook checks, levels and keeps them on disk.

During a visit, speaking is only playing. A rendered line never needs the synthesizer again, so the kiosk goes on speaking
if a voice dies between two questions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event

from voice.audio.beats import lay_on_beats
from voice.audio.loudness import level, lift_consonants, trim
from voice.audio.pcm import Audio, decode, encode
from voice.audio.timed_calls import TimedCalls
from voice.base.errors import AudioError, DeviceError, VoiceError
from voice.speak.engines.synthesizer import Synthesizer
from voice.speak.line_cache import LineCache, read_last_identity
from voice.speak.pronounce import PLAIN, Lexicon, pronounce
from voice.speak.quality import check_line
from voice.speak.recordings import NO_RECORDINGS, Recordings
from voice.speak.utterance import Utterance

HANDING_OVER = 2.0
"""Seconds that a patient who asks for a slower voice may wait for it; a voice may hang."""
_FORMAT = "1"  # of the stored audio; part of the key, so that a change in levelling renders anew


class MissingVoice:
    """Replaces a voice that failed to start, so that what it rendered before can still be spoken.

    Has the identity of the voice that last rendered into `folder`. Raises `error` for every line that is not there, and
    at once if none has rendered.
    """

    def __init__(self, folder: Path, error: VoiceError) -> None:
        self.identity = read_last_identity(folder)
        if not self.identity:
            raise error
        self.name = self.identity.partition(" ")[0]
        self.error = error

    def synthesize(self, utterance: Utterance) -> Audio:
        raise self.error

    def close(self) -> None: ...


class Phrasebook:
    """Lines as audio: recorded by the practice, else from memory, else from disk, else from the synthesizer.

    folder: of rendered lines; several voices may share it. lexicon: how the synthesizer must read written words.
    warn: called with one line about what went wrong without stopping the kiosk (a full disk, a damaged file).
    recordings: the practice's own lines. lift: decibels by which 1 to 4 kHz are lifted.
    in_memory: hold every line in memory, so that a disk that fails in mid-visit silences nobody. A book that few patients
        need reads each line from disk, and holds only what the disk refused.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        folder: Path,
        lexicon: Lexicon = PLAIN,
        warn: Callable[[str], None] = lambda _: None,
        recordings: Recordings = NO_RECORDINGS,
        lift: float = 0.0,
        in_memory: bool = True,
    ) -> None:
        self._synthesizer = synthesizer
        self._cache = LineCache(folder, warn)
        self._lexicon = lexicon
        self._warn = warn
        self._recordings = recordings
        self._lift = lift
        self._in_memory = in_memory
        self._memory: dict[str, bytes] = {}  # FLAC: as samples the usual pace alone is 60 MB
        self._rendering = TimedCalls()

    @property
    def voice(self) -> str:
        """What speaks: the practice's recordings, if there are any, and the synthesizer."""
        return f"recordings and {self._synthesizer.name}" if self._recordings else self._synthesizer.name

    @property
    def fault(self) -> str | None:
        """Why only what was rendered before can be spoken, with the remedy; None if the voice works."""
        return str(self._synthesizer.error) if isinstance(self._synthesizer, MissingVoice) else None

    @property
    def kept(self) -> bool:
        """Whether every rendered line is on disk, too."""
        return self._cache.works

    def audio(self, utterance: Utterance) -> Audio:
        """The line, ready to play. Raises VoiceError if it must be rendered and cannot be."""
        return self._find(utterance) or self._render(utterance)

    def audio_within(self, seconds: float, utterance: Utterance) -> Audio:
        """The line, ready to play, while a patient waits. Raises VoiceError also if it is not rendered in so many seconds.

        It is then rendered beside, and kept; until that is done every other line that is missing is refused at once.
        """
        if there := self._find(utterance):
            return there
        try:
            return self._rendering.make(f"The voice {self.voice}", seconds, partial(self.audio, utterance))
        except DeviceError as late:
            raise VoiceError(f"The voice {self.voice} takes too long for a line.", "Run: ruggespraak prepare") from late

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
        """Free what the synthesizer holds until a line is missing: Piper's process alone takes 260 MB."""
        self._synthesizer.close()

    def has(self, utterance: Utterance) -> bool:
        """Whether the line can be spoken without the synthesizer."""
        return self._make_key(utterance) in self._memory or self._find(utterance) is not None

    def _find(self, utterance: Utterance) -> Audio | None:
        """The line from memory, from the practice or from disk; None if it must be rendered."""
        if utterance.beat:
            words = [word for word in map(self._find, utterance.beats) if word]
            return lay_on_beats(words, utterance.beat) if len(words) == len(utterance.beats) else None
        key = self._make_key(utterance)
        if key in self._memory:
            return decode(self._memory[key])
        there = self._load_recording(utterance) or self._cache.load(key)
        if there and self._in_memory:
            self._memory[key] = encode(there, "FLAC")
        return there

    def _make_key(self, utterance: Utterance) -> str:
        spoken = pronounce(utterance.text, self._lexicon)
        words = "\n".join((_FORMAT, self._synthesizer.identity, *([f"lift {self._lift}"] if self._lift else []), spoken))
        return hashlib.sha256(words.encode()).hexdigest()

    def _load_recording(self, utterance: Utterance) -> Audio | None:
        """The practice's own recording; None if there is none that can be read."""
        if not self._recordings.has(utterance):
            return None
        try:
            return self._finish(self._recordings.audio(utterance))
        except AudioError as reason:
            self._warn(f"{reason} Until then {self._synthesizer.name} speaks.")
            return None

    def _render(self, utterance: Utterance) -> Audio:
        if utterance.beat:
            return lay_on_beats([self.audio(word) for word in utterance.beats], utterance.beat)
        spoken = Utterance(utterance.id, pronounce(utterance.text, self._lexicon))
        raw = self._synthesizer.synthesize(spoken)
        check_line(raw, spoken)
        line, key = self._finish(raw), self._make_key(utterance)
        self._cache.store(key, line, self._synthesizer.identity)
        if self._in_memory or not self._cache.works:
            self._memory[key] = encode(line, "FLAC")
        return line

    def _finish(self, raw: Audio) -> Audio:
        return level(lift_consonants(trim(raw), self._lift))


@contextmanager
def prepare_in_background(
    opened: AbstractContextManager[Phrasebook], lines: Iterable[Utterance]
) -> Iterator[Callable[[], Phrasebook]]:
    """Open and render a book in a thread of its own, so that nobody waits for it.

    Yields a function that hands the book over. It ends the rendering, since a synthesizer has one user at a time. It raises
    the VoiceError if the book could not be opened, and one if the line in hand is not done within HANDING_OVER.
    """
    wanted = Event()
    with ExitStack() as stack, ThreadPoolExecutor(1) as beside:
        coming = beside.submit(lambda: _prepare_until(stack.enter_context(opened), lines, wanted))

        def hand_over() -> Phrasebook:
            wanted.set()
            try:
                return coming.result(HANDING_OVER)
            except Late as reason:
                raise VoiceError("The slower voice is still busy with a line.", "Run: ruggespraak check") from reason

        try:
            yield hand_over
        finally:
            wanted.set()


def _prepare_until(book: Phrasebook, lines: Iterable[Utterance], wanted: Event) -> Phrasebook:
    """Render until the book is wanted. A line that fails is tried again when it is spoken."""
    for line in lines:
        if wanted.is_set():
            return book
        with suppress(VoiceError):
            book.audio(line)
    book.rest()
    return book
