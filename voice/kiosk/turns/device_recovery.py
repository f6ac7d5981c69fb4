"""Waits for a loudspeaker or microphone that has failed, and then goes on with what it interrupted.

1. What a device interrupted is done again from its beginning once the device is back, `FAULTS` times at most.
2. A missing device is looked for every `RETRY_SECONDS`, `ATTEMPTS` times; then the error goes on, and the staff take over.
   A sound server that hangs is given `HANGING_SECONDS`: nobody knows what would wake it, so the staff take over soon.
3. A voice that has failed is not waited for: opening the devices anew does not bring it back.
4. The patient is told once that the kiosk hears nothing, and when it hears again. If only the microphone has gone, that is
   spoken; if both have, it can be read.
5. Meanwhile what was interrupted can be read, and a touch ends the waiting: nobody answers a question that is not shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from voice.base import journal
from voice.base.errors import DeviceError, RuggespraakError, Symptom
from voice.consultation.script import Script
from voice.kiosk.turns.mouth import LineSpeaker
from voice.speak.utterance import Utterance

RETRY_SECONDS = 1.0
ATTEMPTS = 60
"""Nobody stands before a dead machine for longer than these 60 seconds."""
HANGING_SECONDS = 2.0
"""With the second in which the hang is noticed and the deadline of the call that hangs (`soundcard.py`): less than 5 seconds."""
FAULTS = 3
"""A loose plug must not make one question begin for ever."""

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class DeviceRecovery(LineSpeaker):
    """Does things in spite of devices that fail, and tells the patient.

    reopen: opens the devices anew. Raises DeviceError as long as one is missing.
    """

    reopen: Callable[[], None]

    def run(self, script: Script, lines: tuple[Utterance, ...], act: Callable[[], Done]) -> Done:
        """Do `act`, which begins with these lines.

        Raises DeviceError if a device stays away or fails too often, ModelError if an engine cannot start.
        """
        for _ in range(FAULTS):
            try:
                return act()
            except DeviceError as error:
                self._wait_for_devices(script, lines, error)
        return act()

    def note_fault(self, error: RuggespraakError) -> None:
        journal.note("fault", reason=error.problem)
        self.observer.on_fault(str(error))

    def _wait_for_devices(self, script: Script, lines: tuple[Utterance, ...], error: DeviceError) -> None:
        """Wait until the devices are back. Raises `error` if that takes too long, Touched at a touch."""
        self.note_fault(error)
        if error.trouble.symptom is Symptom.VOICE:
            raise error
        patience = time.monotonic() + HANGING_SECONDS
        for attempt in range(ATTEMPTS):
            missing = self._try_to_reopen()
            if not missing:
                self.observer.on_recovery()
                return self.try_to_say(script.line("daar_ben_ik_weer"))
            if missing.trouble.symptom is Symptom.HANGS and time.monotonic() >= patience:
                raise missing
            if attempt == 0:
                self.try_to_say(script.line("ik_hoor_niets"))
                self.touches.put()
                self.observer.on_away(lines)
            self.touches.wait(RETRY_SECONDS)
            self.touches.heed()
        raise error

    def _try_to_reopen(self) -> DeviceError | None:
        """Return why a device is still missing; None if all are back."""
        try:
            self.reopen()
        except DeviceError as error:
            return error
        return None
