"""Find, open and close sound devices through PortAudio, for loudspeaker and microphone.

Each call has a deadline (`timed_calls.py`): a sound server that hangs raises DeviceError, and never holds up the caller.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

from voice.audio.pulseaudio import watch_streams
from voice.audio.timed_calls import TimedCalls
from voice.base.errors import DeviceError, Symptom

STALLED_SECONDS = 1.0
"""Seconds without a callback after which a stream is dead: PortAudio does not report it (docs/grounds.md, engines 1)."""

OPENING_SECONDS = 3.0
"""Seconds that listing the devices, or opening one, may take; a healthy one takes a tenth of that."""
CLOSING_SECONDS = 1.5

PORTAUDIO = TimedCalls()
"""PortAudio belongs to the whole process, and so does the order of the calls into it."""

DEFAULT = "default"
"""What the system calls the device that it takes if none is chosen."""

STREAMS = {"output": ("OutputStream", "sink-input"), "input": ("RawInputStream", "source-output")}
"""For each kind, what PortAudio and what PulseAudio call its streams."""


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as PortAudio lists it.

    index: its number, which changes when the list is made anew.
    rate: the rate (Hz) that it prefers.
    channels: number of channels in the wanted direction.
    """

    index: int
    name: str
    rate: int
    channels: int


def load_library() -> ModuleType:
    """Import the library sounddevice, which starts PortAudio. Raises DeviceError if it or PortAudio is missing.

    At exit PortAudio is ended by us: sounddevice would wait for a sound server that hangs, and no signal ends that.
    """
    try:
        import sounddevice
    except ImportError as reason:
        missing = "The Python package sounddevice is missing."
        raise DeviceError(missing, "Run: make setup", Symptom.INCOMPLETE, "sounddevice") from reason
    except OSError as reason:
        missing, remedy = "PortAudio, the sound library, is missing.", "Install it with: sudo apt-get install libportaudio2"
        raise DeviceError(missing, remedy, Symptom.INCOMPLETE, "libportaudio2") from reason
    for handler in (sounddevice._exit_handler, _end_library):
        atexit.unregister(handler)
    atexit.register(_end_library, sounddevice._exit_handler)
    module: ModuleType = sounddevice
    return module


def _end_library(end: Callable[[], None]) -> None:
    """End PortAudio, so that no stream calls into a program that is gone, unless it hangs: the system takes back the rest."""
    with suppress(DeviceError, RuntimeError):  # RuntimeError: no thread can be begun any more
        PORTAUDIO.make("PortAudio", CLOSING_SECONDS, end)


def end_process(code: int) -> None:
    """End PortAudio; if it hangs, end the process as well, with that code, after what is due at its exit.

    A thread that is left behind in PortAudio does not outlive an ordinary exit: libraries are taken down under it, and the
    process ends with a segmentation fault instead of its code.
    """
    if end := getattr(sys.modules.get("sounddevice"), "_exit_handler", None):
        atexit.unregister(_end_library)
        _end_library(end)
    if PORTAUDIO.hangs:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # the reader has gone, or it is closed
                stream.flush()
        os._exit(code)


def refresh() -> None:
    """List the devices anew; PortAudio lists them only once. This ends every open stream, so close them first.

    Raises DeviceError if the sound server hangs.
    """
    PORTAUDIO.make("PortAudio", OPENING_SECONDS, _restart_library)


def _restart_library() -> None:
    sounddevice = load_library()
    sounddevice._terminate()
    sounddevice._initialize()


def find(name: str, kind: str) -> Device:
    """Find the device whose name contains `name` in any case, or the system's default if `name` is empty.

    An exact name wins over a part of one. Raises DeviceError if there is none, or if the sound server hangs.
    """
    search = partial(_find_named, name) if name else _find_default
    return PORTAUDIO.make(name or DEFAULT, OPENING_SECONDS, partial(search, kind))


def list_devices(kind: str) -> tuple[Device, ...]:
    """List the devices of a kind, "input" or "output", as they are now. Raises DeviceError as `find` does."""
    return PORTAUDIO.make("PortAudio", OPENING_SECONDS, partial(_list_devices, kind))


