"""The consultation as a skill of OpenVoiceOS: it hears and speaks, the dialogue core and our understanding decide.

Started by the phrases of `start.intent`. While a consultation runs in a session, everything said there belongs to it:

- an answer is taken by `get_response` while a question is open;
- "stop", which OpenVoiceOS catches itself, and a phrase of `cancel.voc` end it as the dialogue ends it: what was found
  until then is still told;
- what is said while the skill speaks is passed over, except a call for help, an alarm and stop, which interrupt.

A stop in one session makes OpenVoiceOS end the waiting for an answer in every other one too; there the question is put
again, as after a silence.

The skill's settings may hold `script` (kort, uitgebreid) and `practice` (as in settings.example.yaml).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ovos_bus_client.message import Message
from ovos_bus_client.session import Session, SessionManager
from ovos_utils import classproperty
from ovos_utils.process_utils import RuntimeRequirements
from ovos_workshop.decorators import intent_handler
from ovos_workshop.skills.converse import ConversationalSkill

from voice.base.paths import find_shipped
from voice.bridges.text import CANCELLED, BridgePhrases, load_phrases
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import Details, load_script, scripts
from voice.consultation.script import Question, Script
from voice.consultation.visit import Outcome, Step
from voice.understand.meaning import Answer

PROMPTS = find_shipped("prompts")
USUAL = "nl-BE"
"""The locale for a session in Dutch without a country that has a script."""
LEAST_WAIT, SLOWEST = 3, 8
"""A line is waited for so many seconds, and one more for so many letters: longer than any voice takes to speak it."""
ENDED = "ruggespraak.ended"
"""The message that tells the outcome's level, and nothing of the answers, to whoever waits for it."""


@dataclass(slots=True)
class Running:
    """A consultation that is going on: its phrases, the question that was put last, and what was called meanwhile."""

    phrases: BridgePhrases
    step: Step
    calls: deque[Answer] = field(default_factory=deque)


class Rugcheck(ConversationalSkill):
    """One consultation a session, any number of sessions at once."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._running: dict[str, Running] = {}
        super().__init__(*arguments, **{"resources_dir": str(PROMPTS / "bridges"), **named})

    @classproperty
    def runtime_requirements(self) -> RuntimeRequirements:
        """Nothing but this machine."""
        return RuntimeRequirements(
            internet_before_load=False,
            network_before_load=False,
            requires_internet=False,
            requires_network=False,
            no_internet_fallback=True,
            no_network_fallback=True,
        )

    @intent_handler("start.intent")
    def handle_start(self, message: Message) -> None:
        """Hold a consultation from its greeting to its outcome, unless one runs in this session already."""
        session = SessionManager.get(message).session_id
        if session in self._running:
            return
        script = self._script()
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
        """Speak the lines of a step up to where somebody calls."""
        for utterance in running.step.say:
            if running.calls:
                return
            self.speak(utterance.text, wait=LEAST_WAIT + len(utterance.text) // SLOWEST)

    def _answer(self, running: Running, question: Question) -> Answer:
        """What was called meanwhile, else what is said now; nothing said is silence."""
        words = "" if running.calls else self.get_response(num_retries=0) or ""
        return running.calls.popleft() if running.calls else running.phrases.answer(question, words, date.today())

    def _script(self) -> Script:
        locale = self._locale()
        return load_script(PROMPTS / locale, self.settings.get("script", "kort"), Details(**self.settings.get("practice", {})))

    def _locale(self) -> str:
        """The session's, however it is spelled, where it has a script."""
        known = {folder.name.lower(): folder.name for folder in PROMPTS.iterdir() if scripts(folder)}
        return known.get(self.lang.lower().replace("_", "-"), USUAL)

    def voc_match(self, utt: str, voc_filename: str, *arguments: Any, **named: Any) -> bool:
        """As in any skill; but `get_response` must never take an answer for a cancel, which our understanding looks for."""
        return voc_filename != "cancel" and super().voc_match(utt, voc_filename, *arguments, **named)

    def can_converse(self, message: Message) -> bool:
        return SessionManager.get(message).session_id in self._running

    def converse(self, message: Message) -> bool:
        """What is said while no question is open; taken, so that no other skill acts on it."""
        running = self._running.get(SessionManager.get(message).session_id)
        if running is None:
            return False
        if isinstance(running.step.then, Question):
            heard = (running.phrases.answer(running.step.then, words, date.today()) for words in message.data["utterances"])
            running.calls.extend(answer for answer in heard if answer.is_call)
        return True

    def can_stop(self, message: Message) -> bool:
        return SessionManager.get(message).session_id in self._running

    def stop_session(self, session: Session) -> bool:
        """End this session's consultation; the lines that tell how it ended are spoken after that."""
        return self._stopped([session.session_id])

    def stop(self) -> bool:
        return self._stopped(list(self._running))

    def _stopped(self, sessions: list[str]) -> bool:
        stopped = [self._running[session] for session in sessions if session in self._running]
        for running in stopped:
            running.calls.append(CANCELLED)
        return bool(stopped)
