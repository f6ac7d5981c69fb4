"""The room of a simulated patient: a microphone and a loudspeaker that take no time, and what is broken in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from threading import Event

from voice.audio.loudspeaker import Halted, never
from voice.audio.microphone import SETTLING_SECONDS
from voice.audio.pcm import LISTENING_RATE, Audio, blocks
from voice.audio.soundcard import CLOSING_SECONDS, OPENING_SECONDS, STALLED_SECONDS
from voice.audio.timed_calls import TimedCalls
from voice.audio.tones import CUE, NOD
from voice.audio.vad import BLOCK
from voice.base.errors import DeviceError
from voice.bench.rigs.fakes import QUIET
from voice.bench.rigs.simulated import THINKING, PlaybackPatient, SimulatedPatient

TONES = (len(CUE.pcm), len(NOD.pcm))
"""Bytes of what sounds and says nothing."""


@dataclass
class SimulatedRoom:
    """What patient and devices share.

    away: devices that are gone, and how many searches for each still fail.
    hurt: time.monotonic() of a fault after which no line was spoken yet; 0 if there is none.
    tender: a fault that counts from the patient's next word. recoveries: seconds from each fault to the next line.
    stopped_at, resumption: time.monotonic() of the fault until the visit goes on, and seconds until it did; below 0 before.
    leads_on: the next line is the own one of a question, or tells the outcome.
    hanging: the calls into a sound server that hangs, with the deadlines of a real one; None while it answers.
    """

    patient: SimulatedPatient | PlaybackPatient
    away: dict[str, int] = field(default_factory=dict)
    hurt: float = 0.0
    tender: bool = False
    recoveries: list[float] = field(default_factory=list)
    stopped_at: float = 0.0
    resumption: float = -1.0
    leads_on: bool = False
    lines: int = 0
    hanging: TimedCalls | None = None
    _server_answers: Event = field(default_factory=Event)
    _stalled: bool = False

    def enters(self, patient: SimulatedPatient | PlaybackPatient) -> None:
        """Let another patient come. Everything that was broken works again."""
        self.patient, self.away, self.hurt, self.tender = patient, {}, 0.0, False
        self.stopped_at, self.resumption, self.leads_on = 0.0, -1.0, False
        self.recoveries.clear()
        self._server_answers.set()
        self.hanging, self._stalled = None, False

    def hang(self) -> None:
        """Let the sound server hang until the next patient comes."""
        self.hanging, self._server_answers = TimedCalls(), Event()

    def breaks(self, tender: bool) -> None:
        """Note that something breaks now, or, if tender, when the patient speaks."""
        self.tender = tender
        self.hurt = self.stopped_at = 0.0 if tender else time.monotonic()

    def answered(self) -> None:
        """Note that the patient has spoken."""
        if self.tender:
            self.hurt = self.stopped_at = time.monotonic()
            self.tender = False

    def spoke(self) -> None:
        """Note that a line begins at the loudspeaker."""
        self.lines += 1
        self.recovers()
        if self.leads_on:
            self.goes_on()

    def recovers(self) -> None:
        """Note that the patient is told something again, by voice or by the page."""
        if self.hurt:
            self.recoveries.append(time.monotonic() - self.hurt)
            self.hurt = 0.0

    def goes_on(self) -> None:
        """Note that a question or the outcome reaches the patient."""
        self.leads_on = False
        if self.stopped_at:
            self.resumption, self.stopped_at = time.monotonic() - self.stopped_at, 0.0

    def check(self, device: str) -> None:
        """Raises DeviceError if the device has gone; its stream stalls before, if the server hangs."""
        if self.hanging and not self._stalled:
            self._stalled = True
            time.sleep(STALLED_SECONDS)
        if device in self.away or self.hanging:
            raise DeviceError(f"The simulated {device} has gone.", "Plug it in again.")

    def look_for(self, device: str) -> None:
        """Raises DeviceError until the device is back, or the server answers."""
        if self.hanging:
            self.hanging.make(device, OPENING_SECONDS, self._server_answers.wait)
        if self.away.get(device, 0) > 0:
            self.away[device] -= 1
            self.check(device)
        self.away.pop(device, None)

    def let_go(self, device: str) -> None:
        """Close the device; that waits for the server, too."""
        if self.hanging:
            self.hanging.owe(device, CLOSING_SECONDS, self._server_answers.wait)


class SimulatedMicrophone:
    """Hear the patient's next words, and then silence without end."""

    device = "simulated microphone"
    overflows, own_voice = 0, 0.0

    def __init__(self, room: SimulatedRoom) -> None:
        self._room = room

    def open(self) -> None:
        self._room.look_for("microphone")

    def blocks(self) -> Iterator[bytes]:
        sound = self._room.patient.sound()
        yield from self._hearing(repeat(QUIET, THINKING))
        if sound:
            self._room.answered()
        yield from self._hearing(blocks(Audio(sound, LISTENING_RATE), BLOCK))
        self._room.patient.arrive()
        yield from self._hearing(repeat(QUIET))

    def _hearing(self, sound: Iterator[bytes]) -> Iterator[bytes]:
        for block in sound:
            self._room.check("microphone")
            yield block

    def drain(self, settling: float = SETTLING_SECONDS) -> None: ...

    def rest(self) -> None: ...

    def close(self) -> None:
        self._room.let_go("microphone")


class SimulatedLoudspeaker:
    """Play in no time."""

    device = "simulated loudspeaker"

    def __init__(self, room: SimulatedRoom) -> None:
        self._room = room

    def open(self) -> None:
        self._room.look_for("loudspeaker")

    def play(self, audio: Audio, halted: Halted = never) -> float:
        self._room.check("loudspeaker")
        if len(audio.pcm) not in TONES:
            self._room.spoke()
        return 0.0 if halted() else audio.seconds

    def stop(self) -> None: ...

    def close(self) -> None:
        self._room.let_go("loudspeaker")
