"""A no must be earned, and a command be meant: properties over all phrases that the language data can say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import cycle, islice, product

import pytest

from tests.understand.test_answer import ROOT, question, said
from voice.recognize.transcript import Transcript, Trust
from voice.understand.answer import understand
from voice.understand.chunks import ASIDE, BRIEF, COMMANDS
from voice.understand.grammar.compile import Entry
from voice.understand.grammar.loader import load_symptoms
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import Answer, Meaning
from voice.understand.templates import write_out_briefly

QUESTIONS = (
    *sorted(load_symptoms(ROOT / "prompts" / "nl-BE")),
    "onder_vijftig",
    "minderjarig",
    "zwanger",
    "operatie",
    "plots",
    "vorm",
    "hoge_rug",
)
LEADS = ("nee", "neen,", "nee hoor,")
LIMITS = {
    "time": ("nu", "vandaag", "momenteel", "op dit moment"),
    "exception": ("alleen", "enkel", "behalve", "maar", "tenzij"),
    "awareness": ("bewust", "merk ik", "denk ik"),
    "what is usual": ("normaal", "zoals altijd", "gewoonlijk"),
}
NOTHING = (
    "niks",
    "niets",
    "helemaal niks",
    "helemaal niets",
    "totaal niks",
    "nul",
    "ik heb er geen",
    "geen",
    "geen enkele",
    "niks van",
)
LITOTES = (
    "geen klein beetje",
    "geen beetje",
    "niet een beetje",
    "niet weinig",
    "niet min",
    "nee, geen klein beetje",
    "dat is niet niks",
    "niet niks",
    "dat is niet min",
    "dat is geen klein beetje meer",
)
WELL = ("dat gaat vanzelf", "zoals altijd", "dat is normaal", "ge moogt gerust zijn", "u mag gerust zijn", "dat werkt nog goed",
        "nee, dat kan ik niet", "niet bewust", "ik merk daar niks van", "nee, niet bewust", "nee, dat is normaal")  # fmt: skip
NO_STOPS = ("ophouden gaat niet", "ik kan het niet meer ophouden", "ik moet stoppen met stappen", "ik moet niet meer gaan",
            "ik moet stoppen van de pijn", "ik wil niet meer eten", "ik moet stoppen als ik wandel")  # fmt: skip
GREETINGS = ("dag mevrouw", "dag meneer", "dag dokter", "goeiedag", "goeiedag mevrouw", "goedemorgen", "dag en bedankt",
             "merci, dag", "bedankt hoor", "merci")  # fmt: skip
FAREWELLS = ("dag", "tot ziens", "tot ziens mevrouw", "salut", "houdoe", "tot de volgende keer", "merci en tot ziens")


@cache
def write_out(name: str, meaning: Meaning, most: int) -> tuple[str, ...]:
    """The question's own phrases of that meaning: at most `most` of every template."""
    return tuple(says(question(name).grammar.written_own, meaning, most))


def says(entries: tuple[Entry, ...], meaning: Meaning, most: int) -> Iterator[str]:
    for template, phrase in entries:
        if phrase.meaning is meaning:
            yield from (" ".join(words).replace("*", "iets") for words in islice(write_out_briefly(template), most))


def heard_clearly(text: str, name: str) -> Answer:
    """What a "nee" is worth if the engine heard it beyond doubt, whatever it made of the rest."""
    transcript = Transcript(text, 0.9, "x", (("ja", 0.0), ("nee", 0.95)))
    return understand(transcript, question(name), Trust(believe=0.6, against=0.05))


def is_exclamation(text: str) -> bool:
    """Whether it begins as "ma neen!" does, where "maar" limits nothing."""
    first, _, rest = text.partition(" ")
    return first == "maar" and rest.split()[0] in find_particles()


@cache
def find_particles() -> frozenset[str]:
    written = question("koorts").grammar.written
    return frozenset(words[0] for template, one in written if one.role is Role.PARTICLE for words in write_out_briefly(template))


def is_certain_no(answer: Answer) -> bool:
    return answer.meaning is Meaning.NO and answer.certain


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_nee_before_a_symptom_of_the_question_is_never_a_certain_no_and_hardly_ever_read_back_as_one(name: str) -> None:
    texts = [f"{lead} {phrase}" for lead, phrase in product(LEADS, write_out(name, Meaning.YES, 8))]
    answers = [understood(text, name) for text in texts for understood in (said, heard_clearly)]
    noes = [answer for answer in answers if answer.meaning is Meaning.NO]
    assert not [answer for answer in noes if answer.certain]
    assert len(noes) <= len(answers) / 10


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_clear_nee_before_a_word_of_a_symptom_and_unknown_words_is_no_no(name: str) -> None:
    """The rest is not understood, but it may tell what the patient has: "nee, (zzz) koorts (zzz)"."""
    grammar = question(name).grammar
    aside = {words for template, phrase in grammar.written if phrase.role in ASIDE for words in write_out_briefly(template)}
    small = grammar.empty | grammar.ordinary | grammar.denials | {words[0] for words in aside if len(words) == 1}
    for word in sorted(grammar.own_yes - small - {"*"}):
        assert heard_clearly(f"nee zzz {word} zzz", name).meaning is not Meaning.NO


