"""The installation of a kiosk: what its units promise, and that it installs nothing for tests. What the wheel leaves out."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.helpers.claims import read_claimed
from tests.helpers.virtual_sound_card import ROOT
from voice.base.errors import ReviewError
from voice.cli.main import make_parser
from voice.kiosk.screen.screen_key import START_PAGE
from voice.kiosk.systemd import BEAT_SECONDS
from voice.setup.settings import Settings
from voice.setup.settings_reader import load_settings

FOLDER = ROOT / "packaging" / "debian-kiosk"


def read_service(name: str) -> dict[str, str]:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(FOLDER / f"{name}.service")
    return dict(unit["Service"])


@pytest.mark.slow
@pytest.mark.parametrize("script", ["install.sh", "screen.sh"])
def test_the_shell_can_read_its_scripts(script: str) -> None:
    assert (FOLDER / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(FOLDER / script)], check=True)


@pytest.mark.parametrize("name", ["ruggespraak", "ruggespraak-screen"])
def test_neither_part_reaches_the_network_nor_writes_to_the_disk(name: str) -> None:
    unit = read_service(name)
    assert (unit["IPAddressDeny"], unit["IPAddressAllow"]) == ("any", "localhost")
    assert (unit["ProtectSystem"], unit["ProtectHome"], unit["PrivateTmp"]) == ("strict", "yes", "yes")
    assert (unit["LimitCORE"], unit["MemorySwapMax"]) == ("0", "0")
    assert (unit["Restart"], unit["User"]) == ("always", name)


def test_the_speech_server_is_shut_in_as_the_kiosk_is_and_has_no_device_at_all() -> None:
    kiosk, server = read_service("ruggespraak"), read_service("ruggespraak-server")
    shut = {name for name in kiosk if re.match("Protect|Restrict|Device|NoNew|Capab|Ambient|Remove|Lock|Keyring|System|IP", name)}
    shut |= {"PrivateTmp", "UMask", "LimitCORE", "MemorySwapMax", "User", "Restart", "CacheDirectory", "CacheDirectoryMode"}
    other = {"DeviceAllow", "RestrictAddressFamilies"}
    assert len(shut) > 25
    assert {name: server.get(name) for name in shut - other} == {name: kiosk[name] for name in shut - other}
    assert (server["PrivateDevices"], server["RestrictAddressFamilies"]) == ("yes", "AF_UNIX AF_INET AF_INET6")
    assert "DeviceAllow" not in server


def test_the_unit_of_the_speech_server_starts_what_the_program_knows_with_a_key() -> None:
    program, *words = read_service("ruggespraak-server")["ExecStart"].replace("\\\n", " ").split()
    options = make_parser().parse_args([word for word in words if word != "\\"])
    assert program == "/opt/ruggespraak/bin/ruggespraak"
    assert (options.action, options.uri, options.parts) == ("serve", "tcp://0.0.0.0:10300", ["ears", "voice"])
    assert (str(options.key), str(options.settings)) == ("/etc/ruggespraak/server.pem", "/etc/ruggespraak/settings.yaml")
    assert "wyoming" in _read_lock(FOLDER / "requirements.lock")


def test_a_kiosk_that_hangs_is_started_again() -> None:
    unit = read_service("ruggespraak")
    assert unit["Type"] == "notify"
    assert int(unit["WatchdogSec"]) > 10 * BEAT_SECONDS


def test_a_kiosk_that_refuses_an_unsigned_script_is_not_started_again_and_the_installation_goes_on() -> None:
    assert read_service("ruggespraak")["RestartPreventExitStatus"] == str(ReviewError.exit_code)
    assert 'systemctl restart "${UNITS[@]}" || say' in (FOLDER / "install.sh").read_text()
    assert "as_service check" in (FOLDER / "install.sh").read_text()


def test_nothing_is_installed_as_a_trial_unless_a_person_says_so() -> None:
    assert load_settings(ROOT / "settings.example.yaml").unreviewed == Settings().unreviewed == "refuse"
    assert "--demo" not in read_service("ruggespraak")["ExecStart"]


def test_make_kiosk_shows_a_trial_unless_a_settings_file_decides() -> None:
    rule = re.search(r"^kiosk: .*\n\t@(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[1]
    assert rule == "$(RUGGESPRAAK) kiosk $(if $(SETTINGS),--settings $(SETTINGS),--demo)"


def test_the_screen_is_shut_in_as_the_kiosk_is() -> None:
    """Apart from what a browser needs: code that it makes itself, namespaces for its sandbox, and netlink for what is plugged in."""
    kiosk, screen = read_service("ruggespraak"), read_service("ruggespraak-screen")
    other = {"ProtectProc", "RestrictNamespaces", "RestrictAddressFamilies", "DeviceAllow", "SystemCallFilter"}
    shut = {
        name for name in kiosk if re.match("Protect|Restrict|Device|NoNew|Capab|Ambient|Remove|Lock|Keyring|System|Private", name)
    }
    assert len(shut) > 20
    assert {name: screen.get(name) for name in shut - other} == {name: kiosk[name] for name in shut - other}
    assert (screen["RestrictNamespaces"], screen["RestrictAddressFamilies"]) == ("user pid net", "AF_UNIX AF_INET AF_NETLINK")
    assert screen["SystemCallFilter"] == f"{kiosk['SystemCallFilter']} chroot kcmp"


@pytest.mark.slow
def test_systemd_finds_no_part_exposed() -> None:
    """Exactly as much as the page says; another version of systemd looks at other things, and may find half a point more."""
    ((version, *told),) = read_claimed("test_systemd_finds_no_part_exposed")
    same = f"systemd {version} " in analyze("--version")
    for name, level in zip(("ruggespraak", "ruggespraak-screen", "ruggespraak-server"), map(float, told), strict=True):
        shown = analyze("security", "--offline=true", "--no-pager", str(FOLDER / f"{name}.service"))
        found = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", shown)[1])
        assert found == level if same else found <= level + 0.5, name


def analyze(*words: str) -> str:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_key_of_the_screen_reaches_its_browser_and_nobody_else() -> None:
    kiosk, screen = read_service("ruggespraak"), read_service("ruggespraak-screen")
    assert screen["LoadCredential"] == f"{START_PAGE}:/run/{kiosk['RuntimeDirectory']}/{START_PAGE}"
    assert (kiosk["RuntimeDirectoryMode"], screen["RuntimeDirectoryMode"]) == ("0700", "0700")
    assert kiosk["RuntimeDirectoryPreserve"] == "yes", "the browser keeps its key through a restart of the kiosk"
    assert f'"file://$CREDENTIALS_DIRECTORY/{START_PAGE}"' in (FOLDER / "screen.sh").read_text()


def test_the_browser_may_open_the_page_and_nothing_else() -> None:
    policy = json.loads((FOLDER / "chromium-policy.json").read_text())
    page, start = policy["URLAllowlist"]
    assert page == f"http://127.0.0.1:{Settings().screen.port}"
    assert start == f"file:///run/credentials/ruggespraak-screen.service/{START_PAGE}"
    assert {"*", "chrome://*", "file://*", "devtools://*"} <= set(policy["URLBlocklist"])
    shut = ("AllowFileSelectionDialogs", "PrintingEnabled", "RemoteDebuggingAllowed", "BrowserGuestModeEnabled")
    assert [policy[name] for name in shut] == [False] * len(shut)
    assert (policy["IncognitoModeAvailability"], policy["DeveloperToolsAvailability"], policy["DownloadRestrictions"]) == (
        2,
        2,
        3,
    )


def test_the_console_cannot_be_switched_to() -> None:
    """Cage with -s lets Ctrl+Alt+F1 through."""
    service = (FOLDER / "ruggespraak-screen.service").read_text()
    assert "/usr/bin/cage -d -- /opt/ruggespraak/bin/ruggespraak-screen\n" in service


def test_the_keyboard_of_the_kiosk_has_no_key_for_a_shortcut() -> None:
    symbols = (FOLDER / "xkb" / "symbols" / "ruggespraak").read_text()
    keys = set(re.findall(r"\w+", " ".join(re.findall(r"\[(.*?)\]", symbols))))
    assert {"F13", "F14", "F15", "F16", "F21", "F22", "Return", "Tab", "0", "9"} <= keys
    assert not [key for key in keys if re.match("Control|Alt|Super|Meta|Hyper|Escape|Menu|XF86|F[0-9]$|F1[0-2]$|[a-z]$", key)]
    page = (ROOT / "voice" / "kiosk" / "screen" / "page" / "page.js").read_text()
    taken = dict(re.findall(r'(F\d+): "(\w+)"', page))
    assert [taken[f"F{number + 12}"] for number in (1, 2, 3, 4, 9, 10)] == [taken[f"F{number}"] for number in (1, 2, 3, 4, 9, 10)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ("screen:\n  port: 8321\n", "8321"),
        ("screen: {port: 9000}\n", "9000"),
        ("'screen':\n    \"port\" :   '9000'   # ours\n", "9000"),
        ("practice:\n  telefoon: a\nscreen: { diagonal: 12,\n  port: 9000 }\n", "9000"),
        ("# nothing\n", "8321"),
        ("screen:\n  port: x|e id\n", "8321"),
    ],
)
def test_root_writes_the_policy_for_the_port_in_the_settings_and_follows_no_link(
    tmp_path: Path, settings: str, allowed: str
) -> None:
    """The browser's user may plant links in the browser's folder; root writes nothing there. However a port is written."""
    (tmp_path / "settings.yaml").write_text(settings)
    (tmp_path / "ruggespraak").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m voice "$@"\n')
    (tmp_path / "ruggespraak").chmod(0o755)
    program = f"""
      set -e; mount -t tmpfs tmpfs /run; cp -r /etc /run/etc 2>/dev/null || true; mount --bind /run/etc /etc
      mkdir -p /etc/ruggespraak /run/ruggespraak-screen; cp {tmp_path}/settings.yaml /etc/ruggespraak/
      mount -t tmpfs tmpfs /opt; mkdir -p /opt/ruggespraak/share; cp {FOLDER}/chromium-policy.json /opt/ruggespraak/share/
      mkdir /opt/ruggespraak/bin; cp {tmp_path}/ruggespraak /opt/ruggespraak/bin/
      echo secret > /run/secret; chmod 0600 /run/secret; ln -s /run/secret /run/ruggespraak-screen/port
      {FOLDER}/screen.sh policy
      stat -c '%a %s' /run/secret; cat /etc/chromium/policies/managed/ruggespraak.json"""
    done = subprocess.run(["unshare", "-rm", "sh", "-c", program], capture_output=True, text=True, check=True, timeout=60)
    secret, _, policy = done.stdout.partition("\n")
    assert secret == "600 7"
    assert json.loads(policy)["URLAllowlist"][0] == f"http://127.0.0.1:{allowed}"


def test_root_does_nothing_in_the_browsers_folder() -> None:
    service = (FOLDER / "ruggespraak-screen.service").read_text()
    assert re.findall(r"ExecStartPre=(.*)", service) == ["+/usr/bin/chvt 7", "+/opt/ruggespraak/bin/ruggespraak-screen policy"]
    assert "/run/ruggespraak-screen" not in (FOLDER / "screen.sh").read_text()


def test_a_kiosk_installs_what_is_locked_and_nothing_for_tests() -> None:
    installed, locked = (_read_lock(path) for path in (FOLDER / "requirements.lock", ROOT / "requirements.lock"))
    assert installed.items() <= locked.items()
    assert {"segno", "vosk", "paho-mqtt"} <= installed.keys()
    assert not {"pytest", "playwright", "hypothesis", "ruff"} & installed.keys()


@pytest.mark.slow
def test_a_kiosk_is_built_by_locked_packages_alone_and_keeps_none_of_the_build_backends(tmp_path: Path) -> None:
    """The installer's own function runs, with a pip that only writes down what it is told."""
    (tmp_path / "bin").mkdir()
    for name in ("pip", "python"):
        (tmp_path / "bin" / name).write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/told\n')
        (tmp_path / "bin" / name).chmod(0o755)
    places = f"HERE={FOLDER} SOURCE={ROOT} PROGRAM={tmp_path}"
    script = (FOLDER / "install.sh").read_text().replace('main "$@"', f"{places}; install_program")
    subprocess.run(["bash", "-c", script], check=True)
    *installed, removed = (tmp_path / "told").read_text().splitlines()
    assert [told.split()[-1] for told in installed] == [
        f"{ROOT}/requirements-build.lock",
        f"{FOLDER}/requirements.lock",
        str(ROOT),
    ]
    for told in installed:
        assert {"install", "--no-build-isolation", "--no-deps"} <= set(told.split())
        assert told.endswith(f" {ROOT}") or {"--require-hashes", "--only-binary=:all:"} <= set(told.split())
    assert removed == f"uninstall --quiet --yes --requirement {ROOT}/requirements-build.lock"
    build, kiosk = (_read_lock(path) for path in (ROOT / "requirements-build.lock", FOLDER / "requirements.lock"))
    assert not build.keys() & kiosk.keys()


