"""The script and the questions that the settings name."""

from __future__ import annotations

from dataclasses import replace

from voice.base.errors import UsageError
from voice.consultation.loader import load_script, scripts
from voice.consultation.script import Level, Question, Script
from voice.setup.settings import Settings


def script_of(settings: Settings) -> Script:
    """The script that the settings name, with the practice's details filled in."""
    return load_script(settings.locale_folder, settings.script, settings.practice)


def every_question(settings: Settings) -> dict[str, Question]:
    """Every question that any script of the locale puts, those of the chosen script first."""
    found: dict[str, Question] = {}
    for name in (settings.script, *scripts(settings.locale_folder)):
        for question in script_of(replace(settings, script=name)).every_question():
            found.setdefault(question.id, question)
    return found


def asked(settings: Settings, name: str | None) -> Question:
    """The question of that id; without an id one that asks for a plain yes or no and expects nothing else.

    Raises UsageError where no script has it.
    """
    if name is None:
        readback = script_of(settings).readback
        return Question(id="", text="", level=Level.T, vocabulary=readback.vocabulary, grammar=readback.grammar)
    questions = every_question(settings)
    if name not in questions:
        raise UsageError(f"There is no question '{name}'.", f"Use one of: {', '.join(questions)}.")
    return questions[name]
