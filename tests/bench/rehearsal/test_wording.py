"""What a rehearsal says is checked, and means what its list says."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from voice.base.errors import ScriptError
from voice.base.paths import find_shipped
from voice.bench.rehearsal.wording import LABEL_OF, ORDERS, load_wording
from voice.bench.score import LABEL_OF as SCORED
from voice.consultation.loader import scripts
from voice.recognize.transcript import Transcript
from voice.setup.scripts import find_expected, load_chosen_script
from voice.setup.settings import Settings
from voice.understand.answer import understand

LOCALES = ("nl-BE", "nl-NL")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_answer_is_understood_in_writing_as_what_its_list_says(locale: str) -> None:
    settings = Settings(locale=locale)
    wording, expected = load_wording(settings.locale_folder), find_expected(settings, "koorts")
    said = [(kind, text) for kind, texts in wording.answers.items() if kind not in ORDERS for text in texts]
    found = {(kind, text): understand(Transcript(text, 1.0, "text"), expected).meaning for kind, text in said}
    wrong = {which: meaning for which, meaning in found.items() if SCORED.get(meaning, "none") != LABEL_OF[which[0]]}
    assert len(said) > 30
    assert not wrong


@pytest.mark.parametrize("locale", LOCALES)
def test_ten_questions_of_the_script_have_three_sentences_that_are_like_them_and_are_none_of_them(locale: str) -> None:
    settings = Settings(locale=locale)
    similar, script = load_wording(settings.locale_folder).similar, load_chosen_script(settings)
    texts = {question.id: question.ask.text for question in script.questions}
    assert len(similar) == 10
    assert set(similar) <= set(texts)
    assert not {text for others in similar.values() for text in others} & set(texts.values())


def test_it_is_no_script() -> None:
    assert "rehearse" not in scripts(Settings().locale_folder)


@pytest.mark.parametrize(
    ("wrong", "right", "complaint"),
    [
        ('say: "Zeg nu na: {answer}"', 'say: "Zeg nu na: {antwoord}"', "{antwoord} is nothing that can be filled in"),
        ('  cough: ["Hoest nu een keer."]\n', "  cough: []\n", "nothing to say for 'cough'"),
        ('"Was het een klein ongeval?", ', "", "'ongeval' needs 3 different sentences"),
        ('  done: "Dank u. Ik ben klaar met meten."\n', "", "'done' must be a text"),
    ],
)
def test_a_sentence_that_is_wrong_is_named_with_file_and_line(tmp_path: Path, wrong: str, right: str, complaint: str) -> None:
    folder = tmp_path / "nl-BE"
    shutil.copytree(find_shipped("prompts") / "nl-BE", folder)
    text = (folder / "rehearse.yaml").read_text(encoding="utf-8")
    assert wrong in text
    (folder / "rehearse.yaml").write_text(text.replace(wrong, right), encoding="utf-8")
    with pytest.raises(ScriptError, match="rehearse.yaml") as caught:
        load_wording(replace(Settings(), prompts=tmp_path).locale_folder)
    assert complaint in str(caught.value)
