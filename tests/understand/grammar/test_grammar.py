"""Language data that a clinician may edit: right edits work, wrong ones are refused in words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from voice.base.errors import ScriptError
from voice.understand.grammar.compile import Openness, compile_phrases
from voice.understand.grammar.grammar import EMPTY
from voice.understand.grammar.loader import load_grammar, load_symptoms
from voice.understand.meaning import Meaning
from voice.understand.templates import expand, parse

PROMPTS = Path(__file__).parents[3] / "prompts"


def locale(tmp_path: Path, text: str, name: str = "answers.yaml") -> Path:
    folder = tmp_path / "xx"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(ScriptError) as error:
        load_grammar(locale(tmp_path, text))
    return str(error.value)


@pytest.mark.parametrize("name", ["nl-BE", "nl-NL"])
def test_the_language_data_loads_and_no_phrase_has_two_meanings(name: str) -> None:
    grammar = load_grammar(PROMPTS / name)
    for question, own in load_symptoms(PROMPTS / name).items():
        assert grammar.extend(own, question).phrases


def test_templates_expand() -> None:
    spell = lambda word: (word,)  # noqa: E731
    assert sorted(expand("ja [dat is] (waar|juist)", {}, spell)) == [
        ("ja", "dat", "is", "juist"), ("ja", "dat", "is", "waar"), ("ja", "juist"), ("ja", "waar"),
    ]  # fmt: skip
    assert expand("geen <klacht>", {"klacht": parse("koorts|pijn", {})}, spell) == [("geen", "koorts"), ("geen", "pijn")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('phrases:\n  "yes": ["zeker", "wel (ja"]\n', ("line 2", "not closed")),
        ('phrases:\n  "yes": ["wel ja)"]\n', ("never opened",)),
        ('phrases:\n  "yes": ["(ja|)"]\n', ("choice is empty",)),
        ('phrases:\n  "yes": ["[ja]"]\n', ("can be empty",)),
        ('phrases:\n  "yes": ["ik heb <klacht>"]\n', ("<klacht>", "rules")),
        ('phrases:\n  jawel: ["ja"]\n', ("'jawel' is not known",)),
        ('phrases:\n  "yes": ["zeker"]\n  "no":\n    - "zeker"\n', ("line 4", "'zeker'", "'yes'", "'no'")),
        ('phrases:\n  stop_alone: [dag]\n  "yes": [dag]\n', ("'dag'",)),
        ('phrases:\n  "yes": "zeker"\n', ("list of texts",)),
        ('phrases:\n  "yes": [zeker\n', ("line",)),
        ('spelling:\n  "niet": [nie]\n  "nee": [nie]\n', ("'nie' is already spelt",)),
        ("inherits: yy\n", ("no folder 'yy'",)),
        ("durations:\n  units:\n    een: [dag]\n", ("'een' is not 1 number",)),
    ],
)
def test_a_wrong_edit_is_refused_in_words(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    message = refused(tmp_path, text)
    assert "answers.yaml" in message
    for word in words:
        assert word in message


def parts(tmp_path: Path, **texts: str) -> Path:
    folder = tmp_path / "xx"
    (folder / "answers").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / "answers" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_answers_may_be_cut_into_files_whose_order_does_not_matter(tmp_path: Path) -> None:
    no, yes = 'phrases:\n  "no": [nooit]\n', 'phrases:\n  "yes": ["<altijd>"]\n'
    rules = "rules:\n  altijd: [altijd]\nspelling:\n  nooit: [nuit]\n"
    one = load_grammar(parts(tmp_path / "one", a=no, b=yes, c=rules))
    other = load_grammar(parts(tmp_path / "other", c=no, b=yes, a=rules))
    whole = load_grammar(locale(tmp_path, f'{rules}phrases:\n  "yes": ["<altijd>"]\n  "no": [nooit]\n'))
    assert one.phrases == other.phrases == whole.phrases == ("altijd", "nooit")
    assert one.common.steps == other.common.steps == whole.common.steps
    assert one.split("nuit") == ("nooit",)


def test_a_locale_may_inherit_in_any_of_its_files(tmp_path: Path) -> None:
    lower = parts(tmp_path, a='phrases:\n  "yes": [zeker]\n').rename(tmp_path / "yy")
    folder = parts(tmp_path, a='phrases:\n  "no": [nooit]\n', b="inherits: yy\n")
    assert load_grammar(folder).phrases == (*load_grammar(lower).phrases, "nooit")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"a": "soft: [zo]\n", "b": "fillers: [eh]\nsoft: [wel]\n"}, ("b.yaml, line 2", "'soft'", "a.yaml, line 1")),
        (
            {"a": 'phrases:\n  "yes": [wel]\n', "b": 'phrases:\n  "no": [niet]\n  "yes": [ja]\n'},
            ("b.yaml, line 3", "'yes'", "a.yaml, line 2"),
        ),
        ({"a": 'phrases:\n  "yes": [wel]\n', "b": 'phrases:\n  "no": [wel]\n'}, ("b.yaml, line 2", "'yes'", "'no'")),
        ({"a": 'phrases:\n  "yes": [wel]\n', "b": 'phrases:\n  "no": [nee, "[eh]"]\n'}, ("b.yaml, line 2", "can be empty")),
        ({"a": "phrase: []\n", "b": "soft: [zo]\n"}, ("a.yaml, line 1", "'phrase' is not known")),
        ({}, ("answers holds no .yaml file",)),
    ],
)
def test_a_wrong_edit_in_one_of_the_files_names_the_file(tmp_path: Path, texts: dict[str, str], words: tuple[str, ...]) -> None:
    with pytest.raises(ScriptError) as error:
        load_grammar(parts(tmp_path, **texts))
    for word in words:
        assert word in str(error.value)


def test_a_file_and_a_folder_of_answers_are_not_read_together(tmp_path: Path) -> None:
    locale(tmp_path, "soft: [zo]\n")
    with pytest.raises(ScriptError, match=r"answers\.yaml and the folder .*answers are both there"):
        load_grammar(parts(tmp_path, a="soft: [wel]\n"))


def test_meanings_need_no_quotes(tmp_path: Path) -> None:
    grammar = load_grammar(locale(tmp_path, "phrases:\n  yes: [zeker]\n  no: [nooit]\n"))
    assert set(grammar.phrases) == {"zeker", "nooit"}


def test_own_phrases_may_not_contradict_each_other() -> None:
    with pytest.raises(ScriptError, match=r"questions\.yaml, koorts: 'rillen' stands under"):
        EMPTY.extend({Meaning.YES: ["rillen"], Meaning.NO: ["[ik] rillen"]}, "questions.yaml, koorts")


def test_a_question_may_be_extended_twice() -> None:
    twice = EMPTY.extend({Meaning.YES: ["rillen"]}, "a").extend({Meaning.NO: ["gezond"]}, "b")
    assert twice.phrases == ("rillen", "gezond")
    with pytest.raises(ScriptError):
        twice.extend({Meaning.NO: ["rillen"]}, "c")


def test_a_phrase_may_not_ask_for_two_topics() -> None:
    with pytest.raises(ScriptError, match="rust"):
        EMPTY.with_topics({"rust": ["rusten"], "bed": ["rusten"]})


def test_an_engine_is_offered_a_bounded_vocabulary_in_lower_case() -> None:
    phrases = load_grammar(PROMPTS / "nl-BE").phrases
    assert {"ja", "nee", "neen", "ik weet het niet"} <= set(phrases)
    assert len(phrases) <= 2500
    assert all(phrase == phrase.lower() and phrase.strip() for phrase in phrases)


def test_loading_stays_within_the_patience_of_a_visitor() -> None:
    began = time.process_time()
    load_grammar(PROMPTS / "nl-BE")
    assert time.process_time() - began < 1.0


def test_a_star_is_one_word_but_never_a_guarded_one() -> None:
    net = compile_phrases([(parse("ik viel over * [*]", {}), True)], lambda word: (word,), Openness(frozenset({"niet"})))
    assert net.occurs_in(("ik", "viel", "over", "de", "hond"))
    assert not net.occurs_in(("ik", "viel", "over"))
    assert not net.occurs_in(("ik", "viel", "over", "niet"))


def test_a_star_clashes_with_the_word_that_it_stands_for() -> None:
    with pytest.raises(ScriptError, match="'over de hond' stands under"):
        EMPTY.extend({Meaning.YES: ["over de *"], Meaning.NO: ["over de hond"]}, "here")


def test_words_that_are_alike_stand_for_each_other_in_own_phrases(tmp_path: Path) -> None:
    grammar = load_grammar(locale(tmp_path, 'alike:\n  "de": [mijn, dat]\n')).extend({Meaning.YES: ["mijn been slaapt"]}, "here")
    assert grammar.own.occurs_in(("dat", "been", "slaapt"))
    assert not grammar.own.occurs_in(("een", "been", "slaapt"))


def test_dialect_reaches_the_phrases_by_sound(tmp_path: Path) -> None:
    text = 'phrases:\n  yes: [waar, slapen]\n  nee: [neen]\nsounds:\n  "aa": [oa]\n  "-en": ["-e"]\n  "-n": ["-r"]\n'
    grammar = load_grammar(locale(tmp_path, text))
    assert grammar.split("woar") == ("waar",)
    assert grammar.split("slape") == ("slapen",)
    assert grammar.split("neer") == ("neer",)
