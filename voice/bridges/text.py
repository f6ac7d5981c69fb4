"""A consultation in written words, for assistants that do the hearing and speaking themselves. Pure, but for reading phrases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from voice.base.errors import ScriptError
from voice.consultation.script import Question, Script
from voice.consultation.visit import Phase, Step, Visit
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.meaning import Answer, Meaning
from voice.understand.normalise import Spelling
from voice.understand.templates import expand

ENGINE = "text"
"""Stands for whatever engine of another assistant wrote the words."""

CANCELLED = Answer(Meaning.STOP, matched="cancelled")
_OF_THE_VOICE = (Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER)


def join_lines(step: Step) -> str:
    """Everything that this step says, as one text to be spoken."""
    return " ".join(utterance.text for utterance in step.say)


def open_question(visit: Visit) -> Question:
    """The question that waits for an answer. Raises ValueError where the visit has ended."""
    if visit.phase is Phase.ENDED:
        raise ValueError("This visit has ended; no question is open.")
    return visit.asked


@dataclass(frozen=True, slots=True)
class BridgePhrases:
    """What is said around a consultation, in the format of OpenVoiceOS (`prompts/bridges/locale/`).

    start, cancel: phrases in words, spelled by `spelling`. hint: a sentence that tells how to start.
    """

    spelling: Spelling
    start: frozenset[tuple[str, ...]]
    cancel: frozenset[tuple[str, ...]]
    hint: str

    def starts(self, words: str) -> bool:
        """Whether these words ask for a consultation."""
        return self.spelling.split(words) in self.start

    def answer(self, question: Question, words: str, today: date) -> Answer:
        """What the words mean as an answer.

        A phrase of `cancel` stops only as a whole; inside an answer it is part of it. The voice is not ours: who
        asks for a louder or slower one hears the question again.
        """
        if self.spelling.split(words) in self.cancel:
            return CANCELLED
        answer = understand(Transcript(words, 1.0, ENGINE), question.expected, today=today)
        return replace(answer, meaning=Meaning.REPEAT) if answer.meaning in _OF_THE_VOICE else answer


def load_phrases(prompts: Path, script: Script) -> BridgePhrases:
    """The phrases for the script's locale, spelled as its answers are. Raises ScriptError where they are not sound."""
    folder, spelling = prompts / "bridges" / "locale" / script.locale, script.readback.expected.grammar.spelling
    start, cancel = (_phrases(folder / name, spelling) for name in ("start.intent", "cancel.voc"))
    return BridgePhrases(spelling, start, cancel, _read(folder / "hint.dialog").strip())


def _phrases(path: Path, spelling: Spelling) -> frozenset[tuple[str, ...]]:
    try:
        return frozenset(phrase for line in _read(path).splitlines() if line for phrase in expand(line, {}, spelling.split))
    except ValueError as reason:
        raise ScriptError(f"{path}: {reason}.", "Correct the phrase.") from reason


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as reason:
        raise ScriptError(f"{path} cannot be read ({reason.strerror}).", "Restore it from the project.") from reason
