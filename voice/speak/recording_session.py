"""Record the practice's own voice, line by line: show a line, record it, say what is wrong with it, and hear whether it was read.

A take ends by itself after a silence, so that no key is heard in it. The rate is 16 kHz, as for everything that the kiosk
hears: speech lies below 8 kHz, and what lies above is the first that old ears lose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from voice.audio.loudness import level, trim
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.pcm import Audio
from voice.audio.segment import Ending, Limits, segment
from voice.audio.vad import Activity
from voice.base.inheritance import read_layered
from voice.base.messages import Messages, read_messages
from voice.speak.quality import find_recording_flaw
from voice.speak.reading import fits_line
from voice.speak.recordings import Recordings
from voice.speak.utterance import Utterance

READING = Limits(nobody=10.0, pause=1.5, longest=60.0, pre_roll=0.5, post_roll=0.4)
"""Seconds: a reader breathes between sentences, and the longest line takes half a minute."""
KEYSTROKE = 0.4
"""Seconds for which the microphone still hears the key that starts a take."""


_FLAWS = ("silent", "empty", "too_short", "too_long", "too_soft", "clipped", "noisy")
_BLANKS: dict[str, dict[str, tuple[str, ...]]] = {
    "keys": {"skip": (), "play": (), "again": (), "keep": (), "stop": ()},
    "shown": {
        "welcome": ("device", "count"), "unheard": (), "line": ("number", "count", "id"), "start": ("skip", "stop"), "now": (),
        "kept": ("seconds",), "next": ("play", "again", "stop"), "once_more": ("stop",), "misread": ("heard",),
        "decide": ("play", "keep", "stop"), "unknown": ("typed",), "coverage": ("done", "count"), "left": (),
    },
    "flaws": {flaw: () for flaw in _FLAWS},
}  # fmt: skip
"""Sections of record.yaml, their sentences, and the blanks that each sentence may have."""


@dataclass(frozen=True, slots=True)
class RecordingWords:
    """The sentences by their names in record.yaml. keys: what can be typed. flaws: why a take is not good, and what to do."""

    keys: Messages
    shown: Messages
    flaws: Messages


def load_recording_words(folder: Path) -> RecordingWords:
    """Read record.yaml of a locale's folder. Raises ScriptError naming the file, the line and the remedy."""
    place = read_layered(folder / "record.yaml")
    place.allow_only(_BLANKS)
    return RecordingWords(**{name: read_messages(place.inside(name), blanks) for name, blanks in _BLANKS.items()})


class Left(Exception):
    """The reader stops. What was recorded stays."""


@dataclass(frozen=True, slots=True)
class RecordingSession:
    """Leads a reader through lines.

    activity: makes a voice activity detector. ask: shows a question and returns what was typed. tell: shows a line.
    play: plays a take and returns at its end. hear: returns what a listener understands of a take; None if there is no listener.
    """

    microphone: SoundCardMicrophone
    activity: Callable[[], Activity]
    recordings: Recordings
    words: RecordingWords
    ask: Callable[[str], str]
    tell: Callable[[str], None]
    play: Callable[[Audio], None]
    hear: Callable[[Audio], str] | None = None

    def lead(self, lines: Iterable[Utterance]) -> None:
        """Record the lines in order, until the last or until the reader stops.

        Raises DeviceError if the microphone fails, AudioError if a take cannot be stored.
        """
        wanted = list(lines)
        try:
            for number, line in enumerate(wanted, start=1):
                shown = self.words.shown.fill("line", number=number, count=len(wanted), id=line.id)
                self.tell(f"\n{shown}\n\n    {line.text}\n")
                self._record(line)
        except Left:
            return

    def _record(self, line: Utterance) -> None:
        if self._ask("start", "skip") == "skip":
            return
        while True:
            take = self._record_take(line)
            self.recordings.keep(line, take)
            self.tell(self.words.shown.fill("kept", seconds=f"{take.seconds:.1f}"))
            if not self._offer_playing(take, "next", "again"):
                return

    def _record_take(self, line: Utterance) -> Audio:
        """Listen until a take is good and holds what the line says, or until the reader decides that it does."""
        while True:
            take = self._listen(line)
            heard = line.text if self.hear is None else self.hear(take)
            if fits_line(line.text, heard):
                return take
            self.tell(self.words.shown.fill("misread", heard=heard or "..."))
            if self._offer_playing(take, "decide", "keep"):
                return take

    def _listen(self, line: Utterance) -> Audio:
        """Listen until a take sounds good."""
        while True:
            self.tell(self.words.shown.fill("now"))
            self.microphone.drain(KEYSTROKE)
            heard = segment(self.microphone.blocks(), self.activity(), READING)
            flaw = "empty" if heard.ending is Ending.NOBODY else find_recording_flaw(heard.audio, line.text)
            if not flaw:
                return trim(heard.audio)
            self.tell(self.words.flaws.fill(next(name for name in _FLAWS if flaw.startswith(name.replace("_", " ")))))
            self._ask("once_more")

    def _offer_playing(self, take: Audio, question: str, other: str) -> bool:
        """Ask, and play the take as often as that is wished. Returns whether the other key was typed, and not Enter."""
        while (key := self._ask(question, "play", other)) == "play":
            self.play(level(take))
        return key == other

    def _ask(self, question: str, *keys: str) -> str:
        """Ask until Enter ("") or one of the keys is typed, whose name is returned. Raises Left for the key that stops."""
        keyboard = self.words.keys.texts
        names = {keyboard[name]: name for name in (*keys, "stop")} | {"": ""}
        while (typed := self.ask(f"{self.words.shown.fill(question, **keyboard)} > ").strip().lower()) not in names:
            self.tell(self.words.shown.fill("unknown", typed=typed))
        if names[typed] == "stop":
            raise Left
        return names[typed]


def describe_coverage(recordings: Recordings, lines: tuple[Utterance, ...], words: RecordingWords) -> str:
    """Say how many lines are recorded, and how to see what is left."""
    missing = len(recordings.list_missing(lines))
    told = words.shown.fill("coverage", done=len(lines) - missing, count=len(lines))
    return f"{told} {words.shown.fill('left')}" if missing else told
