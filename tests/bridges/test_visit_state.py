"""A visit survives the journey through a message, and nothing else is taken for one."""

from __future__ import annotations

import json
import random
from dataclasses import fields, replace
from typing import Any

import pytest

from tests.conftest import load_shipped
from voice.bridges.visit_state import pack, unpack
from voice.consultation.dialogue import advance, begin
from voice.consultation.review.walk_answers import UNUSUAL, USUAL, list_mentioning_answers
from voice.consultation.script import Script
from voice.consultation.visit import NO_PROGRESS, Outcome, Phase, Reply, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning, Mention, Score, Side, Years

AGES = [Answer(Meaning.AGE, certain=certain, years=Years(80, 80)) for certain in (True, False)] * 60
LOUD_ROOM = Answer(Meaning.UNCLEAR, noisy=True)
REPLIES = (
    Reply(Meaning.SCORE, Score(6.0, 7.5), certain=False),
    Reply(Meaning.SIDE, sides=(Side.LEFT, Side.RIGHT)),
    Reply(Meaning.DECLINE),
)
REPLY = {"meaning": "score", "score": [6.0, 7.0], "sides": [], "certain": True}
TWO_MENTIONS = Answer(Meaning.NO, mentions=(Mention("koorts"), Mention("val", certain=False)))


def walked(script: Script, seed: int) -> list[Visit]:
    """Return the visits of one consultation with random answers of every kind; in every second one mostly no."""
    chance, step, visits = random.Random(seed), begin(script), []
    usual = USUAL * 3 if seed % 2 else [Answer(Meaning.NO)] * 200
    odd = [
        *UNUSUAL,
        *list_mentioning_answers(script)[::4],
        LOUD_ROOM,
        TWO_MENTIONS,
    ]
    while not isinstance(step.then, Outcome):
        visits.append(step.visit)
        likely = USUAL * 20 if step.then is script.menu else AGES if step.then.kind is Kind.AGE else usual
        step = advance(step.visit, chance.choice([*likely, *odd]))
    return [*visits, step.visit]


@pytest.mark.parametrize("seed", range(40))
def test_every_visit_comes_back_as_it_was(long_script: Script, seed: int) -> None:
    for visit in walked(long_script, seed):
        travelled = json.loads(json.dumps(pack(visit)))
        assert unpack(long_script, travelled) == visit


def test_every_part_of_a_visit_occurs_in_these_walks(long_script: Script) -> None:
    seen = {name for seed in range(40) for visit in walked(long_script, seed) for name in pack(visit)}
    assert seen == {item.name for item in fields(Visit)}


def test_replies_that_are_no_flags_come_back_as_they_were(script: Script) -> None:
    replies = tuple((question.id, reply) for question, reply in zip(script.questions, REPLIES, strict=False))
    visit = replace(begin(script).visit, progress=replace(NO_PROGRESS, replies=replies))
    assert unpack(script, json.loads(json.dumps(pack(visit)))) == visit


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("hoofdpijn", {}),
        ("koorts", {"score": [6.0, 11]}),
        ("koorts", {"score": ["6", "7"]}),
        ("koorts", {"score": [6]}),
        ("koorts", {"sides": ["up"]}),
        ("koorts", {"meaning": "often"}),
        ("koorts", {"certain": 1}),
    ],
    ids=str,
)
def test_a_reply_that_nobody_gave_is_refused(script: Script, name: str, change: dict[str, Any]) -> None:
    packed = pack(replace(begin(script).visit, progress=replace(NO_PROGRESS, place="begun")))
    packed["progress"]["replies"] = [["koorts", REPLY]]
    assert unpack(script, packed).progress.replies == (("koorts", Reply(Meaning.SCORE, Score(6, 7))),)
    packed["progress"]["replies"] = [[name, {**REPLY, **change}]]
    with pytest.raises(ValueError, match="This is no visit"):
        unpack(script, packed)


def test_a_state_is_short(script: Script) -> None:
    assert len(json.dumps(pack(begin(script).visit))) < 100
    assert max(len(json.dumps(pack(visit))) for seed in range(40) for visit in walked(script, seed)) < 1200


@pytest.mark.parametrize(
    "change",
    [
        {"script": "nl-BE/uitgebreid 1"},
        {"phase": "asleep"},
        {"path": []},
        {"path": ["hoofdpijn"]},
        {"findings": [["koorts"]]},
        {"findings": [["koorts", "maybe"]]},
        {"misses": -1},
        {"misses": "2"},
        {"years": [80]},
        {"years": [80, -1]},
        {"heard": 1},
        {"topic": "hoofdpijn"},
        {"outcome": {"level": "T"}},
        {"outcome": {"level": "X", "flags": [], "unknown": [], "reasons": []}},
        {"progress": {"chapter": "song", "begun": ["song"], "asks": "", "place": "", "kept": []}},
        {"progress": {"chapter": "topics", "begun": [], "asks": "", "place": "", "kept": []}},
        {"progress": {"chapter": "topics", "begun": ["topics"], "asks": "hoofdpijn", "place": "", "kept": []}},
        {"progress": {"chapter": "topics"}},
        {"patient": "Jan"},
    ],
)
def test_what_is_no_visit_is_refused(script: Script, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="This is no visit"):
        unpack(script, {**pack(begin(script).visit), **change})


@pytest.mark.parametrize("packed", [{}, None, [], "visit", {"script": 1}])
def test_anything_else_is_refused(script: Script, packed: Any) -> None:
    with pytest.raises(ValueError, match="no visit of this script"):
        unpack(script, packed)


def test_a_state_holds_only_ids(script: Script) -> None:
    visit = walked(script, 1)[-1]
    assert visit.phase is Phase.ENDED
    assert not any(line in json.dumps(pack(visit), ensure_ascii=False) for line in script.lines.values())
    with pytest.raises(ValueError, match="no visit of this script"):
        unpack(load_shipped("nl-NL", "kort"), pack(visit))
