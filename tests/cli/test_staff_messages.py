"""Messages to a practice about its kiosk: a sentence for everything that can be wrong, in plain Dutch."""

from __future__ import annotations

import pytest

from tests.conftest import PROMPTS
from voice.base.errors import DeviceError, ModelError, ScriptError, Symptom
from voice.cli.staff_messages import StaffMessages, load_staff_messages
from voice.consultation.loader import locales
from voice.consultation.review.lint import LONGEST, split_sentences, split_words
from voice.consultation.review.signature import Review, ReviewState


@pytest.fixture(params=locales(PROMPTS))
def service(request: pytest.FixtureRequest) -> StaffMessages:
    return load_staff_messages(PROMPTS / request.param)


def test_every_symptom_is_told_in_short_sentences_that_address_with_u(service: StaffMessages) -> None:
    for text in (*service.symptoms.texts.values(), *service.review.texts.values(), *service.fine.texts.values()):
        assert all(len(split_words(sentence)) <= LONGEST for sentence in split_sentences(text)), text
        assert not {"je", "jij", "jouw", "ge"}.intersection(text.lower().split())


def test_an_error_is_told_by_what_a_practice_sees_of_it(service: StaffMessages) -> None:
    gone = DeviceError("Microphone Jabra has gone.", "Plug it in again.", Symptom.GONE, "Jabra")
    assert service.describe_trouble(gone.trouble) == "Jabra is weg. Steek de stekker er weer in."
    assert "Microphone" not in service.describe_trouble(DeviceError("Microphone x is odd.").trouble)


def test_an_error_of_which_no_more_is_known_is_told_by_its_kind() -> None:
    assert ScriptError("x").trouble.symptom is Symptom.SCRIPT
    assert ModelError("x", symptom=Symptom.NO_MODEL).trouble.symptom is Symptom.NO_MODEL


def test_a_name_that_could_disturb_a_terminal_is_made_harmless(service: StaffMessages) -> None:
    told = service.describe_trouble(DeviceError("x", "", Symptom.GONE, "Ja\x1b[31mbra\n").trouble)
    assert told.isprintable() and told.startswith("Ja")


@pytest.mark.parametrize(
    ("state", "word"),
    [(ReviewState.UNREVIEWED, "niet bij patiënten"), (ReviewState.CHANGED, "opnieuw"), (ReviewState.REVIEWED, "1 mei")],
)
def test_each_state_of_the_review_is_told(service: StaffMessages, state: ReviewState, word: str) -> None:
    assert word in service.describe_review(Review(state, "Dr. Peeters", "1 mei", "abc"))
