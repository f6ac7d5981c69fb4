"""The judge of the walk notices a dialogue that writes down something else than what was answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from voice.consultation import dialogue, ending
from voice.consultation.coach import topics
from voice.consultation.findings import set_finding
from voice.consultation.review.walk import walk
from voice.consultation.script import Finding, Level, Script
from voice.consultation.triage import offers_topics, say_outcome
from voice.consultation.visit import Phase, Step, Visit
from voice.understand.meaning import Answer, Meaning


@pytest.fixture
def short(script: Script) -> Script:
    """An emergency, an urgent flag, and one that waits for a mention: quick to walk."""
    names = ("plassen", "koorts", "borstpijn")
    return replace(script, questions=tuple(replace(script.question(name), recent=None) for name in names), rules=())


@pytest.fixture
def asking(script: Script) -> Script:
    """An emergency that is one only if it is new."""
    names = ("plassen", "plassen_nieuw")
    return replace(script, questions=tuple(script.question(name) for name in names), rules=())


@pytest.fixture
def aged(script: Script) -> Script:
    """An age, which settles whether a minor speaks, and an urgent flag."""
    names = ("leeftijd", "minderjarig", "koorts")
    return replace(script, questions=tuple(script.question(name) for name in names), rules=())


def find(script: Script, unusual: int) -> str:
    return "\n".join(walk(script, unusual=unusual).violations)


@pytest.mark.slow
@pytest.mark.parametrize("other", ["koorts", "borstpijn"])
def test_the_dialogue_as_it_is_has_nothing_wrong(short: Script, other: str) -> None:
    """With two unusual answers, on an emergency with an urgent flag, and with one that waits for a mention."""
    assert find(replace(short, questions=tuple(map(short.question, ("plassen", other)))), 2) == ""


def test_a_yes_that_is_written_down_as_no(short: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    note = dialogue.note_finding
    monkeypatch.setattr(
        dialogue, "note_finding", lambda visit, finding: note(visit, Finding.ABSENT if finding is Finding.PRESENT else finding)
    )
    found = find(short, 0)
    for name in ("plassen", "koorts"):
        assert f"reassured although {name} is not denied" in found
        assert f"{name} is affirmed and not named" in found


def test_an_answer_that_is_missing_and_written_down_as_no(short: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    note = dialogue.note_finding
    monkeypatch.setattr(
        dialogue, "note_finding", lambda visit, finding: note(visit, Finding.ABSENT if finding is Finding.UNKNOWN else finding)
    )
    assert "the emergency plassen was given up and nobody is brought in" in find(short, 1)


def test_an_uncertain_no_that_counts(short: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "_take_no", lambda visit, answer: dialogue._record(visit, Finding.ABSENT))
    assert "reassured although plassen is not denied" in find(short, 1)


ReadBack = Callable[[Visit, Answer], Step]


def take_as_no(*meanings: Meaning) -> ReadBack:
    """A read-back at which these answers count as a no to the question."""
    usual = dialogue._take_at_readback

    def take(visit: Visit, answer: Answer) -> Step:
        return dialogue._record(visit, Finding.ABSENT) if answer.meaning in meanings else usual(visit, answer)

    return take


@pytest.mark.parametrize("meaning", [Meaning.UNSURE, Meaning.DECLINE, Meaning.UNCLEAR, Meaning.SILENCE, Meaning.BACK], ids=str)
def test_what_settles_nothing_at_a_read_back_and_counts_as_no(
    short: Script, monkeypatch: pytest.MonkeyPatch, meaning: Meaning
) -> None:
    """Also with one unusual answer only: it is the no that is read back."""
    monkeypatch.setitem(dialogue._PHASES, Phase.CONFIRM_NO, take_as_no(meaning))
    assert "reassured although" in find(short, 1)


def test_a_proposed_yes_that_is_denied_and_counts_as_no(short: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(dialogue._PHASES, Phase.CONFIRM_YES, take_as_no(Meaning.NO))
    assert "reassured although" in find(short, 1)


def test_mentions_that_are_ignored(short: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "note_mentions", lambda visit, answer: visit)
    found = find(short, 1)
    assert "the emergency plassen was told and nobody is brought in" in found
    assert "calmer than koorts, which was told, demands" in found


def test_mentions_that_are_denied_and_count_as_no(short: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "note_finding", lambda visit, finding: set_finding(visit, visit.open.settles, finding))
    assert "the emergency plassen was told and nobody is brought in" in find(short, 1)


def test_what_is_not_spoken_back(short: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.consultation.triage.say_positives", lambda visit: ())
    assert "koorts is not spoken back" in find(short, 0)


def test_a_safety_net_that_warns_of_what_was_found(short: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    net = [(caution, short.line(caution.line)) for caution in short.safety_nets["vangnet"]]
    monkeypatch.setattr("voice.consultation.triage._choose_cautions", lambda visit, name: iter(net))
    assert "the safety net warns of koorts, which is affirmed" in find(short, 0)


def test_topics_that_are_offered_beside_another_flag(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    brittle = replace(script.question("osteoporose"), gate=None)
    some = replace(script, questions=(script.question("gevoel"), brittle), rules=())
    assert find(some, 1) == ""
    monkeypatch.setattr(topics, "offers_topics", lambda script, outcome: outcome.level in (Level.S, Level.REASSURE))
    assert "topics are offered in spite of osteoporose: S" in find(some, 0)


def test_topics_that_are_offered_where_the_script_does_not(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {level: offer for level, offer in script.offers.items() if level is not Level.S}
    some = replace(script, questions=(script.question("nachtpijn"),), rules=(), offers=few)
    assert find(some, 1) == ""
    monkeypatch.setattr(topics, "offers_topics", lambda _, outcome: offers_topics(script, outcome))
    assert "topics are offered after S" in find(some, 0)


def test_reassuring_words_after_a_flag(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    some = replace(script, questions=(script.question("nachtpijn"),), rules=())
    told = say_outcome
    monkeypatch.setattr(ending, "say_outcome", lambda visit, level: (*told(visit, level), *told(visit, Level.REASSURE)))
    assert "reassuring words were said, and it is not reassurance" in find(some, 0)


def test_what_is_not_spoken_back_before_the_topics(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    some = replace(script, questions=(script.question("nachtpijn"),), rules=())
    monkeypatch.setattr(ending, "say_outcome", lambda visit, level: say_outcome(visit, level)[1:])
    assert "nachtpijn is not spoken back" in find(some, 0)


# --- follow-ups and ages --------------------------------------------------------------------------


def note_follow_up_as(monkeypatch: pytest.MonkeyPatch, of: Finding, wrong: Finding) -> None:
    """Let the dialogue write down another finding than that of a follow-up."""
    note = dialogue.note_finding

    def miswrite(visit: Visit, finding: Finding, name: str = "") -> Visit:
        asks_when = bool(visit.open.recent_of) and not name
        return note(visit, wrong if asks_when and finding is of else finding, name)

    monkeypatch.setattr(dialogue, "note_finding", miswrite)


@pytest.mark.parametrize(
    ("of", "wrong", "unusual", "complaint"),
    [
        (Finding.PRESENT, Finding.ABSENT, 0, "calmer than plassen demands"),
        (Finding.UNKNOWN, Finding.ABSENT, 1, "calmer than plassen demands"),
        (Finding.ABSENT, Finding.PRESENT, 0, "an emergency, though none is affirmed that is new"),
    ],
    ids=["new as old", "missing as old", "old as new"],
)
def test_a_follow_up_that_is_written_down_as_something_else(
    asking: Script, monkeypatch: pytest.MonkeyPatch, of: Finding, wrong: Finding, unusual: int, complaint: str
) -> None:
    assert find(asking, unusual) == ""
    note_follow_up_as(monkeypatch, of, wrong)
    assert complaint in find(asking, unusual)


def test_an_uncertain_no_to_a_follow_up_that_counts(asking: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "_take_no", lambda visit, answer: dialogue._record(visit, Finding.ABSENT))
    assert "calmer than plassen demands" in find(asking, 1)


def test_what_is_new_or_old_and_is_not_said(asking: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    flags_only = lambda visit: tuple(visit.script.question(name).spoken_back for name in visit.having(Finding.PRESENT))  # noqa: E731
    monkeypatch.setattr("voice.consultation.triage.say_positives", flags_only)
    assert "it is not said whether plassen is new" in find(asking, 0)


def test_a_minor_who_is_taken_for_an_adult(aged: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find(aged, 0) == ""
    monkeypatch.setattr(
        dialogue, "settle_by_age", lambda script, question, years: ((aged.question("minderjarig"), Finding.ABSENT),)
    )
    assert "reassured although minderjarig is not denied" in find(aged, 0)


def test_a_doubtful_age_that_counts(aged: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "_take_age", lambda visit, answer: dialogue._record_age(visit, answer.years))
    assert "reassured although minderjarig is not denied" in find(aged, 1)
