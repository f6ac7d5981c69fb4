"""What `ruggespraak setup` asks, and what becomes of an answer. Pure, but for reading setup.yaml of the locale.

An answer becomes changes of the settings file: values by their names, `rate` or `practice.praktijk`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from voice.base.choices import name_choices
from voice.base.errors import SettingsError
from voice.base.fields import read_choice
from voice.base.inheritance import Layered, read_layered
from voice.base.messages import Messages, find_blanks, read_messages
from voice.base.text_enum import TextEnum
from voice.consultation.loader import find_locale
from voice.consultation.practice import is_callable
from voice.setup.settings import Settings, VoiceChoice
from voice.setup.settings_file import quote_value, set_value
from voice.setup.settings_reader import parse_settings

Changes = Mapping[str, str]
"""Values as they were typed, by the names of their settings."""

_BLANKS: dict[str, dict[str, tuple[str, ...]]] = {
    "keys": {"back": (), "stop": (), "again": (), "clear": (), "yes": ()},
    "shown": {
        "welcome": ("count",), "keys": ("back", "clear", "stop"), "progress": ("number", "count"), "now": ("value",), "usual": (),
        "secret": (), "system": (), "best": (), "none": ("again",), "number": ("count",), "busy": (), "speak": (),
        "tried": ("again",), "same": (), "changes": (), "save": ("file", "yes"), "saved": ("file",), "unsaved": (),
        "next": ("file",),
    },
}  # fmt: skip
"""Sections of setup.yaml with messages, and the blanks that each may have."""
_FIELDS = ("id", "kind", "ask", "choices", "written", "refused", "test")
TESTS = ("", "settings", "microphone", "loudspeaker", "voice", "calls", "reception")
"""Parts of the self-test that a question may name."""
SECRET = "staff.pin"
"""The setting that is never shown."""


class Kind(TextEnum):
    """What kind of answer a question takes: what is typed, a number that can be called, or one of several things."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    MICROPHONE = "microphone"
    LOUDSPEAKER = "loudspeaker"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Option:
    """One of several things that a question offers: what it is called, and what it changes."""

    label: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. id: the setting that it sets. written: the sentence around the answer; empty if it is kept as it is.

    refused: what is told if the answer cannot be taken. test: the part of the self-test that tries it; may be empty.
    """

    id: str
    kind: Kind
    ask: str
    choices: tuple[tuple[str, str], ...] = ()
    written: str = ""
    refused: str = ""
    test: str = ""

    def read_typed(self, typed: str, options: Sequence[Option] = ()) -> Changes:
        """What the typed answer changes: with options their number counts, from 1.

        Raises SettingsError if there is no such option, or if it is no number that can be called.
        """
        if options:
            numbers = {str(number): option for number, option in enumerate(options, 1)}
            if typed not in numbers:
                raise SettingsError(f"{typed!r} is not offered.")
            return numbers[typed].changes
        if self.kind is Kind.NUMBER and not is_callable(typed):
            raise SettingsError(f"{typed!r} is no number that can be called.")
        return {self.id: self.written.format(typed=typed) if self.written else typed}


@dataclass(frozen=True, slots=True)
class Interview:
    """The whole of setup.yaml. keys: what can be typed instead of an answer."""

    keys: Messages
    shown: Messages
    questions: tuple[Asked, ...]

    def describe(self, asked: Asked, draft: Draft, options: Sequence[Option]) -> str:
        """Say in the practice's words what a question's setting is now."""
        value = draft.find_value(asked.id)
        if value and asked.id == SECRET:
            return self.shown.fill("secret")
        label = (option.label for option in options if option.changes.get(asked.id) == value)
        return next(label, value or self.shown.fill("usual"))


@dataclass(frozen=True, slots=True)
class Draft:
    """The settings file as it would be. text: as it is now, or the example with its comments where there is none yet."""

    path: Path
    text: str
    changes: Changes = field(default_factory=dict)

    def change(self, changes: Changes) -> Draft:
        """Return the draft with more changes. Raises SettingsError if the file could not be read with them."""
        changed = replace(self, changes={**self.changes, **changes})
        _ = changed.settings
        return changed

    def clear(self, name: str) -> Draft:
        """Return the draft with the default of a setting."""
        return self.change({name: _find_value(Settings(), name)})

    def list_changes(self) -> tuple[str, ...]:
        """The changes as lines, without what must not be shown."""
        return tuple(f"{name}: {'****' if value and name == SECRET else value}" for name, value in self.changes.items())

    @property
    def new_text(self) -> str:
        text = self.text
        for name, value in self.changes.items():
            text = set_value(text, name, quote_value(value))
        return text

    @property
    def settings(self) -> Settings:
        return parse_settings(self.new_text, self.path)

    def find_value(self, name: str) -> str:
        """The value that a setting would have, as a text; empty if it is the usual one."""
        return _find_value(self.settings, name)


def _find_value(settings: Settings, name: str) -> str:
    found: object = settings
    for part in name.split("."):
        found = getattr(found, part)
    if isinstance(found, bool):
        return "yes" if found else "no"
    return f"{found:g}" if isinstance(found, float) else str(found)


def offer_devices(setting: str, names: Sequence[str], default: str) -> tuple[Option, ...]:
    """Offer the system's own choice, called `default`, and then each device."""
    return (Option(default, {setting: ""}), *(Option(name, {setting: name}) for name in names))


def offer_voices(voices: Mapping[str, VoiceChoice], default: str) -> tuple[Option, ...]:
    """Offer the best voice, called `default`, and then each by its name."""
    best = Option(default, {"voice": "auto", "voice_name": ""})
    return (best, *(Option(name, {"voice": one.voice, "voice_name": one.voice_name}) for name, one in voices.items()))


def load_interview(folder: Path) -> Interview:
    """Read setup.yaml of a locale's folder. Raises ScriptError naming the file, the line and the remedy."""
    find_locale(folder)
    place = read_layered(folder / "setup.yaml")
    place.allow_only((*_BLANKS, "questions"))
    messages = {name: read_messages(place.inside(name), blanks) for name, blanks in _BLANKS.items()}
    return Interview(**messages, questions=tuple(map(_read_asked, place.each("questions"))))


def _read_asked(place: Layered) -> Asked:
    place.allow_only(_FIELDS)
    kind, test = read_choice(place, "kind", Kind), place.text("test", "")
    if test not in TESTS:
        raise place.complain("test", f"'{test}' is no test.", name_choices(test, TESTS[1:]))
    offered = place.inside("choices")
    if (kind is Kind.CHOICE) != bool(offered.names()):
        raise place.complain("choices", "choices belong to a question of the kind 'choice'.", "Write them as value: words.")
    written = place.text("written", "")
    if written and find_blanks(place, "written", written) != ("typed",):
        raise place.complain("written", "the answer has no place in it.", "Write {typed} once, with the braces.")
    return Asked(
        place.text("id"), kind, place.text("ask"), tuple((name, offered.text(name)) for name in offered.names()),
        written, place.text("refused", ""), test,
    )  # fmt: skip
