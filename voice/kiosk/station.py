"""Runs an unattended kiosk: waits for a patient, and puts a session together for each visit from the parts that work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from voice.audio.meter import Metered, Sound
from voice.audio.microphone import Capture
from voice.audio.pcm import Audio
from voice.audio.segment import Limits
from voice.audio.tones import GONG
from voice.audio.vad import Activity, SileroActivity
from voice.base.errors import DeviceError, ModelError, Trouble
from voice.consultation import unattended
from voice.consultation.script import Script
from voice.kiosk.controls import Controls
from voice.kiosk.device_watch import NO_MICROPHONE, DeviceWatch
from voice.kiosk.private_mode import NOTHING_SECONDS, PrivateEar, PrivateMouth, ReadingMouth, listen_to_nothing
from voice.kiosk.safety_net import SafetyNet
from voice.kiosk.session import Conclusion, Session
from voice.kiosk.turns.microphone_ear import listen_anew
from voice.kiosk.turns.mouth import Books, PhrasebookMouth
from voice.kiosk.turns.observer import Observer
from voice.kiosk.turns.ports import Mouth
from voice.kiosk.waiting import StartWords, wait_for_patient
from voice.understand.fusion.hearing import Ears

THINKING_SECONDS = 60
"""Longer than any engine takes that is started again, in seconds."""

MENDING_SECONDS = 10.0
"""How often a microphone that is missing is looked for between visits."""

MUTED = "quiet"
"""What the page says while the staff have silenced the kiosk."""


@dataclass(frozen=True, slots=True)
class KioskParts:
    """What a kiosk hears and speaks with.

    sound: the devices. hearing, lines: used only if there is a device for them. executor: where answers are recognised.
    voice_trouble: what the staff should know of the voice; None if it is good.
    """

    sound: DeviceWatch
    hearing: Ears
    lines: Callable[[], Books]
    executor: Executor
    voice_trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A kiosk while it runs, from visit to visit.

    show_notes: shows on the page the names of what does not work.
    on_level: receives the level of the room between visits.
    beat: called again and again by the loop, as long as it is alive.
    start_words: the words that begin a visit; None if only a touch does.
    reading: letters a second, for a line that is shown and not spoken.
    interruptible, second_thought, digest: as in `Session`.
    """

    script: Script
    parts: KioskParts
    controls: Controls
    limits: Limits
    observer: Observer
    show_notes: Callable[..., None]
    on_level: Callable[[Sound], None]
    beat: Callable[[], None]
    start_words: StartWords | None = None
    reading: float = 11
    interruptible: bool = False
    second_thought: float = 0.0
    digest: float = 0.0
    activity: Callable[[], Activity] = SileroActivity

    def wait(self) -> bool:
        """Wait for a patient for a while; return whether one has come. Look for missing devices first.

        After an error that nobody expected, a touch alone begins a visit for so long.
        """
        come, sound = False, self.parts.sound
        with SafetyNet(self.observer) as net:
            sound.mend()
            self._rest()
            self.show_lacks()
            try:
                come = self._wait_for_patient()
            except (DeviceError, ModelError) as error:
                sound.mark_failed(NO_MICROPHONE, error)
                return False
        come = self.controls.start.wait(MENDING_SECONDS) if net.error else come
        self.controls.start.clear()
        return come

    def hold_visit(self) -> Conclusion:
        """Hold one visit, in a session made anew, so that nothing of the visit before can be left in it.

        If none can be made, the visit ends at once with the staff.
        """
        try:
            with SafetyNet(self.observer):
                if microphone := self.parts.sound.microphone:
                    microphone.drain(self.limits.settling)
                return self.start_session().conclude(self._choose_script())
            return self._break_off()
        finally:
            with SafetyNet(self.observer):
                self._rest()

    def _break_off(self) -> Conclusion:
        """End a visit for which no session could be made; what cannot be spoken can be read."""
        mouth: Mouth = ReadingMouth(self.reading)
        with SafetyNet(self.observer):
            mouth = self._choose_mouth()
        return self._make_session(mouth, self.activity).break_off(self._choose_script())

    def _choose_script(self) -> Script:
        reading = self.controls.private_mode.muted or self.parts.sound.loudspeaker is None
        return unattended.write_for_reading(self.script) if reading else self.script

    def _rest(self) -> None:
        """Hold no sound of the room while nobody listens to it."""
        if microphone := self.parts.sound.microphone:
            microphone.rest()

    def start_session(self) -> Session:
        detector = self.activity()
        return self._make_session(self._choose_mouth(), lambda: detector)

    def _make_session(self, mouth: Mouth, activity: Callable[[], Activity]) -> Session:
        sound, touches, mode = self.parts.sound, self.controls.touches, self.controls.private_mode
        return Session(
            mouth=PrivateMouth(mouth, ReadingMouth(self.reading), mode, self.script, self.beat),
            ear=PrivateEar(partial(self._listen, touches.wait), mode, self.beat).blocks,
            activity=activity,
            ears=self.parts.hearing,
            limits=self.limits,
            observer=self.observer,
            touches=touches,
            executor=self.parts.executor,
            reopen=self._make_reopener(),
            talk=unattended,
            interruptible=self.interruptible,
            overhears=True,
            capture=sound.microphone or Capture(),
            beat=self.beat_in_visit,
            second_thought=self.second_thought,
            digest=self.digest,
        )

    def _make_reopener(self) -> Callable[[], None]:
        reopen = self.parts.sound.make_reopener()

        def reopen_alive() -> None:
            self.beat_in_visit()
            reopen()

        return reopen_alive

    def beat_in_visit(self) -> None:
        """Show that the loop is alive. Raises Abandoned if the staff have ended the visit, also while nothing is heard."""
        self.beat()
        self.controls.private_mode.heed()

    def say(self, line: str) -> None:
        """Speak a line outside of the consultation, if it can be heard. What it says stands on the page in other words."""
        loudspeaker = self.parts.sound.loudspeaker
        with suppress(DeviceError):
            if loudspeaker and not self.controls.private_mode.muted:
                PhrasebookMouth(self.parts.lines(), loudspeaker).speak(self.script.line(line), self._beat_to_the_end)

    def sound_gong(self) -> None:
        """Call the staff by a sound, if there is a loudspeaker that works."""
        with suppress(DeviceError):
            if loudspeaker := self.parts.sound.loudspeaker:
                loudspeaker.play(GONG)

    def hush(self) -> None:
        """Silence whatever is being said."""
        if loudspeaker := self.parts.sound.loudspeaker:
            loudspeaker.stop()

    def _beat_to_the_end(self) -> bool:
        self.beat()
        return False

    def show_lacks(self) -> None:
        self.show_notes(*([MUTED] if self.controls.private_mode.muted else self.parts.sound.faults))

    def _wait_for_patient(self) -> bool:
        start, words = self.controls.start, self.start_words
        listen = partial(self._listen if words else listen_to_nothing, start.wait)
        ear = PrivateEar(listen, self.controls.private_mode, self.beat)
        blocks = ear.blocks_between_visits()
        if self.parts.sound.microphone is None:
            blocks = islice(blocks, round(MENDING_SECONDS / NOTHING_SECONDS))
        begins = partial(self._are_in, words) if words else lambda audio: False
        return wait_for_patient(start, blocks, Metered(self.activity(), self.on_level), begins)

    def _are_in(self, words: StartWords, audio: Audio) -> bool:
        """Whether a start word is in the sound. The loop counts as alive for so long as engines may take, and no longer."""
        asked = self.parts.executor.submit(words.are_in, audio)
        for _ in range(THINKING_SECONDS):
            if wait((asked,), 1.0).done:
                break
            self.beat()
        return asked.result()

    def _listen(self, wait: Callable[[float], object]) -> Iterator[bytes]:
        """Open the blocks of the microphone; of silence if there is none."""
        microphone = self.parts.sound.microphone
        return listen_anew(microphone, self.limits.settling) if microphone else listen_to_nothing(wait)

    def _choose_mouth(self) -> Mouth:
        loudspeaker = self.parts.sound.loudspeaker
        return PhrasebookMouth(self.parts.lines(), loudspeaker) if loudspeaker else ReadingMouth(self.reading)
