"""Load the script and the questions that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voice.base.choices import name_choices
from voice.base.console import tell
from voice.base.errors import ReviewError, UsageError
from voice.consultation.chapter_entries import EVERY_CHAPTER
from voice.consultation.coach.chapters import SIGNED
from voice.consultation.loader import load_script, read_review, scripts
from voice.consultation.script import Question, Script
from voice.setup.settings import ScriptChoice, Settings
from voice.understand.expected import Care, Expected


def load_chosen_script(choice: ScriptChoice) -> Script:
    """Load the script, with the practice's details filled in. Raises ScriptError if it is invalid.

    It lacks the chapters that need a signature, if no clinician has signed it as it is now, unless it is to be shown as a trial.
    """
    on = choice.chapters.on
    if not on.isdisjoint(SIGNED) and not _may_run(choice):
        on -= SIGNED
    own = choice.chapters.file
    return load_script(choice.locale_folder, choice.script, choice.practice, chapters=on, questionnaire=own)


def load_whole_script(choice: ScriptChoice) -> Script:
    """Load the script with every chapter, as a clinician reads and signs it. Raises ScriptError if it is invalid."""
    return load_script(choice.locale_folder, choice.script, choice.practice, chapters=EVERY_CHAPTER)


def _may_run(choice: ScriptChoice) -> bool:
    """Whether a clinician has signed the script as it is now, or it is to be shown as a trial."""
    return choice.unreviewed == "demo" or read_review(choice.locale_folder, choice.script).sound


def refuse_unreviewed(settings: Settings) -> None:
    """Raises ReviewError if no clinician has signed the script as it is now, unless it is to be shown as a trial."""
    review = read_review(settings.locale_folder, settings.script)
    if review.sound or settings.unreviewed == "demo":
        return
    path = settings.locale_folder / f"{settings.script}.yaml"
    remedy = "Sign what `ruggespraak script show` prints. Without patients: start with --demo (unreviewed: demo in the settings)."
    raise ReviewError(f"{path}: {review}", remedy, subject=str(path))


def warn_unreviewed(choice: ScriptChoice) -> None:
    """Tell it if no clinician has signed the script as it is now."""
    review = read_review(choice.locale_folder, choice.script)
    if not review.sound:
        tell(f"{choice.locale}/{choice.script}: {review} It says so to whoever it speaks to.")


def load_every_question(choice: ScriptChoice) -> dict[str, Question]:
    """Every question of every script of the locale by its id, those of the chosen script first."""
    found: dict[str, Question] = {}
    for question in _load_questions(choice):
        found.setdefault(question.id, question)
    return found


def find_question(choice: ScriptChoice, name: str) -> Question:
    """The question of that id. Raises UsageError if no script of the locale has it."""
    found = next((question for question in _load_questions(choice) if question.id == name), None)
    if found is None:
        raise UsageError(f"There is no question '{name}'.", name_choices(name, load_every_question(choice)))
    return found


def _load_questions(choice: ScriptChoice) -> Iterator[Question]:
    """The questions of the chosen script, then of the others. A script is only read once its questions are needed."""
    for name in dict.fromkeys((choice.script, *scripts(choice.locale_folder))):
        yield from load_chosen_script(replace(choice, script=name)).every_question()


def find_expected(choice: ScriptChoice, name: str | None) -> Expected:
    """What the question of that id expects; if None, a plain yes or no to a question that matters.

    Raises UsageError if no script of the locale has that id.
    """
    if name is None:
        readback = load_chosen_script(choice).readback.expected
        return Expected(care=Care.HIGH, grammar=readback.grammar, vocabulary=readback.vocabulary)
    return find_question(choice, name).expected
