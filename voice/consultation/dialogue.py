"""Hold the consultation: begin(script) -> Step, advance(visit, answer) -> Step.

Pure: no audio, no clock, no files, no logging. What an answer leads to is decided here. What it makes known is written down in
`findings.py`, what is put next is chosen in `putting.py`, and `ending.py` ends the questions.

Rules (their grounds: docs/grounds.md, urgency and turns):

 1. Alarm and help bring in the staff at any point.
 2. A request (repeat, louder, wait ...) is granted and the question is put again; no finding changes. After ASIDES
    requests at one question the next one counts as not understood.
 3. A patient who asked for time gets it: the next words only say that they are back. A no may also answer the question, or
    somebody beside the patient: it is read back.
 4. A doubtful stop is read back. Only a yes or another stop ends the visit then.
 5. Stop ends the visit, but never hides what was found, nor a yes that was proposed and not denied: that is unknown.
 6. Questions are put in the order of the script; a closed gate leaves one out. The first private one is announced.
 7. A yes is a finding. A yes that is denied later is unknown, never no.
 8. An uncertain no is read back first, with its content (docs/grounds.md, rule 5). A yes that is only proposed is read back,
    too; a no to that puts the question again and denies nothing. Without such a no, a later no to the question is read back,
    however plain it is.
 9. A duration is a yes from the limit on and a no below it. An uncertain one below it is unknown, as is a range across the
    limit, so that the question for yes or no follows. At that, the first is read back as a no, the other is not understood.
9b. An age settles every question that names it under `settled_by`: yes or no if all of the age is on one side of its figure,
    else that question is put itself. An age that is not certain, or that means yes to a flag, is read back first by these
    questions; after a no it is asked again.
10. "I do not know" to an E question is asked once more, with an example. Otherwise it is unknown, as is a refusal.
11. Silence and answers that are not understood are asked again, the second time with an example. The third time the
    flag is unknown. A duration or an age is tried once less, because the questions that follow it are easier to answer.
12. If nothing at all was heard in the visit, the third silence brings in the staff.
13. Back puts the question before again, at most RETURNS times in a visit. Until then a yes to it is unknown.
14. An E ends the questions, and so does a flag of the level staff. An unknown E brings in the staff. Every other level
    waits until all have been put; an unknown one excludes reassurance.
    An E with a follow-up ("is that new or worse?") is one only after a yes to that, which is put directly after the yes to
    the flag. After a no the questions go on; at a T they go on in any case. What the yes says of it ("ja, sinds gisteren",
    "ja, maar dat is al jaren zo") answers it: new counts at once, old is read back as an uncertain no is (8).
15. What was found is read back once before an outcome that rests on it. After a no those questions are put again, with their
    follow-ups. An answer that is not understood is asked once more, for it may hold more than the findings; after that the
    outcome comes.
16. After reassurance, and after the calm outcomes that the script names, the patient may ask about topics (`coach/topics.py`);
    a yes is answered with some topics by name, others each time. Not after a stop.
17. That the room is loud is said once, when an answer was not heard in noise.
18. What the patient tells of an urgent flag outside its question is a mention. It decides nothing, but that question
    comes next, also if it was denied before; only the answer that is being read back goes before it. An answer that
    settles nothing, a request or a stop gives way to it. Of a flag that is present and old its follow-up comes again.
19. A flag that was mentioned beyond doubt and is then denied is unknown, and so is one that is not settled at the end.
    A no to a flag whose mention is in doubt is read back, however plain it is.
    A question is put because of mentions at most DETOURS times; after one more, however doubtful, its flag is not settled.
20. Every count is bounded, so every consultation ends.
21. A script that no clinician has signed as it is now says so before anything else (docs/intended-use.md).
22. Chapters come before an outcome is told and after it (`coach/`), those that the script names at that level, in its order, each
    at most once; the topics are one of them. No answer in one is a finding. Rules 1 to 5 hold there too, but for the requests
    that a chapter takes itself. A mention (18) or another outcome ends it; one before the outcome comes again then.

What an answer leads to. The first line that fits decides. "Again" is rule 11; "once more" puts what is open once more.
After WAIT, anything but SILENCE, WAIT and STOP only puts it once more, and NO at ASK is read back (3). A stop that was read
back ends the visit on YES and STOP, and anything else puts what was open once more (4).

    answer             ASK                  CONFIRM_NO     CONFIRM_FINDINGS  ADVISE
    ALARM, HELP        staff (1)            staff          staff             staff
    with a mention     the flag's question next (18), unless the answer itself settles what is open
    a request          once more (2)        once more      once more         once more
    YES                present, or read back absent        outcome           menu, twice
    NO                 absent, or read back again          put again (15)    close
    DURATION           by the limit (9)     again          read again, once   close
    AGE                by the figures (9b)  again          read again, once   close
    UNSURE, DECLINE    unknown (10)         again          read again, once   close
    STOP               stop (5)             stop           outcome           close
    BACK               question before (13) again          put again         once more
    SILENCE            again                again          outcome           close
    SCORE, SIDE        again                again          read again, once   close
    SENTENCE           again                again          read again, once   close
    TOPIC              again                again          read again, once   topic (16)
    UNCLEAR            again                again          read again, once   menu, twice

TOO_MUCH and WORSE are only understood while somebody moves (`coach/movement.py`); elsewhere they are UNCLEAR.
A YES at CONFIRM_NO that says more is asked again, and is a proposed yes (8): it may tell the very flag that is denied ("ja, maar
erger dan vroeger").
ADVISE is that of the topics; other chapters say themselves what follows. CONFIRM_YES is as
CONFIRM_NO, but YES records present, and STOP tells the outcome (5). So is CONFIRM_AGE, but YES records what the age settles.
Once a flag with a follow-up is present, that follows (14).
"""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapter import Move
from voice.consultation.coach.chapters import CHAPTERS
from voice.consultation.ending import call_staff, conclude, follow, stop
from voice.consultation.findings import doubt, drop_proposed, note_finding, note_mentions, note_proposed
from voice.consultation.putting import (
    leave_open,
    put,
    put_again,
    put_follow_up,
    put_mentioned,
    put_next,
    put_once_more,
    read_findings_back,
    reconsider,
)
from voice.consultation.script import Finding, Level, Question, Script
from voice.consultation.triage import judge, settle_by_age
from voice.consultation.visit import IN_CHAPTER, Outcome, Phase, Step, Visit
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import NO_YEARS, OPPOSITE, Answer, Meaning, Years

