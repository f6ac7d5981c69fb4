"""Audio as a value."""

import io
import os
import signal

import numpy as np
import pytest
import soundfile

from voice.audio import pcm
from voice.audio.loudness import (
    STEPS,
    amplify,
    level,
    measure_gated_loudness,
    measure_noise_floor,
    step_louder,
    step_softer,
    to_decibels,
    trim,
)
from voice.audio.loudspeaker import SilentLoudspeaker
from voice.audio.pcm import Audio, blocks, decode, encode, from_floats, join, read_audio, resample, silence, write_wav
from voice.audio.recorder import RecordedLoudspeaker, Recorder
from voice.base.errors import AudioError

N = 512


def tone(seconds: float = 1.0, amplitude: float = 0.5, rate: int = 16_000) -> Audio:
    return from_floats((amplitude * np.sin(np.arange(round(seconds * rate)) * 0.2)).astype(np.float32), rate)


@pytest.mark.parametrize(("samples", "count"), [(0, 0), (1, 1), (N - 1, 1), (N, 1), (N + 1, 2), (2 * N, 2)])
def test_blocks_lose_nothing_and_the_last_is_filled_up(samples, count):
    sound = Audio(b"\1\1" * samples, 16_000)
    cut = list(blocks(sound, N))
    assert [len(block) for block in cut] == [2 * N] * count
    assert b"".join(cut).startswith(sound.pcm)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_resampling_keeps_the_length_and_the_level(rate):
    there = resample(tone(), rate)
    assert there.rate == rate
    assert there.seconds == pytest.approx(1.0, abs=0.001)
    assert measure_gated_loudness(there) == pytest.approx(measure_gated_loudness(tone()), abs=0.3)


def test_joining_brings_everything_to_one_rate():
    assert join([tone(1, rate=8_000), silence(0.5), tone(1, rate=48_000)], 16_000).seconds == pytest.approx(2.5, abs=0.001)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg"])
def test_usual_formats_are_read_in_mono_at_the_rate_of_listening(tmp_path, name):
    soundfile.write(tmp_path / name, np.stack([tone(rate=44_100).floats] * 2, axis=1), 44_100)
    found = read_audio(tmp_path / name)
    assert (found.rate, round(found.seconds, 2)) == (16_000, 1.0)


def test_files_without_sound_are_refused_by_name(tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"RIFF but no more")
    write_wav(tmp_path / "empty.wav", silence(0))
    for name in ("absent.wav", "broken.wav", "empty.wav"):
        with pytest.raises(AudioError, match=name):
            read_audio(tmp_path / name)


def test_a_file_without_a_header_is_refused_in_words(tmp_path):
    (tmp_path / "x.raw").write_bytes(tone().pcm)
    with pytest.raises(AudioError, match="x.raw does not say its rate"):
        read_audio(tmp_path / "x.raw")


def test_channels_that_swing_against_each_other_are_not_mixed_into_silence(tmp_path):
    left = tone().floats
    soundfile.write(tmp_path / "a.wav", np.stack([left, -left], axis=1), 16_000)
    assert measure_gated_loudness(read_audio(tmp_path / "a.wav")) == pytest.approx(measure_gated_loudness(tone()), abs=0.1)


@pytest.mark.parametrize("quiet", [0.0, 0.5])
def test_channels_that_do_not_cancel_are_mixed_evenly(tmp_path, quiet):
    left = tone().floats
    soundfile.write(tmp_path / "a.wav", np.stack([left, quiet * left], axis=1), 16_000)
    mixed = read_audio(tmp_path / "a.wav").floats
    assert np.abs(mixed - left * (1 + quiet) / 2).max() < 0.001


def test_a_recording_whose_length_was_never_written_is_read_to_its_end(tmp_path):
    write_wav(tmp_path / "a.wav", tone())
    content = bytearray((tmp_path / "a.wav").read_bytes())
    content[40:44] = content[4:8] = bytes(4)
    (tmp_path / "a.wav").write_bytes(content)
    assert read_audio(tmp_path / "a.wav").pcm == tone().pcm