@pytest.mark.parametrize("kind", LIMITS)
def test_a_no_that_is_limited_is_never_certain(kind: str) -> None:
    common = list(says(question("koorts").grammar.written, Meaning.NO, 3))
    told = [*zip(cycle(QUESTIONS), common, strict=False)]
    told += [(name, phrase) for name in QUESTIONS for phrase in write_out(name, Meaning.NO, 3)]
    assert len(told) > 900
    tried = (
        (name, text) for name, phrase in told for limit in LIMITS[kind] for text in (f"{limit} {phrase}", f"{phrase} {limit}")
    )
    certain = [(name, text) for name, text in tried if is_certain_no(said(text, name))]
    assert not [(name, text) for name, text in certain if not is_exclamation(text)]


DENIED_BY_NOTHING = {"zorg": ("niets", "niks")}
"""Who is asked whether there is anything ("iets") denies just that."""


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_says_neither_nee_nor_what_is_denied_is_never_a_certain_no(name: str) -> None:
    denied = DENIED_BY_NOTHING.get(name, ())
    assert not [text for text in (*NOTHING, *WELL) if is_certain_no(said(text, name)) and text not in denied]
    assert not [text for text in LITOTES if said(text, name).meaning is Meaning.NO]


def test_a_no_of_any_question_is_certain_only_with_a_nee_or_a_denial() -> None:
    grammar = question("koorts").grammar
    plain = grammar.denials | {"nee"}
    common = says(grammar.written, Meaning.NO, 4)
    bare = [text for text in common if not any(word.startswith("nee") for word in text.split())]
    without = [text for text in bare if plain.isdisjoint(grammar.split(text))]
    particles = {
        text
        for template, phrase in grammar.written
        if phrase.role is Role.PARTICLE
        for text in map(" ".join, write_out_briefly(template))
    }
    assert not [text for text in without if text not in particles and is_certain_no(said(text, "onder_vijftig"))]


@pytest.mark.parametrize("name", ("zitvlak", "gevoel", "plassen"))
def test_nothing_is_no_certain_no_where_nothing_may_be_felt_or_come(name: str) -> None:
    texts = ("nee niks", "nee helemaal niks", "nee niets", "ik heb niets", "daar heb ik niets van", "nee, niks gemerkt")
    assert not [text for text in texts if is_certain_no(said(text, name))]


@pytest.mark.parametrize(
    "text", ("nee", "neen", "nee hoor", "nee dokter", "helemaal niet", "nog nooit", "absoluut niet", "geen last")
)
def test_a_plain_no_is_certain_at_every_question(text: str) -> None:
    assert [name for name in QUESTIONS if not is_certain_no(said(text, name))] == []


def test_a_brief_command_is_one_only_if_nothing_else_is_said() -> None:
    commands = {
        " ".join(words)
        for template, phrase in question("koorts").grammar.written
        if phrase.meaning in COMMANDS and phrase.role is not Role.ALONE
        for words in islice(write_out_briefly(template), 6)
        if len(words) <= BRIEF and words[0] != "u"
    }
    beside = ("mijn zzz is {} dan vroeger", "{} zzz dan vroeger", "mijn been is {}")
    assert len(commands) > 50
    taken = [text for text in (form.format(one) for one in sorted(commands) for form in beside) if said(text).meaning in COMMANDS]
    assert not taken


@pytest.mark.parametrize("name", ("koorts", "kracht", "stoelgang"))
@pytest.mark.parametrize(
    "text", ("wat minder", "lager", "terug", "verkeerd", "niet zo hard", "te snel", "nog een keer", "ik sukkel")
)
def test_a_command_that_is_also_an_answer_is_none_beside_other_words(name: str, text: str) -> None:
    requests = (*COMMANDS, Meaning.STOP, Meaning.HELP)
    for form in ("rechts {}", "nee, {} dan vroeger", "ja {} sinds gisteren", "het is de laatste tijd {}"):
        assert said(form.format(text), name).meaning not in requests


