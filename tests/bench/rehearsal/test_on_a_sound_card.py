"""A whole rehearsal over a sound card made of software, with recorded volunteers."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.listening_volunteer import ListeningVolunteer
from tests.helpers.running_kiosk import write_yaml
from tests.helpers.speech import noise
from tests.helpers.virtual_sound_card import ROOT, VirtualSoundCard, virtual_sound_card
from voice.audio.pcm import write_wav
from voice.audio.segment import LONGEST_SETTLING
from voice.bench.reference import read_recordings
from voice.bench.rehearsal.wording import load_wording
from voice.kiosk.screen.screen_key import keep_key
from voice.setup.settings import Settings
from voice.setup.settings_reader import load_settings

pytestmark = pytest.mark.slow

SETTINGS = {
    "microphone": "kiosk_mic", "loudspeaker": "kiosk_speaker", "engine": "vosk", "voice": "pyttsx3", "unreviewed": "demo",
    "patience": {"nobody": 4}, "screen": {"port": 0},
}  # fmt: skip
WORDS = load_wording(Settings().locale_folder)


def rehearse(card: VirtualSoundCard, folder: Path, typed: str, softer: float = 0.0) -> subprocess.CompletedProcess[str]:
    """Hold a rehearsal of four answers. typed: what is typed, line by line. softer: the volunteers, in dB."""
    (folder / "settings.yaml").write_text("# Ours.\n" + write_yaml({**SETTINGS, "speech": folder / "speech"}))
    command = [sys.executable, "-m", "tests.helpers.rehearsed_room", str(softer), "rehearse", "--answers", "4"]
    command += ["--volunteers", "1", "--part", "hearing", "--seed", "3", "--page", str(folder / "page.html")]
    command += ["--keep", str(folder / "set"), "--settings", str(folder / "settings.yaml")]
    return subprocess.run(
        command, env=card.environment, cwd=ROOT, input=typed, capture_output=True, text=True, timeout=400, check=False
    )


def name_faults(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Which of the faults of a room the report names."""
    faults = ("deaf", "quiet_voice", "loud_room", "echo", "own_unheard")
    return {name for name in faults if WORDS.advice.texts[name].split("{")[0] in done.stdout}


def hold_echoing(folder: Path) -> tuple[subprocess.CompletedProcess[str], str]:
    """A room in which the kiosk's voice comes back late; all agree to all. Also returns what `check` then says."""
    with virtual_sound_card() as card:
        card.pactl(
            "load-module", "module-loopback", "source=kiosk_out.monitor", "sink=kiosk_mic", "latency_msec=450",
            "source_dont_move=true", "sink_dont_move=true",
        )  # fmt: skip
        done = rehearse(card, folder, "\n\n\nja\nja\n")
        order = [sys.executable, "-m", "voice", "check", "--settings", str(folder / "settings.yaml"), "--json"]
        checked = subprocess.run(order, env=card.environment, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    return done, checked.stdout


def hold_deaf(folder: Path) -> subprocess.CompletedProcess[str]:
    with virtual_sound_card(leak=True) as card:
        return rehearse(card, folder, "", softer=60)


def hold_loud(folder: Path) -> subprocess.CompletedProcess[str]:
    """A room that hisses all the time."""
    write_wav(folder / "noise.wav", noise(120.0))
    with virtual_sound_card(leak=True) as card:
        order = ["paplay", "--device=kiosk_mic", str(folder / "noise.wav")]
        with subprocess.Popen(order, env=card.environment) as playing:
            try:
                return rehearse(card, folder, "")
            finally:
                playing.terminate()


def hold_listening(folder: Path) -> tuple[subprocess.CompletedProcess[str], list[tuple[float, float]]]:
    """Two sentences, both missed in noise unless they are louder, with the page as the only hand. Also returns how like they sounded."""
    path = folder / "settings.yaml"
    path.write_text(write_yaml({**SETTINGS, "speech": folder / "speech"}))
    command = [sys.executable, "-m", "voice", "rehearse", "--part", "listening", "--lines", "2", "--volunteers", "1"]
    command += ["--seed", "3", "--page", str(folder / "page.html"), "--settings", str(path)]
    with virtual_sound_card() as card, closing(ListeningVolunteer(card, path, clear=2)) as volunteer:
        environment = card.environment | {"RUNTIME_DIRECTORY": str(folder)}
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=environment, cwd=ROOT, **pipes) as program:  # type: ignore[call-overload]
            address = program.stderr.readline().split()[-1]
            volunteer.attend(address, keep_key(folder), lambda: program.poll() is None)
            out, errors = program.communicate(timeout=20)
    return subprocess.CompletedProcess(command, program.returncode, out, errors), volunteer.heard