@pytest.mark.slow
def test_what_a_telephone_makes_is_converted_by_ffmpeg_or_refused_with_the_remedy(tmp_path, monkeypatch):
    """A stand-in for ffmpeg writes the sound that it was asked for, so that the test needs no ffmpeg."""
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x20ftypM4A ")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AudioError, match=r"a\.m4a cannot be read .* or install ffmpeg"):
        read_audio(tmp_path / "a.m4a")
    write_wav(tmp_path / "sound.wav", tone())
    (tmp_path / "ffmpeg").write_text(
        f'#!/bin/sh\ncase "$*" in *file:{tmp_path}/a.m4a*) exec /bin/cat {tmp_path}/sound.wav;; esac\n'
    )
    (tmp_path / "ffmpeg").chmod(0o755)
    assert read_audio(tmp_path / "a.m4a").pcm == tone().pcm


@pytest.mark.slow
def test_a_converter_that_fails_leaves_the_complaint_about_the_file(tmp_path, monkeypatch):
    (tmp_path / "a.webm").write_bytes(b"no sound")
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AudioError, match=r"a\.webm cannot be read"):
        read_audio(tmp_path / "a.webm")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(AudioError, match="nowhere"):
        write_wav(tmp_path / "nowhere" / "a.wav", tone())


@pytest.mark.parametrize("amplitude", [0.01, 0.1, 0.9])
def test_levelling_brings_every_sound_to_one_loudness(amplitude):
    assert measure_gated_loudness(level(tone(amplitude=amplitude))) == pytest.approx(-20, abs=0.1)


def test_levelling_never_exceeds_the_peak_limit():
    clicks = from_floats(np.where(np.arange(16_000) % 800 == 0, 0.9, 0.001).astype(np.float32), 16_000)
    assert to_decibels(float(np.abs(level(clicks).floats).max())) <= -0.99


def test_pauses_do_not_count_towards_loudness():
    with_pause = join([tone(), silence(3), tone()], 16_000)
    assert measure_gated_loudness(with_pause) == pytest.approx(measure_gated_loudness(tone()), abs=0.1)


def test_the_noise_floor_is_what_remains_between_words():
    hiss = from_floats((0.01 * np.random.default_rng(1).standard_normal(16_000)).astype(np.float32), 16_000)
    assert measure_noise_floor(join([tone(), hiss, tone()], 16_000)) == pytest.approx(-40, abs=1)
    assert measure_noise_floor(silence(0)) == -100


def test_trimming_cuts_the_edges_but_not_the_sound():
    assert trim(join([silence(1), tone(), silence(2)], 16_000)).seconds == pytest.approx(1.08, abs=0.01)
    assert trim(silence(1)) == silence(1)


def test_louder_is_louder_and_never_clips():
    loud = amplify(level(tone()), STEPS[-1])
    assert measure_gated_loudness(loud) == pytest.approx(-20 + STEPS[-1], abs=1)
    assert int(np.abs(amplify(tone(amplitude=0.99), 20).samples.astype(int)).max()) < 32767


def test_the_steps_of_loudness_end_at_both_ends():
    assert (step_louder(0.0), step_louder(STEPS[-1])) == (STEPS[2], STEPS[-1])
    assert (step_softer(0.0), step_softer(STEPS[0])) == (STEPS[0], STEPS[0])


def test_the_room_keeps_both_voices_one_after_the_other():
    recorder = Recorder()
    RecordedLoudspeaker(recorder, SilentLoudspeaker()).play(tone(1, rate=22_050))
    recorder.add(silence(0.3))
    recorder.add(tone(0.5, amplitude=0.1))
    mixed = recorder.mix()
    assert mixed.seconds == pytest.approx(1.8, abs=0.001)
    assert not mixed.samples[16_100:20_700].any()
    assert mixed.samples[20_900:].any()


class Interrupted(io.BytesIO):
    """A file in memory; Ctrl+C comes once while libsndfile reads or writes it."""

    pressed = False

    def press(self) -> None:
        if not self.pressed:
            self.pressed = True
            os.kill(os.getpid(), signal.SIGINT)

    def readinto(self, place: object) -> int:
        self.press()
        return super().readinto(place)

    def write(self, data: object) -> int:
        self.press()
        return super().write(data)


@pytest.mark.parametrize("form", ["WAV", "FLAC"])
def test_ctrl_c_is_not_lost_while_a_line_is_packed_or_unpacked(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    file = encode(tone(), form)
    monkeypatch.setattr(pcm.io, "BytesIO", Interrupted)
    for work in (lambda: decode(file), lambda: encode(tone(), form)):
        with pytest.raises(KeyboardInterrupt):
            work()
