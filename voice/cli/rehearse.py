"""`ruggespraak rehearse`: the practice measures its own kiosk, with one to three volunteers, in ten minutes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from time import strftime

from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.pcm import encode
from voice.base.errors import DeviceError, SettingsError, UsageError
from voice.base.private_files import write_private
from voice.bench.rehearsal.measures import (
    OFTEN,
    Take,
    Trial,
    choose_settings,
    choose_strictness,
    draw_prompts,
    find_advice,
    judge_listening,
)
from voice.bench.rehearsal.prompter import Prompter
from voice.bench.rehearsal.report import Found, format_lines, make_page
from voice.bench.rehearsal.session import Rehearsal, count_alone
from voice.bench.rehearsal.wording import Wording, load_wording
from voice.cli.staff_messages import load_staff_messages
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.server import Site
from voice.kiosk.screen.shown_page import Face
from voice.kiosk.screen.texts import load_screen_texts
from voice.setup.devices import open_microphone
from voice.setup.engines import load_ears
from voice.setup.kiosk_wiring import open_screen
from voice.setup.scripts import find_expected, load_chosen_script
from voice.setup.settings import Settings
from voice.setup.settings_file import change_settings
from voice.setup.voices import list_voices, open_phrasebook

QUESTION = "koorts"
"""The question whose answers the volunteers give."""
ALL = sum(OFTEN.values())
LINES = 10
MOST = 3
PARTS = ("both", "hearing", "listening")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--answers", type=int, default=ALL, metavar="N", help=f"how many answers, 4 to {ALL} (default {ALL})")
    about = "how many volunteers speak (default: asks)"
    parser.add_argument("--lines", type=int, default=LINES, metavar="N", help=f"how many lines are listened to, 1 to {LINES}")
    parser.add_argument("--volunteers", type=int, choices=range(1, MOST + 1), help=about)
    parser.add_argument("--part", choices=PARTS, default="both", help="what is measured (default %(default)s)")
    parser.add_argument("--page", type=Path, default=Path("rehearsal.html"), metavar="FILE.html", help="the report as a page")
    about = "folder for the recordings, if every volunteer agrees (the table is as `bench answers` takes it)"
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help=about)
    parser.add_argument("--seed", type=int, help=argparse.SUPPRESS)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Measure, report, and write settings only on a yes. Exit code 1 if something must change."""
    if not 4 <= options.answers <= ALL:
        raise UsageError(f"--answers {options.answers} is not possible.", f"Give 4 to {ALL}.")
    if not 1 <= options.lines <= LINES:
        raise UsageError(f"--lines {options.lines} is not possible.", f"Give 1 to {LINES}.")
    words = load_wording(settings.locale_folder)
    try:
        with _open_prompter(settings) as prompter:
            return _rehearse(options, settings, words, prompter)
    except DeviceError as error:
        told = load_staff_messages(settings.locale_folder).describe_trouble(error.trouble)
        print(words.shown.fill("broken", told=told))
        raise


@contextmanager
def _open_prompter(settings: Settings) -> Iterator[Prompter]:
    """Serve the kiosk's page, on which volunteers read what to say."""
    script, board = load_chosen_script(settings), Board()
    texts = load_screen_texts(settings.locale_folder, settings.practice, script.readback.expected.grammar)
    page = texts.fill_page(settings.practice.praktijk, settings.screen.diagonal, demo=not script.reviewed)
    with closing(Prompter(board, sys.stdin.fileno(), _tell)) as prompter, ExitStack() as parts:
        prompter.show(Face.PREPARING, texts.page["preparing"])
        site = Site(board, {"/": ("page", page)}, writes={"/press": prompter.receive}, locked=page)
        open_screen(parts, site, settings.screen.port)
        yield prompter


def _rehearse(options: argparse.Namespace, settings: Settings, words: Wording, prompter: Prompter) -> int:
    volunteers = options.volunteers or _ask_how_many(words, prompter)
    found = _measure(options, settings, words, prompter, volunteers)
    print("", *format_lines(found, words), "", sep="\n")
    options.page.write_text(make_page(found, words), encoding="utf-8")
    print(words.shown.fill("page", file=options.page))
    _offer_keeping(options.keep, found.takes, words, prompter)
    _offer_settings(options.settings, found.settings, words, prompter)
    return 0 if [one.name for one in found.advice] == ["fine"] else 1


