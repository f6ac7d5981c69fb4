"""The questions that everybody gets, so that a test of the dialogue does not depend on what an answer opens."""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.script import Script

LAST = "nachtpijn"


def keep_plain(script: Script) -> Script:
    """Return the script until LAST, without questions that only an earlier flag opens (that it is new, too), and with the rules that are left."""
    order = [question.id for question in script.questions]
    early = script.questions[: order.index(LAST) + 1]
    kept = tuple(replace(one, recent=None) for one in early if (one.gate is None or one.settles != one.id) and not one.recent_of)
    mentioned = tuple(question for question in script.questions if question.if_mentioned)
    known = {question.id for question in kept}
    rules = tuple(rule for rule in script.rules if known.issuperset(rule.when))
    return replace(script, questions=(*kept, *mentioned), rules=rules)
