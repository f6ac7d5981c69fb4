"""A rehearsal over a sound card made of software: volunteers on record speak when the kiosk has sounded its tone.

Run it as a program of its own, because PortAudio lists the sound cards once. Arguments: how much softer the volunteers are
than they were recorded (dB), then those of `ruggespraak`.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from tempfile import mkdtemp

from tests.helpers.acoustic_visit import say
from tests.helpers.speech import human, spoken
from voice.audio.loudness import amplify
from voice.audio.loudspeaker import Halted, SoundCardLoudspeaker, never
from voice.audio.pcm import Audio, cut
from voice.audio.tones import CUE
from voice.bench.rehearsal.measures import Prompt, Take
from voice.bench.rehearsal.session import Rehearsal
from voice.bench.rehearsal.wording import ORDERS
from voice.cli import main, rehearse

THINKING = 0.8
"""Seconds after the tone; the kiosk does not listen in the first 0.3."""
CLIPS = {"yes": human("society/mik-v-tak"), "no": cut(human("dump/sm-v-jine2"), 0, 0.6)}


class Volunteers(SoundCardLoudspeaker):
    """The kiosk's loudspeaker, and volunteers who answer its tone with the answer that was asked for."""

    softer = 0.0
    asked: str = ""
    kind: str = ""

    def play(self, audio: Audio, halted: Halted = never) -> float:
        played = super().play(audio, halted)
        if audio is CUE and Volunteers.kind not in ORDERS:
            threading.Timer(THINKING, say, [amplify(_record(Volunteers.kind, Volunteers.asked), -Volunteers.softer)]).start()
        return played


def _record(kind: str, text: str) -> Audio:
    return CLIPS[kind] if kind in CLIPS else spoken(text, Path(mkdtemp()))


class Noting(Rehearsal):
    """Lets the volunteers know what they are asked."""

    def _hear(self, prompt: Prompt) -> Take:
        Volunteers.kind, Volunteers.asked = prompt.kind, prompt.text
        return Rehearsal._hear(self, prompt)


if __name__ == "__main__":
    Volunteers.softer = float(sys.argv[1])
    rehearse.SoundCardLoudspeaker = Volunteers  # type: ignore[misc]
    rehearse.Rehearsal = Noting  # type: ignore[misc]
    sys.exit(main.main(sys.argv[2:]))
