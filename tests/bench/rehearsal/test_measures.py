"""What a rehearsal finds is named: a deaf microphone, a loud room, an echo, each for what it is; nothing gets less strict."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest

from tests.helpers.fake_engines import DeadRecognizer, FakeRecognizer
from voice.audio.pcm import LISTENING_RATE, Audio, from_floats, join, silence
from voice.audio.tones import PROBE
from voice.bench.population.visits import Share
from voice.bench.rehearsal.measures import (
    OFTEN,
    Chosen,
    Prompt,
    Room,
    Take,
    Trial,
    choose_settings,
    choose_strictness,
    draw_prompts,
    find_advice,
    judge_listening,
    make_case,
)
from voice.bench.rehearsal.report import Found, format_lines, make_page
from voice.bench.rehearsal.session import count_alone, find_tail
from voice.bench.rehearsal.wording import LABEL_OF, format_seconds, load_wording
from voice.recognize.transcript import Transcript
from voice.setup.scripts import find_expected
from voice.setup.settings import Settings
from voice.understand.fusion.agreement import Opinion
from voice.understand.fusion.hearing import Evidence
from voice.understand.fusion.weighing import Strictness, Witness
from voice.understand.meaning import Answer, Meaning

GOOD = Room(floor=-65.0, own=-30.0, tail=0.2, hears_itself=True)
NOW = {"settling": 0.3, "rate": 145, "clear": 0.0, "sure": 0.0}


def take(kind: str = "yes", found: str = "yes", place: str = "near", text: str = "Ja.", **given: object) -> Take:
    plain = {"heard": True, "seconds": 1.0, "level": -25.0, "peak": -6.0}
    return Take(Prompt(kind, text, place), found, **(plain | given))  # type: ignore[arg-type]


def name_advice(takes: list[Take], room: Room = GOOD) -> list[str]:
    return [one.name for one in find_advice(takes, room, 0.3)]


def test_a_kiosk_that_understands_all_needs_nothing() -> None:
    assert name_advice([take()] * 10) == ["fine"]


@pytest.mark.parametrize(
    ("takes", "room", "named"),
    [
        ([take(found="none", heard=False, level=-100.0, peak=-100.0)] * 6, GOOD, ["deaf"]),
        ([take(level=-50.0)] * 6, replace(GOOD, floor=-80.0), ["quiet_voice"]),
        ([take()] * 6, replace(GOOD, floor=-38.0), ["loud_room"]),
        ([take(level=-52.0)] * 6, GOOD, ["loud_room"]),
        ([take()] * 6, replace(GOOD, tail=0.7), ["echo"]),
        ([take()] * 6, replace(GOOD, hears_itself=False), ["own_unheard"]),
        ([take(peak=0.0)] * 6, GOOD, ["clipped"]),
        ([take()] * 6 + [take(found="no")], GOOD, ["yes_as_no"]),
        ([take()] * 6 + [take("cough", "yes")], GOOD, ["invented"]),
        ([take()] * 6 + [take(found="none", place="far")] * 6, GOOD, ["far"]),
        ([take()] * 6 + [take(found="none", place="noise")] * 6, GOOD, ["noise"]),
        ([take(found="none")] * 12, GOOD, ["misheard"]),
        ([take(seconds=5.0)] * 6, GOOD, ["slow"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) and isinstance(value[0], str) else "",
)
def test_each_fault_is_named_for_what_it_is_and_no_other(takes: list[Take], room: Room, named: list[str]) -> None:
    assert name_advice(takes, room) == named


def test_a_few_answers_from_afar_prove_nothing() -> None:
    assert name_advice([take()] * 6 + [take(found="none", place="far")] * 3) == ["fine"]


def test_forty_answers_are_drawn_of_every_kind_and_at_every_place() -> None:
    answers = load_wording(Settings().locale_folder).answers
    drawn = draw_prompts(dict(answers), 40, Random(1))
    assert {kind: sum(one.kind == kind for one in drawn) for kind in OFTEN} == OFTEN
    assert [one.place for one in drawn] == ["near"] * 20 + ["far"] * 12 + ["noise"] * 8
    assert all(one.text in answers[one.kind] for one in drawn)


def make_probe_after(delay: float) -> Audio:
    noise = from_floats(np.random.default_rng(1).normal(0, 0.001, 3 * LISTENING_RATE).astype(np.float32), LISTENING_RATE)
    late = join([PROBE, silence(3)], LISTENING_RATE).floats[round((0.8 - delay) * LISTENING_RATE) :][: len(noise.samples)]
    return from_floats(noise.floats[: len(late)] + 0.1 * late, LISTENING_RATE)


@pytest.mark.parametrize("delay", [0.3, 0.6])
def test_the_echo_lasts_as_long_as_the_voice_is_late(delay: float) -> None:
    noise = from_floats(np.random.default_rng(2).normal(0, 0.001, 2 * LISTENING_RATE).astype(np.float32), LISTENING_RATE)
    assert find_tail(noise, make_probe_after(delay)) == pytest.approx(delay, abs=0.15)
    assert find_tail(noise, noise) == 0


def heard_as(take: Take, meaning: Meaning, ahead: float) -> object:
    """A case in which one engine's text means that, by a lead of about `ahead` over something else."""
    answer = Answer(meaning)
    aligned = ((answer, 0.0), (Answer(Meaning.UNCLEAR), -ahead / 0.3))
    witness = Witness(Answer(Meaning.UNCLEAR), Transcript("x", 0.5, "x"), aligned)
    return make_case(take, (Evidence(Opinion(answer, answer, Transcript("x", 0.9, "x")), witness),) * 2, ())


