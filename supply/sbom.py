"""The bill of materials in CycloneDX: packages with versions and hashes, libraries inside them, system packages, models."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from supply.licences import parts
from supply.packages import PROGRAM, Package, packages
from voice import __version__
from voice.setup.models.catalogue import Model, read_catalogue


def write(path: Path) -> int:
    """Write the SBOM as JSON; returns how many components it names. Raises ValueError where it is not valid."""
    program = Component(name=PROGRAM, version=__version__, type=ComponentType.APPLICATION, licenses=_licence("Apache-2.0"))
    bom = Bom(components=_components())
    bom.metadata.component = program
    bom.register_dependency(program, bom.components)
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem:
        raise ValueError(f"The SBOM is not valid: {problem}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return len(bom.components)


def _components() -> Iterator[Component]:
    yield from map(_package, packages())
    others = parts()
    yield from (_bundled(**one) for one in others["bundled"])
    yield from (_system(**one) for one in others["system"])
    yield from map(_model, read_catalogue())


def _package(package: Package) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        purl=PackageURL("pypi", None, package.name, package.version),
        licenses=_licence(package.licence),
        scope=ComponentScope.REQUIRED if package.part == "core" else ComponentScope.OPTIONAL,
        hashes=[_sha256(digest) for digest in package.hashes[:1]] if len(package.hashes) == 1 else [],
        properties=[_said("part", package.part), *(_said("sha256", digest) for digest in package.hashes)],
    )


def _bundled(name: str, inside: str, licence: str) -> Component:
    return Component(name=name, licenses=_licence(licence), properties=[_said("inside", inside)])


def _system(name: str, needed: str, licence: str) -> Component:
    version = _installed(name)
    purl = PackageURL("deb", "debian", name, version or None)
    return Component(
        name=name, version=version or None, purl=purl, licenses=_licence(licence), properties=[_said("needed", needed)]
    )


def _installed(name: str) -> str:
    """The version of a Debian package; empty where it is not installed, or this is no Debian."""
    if not shutil.which("dpkg-query"):
        return ""
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def _model(model: Model) -> Component:
    files = (*model.files, *model.archive)
    return Component(
        name=model.name,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        licenses=_licence(model.licence),
        scope=ComponentScope.EXCLUDED if model.purpose == "tests" else ComponentScope.OPTIONAL,
        properties=[_said(f"sha256 {file.path}", file.sha256) for file in files],
    )


def _licence(text: str) -> list:  # type: ignore[type-arg]
    return [LicenseFactory().make_from_string(text)]


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def _said(name: str, value: str) -> Property:
    return Property(name=f"ruggespraak:{name}", value=value)
