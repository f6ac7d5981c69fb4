"""The phrasebook: what is rendered once is never rendered again, and never lost in mid-visit."""

import threading
import tracemalloc
from contextlib import contextmanager

import numpy as np
import pytest

from voice.audio.loudness import measure_gated_loudness
from voice.audio.pcm import Audio, from_floats, silence
from voice.base.errors import VoiceError
from voice.speak import phrasebook
from voice.speak.phrasebook import MissingVoice, Phrasebook, prepare_in_background
from voice.speak.pronounce import Lexicon
from voice.speak.utterance import Utterance

LINES = [Utterance(f"line{n}", f"Dit is regel {n}, en nog wat woorden.") for n in range(5)]


class Voice:
    """A voice that hums, and remembers what it was asked to say."""

    name = "hum"

    def __init__(self, identity="hum 1", sound=None):
        self.identity = identity
        self.said: list[str] = []
        self._sound = sound

    def synthesize(self, utterance: Utterance) -> Audio:
        self.said.append(utterance.text)
        if self._sound is not None:
            return self._sound
        return from_floats((0.3 * np.sin(np.arange(22_050 * 2) * 0.1)).astype(np.float32), 22_050)

    def close(self) -> None: ...


class DeadVoice(Voice):
    def synthesize(self, utterance):
        raise VoiceError("The voice died.", "Bury it.")


def test_a_cold_phrasebook_renders_all_and_a_warm_one_nothing(tmp_path):
    assert Phrasebook(Voice(), tmp_path).prepare(LINES) == 5
    again = Voice()
    assert Phrasebook(again, tmp_path).prepare(LINES) == 0
    assert again.said == []


def test_changing_one_line_renders_one_line(tmp_path):
    Phrasebook(Voice(), tmp_path).prepare(LINES)
    voice = Voice()
    assert Phrasebook(voice, tmp_path).prepare([*LINES[1:], Utterance("line0", "Heel anders.")]) == 1
    assert voice.said == ["Heel anders."]


def test_another_voice_or_lexicon_renders_anew(tmp_path):
    Phrasebook(Voice(), tmp_path).prepare(LINES)
    assert Phrasebook(Voice("hum 2"), tmp_path).prepare(LINES) == 5
    assert Phrasebook(Voice(), tmp_path, Lexicon((("regel", "lijn"),))).prepare(LINES) == 5


def test_the_voice_is_given_the_words_as_they_are_pronounced(tmp_path):
    voice = Voice()
    Phrasebook(voice, tmp_path, Lexicon((("112", "één één twee"),))).audio(Utterance("bel", "Bel 112."))
    assert voice.said == ["Bel één één twee."]


def test_progress_is_told_for_every_line(tmp_path):
    seen = []
    Phrasebook(Voice(), tmp_path).prepare(LINES, lambda *state: seen.append(state))
    assert seen == [(n + 1, 5) for n in range(5)]


def test_a_rendered_kiosk_goes_on_when_the_voice_dies(tmp_path):
    Phrasebook(Voice(), tmp_path).prepare(LINES)
    book = Phrasebook(DeadVoice(), tmp_path)
    assert book.audio(LINES[0]).seconds > 1
    with pytest.raises(VoiceError, match="died"):
        book.audio(Utterance("new", "Nooit gehoord."))


def test_a_voice_that_cannot_even_start_leaves_its_lines_behind(tmp_path):
    gone = VoiceError("espeak-ng is missing.", "Install it.")
    with pytest.raises(VoiceError, match="missing"):
        MissingVoice(tmp_path, gone)
    Phrasebook(Voice(), tmp_path).prepare(LINES)
    book = Phrasebook(MissingVoice(tmp_path, gone), tmp_path)
    assert all(book.has(line) for line in LINES)
    with pytest.raises(VoiceError, match="missing"):
        book.audio(Utterance("new", "Nooit gehoord."))


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b[:-1] + b"x", lambda b: b[:999] + b"xyz" + b[1002:]]
)
def test_a_damaged_file_is_told_and_rendered_again(tmp_path, damage):
    Phrasebook(Voice(), tmp_path).prepare(LINES[:1])
    (path,) = tmp_path.glob("*.wav")
    path.write_bytes(damage(path.read_bytes()))
    told = []
    assert Phrasebook(Voice(), tmp_path, warn=told.append).prepare(LINES[:1]) == 1
    assert "damaged" in told[0]
    assert Phrasebook(Voice(), tmp_path).prepare(LINES[:1]) == 0


