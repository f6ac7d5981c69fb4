"""A file is written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from voice.base.whole_files import write_whole


def test_what_cannot_be_written_leaves_what_was_there_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "kept"
    path.write_bytes(b"before")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"after")
    assert (path.read_bytes(), [*tmp_path.iterdir()]) == (b"before", [path])


@pytest.mark.parametrize(("keep_owner", "mode"), [(True, 0o640), (False, 0o600)])
def test_only_who_asks_keeps_who_may_read_it(tmp_path: Path, keep_owner: bool, mode: int) -> None:
    path = tmp_path / "kept"
    path.touch()
    path.chmod(0o640)
    write_whole(path, b"after", keep_owner)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"after", mode)