def _list_devices(kind: str) -> tuple[Device, ...]:
    entries = enumerate(load_library().query_devices())
    return tuple(_make_device(index, entry, kind) for index, entry in entries if entry[f"max_{kind}_channels"] > 0)


def _find_named(name: str, kind: str) -> Device:
    known = _list_devices(kind)
    for fits in (lambda d: d.name.lower() == name.lower(), lambda d: name.lower() in d.name.lower()):
        if matching := [device for device in known if fits(device)]:
            return matching[0]
    names = ", ".join(device.name for device in known) or "none"
    problem = f"No {_name_kind(kind)} named {name!r} (present: {names})."
    raise DeviceError(problem, "Plug it in, or choose another.", Symptom.MISNAMED, name)


def _find_default(kind: str) -> Device:
    sounddevice = load_library()
    try:
        entry = sounddevice.query_devices(kind=kind)
    except (sounddevice.PortAudioError, ValueError) as reason:
        remedy = "Plug one in, or use a recorded patient."
        raise DeviceError(f"No {_name_kind(kind)} found.", remedy, Symptom.ABSENT) from reason
    return _make_device(entry["index"], entry, kind)


def _make_device(index: int, entry: dict[str, Any], kind: str) -> Device:
    return Device(index, entry["name"], round(entry["default_samplerate"]), entry[f"max_{kind}_channels"])


def _name_kind(kind: str) -> str:
    return "microphone" if kind == "input" else "loudspeaker"


@contextmanager
def run_stream(kind: str, device: Device, lost: Callable[[], None], **options: Any) -> Iterator[Any]:
    """Run a stream of 16 bit samples until the block ends; close it at once then, even if the device has gone.

    kind: "output" gets and gives arrays of samples, "input" bytes. lost: called from any thread when the stream has ended
    or was moved. options: as in PortAudio. Raises DeviceError if the device refuses, or does not answer.
    """
    stream_class, name = STREAMS[kind]
    start = partial(_start_stream, stream_class, device, finished_callback=lost, **options)
    stream = PORTAUDIO.make(device.name, OPENING_SECONDS, start, discard=_end_stream)
    try:
        with watch_streams(name, lost):
            yield stream
    finally:
        PORTAUDIO.owe(device.name, CLOSING_SECONDS, partial(_end_stream, stream))


def _start_stream(stream_class: str, device: Device, **options: Any) -> Any:
    sounddevice = load_library()
    try:
        stream = getattr(sounddevice, stream_class)(device=device.index, dtype="int16", **options)
        stream.start()
    except (sounddevice.PortAudioError, ValueError) as reason:
        problem = f"Sound device {device.name} cannot be opened ({reason})."
        raise DeviceError(problem, "Is it plugged in and free?", Symptom.BUSY, device.name) from reason
    return stream


def _end_stream(stream: Any) -> None:
    with suppress(load_library().PortAudioError):  # the device has gone, and the stream with it
        stream.abort()
        stream.close()


class SoundCard:
    """One direction of a sound card, with one stream that stays open. The same object can be opened again.

    kind: "input" or "output". wanted: part of the card's name; empty for the system's default.
    """

    def __init__(self, kind: str, wanted: str) -> None:
        self._kind = kind
        self._wanted = wanted
        self._opened = ExitStack()
        self._gone = threading.Event()
        self.open()

    def open(self) -> None:
        """Open the stream, also after `close`. Raises DeviceError if that fails."""
        self._device = find(self._wanted, self._kind)
        self._gone.clear()

    def close(self) -> None:
        self._opened.close()

    @property
    def device(self) -> str:
        """The name of the sound device."""
        return self._device.name

    def lose(self) -> None:
        """Raise DeviceError from now on, because the stream has ended or was moved. May be called from any thread."""
        self._gone.set()

    def _start(self, **options: Any) -> Any:
        return self._opened.enter_context(run_stream(self._kind, self._device, self.lose, **options))

    def _make_gone_error(self) -> DeviceError:
        problem = f"{_name_kind(self._kind).capitalize()} {self.device} has gone."
        return DeviceError(problem, "Plug it in again.", Symptom.GONE, self.device)
