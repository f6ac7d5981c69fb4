"""The errors that a user can mend: each is one line that says what is wrong and what to do, with a fixed exit code.

The people beside the kiosk read it, not the people who wrote the code.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from voice.base.text_enum import TextEnum

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
"""Error numbers of the system for a disk, or our share of it, that is full."""
MAX_LENGTH = 600
"""Letters of a problem or a remedy; what is quoted from a file can be longer than a screen."""


class Symptom(TextEnum):
    """What a practice sees of an error; service.yaml of its locale has a sentence for each member."""

    OTHER = "other"
    SETTINGS = "settings"
    PIN = "pin"
    SCRIPT = "script"
    UNREVIEWED = "unreviewed"
    MODEL = "model"
    NO_MODEL = "no_model"
    UNMEASURED = "unmeasured"
    PLAIN_VOICE = "plain_voice"
    VOICE = "voice"
    SERVER = "server"
    DEVICE = "device"
    ABSENT = "absent"
    MISNAMED = "misnamed"
    GONE = "gone"
    HANGS = "hangs"
    MUTE = "mute"
    BUSY = "busy"
    OWN_SOUND = "own_sound"
    LOUD = "loud"
    INCOMPLETE = "incomplete"
    PORT = "port"
    DISK = "disk"
    PRINTER = "printer"
    PRINTER_UNKNOWN = "printer_unknown"
    SWAP = "swap"
    MEMORY_KEPT = "memory_kept"
    CLOCK = "clock"
    EMERGENCY_NUMBER = "emergency_number"
    READ_ONLY = "read_only"
    UNHEARD = "unheard"
    NOBODY_CALLED = "nobody_called"
    IMPATIENT = "impatient"
    HASTY = "hasty"
    SETTLING = "settling"
    BROKER_UNKNOWN = "broker_unknown"
    BROKER_AWAY = "broker_away"
    BROKER_MUTE = "broker_mute"
    BROKER_CUT = "broker_cut"
    BROKER_LOGIN = "broker_login"
    BROKER_FILE = "broker_file"
    BROKER_FORBIDDEN = "broker_forbidden"
    BROKER_NOBODY = "broker_nobody"
    BROKER_TLS = "broker_tls"
    RECEPTION_ADDRESS = "reception_address"
    RECEPTION_CERTIFICATE = "reception_certificate"
    RECEPTION_PLAIN = "reception_plain"
    RECEPTION_PIN = "reception_pin"


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

    exit_code: what the command line returns. usual: the symptom if none is given. A subclass without its own has its parent's.
    """

    exit_code = 1
    usual = Symptom.OTHER

    def __init_subclass__(cls, exit_code: int | None = None, usual: Symptom | None = None) -> None:
        cls.exit_code = exit_code or cls.exit_code
        cls.usual = usual or cls.usual

    def __init__(self, problem: str, remedy: str = "", symptom: Symptom = Symptom.OTHER, subject: str = "") -> None:
        self.problem = _to_one_line(problem)
        self.remedy = _to_one_line(remedy)
        super().__init__(f"{self.problem} {self.remedy}".strip())
        self.trouble = Trouble(str(self), self.usual if symptom is Symptom.OTHER else symptom, _to_one_line(subject))


class UsageError(RuggespraakError, exit_code=2):
    """The command was called in a way that cannot work."""


class ScriptError(RuggespraakError, exit_code=3, usual=Symptom.SCRIPT):
    """A script or its language data is invalid."""


class AudioError(RuggespraakError, exit_code=4):
    """An audio file is missing, empty or unreadable."""


class ModelError(RuggespraakError, exit_code=5, usual=Symptom.MODEL):
    """A recognition model is missing, damaged or could not be fetched."""


class DeviceError(RuggespraakError, exit_code=6, usual=Symptom.DEVICE):
    """A microphone, loudspeaker or their system library is missing or failed."""


class VoiceError(RuggespraakError, exit_code=7, usual=Symptom.VOICE):
    """A voice is missing or failed to speak."""


class PatientError(RuggespraakError, exit_code=8):
    """A recorded patient's file is invalid."""


class SettingsError(RuggespraakError, exit_code=9, usual=Symptom.SETTINGS):
    """The settings file is invalid."""


class ServerError(RuggespraakError, exit_code=10, usual=Symptom.SERVER):
    """A speech server on the local network cannot be reached, or does not do what it is asked."""


class ReviewError(RuggespraakError, exit_code=11, usual=Symptom.UNREVIEWED):
    """No clinician has signed the script as it is now, and nobody has said that it may be shown as a trial."""


def _to_one_line(text: str) -> str:
    """Make the text fit for one line anywhere: a quoted file may hold line breaks and control codes."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= MAX_LENGTH else f"{line[: MAX_LENGTH // 2]} ... {line[-MAX_LENGTH // 2 :]}"
