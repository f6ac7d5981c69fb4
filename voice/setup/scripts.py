"""The script and the questions that the settings name."""

from __future__ import annotations

from dataclasses import replace

from voice.base.errors import UsageError
from voice.consultation.loader import load_script, scripts
from voice.consultation.script import Question, Script
from voice.setup.settings import Settings
from voice.understand.expected import Care, Expected


def load_chosen_script(settings: Settings) -> Script:
    """The script that the settings name, with the practice's details filled in."""
    return load_script(settings.locale_folder, settings.script, settings.practice)


def load_every_question(settings: Settings) -> dict[str, Question]:
    """Every question that any script of the locale puts, those of the chosen script first."""
    found: dict[str, Question] = {}
    for name in (settings.script, *scripts(settings.locale_folder)):
        for question in load_chosen_script(replace(settings, script=name)).every_question():
            found.setdefault(question.id, question)
    return found


def find_question(settings: Settings, name: str) -> Question:
    """The question of that id. Raises UsageError if no script has it."""
    questions = load_every_question(settings)
    if name not in questions:
        raise UsageError(f"There is no question '{name}'.", f"Use one of: {', '.join(questions)}.")
    return questions[name]


def find_expected(settings: Settings, name: str | None) -> Expected:
    """What the question of that id expects; without an id, a plain yes or no to a question that matters.

    Raises UsageError if no script has that id.
    """
    if name is None:
        readback = load_chosen_script(settings).readback.expected
        return Expected(care=Care.HIGH, grammar=readback.grammar, vocabulary=readback.vocabulary)
    return find_question(settings, name).expected
