"""Files that hold answers: nobody but their owner reads them, at no time."""

from __future__ import annotations

import io
import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bridges.test_fhir import held
from voice.audio.pcm import silence, write_wav
from voice.base import private_files
from voice.base.private_files import write_private
from voice.cli.fhir import hand_over
from voice.consultation.script import Script


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    """The system takes no right away by itself, as it does under the usual umask."""
    before = os.umask(0)
    yield
    os.umask(before)


def read_mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=["answers", "sound"])
def write(request: pytest.FixtureRequest, script: Script) -> Callable[[Path], None]:
    """What `consult` writes on request: `--fhir`, and `--record`."""
    if request.param == "answers":
        return lambda path: hand_over(held(script, {}), path)
    return lambda path: write_wav(path, silence(0.1), private=True)


def test_what_a_patient_told_is_for_its_owner_only(write: Callable[[Path], None], tmp_path: Path) -> None:
    write(tmp_path / "told")
    assert read_mode(tmp_path / "told") == 0o600
    assert (tmp_path / "told").stat().st_size > 40


def test_it_is_private_before_it_holds_anything(
    write: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    created: list[int] = []
    make = os.open

    def note(path: str, flags: int, mode: int = 0o777, **more: object) -> int:
        if flags & os.O_CREAT:
            created.append(mode)
        return make(path, flags, mode, **more)

    monkeypatch.setattr(os, "open", note)
    by_handle = io.open
    monkeypatch.setattr(io, "open", lambda file, *about: by_handle(file, *about) if type(file) is int else pytest.fail(file))
    write(tmp_path / "told")
    assert created == [0o600]


def test_who_reads_the_file_that_was_there_sees_nothing_new(write: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "told"
    path.write_text("before")
    path.chmod(0o644)
    with path.open("rb") as other:
        write(path)
        assert other.read() == b"before"
    assert read_mode(path) == 0o600


def test_a_file_behind_a_link_is_made_private_and_the_link_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.touch(0o644)
    link.symlink_to(target)
    write_private(link, b"told")
    assert (link.is_symlink(), target.read_bytes(), read_mode(target)) == (True, b"told", 0o600)


def test_a_pipe_gets_it_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_private(pipe, b"told")
    reader.join(5)
    assert (read, pipe.is_fifo()) == ([b"told"], True)


@pytest.mark.parametrize("plant", [lambda path: path.symlink_to("target"), os.mkfifo], ids=["link", "pipe"])
def test_nothing_is_written_through_a_link_or_a_pipe_that_another_user_planted(
    plant: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "target").write_text("kept")
    plant(tmp_path / "told")
    monkeypatch.setattr(private_files, "ROOT", -1)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(PermissionError, match="of another user"):
        write_private(tmp_path / "told", b"told")
    assert (tmp_path / "target").read_text() == "kept"


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "replace", lambda *about: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_private(tmp_path / "told", b"told")
    assert list(tmp_path.iterdir()) == []
