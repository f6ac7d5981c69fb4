"""The error tree: what can go wrong, told in one line, with the remedy and a fixed exit code.

Every message names the thing that is wrong and what to do about it, because it is read by
whoever stands beside the kiosk, not by whoever wrote the code.
"""

MOST = 400
"""Letters of a problem or a remedy; what a file quotes can be longer than a screen."""


class RuggespraakError(Exception):
    """Root of all errors that a user can mend; `exit_code` is what the command line returns."""

    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = _one_line(problem)
        self.remedy = _one_line(remedy)
        super().__init__(f"{self.problem} {self.remedy}".strip())


class UsageError(RuggespraakError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class ScriptError(RuggespraakError):
    """A script or its language data is invalid."""

    exit_code = 3


class AudioError(RuggespraakError):
    """An audio file is missing, empty or unreadable."""

    exit_code = 4


class ModelError(RuggespraakError):
    """A recognition model is missing, damaged or could not be fetched."""

    exit_code = 5


class DeviceError(RuggespraakError):
    """A microphone, loudspeaker or their system library is missing or failed."""

    exit_code = 6


class VoiceError(RuggespraakError):
    """A voice is missing or failed to speak."""

    exit_code = 7


class PatientError(RuggespraakError):
    """A recorded patient's file is invalid."""

    exit_code = 8


class SettingsError(RuggespraakError):
    """The settings file is invalid."""

    exit_code = 9


class ServerError(RuggespraakError):
    """A speech server on the local network cannot be reached, or does not do what is asked of it."""

    exit_code = 10


def _one_line(text: str) -> str:
    """The text as it can be shown anywhere: what was quoted from a file may hold line breaks and control codes."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= MOST else f"{line[: MOST // 2]} ... {line[-MOST // 2 :]}"
