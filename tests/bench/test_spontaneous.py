"""Spontaneous answers, of which several meanings may be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.bench.reference import is_spontaneous, read_spontaneous
from voice.bench.spontaneous import Judged, format_judged, judge_answers, make_judged_value
from voice.consultation.script import Script
from voice.understand.expected import Expected
from voice.understand.meaning import Answer, Days, Meaning

TABLE = """question\tlabel\ttext\tregion\ttype
koorts\tyes|confirm\tnee, maar wel gerild\tvl\tcontra
koorts\tno\tbah nink\twvl\tdialect
koorts\tconfirm\ttja\tvl\thedge
duur\tduration:14-15\tveertien dagen\tvl\ttime
zes_weken\tyes\tal twee maanden\tvl\ttime
koorts\tunsure\tgeen idee\tvl\tunsure
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "spontaneous.tsv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def judge(script: Script, table: Path, *answers: Answer) -> list[Judged]:
    answer = iter(answers)
    questions = {question.id: question.expected for question in script.every_question()}
    return list(judge_answers(read_spontaneous(table), questions, Expected(), lambda text, expected: next(answer)))


def test_a_table_is_known_by_its_columns(table: Path, tmp_path: Path) -> None:
    other = tmp_path / "words.tsv"
    other.write_text("label\tutterance\nyes\tja\n", encoding="utf-8")
    assert is_spontaneous(table) and not is_spontaneous(other)


def test_any_of_the_labels_is_right(script: Script, table: Path) -> None:
    days, long = Answer(Meaning.DURATION, days=Days(14, 14)), Answer(Meaning.DURATION, days=Days(60, 62))
    read_back = Answer(Meaning.NO, certain=False)
    judged = judge(script, table, read_back, Answer(Meaning.NO), Answer(Meaning.UNCLEAR), days, long, Answer(Meaning.UNSURE))
    assert all(one.right for one in judged)
    assert judged[0].mistakes == ("yes -> no?",) and judged[0].found == "no?"
    assert judged[2].mistakes == ("asked again",)


def test_what_is_taken_for_another_is_counted(script: Script, table: Path) -> None:
    days, short = Answer(Meaning.DURATION, days=Days(20, 30)), Answer(Meaning.DURATION, days=Days(5, 7))
    judged = judge(script, table, Answer(Meaning.NO), Answer(Meaning.YES), Answer(Meaning.NO), days, short, Answer(Meaning.YES))
    assert not any(one.right for one in judged)
    assert [one.mistakes for one in judged] == [
        ("yes -> no",),
        ("other -> yes",),
        ("other -> no",),
        (),
        ("yes -> no",),
        ("other -> yes",),
    ]


def test_the_table_has_a_line_for_each_label_region_and_type(script: Script, table: Path) -> None:
    judged = {"ours": tuple(judge(script, table, *[Answer(Meaning.NO)] * 6))}
    lines = "\n".join(format_judged(judged, show_wrong=True))
    assert "  wvl" in lines and "  dialect" in lines and "  duration" in lines and "should be yes or confirm, is no" in lines
    assert make_judged_value(judged)["ours"]["region"]["wvl"]["right"] == 1
