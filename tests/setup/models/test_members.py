"""Files that somebody brought who means harm: bombs, lies in headers, links, devices."""

from __future__ import annotations

import copy
import os
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.models.test_store import BIG, OWN, SMALL, describe_file
from voice.setup.models import members
from voice.setup.models.catalogue import Model, Source
from voice.setup.models.download import SourceError
from voice.setup.models.install import import_file
from voice.setup.models.members import open_members

MEGABYTE = 1_000_000
Changed = Callable[[zipfile.ZipFile], None]


def write_archive(place: Path, contents: dict[str, bytes], change: Changed = lambda archive: None) -> Path:
    """A deflated archive, changed just before its table of contents is written."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
        change(archive)
    return place


def read_all(*places: Path) -> int:
    with open_members(list(places)) as found:
        return sum(len(stream.read()) for member in found for stream in [member.open()])


def list_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


# --- archives -------------------------------------------------------------------------------------


def test_an_honest_archive_and_a_folder_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder" / "inner"
    folder.mkdir(parents=True)
    (folder / "a").write_bytes(SMALL)
    archive = write_archive(tmp_path / "a.zip", {"m/model.bin": os.urandom(MEGABYTE), "m/conf/model.conf": SMALL})
    assert read_all(archive, tmp_path / "folder") == MEGABYTE + 2 * len(SMALL)


def test_a_bomb_beside_a_model_of_our_own_takes_neither_memory_nor_disk(tmp_path: Path) -> None:
    manifest = (
        b'{"model": "ours", "files": [{"path": "am/final.mdl", "bytes": 10, "sha256": "%s"}]}' % OWN.files[0].sha256.encode()
    )
    inside = {"ours/ruggespraak.json": manifest, "ours/am/final.mdl": SMALL, "ours/LICENSE": bytes(100 * MEGABYTE)}
    bomb = write_archive(tmp_path / "bomb.whl", inside)
    del inside
    assert bomb.stat().st_size < MEGABYTE
    tracemalloc.start()
    with pytest.raises(SourceError, match="LICENSE is longer than a text of ours"):
        import_file(bomb, tmp_path / "root", (OWN,))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MEGABYTE and not list_files(tmp_path / "root")


def test_an_archive_that_unpacks_to_many_times_its_size_is_refused_while_it_is_read(tmp_path: Path) -> None:
    bomb = write_archive(tmp_path / "bomb.zip", {"m/model.bin": bytes(30 * MEGABYTE)})
    with open_members([bomb]) as found, found[0].open() as stream:
        taken = 0
        with pytest.raises(SourceError, match="unpacks to more"):
            while chunk := stream.read(100_000):
                taken += len(chunk)
    assert taken < 3 * MEGABYTE


def test_no_more_of_a_file_is_unpacked_than_the_catalogue_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = (describe_file("model.bin", BIG), describe_file("conf/model.conf", SMALL))
    model = Model("loose", "whisper", "nl", "patients", "MIT", "", (Source(zip="https://x"),), files)
    longer = write_archive(tmp_path / "longer.zip", {"m/model.bin": BIG + os.urandom(MEGABYTE), "m/conf/model.conf": SMALL})
    with pytest.raises(SourceError, match=r"model\.bin differs from the catalogue: it is longer"):
        import_file(longer, tmp_path / "root", (model,))
    assert not list_files(tmp_path / "root")


def shrink_header(archive: zipfile.ZipFile) -> None:
    archive.filelist[0].file_size = 10


def repeat_entry(archive: zipfile.ZipFile) -> None:
    archive.filelist += [copy.copy(archive.filelist[0]) for _ in range(100)]


def multiply_entries(archive: zipfile.ZipFile) -> None:
    archive.filelist += [copy.copy(archive.filelist[0]) for _ in range(members.MOST_ENTRIES)]


def lengthen_table(archive: zipfile.ZipFile) -> None:
    archive.filelist[0].comment = bytes(60_000)
    archive.filelist += [copy.copy(archive.filelist[0]) for _ in range(40)]


def turn_into_link(archive: zipfile.ZipFile) -> None:
    archive.filelist[0].external_attr = 0o120777 << 16


def encrypt(archive: zipfile.ZipFile) -> None:
    archive.filelist[0].flag_bits |= 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (shrink_header, "damaged"),
        (repeat_entry, "unpacks to more|damaged"),  # a newer zipfile finds entries that overlap by itself
        (multiply_entries, "more than 2000 files"),
        (lengthen_table, "not a whole zip"),
        (turn_into_link, "link or a device"),
        (encrypt, "encrypted"),
    ],
)
def test_an_archive_whose_headers_lie_is_refused(change: Changed, told: str, tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.zip", {"m/model.bin": os.urandom(100_000)}, change)
    with pytest.raises(SourceError, match=told):
        read_all(archive)


def test_a_packing_that_needs_much_memory_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("m/model.bin", SMALL)
    with pytest.raises(SourceError, match="another way than deflate"):
        read_all(tmp_path / "a.zip")


def test_a_table_of_contents_that_says_it_is_huge_is_not_read(tmp_path: Path) -> None:
    place = write_archive(tmp_path / "a.zip", {"m/model.bin": SMALL})
    content = bytearray(place.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    content[:0] = bytes(3 * MEGABYTE)
    struct.pack_into("<L", content, 3 * MEGABYTE + end + 12, 3 * MEGABYTE)
    place.write_bytes(content)
    with pytest.raises(SourceError, match="not a whole zip"):
        read_all(place)


def test_a_damaged_archive_is_refused_or_read_and_never_a_surprise(tmp_path: Path) -> None:
    honest = write_archive(tmp_path / "a.zip", {"m/model.bin": bytes(range(200)), "m/conf/ü.conf": SMALL * 5}).read_bytes()
    chance, read = random.Random(1), 0
    for _ in range(1500):
        damaged = bytearray(honest)
        for _ in range(chance.choice((1, 1, 2, 4))):
            place = chance.randrange(len(damaged))
            match chance.randrange(4):
                case 0:
                    damaged[place : place + chance.randrange(1, 20)] = b""
                case 1:
                    damaged[place:place] = chance.randbytes(chance.randrange(1, 8))
                case _:
                    damaged[place] = chance.choice((0, 255, chance.randrange(256)))
        (tmp_path / "b.zip").write_bytes(damaged)
        try:
            read_all(tmp_path / "b.zip")
            read += 1
        except SourceError as reason:
            assert "b.zip" in str(reason)
    assert 50 < read < 1450


# --- folders --------------------------------------------------------------------------------------


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Stands for a file that only root may read, outside of what was brought."""
    place = tmp_path / "root-only"
    place.mkdir()
    (place / "LICENSE").write_bytes(b"secret")
    return place


