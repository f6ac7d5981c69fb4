"""Every sentence of tests/sentences is understood, and nothing harmless turns a yes into a no."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.consultation.script import Level
from voice.recognize.transcript import Transcript, Trust
from voice.understand.answer import understand
from voice.understand.chunks import UNKNOWN
from voice.understand.expected import Expected, Kind
from voice.understand.figures import Figure, FigureKind
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.loader import load_grammar, load_symptoms
from voice.understand.meaning import Answer, Meaning
from voice.understand.polarity import cut_phrases
from voice.understand.shapes import is_part_only
from voice.understand.templates import write_out_briefly

ROOT = Path(__file__).parents[2]
SENTENCES = ROOT / "tests" / "sentences"
LOCALES = ("nl-BE", "nl-NL")
LEVELS = {"kracht": "T", "koorts": "T", "val": "T", "gewicht": "W", "gevoel": "S", "nachtpijn": "S"}

FIGURES = {
    "koorts": Figure(FigureKind.TEMPERATURE, yes_from=38, no_below=37.5),
    "onder_vijftig": Figure(FigureKind.AGE, yes_below=50, no_from=50),
    "minderjarig": Figure(FigureKind.AGE, yes_below=18, no_from=18),
    "gewicht": Figure(FigureKind.KILOS, yes_from=2),
}

Row = tuple[str, str, str, str]


@cache
def grammar(locale: str) -> Grammar:
    return load_grammar(ROOT / "prompts" / locale)


@cache
def asked() -> dict[str, str]:
    """The questions as they are put."""
    content = yaml.safe_load((ROOT / "prompts" / "nl-BE" / "questions.yaml").read_text(encoding="utf-8"))
    return {question["id"]: question["text"] for question in content["questions"]}


@cache
def question(name: str, locale: str = "nl-BE") -> Expected:
    own = load_symptoms(ROOT / "prompts" / locale).get(name, {})
    kind = Kind(name) if name in ("readback", "topics", "moving") else Kind.FLAG
    care = Level(LEVELS.get(name, "E")).care
    return Expected(asked().get(name, ""), kind, care, grammar=grammar(locale).extend(own, name), figure=FIGURES.get(name))


def said(text: str, name: str = "koorts", locale: str = "nl-BE", **of: object) -> Answer:
    return understand(Transcript(text, 1.0, "text"), question(name, locale), **of)  # type: ignore[arg-type]


def read(folder: str) -> Iterator[tuple[str, Any]]:
    """The sections of every file of a language: a question with its sentences by meaning, or known_failures."""
    for path in sorted((SENTENCES / folder).rglob("*.yaml")):
        if path.name not in ("durations.yaml", "ages.yaml", "scales.yaml", "sides.yaml"):
            yield from yaml.safe_load(path.read_text(encoding="utf-8")).items()


def rows() -> Iterator[Row]:
    for folder, locales in (("nl", LOCALES), ("nl-BE", ("nl-BE",)), ("nl-NL", ("nl-NL",))):
        for name, meanings in read(folder):
            if name == "known_failures":
                continue
            for meaning, texts in meanings.items():
                for text in texts:
                    yield from ((locale, "koorts" if name == "any" else name, meaning, text) for locale in locales)


def failures() -> Iterator[Row]:
    for name, section in read("nl"):
        for row in section if name == "known_failures" else []:
            yield ("nl-BE", "koorts" if row["question"] == "any" else row["question"], row["meaning"], row["say"])


ROWS = list(rows())
YES = sorted({(name, text) for _, name, meaning, text in ROWS if meaning == "yes" and name not in ("readback", "moving")})
NO = sorted({(name, text) for _, name, meaning, text in ROWS if meaning == "no" and name not in ("readback", "moving")})
NEITHER = sorted({(name, text) for _, name, meaning, text in ROWS if meaning not in ("yes", "no")})
TAILS = ("", " dokter", " hoor", " zulle", " dank u", " hé", " alstublieft", " meneer", " merci", " he mevrouw", ".", " ...")
SALAD = ("ja", "nee", "niet", "geen", "ik", "heb", "dat", "wel", "weet", "mijn", "been", "koorts", "wacht", "of", "maar")
LEADS = ("", "euh ", "och ", "awel ", "eh, ", "hm ")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_is_understood(locale: str) -> None:
    wrong = [
        (name, text, meaning, str(said(text, name, locale).meaning))
        for where, name, meaning, text in ROWS
        if where == locale and str(said(text, name, locale).meaning) != meaning
    ]
    assert not wrong


@pytest.mark.parametrize("row", list(failures()), ids=lambda row: row[3])
def test_a_known_failure_still_fails(row: Row) -> None:
    locale, name, meaning, text = row
    assert str(said(text, name, locale).meaning) != meaning, "solved: move it out of known_failures"


def tells_part(text: str, name: str) -> bool:
    """Whether it is an answer to less than what is asked: "ja, alleen links" to both legs, "soms" to every night."""
    return is_part_only(question(name).grammar.split(text), question(name))


def strip_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def doubled(text: str) -> str:
    return " ".join(f"{word} {word}" for word in text.split())


def punctuated(text: str) -> str:
    return ", ".join(text.split()) + "!"


CHANGES = st.sampled_from([str.upper, str.title, strip_accents, doubled, punctuated, lambda text: text])


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(YES), CHANGES, st.sampled_from(LEADS), st.sampled_from(TAILS))
def test_a_yes_never_becomes_a_no_or_goes_back(row, change, lead, tail) -> None:  # type: ignore[no-untyped-def]
    name, text = row
    assert said(lead + change(text) + tail, name).meaning not in (Meaning.NO, Meaning.BACK)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NO), CHANGES, st.sampled_from(LEADS), st.sampled_from(TAILS))
def test_a_no_never_becomes_a_yes(row, change, lead, tail) -> None:  # type: ignore[no-untyped-def]
    name, text = row
    assert said(lead + change(text) + tail, name).meaning is not Meaning.YES


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NEITHER), CHANGES, st.sampled_from(LEADS), st.sampled_from(TAILS))
def test_what_is_neither_never_becomes_a_no(row, change, lead, tail) -> None:  # type: ignore[no-untyped-def]
    name, text = row
    assert said(lead + change(text) + tail, name).meaning is not Meaning.NO


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NO), CHANGES, st.sampled_from(LEADS))
def test_a_no_and_a_yes_together_are_no_no(row, change, lead) -> None:  # type: ignore[no-untyped-def]
    name, text = row
    answer = said(f"{lead}ja {change(text)}", name)
    assert answer.meaning is not Meaning.NO or (tells_part(f"ja {text}", name) and not answer.certain)
    assert said(f"{lead}{change(text)} of toch wel ja", name).meaning is not Meaning.NO


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SALAD), min_size=1, max_size=9))
def test_any_word_salad_gets_some_answer_and_a_no_needs_a_no_word(words) -> None:  # type: ignore[no-untyped-def]
    answer = said(" ".join(words))
    if answer.meaning is Meaning.NO:
        assert {"nee", "niet", "geen"} & set(words)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_symptom_of_a_question_is_never_a_no_to_another(locale: str) -> None:
    known = load_symptoms(ROOT / "prompts" / locale)
    said_yes = [row for row in ROWS if row[0] == locale and row[2] == "yes"]
    symptoms = [text for _, name, _, text in said_yes if name in known]
    wrong = [(text, other) for text in symptoms for other in LEVELS if said(text, other, locale).meaning is Meaning.NO]
    assert not [(text, other) for text, other in wrong if not tells_part(text, other)]


@pytest.mark.parametrize("name", sorted(load_symptoms(ROOT / "prompts" / "nl-BE")))
def test_every_phrase_of_a_question_is_tried_against_every_other_meaning(name: str) -> None:
    phrases = [
        (" ".join(words).replace("*", "iets"), phrase.meaning)
        for template, phrase in question(name).grammar.written_own
        for words in islice(write_out_briefly(template), 3)
    ]
    turned = [text for text, meaning in phrases if {meaning, said(text, name).meaning} == {Meaning.YES, Meaning.NO}]
    denied = [text for text, meaning in phrases if meaning is Meaning.YES and said(f"nee {text}", name).meaning is Meaning.NO]
    assert not turned
    assert not denied


def test_a_nee_is_believed_where_the_rest_only_says_it_again() -> None:
    assert said("nee dat heb ik van mijn leven nog nooit gehad").meaning is Meaning.NO
    assert said("nee dat heb ik gehad").meaning is Meaning.UNCLEAR
    assert said("nee dat is niet niets").meaning is Meaning.UNCLEAR
    assert said("nee dat doet wel pijn").meaning is Meaning.UNCLEAR


def test_when_and_where_are_left_out_for_a_yes_only() -> None:
    assert said("vannacht had ik koorts").meaning is Meaning.YES
    assert not said("vannacht had ik koorts").certain
    assert said("vannacht had ik geen koorts").meaning is Meaning.UNCLEAR


def test_a_negated_ability_is_a_yes_and_a_negated_symptom_a_no() -> None:
    assert said("ik kan niet meer plassen", "plassen").meaning is Meaning.YES
    assert said("ja, ik kan niet meer plassen", "plassen").meaning is Meaning.YES
    assert said("geen koorts", "koorts").meaning is Meaning.NO


def test_a_negated_ability_after_ja_is_the_answer_but_an_emergency_stays_one() -> None:
    assert said("ja ik kan niet meer stappen").meaning is Meaning.YES
    assert not said("ja dat gaat niet meer").certain
    assert said("ik kan niet meer stappen").meaning is Meaning.ALARM
    assert said("ja ik krijg geen lucht").meaning is Meaning.ALARM
    assert said("nee ik kan niet meer stappen").meaning is Meaning.ALARM


def test_not_knowing_any_more_is_no_length_of_time() -> None:
    how_long = replace(question("duur"), kind=Kind.DURATION)
    assert understand(Transcript("dat weet ik niet meer", 1.0, "text"), how_long).meaning is Meaning.UNSURE
    assert understand(Transcript("ik weet het niet, drie weken", 1.0, "text"), how_long).meaning is Meaning.DURATION


def test_a_fall_is_an_alarm_unless_it_was_asked_for() -> None:
    assert said("ik ben gevallen", "koorts").meaning is Meaning.ALARM
    assert said("ik ben gevallen", "val").meaning is Meaning.YES


def test_an_alarm_goes_before_a_symptom_of_the_question_that_was_put() -> None:
    assert said("ik heb pijn op mijn borst en ik zweet", "koorts").meaning is Meaning.ALARM
    assert said("mijn been is slap ik kan niet meer opstaan", "kracht").meaning is Meaning.YES


def test_when_and_where_are_left_out_for_an_alarm_too() -> None:
    assert said("ik ben vanmorgen thuis in de keuken van mijn stokje gegaan").meaning is Meaning.ALARM


@pytest.mark.parametrize(
    "text", ["ik heb geen druk op mijn borst", "ik ben niet flauwgevallen", "ik heb geen pijn aan mijn hart"]
)
def test_an_alarm_that_is_denied_is_none(text: str) -> None:
    assert said(text).meaning is not Meaning.ALARM


def test_who_asks_for_it_louder_because_he_hears_badly_gets_it_louder() -> None:
    assert said("ik ben wat doof kan het luider").meaning is Meaning.LOUDER
    assert said("ik ben wat doof").meaning is Meaning.REPEAT


def test_what_costs_only_the_question_again_is_heard_among_other_talk_too() -> None:
    assert said("zeg dat nog eens vriendelijk").meaning is Meaning.REPEAT
    assert said("mama zeg ik wil hier stoppen met roken").meaning is Meaning.UNCLEAR


def test_what_is_denied_in_two_words_is_no_no() -> None:
    assert said("nee niet genoeg kracht").meaning is Meaning.UNCLEAR
    assert said("nee kracht genoeg").meaning is Meaning.NO


def test_a_nee_with_what_is_well_is_a_no_to_be_confirmed_but_politeness_is_not() -> None:
    assert said("nee ik voel alles nog normaal") == Answer(Meaning.NO, "nee ik voel alles nog normaal", certain=False)
    assert said("nee dat is goed").meaning is Meaning.UNCLEAR


def test_an_alarm_is_heard_inside_a_story() -> None:
    assert said("ja maar weet ge juffrouw ik krijg geen adem als ik zo lig").meaning is Meaning.ALARM


def test_a_hedged_no_asks_for_a_confirmation() -> None:
    assert said("ik denk het niet") == Answer(Meaning.NO, matched="ik denk het niet", certain=False)


@pytest.mark.parametrize("name", sorted(load_symptoms(ROOT / "prompts" / "nl-BE")))
def test_a_no_that_is_understood_only_by_what_denies_it_is_read_back(name: str) -> None:
    for text in ("nee, dat heb ik niet gemerkt", "nee, dat heb ik niet echt", "nee, dat heb ik bij mij niet"):
        answer = said(text, name)
        assert (answer.meaning, answer.certain) == (Meaning.NO, False)


SMALL = ("helemaal", "eigenlijk", "gewoon", "nog", "zo", "hoor", "toch", "heel", "wel", "ook", "even", "dan")


@pytest.mark.parametrize("name", sorted(load_symptoms(ROOT / "prompts" / "nl-BE")))
def test_a_no_of_which_a_word_was_left_out_is_never_certain(name: str) -> None:
    expected = question(name)
    texts = [f"{small} {no}" for small in SMALL for no in ("geen last", "nooit gehad", "geen problemen")]
    chunks = {text: cut_phrases(expected.grammar.split(text), expected) for text in texts}
    unknown = [text for text, cut in chunks.items() if any(chunk.phrase is UNKNOWN for chunk in cut)]
    answers = [said(text, name) for text in unknown]
    assert any(answer.meaning is Meaning.NO for answer in answers)
    assert not any(answer.meaning is Meaning.NO and answer.certain for answer in answers)


def test_played_down_is_a_no_to_be_confirmed_and_a_little_is_one_only_where_little_hangs_on_it() -> None:
    assert (said("valt wel mee", "plassen").meaning, said("valt wel mee", "plassen").certain) == (Meaning.NO, False)
    assert said("zelden", "plassen").meaning is Meaning.UNCLEAR
    assert said("zelden", "gewicht").meaning is Meaning.NO


@pytest.mark.parametrize("name", sorted(load_symptoms(ROOT / "prompts" / "nl-BE")))
def test_what_would_be_a_no_is_none_once_it_is_denied(name: str) -> None:
    """ "Liggen helpt" is a no to "wordt u er wakker van?", "liggen helpt ook niet" is not."""
    own = question(name).grammar
    phrases = {" ".join(words) for template, _ in own.written_own for words in islice(write_out_briefly(template), 3)}
    noes = [text for text in phrases if not own.denials & set(text.split()) and said(text, name).meaning is Meaning.NO]
    assert not [text for text in noes for tail in ("niet", "ook niet") if said(f"{text} {tail}", name).meaning is Meaning.NO]


def test_only_a_yes_wins_a_self_correction() -> None:
    assert said("nee wacht ja").meaning is Meaning.YES
    assert said("nee, hoewel, ja toch wel").meaning is Meaning.YES
    assert said("ja wacht nee").meaning is Meaning.UNCLEAR


def test_an_unknown_tail_spoils_a_no_but_not_a_yes() -> None:
    assert said("ja vooral bij het hoesten").meaning is Meaning.YES
    assert said("nee vooral bij het hoesten").meaning is Meaning.UNCLEAR
    assert said("ja mama zeg maar nee").meaning is Meaning.UNCLEAR


def test_nothing_said_is_silence_and_hesitation_is_unclear() -> None:
    assert said("  ").meaning is Meaning.SILENCE
    assert said("euh").meaning is Meaning.UNCLEAR


@pytest.mark.parametrize("text", ["Ondertiteling door Amara.org", "TV GELDERLAND", "Bedankt voor het kijken!", "Mee.", "..."])
def test_what_an_engine_invents_is_no_answer(text: str) -> None:
    assert said(text).meaning is Meaning.UNCLEAR


def test_politeness_is_an_answer_only_to_an_offer() -> None:
    assert said("graag").meaning is Meaning.UNCLEAR
    assert said("graag", "topics").meaning is Meaning.YES


def test_a_doubtful_engine_is_not_believed_but_an_alarm_is() -> None:
    trust = Trust(reject=0.4, sure=0.8)
    assert understand(Transcript("ja", 0.3, "x"), question("koorts"), trust).meaning is Meaning.UNCLEAR
    assert not understand(Transcript("ja", 0.6, "x"), question("koorts"), trust).certain
    assert understand(Transcript("ja", 0.8, "x"), question("koorts"), trust).certain
    assert understand(Transcript("ik krijg geen adem", 0.1, "x"), question("koorts"), trust).meaning is Meaning.ALARM


@pytest.mark.parametrize(
    ("text", "ja", "nee", "meaning"),
    [
        ("Nee, dat slot was groter.", 0.0, 0.9, Meaning.NO),
        ("Nee, dat slot was groter.", 0.0, 0.5, Meaning.UNCLEAR),
        ("Nee, dat slot was groter.", 0.2, 0.7, Meaning.UNCLEAR),
        ("Nee, dat slot, ja, was groter.", 0.0, 0.9, Meaning.UNCLEAR),
        ("Ja, de schatkist stond open zei de kapitein van het grote rode schip.", 0.9, 0.0, Meaning.YES),
        ("Dat slot was groter.", 0.0, 0.9, Meaning.UNCLEAR),
    ],
)
def test_a_clearly_heard_particle_counts_where_the_rest_is_not_understood(
    text: str, ja: float, nee: float, meaning: Meaning
) -> None:
    trust = Trust(believe=0.6, against=0.05)
    answer = understand(Transcript(text, 0.9, "x", (("ja", ja), ("nee", nee))), question("koorts"), trust)
    assert answer.meaning is meaning
    assert meaning is Meaning.UNCLEAR or not answer.certain


def test_a_recognised_yes_with_a_negation_needs_a_confirmation() -> None:
    heard = Transcript("Ja, ik kan niet meer plassen.", 0.9, "x")
    assert understand(heard, question("plassen")) == Answer(Meaning.YES, "ja ik kunt niet meer plassen", certain=False)


def test_a_topic_is_found_in_a_question_and_an_unknown_question_is_told_apart() -> None:
    topics = grammar("nl-BE").with_topics({"bewegen": ["mag ik (fietsen|stappen)", "bewegen"]})
    menu = Expected(kind=Kind.TOPICS, grammar=topics)
    assert understand(Transcript("ja mag ik fietsen", 1.0, "t"), menu).topic == "bewegen"
    unknown = understand(Transcript("hoe heet de koning", 1.0, "t"), menu)
    assert (unknown.meaning, unknown.topic) == (Meaning.TOPIC, "")
    assert understand(Transcript("nee dank u", 1.0, "t"), menu).meaning is Meaning.NO
