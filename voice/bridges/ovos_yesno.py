"""Offer our understanding as the yes/no engine of OpenVoiceOS (`opm.agents.yesno`), for any skill that asks in Dutch.

A hedged yes is yes and a hedged no is neither, as for a question where a missed yes would be an emergency. What is not
understood, not known or refused is neither. For one of our own questions it also knows the symptoms that answer it.
"""

from __future__ import annotations

from functools import cache

from ovos_plugin_manager.templates.agents import YesNoEngine

from voice.base.paths import find_shipped
from voice.bridges.text import extend_household
from voice.consultation.loader import load_script
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.expected import Care, Expected
from voice.understand.meaning import Meaning

LANGUAGES = ("nl", "nl-be", "nl-nl")


class DutchYesNo(YesNoEngine):  # type: ignore[misc]  # OpenVoiceOS publishes no types
    """Understands the answers of people who speak Dutch or Flemish."""

    def yes_or_no(self, question: str, response: str, lang: str | None = None) -> bool | None:
        """Return True for a yes, False for a certain no, None for anything else and in any other language."""
        locale = (lang or "nl").lower().replace("_", "-")
        if locale not in LANGUAGES:
            return None
        asked = _expect("nl-NL" if locale == "nl-nl" else "nl-BE")
        answer = understand(Transcript(response, 1.0, "text"), asked.get(question.strip(), asked[""]))
        if answer.meaning is Meaning.NO:
            return False if answer.certain else None
        return True if answer.meaning is Meaning.YES else None


@cache
def _expect(locale: str) -> dict[str, Expected]:
    """Return what the questions of the longest script expect, by their text; under "" a plain yes or no at home."""
    prompts = find_shipped("prompts")
    script = load_script(prompts / locale, "uitgebreid")
    plain = Expected(care=Care.HIGH, grammar=extend_household(prompts, script.readback.expected.grammar))
    return {"": plain, **{question.text: question.expected for question in script.questions}}