ATTEMPTS = 3
"""How often a question is put before its answer counts as unknown (docs/grounds.md, turns)."""

ASIDES = 6
"""How many requests are granted at one question before the next one counts as not understood."""

RETURNS = 5
"""How often a patient may go back in one visit."""

ENDING = (Level.E, Level.STAFF)
"""Levels of flags that end the questions."""

SPOKEN_LINES = frozenset(
    """welkom proefversie kennisgeving ik_herhaal luider zachter trager wacht verder uitleg terug stilte_1 stilte_2 stilte_3
    niet_begrepen_1 niet_begrepen_2 niet_begrepen_3 opnieuw_1 opnieuw_2 rumoerig we_gaan_verder
    dat_geeft_niet denk_rustig_na
    weigeren_mag niemand_gehoord dat_wil_ik_zeker_weten ik_hoorde_stop ik_hoorde_dit dan_vraag_ik_het_opnieuw hulp alarm gestopt
    storing een_ogenblik ik_hoor_niets daar_ben_ik_weer persoonlijk""".split()
)
"""Lines that the dialogue speaks by name; the loader refuses a locale that lacks one."""

_REQUEST_LINES = {
    Meaning.REPEAT: "ik_herhaal",
    Meaning.LOUDER: "luider",
    Meaning.SOFTER: "zachter",
    Meaning.SLOWER: "trager",
    Meaning.WAIT: "wacht",
    Meaning.EXPLAIN: "uitleg",
}