def test_a_book_that_few_patients_need_holds_no_line_that_is_on_disk(tmp_path):
    Phrasebook(Voice(), tmp_path).prepare(LINES)
    held = {}
    for in_memory in (True, False):
        book = Phrasebook(DeadVoice(), tmp_path, in_memory=in_memory)
        tracemalloc.start()
        assert all(book.audio(line).seconds > 1 for line in LINES)
        held[in_memory] = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert held[True] > 5 * 10_000 > held[False]


def test_a_book_that_few_patients_need_holds_what_the_disk_refused(tmp_path):
    (tmp_path / "taken").write_text("a file where a folder should be")
    voice = Voice()
    book = Phrasebook(voice, tmp_path / "taken", in_memory=False)
    assert book.prepare(LINES) == 5
    assert all(book.has(line) and book.audio(line).seconds > 1 for line in LINES)
    assert len(voice.said) == 5


def test_without_a_place_to_keep_lines_they_stay_in_memory_and_one_line_says_so(tmp_path):
    (tmp_path / "taken").write_text("a file where a folder should be")
    told, voice = [], Voice()
    book = Phrasebook(voice, tmp_path / "taken", warn=told.append)
    assert book.prepare(LINES) == 5
    assert book.audio(LINES[2]).seconds > 1
    assert (len(voice.said), len(told)) == (5, 1)
    assert "Free some space" in told[0]


def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("voice.base.whole_files.os.replace", full)
    told = []
    assert Phrasebook(Voice(), tmp_path, warn=told.append).prepare(LINES) == 5
    assert "No space left" in told[0]
    assert list(tmp_path.iterdir()) == []


def test_every_line_has_one_loudness(tmp_path):
    soft = Voice(sound=from_floats((0.15 * np.sin(np.arange(44_100) * 0.1)).astype(np.float32), 22_050))
    for voice in (Voice(), soft):
        line = Phrasebook(voice, tmp_path / voice.identity).audio(LINES[0])
        assert measure_gated_loudness(line) == pytest.approx(-20, abs=0.1)


BAD = {
    "silent": silence(3, 22_050),
    "too short": from_floats((0.3 * np.sin(np.arange(4000) * 0.1)).astype(np.float32), 22_050),
    "too soft": from_floats((0.05 * np.sin(np.arange(44_100) * 0.1)).astype(np.float32), 22_050),
    "clipped": from_floats((5 * np.sin(np.arange(44_100) * 0.1)).astype(np.float32), 22_050),
}


@pytest.mark.parametrize("flaw", BAD)
def test_a_line_that_cannot_be_right_is_refused_by_its_id(tmp_path, flaw):
    with pytest.raises(VoiceError, match=f"line0 came out {flaw}"):
        Phrasebook(Voice(sound=BAD[flaw]), tmp_path).audio(LINES[0])
    assert not list(tmp_path.glob("*.wav"))


# --- the slower book, made ready while somebody already speaks ------------------------------------------


class SlowVoice(Voice):
    """Waits with each line until it is let go on."""

    def __init__(self):
        super().__init__()
        self.go_on, self.begun = threading.Semaphore(0), threading.Semaphore(0)

    def synthesize(self, utterance):
        self.begun.release()
        assert self.go_on.acquire(timeout=10)
        return super().synthesize(utterance)


@contextmanager
def open_book(voice, folder):
    yield Phrasebook(voice, folder)


