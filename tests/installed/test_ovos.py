"""The skill in the real core of OpenVoiceOS, in one process: whole consultations, turn by turn, over its message bus."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import pytest
from ovos_bus_client.message import Message
from ovos_bus_client.session import Session
from ovos_config.config import Configuration
from ovos_plugin_manager.agents import find_yesno_plugins
from ovos_plugin_manager.skills import find_skill_plugins
from ovoscope import PADACIOSO_PIPELINE, MiniCroft, get_minicroft

from voice.api import Outcome, Script, advance, begin, script
from voice.base.paths import find_shipped
from voice.bridges.ovos import ENDED, PROMPTS
from voice.bridges.text import load_phrases

SKILL = "skill-rugcheck.ruggespraak"
PIPELINE = [
    "ovos-stop-pipeline-plugin-high",
    "ovos-converse-pipeline-plugin",
    *PADACIOSO_PIPELINE,
    "ovos-stop-pipeline-plugin-medium",
]
SILENCE = 15
"""Seconds that OpenVoiceOS waits here for an answer; a busy machine needs some, and its default of 20 is long for a test."""
PATIENCE = 100.0
"""Seconds after which a test gives up waiting for the skill."""


@pytest.fixture(scope="module")
def core() -> Iterator[MiniCroft]:
    Configuration()["skills"]["get_response_timeout"] = SILENCE
    croft = get_minicroft([SKILL], lang="nl-BE", secondary_langs=["nl-NL"], default_pipeline=PIPELINE)
    yield croft
    croft.stop()


NOTHING = ("", "")

Answers = Callable[[str], str]
"""What a patient says to a question's text; nothing is silence."""


@dataclass
class Patient:
    """One session: says how it begins, and then an answer each time that the skill listens.

    while_speaking: (a line, what is said while it is spoken).
    """

    core: MiniCroft
    answers: Answers
    lang: str
    name: str
    while_speaking: tuple[str, str] = NOTHING
    spoken: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    level: str = ""

    def __post_init__(self) -> None:
        self._session = Session(self.name, lang=self.lang, pipeline=PIPELINE).serialize()
        self._over = threading.Event()

    def consult(self, opening: str = "ik heb rugpijn") -> None:
        """From the opening to the outcome."""
        handlers = {
            "speak": self._heard,
            "mycroft.mic.listen": self._asked,
            ENDED: self._ended,
            "complete_intent_failure": self._failed,
        }
        for name, handler in handlers.items():
            self.core.bus.on(name, handler)
        self.say(opening)
        assert self._over.wait(PATIENCE), self.spoken
        for name, handler in handlers.items():
            self.core.bus.remove(name, handler)

    def say(self, words: str) -> None:
        data = {"utterances": [words], "lang": self.lang}
        message = Message("recognizer_loop:utterance", data, {"session": self._session, "source": "ear", "destination": "skills"})
        threading.Thread(target=self.core.bus.emit, args=(message,)).start()

    def _mine(self, message: Message) -> bool:
        return message.context.get("session", {}).get("session_id") == self.name

    def _heard(self, message: Message) -> None:
        if self._mine(message):
            self._session = message.context["session"]
            self.spoken.append(message.data["utterance"])
            line, words = self.while_speaking
            if words and message.data["utterance"] == line:
                self.while_speaking = NOTHING
                self.say(words)

    def _asked(self, message: Message) -> None:
        if self._mine(message):
            self._session = message.context["session"]
            if words := self.answers(self.spoken[-1]):
                self.say(words)

    def _ended(self, message: Message) -> None:
        if self._mine(message):
            self.level = message.data["level"]
            self._over.set()

    def _failed(self, message: Message) -> None:
        if self._mine(message):
            self.failures.append(str(message.data))


def replies(held: Script, otherwise: str = "neen", **said: str) -> Answers:
    """Answers by the id of the question; a read-back is confirmed."""
    by_text = {question.text: said[question.id] for question in held.every_question() if question.id in said}
    by_text = {held.questions[0].text: "drie dagen", held.readback.text: "ja dat klopt", **by_text}
    return lambda text: by_text.get(text, otherwise)


def expected(held: Script, answers: Answers) -> list[str]:
    """The lines of the same consultation, worked out without OpenVoiceOS."""
    phrases, step = load_phrases(PROMPTS, held), begin(held)
    spoken = [line.text for line in step.say]
    while not isinstance(step.then, Outcome):
        step = advance(step.visit, phrases.understand(step.then, answers(step.then.text), date.today()))
        spoken += [line.text for line in step.say]
    return spoken