def begin(script: Script) -> Step:
    """Greet, say that this is a trial if it is one (rule 21), and put the first question."""
    greeting = ("welkom", "kennisgeving") if script.reviewed else ("welkom", "proefversie", "kennisgeving")
    return put_next(Visit(script), tuple(map(script.line, greeting)))


def advance(visit: Visit, answer: Answer) -> Step:
    """Decide what follows from an answer to the open question. Raises ValueError if the visit has ended."""
    if visit.phase is Phase.ENDED:
        raise ValueError("This visit has ended; begin a new one.")
    if answer.meaning is not Meaning.SILENCE and not visit.heard:
        visit = replace(visit, heard=True)
    step = _take(visit, answer)
    return _mention_noise(step) if answer.noisy and answer.meaning in (Meaning.UNCLEAR, Meaning.SILENCE) else step


def resume(visit: Visit, answer: Answer) -> Step:
    """Go on after an interruption: put what the answer to it mentions (rule 18), else what is open once more."""
    before, visit = visit, replace(note_mentions(visit, answer), waiting=False)
    return put_mentioned(leave_open(visit)) if visit.pending != before.pending else put_once_more(visit)


def break_off(visit: Visit, reason: str) -> Step:
    """End the visit and hand it to the staff, because the kiosk cannot hold it: a device failed for good."""
    return call_staff(visit, reason, (visit.script.line("storing"),))


def _take(visit: Visit, answer: Answer) -> Step:
    """Apply the first line of the table that fits."""
    before, visit = visit, note_mentions(visit, answer)
    if answer.meaning is Meaning.ALARM:
        return call_staff(visit, "alarm", (visit.script.line("alarm"),))
    if answer.meaning is Meaning.HELP:
        return call_staff(visit, "hulp", (visit.script.line("hulp"),))
    if visit.pending != before.pending and not _settles(visit, answer):
        return put_mentioned(leave_open(visit))
    if visit.phase in IN_CHAPTER and judge(visit) != visit.outcome:
        return conclude(visit)
    if visit.waiting:
        visit = replace(visit, waiting=False)
        if answer.meaning is Meaning.NO and visit.phase is Phase.ASK and visit.open.kind is Kind.FLAG:
            return put_once_more(replace(visit, phase=Phase.CONFIRM_NO), (visit.script.line("verder"),))
        if answer.meaning not in (Meaning.SILENCE, Meaning.WAIT, Meaning.STOP):
            return put_once_more(visit, (visit.script.line("verder"),))
    if answer.meaning in _REQUEST_LINES and visit.asides < ASIDES and not _is_taken(visit, answer.meaning):
        return _grant(visit, answer.meaning)
    if visit.stopping:
        return _take_at_stop(replace(visit, stopping=False), answer)
    return _PHASES[visit.phase](visit, answer)


def _is_taken(visit: Visit, meaning: Meaning) -> bool:
    """Whether the chapter that is open grants that request itself."""
    return visit.phase in IN_CHAPTER and not visit.stopping and meaning in CHAPTERS[visit.progress.chapter].takes


def _mention_noise(step: Step) -> Step:
    """Say once that the room is loud, before the question comes again (rule 17)."""
    if step.visit.noise_told or isinstance(step.then, Outcome):
        return step
    return replace(step, visit=replace(step.visit, noise_told=True), say=(step.visit.script.line("rumoerig"), *step.say))


# --- the phases ---------------------------------------------------------------------------------


def _take_at_question(visit: Visit, answer: Answer) -> Step:
    match answer.meaning:
        case Meaning.YES if visit.open.kind is Kind.FLAG:
            return _take_yes(visit, answer)
        case Meaning.NO if visit.open.kind is Kind.FLAG:
            return _take_no(visit, answer)
        case Meaning.DURATION if visit.open.limit_days:
            return _take_duration(visit, answer)
        case Meaning.AGE if visit.open.kind is Kind.AGE:
            return _take_age(visit, answer)
        case Meaning.UNSURE | Meaning.DECLINE:
            return _take_not_known(visit, answer.meaning)
        case Meaning.STOP:
            return _take_stop(visit, answer)
        case Meaning.BACK:
            return _go_back(visit)
        case Meaning.SILENCE:
            return _take_silence(visit)
        case _:
            return _ask_again(visit, "niet_begrepen")


