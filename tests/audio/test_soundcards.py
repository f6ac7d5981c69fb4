"""Loudspeaker and microphone, over a sound card made of software."""

import json
import subprocess
import sys
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from tests.helpers.claims import read_claimed
from tests.helpers.virtual_sound_card import VirtualSoundCard, run, virtual_sound_card
from voice.audio import soundcard
from voice.audio.microphone import play_clip
from voice.audio.pcm import Audio, from_floats, silence
from voice.audio.vad import BLOCK_BYTES
from voice.base.errors import DeviceError

pytestmark = pytest.mark.slow

# What every program below begins with: a tap on the loudspeaker that notes when it heard what, and a tone.
PRELUDE = """
import json, threading, time
import numpy as np
from voice.audio.pcm import from_floats, silence, join
from voice.base.errors import DeviceError
from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.soundcard import load_library, find

def tone(seconds, frequency=440):
    phase = np.arange(round(seconds * 22050)) * 2 * np.pi * frequency / 22050
    return from_floats((0.5 * np.sin(phase)).astype(np.float32), 22050)

class Tap:
    def __init__(self):
        self.heard = []
        self.stream = load_library().RawInputStream(device=find("speaker_tap", "input").index, samplerate=48000,
            channels=1, dtype="int16", blocksize=480, callback=self.note)
        self.stream.start()
    def note(self, data, frames, clock, status):
        self.heard.append((time.monotonic(), np.frombuffer(bytes(data), np.int16)))
    @property
    def samples(self):
        return np.concatenate([samples for _, samples in self.heard])
    def loud(self, since=0):
        return [at for at, samples in self.heard if at >= since and abs(samples).max() > 300]

def spectrum_peak(samples, rate):
    return float(np.argmax(abs(np.fft.rfft(samples))) * rate / len(samples))

def voiced(samples, rate):
    loud = np.flatnonzero(abs(samples.astype(int)) > 300)
    return (int(loud[-1]) - int(loud[0]) + 1) / rate if len(loud) else 0.0

def listen(microphone, seconds):
    blocks = microphone.blocks()
    return np.frombuffer(b"".join(next(blocks) for _ in range(round(seconds / 0.032))), np.int16)

def failure(act):
    begun = time.monotonic()
    try:
        act()
    except DeviceError as error:
        return {"error": str(error), "after": time.monotonic() - begun}
    return {"error": "", "after": time.monotonic() - begun}

def tell(**found):
    print(json.dumps(found), flush=True)
"""


@pytest.fixture(scope="module")
def card():
    with virtual_sound_card() as running:
        yield running


@pytest.fixture
def own_card():
    """A card that the test may break."""
    with virtual_sound_card() as running:
        yield running


def found(card: VirtualSoundCard, program: str) -> dict:
    """What the program tells."""
    done = run(card, "-c", PRELUDE + program)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_sound_card_plays_a_tone_into_the_tap(card):
    result = found(
        card,
        """
tap, speaker = Tap(), SoundCardLoudspeaker("kiosk_speaker")
played = speaker.play(tone(1.0))
time.sleep(0.1)
tell(played=played, voiced=voiced(tap.samples, 48000), peak=spectrum_peak(tap.samples, 48000))
""",
    )
    assert result["peak"] == pytest.approx(440, abs=1)
    assert result["played"] == pytest.approx(1.0, abs=0.001)


def test_nothing_of_the_first_word_is_lost_after_idling(card):
    result = found(
        card,
        """
tap, speaker = Tap(), SoundCardLoudspeaker("kiosk_speaker")
time.sleep(1.5)
speaker.play(tone(0.5))
time.sleep(0.1)
tell(voiced=voiced(tap.samples, 48000))
""",
    )
    assert result["voiced"] == pytest.approx(0.5, abs=0.005)


def test_playing_returns_when_the_last_sample_has_been_heard(card):
    result = found(
        card,
        """
tap, speaker = Tap(), SoundCardLoudspeaker("kiosk_speaker")
speaker.play(tone(0.5))
returned = time.monotonic()
time.sleep(0.2)
tell(late=returned - tap.loud()[-1])
""",
    )
    assert -0.06 < result["late"] < 0.15


def test_stopping_from_another_thread_silences_within_150_ms(card):
    result = found(
        card,
        """
tap, speaker = Tap(), SoundCardLoudspeaker("kiosk_speaker")
stopped = []
def stop():
    stopped.append(time.monotonic())
    speaker.stop()
threading.Timer(0.6, stop).start()
played = speaker.play(tone(5.0))
time.sleep(0.2)
again = speaker.play(tone(0.3))
tell(silent=max(at for at in tap.loud() if at < stopped[0] + 0.2) - stopped[0], played=played, again=again)
""",
    )
    ((most,),) = read_claimed("test_stopping_from_another_thread_silences_within_150_ms")
    assert result["silent"] < int(most) / 1000
    assert 0.2 < result["played"] < 1.5
    assert result["again"] == pytest.approx(0.3, abs=0.001)


