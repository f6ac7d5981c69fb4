"""Watches a whole visit from outside: no network, no file but the allowed ones, no word or sound of the patient left."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.process_memory import count_in_memory
from tests.helpers.virtual_sound_card import ROOT
from voice.audio.pcm import read_audio
from voice.base import process_memory
from voice.base.paths import find_cache
from voice.base.process_memory import find_swap, is_overwritten_when_freed

pytestmark = pytest.mark.slow

ANSWER = Path("/usr/share/games/fillets-ng/sound/keys/nl/rand-4-5.ogg")
ANSWERED = f"""default: [{ANSWER}, {ANSWER}, {ANSWER}]
answers:
  duur: [/usr/share/games/fillets-ng/sound/turtle/nl/zel-m-nevim0.ogg]
confirm: [/usr/share/games/fillets-ng/sound/society/nl/mik-v-tak.ogg]
"""
ALLOWED = (
    r"/dev/null",
    r"/proc/self/(uid_map|gid_map|setgroups)",  # unshare itself
    r"/proc/self/comm",  # an engine's process tells its own name; no file
    r"{tmp}/[a-z0-9_]{{8}}",  # Python tries whether the folder can be written; gone at once
    r"{tmp}/voice-[^/]+(/[^/]+)?",  # a line of the kiosk, written by the voice; gone before it is spoken
    r"{tmp}/pulse-[^/]+|{home}/\.config(/pulse(/[0-9a-f]+-runtime)?)?",  # the sound server's client library, in the voice's process
    r"{cache}/speech(/.*)?",  # lines of the kiosk, rendered ahead
)
"""Every place to which a visit may write. None of them holds anything of the patient."""
NETWORK = re.compile(r"\b(socket|socketpair)\((AF_(?!UNIX)\w+)|\b(connect|bind|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_(?!UNIX)")
WRITTEN = re.compile(
    r'\b(?:open|openat|openat2)\([^"]*"([^"]+)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT)'
    r'|\b(?:creat|mkdir|mknod|truncate|mkdirat|mknodat)\([^"]*"([^"]+)"'
    r'|\b(?:rename|renameat|renameat2|link|linkat|symlink|symlinkat)\([^"]*"[^"]+"[^"]*"([^"]+)"'
)
CALLS = "%network,open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,truncate,rename,renameat,renameat2,link,linkat,symlink,symlinkat"
STRACE = ("strace", "-f", "--seccomp-bpf", "-qq", "-s", "300", "-e", f"trace={CALLS}", "-o")


@dataclass(frozen=True)
class Watched:
    """A visit that was watched.

    folder: the only folder that it was given. calls: its system calls, as strace prints them.
    heard: the texts that it recognized. errors: what it told the operator.
    """

    folder: Path
    calls: tuple[str, ...]
    heard: tuple[str, ...]
    errors: str


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    folder = tmp_path_factory.mktemp("visit")
    for name in ("home", "tmp", "here"):
        (folder / name).mkdir()
    patient = folder / "patient.yaml"
    patient.write_text(ANSWERED, encoding="utf-8")
    places = {
        "HOME": f"{folder}/home",
        "TMPDIR": f"{folder}/tmp",
        "RUGGESPRAAK_CACHE": str(find_cache()),
        "PYTHONPATH": str(ROOT),
    }
    visit = [sys.executable, "-B", "-m", "voice", "consult", "--patient", str(patient), "--json"]
    trace = folder.parent / "trace"
    command = [*STRACE, str(trace), "unshare", "-rn", *visit]
    done = subprocess.run(
        command, cwd=folder / "here", env={**os.environ, **places}, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    heard = tuple(event["text"] for event in map(json.loads, done.stdout.splitlines()) if event.get("text"))
    return Watched(folder, tuple(trace.read_text(encoding="utf-8", errors="replace").splitlines()), heard, done.stderr)


def test_the_visit_was_really_held_and_watched(watched: Watched) -> None:
    assert len(watched.heard) > 4
    assert len(watched.calls) > 500
    assert len({line.split()[0] for line in watched.calls}) > 2  # engine and voice have processes of their own


def test_no_network_is_attempted(watched: Watched) -> None:
    assert [line for line in watched.calls if NETWORK.search(line)] == []


def test_no_file_is_written_outside_the_allowed_places(watched: Watched) -> None:
    places = {"tmp": f"{watched.folder}/tmp", "home": f"{watched.folder}/home", "cache": str(find_cache())}
    allowed = re.compile("|".join(f"(?:{place.format(**places)})" for place in ALLOWED))
    written = [next(filter(None, found.groups())) for line in watched.calls if (found := WRITTEN.search(line))]
    assert len(written) > 3
    assert [path for path in written if not allowed.fullmatch(path)] == []


def test_nothing_that_was_heard_is_left_in_any_file_or_told_to_the_operator(watched: Watched) -> None:
    words = {word for text in watched.heard for word in re.findall(r"\w{5,}", text.lower())}
    assert words, "the recording must hold a word that marks it"
    left = [path for path in watched.folder.rglob("*") if path.is_file() and path.name != "patient.yaml"]
    contents = [path.read_bytes().lower() for path in left] + [watched.errors.lower().encode()]
    assert [word for word in words for content in contents if word.encode() in content] == []


def test_no_sound_of_the_patient_is_left_in_any_file(watched: Watched) -> None:
    sound = read_audio(ANSWER).pcm
    middle = sound[len(sound) // 2 : len(sound) // 2 + 64]
    assert len(set(middle)) > 10
    assert not any(middle in path.read_bytes() for path in watched.folder.rglob("*") if path.is_file())


def test_a_crash_leaves_no_image_of_the_memory(tmp_path: Path) -> None:
    """The limit is raised before the program begins, so that the system would write one."""
    program = "from voice.__main__ import main\ntry:\n main(['models', 'list'])\nfinally:\n import os; os.abort()"
    crashed = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2),
    )  # fmt: skip
    assert crashed.returncode == -signal.SIGABRT
    assert list(tmp_path.iterdir()) == []
    asked = [
        sys.executable,
        "-c",
        "from voice.base.process_memory import *; refuse_core_dumps(); import resource as r; print(r.getrlimit(r.RLIMIT_CORE))",
    ]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "(0, 0)"


def test_a_disk_to_which_memory_may_go_is_named_and_compressed_memory_is_not(tmp_path: Path) -> None:
    swaps = tmp_path / "swaps"
    head = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    swaps.write_text(f"{head}/dev/zram0 partition 4000 0 100\n/dev/sda2 partition 8000 12 -2\n/swapfile file 512 0 -3\n")
    assert find_swap(swaps) == ("/dev/sda2", "/swapfile")
    swaps.write_text(head)
    assert find_swap(swaps) == ()
    assert find_swap(tmp_path / "nothing") == ()


REMEMBERING = """
import sys
from voice.base.process_memory import overwrite_freed_memory
if sys.argv[1] == "overwriting": overwrite_freed_memory()
heard = ["".join(chr(ord(letter) + 1) for letter in sys.argv[2])]
print("heard", flush=True)
sys.stdin.readline()
heard.clear()
print("freed", flush=True)
sys.stdin.readline()
"""
"""A program that "hears" words and forgets them. Each letter of its argument is one lower, so the words stand nowhere else."""


@pytest.mark.parametrize(("how", "left"), [("overwriting", 0), ("usual", 1)])
def test_memory_in_which_words_stood_is_overwritten_when_it_is_freed_and_would_not_be_otherwise(how: str, left: int) -> None:
    words = "ik heb sinds dinsdag een olifantje gezien bij het plassen"
    argument = "".join(chr(ord(letter) - 1) for letter in words)
    command = [sys.executable, "-c", REMEMBERING, how, argument]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "heard\n"
        assert count_in_memory(process.pid, words.encode()) == 1
        process.stdin.write("go on\n")
        process.stdin.flush()
        assert process.stdout.readline() == "freed\n"
        assert count_in_memory(process.pid, words.encode()) == left
        process.communicate("end\n", timeout=10)


FORGETTING = """
import sys
from random import Random
from voice.base.process_memory import overwrite_freed_memory
if sys.argv[1] == "overwriting": overwrite_freed_memory()
chance, end = Random(1), "".join(chr(ord(letter) + 1) for letter in sys.argv[2])
kept = [made for length in [*range(200)] * 20 for made in ("x" * length + end, b"y" * chance.randrange(200))]
chance.shuffle(kept)
while kept: kept.pop()
del end
print("freed", flush=True)
sys.stdin.readline()
"""
"""A program that forgets sentences of every length, each with other memory before and behind it, that have the same end."""


@pytest.mark.parametrize("how", ["overwriting", "usual"])
def test_no_end_of_a_sentence_stays_whatever_its_length(how: str) -> None:
    command = [sys.executable, "-c", FORGETTING, how, "".join(chr(ord(letter) - 1) for letter in "krokus")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "freed\n"
        left = count_in_memory(process.pid, b"krokus")
        process.communicate("end\n", timeout=10)
    assert (left > 0) == (how == "usual")


def test_the_check_notices_a_system_that_does_not_overwrite(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_overwritten_when_freed()
    monkeypatch.setattr(process_memory, "OVERWRITING", {})
    assert not is_overwritten_when_freed()


FREEING = """
import ctypes
from pathlib import Path
from voice.base.process_memory import return_freed_memory
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
def resident(): return int(Path("/proc/self/statm").read_text().split()[1])
blocks = [libc.malloc(65536) for _ in range(1000)]
for block in blocks: ctypes.memset(ctypes.c_void_p(block), 1, 65536)
for block in blocks[:-1]: libc.free(block)
freed = resident()
return_freed_memory()
print(freed - resident())
"""
"""A program that frees 1,000 blocks below one that stays; it prints how many pages the system gets back."""


def test_freed_memory_goes_back_to_the_system_though_something_behind_it_stays() -> None:
    done = subprocess.run([sys.executable, "-c", FREEING], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) * resource.getpagesize() > 30_000_000