def test_a_room_in_which_other_sounds_are_taken_for_yes_gets_stricter_and_one_in_which_none_is_stays() -> None:
    expected = find_expected(Settings(), "koorts")
    good = [heard_as(take("no", text=f"Nee {number}."), Meaning.NO, 6.0) for number in range(20)]
    noise = [heard_as(take("other", text=f"Praat {number}."), Meaning.YES, 0.3) for number in range(20)]
    stricter = choose_strictness([*good, *noise], expected)  # type: ignore[list-item]
    assert stricter.strictness.clear > 0
    assert choose_strictness(good, expected).strictness == Strictness()  # type: ignore[arg-type]


def test_an_engine_alone_is_judged_by_all_that_it_says_and_not_by_its_words_only() -> None:
    expected, unread = find_expected(Settings(), "koorts"), Answer(Meaning.UNCLEAR)
    (aligned, *_) = heard_as(take("yes"), Meaning.YES, 6.0).evidence  # type: ignore[attr-defined]
    wordless = Evidence(Opinion(unread, unread, Transcript("x", 0.9, "x")), aligned.witness)
    takes = [take("yes"), take("yes", heard=False)]
    cases = [make_case(takes[0], (wordless, wordless), ()), make_case(takes[1])]
    engines = {"first": SimpleNamespace(name="one"), "others": (SimpleNamespace(name="two"),)}
    ears = SimpleNamespace(**engines, doubters=(FakeRecognizer(["ja"]), DeadRecognizer()))
    found = count_alone(cases, takes, ears, expected)  # type: ignore[arg-type]
    assert found == (("one", Share(1, 2)), ("two", Share(1, 2)), ("fake", Share(1, 2)))


def test_settings_only_get_stricter_and_only_what_was_measured_is_set() -> None:
    chosen = Chosen(Strictness(0.6, 3.0), Share(1, 2), Share(2, 2))
    late = replace(GOOD, tail=0.7)
    assert choose_settings(GOOD, [], "a", None, NOW) == {}
    found = choose_settings(late, [], "a", chosen, NOW)
    assert found == {"patience.settling": "0.8", "strictness.clear": "0.6", "strictness.sure": "3"}
    assert choose_settings(late, [], "a", chosen, NOW | {"settling": 1.0, "clear": 1.0, "sure": 4.0}) == {}


