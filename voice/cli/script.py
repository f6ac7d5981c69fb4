"""`ruggespraak script`: check scripts, walk every path through one, show it as a document or a graph."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from voice.base.console import tell
from voice.base.errors import ScriptError
from voice.cli.staff_messages import load_staff_messages
from voice.consultation.loader import load_script, locales, read_review, scripts
from voice.consultation.review.document import as_document, load_document_words
from voice.consultation.review.drawing import as_svg
from voice.consultation.review.lint import find_unasked, find_unheard, lint
from voice.consultation.review.walk import walk
from voice.consultation.script import Script
from voice.setup.scripts import load_whole_script
from voice.setup.settings import Settings
from voice.speak.pronounce import load_lexicon


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("check", "walk", "show"))
    depth = "walk: unusual answers per consultation, at all places (default 1; 2 takes minutes)"
    parser.add_argument("--depth", type=int, default=1, metavar="N", help=depth)
    drawing = "show: draw the questions, levels and rules into a file instead"
    parser.add_argument("--svg", type=Path, metavar="FILE.svg", help=drawing)


def run(options: argparse.Namespace, settings: Settings) -> int:
    return {"check": _check_scripts, "walk": _walk, "show": _show}[options.action](options, settings)


def _check_scripts(options: argparse.Namespace, settings: Settings) -> int:
    """Return exit code 1 if anything is wrong. Without --locale or --script, check every script of every locale."""
    checked = [_check_script(one) for one in _choose_scripts(options, settings)]
    return max(checked + [_check_unasked(settings, locale) for locale in _choose_locales(options, settings)])


def _choose_locales(options: argparse.Namespace, settings: Settings) -> tuple[str, ...]:
    if options.locale or options.script:
        return (settings.locale,)
    return locales(settings.prompts)


def _choose_scripts(options: argparse.Namespace, settings: Settings) -> Iterator[Settings]:
    for locale in _choose_locales(options, settings):
        names = (settings.script,) if options.script else scripts(settings.prompts / locale)
        yield from (replace(settings, locale=locale, script=name) for name in names)


def _check_script(settings: Settings) -> int:
    try:
        script = load_whole_script(settings)
        remarks = lint(script, load_lexicon(settings.prompts, settings.locale), settings.locale_folder)
    except ScriptError as error:
        print(f"{settings.locale}/{settings.script}: WRONG\n  {error}")
        return 1
    print(f"{_describe(script)}: {f'{len(remarks)} remarks' if remarks else 'sound'}")
    for remark in remarks:
        print(f"  {remark}")
    print(f"  {read_review(settings.locale_folder, settings.script)}")
    return 1 if remarks else 0


def _describe(script: Script) -> str:
    asked = f"{len(script.questions)} questions, {len(script.rules)} rules"
    told = f"{len(script.topics)} topics, {len(script.utterances())} lines"
    return f"{script.locale}/{script.id} {script.version} ({asked}, {told})"


def _check_unasked(settings: Settings, locale: str) -> int:
    folder = settings.prompts / locale
    try:
        every = [load_script(folder, name, settings.practice, language=False) for name in scripts(folder)]
        remarks = [*find_unasked(folder, every), *find_unheard(folder, every)]
    except ScriptError:
        return 1  # the check of that script has printed it, with its place
    for remark in remarks:
        print(f"  {remark}")
    return 1 if remarks else 0


def _walk(options: argparse.Namespace, settings: Settings) -> int:
    script = load_whole_script(settings)
    told = f"every yes and no, up to {options.depth} unusual answers on each path, and every chapter ..."
    tell(f"Walking {script.locale}/{script.id}: {told}")
    walked = walk(script, options.depth)
    limit = f" with at most {walked.flags} flags each, less beside unusual answers (see voice/consultation/review/walk.py)"
    bound = limit if walked.flags < len(script.questions) else ""
    print(f"{walked.states} situations, {walked.paths} paths{bound}, the longest of {walked.turns} answers.")
    for level, paths in sorted(walked.endings.items(), key=lambda item: item[0].urgency):
        print(f"  {level!s:13} {paths:>20} paths")
    for violation in walked.violations:
        print(f"UNSAFE: {violation}")
    missed = sorted({question.id for question in script.consulted()} - walked.asked)
    for name in missed:
        print(f"NEVER ASKED: {name}")
    print("Unsafe." if walked.violations or missed else "Safe: every path ends, and none ends too calmly.")
    return 1 if walked.violations or missed else 0


def _show(options: argparse.Namespace, settings: Settings) -> int:
    script, words = load_whole_script(settings), load_document_words(settings.locale_folder)
    if options.svg:
        options.svg.write_text(as_svg(script, words), encoding="utf-8")
        tell(f"Drew {script.locale}/{script.id} in {options.svg}.")
        return 0
    review = read_review(settings.locale_folder, settings.script)
    print(as_document(script, words, review, load_staff_messages(settings.locale_folder).describe_review(review)))
    return 0
