"""Hold the consultation as a skill of OpenVoiceOS: it hears and speaks, our understanding and dialogue decide.

The phrases of `start.intent` start it. While a consultation runs in a session, everything said there belongs to it:

1. `get_response` takes an answer while a question is open.
2. "stop", which OpenVoiceOS catches itself, and a phrase of `cancel.voc` end the consultation as the dialogue does:
   what was found until then is still told.
3. What is said while the skill speaks is ignored, except a call for help, an alarm and stop, which interrupt.
4. A stop in one session makes OpenVoiceOS end the waiting for an answer in every other one too. There the question is
   put again, as after a silence.

The skill's settings may hold `script` (kort, uitgebreid) and `practice` (as in settings.example.yaml).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ovos_bus_client.message import Message
from ovos_bus_client.session import Session, SessionManager
from ovos_utils import classproperty
from ovos_utils.process_utils import RuntimeRequirements
from ovos_workshop.decorators import intent_handler
from ovos_workshop.skills.converse import ConversationalSkill

from voice.base.clock import find_today
from voice.base.paths import find_shipped
from voice.bridges.text import CANCELLED, BridgePhrases, load_phrases
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import Details, load_script, locales
from voice.consultation.script import Question, Script
from voice.consultation.visit import Outcome, Step
from voice.understand.meaning import Answer

PROMPTS = find_shipped("prompts")
USUAL = "nl-BE"
"""The locale for a session in Dutch without a country that has a script."""
LEAST_WAIT, SLOWEST = 3, 8
"""Seconds to wait for a line to end, and letters for each further second. No voice takes longer to speak it."""
ENDED = "ruggespraak.ended"
"""The message with the outcome's level, and nothing of the answers, for a program that waits for it."""


@dataclass(slots=True)
class Running:
    """A consultation that is going on. step: the last one. calls: stop, help and alarm that were said meanwhile."""

    phrases: BridgePhrases
    step: Step
    calls: deque[Answer] = field(default_factory=deque)


class Rugcheck(ConversationalSkill):  # type: ignore[misc]  # OpenVoiceOS publishes no types
    """One consultation a session, any number of sessions at once."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._running: dict[str, Running] = {}
        super().__init__(*arguments, **{"resources_dir": str(PROMPTS / "bridges"), **named})

    @classproperty  # type: ignore[untyped-decorator]
    def runtime_requirements(self) -> RuntimeRequirements:
        """The skill needs nothing but this machine."""
        needed = ("internet_before_load", "network_before_load", "requires_internet", "requires_network")
        return RuntimeRequirements(**dict.fromkeys(needed, False), no_internet_fallback=True, no_network_fallback=True)

    @intent_handler("start.intent")  # type: ignore[untyped-decorator]
    def handle_start(self, message: Message) -> None:
        """Hold a consultation from its greeting to its outcome, unless one runs in this session already."""
        session = SessionManager.get(message).session_id
        if session in self._running:
            return
        script = self._load_script()
        self._running[session] = running = Running(load_phrases(PROMPTS, script), begin(script))
        try:
            outcome = self._hold(running)
        finally:
            del self._running[session]
        self.bus.emit(message.forward(ENDED, {"level": str(outcome.level)}))

    def _hold(self, running: Running) -> Outcome:
        while isinstance(running.step.then, Question):
            self._say(running)
            running.step = advance(running.step.visit, self._answer(running, running.step.then))
        self._say(running)
        return running.step.then

    def _say(self, running: Running) -> None:
        """Speak the lines of a step until the patient calls for help or stop."""
        for utterance in running.step.say:
            if running.calls:
                return
            self.speak(utterance.text, wait=LEAST_WAIT + len(utterance.text) // SLOWEST)

    def _answer(self, running: Running, question: Question) -> Answer:
        """Take what was called meanwhile, else what is said now; no words are silence."""
        words = "" if running.calls else self.get_response(num_retries=0) or ""
        return running.calls.popleft() if running.calls else running.phrases.understand(question, words, find_today())

    def _load_script(self) -> Script:
        """Load the script in the session's locale, in any spelling; in the usual one if that has none."""
        known = {name.lower(): name for name in locales(PROMPTS)}
        locale = known.get(self.lang.lower().replace("_", "-"), USUAL)
        return load_script(PROMPTS / locale, self.settings.get("script", "kort"), Details(**self.settings.get("practice", {})))

    def voc_match(self, utt: str, voc_filename: str, *arguments: Any, **named: Any) -> bool:
        """Match as any skill does, but never "cancel": our understanding looks for that, not `get_response`."""
        return voc_filename != "cancel" and super().voc_match(utt, voc_filename, *arguments, **named)

    def can_converse(self, message: Message) -> bool:
        return SessionManager.get(message).session_id in self._running

    def converse(self, message: Message) -> bool:
        """Take what is said while no question is open, so that no other skill acts on it."""
        running = self._running.get(SessionManager.get(message).session_id)
        if running is None:
            return False
        if isinstance(running.step.then, Question):
            heard = (running.phrases.understand(running.step.then, words, find_today()) for words in message.data["utterances"])
            running.calls.extend(answer for answer in heard if answer.is_call)
        return True

    can_stop = can_converse

    def stop_session(self, session: Session) -> bool:
        """End this session's consultation. The lines that say how it ended are spoken after that."""
        return self._cancel([session.session_id])

    def stop(self) -> bool:
        return self._cancel(list(self._running))

    def _cancel(self, sessions: list[str]) -> bool:
        stopped = [self._running[session] for session in sessions if session in self._running]
        for running in stopped:
            running.calls.append(CANCELLED)
        return bool(stopped)