def link_file(folder: Path, secret: Path) -> None:
    (folder / "LICENSE").symlink_to(secret / "LICENSE")


def link_folder(folder: Path, secret: Path) -> None:
    (folder / "inner").symlink_to(secret)


def link_hard(folder: Path, secret: Path) -> None:
    (folder / "LICENSE").hardlink_to(secret / "LICENSE")


def make_pipe(folder: Path, secret: Path) -> None:
    os.mkfifo(folder / "LICENSE")


@pytest.mark.parametrize("plant", [link_file, link_folder, link_hard, make_pipe])
def test_a_link_or_a_device_in_a_folder_is_refused(plant: Callable[[Path, Path], None], secret: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    (folder / "am").mkdir(parents=True)
    (folder / "am" / "final.mdl").write_bytes(SMALL)
    listed = f'{{"path": "am/final.mdl", "bytes": {len(SMALL)}, "sha256": "{OWN.files[0].sha256}"}}'
    (folder / "ruggespraak.json").write_text(f'{{"model": "ours", "files": [{listed}]}}')
    assert import_file(folder, tmp_path / "before", (OWN,)).name == "ours"
    plant(folder, secret)
    with pytest.raises(SourceError, match="is a link or a device"):
        import_file(folder, tmp_path / "root", (OWN,))
    assert not list_files(tmp_path / "root")


def test_folders_inside_each_other_without_end_are_refused_in_one_line(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*"a" * 100)
    deep.mkdir(parents=True)
    (deep / "final.mdl").write_bytes(SMALL)
    with pytest.raises(SourceError, match="inside each other"):
        import_file(tmp_path, tmp_path / "root", (OWN,))


def test_a_link_that_appears_after_the_look_is_not_followed(secret: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ours" / "inner"
    folder.mkdir(parents=True)
    (folder / "LICENSE").write_bytes(SMALL)
    with open_members([tmp_path / "ours"]) as found:
        (folder / "LICENSE").unlink()
        link_file(folder, secret)
        with pytest.raises(SourceError, match="cannot be read, or is a link"):
            found[0].open()
        folder.rename(tmp_path / "ours" / "moved")
        folder.symlink_to(secret)
        with pytest.raises(SourceError, match="cannot be read, or is a link"):
            found[0].open()


def test_an_archive_that_is_a_link_is_refused(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.zip", {"m/model.bin": SMALL})
    (tmp_path / "b.zip").symlink_to(tmp_path / "a.zip")
    with pytest.raises(SourceError, match="cannot be read, or is a link"):
        read_all(tmp_path / "b.zip")


def test_a_folder_of_more_bytes_or_files_than_any_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "sparse").open("wb") as sparse:
        sparse.truncate(3_000 * MEGABYTE)
    with pytest.raises(SourceError, match="unpacks to more"):
        read_all(tmp_path)
    (tmp_path / "sparse").write_bytes(SMALL)
    monkeypatch.setattr(members, "MOST_ENTRIES", 1)
    (tmp_path / "other").write_bytes(SMALL)
    with pytest.raises(SourceError, match="more than 1 files"):
        read_all(tmp_path)


def test_a_folder_that_grows_after_the_look_is_read_no_further_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "MOST_BYTES", MEGABYTE)
    (tmp_path / "grown").write_bytes(SMALL)
    with open_members([tmp_path]) as found:
        (tmp_path / "grown").write_bytes(bytes(2 * MEGABYTE))
        with found[0].open() as stream, pytest.raises(SourceError, match="unpacks to more"):
            stream.read()
