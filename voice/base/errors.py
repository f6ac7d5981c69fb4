"""The errors that a user can mend: each is one line that says what is wrong and what to do, with a fixed exit code.

The people beside the kiosk read it, not the people who wrote the code.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from voice.base.text_enum import TextEnum

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
"""Error numbers of the system for a disk, or our share of it, that is full."""
MAX_LENGTH = 400
"""Letters of a problem or a remedy; what is quoted from a file can be longer than a screen."""


class Symptom(TextEnum):
    """What a practice sees of an error; service.yaml of its locale has a sentence for each member."""

    OTHER = "other"
    SETTINGS = "settings"
    SCRIPT = "script"
    MODEL = "model"
    NO_MODEL = "no_model"
    VOICE = "voice"
    SERVER = "server"
    DEVICE = "device"
    ABSENT = "absent"
    MISNAMED = "misnamed"
    GONE = "gone"
    MUTE = "mute"
    BUSY = "busy"
    OWN_SOUND = "own_sound"
    LOUD = "loud"
    INCOMPLETE = "incomplete"
    PORT = "port"
    DISK = "disk"
    PRINTER = "printer"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error leaves behind for the people who look after the kiosk.

    message: for an engineer. symptom: for the practice. subject: name of the part that has the symptom; may be empty.
    """

    message: str
    symptom: Symptom
    subject: str = ""


class RuggespraakError(Exception):
    """Root of all errors that a user can mend.

    exit_code: what the command line returns. usual: the symptom if none is given.
    """

    exit_code = 1
    usual = Symptom.OTHER

    def __init__(self, problem: str, remedy: str = "", symptom: Symptom = Symptom.OTHER, subject: str = "") -> None:
        self.problem = _to_one_line(problem)
        self.remedy = _to_one_line(remedy)
        super().__init__(f"{self.problem} {self.remedy}".strip())
        self.trouble = Trouble(str(self), self.usual if symptom is Symptom.OTHER else symptom, _to_one_line(subject))


class UsageError(RuggespraakError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class ScriptError(RuggespraakError):
    """A script or its language data is invalid."""

    exit_code = 3
    usual = Symptom.SCRIPT


class AudioError(RuggespraakError):
    """An audio file is missing, empty or unreadable."""

    exit_code = 4


class ModelError(RuggespraakError):
    """A recognition model is missing, damaged or could not be fetched."""

    exit_code = 5
    usual = Symptom.MODEL


class DeviceError(RuggespraakError):
    """A microphone, loudspeaker or their system library is missing or failed."""

    exit_code = 6
    usual = Symptom.DEVICE


class VoiceError(RuggespraakError):
    """A voice is missing or failed to speak."""

    exit_code = 7
    usual = Symptom.VOICE


class PatientError(RuggespraakError):
    """A recorded patient's file is invalid."""

    exit_code = 8


class SettingsError(RuggespraakError):
    """The settings file is invalid."""

    exit_code = 9
    usual = Symptom.SETTINGS


class ServerError(RuggespraakError):
    """A speech server on the local network cannot be reached, or does not do what it is asked."""

    exit_code = 10
    usual = Symptom.SERVER


def _to_one_line(text: str) -> str:
    """Make the text fit for one line anywhere: a quoted file may hold line breaks and control codes."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= MAX_LENGTH else f"{line[: MAX_LENGTH // 2]} ... {line[-MAX_LENGTH // 2 :]}"
