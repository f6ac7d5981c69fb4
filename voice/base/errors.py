"""The error tree: what can go wrong, told in one line, with the remedy and a fixed exit code.

Every message names the thing that is wrong and what to do about it, because it is read by
whoever stands beside the kiosk, not by whoever wrote the code.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import Enum

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where a disk, or the share of it that is ours, is full."""
MOST = 400
"""Letters of a problem or a remedy; what a file quotes can be longer than a screen."""


class Symptom(str, Enum):
    """What a practice sees of an error; service.yaml of its locale has a sentence for each."""

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

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error leaves behind for whoever looks after the kiosk.

    told: for an engineer. symptom: for the practice, with the name of what has it as `subject`.
    """

    told: str
    symptom: Symptom
    subject: str = ""


class RuggespraakError(Exception):
    """Root of all errors that a user can mend; `exit_code` is what the command line returns.

    usual: what a practice sees of it where nothing more is known.
    """

    exit_code = 1
    usual = Symptom.OTHER

    def __init__(self, problem: str, remedy: str = "", symptom: Symptom = Symptom.OTHER, subject: str = "") -> None:
        self.problem = _one_line(problem)
        self.remedy = _one_line(remedy)
        super().__init__(f"{self.problem} {self.remedy}".strip())
        self.trouble = Trouble(str(self), self.usual if symptom is Symptom.OTHER else symptom, _one_line(subject))


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
    """A speech server on the local network cannot be reached, or does not do what is asked of it."""

    exit_code = 10
    usual = Symptom.SERVER


def _one_line(text: str) -> str:
    """The text as it can be shown anywhere: what was quoted from a file may hold line breaks and control codes."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= MOST else f"{line[: MOST // 2]} ... {line[-MOST // 2 :]}"