def _measure(options: argparse.Namespace, settings: Settings, words: Wording, prompter: Prompter, volunteers: int) -> Found:
    chance = Random(options.seed)
    with ExitStack() as stack:
        loudspeaker = stack.enter_context(closing(SoundCardLoudspeaker(settings.loudspeaker)))
        microphone = stack.enter_context(closing(open_microphone(settings)))
        book = stack.enter_context(open_phrasebook(settings, warn=print))
        ears = stack.enter_context(closing(load_ears(settings)))
        expected = find_expected(settings, QUESTION)
        ours = Rehearsal(loudspeaker, microphone, book, ears, expected, settings.patience, words, prompter)
        room = ours.measure_room()
        takes: tuple[Take, ...] = ()
        chosen = None
        if options.part != "listening":
            ours.say("welcome")
            takes = tuple(ours.hear_all(draw_prompts(dict(words.answers), options.answers, chance), volunteers))
            prompter.tell(words.shown.fill("weighing"))
            prompter.show(Face.THINKING, words.shown.fill("weighing"))
            cases = tuple(ours.weigh(takes))
            chosen = choose_strictness(cases, expected)
        trials: tuple[Trial, ...] = ()
        if options.part != "hearing":
            ours.say("listen")
            trials = tuple(_listen(ours, settings, options.lines, chance))
        ours.say("done")
        if chosen:
            alone = count_alone(cases, takes, ears, expected)
            chosen = type(chosen)(chosen.strictness, chosen.as_is, chosen.held_out, alone)
    now = {
        "settling": settings.patience.settling, "rate": settings.rate, "clear": settings.strictness.clear,
        "sure": settings.strictness.sure,
    }  # fmt: skip
    voice = _name_voice(settings)
    listening = judge_listening(trials, voice)
    advice = [one for one in find_advice(takes, room, settings.patience.settling) if not (listening and one.name == "fine")]
    return Found(
        strftime("%d/%m/%Y"), settings.locale, volunteers, takes, room, (*advice, *listening),
        choose_settings(room, trials, voice, chosen, now), chosen, trials,
    )  # fmt: skip


def _listen(ours: Rehearsal, settings: Settings, count: int, chance: Random) -> Iterator[Trial]:
    """Let every installed voice speak so many of the lines."""
    texts = {question.id: question.ask.text for question in load_chosen_script(settings).questions}
    lines = {name: texts[name] for name in list(ours.wording.similar)[:count] if name in texts}
    for voice, choice in list_voices(settings).items():
        with open_phrasebook(choice, warn=print) as book, open_phrasebook(choice, slow=True, warn=print) as slower:
            yield from ours.listen_all(voice, book, slower, lines, chance)


def _name_voice(settings: Settings) -> str:
    """Return the name of the voice that speaks now: the best that is present, or the one that was chosen."""
    voices = list_voices(settings)
    named = ((name, choice.voice, choice.voice_name) for name, choice in voices.items())
    fitting = (name for name, engine, voice in named if settings.voice in ("auto", engine) and settings.voice_name in ("", voice))
    return next(fitting, next(iter(voices)))


def _ask_how_many(words: Wording, prompter: Prompter) -> int:
    typed = (prompter.ask(words.shown.fill("how_many")) or "").strip()
    return int(typed) if typed in map(str, range(1, MOST + 1)) else 1


def _offer_keeping(folder: Path | None, takes: Sequence[Take], words: Wording, prompter: Prompter) -> None:
    """Keep the recordings if a folder is named and all agree; else they are gone with this program."""
    if not takes:
        return
    if folder is None or not _agrees(words, prompter, words.shown.fill("keep")):
        return print(words.shown.fill("forgotten"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = ["file\tlabel\tkind\ttranscript"]
    for number, take in enumerate((take for take in takes if take.audio.pcm), 1):
        name = f"{number:02}.wav"
        write_private(folder / name, encode(take.audio))
        rows.append(f"{name}\t{take.label}\treal\t{take.prompt.text}")
    write_private(folder / "answers.tsv", ("\n".join(rows) + "\n").encode())
    print(words.shown.fill("kept", folder=folder))


def _offer_settings(path: Path | None, changes: dict[str, str], words: Wording, prompter: Prompter) -> None:
    if not changes:
        return
    shown = words.shown
    if path is None:
        return _print_changes(shown.fill("no_file"), changes)
    if not _agrees(words, prompter, shown.fill("write", file=path)):
        return print(shown.fill("unwritten"))
    try:
        change_settings(path, changes)
    except (OSError, SettingsError):
        return _print_changes(shown.fill("unwritable", file=path), changes)
    print(shown.fill("written", file=path))


def _print_changes(heading: str, changes: dict[str, str]) -> None:
    print(heading, *(f"  {name}: {value}" for name, value in changes.items()), sep="\n")


def _agrees(words: Wording, prompter: Prompter, question: str) -> bool:
    return (prompter.ask(question) or "").strip().lower() == words.shown.fill("yes")


def _tell(line: str) -> None:
    print(line, flush=True)
