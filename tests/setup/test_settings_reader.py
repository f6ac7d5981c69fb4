"""Settings: what the file says, defaults for the rest, and wrong ones refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.base.errors import SettingsError, Symptom
from voice.setup.settings import Settings
from voice.setup.settings_reader import load_settings
from voice.understand.fusion.weighing import Strictness


def write_settings(folder: Path, text: str) -> Path:
    path = folder / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_overrules_the_defaults_and_only_those(tmp_path: Path) -> None:
    text = "locale: nl-NL\nrate: 130\npatience:\n  pause: 1.2\npractice:\n  praktijk: Kine De Linde\n"
    settings = load_settings(write_settings(tmp_path, text))
    assert (settings.locale, settings.rate, settings.script) == ("nl-NL", 130, "kort")
    assert (settings.patience.pause, settings.patience.nobody) == (1.2, Settings().patience.nobody)
    assert settings.practice.praktijk == "Kine De Linde"


def test_a_settings_file_that_is_not_there_is_no_fault_of_the_script(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path / "none.yaml")
    assert (
        str(refused.value)
        == f"There is no settings file {tmp_path / 'none.yaml'}. Check the name. `ruggespraak setup` makes one."
    )


@pytest.mark.parametrize("number", ["1733", "014 12 34 56", "de huisartsenpost, 0900-1234"])
def test_a_number_that_can_be_called_out_of_hours_is_taken(tmp_path: Path, number: str) -> None:
    settings = load_settings(write_settings(tmp_path, f'practice:\n  wachtdienst: "{number}"\n'))
    assert settings.practice.wachtdienst == number


def test_a_practice_writes_how_its_names_are_said(tmp_path: Path) -> None:
    settings = load_settings(write_settings(tmp_path, 'pronunciation:\n  Olen: oolen\n  "1e": eerste\n'))
    assert settings.pronunciation == (("Olen", "oolen"), ("1e", "eerste"))


@pytest.mark.parametrize("text", ["", "# rate: 130\n\n# locale: nl-NL\n"])
def test_a_file_that_sets_nothing_leaves_the_defaults(tmp_path: Path, text: str) -> None:
    assert load_settings(write_settings(tmp_path, text)) == Settings()


@pytest.mark.parametrize("text", ["microphone: ~\n", "microphone: null\n", "microphone:\n"])
def test_no_value_is_no_name_of_a_device(tmp_path: Path, text: str) -> None:
    assert load_settings(write_settings(tmp_path, text)).microphone == ""


@pytest.mark.parametrize("content", [b"\xef", b"\xef\xbb"])
def test_half_a_byte_order_mark_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.yaml").write_bytes(content)
    with pytest.raises(SettingsError, match="not saved as UTF-8"):
        load_settings(tmp_path / "settings.yaml")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert load_settings(write_settings(tmp_path, "\ufeffrate: 130\n")).rate == 130


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("enigne: vosk\n", "line 1: 'enigne' is not known here. Did you mean engine? Use one of: chapters, echo_cancelling"),
        ("engine: kaldi\n", "'kaldi' is not a choice for 'engine'. Use one of: auto, vosk, whisper"),
        ("rate: fast\n", "'rate' must be a whole number"),
        ("lift: much\n", "'much' is not a choice for 'lift'. Use one of: none, gentle, strong"),
        ("pronunciation: oolen\n", "'pronunciation' must hold named entries"),
        ("pronunciation:\n  Olen: []\n", "line 2: 'Olen' must be a text"),
        ("patience:\n  pause: -1\n", "line 2: 'pause' is -1"),
        ("patience:\n  onset: 1\n", "line 2: 'onset' is not known here. Use one of: decided"),
        ("screen:\n  diagonal: 5\n", "line 2: '5' is not the diagonal of a screen that has room for the buttons"),
        ("screen:\n  diagonal: groot\n", "Measure from corner to corner, in inches: 7 to 100"),
        ("screen:\n  diagonal: nan\n", "'nan' is not the diagonal"),
        ("staff:\n  pin: 12\n", "line 2: a pin is 4 to 12 digits"),
        ('staff:\n  pin: "١٢٣٥"\n', "line 2: a pin is 4 to 12 digits"),
        ('staff:\n  pin: "0000"\n', "line 2: that pin is among the first that anybody tries. Choose one without a pattern."),
        ("staff:\n  broker: http://broker\n", "line 2: an address of a broker does not begin with http://"),
        ("staff:\n  broker: mqtt://kiosk:geheim@broker\n", "line 2: user and password do not belong in the address"),
        ("staff:\n  topic: kiosk/#\n", "line 2: 'kiosk/#' is not a topic that a message can go to"),
        ('practice:\n  noodnummer: "1120"\n', "line 2: '1120' is no emergency number. Write 112."),
        ("practice:\n  wachtdienst: abc\n", "line 2: 'abc' has no number that can be called. Write what a patient can dial"),
        ("patience:\n  nobdy: 8\n", "line 2: 'nobdy' is not known here. Did you mean nobody? Use one of: decided"),
        ("voice: pipper\n", "'pipper' is not a choice for 'voice'. Did you mean piper? Use one of: auto"),
        ("patience: 3\n", "'patience' must hold named entries"),
        ("locale:\n  nl: be\n", "'locale' takes one value"),
        ("patience:\n\tpause: 1\n", "line 2: a tab stands in this line. Put spaces in its place."),
    ],
)
def test_a_wrong_setting_is_refused_in_words(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(write_settings(tmp_path, text))
    assert complaint in str(refused.value)
    assert "settings.yaml" in str(refused.value)


@pytest.mark.parametrize(
    "pin",
    """0000 1111 9999 1234 4321 0123 7890 9876 1357 2468 1212 1122 1112 2580 0852 1984 2007
    000000 123456 654321 123123 112112 121212 01234567 47114711""".split(),
)
def test_a_pin_that_is_guessed_first_is_refused(tmp_path: Path, pin: str) -> None:
    with pytest.raises(SettingsError, match="among the first") as refused:
        load_settings(write_settings(tmp_path, f'staff:\n  pin: "{pin}"\n'))
    assert refused.value.trouble.symptom is Symptom.PIN
    assert pin not in str(refused.value).replace(str(tmp_path), "")


@pytest.mark.parametrize("pin", ["", "4711", "0815", "5937", "314159", "271828182845"])
def test_another_pin_is_taken(tmp_path: Path, pin: str) -> None:
    assert load_settings(write_settings(tmp_path, f'staff:\n  pin: "{pin}"\n')).staff.pin == pin


def test_a_practice_makes_its_kiosk_stricter_and_never_less_strict(tmp_path: Path) -> None:
    assert load_settings(write_settings(tmp_path, "strictness:\n  clear: 0.5\n")).strictness == Strictness(clear=0.5)
    for wrong in ("-0.1", "5.1", "nan", "veel"):
        with pytest.raises(SettingsError, match="'sure' must be a number from 0 to 5"):
            load_settings(write_settings(tmp_path, f"strictness:\n  sure: {wrong}\n"))
