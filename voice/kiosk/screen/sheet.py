"""Write the sheet for the physiotherapist: one page that is read in 20 seconds. Pure.

It says first how it ended and why, then what was answered, then what was asked for the physiotherapist only, and last what the
patient heard. What is not known, not said, not heard and not put stays apart, and nothing of it is said to be well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from voice.base.clock import find_clock_trouble
from voice.consultation.coach.briefing import BLOCKS, CONSENT
from voice.consultation.coach.questionnaire import find_scores
from voice.consultation.coach.replies import find_reply
from voice.consultation.questionnaire import Total
from voice.consultation.script import Level, Script
from voice.consultation.triage import name_ending, sort_answers
from voice.consultation.visit import Outcome, Reply, Visit
from voice.kiosk.screen.texts import ScreenTexts, name_score
from voice.kiosk.turns.notes import HandoverNotes
from voice.understand.meaning import NO_DAYS, Days, Meaning

PLAN = "plan"
"""What teach-back keeps: what the patient will do (`voice/consultation/coach/teach_back.py`)."""

_SPANS = ((365, "years"), (60, "months"), (14, "weeks"), (1, "days"))
"""From how many days on a length of time is told in which unit."""
_UNITS = {"years": 365, "months": 30, "weeks": 7, "days": 1}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the sheet. label: what it is about; empty for a line that speaks for itself."""

    label: str
    value: str

    def __str__(self) -> str:
        return f"{self.label}: {self.value}" if self.label else self.value


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the sheet."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet. level: of the outcome, for its look. heading: the outcome in a few words. caution: what it is not."""

    title: str
    script: str
    level: str
    heading: str
    sections: tuple[Section, ...]
    caution: str


def write_sheet(texts: ScreenTexts, outcome: Outcome, visit: Visit, notes: HandoverNotes, at: datetime) -> Sheet:
    """Write the sheet of a visit that has ended."""
    words = texts.sheet
    parts = (
        (words["found"], write_findings(texts, visit)),
        (words["asked"], write_briefing(texts, visit, notes)),
        (words["heard"], _write_advice(words, outcome, visit, notes)),
    )
    return Sheet(
        title=write_title(texts, at),
        script=write_script(texts, visit.script),
        level=str(outcome.level),
        heading=texts.outcomes[name_ending(visit.script, outcome)].heading,
        sections=tuple(Section(title, rows) for title, rows in parts if rows),
        caution=words["caution"],
    )


def write_title(texts: ScreenTexts, at: datetime) -> str:
    """Write when it was; that is left out while the clock is wrong."""
    words = texts.handover
    return words["undated"] if find_clock_trouble(at.date()) else f"{words['title']} {at:%d/%m/%Y %H:%M}"


def write_script(texts: ScreenTexts, script: Script) -> str:
    """Write which script asked, and whether a clinician has signed it."""
    words = texts.handover
    return f"{script.locale}/{script.id} {script.version}, {words['reviewed' if script.reviewed else 'unreviewed']}"


def write_findings(texts: ScreenTexts, visit: Visit) -> tuple[Row, ...]:
    """Write what is known of each flag, in the words in which it is read back.

    What was answered yes and what was not asked is told though it be nothing: a visit that ended early must not read as if all
    were well. What was denied is listed then only.
    """
    words, answers = texts.handover, sort_answers(visit)
    known = {name: _list_wordings(visit.script, flags) for name, flags in asdict(answers).items()}
    if answers.denied and not answers.not_put:
        known["denied"] = words["others"]
    shown = [name for name, wordings in known.items() if wordings or name in ("affirmed", "not_put")]
    unfinished = (Row("", words["unfinished"]),) if answers.not_put else ()
    return (*unfinished, *(Row(words[name], known[name] or words["none"]) for name in shown))


def _list_wordings(script: Script, flags: Iterable[str]) -> str:
    return "; ".join(script.question(name).positive.rstrip(".") for name in flags)


def write_briefing(texts: ScreenTexts, visit: Visit, notes: HandoverNotes) -> tuple[Row, ...]:
    """Write how long it has lasted, the blocks of the briefing that were put, and the scores."""
    words = texts.sheet
    lasting = [Row(words["lasting"], _describe_days(words, notes.days))] if notes.days != NO_DAYS else []
    names = dict.fromkeys(name for block in BLOCKS.values() for name in block.questions if name != CONSENT)
    replies = ((name, find_reply(visit, name)) for name in names)
    blocks = [Row(words[name], describe_reply(texts, reply, notes.sentences.get(name, ""))) for name, reply in replies if reply]
    return (*lasting, *blocks, *_write_scores(words, visit))


def describe_reply(texts: ScreenTexts, reply: Reply, sentence: str = "") -> str:
    """Describe a reply in words. sentence: what was said in own words."""
    words = texts.sheet
    if reply.meaning is Meaning.SCORE:
        told = f"{name_score(reply.score)} {words['out_of']}"
    elif reply.meaning is Meaning.SIDE:
        told = " + ".join(words[str(side)] for side in reply.sides)
    elif reply.meaning is Meaning.SENTENCE:
        told = f"“{sentence}” ({words['as_heard']})" if sentence else words["unclear"]
    else:
        told = words[str(reply.meaning)]
    doubtful = not reply.certain and reply.meaning is not Meaning.UNCLEAR
    return f"{told} ({words['doubtful']})" if doubtful else told


def _describe_days(words: Mapping[str, str], days: Days) -> str:
    """Describe a length of time in the largest unit that fits: "2-3 weken"."""
    unit = next(name for least, name in _SPANS if days.low >= least or least == 1)
    size = _UNITS[unit]
    low, high = days.low // size, max(days.low // size, -(-days.high // size))
    return f"{low}-{high} {words[unit]}" if high > low else f"{low} {words[unit]}"


def _write_scores(words: Mapping[str, str], visit: Visit) -> Iterator[Row]:
    scores, questionnaire = find_scores(visit), visit.script.questionnaire
    if scores is None or questionnaire is None:
        return
    group = f" {words['or']} ".join(scores.groups)
    totals = ", ".join(_describe_total(words, total) for total in scores.totals)
    yield Row(questionnaire.title, f"{group} ({totals}). {words['support']}" if group else f"{totals}. {words['support']}")


def _describe_total(words: Mapping[str, str], total: Total) -> str:
    span = "-".join(f"{value:g}" for value in dict.fromkeys((total.low, total.high)))
    return f"{total.scale.title} {span} {words['of']} {total.most:g}"


def _write_advice(words: Mapping[str, str], outcome: Outcome, visit: Visit, notes: HandoverNotes) -> tuple[Row, ...]:
    """Write what the patient heard after the outcome, and said that he will do today."""
    core = visit.script.core if outcome.level is Level.REASSURE else ()
    titles = [visit.script.topic(name).title for name in dict.fromkeys((*core, *notes.topics))]
    told = (Row("", "; ".join(titles)),) if titles else ()
    plan = dict(visit.progress.kept).get(PLAN)
    return (*told, Row(words["plan"], words[f"plan_{plan}"])) if plan else told
