"""What loudspeaker and microphone share: PortAudio's library, and finding a device by a part of its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from voice.base.errors import DeviceError, Symptom

STALLED_SECONDS = 1.0
"""A stream that has not called back for so long is dead: PortAudio tells nobody (docs/grounds.md, engines 1)."""


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as PortAudio lists it.

    index: its number, which changes whenever the list is made anew.
    rate: the rate in Hz at which it prefers to run.
    channels: how many it has in the wanted direction.
    """

    index: int
    name: str
    rate: int
    channels: int


def load_library() -> ModuleType:
    """The library sounddevice. Raises DeviceError where it or PortAudio is missing."""
    try:
        import sounddevice
    except ImportError as reason:
        missing = "The Python package sounddevice is missing."
        raise DeviceError(missing, "Run: make setup", Symptom.INCOMPLETE, "sounddevice") from reason
    except OSError as reason:
        missing, remedy = "PortAudio, the sound library, is missing.", "Install it with: sudo apt-get install libportaudio2"
        raise DeviceError(missing, remedy, Symptom.INCOMPLETE, "libportaudio2") from reason
    return sounddevice


def refresh() -> None:
    """Look for devices anew. PortAudio lists them once; every open stream ends by this, so close them first."""
    sounddevice = load_library()
    sounddevice._terminate()
    sounddevice._initialize()


def list_devices(kind: str) -> list[Device]:
    """All devices of a kind: "input" or "output"."""
    found = []
    for index, entry in enumerate(load_library().query_devices()):
        if entry[f"max_{kind}_channels"] > 0:
            found.append(_device(index, entry, kind))
    return found


def find(name: str, kind: str) -> Device:
    """The device whose name holds `name` without regard to case, the system's default where `name` is empty.

    An exact name wins over a part of one. Raises DeviceError where there is none.
    """
    if not name:
        return _default(kind)
    known = list_devices(kind)
    for fits in (lambda d: d.name.lower() == name.lower(), lambda d: name.lower() in d.name.lower()):
        if matching := [device for device in known if fits(device)]:
            return matching[0]
    names = ", ".join(device.name for device in known) or "none"
    problem = f"No {_name_kind(kind)} named {name!r} (present: {names})."
    raise DeviceError(problem, "Plug it in, or choose another.", Symptom.MISNAMED, name)


def _default(kind: str) -> Device:
    sounddevice = load_library()
    try:
        entry = sounddevice.query_devices(kind=kind)
    except (sounddevice.PortAudioError, ValueError) as reason:
        remedy = "Plug one in, or use a recorded patient."
        raise DeviceError(f"No {_name_kind(kind)} found.", remedy, Symptom.ABSENT) from reason
    return _device(entry["index"], entry, kind)


def _device(index: int, entry: dict[str, Any], kind: str) -> Device:
    return Device(index, entry["name"], round(entry["default_samplerate"]), entry[f"max_{kind}_channels"])


def _name_kind(kind: str) -> str:
    return "microphone" if kind == "input" else "loudspeaker"


def start(make: Callable[[], Any], device: Device) -> Any:
    """Make a stream and start it. Raises DeviceError where the device refuses."""
    sounddevice = load_library()
    try:
        stream = make()
        stream.start()
    except (sounddevice.PortAudioError, ValueError) as reason:
        problem = f"Sound device {device.name} cannot be opened ({reason})."
        raise DeviceError(problem, "Is it plugged in and free?", Symptom.BUSY, device.name) from reason
    return stream


def end(stream: Any) -> None:
    """Close a stream at once, even one whose device has gone."""
    sounddevice = load_library()
    try:
        stream.abort()
        stream.close()
    except sounddevice.PortAudioError:  # the device has gone, and the stream with it
        return