def test_a_stop_with_other_words_beside_it_is_read_back() -> None:
    stops = list(says(question("koorts").grammar.written, Meaning.STOP, 3))
    certain = [text for text in stops if said(text).meaning is Meaning.STOP and said(text).certain]
    assert len(certain) > 100
    for tail in ("ik kan niet meer plassen", "zzz zzz", "mijn rug doet zeer"):
        answers = [said(f"{text}, {tail}") for text in certain]
        assert not [answer for answer in answers if answer.meaning is Meaning.STOP and answer.certain]


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_only_holds_a_word_of_stopping_is_no_stop(name: str) -> None:
    assert not [text for text in NO_STOPS if said(text, name).meaning is Meaning.STOP]


def test_a_greeting_ends_nothing_and_a_farewell_ends_a_visit_at_the_menu_only() -> None:
    assert not [text for text in GREETINGS if said(text).meaning is not Meaning.UNCLEAR]
    assert not [text for text in FAREWELLS if said(text).meaning is Meaning.STOP and said(text).certain]
    assert not [text for text in (*GREETINGS, *FAREWELLS) if said(text, "topics").meaning is not Meaning.NO]


def test_a_nee_beside_what_is_wrong_is_a_no_to_a_read_back() -> None:
    assert said("nee, dat is verkeerd", "readback").meaning is Meaning.NO
    assert said("fout, ik heb geen koorts", "readback").meaning is Meaning.BACK
    assert said("wacht, ik heb me vergist bij de vorige").meaning is Meaning.BACK


REPEATED = (("plassen", "ik plas normaal"), ("beide_benen", "enkel laag in de rug"), ("gevoel", "daar is niets doof"),
            ("gewicht", "ik weeg altijd hetzelfde"))  # fmt: skip


@pytest.mark.parametrize(("name", "phrase"), REPEATED)
def test_a_nee_that_the_questions_own_words_repeat_is_plain_but_not_those_words_alone(name: str, phrase: str) -> None:
    assert is_certain_no(said(f"nee, {phrase}", name))
    assert not is_certain_no(said(phrase, name))
    assert not is_certain_no(said(f"nee, {phrase}, nu toch", name))


@pytest.mark.parametrize("phrase", ["alleen als ik mij omdraai", "enkel wanneer ik draai", "behalve als ik mij draai"])
def test_a_condition_limits_a_no_also_in_the_questions_own_words(phrase: str) -> None:
    assert not is_certain_no(said(f"nee, {phrase}", "nachtpijn"))


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("text", ["nee, dat niet", "nee hoor, gelukkig niet", "nee, nog nooit", "ochot nee", "nee toch"])
def test_a_plain_nee_with_an_ordinary_tail_counts(name: str, text: str) -> None:
    assert is_certain_no(said(text, name))


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_limits_a_nee_within_two_words_is_read_back(name: str) -> None:
    """ "Normaal" may be an own phrase, and yet say what is usual."""
    texts = [f"nee, {phrase}" for phrase in ("normaal", "zoals altijd", "alleen links", "nu niet", "niet bewust")]
    assert not [text for text in texts if is_certain_no(said(text, name))]


@pytest.mark.parametrize("text", [
    "ja", "ja hoor", "ja, dat klopt", "klopt", "inderdaad", "ja, zo is het", "jaat", "ja meneer, dat is waar", "dat heb ik gezegd",
    "dat kan ik bevestigen", "daar kunt u van op aan",
])  # fmt: skip
def test_what_agrees_with_what_was_read_back_confirms_it_at_once(text: str) -> None:
    answer = said(text, "readback")
    assert (answer.meaning, answer.certain, answer.more) == (Meaning.YES, True, False)


@pytest.mark.parametrize("text", [
    "ja, maar dat is niet normaal meer", "ja, maar erger dan vroeger", "ja, ik ben vermagerd", "ja, dat heb ik wel gehad",
    "ja, een beetje", "ja, soms", "jawel", "toetoet", "dat wel", "ja, ik voel daar niets meer", "ja, al jaren", "ik denk het wel",
])  # fmt: skip
def test_a_yes_that_may_tell_what_was_denied_confirms_no_denial(text: str) -> None:
    """At "Aan het plassen is niets veranderd. Klopt dat?" a patient who says more than that tells it, rather than agree."""
    answer = said(text, "readback")
    assert answer.meaning is Meaning.YES and answer.more


@pytest.mark.parametrize("text", [
    "ik heb koorts, roep de dokter", "ik heb koorts, roep er iemand bij", "ik heb koorts kunt u iemand roepen", "koorts, help mij toch",
    "ik heb koorts vlorp, roep de dokter vlorp",
])  # fmt: skip
def test_a_call_for_somebody_beside_a_symptom_of_the_question_is_a_call(text: str) -> None:
    assert said(text).meaning is Meaning.HELP