def test_stopping_while_nothing_plays_does_not_cut_the_next_line(card):
    result = found(
        card,
        """
speaker = SoundCardLoudspeaker("kiosk_speaker")
speaker.play(tone(0.1))
speaker.stop()
tell(played=speaker.play(tone(0.5)))
""",
    )
    assert result["played"] == pytest.approx(0.5, abs=0.001)


def test_a_line_asks_again_and_again_whether_it_is_halted(card):
    result = found(
        card,
        """
speaker, asked = SoundCardLoudspeaker("kiosk_speaker"), []
played = speaker.play(tone(5.0), lambda: asked.append(True) or len(asked) > 4)
tell(played=played, asked=len(asked))
""",
    )
    assert result["asked"] >= 5
    assert result["played"] < 3


def test_a_gong_from_another_thread_waits_for_the_line_and_both_are_heard(card):
    result = found(
        card,
        """
tap, speaker, played = Tap(), SoundCardLoudspeaker("kiosk_speaker"), []
other = threading.Timer(0.2, lambda: played.append(speaker.play(tone(0.4))))
other.start()
played.append(speaker.play(tone(0.6)))
other.join()
time.sleep(0.2)
tell(played=played, voiced=voiced(tap.samples, 48000))
""",
    )
    assert result["played"] == [pytest.approx(0.6, abs=0.001), pytest.approx(0.4, abs=0.001)]
    assert result["voiced"] > 0.99


def test_a_line_that_is_halted_before_it_begins_is_not_heard(card):
    result = found(
        card,
        """
tap, speaker = Tap(), SoundCardLoudspeaker("kiosk_speaker")
played = speaker.play(tone(5.0), lambda: True)
time.sleep(0.2)
tell(played=played, voiced=voiced(tap.samples, 48000))
""",
    )
    assert result["played"] < 0.03
    assert result["voiced"] < 0.03


def test_the_microphone_hears_the_patient_while_the_kiosk_is_silent(card):
    result = found(
        card,
        """
microphone, patient = SoundCardMicrophone("kiosk_mic"), SoundCardLoudspeaker("patient_voice")
microphone.drain()
threading.Timer(0.4, patient.play, [tone(1.0, 1000)]).start()
heard = listen(microphone, 2.0)
tell(voiced=voiced(heard, 16000), peak=spectrum_peak(heard, 16000), overflows=microphone.overflows)
""",
    )
    assert result["voiced"] == pytest.approx(1.0, abs=0.01)
    assert result["peak"] == pytest.approx(1000, abs=2)
    assert result["overflows"] == 0


def test_what_was_captured_while_the_kiosk_spoke_is_drained_with_the_settling_time(card):
    result = found(
        card,
        """
microphone, patient = SoundCardMicrophone("kiosk_mic"), SoundCardLoudspeaker("patient_voice")
patient.play(tone(0.8))
microphone.drain(0.3)
tell(voiced=voiced(listen(microphone, 0.5), 16000))
""",
    )
    assert result["voiced"] == 0


def test_a_microphone_that_rests_holds_nothing_of_what_was_said_and_hears_again_once_it_is_drained(card):
    result = found(
        card,
        """
microphone, patient = SoundCardMicrophone("kiosk_mic"), SoundCardLoudspeaker("patient_voice")
patient.play(tone(0.3))
before = microphone._captured.qsize()
microphone.rest()
patient.play(tone(0.3))
held = microphone._captured.qsize()
microphone.drain(0)
patient.play(tone(0.5))
tell(before=before, held=held, voiced=voiced(listen(microphone, 0.4), 16000))
""",
    )
    assert result["before"] > 5
    assert result["held"] == 0
    assert result["voiced"] > 0


def test_what_is_drained_tells_how_loud_we_sound_in_our_own_microphone(card):
    result = found(
        card,
        """
microphone, patient = SoundCardMicrophone("kiosk_mic"), SoundCardLoudspeaker("patient_voice")
before = microphone.own_voice
patient.play(tone(1.0))
microphone.drain()
loud = microphone.own_voice
listen(microphone, 0.3)
microphone.drain()
tell(before=before, loud=loud, after=microphone.own_voice)
""",
    )
    assert result["before"] == 0
    assert result["loud"] == result["after"] == pytest.approx(-9, abs=0.5)


