"""Hold a consultation in text, whose state travels with the messages. Pure.

Home Assistant calls this handling: words come in with a context, words go out with the context of the next turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from voice.bridges.text import BridgePhrases
from voice.bridges.visit_state import pack, unpack
from voice.consultation.dialogue import advance, begin
from voice.consultation.script import Script
from voice.consultation.visit import Phase, Step, Visit

VisitState = Mapping[str, Any]
NO_STATE: VisitState = {}


@dataclass(frozen=True, slots=True)
class BridgeReply:
    """What to say, and the state to send with the next words. understood: False if no consultation was begun."""

    text: str
    state: VisitState = field(default_factory=dict)
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Consultations:
    """The scripts that can be held, and the phrases around them, by locale. usual: the locale if none fits."""

    scripts: Mapping[str, Script]
    phrases: Mapping[str, BridgePhrases]
    usual: str

    def reply(self, words: str, language: str, state: VisitState, today: date | None) -> BridgeReply:
        """Take the next turn of the visit in `state`, or begin a visit if the words ask for one.

        language: as the other assistant names it ("nl", "nl-NL"). A visit that goes on keeps its own.
        """
        visit = self._find_visit(state)
        if visit:
            answer = self.phrases[visit.script.locale].understand(visit.asked, words, today)
            return _write_reply(advance(visit, answer))
        locale = language if language in self.scripts else self.usual
        if self.phrases[locale].starts(words):
            return _write_reply(begin(self.scripts[locale]))
        return BridgeReply(self.phrases[locale].hint, understood=False)

    def _find_visit(self, state: VisitState) -> Visit | None:
        """Return the visit in a state; None if it has ended, or if the script has been replaced since."""
        for script in self.scripts.values():
            try:
                visit = unpack(script, state)
            except ValueError:
                continue
            return None if visit.phase is Phase.ENDED else visit
        return None


def _write_reply(step: Step) -> BridgeReply:
    return BridgeReply(" ".join(utterance.text for utterance in step.say), pack(step.visit))
