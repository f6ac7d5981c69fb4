"""Models: the catalogue, and fetching and importing through every fault, against a server of our own."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import shutil
import socket
import time
import zipfile
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from models.train.listing import list_in_catalogue
from voice.base.errors import ModelError
from voice.cli.models import run as models_command
from voice.setup.models import catalogue, download, store, unpack
from voice.setup.models.catalogue import CATALOGUE, Model, Source, read_catalogue
from voice.setup.models.download import File, Network, SourceError, explain_failure, fetch_packages
from voice.setup.models.install import fetch, fetch_ears, import_file
from voice.setup.models.seen import SEEN
from voice.setup.models.store import (
    is_installed,
    list_hearing_models,
    list_installed_voices,
    remove,
    require_model,
    verify,
)
from voice.setup.settings import Settings

BIG = bytes(range(256)) * 4000  # 1 MB: several chunks
SMALL = b"--beam=10\n"


def describe_file(path: str, content: bytes) -> File:
    return File(path, len(content), hashlib.sha256(content).hexdigest())


def make_zip(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


GOOD_ZIP = make_zip(**{"tiny/am/final.mdl": BIG, "tiny/conf/model.conf": SMALL})
FILES = (describe_file("model.bin", BIG), describe_file("conf/model.conf", SMALL))


class Server:
    """Serves `contents` by path; `cut` breaks every answer off after so many bytes, `resumes` honours Range."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.cut = 0
        self.resumes = True
        self.asked: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range", "")
        self.asked.append((request.path, asked))
        if request.path not in self.contents:
            return request.send_error(404)
        content = self.contents[request.path]
        start = int(asked[6:-1]) if asked and self.resumes else 0
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        request.wfile.write(content[start:][: self.cut or None])
        request.close_connection = True

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def make_zip_model(server: Server, content: bytes = GOOD_ZIP, served: bytes = b"") -> Model:
    """A model whose catalogue entry describes `content`, while the server serves `served` (the same unless told)."""
    server.contents["/tiny.zip"] = served or content
    source = Source(zip=f"{server.address}/tiny.zip")
    return Model("tiny", "vosk", "nl", "patients", "MIT", "", (source,), archive=(describe_file("tiny.zip", content),))


def make_files_model(server: Server) -> Model:
    server.contents |= {"/base/model.bin": BIG, "/base/conf/model.conf": SMALL}
    return Model("loose", "whisper", "nl", "patients", "MIT", "", (Source(files=f"{server.address}/base"),), FILES)


def write_files(folder: Path, **contents: bytes) -> Path:
    """A folder with these files."""
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def install_model(model: Model, root: Path, seconds: float = 2.0) -> None:
    fetch((model.name,), root, known=(model,), network=Network(opening=seconds))


def list_leftovers(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name.startswith(".unpacking")]


# --- the catalogue --------------------------------------------------------------------------------


def test_every_entry_can_be_had_over_an_encrypted_line_or_from_pinned_packages_or_is_there() -> None:
    for model in read_catalogue():
        if model.purpose in ("second", "part"):
            assert is_installed(model, CATALOGUE.parent) and not model.sources
            continue
        assert model.sources and bool(model.files) != bool(model.archive)
        for source in model.sources:
            assert all(address.startswith("https://") for address in (source.zip, source.files) if address)
            assert all("==" in package for package in source.packages)
        assert all(len(file.sha256) == 64 or len(file.md5) == 32 for file in model.files + model.archive)


def test_only_dutch_models_may_listen_to_patients() -> None:
    assert {model.language for model in read_catalogue() if model.purpose in ("patients", "second")} == {"nl"}


def test_only_dutch_voices_of_clear_descent_speak_to_patients() -> None:
    voices_known = [model for model in read_catalogue() if model.purpose == "voice"]
    assert {model.language for model in voices_known} == {"nl-BE", "nl-NL"}
    assert not [model.name for model in voices_known if "research" in model.licence]


def test_the_voice_of_the_locale_comes_first_and_a_stand_in_never(tmp_path: Path) -> None:
    spoken = {"one": ("nl-NL", "voice"), "two": ("nl-BE", "voice"), "joe": ("nl-BE", "tests")}
    known = tuple(
        Model(name, "piper", language, purpose, "MIT", "", (Source(zip="https://x"),), (describe_file("v.onnx", SMALL),))
        for name, (language, purpose) in spoken.items()
    )
    for model in known:
        import_file(write_files(tmp_path / "given" / model.name, **{"v.onnx": SMALL}), tmp_path, (model,))
    assert [model.name for model in list_installed_voices("piper", "nl-BE", tmp_path, known)] == ["two", "one"]
    assert [model.name for model in list_installed_voices("piper", "nl-NL", tmp_path, known)] == ["one", "two"]
    assert list_hearing_models("auto", tmp_path, known) == ()


