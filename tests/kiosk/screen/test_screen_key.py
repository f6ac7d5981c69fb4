"""The key of the screen: kept where only the kiosk's user reads it, and the same after a restart."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from voice.base.paths import find_runtime
from voice.kiosk.screen.screen_key import KEY_FILE, START_PAGE, keep_key, make_key, write_start_page


def read_mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_kept_where_nobody_else_reads_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        key = keep_key(tmp_path / "run")
        page = write_start_page(tmp_path / "run", "http://127.0.0.1:8321", key)
    finally:
        os.umask(before)
    assert (tmp_path / "run" / KEY_FILE).read_text() == key
    assert [read_mode(path) for path in (tmp_path / "run", tmp_path / "run" / KEY_FILE, page)] == [0o700, 0o600, 0o600]


def test_it_is_the_same_after_a_restart_and_another_elsewhere(tmp_path: Path) -> None:
    assert keep_key(tmp_path / "one") == keep_key(tmp_path / "one") != keep_key(tmp_path / "two")


def plant(path: Path, change: Callable[[Path], object]) -> str:
    """Put a key there that looks right, but for that change."""
    known = make_key()
    path.write_text(known)
    path.chmod(0o600)
    change(path)
    return known


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.chmod(0o644),
        lambda path: path.chmod(0o620),
        lambda path: os.chown(path, 65534, 65534) if os.geteuid() == 0 else path.chmod(0o640),
        lambda path: (path.rename(path.with_name("other")), path.symlink_to(path.with_name("other"))),
        lambda path: (path.unlink(), os.mkfifo(path, 0o600)),
        lambda path: path.write_text("guessed"),
        lambda path: path.write_text(""),
        lambda path: path.write_bytes(b"\xff" * 43),
    ],
    ids=["others read it", "others write it", "not ours", "a link", "a pipe", "too short", "empty", "no letters"],
)
def test_a_file_that_others_may_know_is_replaced(tmp_path: Path, change: Callable[[Path], object]) -> None:
    known = plant(tmp_path / KEY_FILE, change)
    key = keep_key(tmp_path)
    assert key != known and keep_key(tmp_path) == key
    assert not (tmp_path / KEY_FILE).is_symlink() and read_mode(tmp_path / KEY_FILE) == 0o600
    other = tmp_path / "other"
    assert not other.exists() or other.read_text() == known


def test_a_link_in_the_place_of_the_start_page_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.touch()
    (tmp_path / START_PAGE).symlink_to(other)
    page = write_start_page(tmp_path, "http://127.0.0.1:8321", make_key())
    assert other.read_text() == "" and not page.is_symlink()


def test_the_start_page_brings_the_key_in_a_form_and_not_in_an_address(tmp_path: Path) -> None:
    key = make_key()
    text = write_start_page(tmp_path, "http://127.0.0.1:8321", key).read_text()
    assert f'name="key" value="{key}"' in text and 'method="post" action="http://127.0.0.1:8321/enter"' in text
    assert text.count(key) == 1 and "{{" not in text


def test_a_start_page_that_is_right_already_is_not_written_again(tmp_path: Path) -> None:
    """So that a kiosk whose disk is full starts again."""
    key = make_key()
    page = write_start_page(tmp_path, "http://127.0.0.1:8321", key)
    written = page.stat().st_ino
    assert write_start_page(tmp_path, "http://127.0.0.1:8321", key).stat().st_ino == written
    assert "8322" in write_start_page(tmp_path, "http://127.0.0.1:8322", key).read_text()


def test_systemd_names_the_folder_else_it_is_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUGGESPRAAK_CACHE", str(tmp_path))
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    assert find_runtime() == tmp_path / "screen"
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/ruggespraak")
    assert find_runtime() == Path("/run/ruggespraak")