@dataclass(frozen=True)
class Held:
    """Four rehearsals, with the folder of each; they are held at once, because nearly all of their time is waiting."""

    echoing: subprocess.CompletedProcess[str]
    checked: str
    deaf: subprocess.CompletedProcess[str]
    loud: subprocess.CompletedProcess[str]
    listening: subprocess.CompletedProcess[str]
    sounded: list[tuple[float, float]]
    folder: Path


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    folder = tmp_path_factory.mktemp("rooms")
    for name in ("echoing", "deaf", "loud", "listening"):
        (folder / name).mkdir()
    with ThreadPoolExecutor() as pool:
        echoing = pool.submit(hold_echoing, folder / "echoing")
        deaf, loud = pool.submit(hold_deaf, folder / "deaf"), pool.submit(hold_loud, folder / "loud")
        listening = pool.submit(hold_listening, folder / "listening")
        return Held(*echoing.result(), deaf.result(), loud.result(), *listening.result(), folder)


def test_an_echo_is_named_and_what_is_written_for_it_is_read_back_by_check(held: Held) -> None:
    assert name_faults(held.echoing) == {"echo"}, held.echoing.stdout + held.echoing.stderr
    path = held.folder / "echoing" / "settings.yaml"
    settling = load_settings(path).patience.settling
    assert 0.5 < settling <= LONGEST_SETTLING
    assert path.read_text().startswith("# Ours.\n")
    assert '"part": "settings", "mark": "fine"' in held.checked
    assert f"{settling:g} seconden niet luisteren na de eigen stem".replace(".", ",") in held.checked


def test_what_all_agree_to_keep_is_a_table_that_the_benches_read_and_nobody_else(held: Held) -> None:
    kept = read_recordings(held.folder / "echoing" / "set" / "answers.tsv")
    assert kept
    assert all(row.file.stat().st_mode & 0o777 == 0o600 for row in kept)
    assert (held.folder / "echoing" / "set" / "answers.tsv").stat().st_mode & 0o777 == 0o600


def test_a_deaf_microphone_is_named(held: Held) -> None:
    assert name_faults(held.deaf) == {"deaf"}, held.deaf.stdout + held.deaf.stderr
    assert held.deaf.returncode == 1


def test_a_loud_room_is_named(held: Held) -> None:
    assert name_faults(held.loud) == {"loud_room"}, held.loud.stdout + held.loud.stderr


def test_what_is_heard_at_the_loudspeaker_and_touched_on_the_page_is_counted_for_each_way_of_speaking(held: Held) -> None:
    told = held.listening.stdout
    assert len(held.sounded) == 2 + 2 + 3 * 2, told + held.listening.stderr
    assert all(right > 0.8 and right > other for right, other in held.sounded[:2])
    for way, count in (("level", "2 van 2"), ("noisy", "0 van 2"), ("again", "0 van 2"), ("louder", "2 van 2")):
        assert f"{WORDS.names.fill(way)} (pyttsx3): {count}:" in told
    assert WORDS.advice.fill("louder") in told
    assert WORDS.advice.fill("slower") not in told
    assert WORDS.report.fill("hearing") not in told


def test_nothing_is_kept_or_written_without_a_yes(held: Held) -> None:
    for done, name in ((held.deaf, "deaf"), (held.loud, "loud")):
        assert WORDS.shown.fill("forgotten") in done.stdout
        assert {path.name for path in (held.folder / name).iterdir()} <= {"settings.yaml", "page.html", "speech", "noise.wav"}
        assert load_settings(held.folder / name / "settings.yaml").patience.settling == 0.3
