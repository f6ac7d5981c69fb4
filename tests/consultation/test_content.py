"""What is said: the facts, the outcomes, the patient's own questions, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import EVERY_SCRIPT, PROMPTS, load_shipped
from tests.consultation.test_dialogue import YES, converse, converse_aloud, healthy, net
from tests.helpers.trace import FACTS, as_trace, find_choices, find_lines, find_ways
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import load_script, read_review
from voice.consultation.practice import Details
from voice.consultation.review.document import as_document, load_document_words
from voice.consultation.review.drawing import as_svg
from voice.consultation.script import Level, Script, Topic
from voice.consultation.visit import Outcome
from voice.recognize.transcript import Transcript
from voice.setup.settings import Settings
from voice.speak.pronounce import CLAUSE_PAUSE, SENTENCE_PAUSE, split_clauses
from voice.understand.answer import understand
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

HERE = Path(__file__).parents[1]
DOCS = HERE.parent / "docs"
TRACED = "tests/consultation/test_content.py::test_the_fact_is_spoken[{fact}]"

FIVE = ("kracht", "gevoel", "gewicht", "koorts", "nachtpijn")
ANSWERING = 5
"""Seconds from the end of a question to the next line: the answer, and the wait that shows that it has ended."""
NEVER_SAID = ("u hebt niets", "90", "negentig procent", "genezen in", "milligram", "kanker hebt", "diagnose is")


def rows(name: str) -> list[tuple[str, str]]:
    lines = (HERE / "topics" / name).read_text(encoding="utf-8").splitlines()
    pairs = [tuple(line.split("\t")) for line in lines if line and not line.startswith(("#", "topic\t"))]
    return [(topic, question) for topic, question in pairs]


def topic_of(script: Script, question: str) -> str:
    """Return the topic that answers it; `-` if the voice says that it does not know."""
    answer = understand(Transcript(question, 1.0, "text"), script.menu.expected)
    return answer.topic or "-" if answer.meaning in (Meaning.TOPIC, Meaning.UNCLEAR) else str(answer.meaning)


def everything_said(script: Script, answers: dict[str, list[Answer]]) -> Iterator[str]:
    """Return the ids of all that is spoken in a visit, in order."""
    step = begin(script)
    lists = {name: list(given) for name, given in answers.items()}
    while True:
        yield from (utterance.id for utterance in step.say)
        if isinstance(step.then, Outcome):
            return
        usual = YES if step.then.kind is Kind.READBACK else healthy(step.then)
        step = advance(step.visit, lists[step.then.id].pop(0) if lists.get(step.then.id) else usual)


@pytest.mark.parametrize("fact", FACTS)
def test_the_fact_is_spoken(fact: str) -> None:
    for where in EVERY_SCRIPT:
        script = load_shipped(*where)
        told = [Answer(Meaning.TOPIC, topic=topic.id) for topic in script.topics if fact in topic.covers]
        said = set(everything_said(script, {"meer": told[:18]}))
        assert find_lines(script, fact), f"{fact} stands nowhere in {where}"
        gated = {q.ask.id for q in script.questions if q.gate}
        assert set(find_lines(script, fact)) - gated <= said


@pytest.mark.parametrize("fact", FACTS)
def test_the_fact_reaches_a_patient_who_names_no_topic(fact: str) -> None:
    for where in EVERY_SCRIPT:
        assert find_ways(load_shipped(*where), fact), f"{fact} is offered nowhere in {where}"


def test_the_offer_names_three_topics_at_a_time_and_others_each_time(script: Script) -> None:
    named = [find_choices(script, line) for line in script.choices]
    assert all(len(set(topics)) == 3 and "" not in topics for topics in named)
    assert len({topic for topics in named for topic in topics}) == 3 * len(named)
    first = {fact for topic in named[0] for fact in script.topic(topic).covers}
    assert first >= {"F2", "F4", "F6"}


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("hulp", Meaning.HELP), ("herhaal", Meaning.REPEAT), ("trager", Meaning.SLOWER), ("stop", Meaning.STOP)],
)
def test_what_the_notice_says_that_a_patient_may_say_is_understood(every_script: Script, word: str, meaning: Meaning) -> None:
    assert word in every_script.lines["kennisgeving"]
    for question in (every_script.questions[0], every_script.question("koorts"), every_script.menu):
        assert understand(Transcript(word, 1.0, "text"), question.expected).meaning is meaning


def test_the_questions_take_as_long_as_the_notice_says(every_script: Script) -> None:
    text = {utterance.id: utterance.text for utterance in every_script.utterances()}
    said = list(everything_said(every_script, {}))
    said = said[: said.index("gerust_inleiding")]
    answers = sum(name.endswith(".vraag") for name in said)
    lasts = sum(seconds(text[name], Settings().rate) for name in said) + answers * ANSWERING
    assert "ongeveer drie minuten" in text["kennisgeving"]
    assert 120 <= lasts <= 240


def test_the_trace_table_is_that_of_the_scripts() -> None:
    """docs/trace.md is written by this: python -m tests.helpers.write_trace"""
    table = as_trace([load_shipped(*where) for where in EVERY_SCRIPT], TRACED)
    assert table in (DOCS / "trace.md").read_text(encoding="utf-8")


def test_the_core_is_always_told_after_reassurance(every_script: Script) -> None:
    said = list(everything_said(every_script, {}))
    for name in every_script.core:
        assert {line.id for line in every_script.topic(name).lines} <= set(said)
    assert said[-len(net(every_script)) - 1 :] == [*net(every_script), "afscheid"]


@pytest.mark.parametrize("flag", FIVE)
def test_each_flag_of_the_source_ends_in_a_spoken_referral(every_script: Script, flag: str) -> None:
    step, said = converse_aloud(every_script, {flag: [YES]})
    assert step.then.level in (Level.E, Level.T, Level.W, Level.S)
    text = " ".join(utterance.text for utterance in said)
    assert "onderzoek nodig" in text or "arts u vandaag" in text
    assert every_script.question(flag).positive in text


def ending(script: Script, flag: str) -> str:
    return " ".join(utterance.text for utterance in converse_aloud(script, {flag: [YES]})[1])


def test_the_outcome_says_what_it_must(every_script: Script) -> None:
    assert "meteen" in ending(every_script, "plassen") and "spoed" in ending(every_script, "plassen")
    assert "vandaag nog uw huisarts" in ending(every_script, "koorts")
    assert "enkele dagen" in ending(every_script, "gewicht")
    reassured = " ".join(utterance.text for utterance in converse(every_script, {}).say)
    assert "ga dan meteen" in reassured.casefold()
    assert "geen alarmteken" in " ".join(every_script.lines.get(name, "") for name in every_script.endings[Level.REASSURE])


def test_what_needs_the_emergency_number_does_not_send_the_patient_on_the_road(long_script: Script) -> None:
    said = ending(long_script, "borstpijn")
    assert "112" in said and "auto" not in said
    assert "auto" in ending(long_script, "plassen")


def test_nothing_is_said_that_must_not_be(every_script: Script) -> None:
    for utterance in every_script.utterances():
        assert not [words for words in NEVER_SAID if words in utterance.text.casefold()], utterance


def test_every_alarm_ending_begins_with_what_was_heard_and_every_other_ends_with_the_safety_net(every_script: Script) -> None:
    for level, names in every_script.endings.items():
        if level not in (Level.REASSURE, Level.STOPPED):
            assert names[0] == "positives"
        if level not in (Level.E, Level.STAFF, Level.REASSURE):
            assert {"vangnet", "vangnet_kort"} & set(names)


def test_intimate_questions_are_announced_once_with_a_way_out(every_script: Script) -> None:
    said = list(everything_said(every_script, {}))
    assert said.count("persoonlijk") == 1
    assert said.index("persoonlijk") == said.index("zitvlak.vraag") - 1
    assert "liever niet" in every_script.lines["persoonlijk"]


def test_medicines_and_warmth_come_with_their_cautions(every_script: Script) -> None:
    def text(topic: Topic) -> str:
        return " ".join(line.text for line in topic.lines)

    assert all(word in text(every_script.topic("medicijnen")) for word in ("zeventig", "andere medicijnen", "huisarts"))
    assert all(word in text(every_script.topic("warmte")) for word in ("doek", "twintig minuten", "slaap", "doof"))


def test_the_practice_says_its_own_words(every_script: Script) -> None:
    details = Details(praktijk="Kiné De Linde", medewerker="Els aan de balie", wachtdienst="014 12 34 56")
    script = load_script(PROMPTS / every_script.locale, every_script.id, details, language=False)
    said = " ".join(utterance.text for utterance in script.utterances())
    assert all(words in said for words in ("Kiné De Linde", "Spreek nu Els aan de balie aan", "Bel dan 014 12 34 56"))
    assert "{" not in said


@pytest.mark.parametrize(("topic", "question"), rows("vragen.tsv"))
def test_a_question_of_a_patient_gets_its_topic(topic: str, question: str) -> None:
    assert topic_of(load_shipped("nl-BE", "kort"), question) == topic
    assert topic_of(load_shipped("nl-NL", "kort"), question) == topic


def test_other_questions_get_their_topic_nearly_always(script: Script) -> None:
    pairs = rows("andere.tsv")
    wrong = [(topic, topic_of(script, question), question) for topic, question in pairs if topic_of(script, question) != topic]
    assert len(wrong) <= len(pairs) * 0.05, wrong


def test_questions_are_asked_about_many_topics(script: Script) -> None:
    asked = {topic for topic, _ in rows("vragen.tsv")} - {"-"}
    assert len(asked) >= 12 and len(rows("vragen.tsv")) >= 40
    assert asked == {topic.id for topic in script.topics}


def seconds(text: str, rate: int) -> float:
    """Estimate how long a line takes: words a minute, the pauses of the voice, and one before the next line."""
    said = split_clauses(text, CLAUSE_PAUSE, SENTENCE_PAUSE)
    return len(text.split()) * 60 / rate + sum(pause for _, pause in said) + SENTENCE_PAUSE


def test_a_consultation_without_flags_is_short(script: Script) -> None:
    text = {utterance.id: utterance.text for utterance in script.utterances()}
    spoken = sum(seconds(text[name], Settings().rate) for name in everything_said(script, {}))
    assert spoken <= 200
    visit = converse(script, {}).visit
    assert len(visit.path) + 1 <= 14


def test_no_question_borrows_the_sentences_of_another_country(every_script: Script) -> None:
    written = (PROMPTS / every_script.locale / "questions.yaml").read_text(encoding="utf-8")
    assert [one.id for one in every_script.questions if f"  - id: {one.id}\n" not in written] == []


def test_the_document_shows_all_that_is_signed(every_script: Script) -> None:
    folder = PROMPTS / every_script.locale
    review = read_review(folder, every_script.id)
    shown = as_document(every_script, load_document_words(folder), review, "Nagelezen door niemand.")
    for question in every_script.questions:
        assert question.text in shown and question.clarify in shown
        assert question.negative in shown and question.mention in shown
    assert shown.count("moet het noodnummer gebeld worden\n") == sum(question.ambulance for question in every_script.questions)
    for flag in (question for question in every_script.questions if question.recent):
        days = every_script.question(flag.recent.question).expected.recent_days
        said = f"(`{flag.recent.question}`). Nieuw is tot {days} dagen. Is het ouder en niet erger: niveau **{flag.recent.otherwise}**"
        assert said in shown
    assert shown.count("uit zichzelf over begint\n") == sum(question.if_mentioned for question in every_script.questions)
    assert all(line.text in shown for topic in every_script.topics for line in topic.lines)
    assert review.content in shown and "Nagelezen door niemand." in shown


def test_the_drawing_shows_every_question_and_rule(every_script: Script) -> None:
    from xml.etree import ElementTree

    drawn = "".join(ElementTree.fromstring(as_svg(every_script, load_document_words(PROMPTS / every_script.locale))).itertext())
    assert all(question.text in drawn for question in every_script.questions)
    assert all(" + ".join(rule.when) in drawn for rule in every_script.rules)
