"""Silence and the end of a visit, when the patient or the staff ask for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice, repeat

import pytest

from voice.bench.rigs.fakes import QUIET, SPEECH, FakeMouth
from voice.consultation.script import Question, Script
from voice.kiosk.private_mode import STRETCH, Abandoned, PrivateEar, PrivateMode, PrivateMouth, ReadingMouth, listen_to_nothing
from voice.speak.utterance import Utterance

PLAIN, PRIVATE = Question("koorts", "?"), Question("plassen", "?", private=True)


def listen_to_talk() -> Iterator[bytes]:
    """A room in which somebody speaks without end."""
    return repeat(SPEECH)


def make_mouths(script: Script, private_mode: PrivateMode) -> tuple[PrivateMouth, FakeMouth, FakeMouth]:
    aloud, reading = FakeMouth(), FakeMouth()
    return PrivateMouth(aloud, reading, private_mode, script, lambda: None), aloud, reading


def hear(private_mode: PrivateMode, question: Question) -> list[bytes]:
    return list(islice(PrivateEar(listen_to_talk, private_mode, lambda: None).blocks(question), 3))


def test_in_silence_private_lines_are_only_shown_and_the_others_spoken(script: Script) -> None:
    private_mode = PrivateMode()
    mouth, aloud, reading = make_mouths(script, private_mode)
    question = script.question("plassen")
    mouth.speak(question.ask)
    private_mode.quiet = True
    for line in (question.ask, question.spoken_back, script.line("hulp"), script.question("koorts").ask):
        mouth.speak(line)
    assert [line.id for line in aloud.spoken] == ["plassen.vraag", "hulp", "koorts.vraag"]
    assert [line.id for line in reading.spoken] == ["plassen.vraag", "plassen.ja"]


def test_while_a_line_is_shown_the_loop_is_alive_and_a_touch_ends_it(script: Script) -> None:
    beats: list[bool] = []
    mouth = PrivateMouth(FakeMouth(), ReadingMouth(0.01), PrivateMode(), script, lambda: beats.append(True))
    mouth.mode.muted = True
    mouth.speak(script.line("welkom"), lambda: len(beats) == 3)
    assert len(beats) == 3


def test_in_silence_private_questions_are_not_listened_to() -> None:
    private_mode = PrivateMode()
    assert hear(private_mode, PRIVATE) == [SPEECH] * 3
    private_mode.quiet = True
    assert hear(private_mode, PRIVATE) == [QUIET] * 3
    assert hear(private_mode, PLAIN) == [SPEECH] * 3


def test_a_muted_kiosk_neither_speaks_nor_listens(script: Script) -> None:
    private_mode = PrivateMode()
    private_mode.muted = True
    mouth, aloud, reading = make_mouths(script, private_mode)
    mouth.speak(script.line("welkom"))
    mouth.cue()
    mouth.nod()
    assert (aloud.spoken, aloud.cues, aloud.nods, len(reading.spoken)) == ([], 0, 0, 1)
    assert hear(private_mode, PLAIN) == [QUIET] * 3


def test_whoever_reads_has_more_time_than_whoever_listens() -> None:
    private_mode, taken = PrivateMode(), []
    private_mode.quiet = True

    def count_blocks() -> Iterator[bytes]:
        for block in listen_to_talk():
            taken.append(block)
            yield block

    list(islice(PrivateEar(count_blocks, private_mode, lambda: None).blocks(PRIVATE), 5))
    assert len(taken) == 4 * STRETCH + 1


def test_an_abandoned_visit_ends_at_the_next_block_and_before_the_next_line(script: Script) -> None:
    private_mode = PrivateMode()
    blocks = PrivateEar(listen_to_talk, private_mode, lambda: None).blocks(PLAIN)
    next(blocks)
    private_mode.abandon()
    with pytest.raises(Abandoned):
        next(blocks)
    mouth, aloud, _ = make_mouths(script, private_mode)
    with pytest.raises(Abandoned):
        mouth.speak(script.line("welkom"))
    assert aloud.spoken == []


def test_the_next_patient_begins_with_sound_but_what_the_staff_set_stays() -> None:
    private_mode = PrivateMode()
    private_mode.quiet = private_mode.muted = True
    private_mode.abandon()
    private_mode.start_visit()
    private_mode.heed()
    assert (private_mode.quiet, private_mode.muted) == (False, True)


def test_reading_ends_when_somebody_touches_an_answer() -> None:
    mouth = ReadingMouth(pace=0.001)
    reading = threading.Thread(target=mouth.speak, args=(Utterance("x", "Een lange regel."),))
    reading.start()
    while reading.is_alive():
        mouth.stop()
        reading.join(0.05)
    mouth.speak(Utterance("x", "Een lange regel."), lambda: True)


def test_without_a_microphone_time_passes_as_slowly_as_for_whoever_reads() -> None:
    waited: list[float] = []
    assert list(islice(listen_to_nothing(waited.append), 3)) == [QUIET] * 3
    assert waited == [pytest.approx(STRETCH * 0.032)] * 3