def _take_yes(visit: Visit, answer: Answer) -> Step:
    """Record a yes, or read it back first if it is only proposed (rule 8)."""
    if answer.proposed:
        return put_once_more(replace(note_proposed(visit, (visit.open.settles,)), phase=Phase.CONFIRM_YES))
    step = _record(visit, Finding.PRESENT)
    if visit.open.recent and answer.recent in OPPOSITE:  # the yes has answered the follow-up, too
        return _take_at_question(step.visit, Answer(answer.recent, certain=answer.recent is Meaning.YES))
    return step


def _take_no(visit: Visit, answer: Answer) -> Step:
    """Record a no, or read it back first (rules 8 and 19)."""
    if _is_plain(visit, answer):
        return _record(visit, Finding.ABSENT)
    return put_once_more(replace(visit, phase=Phase.CONFIRM_NO))


def _is_plain(visit: Visit, answer: Answer) -> bool:
    """Whether the answer may deny the flag at once: nothing about it is in doubt, nor was a yes proposed or hinted at before."""
    name = visit.open.recent_of or visit.open.settles
    hinted = name in visit.detours and name not in visit.mentioned
    return answer.certain and not hinted and visit.open.settles not in visit.proposed


def _take_duration(visit: Visit, answer: Answer) -> Step:
    """Compare a length of time with the limit of the question (rule 9)."""
    limit, is_flag = visit.open.limit_days, visit.open.kind is Kind.FLAG
    if answer.days.low >= limit and answer.days.high > limit:
        return _record(visit, Finding.PRESENT)
    if answer.days.high < limit and (is_flag or _is_plain(visit, answer)):
        return _take_no(visit, answer)
    return _ask_again(visit, "niet_begrepen") if is_flag else _record(visit, Finding.UNKNOWN)


def _take_age(visit: Visit, answer: Answer) -> Step:
    """Settle by the age what it settles, or read it back first (rule 9b)."""
    settled = settle_by_age(visit.script, visit.open, answer.years)
    flagged = [one.id for one, finding in settled if finding is Finding.PRESENT and one.level is not Level.NONE]
    if settled and (flagged or not answer.certain):
        return put_once_more(replace(note_proposed(visit, flagged), phase=Phase.CONFIRM_AGE, years=answer.years))
    return _record_age(visit, answer.years)


def _take_at_age(visit: Visit, answer: Answer) -> Step:
    """Record what an age settles if it is confirmed; what ends the questions needs no second read-back."""
    if answer.meaning is not Meaning.YES:
        return _take_at_readback(visit, answer)
    return _record_age(visit, visit.years, read_back=not visit.having(Finding.PRESENT))


def _record_age(visit: Visit, years: Years, read_back: bool = False) -> Step:
    """Note what the age settles, and move on (rule 9b). read_back: whether all that was found has been read back so."""
    visit = replace(visit, years=NO_YEARS)
    present: tuple[Question, ...] = ()
    for question, finding in settle_by_age(visit.script, visit.open, years):
        visit = note_finding(visit, finding, question.id)
        present = (*present, question) if finding is Finding.PRESENT else present
    visit = replace(visit, pending=tuple(name for name in visit.pending if name not in {one.id for one in present}))
    if any(one.level in ENDING for one in present):
        return read_findings_back(replace(visit, read_back=read_back), ())
    return put_next(visit, ())