def test_a_book_is_made_ready_beside_and_lets_its_voice_go(tmp_path):
    voice = Voice()
    rested = threading.Event()
    voice.close = rested.set
    with prepare_in_background(open_book(voice, tmp_path), LINES) as slower:
        assert rested.wait(10)
        assert all(slower().has(line) for line in LINES)
    assert len(voice.said) == 5


def test_a_book_that_is_wanted_is_handed_over_after_the_line_in_hand(tmp_path):
    voice = SlowVoice()
    with prepare_in_background(open_book(voice, tmp_path), LINES) as slower:
        assert voice.begun.acquire(timeout=10)
        threading.Timer(0.2, voice.go_on.release).start()
        book = slower()
        assert [book.has(line) for line in LINES] == [True, False, False, False, False]


def test_a_voice_that_hangs_keeps_no_patient_waiting_for_the_slower_pace(tmp_path, monkeypatch):
    monkeypatch.setattr(phrasebook, "HANDING_OVER", 0.1)
    voice = SlowVoice()
    with prepare_in_background(open_book(voice, tmp_path), LINES) as slower:
        assert voice.begun.acquire(timeout=10)
        with pytest.raises(VoiceError, match="busy"):
            slower()
        voice.go_on.release()
        monkeypatch.setattr(phrasebook, "HANDING_OVER", 10.0)
        assert slower().has(LINES[0]), "it can be asked for again"


def test_leaving_ends_the_rendering(tmp_path):
    voice = SlowVoice()
    with prepare_in_background(open_book(voice, tmp_path), LINES):
        assert voice.begun.acquire(timeout=10)
        threading.Timer(0.2, voice.go_on.release).start()
    assert len(voice.said) == 1


def test_a_line_that_fails_beside_is_no_matter_until_it_is_needed(tmp_path):
    with prepare_in_background(open_book(DeadVoice(), tmp_path), LINES) as slower, pytest.raises(VoiceError, match="died"):
        slower().audio(LINES[0])


def test_a_book_that_cannot_be_opened_says_so_to_whoever_wants_it(tmp_path):
    @contextmanager
    def unopened():
        raise VoiceError("The library is gone.", "Install it.")
        yield

    with prepare_in_background(unopened(), LINES) as slower, pytest.raises(VoiceError, match="gone"):
        slower()


def test_lines_are_held_without_loss_in_less_memory_than_their_samples(tmp_path):
    """A slow hum, as speech, packs well. What is read from the disk is what stays in memory."""
    sound = from_floats((0.3 * np.sin(np.arange(22_050 * 2) * 0.1)).astype(np.float32), 22_050)
    first, again = (Phrasebook(Voice(sound=sound), tmp_path) for _ in range(2))
    first.prepare(LINES)
    tracemalloc.start()
    try:
        again.prepare(LINES)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    lines = [first.audio(line) for line in LINES]
    assert held < 0.7 * sum(len(line.pcm) for line in lines)
    assert [again.audio(line) for line in LINES] == lines


COUNT = Utterance("kantelen.tel", "Eén. Twee. Drie.", beat=3.0)


def test_a_count_is_laid_on_its_beat_from_its_words_of_which_each_is_rendered_once(tmp_path):
    voice = Voice()
    book = Phrasebook(voice, tmp_path)
    assert not book.has(COUNT)
    assert book.audio(COUNT).seconds == pytest.approx(9.0, abs=0.2)
    assert book.audio(Utterance("draaien.tel", "Eén. Twee.", beat=4.0)).seconds == pytest.approx(8.0, abs=0.2)
    assert voice.said == ["Eén.", "Twee.", "Drie."]
    assert book.has(COUNT) and Phrasebook(DeadVoice(), tmp_path).audio_within(0.1, COUNT).seconds > 8


def test_a_count_with_a_word_that_cannot_be_rendered_is_refused(tmp_path):
    Phrasebook(Voice(), tmp_path).prepare(COUNT.beats[:2])
    book = Phrasebook(DeadVoice(), tmp_path)
    assert not book.has(COUNT)
    with pytest.raises(VoiceError, match="died"):
        book.audio(COUNT)
