"""The parts of an unattended kiosk while it runs, put together anew for each visit from whatever works."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field

from voice.audio.meter import Sound
from voice.audio.segment import Limits
from voice.audio.tones import GONG
from voice.audio.vad import Activity, SileroActivity
from voice.base.errors import DeviceError, ModelError
from voice.consultation import unattended
from voice.consultation.script import Script
from voice.consultation.visit import Outcome
from voice.kiosk.device_watch import NO_MICROPHONE, SoundCard
from voice.kiosk.private_mode import NoEar, PrivateEar, PrivateMode, PrivateMouth, ReadingMouth
from voice.kiosk.session import Session
from voice.kiosk.turns.microphone_ear import MicrophoneEar
from voice.kiosk.turns.mouth import Books, PhrasebookMouth
from voice.kiosk.turns.observer import Observer
from voice.kiosk.turns.ports import Capture, Ear, Mouth, Unmeasured
from voice.kiosk.turns.touch import Touches
from voice.kiosk.waiting import Bell, Door, StartWords
from voice.understand.fusion.hearing import Ears

MUTED = "quiet"
"""What the page says where the staff have silenced the kiosk."""


@dataclass(frozen=True, slots=True)
class Station:
    """sound: the devices. hearing, lines: used only as far as the devices allow.

    lacks: told the names of what does not work, for the page. reading: letters a second (`settings`).
    start: the words that begin a visit; none where only a touch does. heard: told how loud the room is between visits.
    executor, interruptible: as in `Session`. beat: called again and again by the loop, as long as it is alive.
    """

    script: Script
    sound: SoundCard
    hearing: Ears
    lines: Callable[[], Books]
    limits: Limits
    observer: Observer
    lacks: Callable[..., None]
    start: tuple[StartWords, ...]
    heard: Callable[[Sound], None]
    beat: Callable[[], None]
    executor: Executor
    reading: float = 11
    interruptible: bool = False
    activity: Callable[[], Activity] = SileroActivity
    touches: Touches = field(default_factory=Touches)
    private_mode: PrivateMode = field(default_factory=PrivateMode)
    bell: Bell = field(default_factory=Bell)

    def wait(self) -> bool:
        """Wait for a patient for a while; returns whether one has come. What is missing is looked for meanwhile."""
        self.sound.mend()
        self.show_lacks()
        try:
            come = self._door().wait()
        except (DeviceError, ModelError) as error:
            self.sound.failed(NO_MICROPHONE, error)
            return False
        self.bell.clear()
        return come

    def hold_visit(self) -> Outcome:
        """Hold one visit, in a session made anew, so that nothing of the visit before can be left in it."""
        return self.start_session().hold(self.script)

    def start_session(self) -> Session:
        return Session(
            mouth=PrivateMouth(self._aloud(), ReadingMouth(self.reading), self.private_mode, self.script, self.beat),
            ear=PrivateEar(self._ear(self.touches.wait), self.private_mode, self.beat),
            activity=self.activity,
            ears=self.hearing,
            limits=self.limits,
            observer=self.observer,
            touches=self.touches,
            executor=self.executor,
            reopen=self.sound.reopener(),
            talk=unattended,
            interruptible=self.interruptible,
            capture=self._capture(),
        )

    def say(self, line: str) -> None:
        """Speak a line outside of the consultation, where it can be heard, and have it shown."""
        self.observer.on_line(self.script.line(line))
        with suppress(DeviceError):  # what cannot be said here is shown
            if not self.private_mode.muted:
                self._aloud().speak(self.script.line(line))

    def sound_gong(self) -> None:
        """Call the staff by a sound, where there is a loudspeaker that works."""
        with suppress(DeviceError):
            for loudspeaker in self.sound.loudspeakers:
                loudspeaker.play(GONG)

    def hush(self) -> None:
        """Silence whatever is being said."""
        for loudspeaker in self.sound.loudspeakers:
            loudspeaker.stop()

    def show_lacks(self) -> None:
        self.lacks(*([MUTED] if self.private_mode.muted else self.sound.faults))

    def _door(self) -> Door:
        ear: Ear = self._ear(self.bell.wait) if self.start else NoEar(self.bell.wait)
        begins = self.start[0].heard if self.start else lambda audio: False
        return Door(self.bell, PrivateEar(ear, self.private_mode, self.beat), self.activity, self.heard, begins)

    def _ear(self, wait: Callable[[float], object]) -> Ear:
        for microphone in self.sound.microphones:
            return MicrophoneEar(microphone, self.limits.settling)
        return NoEar(wait)

    def _capture(self) -> Capture:
        for microphone in self.sound.microphones:
            return microphone
        return Unmeasured()

    def _aloud(self) -> Mouth:
        for loudspeaker in self.sound.loudspeakers:
            return PhrasebookMouth(self.lines(), loudspeaker)
        return ReadingMouth(self.reading)