def _take_not_known(visit: Visit, meaning: Meaning) -> Step:
    """Record that the patient does not know, or would rather not say (rule 10)."""
    if meaning is Meaning.UNSURE and visit.open.is_emergency and not visit.misses:
        return put_again(replace(visit, misses=ATTEMPTS - 1), "denk_rustig_na")
    if meaning is Meaning.DECLINE:
        declined = replace(visit, declined=(*visit.declined, visit.open.settles))
        return _record(declined, Finding.UNKNOWN, (visit.script.line("weigeren_mag"),))
    return _record(visit, Finding.UNKNOWN, (visit.script.line("dat_geeft_niet"),))


def _take_silence(visit: Visit) -> Step:
    """Put the question again; give up at the third silence (rules 11 and 12)."""
    visit = replace(visit, silences=visit.silences + 1)
    if visit.silences < ATTEMPTS:
        return put_again(visit, f"stilte_{visit.silences}")
    if visit.heard:
        return _give_up(visit, "stilte_3")
    return call_staff(note_finding(visit, Finding.UNKNOWN), "niemand_gehoord", (visit.script.line("niemand_gehoord"),))


def _ask_again(visit: Visit, why: str) -> Step:
    """Put the question again because of an answer that settles nothing; give up after the last try (rule 11)."""
    visit = replace(visit, misses=visit.misses + 1)
    attempts = ATTEMPTS if visit.open.kind is Kind.FLAG else ATTEMPTS - 1
    return put_again(visit, f"{why}_{visit.misses}") if visit.misses < attempts else _give_up(visit, "niet_begrepen_3")


def _give_up(visit: Visit, why: str) -> Step:
    """Leave the flag unknown; unless the staff take over, say that the questions go on."""
    lead = (visit.script.line(why),)
    going_on = () if visit.open.is_emergency else (visit.script.line("we_gaan_verder"),)
    return _record(visit, Finding.UNKNOWN, (*lead, *going_on))


def _take_at_readback(visit: Visit, answer: Answer) -> Step:
    """Record what was read back if it is confirmed."""
    match answer.meaning:
        case Meaning.YES if visit.phase is not Phase.CONFIRM_NO:
            return _record(visit, Finding.PRESENT)
        case Meaning.YES if not answer.more:
            return _record(visit, Finding.ABSENT)
        case Meaning.YES:
            return _ask_again(note_proposed(visit, (visit.open.settles,)), "opnieuw")
        case Meaning.STOP:
            return _take_stop(visit, answer)
        case Meaning.SILENCE:
            return _take_silence(visit)
        case Meaning.NO if answer.certain and visit.phase is not Phase.CONFIRM_NO:
            return _ask_again(drop_proposed(visit), "opnieuw")
        case _:
            return _ask_again(visit, "opnieuw")


def _take_stop(visit: Visit, answer: Answer) -> Step:
    """Stop, or read a doubtful stop back (rule 4): a visit that ends by a misunderstanding has no outcome."""
    if answer.certain:
        return stop(visit)
    if visit.asides >= ASIDES:
        return _PHASES[visit.phase](visit, replace(answer, meaning=Meaning.UNCLEAR))
    return put_once_more(replace(visit, asides=visit.asides + 1, stopping=True))


def _take_at_stop(visit: Visit, answer: Answer) -> Step:
    if answer.meaning in (Meaning.YES, Meaning.STOP):
        return stop(visit)
    return put_once_more(visit, (visit.script.line("verder"),))


def _take_at_findings(visit: Visit, answer: Answer) -> Step:
    """Conclude, or reconsider (rule 15). What is not understood may hold more than the findings, so it is asked once more."""
    if answer.meaning in (Meaning.NO, Meaning.BACK):
        return reconsider(visit)
    if answer.meaning not in (Meaning.YES, Meaning.STOP, Meaning.SILENCE) and not visit.misses:
        return put_once_more(replace(visit, misses=1), (visit.script.line("opnieuw_1"),))
    return conclude(visit, may_ask=answer.meaning is not Meaning.STOP)


