"""Our understanding as the yes/no engine of OpenVoiceOS (`opm.agents.yesno`), for any skill that asks in Dutch.

A hedged yes is yes and a hedged no is neither, as for a question where a yes would matter; what is not understood, not
known or refused is neither. Asked one of our own questions, it also knows the symptoms that answer it.
"""

from __future__ import annotations

from functools import cache

from ovos_plugin_manager.templates.agents import YesNoEngine

from voice.base.paths import find_shipped
from voice.consultation.loader import load_script
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.expected import Care, Expected
from voice.understand.meaning import Meaning

LANGUAGES = ("nl", "nl-be", "nl-nl")


class DutchYesNo(YesNoEngine):
    """Understands the answers of people who speak Dutch or Flemish."""

    def yes_or_no(self, question: str, response: str, lang: str | None = None) -> bool | None:
        """True for a yes, False for a certain no, None for anything else, and for any other language."""
        locale = (lang or "nl").lower().replace("_", "-")
        if locale not in LANGUAGES:
            return None
        asked = _questions("nl-NL" if locale == "nl-nl" else "nl-BE")
        answer = understand(Transcript(response, 1.0, "text"), asked.get(question.strip(), asked[""]))
        if answer.meaning is Meaning.NO:
            return False if answer.certain else None
        return True if answer.meaning is Meaning.YES else None


@cache
def _questions(locale: str) -> dict[str, Expected]:
    """What the questions of the longest script expect, by their text, and under "" one that asks for a plain yes or no."""
    script = load_script(find_shipped("prompts") / locale, "uitgebreid")
    plain = Expected(care=Care.HIGH, grammar=script.readback.expected.grammar)
    return {"": plain, **{question.text: question.expected for question in script.questions}}
