"""Recorded patients: what they say when, and wrong files refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.audio.pcm import silence, write_wav
from voice.base.errors import PatientError
from voice.consultation.script import Script
from voice.kiosk.turns.recorded_patient import NOTHING, RecordedEar, load_patient


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate(("een", "twee", "drie"), start=1):
        write_wav(tmp_path / f"{name}.wav", silence(number / 10))
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "patient.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def said(ear: RecordedEar, script: Script, question: str) -> float:
    return round(ear.take_next_clip(script.question(question)).seconds, 3)


def test_clips_follow_each_other_each_time_the_question_is_put_then_silence(folder: Path, script: Script) -> None:
    ear = RecordedEar(
        load_patient(written(folder, "default: [een.wav]\nanswers:\n  koorts: [twee.wav, stilte, drie.wav]\n"), script)
    )
    assert [said(ear, script, "koorts") for _ in range(4)] == [0.2, 0, 0.3, 0]
    assert [said(ear, script, "gewicht") for _ in range(2)] == [0.1, 0]
    assert said(ear, script, "val") == 0.1


def test_a_read_back_is_met_with_its_own_list_or_silence(folder: Path, script: Script) -> None:
    with_list = RecordedEar(load_patient(written(folder, "default: [een.wav]\nconfirm: [drie.wav]\n"), script))
    assert said(with_list, script, "klopt") == 0.3
    without = RecordedEar(load_patient(written(folder, "default: [een.wav]\n"), script))
    assert without.take_next_clip(script.readback) is NOTHING


def test_a_part_of_a_file_can_be_an_answer(folder: Path, script: Script) -> None:
    patient = load_patient(written(folder, "default: [{file: drie.wav, start: 0.05, end: 0.15}]\n"), script)
    assert round(patient.default[0].seconds, 3) == 0.1


def test_the_list_for_read_backs_begins_anew_for_each_question(folder: Path, script: Script) -> None:
    ear = RecordedEar(load_patient(written(folder, "default: [een.wav]\nconfirm: [drie.wav, twee.wav]\n"), script))
    said(ear, script, "koorts")
    assert [said(ear, script, "klopt") for _ in range(3)] == [0.3, 0.2, 0]
    said(ear, script, "gewicht")
    assert said(ear, script, "klopt") == 0.3


def test_silence_may_be_written_in_both_languages(folder: Path, script: Script) -> None:
    patient = load_patient(written(folder, "default: [silence, stilte]\n"), script)
    assert patient.default == (NOTHING, NOTHING)


def test_what_is_true_of_a_patient_is_told_or_unknown(folder: Path, script: Script) -> None:
    texts = ("default: [een.wav]\n", "flags: []\n", "flags: [koorts, val]\n")
    assert [load_patient(written(folder, text), script).flags for text in texts] == [None, set(), {"koorts", "val"}]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("default: [een.wav]\nflags: [koorst]\n", "line 2: 'koorst' is no question"),
        ("flags: koorts\n", "'flags' must be a list"),
        ("default: [vier.wav]\n", "line 1: Audio file .*vier.wav does not exist"),
        ("answers:\n  koorst: [een.wav]\n", "line 2: 'koorst' is not known here"),
        ("defaults: [een.wav]\n", "line 1: 'defaults' is not known here"),
        ("default:\n  een: een.wav\n", "line 2: 'een' is not known here"),
        ("default: [{file: een.wav, end: veel}]\n", "'end' must be a number of seconds"),
        ("default: [[een.wav]]\n", "'default' must be a list"),
        ("default: [patient.yaml]\n", "cannot be read"),
        ("default: [een.wav\n", "Check indents"),
        ("", "holds no named entries"),
    ],
)
def test_a_wrong_file_is_refused_in_words(folder: Path, script: Script, text: str, complaint: str) -> None:
    with pytest.raises(PatientError, match=complaint):
        load_patient(written(folder, text), script)


def test_a_file_that_is_not_there_is_told(folder: Path, script: Script) -> None:
    with pytest.raises(PatientError, match=r"nobody\.yaml does not exist"):
        load_patient(folder / "nobody.yaml", script)
