"""Arrays from files that were made to do harm: pickles, shapes that lie, bombs."""

from __future__ import annotations

import io
import pickle
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from voice.base.arrays import MOST_ARRAYS, load_arrays

ROOT = Path(__file__).parents[2]


class Harm:
    """What runs when it is unpickled; here it only raises."""

    def __reduce__(self) -> tuple[object, ...]:
        return (exec, ("raise SystemExit('a pickle ran')",))


def write_header(shape: tuple[int, ...], descr: str = "<f4", version: tuple[int, int] = (1, 0)) -> bytes:
    stream = io.BytesIO()
    write = np.lib.format.write_array_header_1_0 if version == (1, 0) else np.lib.format.write_array_header_2_0
    write(stream, {"descr": descr, "fortran_order": False, "shape": shape})
    return stream.getvalue()


def write_members(place: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return place


def test_numbers_and_short_texts_are_read_as_numpy_wrote_them(tmp_path: Path) -> None:
    written = {"weight": np.arange(6, dtype=np.float16).reshape(2, 3), "names": np.array(["a", "schwa"])}
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "a.npz", **written)
        found = load_arrays(tmp_path / "a.npz")
        assert found.keys() == written.keys()
        assert all(np.array_equal(found[name], written[name]) and found[name].dtype == written[name].dtype for name in written)


def test_a_pickle_is_not_run(tmp_path: Path) -> None:
    place = write_members(tmp_path / "a.npz", weight=write_header((1,), "|O") + pickle.dumps([Harm()]))
    with pytest.raises(ValueError, match="neither rows of numbers"):
        load_arrays(place)


@pytest.mark.parametrize(
    "content",
    [
        write_header((10**9,)),
        write_header((10**6, 10**6)),
        write_header((-(10**6), -(10**6))),
        write_header((2**40, 2**40), version=(2, 0)),
        write_header((4,)) + b"short",
        write_header(()) + bytes(4),
        write_header((1,), "<U9999999") + bytes(100),
        b"\x93NUMPY\x07\x00" + bytes(100),
        b"no array",
        b"",
    ],
)
def test_a_shape_that_lies_or_an_unknown_content_is_refused_without_memory_for_it(content: bytes, tmp_path: Path) -> None:
    place = write_members(tmp_path / "a.npz", weight=content)
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"."):
        load_arrays(place)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_bomb_too_many_arrays_or_a_cut_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds more than any model"):
        load_arrays(write_members(tmp_path / "a.npz", weight=write_header((20_000_000,)) + bytes(80_000_000)))
    with pytest.raises(ValueError, match="holds more than any model"):
        load_arrays(write_members(tmp_path / "b.npz", **{f"w{n}": b"" for n in range(MOST_ARRAYS + 1)}))
    np.savez(tmp_path / "c.npz", weight=np.zeros(1000))
    (tmp_path / "c.npz").write_bytes((tmp_path / "c.npz").read_bytes()[:2000])
    with pytest.raises(ValueError, match="it is damaged"):
        load_arrays(tmp_path / "c.npz")


def test_a_packing_that_needs_much_memory_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("weight.npy", write_header((1,)) + bytes(4))
    with pytest.raises(ValueError, match="another way than deflate"):
        load_arrays(tmp_path / "a.npz")


def test_arrays_are_read_from_files_in_no_other_way() -> None:
    loaders = [path for path in (ROOT / "voice").rglob("*.py") if "np.load(" in path.read_text(encoding="utf-8")]
    assert loaders == []
