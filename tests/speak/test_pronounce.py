"""How written lines are spoken."""

from pathlib import Path

import pytest

from voice.base.errors import ScriptError
from voice.speak.numbers import load_number_words
from voice.speak.pronounce import PLAIN, count_syllables, load_lexicon, pronounce, split_clauses

PROMPTS = Path(__file__).resolve().parents[2] / "prompts"


@pytest.fixture(scope="module")
def lexicon():
    return load_lexicon(PROMPTS, "nl-BE")


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Bel 112.", "Bel één één twee."),
        ("Bel 1733, de wachtdienst.", "Bel zeventien drieëndertig, de wachtdienst."),
        ("Bel 1813 of 113.", "Bel achttien dertien of één één drie."),
        ("In 90 % van de gevallen", "In 90 procent van de gevallen"),
        ("In 90% van de gevallen", "In 90 procent van de gevallen"),
        ("Pijnstillers, bv. paracetamol", "Pijnstillers, bijvoorbeeld paracetamol"),
        ("Kom om 9:30 of om 14.00 uur.", "Kom om negen uur dertig of om veertien uur."),
        ("Bel 014 12 34 56.", "Bel nul één vier, twaalf, vierendertig, zesenvijftig."),
        ("Bel 0478/12.34.56 nu", "Bel nul vier zeven acht, twaalf, vierendertig, zesenvijftig nu"),
        ("Bel +32 14 12 34 56.", "Bel plus tweeëndertig, veertien, twaalf, vierendertig, zesenvijftig."),
        ("Er zijn 1.112 gevallen, 1120 of 112,5.", "Er zijn 1.112 gevallen, 1120 of 112,5."),
        ("Koorts boven 38,5 °C", "Koorts boven 38,5 graden"),
        ("  Twee \n woorden ", "Twee woorden"),
        ("Nieuw op 02/01/2027.", "Nieuw op 2 januari 2027."),
        ("Nieuw op 2-11-2027.", "Nieuw op 2 november 2027."),
        ("Kom naar lokaal 0.12 of 2.15.", "Kom naar lokaal 0.12 of 2.15."),
        ("Kom om 9.30 uur of om 14.30.", "Kom om negen uur dertig of om veertien uur dertig."),
        ("Open 9u-12u en 13u30-18u.", "Open negen uur tot twaalf uur en dertien uur dertig tot achttien uur."),
        ("Open 9.00 - 12.00 uur.", "Open negen uur tot twaalf uur."),
        ("Open van 8.30 tot 17.45, vanaf 9u.", "Open van acht uur dertig tot zeventien uur vijfenveertig, vanaf negen uur."),
    ],
)
def test_what_is_written_is_spoken_so(lexicon, written, spoken):
    assert pronounce(written, lexicon) == spoken


def test_one_engine_is_given_its_own_spelling_over_what_people_say():
    spelt = load_lexicon(PROMPTS, "nl-BE", "pyttsx3")
    assert pronounce("Neem 90 mg paracetamol.", spelt) == "Neem 90 milligram paaraaseetamol."
    assert load_lexicon(PROMPTS, "nl-BE", "unheard of") == load_lexicon(PROMPTS, "nl-BE")


def test_a_practice_has_the_last_word(tmp_path):
    own = load_lexicon(PROMPTS, "nl-BE", "pyttsx3", (("paracetamol", "Dafalgan"), ("Olen", "oolen")))
    assert pronounce("Paracetamol, in Olen.", own) == "Dafalgan, in oolen."


def test_saying_it_twice_changes_nothing(lexicon):
    for written, _ in lexicon.words:
        once = pronounce(f"Zeg {written} nu", lexicon)
        assert pronounce(once, lexicon) == once


def test_a_locale_lays_its_words_over_those_of_the_language(tmp_path):
    for folder, word in (("nl", "noord"), ("nl-BE", "zuid")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pronunciation.yaml").write_text(f'"112": {word}\n')
    assert pronounce("112", load_lexicon(tmp_path, "nl-BE")) == "zuid"
    assert pronounce("112", load_lexicon(tmp_path, "nl-NL")) == "noord"


@pytest.mark.parametrize("content", ["112: [een]", "- 112", '"a": [1]', '"a: b'])
def test_a_wrong_lexicon_is_refused_by_name(tmp_path, content):
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl" / "pronunciation.yaml").write_text(content)
    with pytest.raises(ScriptError, match="pronunciation"):
        load_lexicon(tmp_path, "nl")


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "nul"), (19, "negentien"), (21, "eenentwintig"), (33, "drieëndertig"), (40, "veertig"), (99, "negenennegentig")],
)
def test_numbers_in_words(lexicon, number, words):
    assert lexicon.numbers.spell_number(number) == words


def test_a_locale_may_say_numbers_in_words_of_its_own(tmp_path):
    text = (PROMPTS / "nl" / "numbers.yaml").read_text()
    for folder, twenty in (("nl", "twintig"), ("nl-BE", "twintich")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "numbers.yaml").write_text(text.replace("twintig,", f"{twenty},"))
    assert load_number_words(tmp_path, "nl-BE").spell_number(22) == "tweeëntwintich"
    assert load_number_words(tmp_path, "nl-NL").spell_number(22) == "tweeëntwintig"


def test_without_words_for_numbers_they_stay_as_they_are_written(tmp_path):
    assert pronounce("Kom op 02/01/2027 om 9:30.", load_lexicon(tmp_path, "nl-BE")) == "Kom op 02/01/2027 om 9:30."


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("nul, één,", "één,", "'units' must hold 20 words"),
        ("[januari, ", "[", "'months' must hold 12 words"),
        ("[om, tot, van, vanaf, tussen, en, rond, tegen]", "[]", "no word that stands before a time"),
        ("hour: uur", "hours: uur", "'hours' is not known here"),
        ("percent: procent", 'percent: ""', "'percent' must be a text"),
    ],
)
def test_wrong_words_for_numbers_are_refused_by_name(tmp_path, before, after, complaint):
    text = (PROMPTS / "nl" / "numbers.yaml").read_text()
    assert before in text
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl" / "numbers.yaml").write_text(text.replace(before, after))
    with pytest.raises(ScriptError, match="numbers.yaml") as caught:
        load_lexicon(tmp_path, "nl-BE")
    assert complaint in str(caught.value)


def test_a_line_is_cut_after_its_punctuation():
    parts = split_clauses("Goedemorgen, mevrouw. Hebt u 38,5 graden koorts?", 0.2, 0.4)
    assert list(parts) == [
        ("Goedemorgen,", 0.2),
        ("mevrouw.", 0.4),
        ("Hebt u 38,5 graden koorts?", 0.0),
    ]


@pytest.mark.parametrize("text", ["", " ", "...", " - "])
def test_without_words_there_are_no_clauses(text):
    assert split_clauses(text) == ()


@pytest.mark.parametrize(("text", "least"), [("ja", 1), ("koorts gehad", 3), ("één één twee", 3), ("112", 3)])
def test_syllables_are_counted_about_right(text, least):
    assert count_syllables(text) == least


def test_an_empty_lexicon_leaves_words_alone():
    assert pronounce("kinesitherapeut", PLAIN) == "kinesitherapeut"
