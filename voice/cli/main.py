"""The command line: builds the parts and hands them to the loop.

Exit codes: 0 done; 1 something is wrong (check, script check, verify); 2 wrong usage; 3 script;
4 audio file; 5 model; 6 sound card; 7 voice; 8 recorded patient; 9 settings; 10 speech server; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from voice import __version__
from voice.base.console import tell
from voice.base.errors import NO_ROOM, RuggespraakError
from voice.cli.process_memory import overwrite_what_is_freed, refuse_core_dumps
from voice.setup.settings import ENGINES, VOICES, Settings, load_settings

PARTS = ("ears", "voice", "consultation")
BENCHES = ("answers", "calibration", "ears", "voice", "consult", "turns", "wyoming", "screen", "soak")
"""What can be served to others."""

HEARING_PATIENTS = ("consult", "kiosk", "wyoming")
"""Commands in whose memory patients' words may stand."""

Command = Callable[[argparse.Namespace, Settings], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Errors that a user can mend are told in one line."""
    options = parser().parse_args(arguments)
    refuse_core_dumps()
    if options.hears_patients and arguments is None:
        overwrite_what_is_freed()
    try:
        code = options.command(options, chosen_settings(options))
        sys.stdout.flush()
        return code
    except RuggespraakError as error:
        tell(f"ruggespraak: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        tell("ruggespraak: stopped.")
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone, as `| head` does; nothing is lost that they wanted.
        _forget_output()
        return 0
    except OSError as reason:
        if reason.errno not in NO_ROOM:
            raise
        _forget_output()
        tell(f"ruggespraak: Something cannot be written ({reason.strerror}). Free some space and try again.")
        return 1


def _forget_output() -> None:
    """What still waits to be printed has nowhere to go, and the end of the program would complain of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def chosen_settings(options: argparse.Namespace) -> Settings:
    """The settings file, overruled by the options of the command line."""
    settings = load_settings(options.settings) if options.settings else Settings()
    given = {name: getattr(options, name, None) for name in ("locale", "script_name", "engine", "voice", "voice_name")}
    given["script"] = given.pop("script_name")
    return replace(settings, **{name: value for name, value in given.items() if value})


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="ruggespraak",
        description="Asks a patient with acute low back pain the red-flag questions aloud, in Dutch, and understands "
        "the spoken answers. Works without any network.",
        epilog="Not a medical device. See README.md. Exit codes: 0 done, 1 something is wrong, 2 wrong usage, 3 script, "
        "4 audio, 5 model, 6 sound card, 7 voice, 8 recorded patient, 9 settings, 10 speech server.",
    )
    top.add_argument("--version", action="version", version=f"ruggespraak {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_consult, _hear, _understand, _say, _prepare, _record, _models, _check, _script, _bench, _fhir, _wyoming, _kiosk):
        add(commands)
    return top


def _command(commands: argparse._SubParsersAction, name: str, run: Command, about: str) -> argparse.ArgumentParser:
    """A command with the options that all commands share."""
    made = commands.add_parser(name, help=about, description=about)
    made.set_defaults(command=run, hears_patients=name in HEARING_PATIENTS)
    shared = made.add_argument_group("choices (the settings file holds the same)")
    shared.add_argument("--settings", type=Path, metavar="FILE", help="settings of this kiosk (YAML)")
    shared.add_argument("--locale", help="nl-BE or nl-NL")
    shared.add_argument("--script", dest="script_name", metavar="NAME", help="which script of that locale, for instance kort")
    shared.add_argument("--engine", choices=ENGINES, help="which ears; auto takes the best that is installed")
    shared.add_argument("--voice", choices=VOICES, help="which voice; auto takes the best that is installed")
    shared.add_argument("--voice-name", metavar="NAME", help="which of its voices, where --voice names an engine")
    return made


def _lazily(module: str, name: str = "run") -> Command:
    """A command whose module is imported when it runs, so that `--help` answers at once."""

    def run(options: argparse.Namespace, settings: Settings) -> int:
        return getattr(import_module(f"voice.cli.{module}"), name)(options, settings)

    return run


def _consult(commands: argparse._SubParsersAction) -> None:
    made = _command(commands, "consult", _lazily("consult"), "Hold one spoken consultation.")
    made.add_argument("--patient", type=Path, metavar="FILE.yaml", help="a recorded patient answers instead of the microphone")
    made.add_argument(
        "--else-patient", type=Path, metavar="FILE.yaml", help="a recorded patient answers where there is no sound card"
    )
    made.add_argument("--record", type=Path, metavar="OUT.wav", help="write the conversation as heard in the room, both voices")
    made.add_argument("--json", action="store_true", help="one JSON object a line: a turn for each answer, the outcome last")
    made.add_argument("--fhir", type=Path, metavar="OUT.json", help="hand the answers over as a FHIR R4 QuestionnaireResponse")


def _hear(commands: argparse._SubParsersAction) -> None:
    made = _command(commands, "hear", _lazily("hear"), "Recognize and understand recorded answers.")
    made.add_argument("files", nargs="+", type=Path, metavar="FILE", help="audio files of any usual rate and format")
    made.add_argument("--question", metavar="ID", help="the question they answer")
    made.add_argument("--json", action="store_true", help="one JSON object a file")


def _understand(commands: argparse._SubParsersAction) -> None:
    made = _command(commands, "understand", _lazily("understand"), "Understand written answers, one a line on standard input.")
    made.add_argument("--question", metavar="ID", help="the question they answer")
    made.add_argument("--json", action="store_true", help="one JSON object a line")


def _say(commands: argparse._SubParsersAction) -> None:
    made = _command(commands, "say", _lazily("say"), "Speak a text in the kiosk's voice into a WAV file.")
    made.add_argument("text", help="what to say")
    made.add_argument("--out", type=Path, required=True, metavar="FILE.wav")


def _prepare(commands: argparse._SubParsersAction) -> None:
    about = "Render every line of the script ahead, so that no visit waits for the voice."
    _command(commands, "prepare", _lazily("say", "prepare"), about)


def _record(commands: argparse._SubParsersAction) -> None:
    about = "Record the practice's own voice: leads through every line, checks it, and can be resumed at any time."
    made = _command(commands, "record", _lazily("record"), about)
    made.add_argument("lines", nargs="*", metavar="ID", help="lines to record, again if need be (default: all that are missing)")
    made.add_argument("--missing", action="store_true", help="only list the lines that nobody has recorded")


def _models(commands: argparse._SubParsersAction) -> None:
    made = _command(commands, "models", _lazily("models"), "The recognition models: list, fetch, import, verify, remove.")
    made.add_argument("action", choices=("list", "fetch", "import", "verify", "remove"))
    made.add_argument(
        "names",
        nargs="*",
        metavar="NAME|FILE",
        help="models to fetch or remove (fetch without a name: what this machine needs to hear Dutch); files to import",
    )


def _check(commands: argparse._SubParsersAction) -> None:
    about = "Test this installation: devices, voice, models, script, disk. One line each; exit 1 where something is wrong."
    made = _command(commands, "check", _lazily("check"), about)
    made.add_argument("--json", action="store_true", help="one JSON object a part, with the same in English for an engineer")


def _script(commands: argparse._SubParsersAction) -> None:
    made = _command(
        commands, "script", _lazily("script"), "The script: check it, walk every path through it, show it as a document."
    )
    made.add_argument("action", choices=("check", "walk", "show"))
    made.add_argument(
        "--depth",
        type=int,
        default=1,
        metavar="N",
        help="walk: unusual answers per consultation, at all places (default 1; 2 takes minutes)",
    )
    made.add_argument(
        "--svg", type=Path, metavar="FILE.svg", help="show: draw the questions, levels and rules into a file instead"
    )


def _bench(commands: argparse._SubParsersAction) -> None:
    made = _command(
        commands,
        "bench",
        _lazily("bench"),
        "Measure how well patients and the voice are understood, and how fast it is.",
    )
    made.add_argument("what", choices=BENCHES)
    made.add_argument("--words", type=Path, metavar="FILE.tsv", help="answers: written answers, columns label and utterance")
    made.add_argument(
        "--recordings", type=Path, metavar="FILE.tsv",
        help="answers, calibration, ears, turns: columns file, label, and where known kind, alt, snr, base; "
        "voice: people, to compare with (column transcript too)",
    )  # fmt: skip
    made.add_argument("--question", metavar="ID", default="koorts", help="answers: the question they answer (default koorts)")
    made.add_argument("--every", type=int, default=1, metavar="N", help="ears, voice: take every Nth recording or line only")
    made.add_argument(
        "--cuts", type=int, default=1, metavar="N",
        help="answers, calibration: hear each recording N times, each time cut a little differently (default 1)",
    )  # fmt: skip
    made.add_argument("--wrong", action="store_true", help="answers: list what was misunderstood")
    made.add_argument("--svg", type=Path, metavar="FILE.svg", help="calibration: draw its curve into a file, too")
    made.add_argument("--patient", type=Path, metavar="FILE.yaml", help="consult, soak: the recorded patient to measure with")
    made.add_argument("--patients", type=Path, nargs="+", metavar="FILE.yaml", help="wyoming: recorded patients, taken in turn")
    made.add_argument("--at-once", type=int, default=8, metavar="N", help="wyoming: thin kiosks at the same time (default 8)")
    made.add_argument("--real-time", action="store_true", help="wyoming: those at the same time go at the pace of life")
    made.add_argument("--times", type=int, default=3, metavar="N", help="consult: how often (default 3)")
    made.add_argument(
        "--turns", type=int, nargs=3, default=(40, 60, 20), metavar=("WHOLE", "PAUSED", "SILENT"),
        help="turns: so many yes and no, answers with a pause in them, and silences (default 40 60 20)",
    )  # fmt: skip
    made.add_argument("--visits", type=int, default=500, metavar="N", help="soak: how many visits (default 500)")
    made.add_argument("--faults", type=int, default=200, metavar="N", help="soak: in how many something breaks (default 200)")
    made.add_argument("--seconds", type=float, default=3600, metavar="S", help="soak: no new visit after so long (default 3600)")
    made.add_argument("--real", type=int, default=25, metavar="N", help="soak: --patient comes every Nth visit (default 25)")
    made.add_argument("--restarts", type=int, default=10, metavar="N", help="soak: process ends and new starts (default 10)")
    made.add_argument("--disk", action="store_true", help=argparse.SUPPRESS)  # temporary files lie on a disk that may be filled
    made.add_argument("--seed", type=int, default=1, metavar="N", help="soak: another one, another course of events")
    made.add_argument("--json", action="store_true", help="one JSON value instead of tables")


def _fhir(commands: argparse._SubParsersAction) -> None:
    about = "The script as a FHIR R4 Questionnaire (JSON); `consult --fhir` gives the answers to it."
    _command(commands, "fhir", _lazily("fhir"), about)


def _wyoming(commands: argparse._SubParsersAction) -> None:
    about = "Serve ears, voice and consultation to other machines on the local network (Wyoming), or see what one offers."
    made = _command(commands, "wyoming", _lazily("wyoming"), about)
    made.add_argument("action", choices=("serve", "describe"))
    made.add_argument(
        "--uri",
        default="tcp://127.0.0.1:10300",
        help="address (default %(default)s); tcp://0.0.0.0:10300 serves the whole local network, unencrypted",
    )
    made.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="serve: only these (default all)")
    made.add_argument("--at-once", type=int, default=2, metavar="N", help="serve: answers heard at the same time (default 2)")


def _kiosk(commands: argparse._SubParsersAction) -> None:
    made = _command(commands, "kiosk", _lazily("kiosk"), "Hold visits for ever, with a screen in the browser of this machine.")
    made.add_argument("--visits", type=int, default=0, metavar="N", help="stop after N visits (default: never)")