def test_a_file_of_which_only_the_md5_is_known_is_held_to_it(server: Server, tmp_path: Path) -> None:
    server.contents["/base/v.onnx"] = SMALL
    source = (Source(files=f"{server.address}/base"),)
    right = File("v.onnx", len(SMALL), md5=hashlib.md5(SMALL).hexdigest())
    install_model(Model("right", "piper", "nl", "voice", "MIT", "", source, (right,)), tmp_path)
    assert (tmp_path / "right" / "v.onnx").read_bytes() == SMALL
    with pytest.raises(ModelError, match="MD5 differs"):
        install_model(Model("wrong", "piper", "nl", "voice", "MIT", "", source, (replace(right, md5="0" * 32),)), tmp_path)
    assert not (tmp_path / "wrong").exists()


def make_voice(server: Server, content: bytes = SMALL) -> Model:
    """A voice of which the catalogue has an MD5 only, which any content of that length has: as if somebody had forged it."""
    server.contents["/base/v.onnx"] = content
    return Model("ann", "piper", "nl", "voice", "MIT", "", (Source(files=f"{server.address}/base"),), (forge_file("v.onnx"),))


def forge_file(path: str) -> File:
    return File(path, len(SMALL), md5="f" * 32)


@pytest.fixture
def _forged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file has the MD5 of all f."""
    real = download.hash_file
    monkeypatch.setattr(download, "hash_file", lambda path, kind="sha256": "f" * 32 if kind == "md5" else real(path, kind))


@pytest.mark.usefixtures("_forged")
def test_a_forged_md5_is_found_out_on_a_machine_that_has_seen_the_file(server: Server, tmp_path: Path) -> None:
    voice = make_voice(server)
    install_model(voice, tmp_path)
    assert (tmp_path / SEEN).read_text() == f"{hashlib.sha256(SMALL).hexdigest()}  ann/v.onnx\n"
    remove("ann", tmp_path, (voice,))
    forged = make_voice(server, bytes(reversed(SMALL)))
    with pytest.raises(ModelError, match="SHA-256, as first seen here, differs"):
        install_model(forged, tmp_path)
    given = write_files(tmp_path / "given", **{"v.onnx": bytes(reversed(SMALL))})
    with pytest.raises(ModelError, match="SHA-256, as first seen here, is another"):
        import_file(given, tmp_path, (voice,))
    install_model(make_voice(server), tmp_path)
    assert is_installed(voice, tmp_path) and verify(tmp_path, (voice,)) == {"ann": ()}
    install_model(forged, tmp_path / "new")  # a machine that has seen none
    assert is_installed(voice, tmp_path / "new")


@pytest.mark.usefixtures("_forged")
def test_a_forged_file_laid_there_by_hand_is_not_installed_and_verify_finds_it(server: Server, tmp_path: Path) -> None:
    voice = make_voice(server)
    install_model(voice, tmp_path)
    (tmp_path / "ann" / "v.onnx").write_bytes(bytes(reversed(SMALL)))
    (tmp_path / "ann" / unpack.MANIFEST).unlink()
    unpack.write_manifest(tmp_path / "ann", "ann")
    assert not is_installed(voice, tmp_path) and verify(tmp_path, (voice,)) == {"ann": ("v.onnx",)}


def test_a_list_of_what_was_seen_that_cannot_be_read_trusts_nothing_anew(server: Server, tmp_path: Path) -> None:
    (tmp_path / SEEN).write_text("no hash  ann/v.onnx\n")
    with pytest.raises(ModelError, match=r"seen\.sha256, line 1 is no"):
        install_model(make_voice(server), tmp_path)


@pytest.mark.usefixtures("_forged")
def test_verify_tells_where_the_hash_was_seen(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    voice, sound = make_voice(server), make_zip_model(server)
    install_model(voice, tmp_path)
    install_model(sound, tmp_path)
    monkeypatch.setattr(store, "read_catalogue", lambda: (voice, sound))
    monkeypatch.setattr(catalogue, "read_catalogue", lambda: (voice, sound))
    assert models_command(Namespace(action="verify", names=[]), Settings(models=tmp_path)) == 0
    told = f"ann: sound (SHA-256 as first seen here: {tmp_path / SEEN})\ntiny: sound\n"
    assert capsys.readouterr().out == told


def test_a_model_for_second_opinions_is_first_only_where_nothing_else_is_installed(server: Server, tmp_path: Path) -> None:
    second = next(model for model in read_catalogue() if model.purpose == "second")
    shutil.copytree(CATALOGUE.parent / second.name, tmp_path / second.name)
    assert list_hearing_models("auto", tmp_path) == list_hearing_models("vosk", tmp_path) == (second,)
    assert list_hearing_models("whisper", tmp_path) == ()
    better = make_zip_model(server)
    install_model(better, tmp_path)
    assert list_hearing_models("auto", tmp_path, (second, better)) == (better, second)


def test_where_nothing_can_be_fetched_the_model_that_came_along_listens_and_that_is_told(tmp_path: Path) -> None:
    second = next(model for model in read_catalogue() if model.purpose == "second")
    shutil.copytree(CATALOGUE.parent / second.name, tmp_path / second.name)
    gone = Model("gone", "vosk", "nl", "patients", "MIT", "", (), (), FILES)
    message = fetch_ears(tmp_path, known=(gone, second))
    assert message.startswith(f"Listens with {second.name} alone, which understands less")
    assert "models fetch" in message and "gone" in message


def test_an_unreadable_catalogue_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").write_text("models: [{name: x, sources: []}]")
    with pytest.raises(ModelError, match="cannot be read"):
        read_catalogue(tmp_path / "catalogue.yaml")


# --- fetching -------------------------------------------------------------------------------------


def test_a_zip_is_fetched_unpacked_and_ready(server: Server, tmp_path: Path) -> None:
    model = make_zip_model(server)
    seen: list[int] = []
    fetch(("tiny",), tmp_path, lambda _, done, total: seen.append(done), (model,))
    assert (require_model("tiny", tmp_path, (model,)) / "am" / "final.mdl").read_bytes() == BIG
    assert seen[-1] == len(GOOD_ZIP) and verify(tmp_path, (model,)) == {"tiny": ()}


def test_single_files_are_fetched_from_a_base_address(server: Server, tmp_path: Path) -> None:
    model = make_files_model(server)
    install_model(model, tmp_path)
    assert verify(tmp_path, (model,)) == {"loose": ()}


def test_a_sound_model_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    model = make_zip_model(server)
    install_model(model, tmp_path)
    install_model(model, tmp_path)
    assert len(server.asked) == 1


@pytest.mark.parametrize("resumes", [True, False])
def test_a_download_that_breaks_off_is_continued_by_the_next_command(server: Server, tmp_path: Path, resumes: bool) -> None:
    model = make_zip_model(server)
    server.cut, server.resumes = 200_000, resumes
    with pytest.raises(ModelError, match="broke off"):
        install_model(model, tmp_path)
    assert not is_installed(model, tmp_path)
    server.cut = 0
    install_model(model, tmp_path)
    assert is_installed(model, tmp_path)
    assert server.asked[-1][1] == ("bytes=600000-" if resumes else "bytes=200000-")


def test_the_next_address_serves_where_the_first_is_tampered_with(server: Server, tmp_path: Path) -> None:
    model = make_zip_model(server)
    server.contents["/bad.zip"] = GOOD_ZIP[:-1] + b"!"
    model = replace(model, sources=(Source(zip=f"{server.address}/bad.zip"), *model.sources))
    install_model(model, tmp_path)
    assert is_installed(model, tmp_path)


@pytest.mark.parametrize("served", [GOOD_ZIP[:-1] + b"!", GOOD_ZIP + b"more"], ids=["changed", "longer"])
def test_a_tampered_download_is_thrown_away_and_the_old_model_still_works(server: Server, tmp_path: Path, served: bytes) -> None:
    old = make_zip_model(server, make_zip(**{"tiny/am/final.mdl": b"old"}))
    install_model(old, tmp_path)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        install_model(make_zip_model(server, served=served), tmp_path / "other")
    assert verify(tmp_path, (old,)) == {"tiny": ()} and not [p for p in (tmp_path / "other").rglob("*") if p.is_file()]


def test_no_path_leads_out_of_the_models_folder(server: Server, tmp_path: Path) -> None:
    for name in ("tiny/../../evil", "/etc/evil", "tiny/..\\..\\evil", "C:/evil"):
        with pytest.raises(ModelError, match="unsafe path"):
            install_model(make_zip_model(server, make_zip(**{"tiny/a": b"a", name: b"evil"})), tmp_path / "root")
    assert not list(tmp_path.rglob("*evil*")) and not list_leftovers(tmp_path / "root")


def test_a_full_disk_is_told_and_leaves_the_old_model(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = make_zip_model(server, make_zip(**{"tiny/am/final.mdl": b"old"}))
    install_model(old, tmp_path)

    def full(*_: object) -> tuple[int, str]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unpack, "_join", full)
    with pytest.raises(ModelError, match="No room left"):
        install_model(make_zip_model(server), tmp_path / "other")
    with pytest.raises(ModelError, match="No room left"):
        import_file(_save(tmp_path, GOOD_ZIP), tmp_path, (make_zip_model(server),))
    assert verify(tmp_path, (old,)) == {"tiny": ()} and not list_leftovers(tmp_path)


def test_without_network_the_failure_is_quick_and_names_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as listener:  # accepts nobody: the connection hangs, as behind a dropping firewall
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        sources = tuple(Source(zip=f"http://127.0.0.1:{listener.getsockname()[1]}/{i}.zip") for i in range(3))
        model = Model("tiny", "vosk", "nl", "patients", "MIT", "", sources, archive=(describe_file("tiny.zip", GOOD_ZIP),))
        begun = time.monotonic()
        with pytest.raises(ModelError, match=r"cannot be reached.*models import"):
            install_model(model, tmp_path, seconds=0.3)
    assert time.monotonic() - begun < 2  # one deadline for the host, not one an address


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid", "does not fit the date"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate", "is not trusted here"),
        ("Tunnel connection failed: 407 Proxy Authentication Required", "the proxy"),
        ("<urlopen error [Errno -2] Name or service not known>", "its name is not known"),
        ("<urlopen error [Errno 111] Connection refused>", "refuses the connection"),
        ("ERROR: No matching distribution found for x==9", "no such version"),
        ("no answer", "does not answer"),
        ("first line\nsomething new", "something new"),
    ],
)
def test_why_a_source_failed_is_told_in_words(told: str, reason: str) -> None:
    assert reason in explain_failure(told)


def test_without_pip_another_is_found_or_what_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="neither pip nor uv"):
        fetch_packages(("x==1",), tmp_path)
    for name, found in (("uv", ["tool", "run", "pip"]), ("pip3", [])):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
        assert download._find_pip() == [str(tmp_path / name), *found]


def test_every_source_that_was_tried_is_told_with_its_reason(tmp_path: Path) -> None:
    sources = (Source(zip="http://127.0.0.1:9/a.zip"), Source(zip="http://nobody.invalid/a.zip"))
    model = Model("tiny", "vosk", "nl", "patients", "MIT", "", sources, archive=(describe_file("tiny.zip", GOOD_ZIP),))
    with pytest.raises(ModelError) as failed:
        install_model(model, tmp_path)
    assert "127.0.0.1:9 cannot be reached (it refuses the connection)" in str(failed.value)
    assert "nobody.invalid cannot be reached (" in str(failed.value)


@pytest.mark.slow
def test_a_package_that_pip_cannot_find_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    model = Model("x", "vosk", "nl", "patients", "MIT", "", (Source(packages=("ruggespraak-no-such==1",)),), FILES)
    with pytest.raises(ModelError, match="pip cannot fetch ruggespraak-no-such==1"):
        install_model(model, tmp_path)


# --- importing ------------------------------------------------------------------------------------


def _save(folder: Path, content: bytes, name: str = "tiny.zip") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def _make_wheels(folder: Path) -> tuple[Path, Path]:
    half = len(BIG) // 2
    one = make_zip(**{"one/data/model.bin.part1": BIG[:half], "one/data/conf/model.conf": SMALL})
    two = make_zip(**{"two/data/model.bin.part2": BIG[half:]})
    return _save(folder, one, "one.whl"), _save(folder, two, "two.whl")


def test_a_zip_two_wheels_and_folders_can_be_imported(server: Server, tmp_path: Path) -> None:
    known = (make_zip_model(server), make_files_model(server))
    carried = tmp_path / "stick"
    carried.mkdir()
    wheels = _make_wheels(carried)
    for number, given in enumerate([_save(tmp_path, GOOD_ZIP), wheels, carried]):
        model = import_file(given, tmp_path / f"root{number}", known)
        assert verify(tmp_path / f"root{number}", known) == {model.name: ()}
    again = import_file(tmp_path / "root1" / "loose", tmp_path / "root3", known)
    assert again.name == "loose" and server.asked == []


def _write_own(folder: Path, name: str = "ours", weights: bytes = SMALL, listed: bytes = SMALL) -> Path:
    """A wheel with a model of our own: weights, its manifest (of the weights `listed`), its licence."""
    shown = describe_file("am/final.mdl", listed)
    files = [{"path": shown.path, "bytes": shown.bytes, "sha256": shown.sha256}]
    manifest = json.dumps({"model": name, "files": files}).encode()
    inside = {"am/final.mdl": weights, "ruggespraak.json": manifest, "LICENSE": b"GPL", "other.txt": b"?"}
    return _save(folder, make_zip(**{f"ours/{path}": content for path, content in inside.items()}), f"{name}.whl")


OWN = Model("ours", "vosk", "nl", "second", "GPL-2.0-only", "", (), (describe_file("am/final.mdl", SMALL),))


def test_a_model_of_our_own_is_imported_by_the_manifest_it_brings_with_its_licence(tmp_path: Path) -> None:
    root = tmp_path / "root"
    model = import_file(_write_own(tmp_path), root, (OWN,))
    assert verify(root, (OWN,)) == {"ours": ()} and is_installed(model, root)
    assert {path.name for path in (root / "ours").rglob("*") if path.is_file()} == {"final.mdl", "LICENSE", "ruggespraak.json"}
    again = import_file(root / "ours", tmp_path / "again", (OWN,))
    assert (tmp_path / "again" / "ours" / "LICENSE").read_bytes() == b"GPL" and is_installed(again, tmp_path / "again")


def test_a_model_of_our_own_that_differs_from_its_manifest_or_is_another_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"final\.mdl"):
        import_file(_write_own(tmp_path, weights=b"tampered"), tmp_path / "root", (OWN,))
    with pytest.raises(ModelError, match="no model of the catalogue"):
        import_file(_write_own(tmp_path, name="theirs"), tmp_path / "root", (OWN,))
    assert not is_installed(OWN, tmp_path / "root")


def test_other_weights_under_a_name_of_ours_are_refused_even_if_their_own_manifest_lists_them(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"am/final\.mdl is missing or differs from the catalogue"):
        import_file(_write_own(tmp_path, weights=b"changed!!\n", listed=b"changed!!\n"), tmp_path / "root", (OWN,))
    laid = import_file(_write_own(tmp_path), tmp_path / "root", (OWN,))
    assert is_installed(laid, tmp_path / "root")
    folder = tmp_path / "root" / "ours"
    (folder / "am" / "final.mdl").write_bytes(b"changed!!\n")
    (folder / unpack.MANIFEST).unlink()
    unpack.write_manifest(folder, "ours")
    assert not is_installed(OWN, tmp_path / "root") and list_hearing_models("auto", tmp_path / "root", (OWN,)) == ()
    assert verify(tmp_path / "root", (OWN,)) == {"ours": ("am/final.mdl",)}


def test_the_catalogue_has_the_hashes_of_our_own_models_and_training_writes_them(tmp_path: Path) -> None:
    own = [model for model in read_catalogue() if model.is_own]
    assert {model.name for model in own} == {"vosk-nl-ruggespraak", "phones-nl-ruggespraak"}
    for model in own:
        assert set(model.files) == set(unpack.read_manifest(CATALOGUE.parent / model.name, model.name))
    copy = tmp_path / "catalogue.yaml"
    shutil.copy(CATALOGUE, copy)
    listed = [{"path": "new.npz", "bytes": 3, "sha256": "0" * 64}]
    list_in_catalogue("phones-nl-ruggespraak", listed, copy)
    before, after = read_catalogue(), read_catalogue(copy)
    assert [model.files for model in after if model.name == "phones-nl-ruggespraak"] == [(File("new.npz", 3, "0" * 64),)]
    assert [model for model in after if model not in before] == [
        model for model in after if model.name == "phones-nl-ruggespraak"
    ]
    with pytest.raises(ValueError, match="lists no files"):
        list_in_catalogue("whisper-base", listed, copy)


def test_half_of_a_model_names_the_half_that_is_missing(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"only a part of loose; model\.bin is missing"):
        import_file(_make_wheels(tmp_path)[0], tmp_path / "root", (make_files_model(server),))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("tiny.zip", GOOD_ZIP[:5000], "not a whole zip"),
        ("tiny.zip", make_zip(**{"tiny/am/final.mdl": b"other"}), "SHA-256 differs"),
        ("vosk-model-small-de-0.15.zip", make_zip(**{"de/am/final.mdl": b"deutsch"}), "another language"),
        ("notes.txt", b"no archive", "not a whole zip"),
    ],
    ids=["truncated", "tampered", "another language", "no archive"],
)
def test_what_is_no_model_of_ours_is_refused(server: Server, tmp_path: Path, name: str, content: bytes, told: str) -> None:
    old = make_zip_model(server)
    install_model(old, tmp_path)
    with pytest.raises(ModelError, match=told):
        import_file(_save(tmp_path, content, name), tmp_path, (old,))
    assert verify(tmp_path, (old,)) == {"tiny": ()}


def test_a_file_changed_inside_an_archive_is_refused(server: Server, tmp_path: Path) -> None:
    changed = make_zip(**{"m/model.bin": BIG[:-1] + b"!", "m/conf/model.conf": SMALL})
    with pytest.raises(ModelError, match=r"model\.bin is missing or differs"):
        import_file(_save(tmp_path, changed), tmp_path / "root", (make_files_model(server),))
    assert not list((tmp_path / "root").glob("*"))


# --- what is installed ----------------------------------------------------------------------------


def test_a_damaged_model_is_never_handed_to_an_engine(server: Server, tmp_path: Path) -> None:
    model = make_zip_model(server)
    with pytest.raises(ModelError, match=r"is not installed.*models fetch tiny"):
        require_model("tiny", tmp_path, (model,))
    install_model(model, tmp_path)
    (tmp_path / "tiny" / "am" / "final.mdl").write_bytes(BIG[:-1])
    with pytest.raises(ModelError, match="is damaged"):
        require_model("tiny", tmp_path, (model,))
    assert verify(tmp_path, (model,)) == {"tiny": ("am/final.mdl",)} and list_hearing_models("auto", tmp_path, (model,)) == ()
    install_model(model, tmp_path)
    assert verify(tmp_path, (model,)) == {"tiny": ()}


def test_verify_finds_a_change_that_keeps_the_size(server: Server, tmp_path: Path) -> None:
    model = make_zip_model(server)
    install_model(model, tmp_path)
    (tmp_path / "tiny" / "am" / "final.mdl").write_bytes(BIG[:-1] + b"!")
    assert verify(tmp_path, (model,)) == {"tiny": ("am/final.mdl",)}


def test_a_stand_in_never_listens_to_a_patient(server: Server, tmp_path: Path) -> None:
    model = replace(make_zip_model(server), purpose="tests", language="ko")
    install_model(model, tmp_path)
    assert is_installed(model, tmp_path) and list_hearing_models("auto", tmp_path, (model,)) == ()


def test_a_model_can_be_removed(server: Server, tmp_path: Path) -> None:
    model = make_zip_model(server)
    install_model(model, tmp_path)
    remove("tiny", tmp_path, (model,))
    assert not (tmp_path / "tiny").exists()
    with pytest.raises(ModelError, match="not installed"):
        remove("tiny", tmp_path, (model,))
    with pytest.raises(ModelError, match="no model huge"):
        remove("huge", tmp_path, (model,))


def test_an_unreadable_manifest_counts_as_no_model(server: Server, tmp_path: Path) -> None:
    model = make_zip_model(server)
    install_model(model, tmp_path)
    (tmp_path / "tiny" / unpack.MANIFEST).write_text(json.dumps({"model": "tiny"}))
    assert not is_installed(model, tmp_path)


def test_a_machine_that_cannot_reach_vosk_ends_up_with_whisper_in_one_line(server: Server, tmp_path: Path) -> None:
    vosk, whisper = make_zip_model(server), make_files_model(server)
    del server.contents["/tiny.zip"]
    message = fetch_ears(tmp_path, known=(vosk, whisper))
    assert message.startswith("Listens with loose. ") and "tiny cannot be fetched" in message and "\n" not in message
    asked = len(server.asked)
    assert fetch_ears(tmp_path, known=(vosk, whisper)) == "Listens with loose (already installed)."
    assert len(server.asked) == asked  # a machine that hears already asks no address


def test_no_ears_at_all_is_an_error(server: Server, tmp_path: Path) -> None:
    vosk = make_zip_model(server)
    server.contents.clear()
    with pytest.raises(ModelError, match="404"):
        fetch_ears(tmp_path, known=(vosk,))


def test_a_source_error_is_a_model_error() -> None:
    assert issubclass(SourceError, ModelError)
