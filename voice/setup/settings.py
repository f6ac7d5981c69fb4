"""The settings of one kiosk: one file, every value with its unit and default.

The defaults are the field's: see docs/grounds.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from voice.audio.loudness import LIFTS
from voice.audio.segment import Limits
from voice.base.errors import ScriptError, SettingsError
from voice.base.paths import find_cache, find_shipped, find_user_data
from voice.base.yamlfile import Place, Section, read_yaml
from voice.consultation.loader import Details
from voice.setup.models.catalogue import default_root

ENGINES = ("auto", "vosk", "whisper", "wyoming")
VOICES = ("auto", "pyttsx3", "piper", "recorded", "wyoming")
FORMS = ("off", "code", "paper", "both")

SMALLEST_SCREEN, LARGEST_SCREEN = 7, 100
"""Inches from corner to corner."""

_NUMBERS, _PORTS = 1000, 65536
_PIN = re.compile(r"(\d{4,12})?")
_SWITCH = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


@dataclass(frozen=True, slots=True)
class Server:
    """Speech servers on the local network (Wyoming), as tcp://HOST:PORT; used only where `engine` or `voice` says wyoming.

    ears: every answer is sent there, unencrypted. voice: only the lines of the script are, when they are rendered.
    """

    ears: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """The patient's page, served to this machine only.

    diagonal: of the screen, in inches, for buttons of 18 mm. Where nothing is said it is the smallest that a kiosk should
        have: on any other the buttons come out larger, not smaller.
    port: of the loopback address. linger: seconds for which an outcome can be read before it is wiped.
    reading: letters a second, where a line is shown and not spoken; slow readers look for the buttons as well.
    start_by_voice: whether "hallo" or "start" begins a visit; without it the room is not listened to between visits.
    """

    diagonal: float = 10.0
    port: int = 8321
    linger: int = 90
    reading: int = 11
    start_by_voice: bool = True


@dataclass(frozen=True, slots=True)
class Staff:
    """How the staff are called, and how they get to their page.

    pin: 4 to 12 digits; without one there is no page for the staff. chime: whether a call is heard at the kiosk.
    broker, broker_port, topic: an MQTT broker in the practice that passes a call on; without one nothing is sent.
    """

    pin: str = ""
    chime: bool = True
    broker: str = ""
    broker_port: int = 1883
    topic: str = "ruggespraak"


@dataclass(frozen=True, slots=True)
class HandOver:
    """Five lines for the physiotherapist at the end of a visit: off, code (a QR code on the screen), paper, or both.

    printer: its name in CUPS; empty takes the default.
    """

    form: str = "off"
    printer: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a practice can set.

    locale, script: which consultation. engine, voice: which ears and voice; auto takes the best present.
    voice_name: which of its voices an engine that is named takes (nl+f3, nl_BE-rdh-medium); empty takes the best.
    lift: more of 1 to 4 kHz in the voice, for who hears high tones badly: none, gentle or strong.
    pronunciation: (written, spoken) pairs of the practice: names of places, people and medicines.
    recordings: where lines are kept that the practice spoke itself. rate: words a minute.
    microphone, loudspeaker: part of the device's name; empty takes the default.
    echo_cancelling: the microphone cancels the echo of the loudspeaker (a speakerphone, or the sound server does it), so
        patients may interrupt the kiosk by speaking. noise_gate: it gives digital silence when nobody speaks, so
        silence is no sign that it has gone.
    patience: how long the kiosk listens; `Limits` gives the reasons.
    threads: processor cores the recognizer may use; one is as fast as two on short answers (docs/grounds.md, engines 4).
    """

    locale: str = "nl-BE"
    script: str = "kort"
    engine: str = "auto"
    voice: str = "auto"
    voice_name: str = ""
    lift: str = "none"
    rate: int = 145
    threads: int = 1
    microphone: str = ""
    loudspeaker: str = ""
    echo_cancelling: bool = False
    noise_gate: bool = False
    prompts: Path = field(default_factory=lambda: find_shipped("prompts"))
    models: Path = field(default_factory=default_root)
    speech: Path = field(default_factory=lambda: find_cache() / "speech")
    recordings: Path = field(default_factory=lambda: find_user_data() / "recordings")
    pronunciation: tuple[tuple[str, str], ...] = ()
    patience: Limits = Limits()
    practice: Details = Details()
    server: Server = Server()
    screen: Screen = Screen()
    staff: Staff = Staff()
    handover: HandOver = HandOver()

    @property
    def locale_folder(self) -> Path:
        return self.prompts / self.locale


