"""A signature holds until something that is said or decided changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.content import edit, sign
from voice.consultation.loader import load_script, read_review
from voice.consultation.practice import Details
from voice.consultation.review.signature import ReviewState, dump_question
from voice.consultation.script import Finding, Gate, Level, Question
from voice.understand.expected import Expected, Kind


def test_a_signature_holds_until_anything_that_is_said_or_decided_changes(copied: Path) -> None:
    assert read_review(copied, "kort").state is ReviewState.UNREVIEWED
    sign(copied)
    signed = read_review(copied, "kort")
    assert signed.sound and "Dr. Peeters" in str(signed) and "2026-12-01" in str(signed)
    edit(copied, "questions.yaml", "level: S", "level: W")
    assert read_review(copied, "kort").state is ReviewState.CHANGED
    assert "have it reviewed again" in str(read_review(copied, "kort"))


def test_a_script_knows_whether_it_is_signed_whatever_the_practice_is_called(copied: Path) -> None:
    details = Details(praktijk="Kine De Linde")
    assert not load_script(copied, "kort", details).reviewed
    sign(copied)
    assert load_script(copied, "kort", details).reviewed
    assert not load_script(copied, "uitgebreid").reviewed and not load_script(copied.parent / "nl-NL", "kort").reviewed
    edit(copied, "lines.yaml", "Goeiedag.", "Goedendag.")
    assert not load_script(copied, "kort", details).reviewed


def test_a_question_is_signed_in_the_form_of_the_signatures_that_there_are() -> None:
    gate, expected = Gate(("koorts",), (Finding.UNKNOWN,)), Expected(kind=Kind.DURATION, limit_days=42, vocabulary=("ja",))
    question = Question("duur", "Hoe lang?", level=Level.S, settles="zes_weken", gate=gate, source=("nhs",), expected=expected)
    assert dump_question(question) == {
        "id": "'duur'",
        "text": "'Hoe lang?'",
        **dict.fromkeys(("clarify", "explain", "positive", "negative", "mention", "unknown"), "''"),
        "level": "<Level.S: 'S'>",
        "kind": "<Kind.DURATION: 'duration'>",
        "limit_days": "42",
        "settles": "'zes_weken'",
        "gate": "Gate(questions=('koorts',), findings=(<Finding.UNKNOWN: 'unknown'>,))",
        "private": "False",
        "ambulance": "False",
        "source": "('nhs',)",
        "covers": "()",
        "if_mentioned": "False",
        "vocabulary": "()",
    }


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("lines.yaml", "Veel beterschap.", "Beterschap."),
        ("advice.yaml", "Wandelen en fietsen mag.", "Wandelen mag."),
        ("kort.yaml", "core: [kern]", "core: [kern, bewegen]"),
        ("kort.yaml", "when: [nachtpijn, gewicht], level: T", "when: [nachtpijn, gewicht], level: W"),
        ("kort.yaml", "zitvlak, plassen,", "plassen, zitvlak,"),
        ("kort.yaml", "T: S, W: S, S: S, out_of_scope: S", "T: T, W: S, S: S, out_of_scope: S"),
        ("kort.yaml", "E: [positives, e_inleiding, e_actie,", "E: [positives, e_actie,"),
        ("kort.yaml", "E_112: [positives, e_inleiding, e_actie,", "E_112: [positives, e_actie,"),
        ("kort.yaml", "E_112: [positives, e_inleiding, e_actie, e_bel, e_herhaal_112]", "E_112: [positives, e_actie, e_bel]"),
        ("kort.yaml", "flags: [koorts], instead: [vangnet_zieker]", "flags: [koorts], instead: []"),
        ("kort.yaml", "flags: [kracht, beide_benen]", "flags: [kracht]"),
        ("kort.yaml", "    - {id: vangnet_inleiding}\n", ""),
        ("kort.yaml", "only: [duur, beide_benen,", "only: [beide_benen,"),
        ("kort.yaml", "say: [blijf_bewegen, aanbod]", "say: [blijf_bewegen]"),
        ("kort.yaml", "[keuze_1, keuze_5,", "[keuze_5, keuze_1,"),
        ("kort.yaml", "s_actie, chapters, s_herhaal", "s_actie, s_herhaal, chapters"),
        ("kort.yaml", "[messages, teach_back, topics, movement]", "[teach_back, messages, topics, movement]"),
        ("kort.yaml", "questionnaire, worry]\n", "worry, questionnaire]\n"),
        ("questions.yaml", "Wat gaat u vandaag doen voor uw rug?", "Wat gaat u morgen doen voor uw rug?"),
        ("sources.yaml", "NICE NG59", "NICE NG60"),
        ("questions.yaml", "U hebt geen koorts gehad.", "U hebt nooit koorts gehad."),
        ("questions.yaml", "U zei iets over koorts.", "U sprak over koorts."),
        ("kort.yaml", "if_mentioned: [borstpijn, flauwgevallen,", "if_mentioned: [borstpijn,"),
        ("kort.yaml", "  cortisone: {question: [val, nachtpijn],", "  cortisone: {question: [val],"),
        ("kort.yaml", "told_and_denied: {E: staff, T: W}", "told_and_denied: {E: staff, T: T}"),
    ],
)
def test_each_sort_of_edit_is_noticed_in_every_locale_that_takes_it_over(
    copied: Path, name: str, before: str, after: str
) -> None:
    dutch = copied.parent / "nl-NL"
    was, was_dutch = read_review(copied, "kort").content, read_review(dutch, "kort").content
    edit(copied, name, before, after)
    assert read_review(copied, "kort").content != was
    assert (read_review(dutch, "kort").content != was_dutch) == (name not in ("lines.yaml", "advice.yaml", "questions.yaml"))


def test_what_patients_answer_and_what_a_practice_is_called_is_not_what_is_signed(copied: Path) -> None:
    was = read_review(copied, "kort").content
    edit(copied, "practice.yaml", "de praktijk", "Kiné De Linde")
    edit(copied, "advice.yaml", "(kruik|", "(kruikje|kruik|")
    assert read_review(copied, "kort").content == was
