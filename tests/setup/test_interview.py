"""What `setup` asks is sound in every locale, and an answer becomes a setting or is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import PROMPTS
from tests.helpers.content import edit
from voice.base.errors import ScriptError, SettingsError
from voice.consultation.loader import locales
from voice.setup.interview import Asked, Draft, Kind, Option, load_interview, offer_devices, offer_voices
from voice.setup.settings import Settings

EXAMPLE = PROMPTS.parent / "settings.example.yaml"


@pytest.fixture
def draft() -> Draft:
    return Draft(Path("settings.yaml"), EXAMPLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("locale", locales(PROMPTS))
def test_every_question_sets_something_that_there_is_and_every_choice_can_be_taken(draft: Draft, locale: str) -> None:
    words = load_interview(PROMPTS / locale)
    assert {"locale", "practice.praktijk", "practice.noodnummer", "microphone", "loudspeaker", "voice", "staff.pin"} <= {
        asked.id for asked in words.questions
    }
    for asked in words.questions:
        draft.find_value(asked.id)
        for value, label in asked.choices:
            assert draft.change({asked.id: value}).find_value(asked.id) == value and label
        assert asked.refused or asked.kind is not Kind.NUMBER


def test_the_netherlands_ask_in_their_own_words() -> None:
    asked = {asked.id: asked.ask for asked in load_interview(PROMPTS / "nl-NL").questions}
    assert "fysiotherapie" in asked["practice.praktijk"] and "huisartsenpost" in asked["practice.wachtdienst"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("practice.noodnummer", "1112"),
        ("practice.wachtdienst", "abc"),
        ("practice.telefoon", "geen"),
        ("screen.diagonal", "groot"),
        ("staff.pin", "1234"),
        ("staff.broker", "http://balie"),
    ],
)
def test_what_is_dangerous_or_cannot_be_is_refused(draft: Draft, name: str, typed: str) -> None:
    asked = next(asked for asked in load_interview(PROMPTS / "nl-BE").questions if asked.id == name)
    with pytest.raises(SettingsError):
        draft.change(asked.read_typed(typed))
    assert asked.refused


def test_a_number_is_told_in_a_sentence_and_everything_else_in_the_file_stays(draft: Draft) -> None:
    asked = next(asked for asked in load_interview(PROMPTS / "nl-BE").questions if asked.id == "practice.telefoon")
    changed = draft.change(asked.read_typed("014 12 34 56")).change({"staff.pin": "4711"})
    assert changed.settings.practice.telefoon == "Het nummer is 014 12 34 56."
    old, new = draft.text.splitlines(), changed.new_text.splitlines()
    assert [line.partition(":")[0].strip() for line, other in zip(old, new, strict=True) if line != other] == ["telefoon", "pin"]
    assert changed.list_changes() == ("practice.telefoon: Het nummer is 014 12 34 56.", "staff.pin: ****")


def test_a_pin_is_never_shown(draft: Draft) -> None:
    words = load_interview(PROMPTS / "nl-BE")
    asked = next(asked for asked in words.questions if asked.id == "staff.pin")
    assert words.describe(asked, draft.change({"staff.pin": "4711"}), ()) == "een pincode"
    assert words.describe(asked, draft, ()) == "het gewone"


def test_what_is_cleared_has_its_default_again(draft: Draft) -> None:
    changed = draft.change({"screen.diagonal": "15.6", "staff.chime": "no"})
    assert (changed.find_value("screen.diagonal"), changed.find_value("staff.chime")) == ("15.6", "no")
    cleared = changed.clear("screen.diagonal").clear("staff.chime")
    assert cleared.settings == draft.settings


def test_devices_and_voices_are_offered_after_what_is_best() -> None:
    assert offer_devices("microphone", ("Jabra",), "zelf") == (
        Option("zelf", {"microphone": ""}),
        Option("Jabra", {"microphone": "Jabra"}),
    )
    offered = offer_voices({"pyttsx3": Settings(voice="pyttsx3")}, "beste")
    assert [option.changes for option in offered] == [
        {"voice": "auto", "voice_name": ""},
        {"voice": "pyttsx3", "voice_name": ""},
    ]
    asked = Asked("voice", Kind.VOICE, "Welke?")
    assert asked.read_typed("2", offered) == {"voice": "pyttsx3", "voice_name": ""}
    for typed in ("0", "3", "piper"):
        with pytest.raises(SettingsError):
            asked.read_typed(typed, offered)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("kind: microphone", "kind: microfone", "Did you mean microphone?"),
        ('written: "Het nummer is {typed}."', 'written: "Het nummer."', "Write {typed} once"),
        ("test: settings", "test: setings", "Did you mean settings?"),
        ("kind: choice", "kind: text", "choices belong to a question of the kind 'choice'"),
    ],
)
def test_a_question_that_cannot_be_put_is_refused_in_words(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    shutil.copytree(PROMPTS / "nl-BE", tmp_path / "nl-BE")
    edit(tmp_path / "nl-BE", "setup.yaml", before, after)
    with pytest.raises(ScriptError) as refused:
        load_interview(tmp_path / "nl-BE")
    assert complaint in str(refused.value) and "setup.yaml, line " in str(refused.value)
