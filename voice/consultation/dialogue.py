"""The protocol of a consultation: begin(script) -> Step, advance(visit, answer) -> Step.

Pure: no audio, no clock, no files, no logging. The rules that live here:

- Questions are put in the order of the script; a gate can leave one out.
- A yes is a finding. An uncertain no to an E or T question is read back first (docs/grounds.md, rule 5).
- Silence and answers that were not understood are asked again, the second time with an example;
  the third time the flag is unknown. Unknown on E brings in the staff, elsewhere it excludes
  reassurance (docs/grounds.md, urgency).
- Who only seems to want to stop is asked whether it is so; only a yes or another stop ends the visit then.
- Whoever asks for time gets it: whatever is said next only says that they are back.
- A yes that is denied later is unknown, never no.
- What was found is read back once before an outcome that rests on it.
- An E ends the questions; every other level waits until all have been put.
- Help and alarm bring in the staff at any point; stop ends, but never hides what was found.
- Every count is bounded, so every consultation ends.
"""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.script import Finding, Level, Question, Script, most_urgent
from voice.consultation.triage import is_due, judge, say_ending, say_positives
from voice.consultation.visit import Outcome, Phase, Step, Visit
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

ATTEMPTS = 3
"""How often a question is put before its answer counts as unknown (docs/grounds.md, turns)."""

ASIDES = 6
"""How many requests (repeat, louder, wait ...) are granted on one question before they count as misses."""

RETURNS = 5
"""How often a patient may go back in one visit."""

ROUNDS = 20
"""How many topics a patient may ask about."""


SPOKEN_LINES = frozenset(
    """welkom kennisgeving ik_herhaal luider zachter trager wacht verder uitleg terug stilte_1 stilte_2 stilte_3
    niet_begrepen_1 niet_begrepen_2 niet_begrepen_3 opnieuw_1 opnieuw_2 rumoerig we_gaan_verder
    dat_geeft_niet denk_rustig_na
    weigeren_mag niemand_gehoord ik_hoorde_nee ik_hoorde_stop ik_hoorde_dit dan_vraag_ik_het_opnieuw hulp alarm gestopt
    storing een_ogenblik ik_hoor_niets daar_ben_ik_weer persoonlijk vangnet afscheid nog_iets keuze keuze_niet_begrepen
    dat_weet_ik_niet""".split()
)
"""Lines that the dialogue speaks by name; a locale that lacks one is refused when it is loaded."""


def begin(script: Script) -> Step:
    """Greet and put the first question."""
    return _next(Visit(script), (script.line("welkom"), script.line("kennisgeving")))


def advance(visit: Visit, answer: Answer) -> Step:
    """What follows from an answer to the open question. Raises ValueError where the visit has ended."""
    if visit.phase is Phase.ENDED:
        raise ValueError("This visit has ended; begin a new one.")
    if answer.meaning is not Meaning.SILENCE:
        visit = replace(visit, heard=True)
    step = _answered(visit, answer)
    return _with_noise_told(step) if answer.noisy and answer.meaning in _UNHEARD else step


def _answered(visit: Visit, answer: Answer) -> Step:
    if answer.meaning is Meaning.ALARM:
        return _end(visit, Level.STAFF, "alarm", lead=(visit.script.line("alarm"),))
    if answer.meaning is Meaning.HELP:
        return _end(visit, Level.STAFF, "hulp", lead=(visit.script.line("hulp"),))
    back, visit = visit.waiting, replace(visit, waiting=False)
    if back and answer.meaning not in (Meaning.SILENCE, Meaning.WAIT, Meaning.STOP):
        return _once_more(visit, (visit.script.line("verder"),))
    if answer.meaning in _ASIDES and visit.asides < ASIDES:
        return _aside(visit, answer.meaning)
    if visit.stopping:
        return _confirmed_stop(replace(visit, stopping=False), answer)
    return _PHASES[visit.phase](visit, answer)


def _with_noise_told(step: Step) -> Step:
    """That the room is loud is said once, before the question comes again."""
    if step.visit.noise_told or isinstance(step.then, Outcome):
        return step
    return replace(step, visit=replace(step.visit, noise_told=True), say=(step.visit.script.line("rumoerig"), *step.say))


def break_off(visit: Visit, reason: str) -> Step:
    """End the visit and hand it to the staff, because the kiosk cannot hold it: a device failed for good."""
    return _end(visit, Level.STAFF, reason, lead=(visit.script.line("storing"),))


# --- the phases ---------------------------------------------------------------------------------


