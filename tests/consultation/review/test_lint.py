"""A script that harms the ear or the proof is refused in words that name file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import EVERY_SCRIPT, PROMPTS, load_shipped
from tests.helpers.content import edit
from voice.__main__ import main
from voice.base.errors import ScriptError
from voice.consultation.loader import load_script, scripts
from voice.consultation.review.lint import find_unasked, find_unheard, lint, measure_readability
from voice.speak.pronounce import load_lexicon

NIGHT = "Blijft de pijn 's nachts hevig, hoe u ook ligt?"

EDITS = [
    ("questions.yaml", '    clarify: "Koorts is', '    # "Koorts is', "'clarify' must be a text"),
    ("questions.yaml", NIGHT, "Slaapt u niet door de pijn?", "the question holds 'niet'"),
    ("questions.yaml", NIGHT, "Hebt u koorts of rillingen?", "two things are asked at once"),
    ("questions.yaml", NIGHT, "Vertel eens over uw nachten.", "one question mark"),
    ("questions.yaml", NIGHT, "Blijft de pijn u en jou plagen?", "'jou' is familiar"),
    ("questions.yaml", "level: S", "level: dringend", "'dringend' is not a level"),
    ("questions.yaml", NIGHT, "Blijft de pijn 's nachts\u00a0hevig, hoe u ook ligt?", "no-break space"),
    ("questions.yaml", NIGHT, "Wordt u 37 keer wakker?", "cannot be trusted to say '37'"),
    ("questions.yaml", NIGHT, "Bent u gevallen, kort voor de pijn begon?", "the same words as val.vraag"),
    ("questions.yaml", "U hebt geen koorts gehad.", "Hebt u geen koorts gehad?", "it asks something"),
    ("questions.yaml", 'negative: "U hebt geen koorts gehad."', 'negative: "U hebt koorts gehad sinds de rugpijn begon."', "a no is read back as a yes"),
    ("questions.yaml", '    negative: "U hebt geen koorts', '    # "U hebt geen koorts', "'negative' must be a text"),
    ("questions.yaml", '    mention: "U zei iets over koorts', '    # "U zei iets over koorts', "'mention' must be a text"),
    ("questions.yaml", '    mention: "U zei iets over een zwanger', '    # "U zei iets over een zwanger', "'zwanger' waits for a mention, and has none"),
    ("kort.yaml", "when: [nachtpijn, gewicht]", "when: [nachtpijn, plots]", "'plots' is not known"),
    ("kort.yaml", "when: [nachtpijn, gewicht]", "when: [koorts, gewicht]", "T or more urgent already"),
    ("uitgebreid.yaml", "plots, vorm,", "plots,", "no script asks 'vorm'"),
    ("questions.yaml", "gate: {question: [val], finding: [present, unknown]}", "gate: {question: [val], finding: [present]}", "Add unknown to the findings"),
    ("questions.yaml", "level: S\n    gate: {question: [val], finding: [present, unknown]}", "level: S\n    gate: {question: [ongeval], finding: [present, unknown]}", "can never be asked"),
    ("lines.yaml", "Veel beterschap.", "Ik wens u een spoedig en vooral ook heel volledig herstel van deze vervelende pijn toe.", "a sentence has 16 words"),
    ("lines.yaml", "Veel beterschap.", "Multidisciplinaire behandelingsmogelijkheden verantwoorden individuele gezondheidsvoorlichting binnen verzorgingsinstellingen overigens onvoorwaardelijk.", "hard to follow"),
    ("advice.yaml", "Begin met iets lichts.", "Begin met iets lichts. Wacht even. Kijk dan. Ga verder.", "more than 4 sentences"),
    ("advice.yaml", "Begin met iets lichts.", "Neem twee tabletten.", "sounds like a dose"),
]  # fmt: skip


def check(copied: Path) -> int:
    return main(["script", "check", "--settings", str(copied.parents[1] / "settings.yaml")])


def remarks(folder: Path) -> list[str]:
    """Return what `script check` says of every script of the locale, without reading what patients answer."""
    try:
        every = [load_script(folder, name, language=False) for name in scripts(folder)]
    except ScriptError as error:
        return [str(error)]
    found = [remark for script in every for remark in lint(script, load_lexicon(folder.parent, folder.name), folder)]
    return [str(remark) for remark in (*found, *find_unasked(folder, every), *find_unheard(folder, every))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  zitvlak: [zitvlak", "  zitvalk: [zitvlak"),
        ("lasting: [zwanger", "lasting: [zwnager"),
        ("onsets: [val", "onsets: [vla"),
        ("  klapvoet:\n    at:", "  klapveot:\n    at:"),
        ("at: [gevoel, kracht, klapvoet, beide_benen", "at: [gevoel, krahct, klapvoet, beide_benen"),
    ],
)
def test_a_question_that_mentions_yaml_names_and_there_is_not_is_told(copied: Path, before: str, after: str) -> None:
    edit(copied, "../nl/mentions.yaml", before, after)
    assert [line for line in remarks(copied) if "there is no such question" in line]


@pytest.mark.parametrize(("name", "before", "after", "complaint"), EDITS, ids=[row[3] for row in EDITS])
def test_a_harmful_edit_is_refused_with_its_place_and_a_remedy(
    copied: Path, name: str, before: str, after: str, complaint: str
) -> None:
    edit(copied, name, before, after)
    told = [line for line in remarks(copied) if complaint in line]
    assert told and str(copied) in told[0], told
    assert "line " in told[0] or "rule " in told[0] or "question " in told[0]


@pytest.mark.parametrize(
    ("name", "before", "after", "complaint"),
    [
        ("advice.yaml", "(kruik|", "(ibuprofen|", "'ibuprofen' stands under"),
        ("questions.yaml", NIGHT, "Slaapt u niet door de pijn?", "the question holds 'niet'"),
    ],
    ids=["a phrase that stands twice", "a negated question"],
)
def test_check_tells_what_is_wrong_and_fails(
    copied: Path, capsys: pytest.CaptureFixture[str], name: str, before: str, after: str, complaint: str
) -> None:
    edit(copied, name, before, after)
    assert check(copied) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if complaint in line]
    assert told and f"{copied / name}, line " in told[0]


@pytest.mark.parametrize("where", EVERY_SCRIPT, ids="/".join)
def test_the_scripts_that_come_with_the_program_are_sound(where: tuple[str, str]) -> None:
    locale, _ = where
    assert lint(load_shipped(*where), load_lexicon(PROMPTS, locale), PROMPTS / locale) == ()


def test_every_question_of_a_locale_is_asked_by_one_of_its_scripts() -> None:
    for locale in dict(EVERY_SCRIPT):
        assert list(find_unasked(PROMPTS / locale, [load_shipped(*where) for where in EVERY_SCRIPT if where[0] == locale])) == []


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("verkoudheid", "koorts: there is no such question."), ("gewicht", "'koorts' is listened for and has no words of its own.")],
)
def test_what_is_listened_for_has_words_of_its_own(copied: Path, name: str, complaint: str) -> None:
    edit(copied.parent / "nl", "mentions.yaml", "  koorts: [", f"  {name}: [")
    told = [line for line in remarks(copied) if complaint.replace("koorts:", f"{name}:") in line]
    assert told and "mentions.yaml" in told[0]
    assert check(copied) == 1


def test_check_walks_through_every_locale(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "check"]) == 0
    told = capsys.readouterr().out
    assert all(f"{locale}/{name}" in told for locale, name in EVERY_SCRIPT)


def test_easy_dutch_reads_easier_than_hard_dutch() -> None:
    easy, hard = "Blijf bewegen. Dat is goed.", "Gespecialiseerde revalidatiebegeleiding bevordert functionaliteit."
    assert measure_readability(easy) > 90 > 30 > measure_readability(hard)
