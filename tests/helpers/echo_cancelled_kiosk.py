"""A kiosk that may be interrupted, with a microphone whose echo the sound server cancels.

Run it as a program of its own on such a virtual sound card: `python -m tests.helpers.echo_cancelled_kiosk`. The kiosk
speaks two lines to nobody, and then one while a patient begins to speak. It prints what happened, in seconds.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing

from tests.conftest import load_shipped
from tests.helpers.acoustic_visit import say
from tests.helpers.speech import human
from voice.audio.loudspeaker import Halted, SoundCardLoudspeaker
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.vad import SileroActivity
from voice.base.console import print_json, tell
from voice.bench.rigs.turns import SoundTap
from voice.kiosk.turns.bargein import detect_onset, speak_while_listening
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebook

TO_NOBODY, TALKED_OVER = ("welkom", "kennisgeving"), "kennisgeving"
"""Lines of the script."""
AFTER = 3.0
"""Seconds of the line after which the patient speaks."""


class InterruptibleVoice:
    """Loudspeaker and microphone, and when it was told to be silent."""

    def __init__(self, speaker: SoundCardLoudspeaker, microphone: SoundCardMicrophone) -> None:
        self._speaker, self._microphone = speaker, microphone
        self.hushed: list[float] = []

    def say(self, line: str) -> tuple[float, list[bytes] | None]:
        """Speak a line; return the share of it that was spoken, and the blocks that interrupted it, None if nothing did."""
        with open_phrasebook(Settings(), warn=tell) as book:
            audio = book.audio(load_shipped("nl-BE", "kort").line(line))
        played: list[float] = []

        def speak(halted: Halted) -> None:
            played.append(self._speaker.play(audio, halted))

        self._microphone.drain()
        blocks = self._microphone.blocks()
        begun = speak_while_listening(speak, self._hush, lambda over: detect_onset(blocks, SileroActivity(), over))
        return played[0] / audio.seconds, begun

    def _hush(self) -> None:
        self.hushed.append(time.monotonic())
        self._speaker.stop()


def main() -> None:
    with (
        closing(SoundTap("speaker_tap")) as tap,  # before the kiosk's own streams, which would take it for one that was moved
        closing(SoundCardLoudspeaker("kiosk_speaker")) as speaker,
        closing(SoundCardMicrophone("kiosk_mic", silence_limit=0.0)) as microphone,  # its canceller gates noise away
    ):
        voice = InterruptibleVoice(speaker, microphone)
        to_nobody = {line: voice.say(line)[0] for line in TO_NOBODY}
        threading.Timer(AFTER, say, [human("keys/rand-4-5")]).start()
        spoken, begun = voice.say(TALKED_OVER)
        time.sleep(0.5)
        silent = tap.last() - voice.hushed[0] if voice.hushed else 0.0
        print_json({"to_nobody": to_nobody, "spoken": spoken, "interrupted": bool(begun), "silent": silent})


if __name__ == "__main__":
    main()