def _asked(visit: Visit, answer: Answer) -> Step:
    match answer.meaning:
        case Meaning.YES if visit.open.kind is Kind.FLAG:
            return _found(visit, Finding.PRESENT)
        case Meaning.NO if visit.open.kind is Kind.FLAG:
            return _denied(visit, answer)
        case Meaning.DURATION if visit.open.limit_days:
            return _lasted(visit, answer)
        case Meaning.UNSURE | Meaning.DECLINE:
            return _not_known(visit, answer.meaning)
        case Meaning.STOP:
            return _asked_to_stop(visit, answer)
        case Meaning.BACK:
            return _back(visit)
        case Meaning.SILENCE:
            return _unheard(visit)
        case _:
            return _missed(visit, "niet_begrepen")


def _denied(visit: Visit, answer: Answer) -> Step:
    if answer.certain or visit.open.level not in (Level.E, Level.T):
        return _found(visit, Finding.ABSENT)
    return _read_back(replace(visit, phase=Phase.CONFIRM_NO), (visit.script.line("ik_hoorde_nee"),))


def _lasted(visit: Visit, answer: Answer) -> Step:
    limit = visit.open.limit_days
    if answer.days.low >= limit and answer.days.high > limit:
        return _found(visit, Finding.PRESENT)
    if answer.days.high < limit:
        return _found(visit, Finding.ABSENT)
    return _unknown(visit) if visit.open.kind is Kind.DURATION else _missed(visit, "niet_begrepen")


def _not_known(visit: Visit, meaning: Meaning) -> Step:
    """Not knowing is asked once more, with an example, where a yes would be an emergency."""
    if meaning is Meaning.UNSURE and visit.open.level is Level.E and not visit.misses:
        return _again(replace(visit, misses=ATTEMPTS - 1), visit.script.line("denk_rustig_na"))
    if meaning is Meaning.DECLINE:
        declined = replace(visit, declined=(*visit.declined, visit.open.settles))
        return _unknown(declined, (visit.script.line("weigeren_mag"),))
    return _unknown(visit, (visit.script.line("dat_geeft_niet"),))


def _unheard(visit: Visit) -> Step:
    visit = replace(visit, silences=visit.silences + 1)
    if visit.silences < ATTEMPTS:
        return _again(visit, visit.script.line(f"stilte_{visit.silences}"))
    if not visit.heard:
        visit = _noted(visit, Finding.UNKNOWN)
        return _end(visit, Level.STAFF, "niemand_gehoord", lead=(visit.script.line("niemand_gehoord"),))
    return _given_up(visit, "stilte_3")


def _missed(visit: Visit, why: str) -> Step:
    visit = replace(visit, misses=visit.misses + 1)
    if visit.misses < _attempts(visit.open):
        return _again(visit, visit.script.line(f"{why}_{visit.misses}"))
    return _given_up(visit, "niet_begrepen_3")


def _given_up(visit: Visit, why: str) -> Step:
    """The answer stays unknown; an emergency question goes to the staff, the others are left for later."""
    lead = (visit.script.line(why),)
    return _unknown(visit, lead if visit.open.level is Level.E else (*lead, visit.script.line("we_gaan_verder")))


def _attempts(question: Question) -> int:
    """A duration is tried less often: its follow-up question is easier to answer than a third try."""
    return ATTEMPTS - 1 if question.kind is Kind.DURATION else ATTEMPTS


def _confirmed_no(visit: Visit, answer: Answer) -> Step:
    match answer.meaning:
        case Meaning.YES:
            return _found(visit, Finding.ABSENT)
        case Meaning.STOP:
            return _asked_to_stop(visit, answer)
        case Meaning.SILENCE:
            return _unheard(visit)
        case _:
            return _missed(visit, "opnieuw")


def _asked_to_stop(visit: Visit, answer: Answer) -> Step:
    """A visit that ends by a misunderstanding leaves the patient without an outcome, so a doubtful stop is read back."""
    if answer.certain:
        return _stopped(visit)
    if visit.asides >= ASIDES:
        return _PHASES[visit.phase](visit, replace(answer, meaning=Meaning.UNCLEAR))
    return _once_more(replace(visit, asides=visit.asides + 1, stopping=True), ())


def _confirmed_stop(visit: Visit, answer: Answer) -> Step:
    if answer.meaning in (Meaning.YES, Meaning.STOP):
        return _stopped(visit)
    return _once_more(visit, (visit.script.line("verder"),))


def _confirmed_findings(visit: Visit, answer: Answer) -> Step:
    if answer.meaning in (Meaning.NO, Meaning.BACK):
        return _reconsider(visit)
    return _conclude(visit)


