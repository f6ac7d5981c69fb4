"""Scripts are read as they are meant, and a wrong edit is refused in words that name file, line and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import PROMPTS
from voice.errors import ScriptError
from voice.prompts import Details, load_script
from voice.script import Kind, Level, Script

EDITS = [
    ("questions.yaml", '    clarify: "Koorts is', '    # clarify: "Koorts is', "'clarify' must be a text"),
    ("questions.yaml", "level: W\n    text: \"Bent u vermagerd", "level: X\n    text: \"Bent u vermagerd", "'X' is not a level"),
    ("questions.yaml", "  - id: gewicht", "  - id: koorts", "two questions have the same id"),
    ("questions.yaml", "positive: \"U hebt koorts", "pozitive: \"U hebt koorts", "'pozitive' is not known here"),
    ("questions.yaml", 'limit_days: "42"', 'limit_days: "zes"', "'zes' is not a whole number"),
    ("questions.yaml", "finding: unknown", "finding: perhaps", "'perhaps' is not a finding"),
    ("questions.yaml", "source: [brondocument, nhs, ahcpr]", "source: [internet]", "'internet' is not known"),
    ("questions.yaml", "    text: \"Hebt u koorts", "   text: \"Hebt u koorts", "Check indents"),
    ("kort.yaml", "ask: [duur, zes_weken,", "ask: [zes_weken, duur,", "is not asked before"),
    ("kort.yaml", "ask: [duur,", "ask: [duurr,", "'duurr' is not known"),
    ("kort.yaml", "when: [gewicht, koorts]", "when: [gewicht, griep]", "'griep' is not known"),
    ("kort.yaml", "    level: T\n    source: ahcpr", "    level: T\n    source: oma", "'oma' is not listed"),
    ("kort.yaml", "core: [gerust", "core: [gerustt", "'gerustt' is not known"),
    ("kort.yaml", "  stopped: [", "  gestopt: [", "'gestopt' is not known here"),
    ("kort.yaml", "  E: [positives", "  E: [positieven", "'positieven' is not known"),
    ("kort.yaml", "id: kort\n", "id: kort\nid: kort\n", "'id' stands here a second time"),
    ("lines.yaml", "welkom:", "welkomm:", "the line 'welkom' is missing"),
    ("lines.yaml", "van {praktijk}", "van {praktik}", "{praktik} is not a detail of the practice"),
    ("advice.yaml", "  - id: warmte", "  - id: bewegen", "two topics have the same id"),
    ("advice.yaml", "    lines:\n      - \"Warmte op", "    lines: []\n    was:\n      - \"Warmte op", "'was' is not known here"),
]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(PROMPTS, tmp_path / "prompts")
    return tmp_path / "prompts" / "nl-BE"


@pytest.mark.parametrize(("name", "before", "after", "complaint"), EDITS, ids=[edit[3] for edit in EDITS])
def test_a_wrong_edit_is_refused_in_words(copied: Path, name: str, before: str, after: str, complaint: str) -> None:
    file = copied / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ScriptError) as refused:
        load_script(copied, "kort")
    assert complaint in str(refused.value)
    assert name in str(refused.value) and "line " in str(refused.value)
    assert refused.value.remedy and "\n" not in str(refused.value)


def test_a_script_or_locale_that_is_not_there_is_told_with_the_choices() -> None:
    with pytest.raises(ScriptError, match="Choose one of:.*kort"):
        load_script(PROMPTS / "nl-BE", "lang")
    with pytest.raises(ScriptError, match="Choose one of:.*nl-BE"):
        load_script(PROMPTS / "fr-BE", "kort")


def test_a_file_in_another_encoding_is_told(copied: Path) -> None:
    (copied / "lines.yaml").write_bytes("welkom: Hé".encode("latin-1"))
    with pytest.raises(ScriptError, match="UTF-8"):
        load_script(copied, "kort")


def test_the_practice_fills_in_its_details() -> None:
    script = load_script(PROMPTS / "nl-BE", "kort", Details(praktijk="Kine De Linde"))
    assert "Kine De Linde" in script.line("welkom").text


def test_the_default_script_asks_what_it_must(script: Script) -> None:
    asked = {question.id: question for question in script.questions}
    assert script.questions[0].kind is Kind.DURATION
    assert {name for name, question in asked.items() if question.level is Level.E} == {"beide_benen", "zitvlak", "plassen", "stoelgang"}
    assert {"kracht", "gevoel", "gewicht", "koorts", "nachtpijn", "val"} <= set(asked)


def test_every_fact_of_the_source_is_told_or_asked_somewhere(every_script: Script) -> None:
    covered = {fact for topic in every_script.topics for fact in topic.covers}
    covered |= {fact for question in every_script.questions for fact in question.covers}
    assert covered == {f"F{number}" for number in range(1, 23)}


def test_every_line_has_its_own_id(every_script: Script) -> None:
    ids = [utterance.id for utterance in every_script.utterances()]
    assert len(ids) == len(set(ids))
