"""A consultation whose state travels with the messages: the same one as over a loudspeaker, turn by turn."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import PROMPTS, load_shipped
from voice.base.errors import ScriptError
from voice.bridges.conversation import NO_STATE, BridgeReply, Consultations, VisitState
from voice.bridges.text import BridgePhrases, load_phrases
from voice.bridges.visit_state import unpack
from voice.consultation.dialogue import begin
from voice.consultation.script import Script
from voice.understand.meaning import Meaning

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def consultations() -> Consultations:
    scripts = {locale: load_shipped(locale, "kort") for locale in ("nl-BE", "nl-NL")}
    return Consultations(scripts, {name: load_phrases(PROMPTS, script) for name, script in scripts.items()}, "nl-BE")


def hold(consultations: Consultations, words: list[str], language: str = "nl-BE") -> list[BridgeReply]:
    """Return every reply. The state goes through JSON each time, as in a message."""
    replies, state = [], NO_STATE
    for spoken in words:
        replies.append(consultations.reply(spoken, language, state, TODAY))
        state = json.loads(json.dumps(replies[-1].state))
    return replies


def outcome(state: VisitState) -> tuple[str, list[str]]:
    return state["outcome"]["level"], state["outcome"]["flags"]


@pytest.mark.parametrize("words", ["Ik heb rugpijn.", "start de rugcheck", "'k heb pijn in m'n rug", "Mijn rug doet zeer!"])
@pytest.mark.parametrize("language", ["nl-BE", "nl-NL", "nl", ""])
def test_whoever_speaks_of_back_pain_is_greeted_and_asked(consultations: Consultations, words: str, language: str) -> None:
    reply = consultations.reply(words, language, NO_STATE, TODAY)
    script = consultations.scripts["nl-NL" if language == "nl-NL" else "nl-BE"]
    assert reply.text == " ".join(utterance.text for utterance in begin(script).say)
    assert reply.text.endswith("?") and reply.understood


def test_it_says_that_it_is_a_trial_until_a_clinician_has_signed_the_script(consultations: Consultations) -> None:
    assert "Dit is een proefversie." in consultations.reply("ik heb rugpijn", "nl-BE", NO_STATE, TODAY).text
    signed = replace(consultations, scripts={name: replace(one, reviewed=True) for name, one in consultations.scripts.items()})
    assert "proefversie" not in signed.reply("ik heb rugpijn", "nl-BE", NO_STATE, TODAY).text


def test_other_words_begin_nothing_and_are_told_how_to(consultations: Consultations) -> None:
    reply = consultations.reply("hoe laat is het", "nl-BE", NO_STATE, TODAY)
    assert (reply.state, reply.understood) == ({}, False)
    assert "rugcheck" in reply.text


def test_a_patient_with_fever_is_read_back_and_sent_on(consultations: Consultations) -> None:
    script = consultations.scripts["nl-BE"]
    reply = consultations.reply("ik heb rugpijn", "nl-BE", NO_STATE, TODAY)
    spoken = [reply.text]
    while "outcome" not in reply.state:
        question = unpack(script, reply.state).asked
        words = {"duur": "drie dagen", "koorts": "ja toch wel", "klopt": "dat klopt"}.get(question.id, "neen zulle")
        reply = consultations.reply(words, "nl-BE", json.loads(json.dumps(reply.state)), TODAY)
        spoken.append(reply.text)
    assert outcome(reply.state) == ("T", ["koorts"])
    assert script.question("koorts").positive in spoken[-2]


def test_a_yes_to_an_emergency_ends_in_an_emergency(consultations: Consultations) -> None:
    replies = hold(consultations, ["ik heb rugpijn", "drie dagen", "zeventig", "ja", "ja", "ja"])
    assert outcome(replies[-1].state) == ("E", ["beide_benen"])


def test_what_is_never_understood_never_reassures(consultations: Consultations) -> None:
    replies = hold(consultations, ["ik heb rugpijn", *["fladderende olifantjes"] * 60])
    levels = {outcome(reply.state)[0] for reply in replies if "outcome" in reply.state}
    assert levels == {"staff"}


def test_an_empty_transcript_is_silence(consultations: Consultations) -> None:
    replies = hold(consultations, ["ik heb rugpijn", "", "", ""])
    assert outcome(replies[-1].state)[0] == "staff"
    assert "niemand_gehoord" in replies[-1].state["outcome"]["reasons"]


def test_after_the_end_only_a_new_beginning_is_understood(consultations: Consultations) -> None:
    ended = hold(consultations, ["ik heb rugpijn", "stop"])[-1]
    assert outcome(ended.state)[0] == "stopped"
    assert not consultations.reply("ja", "nl-BE", ended.state, TODAY).understood
    assert consultations.reply("ik heb rugpijn", "nl-BE", ended.state, TODAY).understood


def test_a_visit_goes_on_in_the_locale_in_which_it_began(consultations: Consultations) -> None:
    begun = consultations.reply("ik heb rugpijn", "nl-NL", NO_STATE, TODAY)
    assert consultations.reply("drie dagen", "nl-BE", begun.state, TODAY).state["script"].startswith("nl-NL/")


def test_a_state_that_is_not_ours_is_as_none(consultations: Consultations) -> None:
    for state in ({"script": "nl-BE/kort 1999"}, {"x": 1}, {"script": None}):
        assert consultations.reply("ja", "nl-BE", state, TODAY).understood is False


def test_a_louder_voice_is_not_promised_by_who_has_no_voice(consultations: Consultations) -> None:
    script = consultations.scripts["nl-BE"]
    reply = hold(consultations, ["ik heb rugpijn", "luider"])[-1]
    assert script.line("luider").text not in reply.text
    assert reply.text == f"{script.line('ik_herhaal').text} {script.questions[0].text}"


@pytest.fixture(scope="module", params=["nl-BE", "nl-NL"])
def phrases(request: pytest.FixtureRequest) -> BridgePhrases:
    return load_phrases(PROMPTS, load_shipped(request.param, "kort"))


@pytest.mark.parametrize("words", ["annuleren", "Laat maar.", "stop de rugcheck"])
def test_what_cancels_stops(phrases: BridgePhrases, script: Script, words: str) -> None:
    assert phrases.understand(script.question("koorts"), words, TODAY).meaning is Meaning.STOP


@pytest.mark.parametrize("words", ["ja ik moest er mijn reis voor annuleren", "ja annuleer mijn afspraak maar"])
def test_a_cancelling_word_inside_an_answer_is_part_of_the_answer(phrases: BridgePhrases, script: Script, words: str) -> None:
    assert phrases.understand(script.question("koorts"), words, TODAY).meaning is Meaning.YES


def test_no_answer_starts_a_consultation_and_no_start_is_an_answer(phrases: BridgePhrases, script: Script) -> None:
    for words in ("ja", "nee", "drie dagen", "ik weet het niet", "help"):
        assert not phrases.starts(words)
    assert not phrases.start & phrases.cancel


def test_phrases_that_are_not_there_or_not_sound_are_told_with_their_file(script: Script, tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"start\.intent"):
        load_phrases(tmp_path, script)
    folder = tmp_path / "bridges" / "locale" / "nl-BE"
    folder.mkdir(parents=True)
    (folder / "start.intent").write_text("(rugpijn", encoding="utf-8")
    with pytest.raises(ScriptError, match=r"start\.intent.*rugpijn"):
        load_phrases(tmp_path, script)