def _advised(visit: Visit, answer: Answer) -> Step:
    script, visit = visit.script, replace(visit, rounds=visit.rounds + 1)
    if visit.rounds >= ROUNDS:
        return _close(visit)
    match answer.meaning:
        case Meaning.TOPIC if answer.topic:
            topic = script.topic(answer.topic)
            visit = replace(visit, topic=topic.id, misses=0)
            return Step(visit, (*topic.lines, script.line("nog_iets")), script.menu)
        case Meaning.TOPIC | Meaning.EXPLAIN:
            return Step(visit, (script.line("dat_weet_ik_niet"), script.line("nog_iets")), script.menu)
        case Meaning.YES if visit.misses < ATTEMPTS - 1:
            return Step(replace(visit, misses=visit.misses + 1), (script.line("keuze"),), script.menu)
        case Meaning.STOP:
            return _asked_to_stop(visit, answer)
        case Meaning.UNCLEAR if visit.misses < ATTEMPTS - 1:
            return Step(replace(visit, misses=visit.misses + 1), (script.line("keuze_niet_begrepen"),), script.menu)
        case _:
            return _close(visit)


_PHASES = {
    Phase.ASK: _asked,
    Phase.CONFIRM_NO: _confirmed_no,
    Phase.CONFIRM_FINDINGS: _confirmed_findings,
    Phase.ADVISE: _advised,
}


# --- requests that change nothing about the answers ----------------------------------------------

_ASIDES = {
    Meaning.REPEAT: "ik_herhaal",
    Meaning.LOUDER: "luider",
    Meaning.SOFTER: "zachter",
    Meaning.SLOWER: "trager",
    Meaning.WAIT: "wacht",
    Meaning.EXPLAIN: "uitleg",
}


_UNHEARD = (Meaning.UNCLEAR, Meaning.SILENCE)


def _aside(visit: Visit, meaning: Meaning) -> Step:
    visit = replace(visit, asides=visit.asides + 1)
    lead = (visit.script.line(_ASIDES[meaning]),)
    if meaning is Meaning.WAIT:
        return Step(replace(visit, waiting=True), lead, visit.asked)
    if meaning is Meaning.EXPLAIN and visit.puts_open:
        return Step(visit, (visit.open.why, visit.open.ask_clearer), visit.open)
    if meaning is Meaning.REPEAT and visit.asked is visit.script.menu and visit.topic:
        lead = (*lead, *visit.script.topic(visit.topic).lines)
    return _once_more(visit, lead)


def _once_more(visit: Visit, lead: tuple[Utterance, ...]) -> Step:
    """Put whatever is open once more, with what was heard where that is to be confirmed."""
    heard: tuple[Utterance, ...] = ()
    if visit.stopping:
        heard = (visit.script.line("ik_hoorde_stop"),)
    elif visit.phase is Phase.CONFIRM_NO:
        heard = (visit.script.line("ik_hoorde_nee"),)
    elif visit.phase is Phase.CONFIRM_FINDINGS:
        heard = say_positives(visit)
    return Step(visit, (*lead, *heard, visit.asked.ask), visit.asked)


# --- moving on -----------------------------------------------------------------------------------


def _found(visit: Visit, finding: Finding, lead: tuple[Utterance, ...] = ()) -> Step:
    """Write down a finding and move on; an emergency question that is not denied ends the questions."""
    visit = _noted(visit, finding)
    if visit.open.level is not Level.E:
        return _next(visit, lead)
    match visit.finding(visit.open.settles):
        case Finding.PRESENT:
            return _before_outcome(visit, lead)
        case Finding.UNKNOWN:
            return _end(visit, Level.STAFF, "onbekend", lead=lead)
        case _:
            return _next(visit, lead)


def _noted(visit: Visit, finding: Finding) -> Visit:
    """The visit with what was found; a yes that is denied later is unknown, never no."""
    name = visit.open.settles
    if finding is Finding.ABSENT and name in visit.affirmed:
        finding = Finding.UNKNOWN
    others = tuple(pair for pair in visit.findings if pair[0] != name)
    affirmed = {*visit.affirmed, *([name] if finding is Finding.PRESENT else [])}
    return replace(visit, findings=(*others, (name, finding)), affirmed=tuple(sorted(affirmed)))


def _unknown(visit: Visit, lead: tuple[Utterance, ...] = ()) -> Step:
    return _found(visit, Finding.UNKNOWN, lead)


def _next(visit: Visit, lead: tuple[Utterance, ...]) -> Step:
    for question in visit.script.questions:
        if is_due(visit, question):
            return _put(visit, question, lead)
    return _before_outcome(visit, lead)


