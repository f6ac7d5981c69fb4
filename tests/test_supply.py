"""The supply chain: every package has a known hash and licence, and no licence forbids what ours allows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from supply.licences import LIST, find_objections, format_licences, read_parts
from supply.packages import PARTS, Kind, Package, find_kind, list_packages, read_hashes
from supply.prune import LEFT_OUT, prune
from tests.helpers.speech import GAME, human, model
from voice.setup.models.catalogue import read_catalogue

ROOT = Path(__file__).parents[1]


def test_every_licence_is_known_and_allowed_and_every_package_has_its_hash() -> None:
    found = list_packages()
    assert len(found) > 30
    assert list(find_objections(found)) == []


def test_the_list_of_licences_is_of_today() -> None:
    written = (ROOT / LIST).read_text(encoding="utf-8")
    assert written == format_licences(list_packages()), "run `make licences` and look at what changed"


def test_a_package_that_may_not_be_passed_on_is_named() -> None:
    wrong = [
        Package("viral", "1", "GPL-3.0-only", "core", ("a",)),
        Package("odd", "1", "Do What You Want", "core", ("a",)),
        Package("loose", "1", "MIT", "core", ()),
        Package("tool", "1", "GPL-3.0-only", "dev", ("a",)),
    ]
    assert [line.partition(":")[0] for line in find_objections(tuple(wrong))] == ["viral", "odd", "loose"]


@pytest.mark.parametrize(
    ("licence", "kind"),
    [
        ("MIT", Kind.PERMISSIVE),
        ("BSD 3-Clause License", Kind.PERMISSIVE),
        ("MPL-2.0 AND MIT", Kind.WEAK),
        ("LGPL-2.1-or-later", Kind.WEAK),
        ("GPL-3.0-or-later", Kind.STRONG),
        ("AGPL-3.0-only", Kind.STRONG),
        ("GPL-3.0-only AND LGPL-2.1-only", Kind.STRONG),
        ("GPL-2.0-only OR MIT", Kind.PERMISSIVE),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", Kind.WEAK),
        ("not said", Kind.UNKNOWN),
        ("research only (weights); CC0-1.0 (recordings)", Kind.RESTRICTED),
    ],
)
def test_licences_are_sorted_by_what_they_ask(licence: str, kind: Kind) -> None:
    assert find_kind(licence) is kind


OWN_GPL = {"vosk-nl-ruggespraak": "GPL-2.0-only AND Apache-2.0", "phones-nl-ruggespraak": "GPL-2.0-only"}
"""Trained on recordings of which Debian says: GPL, "version 2 dated June, 1991". The first continues weights under Apache-2.0."""


def test_weights_trained_on_version_2_are_under_version_2_and_no_later_one_wherever_it_is_said() -> None:
    licences = {model.name: model.licence for model in read_catalogue()}
    assert {name: licences[name].partition(" (")[0] for name in OWN_GPL} == OWN_GPL
    speech = next(one for one in read_parts()["system"] if one["name"] == "fillets-ng-data-nl")
    assert speech["licence"] == "GPL-2.0-only"
    for name, licence in OWN_GPL.items():
        wheel = ROOT / "supply" / name.removesuffix("-ruggespraak").replace("-", "_") / "pyproject.toml"
        assert f'\nlicense = "{licence}"\n' in wheel.read_text(encoding="utf-8")
        card = (ROOT / "models" / name / "README.md").read_text(encoding="utf-8")
        assert licence in card and not re.search("version 2 or later|GPL-2.0-or-later", card)
        assert "Version 2, June 1991" in (ROOT / "models" / name / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_file_has_a_licence_and_weights_trained_on_version_2_have_that_one() -> None:
    reuse = ROOT / ".venv" / "reuse" / "bin" / "reuse"
    assert reuse.is_file(), "run `make lint` first: it installs reuse"
    done = subprocess.run([reuse, "lint", "--json"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    found = json.loads(done.stdout)
    licences = {one["path"]: {each["value"] for each in one["spdx_expressions"]} for one in found["files"]}
    assert found["summary"]["compliant"], found["non_compliant"]
    ours = {path for path in licences if path.startswith(tuple(f"models/{name}/" for name in OWN_GPL))}
    fonts = {f"voice/kiosk/screen/page/{name}.woff2" for name in ("regular", "bold")}
    assert all(licences[path] == {"OFL-1.1"} for path in fonts)
    speech = {"models/train/bigrams.json", "docs/samples/consultation.ogg"}
    weights = {path for path in ours if not path.endswith("README.md")}
    assert {path for path, said in licences.items() if said != {"Apache-2.0"}} == weights | speech | fonts
    mixed = "models/vosk-nl-ruggespraak/am/final.mdl"
    assert licences[mixed] == {OWN_GPL["vosk-nl-ruggespraak"]}
    assert all(licences[path] == {"GPL-2.0-only"} for path in weights - {mixed} | speech)


def test_a_model_for_research_only_is_a_stand_in_of_the_tests_or_refused() -> None:
    restricted = [model for model in read_catalogue() if find_kind(model.licence) is Kind.RESTRICTED]
    assert [model.name for model in restricted] == ["en_US-joe-medium"]
    assert list(find_objections((), read_catalogue())) == []
    speaking = replace(restricted[0], purpose="voice")
    assert [line.partition(":")[0] for line in find_objections((), (speaking,))] == ["en_US-joe-medium"]


def test_what_was_looked_up_by_hand_is_of_a_known_kind() -> None:
    listed = [one for some in read_parts().values() for one in some]
    assert Kind.UNKNOWN not in {find_kind(one["licence"]) for one in listed}
    assert Kind.STRONG not in {find_kind(one["licence"]) for one in read_parts()["bundled"]}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-tools.lock"])
def test_a_lock_holds_a_hash_for_every_package_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = read_hashes(ROOT / lock)
    assert len(found) > 30 and all(found.values())
    assert not re.search(r"https?://|file://|--(extra-)?index-url|--find-links", text)


OTHER_SERVER = Path("tests/installed/requirements.lock")
"""Holds faster-whisper, for another product's server in a test of the wheel: that one does import huggingface-hub."""
FOUND = [path.relative_to(ROOT) for pattern in ("*.lock", "packaging/*/*.lock", "tests/*/*.lock") for path in ROOT.glob(pattern)]
LOCKS = [path for path in FOUND if path != OTHER_SERVER]


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_what_the_program_never_imports_is_left_out_of_every_lock_but_that_of_the_other_server(lock: Path) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert len(LOCKS) == 6 and prune(text) == (text, ())
    assert not set(LEFT_OUT) & read_hashes(ROOT / lock).keys()
    assert {*LEFT_OUT, "faster-whisper"} <= read_hashes(ROOT / OTHER_SERVER).keys()


