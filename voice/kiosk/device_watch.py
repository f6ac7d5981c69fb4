"""Watches loudspeaker and microphone of a kiosk that goes on without them: names what is missing, and looks for it again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import cast

from voice.audio import soundcard
from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.soundcard import SoundCard
from voice.base.errors import DeviceError, RuggespraakError, Trouble

NO_MICROPHONE, NO_LOUDSPEAKER = "no_microphone", "no_loudspeaker"
"""What may be missing; the page has words of these names for it."""


class DeviceWatch:
    """Opens what there is. faults: why a device is missing, by its name.

    A device stays the same object when it is opened again, so that a visit can go on with it.
    """

    def __init__(
        self,
        loudspeaker: Callable[[], SoundCardLoudspeaker],
        microphone: Callable[[], SoundCardMicrophone],
        refresh: Callable[[], None] = soundcard.refresh,
    ) -> None:
        self._makers: dict[str, Callable[[], SoundCard]] = {NO_LOUDSPEAKER: loudspeaker, NO_MICROPHONE: microphone}
        self._refresh = refresh
        self._devices: dict[str, SoundCard] = {}
        self.faults: dict[str, Trouble] = {}
        for name in self._makers:
            self._open(name)

    @property
    def loudspeaker(self) -> SoundCardLoudspeaker | None:
        """None while it does not work."""
        return cast("SoundCardLoudspeaker | None", self._find_working(NO_LOUDSPEAKER))

    @property
    def microphone(self) -> SoundCardMicrophone | None:
        """None while it does not work."""
        return cast("SoundCardMicrophone | None", self._find_working(NO_MICROPHONE))

    def mend(self) -> None:
        """Look again for what is missing; without effect if nothing is."""
        if self.faults:
            self._renew()

    def make_reopener(self) -> Callable[[], None]:
        """Return what opens everything anew. It raises DeviceError while a device is missing that works now."""
        needed = [name for name in self._makers if name not in self.faults]

        def reopen() -> None:
            self._renew()
            for name in needed:
                if name in self.faults:
                    trouble = self.faults[name]
                    raise DeviceError(trouble.message, "", trouble.symptom, trouble.subject)

        return reopen

    def mark_failed(self, name: str, error: RuggespraakError) -> None:
        """Use a device no more before it is mended, because of that error."""
        self.faults[name] = error.trouble

    def close(self) -> None:
        for device in self._devices.values():
            device.close()

    def _renew(self) -> None:
        """Close and open everything: PortAudio lists devices once, and again only when none is open."""
        self.close()
        with suppress(DeviceError):
            self._refresh()
        for name in self._makers:
            self._open(name)

    def _open(self, name: str) -> None:
        self.faults.pop(name, None)
        try:
            if name in self._devices:
                self._devices[name].open()
            else:
                self._devices[name] = self._makers[name]()
        except DeviceError as error:
            self.faults[name] = error.trouble

    def _find_working(self, name: str) -> SoundCard | None:
        return None if name in self.faults else self._devices[name]
