"""Record the practice's own voice, line by line: show a line, record it, and say what is wrong with it.

A take ends by itself after a silence, so that no key is heard in it. The rate is 16 kHz, as for everything that the kiosk
hears: speech lies below 8 kHz, and what lies above is the first that old ears lose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from voice.audio.loudness import level, trim
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.pcm import Audio
from voice.audio.segment import Ending, Limits, segment
from voice.audio.vad import Activity
from voice.speak.quality import find_recording_flaw
from voice.speak.recordings import Recordings
from voice.speak.utterance import Utterance

READING = Limits(nobody=10.0, pause=1.5, longest=60.0, pre_roll=0.5, post_roll=0.4)
"""Seconds: a reader breathes between sentences, and the longest line takes half a minute."""
KEYSTROKE = 0.4
"""Seconds for which the microphone still hears the key that starts a take."""


class Quit(Exception):
    """The reader stops. What was recorded stays."""


@dataclass(frozen=True, slots=True)
class RecordingSession:
    """Leads a reader through lines.

    activity: makes a voice activity detector. ask: shows a question and returns what was typed. tell: shows a line.
    play: plays a take and returns at its end.
    """

    microphone: SoundCardMicrophone
    activity: Callable[[], Activity]
    recordings: Recordings
    ask: Callable[[str], str]
    tell: Callable[[str], None]
    play: Callable[[Audio], None]

    def lead(self, lines: Iterable[Utterance]) -> None:
        """Record the lines in order, until the last or until the reader stops.

        Raises DeviceError if the microphone fails, AudioError if a take cannot be stored.
        """
        wanted = list(lines)
        try:
            for number, line in enumerate(wanted, start=1):
                self.tell(f"\n{number}/{len(wanted)}  {line.id}\n\n    {line.text}\n")
                self._record(line)
        except Quit:
            return

    def _record(self, line: Utterance) -> None:
        if self._ask("Enter: record   s: skip   q: stop", "s") == "s":
            return
        while True:
            take = self._record_take(line)
            self.recordings.keep(line, take)
            choices = "Enter: next line   p: play   a: again   q: stop"
            key = self._ask(f"Kept ({take.seconds:.1f} s).  {choices}", "ap")
            while key == "p":
                self.play(level(take))
                key = self._ask(choices, "ap")
            if not key:
                return

    def _record_take(self, line: Utterance) -> Audio:
        """Listen until a take is good."""
        while True:
            self.tell("Read now ...")
            self.microphone.drain(KEYSTROKE)
            heard = segment(self.microphone.blocks(), self.activity(), READING)
            flaw = "empty: nobody was heard" if heard.ending is Ending.NOBODY else find_recording_flaw(heard.audio, line.text)
            if not flaw:
                return trim(heard.audio)
            remedy = next(remedy for word, remedy in _REMEDIES.items() if flaw.startswith(word))
            self._ask(f"That came out {flaw}. {remedy}  Enter: once more   q: stop")

    def _ask(self, question: str, keys: str = "") -> str:
        """Ask until the reader types one of the keys, q, or Enter alone, which is returned as "". Raises Quit for q."""
        while (typed := self.ask(f"{question}: ").strip().lower()) not in ("", "q", *keys):
            self.tell(f"'{typed}' is not a choice.")
        if typed == "q":
            raise Quit
        return typed


_REMEDIES = {
    "silent": "Is the microphone on?",
    "empty": "Is the microphone on, and close enough?",
    "too short": "Read the whole line.",
    "too long": "Read only the line, and start as soon as you are told.",
    "too soft": "Come closer, or turn the microphone up.",
    "clipped": "Move back a little, or turn the microphone down.",
    "noisy": "Close the door, and come closer to the microphone.",
}
"""What the reader can do about a flaw, by its first words."""


def describe_coverage(recordings: Recordings, lines: tuple[Utterance, ...]) -> str:
    """Say how many lines are recorded."""
    missing = len(recordings.list_missing(lines))
    rest = f"; {missing} are spoken by the next voice" if missing else ""
    return f"{len(lines) - missing} of {len(lines)} lines are recorded{rest}."