def _take_in_chapter(visit: Visit, answer: Answer) -> Step:
    """Hand the answer to the chapter that is open (rule 22)."""
    chapter, visit = CHAPTERS[visit.progress.chapter], replace(visit, rounds=visit.rounds + 1)
    if visit.rounds >= chapter.longest:
        return follow(Move(visit))
    if answer.meaning is Meaning.STOP and Meaning.STOP not in chapter.takes:
        return _take_stop(visit, answer)
    if answer.meaning is Meaning.BACK and visit.asides < ASIDES:  # no question goes before that of a chapter
        return put_once_more(replace(visit, asides=visit.asides + 1))
    return follow(chapter.advance(visit, answer))


_PHASES = {
    Phase.ASK: _take_at_question,
    Phase.CONFIRM_NO: _take_at_readback,
    Phase.CONFIRM_YES: _take_at_readback,
    Phase.CONFIRM_AGE: _take_at_age,
    Phase.CONFIRM_FINDINGS: _take_at_findings,
    Phase.BEFORE: _take_in_chapter,
    Phase.ADVISE: _take_in_chapter,
}


# --- requests -----------------------------------------------------------------------------------


def _grant(visit: Visit, meaning: Meaning) -> Step:
    """Grant a request (rule 2). How loud and how fast the voice speaks is not decided here."""
    visit = replace(visit, asides=visit.asides + 1)
    lead: tuple[Utterance, ...] = (visit.script.line(_REQUEST_LINES[meaning]),)
    if meaning is Meaning.WAIT:
        return Step(replace(visit, waiting=True), lead, visit.asked)
    in_chapter = visit.phase in IN_CHAPTER and not visit.stopping
    if meaning is Meaning.EXPLAIN and (visit.puts_open or in_chapter):
        return Step(visit, (visit.asked.why, visit.asked.ask_clearer), visit.asked)
    if meaning is Meaning.REPEAT and in_chapter:
        lead = (*lead, *CHAPTERS[visit.progress.chapter].remind(visit))
    return put_once_more(visit, lead)


def _settles(visit: Visit, answer: Answer) -> bool:
    """Whether the answer settles what is open, so that the mention's question follows by itself (rule 18)."""
    if visit.stopping or visit.waiting:
        return False
    if visit.phase is Phase.ASK:
        flag = answer.meaning in (Meaning.YES, Meaning.NO) and visit.open.kind is Kind.FLAG
        lasted = answer.meaning is Meaning.DURATION and bool(visit.open.limit_days)
        aged = answer.meaning is Meaning.AGE and visit.open.kind is Kind.AGE
        return flag or lasted or aged or answer.meaning in (Meaning.UNSURE, Meaning.DECLINE)
    if visit.phase is Phase.CONFIRM_FINDINGS:
        return answer.meaning is Meaning.NO
    return visit.phase not in IN_CHAPTER and answer.meaning is Meaning.YES


# --- moving on ----------------------------------------------------------------------------------


def _record(visit: Visit, finding: Finding, lead: tuple[Utterance, ...] = ()) -> Step:
    """Note a finding and move on (rule 14)."""
    visit = note_finding(visit, finding)
    settled, question = visit.finding(visit.open.settles), visit.open
    if settled is Finding.PRESENT and question.recent:
        return put_follow_up(visit, question.recent.question, lead)
    if settled is Finding.PRESENT and (question.is_emergency or question.level in ENDING):
        return read_findings_back(visit, lead)
    if settled is not Finding.ABSENT and question.is_emergency:
        return call_staff(visit, "onbekend", lead)
    return put_next(visit, lead)


def _go_back(visit: Visit) -> Step:
    """Put the question before again (rule 13)."""
    if len(visit.path) < 2 or visit.returns >= RETURNS:
        return _ask_again(visit, "opnieuw")
    earlier = visit.script.question(visit.path[-2])
    doubted = (earlier.settles, *(question.id for question in visit.script.questions if question.settled_by == earlier.id))
    visit = replace(visit, findings=doubt(visit, doubted), path=visit.path[:-2], returns=visit.returns + 1)
    return put(visit, earlier, (visit.script.line("terug"),))
