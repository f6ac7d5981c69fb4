"""Try the wheel: whether it installs everywhere it should, how long that takes, and how large it is.

1. Every Python of these versions that is on the PATH installs and runs it.
2. For the other versions and the other processor, pip works out whether every package has a wheel that fits; for Piper those
   of its lock.
3. One package, srt, is published without a wheel. It is pure Python, which pip builds on any machine without a compiler.
   So it is built here first.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from supply.packages import ROOT

PYTHONS = ("3.11", "3.12", "3.13")
MACHINES = ("x86_64", "aarch64")
TAGS = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_26", "manylinux_2_24", "manylinux_2_17", "manylinux2014",
        "manylinux_2_12", "manylinux2010", "manylinux_2_5", "manylinux1", "linux")  # fmt: skip
"""Tags of wheels that run on Debian 12. pip does not work out by itself which tag includes which."""
EXTRAS = ("", "[whisper,fhir,wyoming,mqtt,print]")
WITHOUT_WHEEL = ("srt",)
PIPER_LOCK = "requirements-piper.lock"
MOST_SECONDS, MOST_MEGABYTES = 60.0, 150.0
"""Limits for installing the core: seconds, and MB on the disk beside the empty environment."""
ANSWERS = "drie dagen\n" + "nee\n" * 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the report."""

    sound: bool
    told: str


def try_wheels() -> Iterator[Verdict]:
    """Build the wheel and the source archive, then try them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(sys.executable, "-m", "hatchling", "build", "-d", str(folder), cwd=ROOT)
        wheel, source = next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))
        yield from (_try_install(python, wheel, folder) for python in PYTHONS if _is_there(python))
        yield _try_rebuild(wheel, source, folder)
        _run(
            sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", *WITHOUT_WHEEL, "-w", str(folder / "built")
        )
        for python in PYTHONS:
            yield from (_try_resolve(python, machine, wheel, folder / "built") for machine in MACHINES)
            yield from (_try_lock(python, machine, PIPER_LOCK) for machine in MACHINES)


def _is_there(python: str) -> bool:
    found = shutil.which(f"python{python}")
    return bool(found) and _succeeds(found, "--version")


def _try_install(python: str, wheel: Path, folder: Path) -> Verdict:
    """Install the core in a fresh environment of that Python, and run docs/example.py in it."""
    place = folder / python
    _run(f"python{python}", "-m", "venv", str(place))
    empty, begun = _measure_megabytes(place), time.perf_counter()
    _run(str(place / "bin" / "pip"), "install", "--no-cache-dir", str(wheel))
    seconds, megabytes = time.perf_counter() - begun, _measure_megabytes(place) - empty
    shown = _run(str(place / "bin" / "python"), str(ROOT / "docs" / "example.py"), text=ANSWERS, cwd=folder)
    sound = seconds < MOST_SECONDS and megabytes < MOST_MEGABYTES and "Level.REASSURE" in shown
    return Verdict(sound, f"Python {python}: the core installed in {seconds:.0f} s, {megabytes:.0f} MB; the example runs")


def _try_rebuild(wheel: Path, source: Path, folder: Path) -> Verdict:
    """Make a wheel from the source archive, and compare its files' names with those of the wheel."""
    _run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder / "again"), str(source))
    again = next((folder / "again").glob("*.whl"))
    same = _list_names(again) == _list_names(wheel)
    return Verdict(same, f"the source archive makes {'the same' if same else 'another'} wheel ({len(_list_names(wheel))} files)")


def _list_names(wheel: Path) -> list[str]:
    with ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def _try_resolve(python: str, machine: str, wheel: Path, built: Path) -> Verdict:
    pip = (*_ask_pip(python, machine), "--find-links", str(built))
    lacking = [extra or "the core" for extra in EXTRAS if not _succeeds(*pip, f"{wheel}{extra}")]
    return Verdict(
        not lacking, f"Python {python}, {machine}: {'wheels for everything' if not lacking else f'no wheels for {lacking}'}"
    )


def _try_lock(python: str, machine: str, lock: str) -> Verdict:
    sound = _succeeds(*_ask_pip(python, machine), "--no-deps", "--require-hashes", "-r", str(ROOT / lock))
    return Verdict(sound, f"Python {python}, {machine}: {'wheels' if sound else 'no wheels'} for {lock}")


def _ask_pip(python: str, machine: str) -> tuple[str, ...]:
    """The command with which pip works out what it would install there."""
    tags = [part for tag in TAGS for part in ("--platform", f"{tag}_{machine}")]
    asked = ("--dry-run", "--ignore-installed", "--only-binary=:all:", "--implementation", "cp", "--target", "none")
    return (sys.executable, "-m", "pip", "install", *asked, *tags, "--python-version", python)


def _measure_megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(*command: str, cwd: Path | None = None, text: str = "") -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", input=text, cwd=cwd, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-500:]}")
    return done.stdout