def test_sound_that_portaudio_had_no_time_for_is_counted(card):
    result = found(
        card,
        """
import sounddevice
microphone = SoundCardMicrophone("kiosk_mic")
late, in_time = sounddevice.CallbackFlags(2), sounddevice.CallbackFlags()
for status in (late, in_time, late):
    microphone._capture(bytes(1024), 512, None, status)
tell(overflows=microphone.overflows, flag=late.input_overflow)
""",
    )
    assert result == {"overflows": 2, "flag": True}


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_cards_that_know_only_one_rate_are_resampled(card, rate):
    result = found(
        card,
        f"""
from voice.audio import microphone as module
module._rate = lambda device: {rate}
microphone, patient = SoundCardMicrophone("kiosk_mic"), SoundCardLoudspeaker("patient_voice")
microphone.drain()
threading.Timer(0.3, patient.play, [tone(1.0, 1000)]).start()
heard = listen(microphone, 1.8)
tell(voiced=voiced(heard, 16000), peak=spectrum_peak(heard, 16000))
""",
    )
    assert result["voiced"] == pytest.approx(1.0, abs=0.02)
    assert result["peak"] == pytest.approx(1000, abs=2)


def test_devices_are_found_by_a_part_of_their_name_and_missed_by_name(card):
    result = found(
        card,
        """
tell(part=SoundCardMicrophone("OSK_MI").device, **failure(lambda: SoundCardMicrophone("studio")))
""",
    )
    assert result["part"] == "kiosk_mic"
    assert "No microphone named 'studio'" in result["error"]
    assert "kiosk_mic" in result["error"]


def test_the_kiosks_own_output_is_refused_as_a_microphone(own_card):
    own_card.pactl("set-default-source", "kiosk_out.monitor")
    result = found(own_card, "tell(**failure(lambda: SoundCardMicrophone()))")
    assert "own output" in result["error"]


def test_a_server_that_dies_in_mid_sentence_is_noticed_by_both_within_2_s(own_card):
    result = found(
        own_card,
        f"""
import os, signal
speaker, microphone = SoundCardLoudspeaker("kiosk_speaker"), SoundCardMicrophone("kiosk_mic")
threading.Timer(0.5, os.kill, [{own_card.server}, signal.SIGTERM]).start()
playing = failure(lambda: speaker.play(tone(6)))
hearing = failure(lambda: listen(microphone, 6))
tell(playing=playing, hearing=hearing, next=failure(lambda: speaker.play(tone(1))))
speaker.close()
microphone.close()
""",
    )
    for what in ("playing", "hearing", "next"):
        assert "has gone" in result[what]["error"]
        assert result[what]["after"] < 2.5


def test_a_microphone_that_is_taken_away_is_noticed_within_2_s(own_card):
    result = found(
        own_card,
        """
import subprocess
microphone = SoundCardMicrophone("kiosk_mic")
listen(microphone, 0.3)
subprocess.run(["pactl", "unload-module", "module-remap-source"], check=True)
tell(**failure(lambda: listen(microphone, 6)))
""",
    )
    assert "Microphone kiosk_mic" in result["error"]
    ((most,),) = read_claimed("test_a_microphone_that_is_taken_away_is_noticed_within_2_s")
    assert result["after"] < int(most)


def test_a_loudspeaker_that_is_moved_is_noticed_on_a_machine_that_speaks_dutch(own_card, tmp_path):
    """The real tool, in the Dutch of Belgium: the locale is made here, for a machine may lack it."""
    subprocess.run(["localedef", "-i", "nl_BE", "-f", "UTF-8", "--no-archive", str(tmp_path / "nl_BE.UTF-8")], check=True)
    dutch = {"LOCPATH": str(tmp_path), "LC_ALL": "nl_BE.UTF-8", "LANG": "nl_BE.UTF-8", "LANGUAGE": "nl"}
    in_dutch = replace(own_card, environment=own_card.environment | dutch)
    assert "Servernaam" in in_dutch.pactl("info")
    result = found(
        in_dutch,
        """
import subprocess
subprocess.run(["pactl", "load-module", "module-null-sink", "sink_name=hdmi", "norewinds=1"], check=True, stdout=-3)
def move():
    streams = subprocess.run(["pactl", "list", "short", "sink-inputs"], capture_output=True, text=True, check=True).stdout
    subprocess.run(["pactl", "move-sink-input", streams.splitlines()[-1].split()[0], "hdmi"], check=True)
speaker = SoundCardLoudspeaker("kiosk_speaker")
threading.Timer(0.7, move).start()
tell(**failure(lambda: speaker.play(tone(6))))
""",
    )
    assert "kiosk_speaker" in result["error"]
    assert result["after"] < 4


