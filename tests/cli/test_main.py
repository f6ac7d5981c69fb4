"""The command line as its users meet it: fixed forms, and one line with an exit code of its own for bad input."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.helpers.claims import read_claimed
from tests.helpers.content import edit
from tests.helpers.missing_parts import hide_library
from tests.helpers.virtual_sound_card import ROOT
from voice.base.errors import RuggespraakError
from voice.cli.terminal import answer_fields
from voice.setup.models.catalogue import find_models_folder
from voice.understand.meaning import Answer, Meaning, Mention

pytestmark = pytest.mark.slow

CLIP = Path("/usr/share/games/fillets-ng/sound/society/nl/mik-v-tak.ogg")
COMMANDS = (
    "setup",
    "consult",
    "hear",
    "understand",
    "say",
    "prepare",
    "record",
    "rehearse",
    "models",
    "check",
    "script",
    "bench",
    "fhir",
    "wyoming",
    "kiosk",
)


def run(*arguments: str, text: str = "", before: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "voice", *arguments]
    return subprocess.run(
        command, cwd=ROOT, input=text, capture_output=True, text=True, timeout=120, check=False, env=os.environ | environment
    )


def assert_told(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Check for one line that names the thing, the documented exit code, and no traceback."""
    assert done.returncode == code, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ruggespraak: ")
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in last


def settings_file(folder: Path, **values: object) -> str:
    path = folder / "settings.yaml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in values.items()), encoding="utf-8")
    return str(path)