def load_settings(path: Path) -> Settings:
    """Read a settings file. Raises SettingsError naming the file, the line and the remedy."""
    try:
        return _filled(Settings(), read_yaml(path))
    except ScriptError as reason:
        raise SettingsError(reason.problem, reason.remedy) from reason


def _filled(settings: Any, place: Place) -> Any:
    """The settings with what the file says in their place; sections of the file are parts of the settings."""
    known = {item.name: getattr(settings, item.name) for item in fields(settings) if not item.metadata.get("fixed")}
    place.allow_only(known)
    changed = {key: _value(place, key, known[key]) for key in place.section}
    return replace(settings, **changed)


def _value(place: Place, key: str, default: Any) -> Any:
    if is_dataclass(default):
        return _filled(default, place.inside(key))
    if isinstance(default, tuple):
        inside = place.inside(key)
        return tuple((written, inside.text(written)) for written in inside.section)
    if isinstance(place.section[key], Section):
        raise place.complain(key, f"'{key}' takes one value.", f"Write {key}: value.")
    if default in _CHOICES.get(key, ()):
        return _choice(place, key)
    if key in _OWN:
        return _OWN[key](place, key)
    return _READERS[type(default)](place, key)


def _number(kind: Callable[[str], Any], unit: str) -> Callable[[Place, str], Any]:
    def reader(place: Place, key: str) -> Any:
        try:
            value = kind(place.text(key))
        except ValueError as reason:
            raise place.complain(key, f"'{key}' must be {unit}.", "Write digits, for instance 8.") from reason
        least, most = (0, _PORTS) if key.endswith("port") else (1e-9, _NUMBERS)
        if not least <= value < most:
            raise place.complain(key, f"'{key}' is {value}.", f"It must be more than 0 and less than {most}.")
        return value

    return reader


_CHOICES = {"engine": ENGINES, "voice": VOICES, "form": FORMS, "lift": tuple(LIFTS)}


def _choice(place: Place, key: str) -> str:
    value, allowed = place.text(key, ""), _CHOICES[key]
    if value not in allowed:
        raise place.complain(key, f"'{value}' is not a choice for '{key}'.", f"Use one of: {', '.join(allowed)}.")
    return value


def _pin(place: Place, key: str) -> str:
    value = place.text(key, "")
    if not _PIN.fullmatch(value):
        raise place.complain(key, "a pin is 4 to 12 digits.", 'Write it between quotes, for instance "4711".')
    return value


def _inches(place: Place, key: str) -> float:
    value = place.text(key)
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", value) or not SMALLEST_SCREEN <= float(value) <= LARGEST_SCREEN:
        remedy = f"Measure from corner to corner, in inches: {SMALLEST_SCREEN} to {LARGEST_SCREEN}. Is it smaller? Take another."
        raise place.complain(key, f"'{value}' is not the diagonal of a screen that has room for the buttons.", remedy)
    return float(value)


def _switch(place: Place, key: str) -> bool:
    value = place.text(key).lower()
    if value not in _SWITCH:
        raise place.complain(key, f"'{key}' is {value}.", f"Write {key}: yes, or {key}: no.")
    return _SWITCH[value]


def _path(place: Place, key: str) -> Path:
    try:
        return Path(place.text(key)).expanduser()
    except RuntimeError as reason:
        raise place.complain(key, f"'{key}' begins with ~ and a name that nobody has here.", "Write the whole path.") from reason


_OWN = {"pin": _pin, "diagonal": _inches}
"""Settings that have a reader of their own, by their name."""

_READERS: dict[type, Callable[[Place, str], Any]] = {
    str: lambda place, key: place.text(key, ""),
    bool: _switch,
    int: _number(int, "a whole number"),
    float: _number(float, "a number of seconds"),
    type(Path()): _path,
}
