"""Understand and write a consultation in text, for assistants that hear and speak themselves.

Pure, except for reading the phrases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from voice.base.errors import ScriptError
from voice.base.yamlfile import read_yaml
from voice.consultation.script import Question, Script
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand as understand_expected
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.loader import read_own_phrases
from voice.understand.meaning import Answer, Meaning
from voice.understand.normalise import Spelling
from voice.understand.templates import expand

CANCELLED = Answer(Meaning.STOP, matched="cancelled")
_OF_THE_VOICE = (Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER)


@dataclass(frozen=True, slots=True)
class BridgePhrases:
    """The phrases around a consultation, in the format of OpenVoiceOS (`prompts/bridges/locale/`).

    start, cancel: phrases in words, spelled by `spelling`. hint: a sentence that tells how to start.
    """

    spelling: Spelling
    start: frozenset[tuple[str, ...]]
    cancel: frozenset[tuple[str, ...]]
    hint: str

    def starts(self, words: str) -> bool:
        """Whether these words ask for a consultation."""
        return self.spelling.split(words) in self.start

    def understand(self, question: Question, words: str, today: date | None) -> Answer:
        """Return what the words mean as an answer.

        A phrase of `cancel` stops only as a whole; inside an answer it is part of the answer. The voice is not ours,
        so a request for a louder or slower one becomes a request to repeat the question.
        """
        if self.spelling.split(words) in self.cancel:
            return CANCELLED
        answer = understand_expected(Transcript(words, 1.0, "text"), question.expected, today=today)
        return replace(answer, meaning=Meaning.REPEAT) if answer.meaning in _OF_THE_VOICE else answer


def load_phrases(prompts: Path, script: Script) -> BridgePhrases:
    """Read the phrases for the script's locale, spelled as its answers are. Raises ScriptError if one is wrong."""
    folder, spelling = prompts / "bridges" / "locale" / script.locale, script.readback.expected.grammar.spelling
    start, cancel = (_read_phrases(folder / name, spelling) for name in ("start.intent", "cancel.voc"))
    return BridgePhrases(spelling, start, cancel, _read(folder / "hint.dialog").strip())


def extend_household(prompts: Path, grammar: Grammar) -> Grammar:
    """Add what people answer at home to questions that are not about their back ("doe maar"); the kiosk does not know it.

    Raises ScriptError if a phrase of household.yaml is wrong.
    """
    place = read_yaml(prompts / "bridges" / "yesno" / "household.yaml")
    return grammar.extend(read_own_phrases(place), where=str(place.path))


def _read_phrases(path: Path, spelling: Spelling) -> frozenset[tuple[str, ...]]:
    try:
        return frozenset(phrase for line in _read(path).splitlines() if line for phrase in expand(line, {}, spelling.split))
    except ValueError as reason:
        raise ScriptError(f"{path}: {reason}.", "Correct the phrase.") from reason


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as reason:
        raise ScriptError(f"{path} cannot be read ({reason.strerror}).", "Restore it from the project.") from reason