def test_every_command_is_in_the_help_and_on_the_page_for_engineers() -> None:
    shown, readme = run("--help").stdout, (ROOT / "docs" / "engineer.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"    {name}" in shown
        assert run(name, "--help").returncode == 0
        assert f"`ruggespraak {name}" in readme, name


def test_words_are_understood_line_by_line() -> None:
    done = run("understand", "--question", "plassen", "--json", text="ja\nneen zulle\nik weet het niet\nwablief\n\n")
    assert [json.loads(line)["meaning"] for line in done.stdout.splitlines()] == ["yes", "no", "unsure", "repeat", "silence"]


def test_a_duration_is_understood_in_days() -> None:
    record = json.loads(run("understand", "--question", "duur", "--json", text="een dag of tien\n").stdout)
    assert (record["meaning"], record["days"]) == ("duration", [8, 12])


@pytest.mark.parametrize(("rate", "form"), [(8_000, "WAV"), (44_100, "FLAC"), (48_000, "OGG")])
def test_recordings_of_any_usual_rate_and_format_are_heard(tmp_path: Path, rate: int, form: str) -> None:
    import soxr

    samples, found = soundfile.read(CLIP, always_2d=True)
    file = tmp_path / f"ja.{form.lower()}"
    stereo = np.repeat(soxr.resample(samples[:, 0], found, rate)[:, np.newaxis], 2, axis=1)
    soundfile.write(file, stereo, rate, format=form)
    record = json.loads(run("hear", str(file), "--question", "koorts", "--json").stdout)
    assert record["meaning"] == "yes"
    assert set(record) >= {"file", "text", "meaning", "confidence", "engine", "latency_s"}


def test_the_script_is_printed_as_a_questionnaire() -> None:
    made = json.loads(run("fhir", "--locale", "nl-NL", "--script", "uitgebreid").stdout)
    assert (made["resourceType"], made["language"], made["status"]) == ("Questionnaire", "nl-NL", "draft")


def test_the_answers_of_a_visit_are_handed_over_only_where_that_was_asked(tmp_path: Path) -> None:
    patient = str(ROOT / "tests" / "conversations" / "stil.yaml")
    done = run("consult", "--patient", patient, "--fhir", str(tmp_path / "answers.json"))
    made = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert (made["resourceType"], made["status"]) == ("QuestionnaireResponse", "stopped")
    assert [item["linkId"] for item in made["item"]] == ["duur"]
    assert "answers.json" in done.stderr


def test_a_text_is_spoken_into_a_file(tmp_path: Path) -> None:
    out = tmp_path / "hallo.wav"
    assert run("say", "Goeiedag, bel 1733.", "--out", str(out)).returncode == 0
    samples, rate = soundfile.read(out)
    assert 1 < len(samples) / rate < 5
    assert abs(samples).max() > 0.1


def test_a_file_that_cannot_be_heard_is_told_and_the_others_are_heard(tmp_path: Path) -> None:
    (tmp_path / "kapot.wav").write_bytes(b"RIFF not really")
    soundfile.write(tmp_path / "leeg.wav", np.zeros(0), 16_000)
    done = run("hear", str(tmp_path / "kapot.wav"), str(tmp_path / "leeg.wav"), str(tmp_path / "weg.wav"), str(CLIP), "--json")
    assert [json.loads(line)["file"] for line in done.stdout.splitlines()] == [str(CLIP)]
    assert done.returncode == 4
    for name, problem in (("kapot", "cannot be read"), ("leeg", "holds no sound"), ("weg", "does not exist")):
        assert any(name in line and problem in line for line in done.stderr.splitlines())


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert_told(run("script", "show", "--svg", str(tmp_path / "nowhere" / "x.svg")), 1, "nowhere", "No such file or directory")


def test_the_port_of_the_page_is_printed_for_the_browser(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("screen: {port: 9000}\n", encoding="utf-8")
    assert run("kiosk", "--settings", str(tmp_path / "settings.yaml"), "--print-port").stdout == "9000\n"


def test_wrong_use_is_told_with_the_choices() -> None:
    assert_told(run("understand", "--question", "hoofdpijn"), 2, "hoofdpijn", "koorts")
    assert_told(run("bench", "answers"), 2, "--words")
    assert_told(run("say", " ", "--out", "x.wav"), 2, "no text")
    assert run("dance").returncode == 2


def test_every_exit_code_is_on_the_page() -> None:
    """Each with the word of the error that has it."""
    (told,) = read_claimed("test_every_exit_code_is_on_the_page")[0]
    page = {int(code): words for code, words in re.findall(r"(\d+) ([^,(]+)", told)}
    apart = [one for one in RuggespraakError.__subclasses__() if one.exit_code != RuggespraakError.exit_code]
    errors = {one.exit_code: one.__name__.removesuffix("Error").lower() for one in apart}
    assert list(page) == [0, 1, *sorted(errors)]
    named = {"device": "sound card", "review": "signed"}
    assert [(code, name) for code, name in errors.items() if named.get(name, name) not in page[code]] == []


BENCHES = ("answers", "calibration", "ears", "import", "voice", "consult", "turns", "wyoming", "screen", "soak")


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_has_help_of_its_own(name: str) -> None:
    shown = run("bench", name, "--help").stdout
    assert shown.startswith(f"usage: ruggespraak bench {name} ") and "--json" in shown and "--locale" in shown
    assert ("--cuts" in shown) is (name in ("answers", "calibration"))
    assert ("--visits" in shown) is (name == "soak")


@pytest.mark.parametrize("arguments", [(), ("bench",)])
def test_without_a_command_all_are_listed(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    for name in BENCHES if arguments else COMMANDS:
        assert f"\n    {name}" in done.stderr


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("bench answers --recordings t.tsv --cuts 0", "argument --cuts: must be 1 or more"),
        ("bench answers --recordings t.tsv --cuts -1", "argument --cuts: must be 1 or more"),
        ("bench ears --recordings t.tsv --every 0", "argument --every: must be 1 or more"),
        ("bench turns --recordings t.tsv --turns 1 -1 1", "argument --turns: must be 0 or more"),
        ("bench soak --visits none", "argument --visits: invalid number value: 'none'"),
        ("bench wyoming", "the following arguments are required: --patients"),
        ("bench calibration", "the following arguments are required: --recordings"),
        ("bench import jasmin .", "the following arguments are required: --output"),
        ("bench voice --patient x.yaml", "unrecognized arguments: --patient x.yaml"),
        ("bench ears --recordings t.tsv --cuts 2", "unrecognized arguments: --cuts 2"),
    ],
)
def test_what_a_bench_cannot_do_is_refused_before_it_begins(line: str, refusal: str) -> None:
    done = run(*line.split())
    assert done.returncode == 2 and done.stdout == ""
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ruggespraak ") and last.endswith(f": error: {refusal}")


def test_a_script_or_locale_that_is_not_there_is_told() -> None:
    assert_told(run("script", "show", "--script", "lang"), 3, "lang", "kort")
    for command in (("script", "show"), ("check",), ("kiosk",)):
        assert_told(run(*command, "--locale", "nl-BEE"), 3, "There is no locale nl-BEE", "Did you mean nl-BE?")


def test_a_missing_model_is_told_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    done = run("hear", str(CLIP), "--settings", settings_file(tmp_path, models=tmp_path / "none"))
    assert_told(done, 5, "models fetch")


def test_a_truncated_model_is_never_used(tmp_path: Path) -> None:
    shutil.copytree(find_models_folder() / "whisper-base", tmp_path / "models" / "whisper-base")
    with (tmp_path / "models" / "whisper-base" / "model.bin").open("r+b") as file:
        file.truncate(1_000_000)
    settings = settings_file(tmp_path, models=tmp_path / "models")
    assert_told(run("hear", str(CLIP), "--engine", "whisper", "--settings", settings), 5, "models")
    checked = run("check", "--settings", settings)
    assert checked.returncode == 1
    assert "model.bin" in checked.stdout


def test_a_patient_who_names_what_is_not_there_is_told(tmp_path: Path) -> None:
    patient = tmp_path / "patient.yaml"
    patient.write_text("default: [nee.wav]\n", encoding="utf-8")
    assert_told(run("consult", "--patient", str(patient)), 8, "patient.yaml, line 1", "nee.wav does not exist")
    patient.write_text("answers:\n  hoofdpijn: [nee.wav]\n", encoding="utf-8")
    assert_told(run("consult", "--patient", str(patient)), 8, "line 2", "hoofdpijn", "koorts")


def test_a_speech_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert_told(run("wyoming", "describe", "--uri", "tcp://127.0.0.1:9"), 10, "tcp://127.0.0.1:9", "cannot be reached")
    assert_told(run("hear", str(CLIP), "--settings", settings_file(tmp_path, engine="wyoming")), 10, "tcp://HOST:PORT")
    assert_told(run("wyoming", "serve", "--parts", "consultation", "--uri", "carrier pigeon"), 10, "carrier pigeon")


def test_wrong_settings_are_told(tmp_path: Path) -> None:
    assert_told(run("check", "--settings", settings_file(tmp_path, rate="snel")), 9, "settings.yaml, line 1", "rate")
    assert_told(run("check", "--settings", str(tmp_path / "none.yaml")), 9, "none.yaml")


def test_a_terminal_without_our_letters_ends_no_command() -> None:
    done = run("script", "show", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "pati\\xebnt" in done.stdout


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""A machine whose letters are those of English."""


def test_a_locale_without_our_letters_speaks_and_understands_them(tmp_path: Path) -> None:
    done = run("say", "Hé, patiënt.", "--out", str(tmp_path / "één.wav"), **ASCII)
    assert done.returncode == 0, done.stderr
    assert soundfile.info(tmp_path / "één.wav").duration > 0.5
    record = json.loads(run("understand", "--question", "koorts", "--json", text="neeë, jà\n", **ASCII).stdout)
    assert record["text"] == "neeë, jà"


def test_the_models_are_listed_under_a_heading() -> None:
    heading, first, *_ = run("models", "list").stdout.splitlines()
    assert heading.split() == ["model", "here", "engine", "size", "for", "licence"]
    assert [first[heading.index(word) - 1] for word in ("here", "engine", "for", "licence")] == [" "] * 4


def test_without_espeak_the_remedy_is_told(tmp_path: Path) -> None:
    done = run(
        "say", "Dag.", "--out", str(tmp_path / "x.wav"), before=hide_library("libespeak-ng.so.1"), RUGGESPRAAK_CACHE=str(tmp_path)
    )
    assert_told(done, 7, "espeak-ng")


def test_without_portaudio_the_remedy_is_told() -> None:
    assert_told(run("consult", before=hide_library("libportaudio.so.2")), 6, "PortAudio")


def test_a_record_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    patient = ROOT / "tests" / "conversations" / "stil.yaml"
    assert_told(run("consult", "--patient", str(patient), "--record", str(tmp_path / "no" / "x.wav")), 4, "x.wav")


def test_a_pin_that_anybody_guesses_is_refused_in_dutch(tmp_path: Path) -> None:
    done = run("kiosk", "--settings", settings_file(tmp_path, staff='{pin: "0000"}'))
    assert_told(done, 9, "De pincode in settings.yaml kan zo niet.", "geen rij zoals 1234", "line 1")


def test_a_kiosk_with_a_script_that_nobody_signed_refuses_in_dutch_and_leaves_word_on_the_screen(tmp_path: Path) -> None:
    done = run("kiosk", RUNTIME_DIRECTORY=str(tmp_path))
    assert_told(done, 11, "De kiosk start niet.", "nl-BE/kort.yaml", "ruggespraak script show", "--demo", "unreviewed: demo")
    assert "De opdracht ruggespraak check zegt wat u kunt doen." in (tmp_path / "start.html").read_text(encoding="utf-8")


def test_a_kiosk_refuses_a_script_that_was_changed_after_it_was_signed(tmp_path: Path, signed: Path) -> None:
    shutil.copytree(signed, tmp_path / "prompts")
    edit(tmp_path / "prompts" / "nl-BE", "lines.yaml", "Goeiedag.", "Goedendag.")
    done = run("kiosk", "--settings", settings_file(tmp_path, prompts=tmp_path / "prompts"), RUNTIME_DIRECTORY=str(tmp_path))
    assert_told(done, 11, "De kiosk start niet.", "Changed since Dr. Peeters reviewed it on 2026-12-01")


def test_what_is_told_beside_an_answer_is_a_field_of_it_and_nothing_else_is() -> None:
    told = answer_fields("x", Answer(Meaning.UNCLEAR, mentions=(Mention("plassen"),)))
    assert told["mentions"] == ["plassen"]
    assert "mentions" not in answer_fields("x", Answer(Meaning.NO))
