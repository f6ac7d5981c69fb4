"""Recording the practice's own voice, line by line: who reads is shown a line, reads it, and hears what is wrong with it.

A take ends by itself after a silence, so that no key is heard in it. Recorded at 16 kHz, as everything that the kiosk
hears: speech lies below 8 kHz, and what lies above is the first that old ears lose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from voice.audio.loudness import level, trim
from voice.audio.microphone import Microphone
from voice.audio.pcm import Audio
from voice.audio.segment import Ending, Limits, segment
from voice.audio.vad import Activity
from voice.speak.quality import find_recording_flaw
from voice.speak.recordings import Recordings
from voice.speak.utterance import Utterance

READING = Limits(nobody=10.0, pause=1.5, longest=60.0, pre_roll=0.5, post_roll=0.4)
"""Seconds: who reads aloud breathes between sentences, and the longest line takes half a minute."""
KEYSTROKE = 0.4
"""Seconds after the key that starts a take in which the microphone still hears it."""


class Key(Enum):
    """What the reader wants next, and the key for it; anything else is asked again."""

    GO_ON = ""
    AGAIN = "a"
    PLAY = "p"
    SKIP = "s"
    QUIT = "q"


class Quit(Exception):
    """The reader stops; what was recorded stays."""


@dataclass(frozen=True, slots=True)
class RecordingSession:
    """Leads somebody through lines.

    ask: shows a question and returns what was typed. tell: shows a line. play: plays a take and returns when it is over.
    """

    microphone: Microphone
    activity: Callable[[], Activity]
    recordings: Recordings
    ask: Callable[[str], str]
    tell: Callable[[str], None]
    play: Callable[[Audio], None]

    def lead(self, lines: Iterable[Utterance]) -> None:
        """Record one line after the other, until the last or until the reader stops.

        Raises DeviceError where the microphone fails, AudioError where a take cannot be stored.
        """
        wanted = list(lines)
        try:
            for number, line in enumerate(wanted, start=1):
                self.tell(f"\n{number}/{len(wanted)}  {line.id}\n\n    {line.text}\n")
                self._record(line)
        except Quit:
            return

    def _record(self, line: Utterance) -> None:
        if self._wish("Enter: record   s: skip   q: stop", Key.SKIP) is Key.SKIP:
            return
        while True:
            take = self._take(line)
            self.recordings.keep(line, take)
            wish = self._wish(
                f"Kept ({take.seconds:.1f} s).  Enter: next line   p: play   a: again   q: stop",
                Key.AGAIN,
                Key.PLAY,
            )
            while wish is Key.PLAY:
                self.play(level(take))
                wish = self._wish("Enter: next line   p: play   a: again   q: stop", Key.AGAIN, Key.PLAY)
            if wish is Key.GO_ON:
                return

    def _take(self, line: Utterance) -> Audio:
        """Listen until a take is good."""
        while True:
            self.tell("Read now ...")
            self.microphone.drain(KEYSTROKE)
            heard = segment(self.microphone.blocks(), self.activity(), READING)
            flaw = "empty: nobody was heard" if heard.ending is Ending.NOBODY else find_recording_flaw(heard.audio, line.text)
            if not flaw:
                return trim(heard.audio)
            self._wish(f"That came out {flaw}. {_remedy(flaw)}  Enter: once more   q: stop")

    def _wish(self, question: str, *others: Key) -> Key:
        """What the reader types, one of those that make sense here. Raises Quit."""
        allowed = {wish.value: wish for wish in (Key.GO_ON, Key.QUIT, *others)}
        while (typed := self.ask(f"{question}: ").strip().lower()) not in allowed:
            self.tell(f"'{typed}' is not a choice.")
        if allowed[typed] is Key.QUIT:
            raise Quit
        return allowed[typed]


def _remedy(flaw: str) -> str:
    """What the reader can do about it."""
    return next(remedy for word, remedy in _REMEDIES.items() if flaw.startswith(word))


_REMEDIES = {
    "silent": "Is the microphone on?",
    "empty": "Is the microphone on, and close enough?",
    "too short": "Read the whole line.",
    "too long": "Read only the line, and start as soon as you are told.",
    "too soft": "Come closer, or turn the microphone up.",
    "clipped": "Move back a little, or turn the microphone down.",
    "noisy": "Close the door, and come closer to the microphone.",
}


def describe_coverage(recordings: Recordings, lines: tuple[Utterance, ...]) -> str:
    """How far the practice's own voice reaches."""
    missing = len(recordings.missing(lines))
    rest = f"; {missing} are spoken by the next voice" if missing else ""
    return f"{len(lines) - missing} of {len(lines)} lines are recorded{rest}."
