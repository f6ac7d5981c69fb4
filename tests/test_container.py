"""The container of a speech server: it is built from what the checkout has and the locks name, and serves what the unit serves."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.helpers.virtual_sound_card import ROOT
from voice.cli.main import make_parser
from voice.setup.settings_reader import load_settings

FOLDER = ROOT / "packaging" / "speech-servers"
INSTALLER = (ROOT / "packaging" / "debian-kiosk" / "install.sh").read_text()


def read_steps(stage: int) -> list[tuple[str, str]]:
    """The instructions of a stage with their words: 0 builds, 1 runs."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", (FOLDER / "Containerfile").read_text(), flags=re.MULTILINE))
    stages = re.split(r"^FROM .*\n", text, flags=re.MULTILINE)[1:]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in stages[stage].splitlines() if line]


def find(stage: int, name: str) -> list[str]:
    return [words for instruction, words in read_steps(stage) if instruction == name]


def copy_sources(to: Path) -> None:
    """Copy what the first stage copies, as a builder does: of a folder its content."""
    for words in find(0, "COPY"):
        *sources, target = words.split()
        place = to / target
        for source in sources:
            path = ROOT / source
            assert path.exists(), f"{source} is not in the checkout"
            if path.is_dir():
                shutil.copytree(path, place)
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, place)


@pytest.mark.slow
def test_the_program_is_built_from_what_is_copied_and_is_the_program_of_the_checkout(tmp_path: Path) -> None:
    copy_sources(tmp_path / "source")
    for folder in (tmp_path / "source", ROOT):
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / folder.name)]
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
    copied, whole = (ZipFile(next((tmp_path / name).glob("*.whl"))) for name in ("source", ROOT.name))
    with copied, whole:
        assert set(copied.namelist()) == set(whole.namelist())
    for lock in re.findall(r"-r (\S+)", find(0, "RUN")[-1]):
        assert (tmp_path / "source" / lock).is_file()


def test_root_installs_what_the_locks_name_and_nothing_else() -> None:
    pip = next(words for words in find(0, "ENV") if words.startswith("PIP="))
    assert {"--no-deps", "--no-build-isolation"} <= set(pip.strip('"').split())
    *_, backends, packages, program, _ = find(0, "RUN")[-1].split(" && ")
    for installed in (backends, packages):
        assert {"--require-hashes", "--only-binary=:all:"} <= set(installed.split())
    assert program.split() == ["$PIP", "."]
    assert find(0, "RUN")[-1].split("&&")[-1].split()[1:3] == ["uninstall", "--quiet"]


def test_the_container_has_the_packages_that_the_installer_takes_for_ears_and_voice_and_does_not_run_as_root() -> None:
    taken = re.search(r"--no-install-recommends ([^&]*)&&", find(1, "RUN")[0])
    known = re.search(r"^PACKAGES=\((.*)\)", INSTALLER, re.MULTILINE)
    assert taken and known
    assert set(taken[1].split()) - {"python3"} <= set(known[1].split())
    assert {"libportaudio2", "libespeak-ng1"} <= set(taken[1].split())
    assert find(1, "USER") == ["ruggespraak"]
    for words in find(1, "COPY"):
        *options, source, _ = words.split()
        assert "--from=build" in options or (ROOT / source).is_dir()


def test_the_container_serves_with_a_key_as_the_unit_of_a_machine_does(tmp_path: Path) -> None:
    entry, command = json.loads(find(1, "ENTRYPOINT")[0]), json.loads(find(1, "CMD")[0])
    assert entry == ["/opt/ruggespraak/bin/ruggespraak"]
    options = make_parser().parse_args(command)
    assert (options.action, options.uri, options.parts) == ("serve", "tcp://0.0.0.0:10300", ["ears", "voice"])
    unit = (ROOT / "packaging" / "debian-kiosk" / "ruggespraak-server.service").read_text()
    assert " ".join(command) in " ".join(unit.replace("\\\n", " ").split())
    written = re.search(r'echo "(.*)" > /etc/ruggespraak/settings.yaml', find(1, "RUN")[0])
    assert written
    (tmp_path / "settings.yaml").write_text(written[1])
    assert str(load_settings(tmp_path / "settings.yaml").models) == "/var/lib/ruggespraak/models"


def test_the_unit_of_the_container_opens_the_port_and_writes_nothing_to_a_disk() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(FOLDER / "ruggespraak-server.container")
    container = unit["Container"]
    assert container["PublishPort"].endswith(f":{find(1, 'EXPOSE')[0]}")
    assert (container["ReadOnly"], container["Ulimit"]) == ("true", "core=0:0")
    assert (unit["Service"]["Restart"], unit["Service"]["MemorySwapMax"]) == ("always", "0")
    assert container["Tmpfs"] in find(1, "ENV")[0]