def test_a_muted_microphone_is_noticed_unless_its_silence_is_expected(own_card):
    own_card.pactl("set-source-mute", "mic", "1")
    result = found(
        own_card,
        """
expected = failure(lambda: listen(SoundCardMicrophone("kiosk_mic", silence_limit=0), 1.7))
tell(expected=expected, **failure(lambda: listen(SoundCardMicrophone("kiosk_mic"), 6)))
""",
    )
    assert result["expected"]["error"] == ""
    assert "digital silence" in result["error"]
    assert result["after"] < 2.3


class NoDevices:
    """sounddevice on a machine without any sound card, as measured with its release 0.5.6."""

    class PortAudioError(Exception): ...

    def query_devices(self, kind=""):
        if kind:
            raise self.PortAudioError("Error querying device -1")
        return []


@pytest.mark.parametrize(("kind", "called"), [("output", "loudspeaker"), ("input", "microphone")])
def test_a_machine_without_sound_devices_is_told_what_to_do(monkeypatch, kind, called):
    monkeypatch.setattr(soundcard, "load_library", NoDevices)
    with pytest.raises(DeviceError, match=f"No {called} found. Plug one in"):
        soundcard.find("", kind)
    with pytest.raises(DeviceError, match=f"No {called} named 'usb'"):
        soundcard.find("usb", kind)


def test_without_portaudio_the_remedy_is_named(monkeypatch):
    class Missing:
        def find_spec(self, name, *_):
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(DeviceError, match="libportaudio2"):
        soundcard.load_library()


def test_a_recorded_patient_thinks_speaks_the_clip_and_is_silent_afterwards():
    clip = from_floats(np.full(512, 0.5, np.float32), 16_000)
    for said, expected in ((clip, True), (silence(0), False), (clip, True)):
        taken = list(islice(play_clip(said, lead=0.064), 6))
        assert [any(block) for block in taken] == [False, False, expected, False, False, False]
        assert {len(block) for block in taken} == {BLOCK_BYTES}


@pytest.mark.parametrize(("samples", "loud"), [(0, 0), (1, 1), (511, 1), (512, 1), (513, 2), (1024, 2)])
def test_a_recorded_clip_is_heard_to_its_last_sample(samples, loud):
    blocks = play_clip(Audio(b"\1\1" * samples, 16_000), lead=0)
    assert sum(any(next(blocks)) for _ in range(5)) == loud


def test_check_tells_how_loud_the_room_is_and_plays_the_cue(card):
    result = found(
        card,
        """
from dataclasses import replace
from voice.cli import self_test
from voice.setup.settings import Settings
tap, settings = Tap(), replace(Settings(), microphone="kiosk_mic", loudspeaker="kiosk_speaker")
heard = next(values for _, values in self_test._check_microphone(settings))
next(self_test._check_loudspeaker(settings))  # then it plays a probe, which this card's microphone does not hear
time.sleep(0.1)
tell(heard=heard, voiced=voiced(tap.samples, 48000))
""",
    )
    assert result["heard"]["device"] == "kiosk_mic"
    assert -90 < result["heard"]["floor"] <= -80
    assert 0.1 < result["voiced"] < 0.15


def test_check_finds_fault_with_a_room_that_is_loud(own_card):
    own_card.pactl("set-sink-input-volume", "0", "50000")
    result = found(
        own_card,
        """
from dataclasses import replace
from voice.cli import self_test
from voice.setup.settings import Settings
tell(**failure(lambda: list(self_test._check_microphone(replace(Settings(), microphone="kiosk_mic")))))
""",
    )
    assert "is loud" in result["error"]


def pulled(card: VirtualSoundCard, what: str) -> dict:
    done = run(card, "-m", "tests.helpers.unplugged_devices", what, str(card.folder / "answer.wav"), timeout=90)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("what", ["microphone", "loudspeaker"])
def test_a_device_taken_away_in_mid_sentence_is_noticed_and_the_visit_goes_on_when_it_is_back(own_card, what):
    happened = pulled(own_card, what)
    assert happened["fault"] - happened["pulled"] < 2.0
    assert happened["returning"] < happened["recovered"] < happened["back"] + 3.0
    assert happened["recovered"] < happened["turned"]
    assert happened["level"] == "stopped"
    assert ("ik_hoor_niets" in happened["spoken"]) is (what == "microphone")
    assert happened["spoken"].count("duur.vraag") == (2 if what == "microphone" else 1)
