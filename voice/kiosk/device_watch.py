"""Loudspeaker and microphone of a kiosk that goes on without them: what is missing is named, and looked for again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from voice.audio import soundcard
from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.microphone import SoundCardMicrophone
from voice.base.errors import DeviceError, RuggespraakError, Trouble

NO_MICROPHONE, NO_LOUDSPEAKER = "no_microphone", "no_loudspeaker"
"""What may be missing; the page has words of these names for it."""


class Device(Protocol):
    """Opened when it is made; can be closed and opened again. Raises DeviceError where it is missing."""

    def open(self) -> None: ...

    def close(self) -> None: ...


class SoundCard:
    """Opens what there is. faults: for each thing that is missing, why.

    A device stays the same object when it is opened again, so that a visit can go on with it.
    """

    def __init__(
        self,
        loudspeaker: Callable[[], SoundCardLoudspeaker],
        microphone: Callable[[], SoundCardMicrophone],
        refresh: Callable[[], None] = soundcard.refresh,
    ) -> None:
        self._makers: dict[str, Callable[[], Device]] = {NO_LOUDSPEAKER: loudspeaker, NO_MICROPHONE: microphone}
        self._refresh = refresh
        self._devices: dict[str, Device] = {}
        self.faults: dict[str, Trouble] = {}
        for name in self._makers:
            self._open(name)

    @property
    def loudspeakers(self) -> tuple[SoundCardLoudspeaker, ...]:
        """The one there is, if there is one."""
        return self._present(NO_LOUDSPEAKER)

    @property
    def microphones(self) -> tuple[SoundCardMicrophone, ...]:
        return self._present(NO_MICROPHONE)

    def mend(self) -> None:
        """Look again for what is missing; without effect where nothing is."""
        if self.faults:
            self._renew()

    def reopener(self) -> Callable[[], None]:
        """Opens everything anew after something has failed; raises DeviceError while anything that is here now is not."""
        needed = [name for name in self._makers if name not in self.faults]

        def reopen() -> None:
            self._renew()
            for name in needed:
                if name in self.faults:
                    raise DeviceError(self.faults[name].message)

        return reopen

    def failed(self, name: str, error: RuggespraakError) -> None:
        """Something has stopped working; it is not used again before it is mended."""
        self.faults[name] = error.trouble

    def close(self) -> None:
        for device in self._devices.values():
            device.close()

    def _renew(self) -> None:
        """PortAudio lists devices once, and again only when none is open."""
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

    def _present(self, name: str) -> tuple[Any, ...]:
        return () if name in self.faults else (self._devices[name],)
