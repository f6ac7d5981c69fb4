"""Scripts are read as they are meant, and a wrong edit is refused in words that name file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import PROMPTS, load_shipped
from tests.helpers.content import edit
from tests.helpers.trace import FACTS
from voice.base.errors import ScriptError
from voice.consultation.loader import Details, load_script
from voice.consultation.script import Level, Script
from voice.understand.expected import Kind

EDITS = [
    ("questions.yaml", '    clarify: "Koorts is', '    # clarify: "Koorts is', "'clarify' must be a text"),
    (
        "questions.yaml",
        'level: W\n    text: "Bent u de laatste maanden',
        'level: X\n    text: "Bent u de laatste maanden',
        "'X' is not a level",
    ),
    ("questions.yaml", "  - id: gewicht", "  - id: koorts", "two questions have the same id"),
    ("questions.yaml", 'positive: "U hebt koorts', 'pozitive: "U hebt koorts', "'pozitive' is not known here"),
    ("questions.yaml", 'limit_days: "42"', 'limit_days: "zes"', "'zes' is not a whole number"),
    ("questions.yaml", "finding: [unknown]", "finding: [perhaps]", "'perhaps' is not known"),
    ("questions.yaml", "source: [brondocument, nhs, ahcpr]", "source: [internet]", "'internet' is not known"),
    ("questions.yaml", '    text: "Hebt u koorts', '   text: "Hebt u koorts', "Check indents"),
    ("kort.yaml", "ask: [duur, zes_weken,", "ask: [zes_weken, duur,", "is not asked before"),
    ("kort.yaml", "ask: [duur,", "ask: [duurr,", "'duurr' is not known"),
    ("questions.yaml", 'private: "true"', 'private: "ja"', "'ja' is neither true nor false"),
    ("questions.yaml", "gate: {question: [duur]", "gate: {question: []", "'question' is empty"),
    ("kort.yaml", "when: [nachtpijn, gewicht]", "when: [nachtpijn, griep]", "'griep' is not known"),
    ("kort.yaml", "level: T, source: nhs}", "level: T, source: oma}", "'oma' is not listed"),
    ("kort.yaml", "beide_benen, zitvlak,", "beide_benen, zitvlak, zitvlak,", "'zitvlak' is asked twice"),
    ("kort.yaml", "unknown: {E: staff", "unknown: {E: S", "'S' is not a E"),
    ("kort.yaml", "unknown: {E: staff, staff: S, T: S", "unknown: {E: staff, staff: S, T: reassure", "'reassure' is not a T"),
    ("kort.yaml", "told_and_denied: {E: staff", "told_and_denied: {E: S", "'S' is not a E"),
    ("kort.yaml", "unknown: {E: staff, staff: S", "unknown: {E: staff, staff: reassure", "'reassure' is not a staff"),
    ("questions.yaml", "kind: age\n    level: none", "kind: age\n    level: W", "an age is no flag"),
    (
        "questions.yaml",
        'text: "Hoe oud',
        'positive: "U bent oud."\n    text: "Hoe oud',
        "'positive' stands at a question for an age",
    ),
    ("questions.yaml", "settled_by: leeftijd", "settled_by: duur", "'duur' is no question of kind age"),
    (
        "kort.yaml",
        "leeftijd, minderjarig,",
        "minderjarig, leeftijd,",
        "'leeftijd' is not asked before 'minderjarig'",
    ),
    ("kort.yaml", "leeftijd, minderjarig, vijfenzeventig,", "leeftijd,", "'leeftijd' settles no question"),
    (
        "questions.yaml",
        'figure: {kind: age, yes_below: "18", no_from: "18"}',
        'figure: {kind: kilos, yes_from: "18"}',
        "no age means yes",
    ),
    (
        "questions.yaml",
        "settled_by: leeftijd",
        "settled_by: leeftijd\n    gate: {question: [duur], finding: [unknown]}",
        "beside a gate",
    ),
    ("kort.yaml", "when: [nachtpijn, gewicht]", "when: [nachtpijn, leeftijd]", "'leeftijd' is not known"),
    ("lines.yaml", "{praktijk}", "{praktijk", "a brace is open"),
    ("advice.yaml", "source: [kce, kngf, nice]", "source: [krant]", "'krant' is not known"),
    ("advice.yaml", "(operatie|opereren", "(hernia|opereren", "'hernia' stands under"),
    (
        "questions.yaml",
        "level: S\n    text:",
        'level: S\n    phrases: {"yes": [nooit wakker], "no": [nooit wakker]}\n    text:',
        "'nooit wakker' stands under",
    ),
    ("kort.yaml", "core: [kern", "core: [kerrn", "'kerrn' is not known"),
    ("kort.yaml", "choices: [keuze_1,", "choices: [keuze_9,", "'keuze_9' is not known"),
    ("kort.yaml", "{id: vangnet_koorts, flags: [koorts]", "{id: vangnet_koorts, flags: [griep]", "'griep' is not known"),
    ("kort.yaml", "flags: [koorts], instead: [vangnet_zieker]", "flags: [koorts]", "without the other"),
    ("kort.yaml", "flags: [koorts], instead: [vangnet_zieker]", "instead: [vangnet_zieker]", "one of flags and instead"),
    ("kort.yaml", "instead: [vangnet_zieker]", "instead: [vangnet_ziek]", "'vangnet_ziek' is not known"),
    ("kort.yaml", "{id: vangnet_weken", "{id: vangnet_maanden", "there is no line 'vangnet_maanden'"),
    ("kort.yaml", "  vangnet_kort:", "  afscheid:", "a line has the name 'afscheid' too"),
    ("kort.yaml", "- {id: S, only:", "- {id: T, only:", "'T' is not a id"),
    ("kort.yaml", "say: [blijf_bewegen", "say: [blijf_liggen", "'blijf_liggen' is not known"),
    ("kort.yaml", "only: [duur, beide_benen", "only: [doof, beide_benen", "'doof' is not known"),
    ("kort.yaml", "t_herhaal, vangnet", "t_herhaal, chapters, vangnet", "'chapters' stands 1 times in the ending T"),
    ("kort.yaml", "  reassure: [messages, ", "  reassure: [song, ", "'song' is not known"),
    ("kort.yaml", "  S: [topics, movement]\n", "", "'topics' stands under one of after and offers"),
    ("kort.yaml", "  S: [topics, movement]\n", "  S: [topics, movement]\n  T: [topics]\n", "'T' is not known here"),
    ("movements.yaml", 'slower: "1.5"', 'slower: "9"', "times as long is not slower, or too slow"),
    ("movements.yaml", 'slower: "1.5"', 'slower: "0.5"', "times as long is not slower, or too slow"),
    ("movements.yaml", 'times: "5"', 'times: "7"', "'kantelen' is done 7 times"),
    ("movements.yaml", 'times: "5"', 'times: "0"', "'kantelen' is done 0 times"),
    ("movements.yaml", 'every: "4"', 'every: "1"', "a count of 'kantelen' takes 1 seconds"),
    ("movements.yaml", 'every: "4"', 'every: "9"', "a count of 'kantelen' takes 9 seconds"),
    ("movements.yaml", 'slower: "1.5"', 'slower: "2"', "counting alone takes 188 seconds"),
    ("movements.yaml", "never_with: [beide_benen", "never_with: [doof", "'doof' is not known"),
    ("movements.yaml", "[osteoporose, cortisone, val]", "[wankel]", "'wankel' is not known"),
    ("movements.yaml", "source: [brondocument, algemeen]", "source: [tante]", "'tante' is not known"),
    ("movements.yaml", "  - id: draaien", "  - id: kantelen", "two movements have the same id 'kantelen'"),
    ("movements.yaml", "count: [", "teller: [", "'teller' is not known here"),
    (
        "movements.yaml",
        'title: "Bekken kantelen"',
        'title: "Bekken kantelen"\n    standing: "true"',
        "one on a chair stands after",
    ),
    ("lines.yaml", "samen_einde:", "samen_slot:", "the line 'samen_einde' is missing"),
    ("questions.yaml", "  - id: nog_eens", "  - id: vaker", "no chapter asks 'vaker'"),
    ("kort.yaml", "gerust_kine, chapters,", "gerust_kine,", "'chapters' stands 0 times in the ending reassure"),
    ("kort.yaml", "s_actie, chapters,", "s_actie, chapters, positives,", "spoken back after chapters"),
    ("kort.yaml", "e_bel, e_herhaal_112", "e_bel, topics", "'topics' is not known"),
    ("kort.yaml", "  stopped: [", "  gestopt: [", "'gestopt' is not known here"),
    ("kort.yaml", "  E: [positives", "  E: [positieven", "'positieven' is not known"),
    ("kort.yaml", "id: kort\n", "id: kort\nid: kort\n", "'id' stands here a second time"),
    ("lines.yaml", "welkom:", "welkomm:", "the line 'welkom' is missing"),
    ("lines.yaml", "van {praktijk}", "van {praktik}", "{praktik} is not a detail of the practice"),
    ("advice.yaml", "  - id: warmte", "  - id: bewegen", "two topics have the same id"),
    ("advice.yaml", '    lines:\n      - "Warmte op', '    lines: []\n    was:\n      - "Warmte op', "'was' is not known here"),
]


@pytest.mark.parametrize(("name", "before", "after", "complaint"), EDITS, ids=[edit[3] for edit in EDITS])
def test_a_wrong_edit_is_refused_in_words(copied: Path, name: str, before: str, after: str, complaint: str) -> None:
    edit(copied, name, before, after)
    with pytest.raises(ScriptError) as refused:
        load_script(copied, "kort", language="stands under" in complaint)
    assert complaint in str(refused.value)
    assert name in str(refused.value) and "line " in str(refused.value)
    assert refused.value.remedy and "\n" not in str(refused.value)


def test_a_script_or_locale_that_is_not_there_is_told_with_the_choices() -> None:
    with pytest.raises(ScriptError, match="Use one of:.*kort"):
        load_script(PROMPTS / "nl-BE", "lang")
    with pytest.raises(ScriptError, match="Use one of:.*nl-BE"):
        load_script(PROMPTS / "fr-BE", "kort")


def test_a_file_in_another_encoding_is_told(copied: Path) -> None:
    (copied / "lines.yaml").write_bytes("welkom: Hé".encode("latin-1"))
    with pytest.raises(ScriptError, match="UTF-8"):
        load_script(copied, "kort")


def test_the_practice_fills_in_its_details() -> None:
    script = load_script(PROMPTS / "nl-BE", "kort", Details(praktijk="Kine De Linde"), language=False)
    assert "Kine De Linde" in script.line("welkom").text


def test_a_symptom_under_yes_and_under_no_is_named_where_it_stands(copied: Path) -> None:
    file = copied.parent / "nl" / "symptoms.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}\ntwee:\n  "yes": [zus en zo]\n  "no": [zus en zo]\n', encoding="utf-8")
    edit(copied, "questions.yaml", "id: borstpijn", "id: twee")
    edit(copied, "kort.yaml", "[borstpijn,", "[twee,")
    with pytest.raises(ScriptError, match=r"nl/symptoms.yaml, line \d+: question twee"):
        load_script(copied, "kort")


def test_a_locale_takes_over_what_it_does_not_say_and_is_blamed_only_for_its_own(copied: Path) -> None:
    dutch = copied.parent / "nl-NL"
    assert load_script(dutch, "kort").question("koorts").level is Level.T
    (dutch / "questions.yaml").write_text("inherits: nl-NL\n", encoding="utf-8")
    with pytest.raises(ScriptError, match="nl-NL/questions.yaml, line 1: nl-NL/questions.yaml is not there"):
        load_script(dutch, "kort")


def test_a_line_that_another_locale_spoils_is_named_in_that_locale(copied: Path) -> None:
    file = copied / "questions.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("level: T", "level: X"), encoding="utf-8")
    with pytest.raises(ScriptError, match="nl-BE/questions.yaml, line"):
        load_script(copied.parent / "nl-NL", "kort")


def test_the_locales_say_the_same_in_their_own_words() -> None:
    for name in ("kort", "uitgebreid"):
        flemish, dutch = (load_shipped(locale, name) for locale in ("nl-BE", "nl-NL"))
        assert structure(flemish) == structure(dutch)
        assert "spoedgevallen" in flemish.line("e_spoed").text and "spoedeisende hulp" in dutch.line("e_spoed").text
        assert "kinesitherapeut" in flemish.line("s_actie").text and "fysiotherapeut" in dutch.line("s_actie").text
        assert not {word for text in spoken_text(dutch) for word in FLEMISH if word in text.casefold()}


FLEMISH = ("spoedgevallen", "kinesi", "stoelgang", "pipi", "1733", "goeiedag", "verschot", "vermager", "heffen", "plots,")


def spoken_text(script: Script) -> list[str]:
    return [utterance.text for utterance in script.utterances()]


def structure(script: Script) -> list[object]:
    """Return all that decides, without the wording."""
    asked = [(q.id, q.kind, q.level, q.gate, q.settles, q.limit_days, q.private, q.ambulance) for q in script.questions]
    told = [(topic.id, topic.covers, topic.asked_as, len(topic.lines)) for topic in script.topics]
    return [
        asked,
        told,
        script.rules,
        script.core,
        script.choices,
        dict(script.safety_nets),
        dict(script.offers),
        dict(script.unknown),
        dict(script.endings),
        script.ambulance,
        set(script.lines),
    ]


def test_the_default_script_asks_what_it_must(script: Script) -> None:
    asked = {question.id: question for question in script.questions}
    assert script.questions[0].kind is Kind.DURATION
    assert {name for name, question in asked.items() if question.level is Level.E and not question.if_mentioned} == {
        "beide_benen",
        "zitvlak",
        "plassen",
        "stoelgang",
        "klapvoet",
        "ongeval",
    }
    assert {"kracht", "gevoel", "gewicht", "koorts", "nachtpijn", "val"} <= set(asked)
    mentioned = {name for name, question in asked.items() if question.if_mentioned}
    assert {"borstpijn", "flauwgevallen", "aneurysma", "zwanger", "elders"} <= mentioned
    assert asked["minderjarig"].mention


def test_every_fact_of_the_source_is_told_or_asked_somewhere(every_script: Script) -> None:
    covered = {fact for topic in every_script.topics for fact in topic.covers}
    covered |= {fact for question in every_script.questions for fact in question.covers}
    assert covered == set(FACTS)


def test_every_line_has_its_own_id(every_script: Script) -> None:
    ids = [utterance.id for utterance in every_script.utterances()]
    assert len(ids) == len(set(ids))


def test_two_locales_cannot_inherit_from_each_other(copied: Path) -> None:
    for locale, other in (("nl-BE", "nl-NL"), ("nl-NL", "nl-BE")):
        file = copied.parent / locale / "lines.yaml"
        kept = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("inherits:")]
        file.write_text("\n".join((f"inherits: {other}", *kept)), encoding="utf-8")
    with pytest.raises(ScriptError, match="lines.yaml, line 1: nl-BE/lines.yaml is not there, or inherits"):
        load_script(copied, "kort", language=False)


@pytest.mark.parametrize(
    ("after", "complaint"),
    [
        ('figure: {kind: degrees, yes_from: "38"}', "degrees"),
        ('figure: {kind: temperature, yes_from: "warm"}', "'warm' is not a number"),
        ('figure: {kind: temperature, yes_from: "38", no_below: "39"}', "would mean yes and no"),
        ('figure: {kind: temperature, no_below: "37"}', "no figure means yes"),
        ('figure: {kind: temperature, yes_from: "38", no_from: "40"}', "'no_from' is not known here"),
    ],
)
def test_a_wrong_figure_is_refused_in_words(copied: Path, after: str, complaint: str) -> None:
    edit(copied, "questions.yaml", 'figure: {kind: temperature, yes_from: "38", no_below: "37.5"}', after)
    with pytest.raises(ScriptError) as refused:
        load_script(copied, "kort", language=False)
    assert complaint in str(refused.value)


def test_a_gate_on_an_age_is_refused(copied: Path) -> None:
    edit(copied, "questions.yaml", "gate: {question: [onder_vijftig]", "gate: {question: [leeftijd]")
    with pytest.raises(ScriptError, match="an age opens no gate"):
        load_script(copied, "uitgebreid", language=False)


def test_an_age_settles_questions_and_speaks_nothing_back(script: Script) -> None:
    age = script.question("leeftijd")
    assert (age.kind, age.level, age.positive, age.unknown) == (Kind.AGE, Level.NONE, "", "")
    assert [question.id for question in script.questions if question.settled_by == age.id] == ["minderjarig", "vijfenzeventig"]
    assert script.question("minderjarig").level is Level.STAFF


def test_a_script_says_when_it_asks_a_question_of_the_bank(copied: Path) -> None:
    gate = load_script(copied, "kort").question("osteoporose").gate
    assert gate is not None and gate.questions == ("val", "nachtpijn")
    assert load_script(copied, "uitgebreid").question("osteoporose").gate is None


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("  afweer: {question: [koorts", "  vorm: {question: [koorts", "'vorm' is not known here"),
        ("  afweer: {question: [koorts", "  afweer: {question: [plots", "'plots' is not asked before 'afweer'"),
        ("  afweer: {question: [koorts", "  afweer: {questions: [koorts", "'questions' is not known here"),
    ],
)
def test_a_wrong_gate_of_a_script_is_refused(copied: Path, before: str, after: str, complaint: str) -> None:
    edit(copied, "kort.yaml", before, after)
    with pytest.raises(ScriptError) as caught:
        load_script(copied, "kort", language=False)
    assert complaint in str(caught.value) and "kort.yaml, line" in str(caught.value)