def run_installer(folder: Path, function: str, **answers: str) -> list[str]:
    """Run one function of the installer. Commands only write down what they are told, and answer what is given for them."""
    for name in ("amixer", "alsactl", "systemctl"):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/told\n{answers.get(name, "")}\n')
        (folder / name).chmod(0o755)
    places = f"PATH={folder}:$PATH ASOUND={folder}/asound LOGIN_SCREEN={folder}/login"
    script = (FOLDER / "install.sh").read_text().replace('main "$@"', f"{places}; {function}")
    subprocess.run(["bash", "-c", script], check=True, capture_output=True, timeout=30)
    return (folder / "told").read_text().splitlines() if (folder / "told").exists() else []


@pytest.mark.slow
def test_every_sound_card_is_unmuted_and_stays_so(tmp_path: Path) -> None:
    for card in ("card0", "card1", "cards"):
        (tmp_path / "asound" / card).mkdir(parents=True)
    *told, last = run_installer(tmp_path, "unmute_loudspeakers", amixer="exit 1")
    assert {tuple(line.split()[2:4]) for line in told} == {("-c", "0"), ("-c", "1")}
    assert "amixer -q -c 1 sset PCM 80% unmute" in told and last == "alsactl store"


@pytest.mark.slow
def test_a_login_screen_is_switched_off_and_on_again_by_uninstall(tmp_path: Path) -> None:
    answer = '[ "$1" != show ] || echo lightdm.service'
    told = run_installer(tmp_path, "switch_off_login_screen", systemctl=answer)
    assert told[-1] == "systemctl disable --now lightdm.service"
    assert run_installer(tmp_path, "switch_on_login_screen")[-1] == "systemctl enable lightdm.service"
    assert not (tmp_path / "login").exists()
    assert "switch_on_login_screen" in (FOLDER / "install.sh").read_text().partition("uninstall_all() {")[2]


