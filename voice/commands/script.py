"""`ruggespraak script`: check a script, walk every path through it, show it as a document."""

from __future__ import annotations

import argparse

from voice.assemble import script_of
from voice.document import as_document
from voice.script import Script
from voice.settings import Settings
from voice.terminal import told
from voice.walk import walk


def run(options: argparse.Namespace, settings: Settings) -> int:
    script = script_of(settings)
    return {"check": _check, "walk": _walk, "show": _show}[options.action](script, options)


def _check(script: Script, options: argparse.Namespace) -> int:
    print(
        f"{script.locale}/{script.id} {script.version}: sound. {len(script.questions)} questions, {len(script.topics)} topics, {len(script.utterances())} lines."
    )
    if not script.reviewed_by:
        print("Not yet reviewed by a clinician (reviewed_by is empty).")
    return 0


def _walk(script: Script, options: argparse.Namespace) -> int:
    told(f"Walking {script.locale}/{script.id}; every yes and no, and up to {options.depth} unusual answers on each path ...")
    walked = walk(script, options.depth)
    print(f"{walked.states} situations, {walked.paths} paths, the longest of {walked.turns} answers.")
    for level, paths in sorted(walked.endings.items(), key=lambda item: item[0].urgency):
        print(f"  {level!s:13} {paths:>20} paths")
    for violation in walked.violations:
        print(f"UNSAFE: {violation}")
    missed = sorted({question.id for question in script.every_question()} - walked.asked)
    for name in missed:
        print(f"NEVER ASKED: {name}")
    print("Unsafe." if walked.violations or missed else "Safe: every path ends, and none ends too calmly.")
    return 1 if walked.violations or missed else 0


def _show(script: Script, options: argparse.Namespace) -> int:
    print(as_document(script))
    return 0
