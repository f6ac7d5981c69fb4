"""Read the settings file: what it says instead of the defaults, each value as it must be, or where and how it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import partial
from ipaddress import IPv4Address, ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any

from voice.audio.loudness import LIFTS
from voice.base.choices import name_choices
from voice.base.errors import ScriptError, SettingsError, Symptom
from voice.base.yamlfile import Place, Section, parse_yaml, read_content
from voice.consultation.coach.briefing import OWN_WORDS
from voice.consultation.practice import is_callable, is_emergency_number
from voice.kiosk.mqtt import parse_address
from voice.setup.settings import (
    ENGINES,
    FORMS,
    LARGEST_SCREEN,
    LONGEST_NAME,
    PAPERS,
    SMALLEST_SCREEN,
    STRICTEST,
    TRUSTS,
    UNREVIEWED,
    VOICES,
    Server,
    Settings,
)

_CHOICES = {
    "engine": ENGINES,
    "voice": VOICES,
    "form": FORMS,
    "paper": PAPERS,
    "trust": TRUSTS,
    "unreviewed": UNREVIEWED,
    "lift": tuple(LIFTS),
}
_NUMBERS, _PORTS = 1000, 65536
_PIN = re.compile(r"([0-9]{4,12})?")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)
_YEAR = re.compile(r"(19|20)\d\d")
_RUNS = tuple({step % 10} for step in (1, -1, 2, -2))
_COLUMNS = ("2580", "0852", "1470", "0741", "3690", "0963")
"""Down and up the keys of a telephone."""

_SWITCH = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def load_settings(path: Path) -> Settings:
    """Read a settings file. Raises SettingsError as `parse_settings` does, and if the file cannot be read."""
    if not path.exists():
        raise SettingsError(f"There is no settings file {path}.", "Check the name. `ruggespraak setup` makes one.")
    try:
        text = read_content(path)
    except ScriptError as reason:
        raise SettingsError(reason.problem, reason.remedy) from reason
    return parse_settings(text, path)


def parse_settings(text: str, path: Path) -> Settings:
    """Read the text of the settings file `path`. Raises SettingsError naming the file, the line and the remedy."""
    try:
        place = parse_yaml(text, path, may_be_empty=True)
        settings: Settings = _read_section(Settings(), place)
        _check_server(settings.server, place)
        _check_own_words(settings, place)
        _check_reception(settings, place)
    except ScriptError as reason:
        raise SettingsError(reason.problem, reason.remedy) from reason
    return settings


def _check_server(server: Server, place: Place) -> None:
    """Refuse to trust a server that cannot show who it is."""
    if server.trust != "none" and not server.key:
        remedy = "Name a file under key: that `ruggespraak wyoming key` made, or write trust: none."
        raise place.inside("server").complain("trust", "a server is only trusted if it has the kiosk's key.", remedy)


def _check_own_words(settings: Settings, place: Place) -> None:
    """Refuse to ask for a sentence of the patient that nobody would get."""
    for name in sorted(OWN_WORDS & settings.chapters.on):
        if settings.handover.form == "off":
            remedy = "Write form: code (or paper, or both) under handover:, or leave it out."
            raise place.inside("chapters").complain(name, f"'{name}' asks for a sentence, and no hand-over passes it on.", remedy)


def _check_reception(settings: Settings, place: Place) -> None:
    """Refuse a page at the desk that lets everybody in, or that would go over the internet in the clear."""
    reception = settings.reception
    if not reception.address:
        return
    inside = place.inside("reception")
    if not settings.staff.pin:
        raise inside.complain("address", "the page at the desk asks for a pin, and there is none.", "Write pin: under staff:.")
    if reception.key and not reception.certificate:
        raise inside.complain("key", "a key needs its certificate.", "Name the file of it under certificate:.")
    if ip_address(reception.address).is_global and not reception.certificate:
        remedy = "Name the address in the practice's own network, or a certificate:."
        raise inside.complain("address", f"{reception.address} is an address of the internet.", remedy)


def _read_section(defaults: Any, place: Place) -> Any:
    """The defaults with what the file overrules; a section of the file is a dataclass in a field."""
    known = {item.name: getattr(defaults, item.name) for item in fields(defaults) if not item.metadata.get("fixed")}
    place.allow_only(known)
    return replace(defaults, **{key: _read_value(place, key, known[key]) for key in place.section})


def _read_value(place: Place, key: str, default: Any) -> Any:
    if is_dataclass(default):
        return _read_section(default, place.inside(key))
    if isinstance(default, tuple):
        inside = place.inside(key)
        return tuple((written, inside.text(written)) for written in inside.section)
    if isinstance(place.section[key], Section):
        raise place.complain(key, f"'{key}' takes one value.", f"Write {key}: value.")
    if default in _CHOICES.get(key, ()):
        return _read_choice(place, key)
    return _READERS.get(key, _READERS[type(default)])(place, key)


def _read_number(kind: Callable[[str], Any], unit: str, place: Place, key: str) -> Any:
    try:
        value = kind(place.text(key))
    except ValueError as reason:
        raise place.complain(key, f"'{key}' must be {unit}.", "Write digits, for instance 8.") from reason
    least, most = (0, _PORTS) if key.endswith("port") else (1e-9, _NUMBERS)
    if not least <= value < most:
        raise place.complain(key, f"'{key}' is {value}.", f"It must be more than 0 and less than {most}.")
    return value


def _read_choice(place: Place, key: str) -> str:
    value, allowed = place.text(key, ""), _CHOICES[key]
    if value not in allowed:
        raise place.complain(key, f"'{value}' is not a choice for '{key}'.", name_choices(value, allowed))
    return value


def _read_pin(place: Place, key: str) -> str:
    value = place.text(key, "")
    if not _PIN.fullmatch(value):
        raise _refuse_pin(place, key, "a pin is 4 to 12 digits.", 'Write it between quotes, for instance "4711".')
    if is_guessed_first(value):
        raise _refuse_pin(place, key, "that pin is among the first that anybody tries.", "Choose one without a pattern.")
    return value


def _refuse_pin(place: Place, key: str, problem: str, remedy: str) -> SettingsError:
    """Return, not raise, the error; it does not quote the pin, because what is told may be kept in a log."""
    complaint = place.complain(key, problem, remedy)
    return SettingsError(complaint.problem, complaint.remedy, Symptom.PIN, place.path.name)


def is_guessed_first(pin: str) -> bool:
    """Whether a pin is one that people try first: few different digits, a run, down the keypad, twice the same, a year.

    The lists of PINs that leak begin with these (Bonneau, Preibusch and Anderson, "A birthday present every eleven wallets?",
    Financial Cryptography 2012).
    """
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    half = len(pin) // 2
    return bool(pin) and (
        len(set(pin)) < 3 or steps in _RUNS or pin in _COLUMNS or pin == 2 * pin[:half] or bool(_YEAR.fullmatch(pin))
    )


def _read_broker(place: Place, key: str) -> str:
    """Read an address. What is wrong with it is told without quoting it, because a password may stand in it."""
    value = place.text(key, "")
    try:
        if value:
            parse_address(value)
    except ValueError as reason:
        remedy = "Write mqtt://HOST:1883 or mqtts://HOST:8883. User and password stand in a file that broker_login: names."
        raise place.complain(key, f"{reason}.", remedy) from reason
    return value


def _read_address(place: Place, key: str) -> str:
    """Read one IPv4 address to listen on. One that stands for all addresses would let in every network of this machine."""
    value, remedy = place.text(key, ""), "Write the address of this machine in the practice's network, for instance 192.168.1.30."
    try:
        address = IPv4Address(value) if value else None
    except ValueError as reason:
        raise place.complain(key, f"'{value}' is no IPv4 address.", remedy) from reason
    if address and (address.is_unspecified or address.is_multicast or address.is_reserved):
        raise place.complain(key, f"'{value}' is not the address of one machine.", remedy)
    return value


def _read_host(place: Place, key: str) -> str:
    value = place.text(key, "")
    if value and not _HOST.fullmatch(value):
        raise place.complain(
            key, f"'{value}' is no name of a computer.", "Write only the name, for instance kiosk1.praktijk.lan."
        )
    return value


def _read_kiosk(place: Place, key: str) -> str:
    value = place.text(key)
    if len(value) > LONGEST_NAME:
        raise place.complain(key, f"a name has at most {LONGEST_NAME} letters.", "Write a short one, for instance kiosk 1.")
    return value


def _read_topic(place: Place, key: str) -> str:
    value = place.text(key)
    if set(value) & set("+#\0") or value.startswith(("/", "$")) or value.endswith("/"):
        raise place.complain(
            key, f"'{value}' is not a topic that a message can go to.", "Write a name, for instance ruggespraak."
        )
    return value


def _read_emergency_number(place: Place, key: str) -> str:
    value = place.text(key, "")
    if value and not is_emergency_number(value):
        raise place.complain(
            key, f"'{value}' is no emergency number.", "Write 112. The doctor on call belongs under wachtdienst."
        )
    return value


def _read_duty_number(place: Place, key: str) -> str:
    value = place.text(key, "")
    if value and not is_callable(value):
        remedy = "Write what a patient can dial, 1733 in Belgium; or leave it empty, and the usual is said."
        raise place.complain(key, f"'{value}' has no number that can be called.", remedy)
    return value


def _read_inches(place: Place, key: str) -> float:
    value = place.text(key)
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", value) or not SMALLEST_SCREEN <= float(value) <= LARGEST_SCREEN:
        remedy = f"Measure from corner to corner, in inches: {SMALLEST_SCREEN} to {LARGEST_SCREEN}. Is it smaller? Take another."
        raise place.complain(key, f"'{value}' is not the diagonal of a screen that has room for the buttons.", remedy)
    return float(value)


def _read_switch(place: Place, key: str) -> bool:
    value = place.text(key).lower()
    if value not in _SWITCH:
        raise place.complain(key, f"'{key}' is {value}.", f"Write {key}: yes, or {key}: no.")
    return _SWITCH[value]


def _read_lead(place: Place, key: str) -> float:
    """Read a lead in natural logarithms of odds. A negative one would loosen what guards a missed yes."""
    try:
        value = float(place.text(key))
    except ValueError:
        value = -1.0
    if not 0 <= value <= STRICTEST:
        raise place.complain(key, f"'{key}' must be a number from 0 to {STRICTEST:g}.", "`ruggespraak rehearse` finds the one.")
    return value


def _read_path(place: Place, key: str) -> Path:
    try:
        return Path(place.text(key)).expanduser()
    except RuntimeError as reason:
        raise place.complain(key, f"'{key}' begins with ~ and a name that nobody has here.", "Write the whole path.") from reason


_READERS: dict[str | type, Callable[[Place, str], Any]] = {
    "pin": _read_pin,
    "diagonal": _read_inches,
    "broker": _read_broker,
    "topic": _read_topic,
    "address": _read_address,
    "host": _read_host,
    "kiosk": _read_kiosk,
    "noodnummer": _read_emergency_number,
    "wachtdienst": _read_duty_number,
    "clear": _read_lead,
    "sure": _read_lead,
    str: lambda place, key: place.text(key, ""),
    bool: _read_switch,
    int: partial(_read_number, int, "a whole number"),
    float: partial(_read_number, float, "a number of seconds"),
    type(Path()): _read_path,
}
"""How a setting is read: by its name, else by the type of its default."""
