"""A kiosk's devices: what is missing is named, looked for again, and does not take the rest with it."""

from __future__ import annotations

import pytest

from voice.audio.timed_calls import make_hanging_error
from voice.base.errors import DeviceError, Symptom
from voice.kiosk.device_watch import NO_LOUDSPEAKER, NO_MICROPHONE, DeviceWatch


class Socket:
    """Something may be plugged in; `made` counts how often a new device was made."""

    def __init__(self, name: str, plugged: bool) -> None:
        self.plugged, self.made = plugged, 0
        self.error = DeviceError(f"No {name} found.")

    def __call__(self) -> Device:
        device = Device(self)
        self.made += 1
        return device


class Device:
    def __init__(self, socket: Socket) -> None:
        self._socket, self.is_open = socket, False
        self.open()

    def open(self) -> None:
        if not self._socket.plugged or self._socket.error.trouble.symptom is Symptom.HANGS:
            raise self._socket.error
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


def make_watch(loudspeaker: bool, microphone: bool) -> tuple[DeviceWatch, Socket, Socket]:
    sockets = Socket("loudspeaker", loudspeaker), Socket("microphone", microphone)
    return DeviceWatch(*sockets, refresh=lambda: None), *sockets


def read_faults(sound: DeviceWatch) -> dict[str, str]:
    return {name: fault.message for name, fault in sound.faults.items()}


def test_what_there_is_can_be_used_and_what_is_missing_is_named() -> None:
    sound, *_ = make_watch(loudspeaker=True, microphone=False)
    assert sound.loudspeaker is not None and sound.microphone is None
    assert read_faults(sound) == {NO_MICROPHONE: "No microphone found."}


def test_what_is_plugged_in_later_is_found() -> None:
    sound, _, microphone = make_watch(loudspeaker=True, microphone=False)
    microphone.plugged = True
    sound.mend()
    assert sound.faults == {} and sound.microphone is not None


def test_where_nothing_is_missing_nothing_is_opened_anew() -> None:
    sound, loudspeaker, _ = make_watch(loudspeaker=True, microphone=True)
    sound.mend()
    assert loudspeaker.made == 1


def test_a_device_that_returns_is_the_same_so_that_the_visit_goes_on_with_it() -> None:
    sound, loudspeaker, _ = make_watch(loudspeaker=True, microphone=True)
    device = sound.loudspeaker
    reopen = sound.make_reopener()
    loudspeaker.plugged = False
    with pytest.raises(DeviceError, match="No loudspeaker found"):
        reopen()
    loudspeaker.plugged = True
    reopen()
    assert sound.loudspeaker is device and device.is_open


def test_while_the_sound_server_hangs_the_visit_is_told_so() -> None:
    sound, _, microphone = make_watch(loudspeaker=True, microphone=True)
    microphone.error = make_hanging_error("usb")
    with pytest.raises(DeviceError) as raised:
        sound.make_reopener()()
    assert (raised.value.trouble.symptom, raised.value.trouble.subject) == (Symptom.HANGS, "usb")


def test_what_was_missing_when_the_visit_began_is_not_waited_for() -> None:
    sound, *_ = make_watch(loudspeaker=True, microphone=False)
    sound.make_reopener()()
    assert read_faults(sound) == {NO_MICROPHONE: "No microphone found."}


def test_what_has_failed_is_not_used_until_it_is_mended() -> None:
    sound, *_ = make_watch(loudspeaker=True, microphone=True)
    sound.mark_failed(NO_MICROPHONE, DeviceError("Microphone x has gone."))
    assert (sound.microphone, read_faults(sound)) == (None, {NO_MICROPHONE: "Microphone x has gone."})
    sound.mend()
    assert sound.microphone is not None
    assert NO_LOUDSPEAKER not in sound.faults