LOCKED_PACKAGES = """#
# made by pip-compile
#
click==1 \\
    --hash=sha256:00
    # via
    #   huggingface-hub
    #   import-linter
hf-xet==1 \\
    --hash=sha256:11 \\
    --hash=sha256:22
    # via huggingface-hub
huggingface-hub==2 \\
    --hash=sha256:33
    # via tokenizers
import-linter==1 \\
    --hash=sha256:44
    # via ruggespraak (pyproject.toml)
numpy==2 \\
    --hash=sha256:55
    # via
    #   -c requirements.lock
    #   ruggespraak (pyproject.toml)
progress==1 \\
    --hash=sha256:66
    # via
    #   -c requirements.lock
    #   hf-xet
tokenizers==1 \\
    --hash=sha256:77
    # via ruggespraak (pyproject.toml)
"""


def test_what_is_left_out_takes_along_what_only_it_needs_and_nothing_else() -> None:
    pruned, gone = prune(LOCKED_PACKAGES)
    assert gone == ("hf-xet", "huggingface-hub", "progress")
    assert re.findall("^([a-z-]+)==", pruned, re.M) == ["click", "import-linter", "numpy", "tokenizers"]
    assert "#   huggingface-hub" not in pruned and "#   import-linter" in pruned
    assert "# Left out with what only they need (supply/prune.py): hf-xet, huggingface-hub, progress." in pruned
    assert prune(pruned) == (pruned, ())


@pytest.mark.slow
def test_the_program_imports_and_hears_without_what_is_left_out() -> None:
    told = (ROOT / "packaging" / "debian-kiosk" / "requirements.lock").read_text(encoding="utf-8")
    names = re.search(r"^# Left out .*: (.*)\.$", told, re.M)[1].split(", ")
    assert "huggingface-hub" in names and len(names) > 8
    human("gods/lod-m-pravda2"), model("whisper-base"), model("vosk-nl-ruggespraak"), model("phones-nl-ruggespraak")
    clip = str(GAME / "gods" / "nl" / "lod-m-pravda2.ogg")
    command = [sys.executable, "-m", "tests.helpers.hear_without", clip]
    done = subprocess.run([*command, *names], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert re.match(r"whisper Ja\b.*\nvosk ja\b", done.stdout)
    caught = subprocess.run([*command, "tokenizers"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (caught.returncode, caught.stderr) == (1, "tokenizers is imported\n")


def test_the_first_lock_is_pruned_before_it_holds_the_others_to_its_versions() -> None:
    """What it would hold them to, and nothing keeps at its version, is the newest of what is left out."""
    recipe = re.search(r"^lock:\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    steps = recipe[1].splitlines()
    made = next(at for at, step in enumerate(steps) if step.endswith("-o requirements.lock"))
    held = min(at for at, step in enumerate(steps) if "-c requirements.lock" in step)
    assert made < next(at for at, step in enumerate(steps) if "supply.prune requirements.lock" in step) < held


def test_every_extra_that_is_locked_is_looked_at() -> None:
    locked = re.search(r"^.*-o requirements\.lock$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert locked and set(re.findall(r"--extra (\w+)", locked[0])) == set(PARTS) - {"core"}


def test_every_debian_package_of_the_makefile_is_listed() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installed = {name for line in re.findall(r"^DEBIAN\w* := (.*)$", makefile, re.M) for name in line.split()}
    listed = {one["name"] for one in read_parts()["system"]}
    assert {name for name in installed if not name.startswith("python3")} <= listed
