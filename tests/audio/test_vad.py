"""The real vad tells speech from other sound."""

import os
import subprocess
import sys

import numpy as np
import pytest

from voice.audio.pcm import Audio, blocks, from_floats, join, resample, silence
from voice.audio.segment import Ending, segment
from voice.audio.vad import BLOCK, SileroActivity
from voice.base.errors import AudioError
from voice.base.process_memory import OVERWRITING
from voice.speak.engines.pyttsx3 import Pyttsx3
from voice.speak.utterance import Utterance


@pytest.fixture(scope="module")
def activity():
    return SileroActivity()


@pytest.fixture(scope="module")
def voice():
    speaker = Pyttsx3("nl")
    yield speaker
    speaker.close()


def heard(activity, sound: Audio):
    """Segment a sound between two silences."""
    whole = join([silence(1), resample(sound, 16_000), silence(1.5)], 16_000)
    return segment(blocks(whole, BLOCK), activity)


def noise(seconds: float, amplitude: float) -> Audio:
    rng = np.random.default_rng(1)
    return from_floats((amplitude * rng.standard_normal(round(16_000 * seconds))).astype(np.float32), 16_000)


def scaled(sound: Audio, gain: float) -> Audio:
    return from_floats(sound.floats * np.float32(10 ** (gain / 20)), sound.rate)


@pytest.mark.parametrize("samples", [0, 1, BLOCK - 1, BLOCK + 1, 2 * BLOCK])
def test_a_block_of_another_size_is_refused(activity, samples):
    with pytest.raises(AudioError, match="1024"):
        activity.probability(bytes(2 * samples))


@pytest.mark.parametrize(("samples", "expected"), [(0, 0), (1, 1), (BLOCK - 1, 1), (BLOCK, 1), (BLOCK + 1, 2), (2 * BLOCK, 2)])
def test_no_block_is_dropped(activity, samples, expected):
    assert len([activity.probability(block) for block in blocks(silence(samples / 16_000), BLOCK)]) == expected


@pytest.mark.slow
@pytest.mark.parametrize("text", ["Ja.", "Nee.", "Ik weet het niet.", "Een beetje."])
@pytest.mark.parametrize("gain", [0, -20])
def test_a_short_answer_is_heard_at_its_place(activity, voice, text, gain):
    found = heard(activity, scaled(voice.synthesize(Utterance("answer", text)), gain))
    assert found.ending is Ending.PAUSE
    assert found.onset == pytest.approx(1.0, abs=0.2)


@pytest.mark.slow
def test_a_short_answer_is_heard_in_noise(activity, voice):
    sound = resample(voice.synthesize(Utterance("answer", "Nee, dat niet.")), 16_000)
    noisy = from_floats(sound.floats + noise(sound.seconds, 0.01).floats, 16_000)
    assert heard(activity, noisy).ending is Ending.PAUSE


@pytest.mark.parametrize(
    "sound", [silence(2), noise(2, 0.003), noise(2, 0.1), noise(0.04, 0.5)], ids=["silence", "hiss", "roar", "click"]
)
def test_what_is_not_speech_is_nobody(activity, sound):
    assert heard(activity, sound).ending is Ending.NOBODY


def test_after_a_reset_the_past_has_no_influence(activity):
    sound = list(blocks(noise(0.5, 0.1), BLOCK))
    activity.reset()
    first = [activity.probability(block) for block in sound]
    activity.reset()
    assert [activity.probability(block) for block in sound] == first


@pytest.mark.slow
def test_listening_takes_one_thread_and_tells_no_other_program_to_do_the_same() -> None:
    """More threads would only wait for each other, which is most of what an idle kiosk costs."""
    listens = (
        "import os; from voice.audio.vad import BLOCK_BYTES, SileroActivity as Silero; threads = os.listdir('/proc/self/task'); "
        "Silero().probability(bytes(BLOCK_BYTES)); print(len(threads), len(os.listdir('/proc/self/task')), dict(os.environ))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OMP_THREAD_LIMIT"}
    told = subprocess.run([sys.executable, "-c", listens], env=environment, capture_output=True, text=True, check=True).stdout
    before, after, left = told.split(maxsplit=2)
    assert before == after
    assert "OMP_THREAD_LIMIT" not in left


@pytest.mark.slow
def test_where_freed_memory_is_overwritten_the_detector_takes_no_more_than_it_uses() -> None:
    """It reserves 83 MB and uses 3. glibc goes on filling what is freed afterwards."""
    program = (
        "import ctypes; from voice.audio.vad import SileroActivity; "
        "resident = lambda: int(open('/proc/self/statm').read().split()[1]) * 4096; before = resident(); one = SileroActivity(); "
        "taken = resident() - before; libc = ctypes.CDLL(None); libc.malloc.restype = libc.realloc.restype = ctypes.c_void_p; "
        "print(taken, ctypes.string_at(libc.malloc(ctypes.c_size_t(10_000)), 10_000) == bytes([170]) * 10_000)"
    )
    environment = os.environ | OVERWRITING
    told = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True).stdout
    taken, fills = told.split()
    assert int(taken) < 20_000_000
    assert fills == "True"
