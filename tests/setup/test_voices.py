"""Which voice speaks, which one replaces it, and that a rendered kiosk goes on speaking without its voice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.fake_engines import FakeSynthesizer
from voice.audio.pcm import from_floats
from voice.base.errors import VoiceError
from voice.setup import voices
from voice.setup.settings import Settings
from voice.setup.voices import load_synthesizer, load_voice_lexicon, open_phrasebook
from voice.speak.recordings import Recordings
from voice.speak.utterance import Utterance

LINE, OTHER = Utterance("welkom", "Goeiedag, welkom."), Utterance("afscheid", "Veel beterschap gewenst.")
TONE = from_floats((0.3 * np.sin(np.arange(16_000 * 2) * 0.2)).astype(np.float32), 16_000)
GONE = VoiceError("The library is gone.", "Install it.")


def fail_to_start(*_: object) -> FakeSynthesizer:
    raise GONE


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(models=tmp_path / "models", speech=tmp_path / "speech", recordings=tmp_path / "recordings")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeSynthesizer:
    """Stands for pyttsx3."""
    voice = FakeSynthesizer()
    monkeypatch.setattr(voices, "_load_pyttsx3", lambda settings, slow: voice)
    return voice


def with_piper(monkeypatch: pytest.MonkeyPatch, make: object) -> None:
    monkeypatch.setattr(voices, "list_installed_voices", lambda *_: ("a voice",))
    monkeypatch.setattr(voices, "_load_piper", make)


def test_without_a_voice_for_piper_pyttsx3_speaks_and_nobody_complains(settings: Settings, fake: FakeSynthesizer) -> None:
    told: list[str] = []
    assert load_synthesizer(settings, warn=told.append) is fake
    assert told == []


def test_a_voice_for_piper_is_preferred(settings: Settings, fake: FakeSynthesizer, monkeypatch: pytest.MonkeyPatch) -> None:
    natural = FakeSynthesizer("piper 1")
    with_piper(monkeypatch, lambda *_: natural)
    assert load_synthesizer(settings) is natural


def test_where_piper_fails_it_is_told_and_pyttsx3_speaks(
    settings: Settings, fake: FakeSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_piper(monkeypatch, fail_to_start)
    told: list[str] = []
    assert load_synthesizer(settings, warn=told.append) is fake
    assert told == ["The library is gone. Install it. Until then pyttsx3 speaks."]


def test_a_voice_that_is_named_is_not_replaced_by_another(settings: Settings, fake: FakeSynthesizer) -> None:
    with pytest.raises(VoiceError, match="No Dutch voice for Piper is installed.*nl_NL-alex-medium"):
        load_synthesizer(replace(settings, voice="piper"))
    with pytest.raises(VoiceError, match="No voice jansen for Piper"):
        load_synthesizer(replace(settings, voice="piper", voice_name="jansen"))


def test_what_was_recorded_is_played_and_the_rest_is_spoken(settings: Settings, fake: FakeSynthesizer) -> None:
    Recordings(settings.recordings / "nl-BE").keep(LINE, TONE)
    with open_phrasebook(settings) as book:
        assert book.prepare([LINE, OTHER]) == 1
        assert book.audio(LINE).rate == TONE.rate
        assert book.voice == "recordings and fake"
    assert [line.id for line in fake.spoken] == ["afscheid"]


def test_a_line_that_was_reworded_after_it_was_recorded_is_spoken(settings: Settings, fake: FakeSynthesizer) -> None:
    Recordings(settings.recordings / "nl-BE").keep(LINE, TONE)
    with open_phrasebook(settings) as book:
        book.audio(Utterance("welkom", "Goeiemorgen, welkom."))
    assert len(fake.spoken) == 1


def test_a_damaged_recording_is_told_and_spoken(settings: Settings, fake: FakeSynthesizer) -> None:
    own = Recordings(settings.recordings / "nl-BE")
    own.keep(LINE, TONE)
    own.path(LINE).write_bytes(b"fLaC")
    told: list[str] = []
    with open_phrasebook(settings, warn=told.append) as book:
        book.audio(LINE)
    assert len(fake.spoken) == 1
    assert "cannot be read" in told[0] and "Record it again. Until then fake speaks." in told[0]


def test_recordings_are_played_only_where_no_engine_is_named(settings: Settings, fake: FakeSynthesizer) -> None:
    Recordings(settings.recordings / "nl-BE").keep(LINE, TONE)
    with open_phrasebook(replace(settings, voice="recorded")) as book:
        assert book.has(LINE)
    with open_phrasebook(settings, slow=True) as book:
        assert not book.has(LINE)


def test_whoever_wants_recordings_and_has_none_is_told(settings: Settings, fake: FakeSynthesizer) -> None:
    told: list[str] = []
    with open_phrasebook(replace(settings, voice="recorded"), warn=told.append):
        pass
    assert told == ["Nothing is recorded for nl-BE; fake speaks. Run `ruggespraak record`."]


def test_a_kiosk_that_was_rendered_speaks_after_its_voice_is_gone(
    settings: Settings, fake: FakeSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_phrasebook(settings) as book:
        book.prepare([LINE])
    monkeypatch.setattr(voices, "_load_pyttsx3", fail_to_start)
    with open_phrasebook(settings) as book:
        assert book.prepare([LINE]) == 0
        with pytest.raises(VoiceError, match="The library is gone"):
            book.audio(OTHER)


def test_more_of_the_consonants_is_rendered_anew_and_sounds_different(settings: Settings, fake: FakeSynthesizer) -> None:
    with open_phrasebook(settings) as book:
        plain = book.audio(LINE)
    with open_phrasebook(replace(settings, lift="strong")) as book:
        assert not book.has(LINE)
        assert book.audio(LINE) != plain


def test_a_practice_says_its_names_in_its_own_way(settings: Settings, fake: FakeSynthesizer) -> None:
    own = replace(settings, pronunciation=(("Dafalgan", "daafalgan"),))
    with open_phrasebook(own) as book:
        book.audio(Utterance("medicijn", "Neem Dafalgan, en bel 112."))
    assert fake.spoken[0].text == "Neem daafalgan, en bel één één twee."


def test_each_engine_is_given_its_own_spelling(settings: Settings) -> None:
    words = {name: dict(load_voice_lexicon(settings, FakeSynthesizer(f"{name} 1")).words) for name in ("pyttsx3", "piper")}
    assert "kinesitherapeut" in words["pyttsx3"]
    assert words["piper"]["112"] == words["pyttsx3"]["112"] == "één één twee"
    assert words["piper"].get("kinesitherapeut") != words["pyttsx3"]["kinesitherapeut"]
