"""A consultation as question and reply in text, whose state travels with the messages. Pure.

Home Assistant calls this handling: words come in with a context, words go out with the context of what follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from voice.bridges.text import BridgePhrases, join_lines, open_question
from voice.bridges.visit_state import pack, unpack
from voice.consultation.dialogue import advance, begin
from voice.consultation.script import Script
from voice.consultation.visit import Phase, Step, Visit

VisitState = Mapping[str, Any]
NO_STATE: VisitState = {}


@dataclass(frozen=True, slots=True)
class BridgeReply:
    """What to say, and the state to bring along with the next words; `understood` is False where nothing was begun."""

    text: str
    state: VisitState = field(default_factory=dict)
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Consultations:
    """The scripts that can be held, by locale, with the phrases around them. usual: the locale where none is asked for."""

    scripts: Mapping[str, Script]
    phrases: Mapping[str, BridgePhrases]
    usual: str

    def reply(self, words: str, language: str, state: VisitState, today: date) -> BridgeReply:
        """The next turn: of the visit in `state`, or of a new one where the words ask for it.

        language: as the asking assistant names it ("nl", "nl-NL"); of a visit that goes on it is not asked again.
        """
        visit = self._going_on(state)
        if visit:
            return self._turn(visit, words, today)
        locale = language if language in self.scripts else self.usual
        if self.phrases[locale].starts(words):
            return _spoken(begin(self.scripts[locale]))
        return BridgeReply(self.phrases[locale].hint, understood=False)

    def _turn(self, visit: Visit, words: str, today: date) -> BridgeReply:
        answer = self.phrases[visit.script.locale].answer(open_question(visit), words, today)
        return _spoken(advance(visit, answer))

    def _going_on(self, state: VisitState) -> Visit | None:
        """The visit in a state; none where it has ended, or where the script has been replaced since."""
        for script in self.scripts.values():
            try:
                visit = unpack(script, state)
            except ValueError:
                continue
            return None if visit.phase is Phase.ENDED else visit
        return None


def _spoken(step: Step) -> BridgeReply:
    return BridgeReply(join_lines(step), pack(step.visit))