@pytest.mark.slow
@pytest.mark.parametrize("answer", ['[ "$1" != show ] || echo display-manager.service', '[ "$1" = show ] && echo gdm.service'])
def test_a_machine_without_a_login_screen_is_left_as_it_is(tmp_path: Path, answer: str) -> None:
    told = run_installer(tmp_path, "switch_off_login_screen", systemctl=answer)
    assert not [line for line in told if "disable" in line] and not (tmp_path / "login").exists()


def test_every_build_backend_is_locked_and_the_makefile_lets_pip_fetch_no_other() -> None:
    build = _read_lock(ROOT / "requirements-build.lock")
    for project in (ROOT / "pyproject.toml", *ROOT.glob("supply/*/pyproject.toml")):
        wanted = re.search(r"^requires = \[(.*)\]$", project.read_text(encoding="utf-8"), re.M)[1]
        assert {name.strip('"') for name in wanted.split(", ")} <= build.keys()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    locked = re.search(r"^LOCKED := (.*)$", makefile, re.M)[1]
    assert {"--require-hashes", "--no-build-isolation", "--no-deps"} <= set(locked.split())
    lines = [line.replace("$(LOCKED)", locked) for line in makefile.splitlines() if "$(PIP)" in line or "pip install" in line]
    lines = [line for line in lines if line.startswith("\t") and "pip-tools" not in line and "models/train/" not in line]
    assert len(lines) > 6
    for line in lines:
        assert "--no-build-isolation" in line or line.endswith((".whl", "--require-hashes -r requirements-build.lock")), line
        assert "--require-hashes" in line or line.endswith((".whl", "--editable .")), line


