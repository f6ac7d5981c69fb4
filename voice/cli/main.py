"""The command line: parse it, read the settings, run the chosen command.

Exit codes: 0 done; 1 something is wrong (check, script check, verify); 2 wrong usage; 3 script;
4 audio file; 5 model; 6 sound card; 7 voice; 8 recorded patient; 9 settings; 10 speech server; 11 no clinician has signed
the script; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from voice import __version__
from voice.base.console import print_anything, start_in_utf8, tell
from voice.base.errors import DISK_FULL, RuggespraakError, Symptom
from voice.base.process_memory import overwrite_freed_memory, refuse_core_dumps
from voice.cli.parser import CommandParser, add_settings_options, chosen_settings

COMMANDS = {
    "setup": "Set this kiosk up: asks in Dutch, tries each part, and writes the settings on a yes.",
    "consult": "Hold one spoken consultation.",
    "hear": "Recognize and understand recorded answers.",
    "understand": "Understand written answers, one a line on standard input.",
    "say": "Speak a text in the kiosk's voice into a WAV file.",
    "prepare": "Render every line of the script ahead, so that no visit waits for the voice.",
    "record": "Record the practice's own voice: leads through every line, checks it, and can be resumed at any time.",
    "rehearse": "Measure this kiosk where it stands, with one to three volunteers, and say what to change.",
    "models": "The recognition models: list, fetch, import, verify, remove.",
    "check": "Test this installation: devices, voice, models, script, disk. One line each; exit 1 if something is wrong.",
    "script": "The script: check it, walk every path through it, show it as a document.",
    "bench": "Measure how well patients and the voice are understood, and how fast it is.",
    "fhir": "The script as a FHIR R4 Questionnaire (JSON); `consult --fhir` gives the answers to it.",
    "wyoming": "Serve ears, voice and consultation to other machines on the local network (Wyoming), or see what one offers.",
    "kiosk": "Hold one visit after the other, with a screen in the browser of this machine.",
}
"""One line about each command. Its module here has `run(options, settings)`, and `add_arguments(parser)` if it has options."""

HEARING_PATIENTS = ("consult", "kiosk", "rehearse", "wyoming")
"""Commands whose memory may hold patients' words."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code. Print an error that a user can mend in one line."""
    if arguments is None:
        start_in_utf8()
    print_anything()
    refuse_core_dumps()
    if arguments is None and set(sys.argv[1:2]) & set(HEARING_PATIENTS):
        overwrite_freed_memory()
    try:
        options = make_parser().parse_args(sys.argv[1:] if arguments is None else arguments)
        code: int = options.run(options, chosen_settings(options))
        sys.stdout.flush()
        return code
    except RuggespraakError as error:
        tell(f"ruggespraak: {_describe(error)}")
        return error.exit_code
    except KeyboardInterrupt:
        tell("ruggespraak: stopped.")
        return 130
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does, and has all it wanted.
        _forget_output()
        return 0
    except OSError as reason:
        if reason.errno in DISK_FULL:
            _forget_output()
            tell(f"ruggespraak: Something cannot be written ({reason.strerror}). Free some space and try again.")
        elif reason.filename is not None and reason.strerror:  # a file that was named on the command line or in the settings
            tell(f"ruggespraak: {reason.filename} cannot be used ({reason.strerror}). Check the name, and who may write there.")
        else:
            raise
        return 1


def _describe(error: RuggespraakError) -> str:
    """What the error says; in Dutch first, if it is about what the practice chooses itself."""
    if error.trouble.symptom not in (Symptom.PIN, Symptom.UNREVIEWED):
        return str(error)
    from voice.cli.staff_messages import load_staff_messages
    from voice.setup.settings import Settings

    words = load_staff_messages(Settings().locale_folder)  # that of the file may not be known: the file may be refused
    return words.verdict.fill("technical", told=words.describe_trouble(error.trouble), english=error)


def _forget_output() -> None:
    """Drop what still waits to be printed; otherwise Python complains of it when the program ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def make_parser() -> CommandParser:
    """Make the parser of the whole command line."""
    top = CommandParser(
        prog="ruggespraak",
        description="Asks a patient with acute low back pain the red-flag questions aloud, in Dutch, and understands "
        "the spoken answers. Works without any network.",
        epilog="Not CE-marked; not for use on patients as it stands: see README.md. Exit codes: 0 done, 1 something is wrong, "
        "2 wrong usage, 3 script, 4 audio, 5 model, 6 sound card, 7 voice, 8 recorded patient, 9 settings, 10 speech server, "
        "11 no clinician has signed the script.",
    )
    top.add_argument("--version", action="version", version=f"ruggespraak {__version__}")
    top.add_commands("commands", COMMANDS, _add_arguments)
    return top


def _add_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    command = import_module(f"voice.cli.{name}")
    if hasattr(command, "add_arguments"):
        command.add_arguments(parser)
    if name != "bench":  # each of its parts adds them
        add_settings_options(parser)
    parser.set_defaults(run=command.run)
