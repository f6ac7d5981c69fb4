"""Decide whether a script is still what a clinician signed.

The hash is taken over everything that is said and decided, as it is written, before a practice fills in its name. A
changed sentence, level, rule or order makes a script unreviewed again, in every locale that takes it over. The name of
the practice does not.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields

from voice.base.text_enum import TextEnum
from voice.consultation.script import Caution, Offer, Question, Rule, Script, Topic

_NOT_SIGNED = ("expected", "asked_as")
"""What patients may answer and ask is language. Sentences test it; a clinician does not sign it."""

_LATER = ("settled_by", "recent", "recent_of", "recent_level", "unless")
"""Fields that questions had not when the first scripts were signed."""


class ReviewState(TextEnum):
    """Whether a clinician stands behind the script."""

    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"
    CHANGED = "changed since it was reviewed"


@dataclass(frozen=True, slots=True)
class Review:
    """The review of one script.

    by, on: the reviewer and the date, as written in the script. content: the hash of what runs now.
    """

    state: ReviewState
    by: str
    on: str
    content: str

    @property
    def sound(self) -> bool:
        return self.state is ReviewState.REVIEWED

    def __str__(self) -> str:
        """Say it in one line, for the staff."""
        if self.state is ReviewState.UNREVIEWED:
            return "No clinician has reviewed this script yet; do not use it with patients."
        if self.state is ReviewState.CHANGED:
            return f"Changed since {self.by} reviewed it on {self.on}; have it reviewed again before patients use it."
        return f"Reviewed by {self.by} on {self.on}."


def judge_signature(script: Script) -> Review:
    """Decide whether a clinician signed this script as it is. script: loaded AS_WRITTEN."""
    content = hash_content(script)
    state = ReviewState.REVIEWED if script.reviewed_hash == content else ReviewState.CHANGED
    if not (script.reviewed_by and script.reviewed_on):
        state = ReviewState.UNREVIEWED
    return Review(state, script.reviewed_by, script.reviewed_on, content)


def hash_content(script: Script) -> str:
    """Return 16 hexadecimal digits that change with anything said or decided. script: loaded AS_WRITTEN."""
    signed = {
        "asked": [dump_question(question) for question in script.every_question()],
        "rules": [_plain(rule) for rule in script.rules],
        "topics": [_plain(topic) for topic in script.topics],
        "core": script.core,
        "choices": script.choices,
        "safety_nets": {name: [_plain(caution) for caution in net] for name, net in script.safety_nets.items()},
        "offers": {str(level): _plain(offer) for level, offer in script.offers.items()},
        "before": {str(level): names for level, names in script.before.items()},
        "after": {str(level): names for level, names in script.after.items()},
        **({"moving": repr(script.moving)} if script.moving.movements else {}),
        "unknown": {str(level): str(brings) for level, brings in script.unknown.items()},
        "told_and_denied": {str(level): str(brings) for level, brings in script.told_and_denied.items()},
        "endings": {str(level): names for level, names in script.endings.items()},
        "ambulance": script.ambulance,
        "lines": dict(script.lines),
        "sources": dict(script.sources),
    }
    return hashlib.sha256(json.dumps(signed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def dump_question(question: Question) -> dict[str, str]:
    """Return what is signed of a question, in the form of the signatures that there are.

    `vocabulary` is always empty; they hold it. What `_LATER` names stands there only if the question has it:
    what came after the first signatures leaves those of questions without it as they are.
    """
    answered = {"kind": repr(question.kind), "limit_days": repr(question.limit_days), "vocabulary": "()"}
    figure = {"figure": repr(question.expected.figure)} if question.expected.figure else {}
    plain = {name: text for name, text in _plain(question).items() if name not in _LATER or getattr(question, name)}
    return {**plain, **answered, **figure}


def _plain(part: Caution | Offer | Question | Rule | Topic) -> dict[str, str]:
    return {item.name: repr(getattr(part, item.name)) for item in fields(part) if item.name not in _NOT_SIGNED}