def test_nothing_in_the_wheel_imports_the_rigs_that_it_leaves_out() -> None:
    left_out = "voice/bench/rigs"
    assert f'exclude = ["{left_out}"]' in (ROOT / "pyproject.toml").read_text()
    for path in (ROOT / "voice").rglob("*.py"):
        imports = re.findall(r"^\s*(?:from|import) voice\.bench(?:\.| import )rigs.*", path.read_text(), re.MULTILINE)
        assert not imports or path.is_relative_to(ROOT / left_out), path


@pytest.mark.slow
def test_no_weights_under_the_gpl_are_in_the_wheel_or_the_source_archive(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)], cwd=ROOT, capture_output=True, check=True)
    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel, tarfile.open(next(tmp_path.glob("*.tar.gz"))) as source:
        packed = {name: hashlib.sha256(wheel.read(name)).digest() for name in wheel.namelist()}
        packed |= {one.name: hashlib.sha256(source.extractfile(one).read()).digest() for one in source if one.isfile()}
    assert any(name.endswith("reader-nl-ruggespraak/weights.npz") for name in packed)
    for own in ("vosk-nl-ruggespraak", "phones-nl-ruggespraak"):
        weights = [path for path in (ROOT / "models" / own).rglob("*") if path.name not in ("LICENSE", "README.md")]
        held = {hashlib.sha256(path.read_bytes()).digest() for path in weights if path.is_file()}
        assert len(held) > 3 and not held & set(packed.values())


def _read_lock(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", path.read_text(), re.MULTILINE))