BE, NL = script("nl-BE"), script("nl-NL")
PATIENTS: dict[str, tuple[Script, Answers, tuple[str, str]]] = {
    "denies everything": (BE, replies(BE), NOTHING),
    "has a fever": (BE, replies(BE, koorts="ja toch wel"), NOTHING),
    "is from the Netherlands": (NL, replies(NL, plassen="ja", plassen_nieuw="ja"), NOTHING),
    "says stop": (BE, replies(BE, zitvlak="stop"), NOTHING),
    "cancels": (BE, replies(BE, zitvlak="annuleren"), NOTHING),
    "has enough": (BE, replies(BE, zitvlak="hou op"), NOTHING),
    "has enough after a fever": (BE, replies(BE, koorts="ja", gewicht="laat maar"), NOTHING),
    "says nothing": (BE, lambda text: "", NOTHING),
    "calls for help meanwhile": (BE, replies(BE), (BE.line("welkom").text, "help")),
    "sighs meanwhile": (BE, replies(BE), (BE.line("welkom").text, "ho")),
    "may have enough": (BE, replies(BE, zitvlak="ho"), NOTHING),
    "talks on": (BE, replies(BE, plassen="ja", plassen_nieuw="ja"), (BE.line("welkom").text, "ik heb rugpijn")),
    "cancelled a journey": (BE, replies(BE, plassen="ja ik moest er mijn reis voor annuleren", plassen_nieuw="ja"), NOTHING),
}
"""Who comes: the script that is to be held, what they answer, and what they say while a line is spoken."""

STOPPING = ("says stop", "has enough")


@pytest.fixture(scope="module")
def held(core: MiniCroft) -> dict[str, Patient]:
    """All at once, each in a session of their own: the skill keeps them apart, and most of the time they wait.

    But who says what OpenVoiceOS itself takes for a stop comes alone, since it then ends the waiting in every session.
    """
    made = {who: Patient(core, said, its.locale, who, meanwhile) for who, (its, said, meanwhile) in PATIENTS.items()}
    with ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(Patient.consult, (patient for who, patient in made.items() if who not in STOPPING)))
    for who in STOPPING:
        made[who].consult()
    return made


def test_the_skill_is_discovered() -> None:
    assert SKILL in find_skill_plugins()


@pytest.mark.parametrize(
    ("who", "level"),
    [
        ("denies everything", "reassure"),
        ("has a fever", "T"),
        ("is from the Netherlands", "E"),
        ("says stop", "stopped"),
        ("cancels", "stopped"),
        ("has enough", "stopped"),
        ("has enough after a fever", "T"),
        ("says nothing", "staff"),
        ("sighs meanwhile", "reassure"),
        ("may have enough", "stopped"),
        ("talks on", "E"),
        ("cancelled a journey", "E"),
    ],
)
def test_a_patient_hears_the_same_lines_as_without_openvoiceos(held: dict[str, Patient], who: str, level: str) -> None:
    its, said, _ = PATIENTS[who]
    assert held[who].spoken == expected(its, said)
    assert held[who].level == level


def test_stop_never_hides_what_was_found(held: dict[str, Patient]) -> None:
    assert BE.question("koorts").positive in held["has enough after a fever"].spoken


def test_help_called_while_the_skill_speaks_interrupts_it(held: dict[str, Patient]) -> None:
    patient = held["calls for help meanwhile"]
    assert patient.level == "staff"
    assert BE.questions[1].text not in patient.spoken


def test_nothing_that_a_patient_says_reaches_another_skill(held: dict[str, Patient]) -> None:
    assert {who: patient.failures for who, patient in held.items() if patient.failures} == {}


def test_every_locale_has_the_same_files() -> None:
    folders = sorted((find_shipped("prompts") / "bridges" / "locale").iterdir())
    assert [folder.name for folder in folders] == ["nl-BE", "nl-NL"]
    assert {tuple(sorted(path.name for path in folder.iterdir())) for folder in folders} == {
        ("cancel.voc", "hint.dialog", "start.intent")
    }


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("ja", True),
        ("jaja, zeker", True),
        ("neen zulle", False),
        ("ja, ik kan niet meer plassen", True),
        ("doe maar", True),
        ("hoeft niet", False),
    ]
    + [(words, None) for words in ("misschien", "ik weet het niet", "ik denk het niet", "dat zeg ik liever niet", "")],
)
def test_our_understanding_is_a_yes_no_engine_for_other_skills(words: str, meant: bool | None) -> None:
    engine = find_yesno_plugins()["ruggespraak-yesno"]()
    assert engine.yes_or_no("Kan u de deur sluiten?", words, "nl-BE") is meant
    assert engine.yes_or_no("Can you close the door?", words, "en-US") is None


def test_asked_one_of_our_questions_the_engine_knows_its_symptoms() -> None:
    engine = find_yesno_plugins()["ruggespraak-yesno"]()
    assert engine.yes_or_no(script("nl-BE").question("koorts").text, "ik had achtendertig en een half", "nl") is not False
    assert engine.yes_or_no(script("nl-BE").question("plassen").text, "ik kan niet meer plassen", "nl") is True