def test_a_voice_that_comes_back_for_long_is_mended_by_moving_the_devices_and_never_by_losing_answers() -> None:
    long = replace(GOOD, tail=1.5)
    assert name_advice([], long) == ["long_echo"]
    assert choose_settings(long, [], "a", None, NOW) == {}


def test_the_voice_the_level_and_the_pace_come_from_what_listeners_chose() -> None:
    def trials(voice: str, right: int, how: str = "level") -> list[Trial]:
        return [Trial(voice, str(number), how, number < right) for number in range(20)]

    assert [one.name for one in judge_listening(trials("a", 20), "a")] == []
    assert [one.name for one in judge_listening(trials("a", 8) + trials("b", 20), "a")] == ["other_voice"]
    assert [one.name for one in judge_listening(trials("a", 8), "a")] == ["unclear_voice"]
    slower = trials("a", 12) + trials("a", 16, "slower") + trials("a", 3, "louder")
    assert [one.name for one in judge_listening(slower, "a")] == ["slower"]
    assert choose_settings(GOOD, slower, "a", None, NOW) == {"rate": "125"}
    assert choose_settings(GOOD, slower, "b", None, NOW) == {}, "of another voice"
    assert choose_settings(GOOD, slower + trials("a", 16, "again"), "a", None, NOW) == {}, "hearing it again helps as much"


@pytest.mark.parametrize("locale", ["nl-BE", "nl-NL"])
def test_the_report_tells_all_in_lines_and_on_one_page_that_fetches_nothing(locale: str) -> None:
    words = load_wording(Settings(locale=locale).locale_folder)
    takes = [take(kind, "none" if kind == "help" else label, text="<Ja>") for kind, label in LABEL_OF.items()]
    trials = [Trial("pyttsx3", "val", how, True) for how in ("level", "noisy", "louder", "slower")]
    chosen = Chosen(Strictness(0.6), Share(9, 14), Share(12, 14), (("whisper", Share(8, 14)),))
    found = Found("30/11/2026", locale, 2, takes, GOOD, find_advice(takes, GOOD, 0.3), {"rate": "125"}, chosen, trials)
    lines, page = "\n".join(format_lines(found, words)), make_page(found, words)
    for told in ("rate: 125", "13 van 14: 93 %", "-65 dB", words.names.fill("dialect_no"), "whisper", "clear 0.6", "pyttsx3"):
        assert told in lines
    for told in ("rate: 125", "<td>13/14</td>", "-65 dB", words.names.fill("dialect_no"), "whisper", "clear 0.6", "pyttsx3"):
        assert told in page
    assert page.count("<circle") == 20
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in page


def test_sections_are_told_apart_though_their_headings_are_alike() -> None:
    words = load_wording(Settings().locale_folder)
    alike = replace(
        words, report=replace(words.report, texts=dict(words.report.texts) | {"sound": "Gehoord", "hearing": "Gehoord"})
    )
    found = Found("30/11/2026", "nl-BE", 1, [take()], GOOD, (), {})
    assert make_page(found, alike).count("<svg") == 1


def test_only_what_was_measured_is_told() -> None:
    words = load_wording(Settings().locale_folder)
    listened = Found("30/11/2026", "nl-BE", 1, (), GOOD, (), {}, trials=[Trial("piper", "val", "noisy", False)])
    told = "\n".join(format_lines(listened, words))
    assert "0 van 0" not in told and words.report.fill("hearing") not in told
    assert "In lawaai (piper): 0 van 1" in told
    assert words.report.fill("nobody_listened") in "\n".join(format_lines(replace(listened, takes=[take()], trials=()), words))


def test_seconds_are_written_with_a_comma() -> None:
    assert (format_seconds(0.72), format_seconds(12)) == ("0,7", "12,0")
