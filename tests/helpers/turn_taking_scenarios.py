"""Let patients answer a kiosk that hears itself: early, late, in two parts, with a change of mind, softly, in a busy room,
and not at all.

Run as a program of its own on a virtual sound card. It prints what the kiosk understood for each way of answering.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np

from tests.helpers.speech import human
from tests.helpers.virtual_sound_card import ROOT
from voice.audio.pcm import Audio, cut, from_floats, join, read_audio, silence
from voice.base.console import print_json
from voice.bench.rigs.drill import OURS
from voice.bench.rigs.placed import QUIET, PlacedAnswer, measure_spoken
from voice.bench.rigs.turns import measure
from voice.bench.rigs.virtual import virtual_sound_card
from voice.setup.settings import Settings

YES = human("society/mik-v-tak")
NO = cut(human("dump/sm-v-jine2"), 0, 0.6)
ROOM = ("keys/rand-4-5", "cave/jes-v-nevim", "turtle/zel-m-nevim0", "dump/sm-v-jine2")


def set_level(decibels: float, sound: Audio) -> Audio:
    """Bring the sound to that level (dBFS)."""
    return from_floats(sound.floats / np.sqrt(np.mean(sound.floats**2)) * np.float32(10 ** (decibels / 20)), sound.rate)


def over_babble(sound: Audio, below: float) -> Audio:
    """Mix the sound with voices that are so much softer (dB)."""
    size = len(sound.samples)
    voices = sum(np.resize(np.trim_zeros(human(clip).floats), size) for clip in ROOM)
    babble = set_level(-25 - below, from_floats(voices / len(ROOM), sound.rate))
    return from_floats(set_level(-25, sound).floats + babble.floats, sound.rate)


def in_two_parts(pause: float) -> Audio:
    """Say "Ik heb het", and after a pause "niet gehoord"."""
    whole = read_audio(ROOT / "tests/recordings/synthetic/ik_heb_het_niet_gehoord.flac")
    return join([cut(whole, 0, 0.59), silence(pause), cut(whole, 0.59, whole.seconds)], whole.rate)


def place(audio: Audio, label: str, **when: float) -> PlacedAnswer:
    return PlacedAnswer(audio, measure_spoken(audio), label, **when)


WAYS = {
    "early": place(YES, "yes", thinking=0.3),
    "late": place(YES, "yes", thinking=2.2),
    "in two parts": place(in_two_parts(1.2), "repeat", pause=1.2),
    "no, and then yes": place(join([NO, silence(0.8), YES], YES.rate), "yes", pause=0.8),
    "softly": place(set_level(-40, YES), "yes"),
    "over babble": PlacedAnswer(over_babble(YES, 15), measure_spoken(YES), "yes"),  # the voices go on, the patient has finished
    "not at all": PlacedAnswer(QUIET, 0.0, "none"),
    "not at all again": PlacedAnswer(QUIET, 0.0, "none"),
}


def main() -> None:
    settings = replace(Settings(), microphone="kiosk_mic", loudspeaker="kiosk_speaker")
    with virtual_sound_card(leak=True) as card:
        os.environ.update(card.environment)
        turns = measure(OURS, card, [place(YES, "yes"), *WAYS.values()], "koorts", settings)
        for way, turn in zip(("as usual", *WAYS), turns, strict=True):
            told = {"meaning": str(turn.meaning), "certain": turn.answer.certain, "cut": turn.cut, "began": turn.began}
            print_json({"way": way, **told})


if __name__ == "__main__":
    main()
