"""Measure and change the loudness of sound. Pure functions on Audio."""

from __future__ import annotations

import numpy as np

from voice.audio.pcm import Audio, from_floats

LOUDNESS = -20.0
"""Loudness (dBFS) of every line: the RMS of its gated frames, after ITU-R BS.1770 without the K filter."""
PEAK_LIMIT = -1.0
"""dBFS that no sample exceeds: a line with sharp peaks stays quieter, so that it is not distorted."""
FLOOR = 0.003
"""Share of full scale below which a sample is silence (-50 dBFS)."""
LIFTS = {"none": 0.0, "gentle": 5.0, "strong": 10.0}
"""Decibels by which the consonants are lifted for people who hear high tones badly."""
_LIFTED_HZ, _LIFTED_SHARE = (500, 1000, 4000, 8000), (0, 1, 1, 0)
STEPS = (-6.0, 0.0, 5.0, 9.0)
"""Decibels of "zachter", of the start, of "luider" and of "nog luider"."""
_KNEE, _TOP = 0.6, 0.97


def trim(audio: Audio, edge_seconds: float = 0.04) -> Audio:
    """Cut silence from both ends, except an edge, so that no consonant is lost. All silence is returned unchanged."""
    loud = np.flatnonzero(np.abs(audio.floats) > FLOOR)
    if not len(loud):
        return audio
    edge = round(edge_seconds * audio.rate)
    start, end = max(0, int(loud[0]) - edge), int(loud[-1]) + 1 + edge
    return Audio(audio.samples[start:end].tobytes(), audio.rate)


def level(audio: Audio) -> Audio:
    """Bring the sound to LOUDNESS, or as near to it as PEAK_LIMIT allows."""
    if not np.any(audio.samples):
        return audio
    peak = to_decibels(float(np.abs(audio.floats).max()))
    gain = min(LOUDNESS - measure_gated_loudness(audio), PEAK_LIMIT - peak)
    return from_floats(audio.floats * np.float32(10 ** (gain / 20)), audio.rate)


def lift_consonants(audio: Audio, gain: float) -> Audio:
    """Make 1 to 4 kHz, where consonants differ, `gain` decibels louder. The gain fades out over an octave on each side."""
    if gain == 0 or not audio.pcm:
        return audio
    hertz = np.fft.rfftfreq(len(audio.samples), 1 / audio.rate)
    share = np.interp(np.log2(np.maximum(hertz, 1)), np.log2(_LIFTED_HZ), _LIFTED_SHARE)
    spectrum = np.fft.rfft(audio.floats) * 10 ** (gain * share / 20)
    return from_floats(np.fft.irfft(spectrum, len(audio.samples)).astype(np.float32), audio.rate)


def measure_gated_loudness(audio: Audio) -> float:
    """Return the RMS (dBFS) of the frames (0.1 s) above -70 dBFS and within 10 dB of their mean: pauses do not count."""
    size = round(0.1 * audio.rate)
    padded = np.pad(audio.floats, (0, -len(audio.samples) % size))
    power = np.mean(padded.reshape(-1, size) ** 2, axis=1)
    power = power[power > 10**-7]
    if not len(power):
        return -100.0
    return 10 * float(np.log10(power[power >= power.mean() / 10].mean()))


def measure_noise_floor(audio: Audio) -> float:
    """Return the loudness (dBFS) while nobody speaks: the softest tenth of the frames (0.03 s)."""
    size = round(0.03 * audio.rate)
    whole = audio.floats[: len(audio.samples) // size * size].reshape(-1, size)
    if not len(whole):
        return -100.0
    return to_decibels(float(np.sqrt(np.percentile(np.mean(whole**2, axis=1), 10))))


def to_decibels(amplitude: float) -> float:
    """Convert an amplitude (1 is full scale) to dBFS; -100 for silence."""
    return 20 * float(np.log10(max(amplitude, 1e-5)))


def amplify(audio: Audio, gain: float) -> Audio:
    """Make the sound `gain` decibels louder. Peaks above 0.6 of full scale are rounded off, so they do not clip."""
    if gain == 0:
        return audio
    samples = audio.floats * np.float32(10 ** (gain / 20))
    size = np.abs(samples)
    bent = _KNEE + (_TOP - _KNEE) * np.tanh((size - _KNEE) / (_TOP - _KNEE))
    return from_floats(np.where(size > _KNEE, np.sign(samples) * bent, samples), audio.rate)


def step_louder(gain: float) -> float:
    """Return the next step up from a gain in decibels; the last step stays."""
    return next((step for step in STEPS if step > gain), STEPS[-1])


def step_softer(gain: float) -> float:
    """Return the next step down from a gain in decibels; the first step stays."""
    return next((step for step in reversed(STEPS) if step < gain), STEPS[0])


def measure_loudness(block: bytes) -> float:
    """Return the RMS of a block (mono, 16 bit) in dBFS; -100 for silence."""
    samples = np.frombuffer(block, "<i2").astype(np.float32) / 32768
    return to_decibels(float(np.sqrt(np.mean(samples**2)))) if len(samples) else -100.0