def _put(visit: Visit, question: Question, lead: tuple[Utterance, ...]) -> Step:
    lead = (*lead, visit.script.line("persoonlijk")) if _turns_private(visit, question) else lead
    visit = replace(visit, phase=Phase.ASK, path=(*visit.path, question.id), misses=0, silences=0, asides=0)
    return Step(visit, (*lead, question.ask), question)


def _turns_private(visit: Visit, question: Question) -> bool:
    """The first intimate question is announced, with the ways out of it."""
    return question.private and not any(visit.script.question(name).private for name in visit.path)


def _again(visit: Visit, lead: Utterance) -> Step:
    """Put the open question again; from the second time on with an example."""
    tries = max(visit.misses, visit.silences)
    wording = visit.open.ask if tries < 2 else visit.open.ask_clearer
    return Step(replace(visit, phase=Phase.ASK), (lead, wording), visit.open)


def _back(visit: Visit) -> Step:
    if len(visit.path) < 2 or visit.returns >= RETURNS:
        return _missed(visit, "opnieuw")
    earlier = visit.script.question(visit.path[-2])
    visit = replace(visit, findings=_doubted(visit, (earlier.settles,)), path=visit.path[:-2], returns=visit.returns + 1)
    return _put(visit, earlier, (visit.script.line("terug"),))


# --- ending --------------------------------------------------------------------------------------


def _read_back(visit: Visit, heard: tuple[Utterance, ...]) -> Step:
    readback = visit.script.readback
    return Step(visit, (*heard, readback.ask), readback)


def _before_outcome(visit: Visit, lead: tuple[Utterance, ...]) -> Step:
    """Read the findings back once, so that nobody is sent on by a misunderstanding."""
    if visit.read_back or not visit.having(Finding.PRESENT):
        return _conclude(visit, lead)
    visit = replace(visit, phase=Phase.CONFIRM_FINDINGS, read_back=True, asides=0)
    return _read_back(visit, (*lead, visit.script.line("ik_hoorde_dit"), *say_positives(visit)))


def _doubted(visit: Visit, names: tuple[str, ...]) -> tuple[tuple[str, Finding], ...]:
    """The findings while those are put again: a yes is doubtful until then, any other answer is forgotten."""
    kept = ((name, Finding.UNKNOWN if name in names else finding) for name, finding in visit.findings)
    return tuple(pair for pair in kept if pair[0] not in names or pair[0] in visit.affirmed)


def _reconsider(visit: Visit) -> Step:
    """Put every question again that was answered yes; what is denied now is unknown."""
    again = visit.having(Finding.PRESENT)
    path = tuple(name for name in visit.path if visit.script.question(name).settles not in again)
    visit = replace(visit, findings=_doubted(visit, again), path=path)
    return _next(visit, (visit.script.line("dan_vraag_ik_het_opnieuw"),))


def _conclude(visit: Visit, lead: tuple[Utterance, ...] = ()) -> Step:
    outcome = judge(visit)
    visit = replace(visit, outcome=outcome)
    say = (*lead, *say_ending(visit, outcome.level))
    if outcome.level is not Level.REASSURE:
        return Step(replace(visit, phase=Phase.ENDED), say, outcome)
    core = tuple(line for name in visit.script.core for line in visit.script.topic(name).lines)
    visit = replace(visit, phase=Phase.ADVISE, misses=0, asides=0, topic=visit.script.core[-1])
    return Step(visit, (*say, *core, visit.script.menu.ask), visit.script.menu)


def _end(visit: Visit, level: Level, reason: str, lead: tuple[Utterance, ...]) -> Step:
    """End now at that level, or at a more urgent one that the findings call for."""
    known = judge(visit)
    level = most_urgent((level, known.level), otherwise=level)
    outcome = replace(known, level=level, reasons=(*known.reasons, reason))
    visit = replace(visit, phase=Phase.ENDED, outcome=outcome)
    return Step(visit, (*lead, *say_ending(visit, level)), outcome)


def _stopped(visit: Visit) -> Step:
    """Stop; what was found is still told, because leaving without it could do harm."""
    if visit.phase is Phase.ADVISE:
        return _close(visit)
    lead = (visit.script.line("gestopt"),)
    if visit.having(Finding.PRESENT) or judge(visit).level is Level.STAFF:
        return _conclude(visit, lead)
    outcome = replace(judge(visit), level=Level.STOPPED, reasons=("gestopt",))
    visit = replace(visit, phase=Phase.ENDED, outcome=outcome)
    return Step(visit, (*lead, *say_ending(visit, Level.STOPPED)), outcome)


def _close(visit: Visit) -> Step:
    visit = replace(visit, phase=Phase.ENDED)
    return Step(visit, tuple(visit.script.line(name) for name in ("vangnet", "afscheid")), visit.outcome)
