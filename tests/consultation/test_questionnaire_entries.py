"""A file with a questionnaire is refused in plain words, with its line, if it is not right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import PROMPTS
from tests.helpers.virtual_sound_card import ROOT
from voice.base.errors import ScriptError
from voice.consultation.loader import load_script
from voice.consultation.questionnaire import Questionnaire
from voice.understand.expected import Kind

EXAMPLE = (ROOT / "docs" / "questionnaire.example.yaml").read_text(encoding="utf-8")


def load(text: str, folder: Path) -> Questionnaire:
    path = folder / "vragen.yaml"
    path.write_text(text, encoding="utf-8")
    script = load_script(PROMPTS / "nl-BE", "kort", language=False, questionnaire=path)
    assert script.questionnaire is not None
    return script.questionnaire


def test_the_example_is_read(tmp_path: Path) -> None:
    found = load(EXAMPLE, tmp_path)
    assert [item.most for item in found.items] == [1, 1, 1, 1, 1]
    assert [item.question for item in found.items if item.reversed] == ["dagelijks.plezier"]
    assert [scale.id for scale in found.scales] == ["totaal", "stemming"]
    assert found.groups[-1].least == ()


def test_its_questions_expect_yes_or_no_and_numbers() -> None:
    script = load_script(PROMPTS / "nl-BE", "kort", questionnaire=ROOT / "docs" / "questionnaire.example.yaml")
    asked = [question for question in script.coached if question.id.startswith("dagelijks.")]
    assert [question.kind for question in asked] == [Kind.FLAG] * 4 + [Kind.SCALE]
    assert all(question.expected.listening and question.expected.vocabulary for question in asked)


@pytest.mark.parametrize(
    ("was", "written", "complaint"),
    [
        ("kind: scale", "kind: ladder", "'ladder' is no kind of item"),
        ('points_from: "7"', 'points_from: "11"', "11 gives no point here"),
        ("scales: [totaal]}", "scales: [som]}", "'som' is not known"),
        ('door uw rug?"', 'door uw rug."', "it is not a question"),
        ('from: {totaal: "3"}}', 'from: {som: "3"}}', "'som' is not known here"),
        (', from: {totaal: "3"}}', "}", "not every group can be told from the next"),
        (
            '{id: stemming, title: "Stemming"}',
            '{id: stemming, title: "Stemming"}\n  - {id: slaap, title: "Slaap"}',
            "no item counts",
        ),
        ("id: wandelen", "id: aankleden", "two items have the same id"),
        ("source:", "bron:", "'bron' is not known here"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(was: str, written: str, complaint: str, tmp_path: Path) -> None:
    assert was in EXAMPLE
    with pytest.raises(ScriptError, match=rf"vragen.yaml, line \d+: .*{complaint}"):
        load(EXAMPLE.replace(was, written), tmp_path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="There is no questionnaire"):
        load_script(PROMPTS / "nl-BE", "kort", language=False, questionnaire=tmp_path / "weg.yaml")


def test_too_many_items_are_refused(tmp_path: Path) -> None:
    item = '  - {id: aankleden, text: "Kleedt u zich trager aan door uw rug?", kind: yes_no, scales: [totaal]}\n'
    many = "".join(item.replace("aankleden", f"aankleden{n}") for n in range(40))
    with pytest.raises(ScriptError, match="there are 45 items"):
        load(EXAMPLE.replace(item, item + many), tmp_path)
