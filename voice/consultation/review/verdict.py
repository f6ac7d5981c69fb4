"""Judge an outcome by what the patient has said, as `testimony.py` tells it. Pure; the second half of the judge of the walk.

Like that it shares no code with the dialogue and reads none of its findings. Rules 1 to 5, 15 and 16 stand there.

An outcome is wrong if

 6. it reassures although a flag that was due is not denied, or was affirmed or told beyond doubt at any time;
 7. it is calmer than a flag that is affirmed demands, or than two affirmed flags together demand. An old flag demands the level
    that the script gives to an old one, and nothing together with another. If it is not known whether it is new or old,
    somebody must be brought in;
 8. an emergency was affirmed, proposed or mentioned at any time and not denied since, or told beyond doubt, and nobody is
    brought in;
 9. an urgent flag was told beyond doubt, and the outcome is calmer than the script says of what is told and denied;
10. an emergency was put, not answered and given up, and nobody is brought in; or it was left for a mention, or by going back,
    and not put again, and the patient did not stop;
11. it does not name, or does not speak back, a flag that is affirmed;
12. its safety net warns of a flag that is affirmed as if it were still to come;
13. it is not reassurance, and what is said at reassurance was said;
14. topics are offered after it, and the script does not offer them there;
17. it is an emergency, and no emergency that is affirmed is new;
18. it does not say that a flag is new or old which is; but what was denied may be in doubt again by a mention;
19. it reassures although a question of a chapter was put whose missing answer counts (it has a level), and the last answer to
    it was neither a certain no, before any yes, nor the name of a topic;
20. a chapter asks after it, and somebody has to act at once.

An outcome after which chapters ask is judged when it is told, whenever another chapter asks, and again at the end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from voice.consultation.review.testimony import READ_NO, READ_YES, Testimony, list_flags
from voice.consultation.script import CALM, Finding, Level, Question, Rule, Script
from voice.consultation.visit import Outcome, Step

BROUGHT_IN = (Level.E, Level.STAFF)
"""Outcomes that bring somebody in at once."""
_STOPPED = "gestopt"
"""What is said to a patient who stops."""


def find_wrongs(testimony: Testimony, script: Script, step: Step) -> Iterator[str]:
    """Name what is wrong with the outcome of the step, or with that after which a chapter asks (rules 6 to 14, 17 to 20)."""
    offered = step.then is script.menu
    outcome = step.then if isinstance(step.then, Outcome) else step.visit.outcome
    said = {utterance.id for utterance in step.say}
    if outcome.level is Level.REASSURE:
        yield from (
            f"reassured although {flag.id} is not denied" for flag in list_flags(script) if not is_denied(testimony, flag, script)
        )
        yield from (f"reassured although {name} is open" for name in sorted(testimony.open))
    for flag in list_flags(script):
        yield from _judge_flag(testimony, flag, script, outcome)
    if outcome.level not in BROUGHT_IN and _STOPPED not in said:
        left = (name for name in sorted(testimony.left) if script.question(name).level is Level.E)
        yield from (f"the emergency {name} was left and not put again" for name in left)
    for rule in script.rules:
        if _holds(testimony, rule, script) and outcome.level.urgency > rule.level.urgency:
            yield f"calmer than {' and '.join(rule.when)} together demand"
    spoken_back = testimony.named | {name for name in outcome.flags if f"{name}{READ_YES}" in said}
    yield from (f"{name} is not spoken back" for name in outcome.flags if name not in spoken_back)
    yield from _judge_newness(testimony, script, outcome, said)
    yield from _judge_words(testimony, script, outcome, said)
    if not isinstance(step.then, Outcome) and outcome.level not in CALM:
        yield f"{step.then.id} is asked after {outcome.level}"
    if offered:
        yield from _judge_offer(testimony, script, outcome)


def _judge_newness(testimony: Testimony, script: Script, outcome: Outcome, said: Collection[str]) -> Iterator[str]:
    """Check rules 17 and 18."""
    flags = [flag for flag in list_flags(script) if flag.id in testimony.affirmed]
    by_rule = any(rule.level is Level.E and _holds(testimony, rule, script) for rule in script.rules)
    missing = {*script.unknown.values(), *script.told_and_denied.values()}
    is_new = any(flag.level is Level.E and _is_new(testimony, flag) for flag in flags)
    if outcome.level is Level.E and not (is_new or by_rule or Level.E in missing):
        yield "an emergency, though none is affirmed that is new"
    for flag in (flag for flag in flags if flag.recent):
        name = flag.recent.question if flag.recent else ""
        ending = READ_YES if _is_new(testimony, flag) else READ_NO if _is_old(testimony, flag) else ""
        doubted = flag.id in testimony.hinted and name in outcome.unknown
        if ending and not doubted and name not in testimony.named and f"{name}{ending}" not in said:
            yield f"it is not said whether {flag.id} is new"


def _judge_words(testimony: Testimony, script: Script, outcome: Outcome, said: Collection[str]) -> Iterator[str]:
    """Check rules 12 and 13."""
    old = {flag.id for flag in list_flags(script) if _is_old(testimony, flag)}
    for caution in (caution for net in script.safety_nets.values() for caution in net if caution.line in said):
        known = testimony.affirmed.intersection(caution.flags) - old
        yield from (f"the safety net warns of {name}, which is affirmed" for name in sorted(known))
    others = {name for level, names in script.endings.items() if level is not Level.REASSURE for name in names}
    if outcome.level is not Level.REASSURE and not {*script.endings[Level.REASSURE]}.difference(others).isdisjoint(said):
        yield "reassuring words were said, and it is not reassurance"


def _judge_offer(testimony: Testimony, script: Script, outcome: Outcome) -> Iterator[str]:
    """Check rule 14."""
    offer = script.offers.get(outcome.level)
    if outcome.level is not Level.REASSURE and offer is None:
        yield f"topics are offered after {outcome.level}"
    if offer and offer.only:
        known = testimony.affirmed | testimony.ever | testimony.told | testimony.given_up
        beside = sorted(known.intersection(flag.id for flag in list_flags(script)).difference(offer.only))
        yield from (f"topics are offered in spite of {name}" for name in beside)


def _judge_flag(testimony: Testimony, flag: Question, script: Script, outcome: Outcome) -> Iterator[str]:
    name, brought_in = flag.id, outcome.level in BROUGHT_IN
    is_old = name in testimony.affirmed and _is_old(testimony, flag)
    if name in testimony.affirmed:
        if outcome.level.urgency > _demand(testimony, flag).urgency:
            yield f"calmer than {name} demands"
        if name not in outcome.flags:
            yield f"{name} is affirmed and not named"
    if flag.level is Level.E and not brought_in and not is_old:
        if name in testimony.ever | testimony.told or name in (testimony.hinted | testimony.proposed) - testimony.denied:
            yield f"the emergency {name} was told and nobody is brought in"
        if name in testimony.given_up - testimony.denied - testimony.affirmed:
            yield f"the emergency {name} was given up and nobody is brought in"
    least = script.told_and_denied.get(flag.level)
    if name in testimony.told and not is_old and least and outcome.level.urgency > least.urgency:
        yield f"calmer than {name}, which was told, demands"


def _demand(testimony: Testimony, flag: Question) -> Level:
    """The calmest level that an affirmed flag allows (rule 7)."""
    if _is_new(testimony, flag) or flag.recent is None:
        return flag.level
    if _is_old(testimony, flag):
        return flag.recent.otherwise
    return Level.STAFF if flag.level is Level.E else flag.level


def _holds(testimony: Testimony, rule: Rule, script: Script) -> bool:
    """Whether all flags of the rule are affirmed, none of them as old."""
    return testimony.affirmed.issuperset(rule.when) and not any(_is_old(testimony, script.question(name)) for name in rule.when)


def _is_new(testimony: Testimony, flag: Question) -> bool:
    """Whether an affirmed flag is new, or has no follow-up to say so."""
    return flag.recent is None or flag.recent.question in testimony.affirmed


def _is_old(testimony: Testimony, flag: Question) -> bool:
    return flag.recent is not None and flag.recent.question in testimony.denied - testimony.ever


def is_denied(testimony: Testimony, flag: Question, script: Script) -> bool:
    """Whether the flag was denied for good, or rightly never put (rule 6)."""
    name = flag.id
    if name in testimony.ever | testimony.told:
        return False
    if name in testimony.denied:
        return True
    never_put = name not in testimony.given_up | testimony.left | testimony.hinted
    return never_put and (flag.if_mentioned or not _is_due(testimony, flag))


def _is_due(testimony: Testimony, flag: Question) -> bool:
    gate = flag.gate
    return gate is None or any(_finding(testimony, name) in gate.findings for name in gate.questions)


def _finding(testimony: Testimony, name: str) -> Finding | None:
    if name in testimony.denied and name not in testimony.ever:
        return Finding.ABSENT
    if name in testimony.affirmed:
        return Finding.PRESENT
    return Finding.UNKNOWN if name in testimony.given_up | testimony.left | testimony.ever | testimony.denied else None
