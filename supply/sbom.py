"""Make the bill of materials (CycloneDX): packages with versions and hashes, libraries in them, system packages, models."""

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

from supply.licences import read_parts
from supply.packages import PROGRAM, Package, list_packages
from voice import __version__
from voice.setup.models.catalogue import Model, read_catalogue


def write(path: Path) -> int:
    """Write the SBOM as JSON and return its number of components. Raises ValueError if it is not valid."""
    program = Component(name=PROGRAM, version=__version__, type=ComponentType.APPLICATION, licenses=_make_licence("Apache-2.0"))
    bom = Bom(components=_list_components())
    bom.metadata.component = program
    bom.register_dependency(program, bom.components)
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem:
        raise ValueError(f"The SBOM is not valid: {problem}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return len(bom.components)


def _list_components() -> Iterator[Component]:
    yield from map(_describe_package, list_packages())
    others = read_parts()
    yield from (_describe_bundled(**one) for one in others["bundled"])
    yield from (_describe_system(**one) for one in others["system"])
    yield from map(_describe_model, read_catalogue())


def _describe_package(package: Package) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        purl=PackageURL("pypi", None, package.name, package.version),
        licenses=_make_licence(package.licence),
        scope=ComponentScope.REQUIRED if package.part == "core" else ComponentScope.OPTIONAL,
        hashes=[_make_hash(digest) for digest in package.hashes[:1]] if len(package.hashes) == 1 else [],
        properties=[_make_property("part", package.part), *(_make_property("sha256", digest) for digest in package.hashes)],
    )


def _describe_bundled(name: str, inside: str, licence: str) -> Component:
    return Component(name=name, licenses=_make_licence(licence), properties=[_make_property("inside", inside)])


def _describe_system(name: str, needed: str, licence: str) -> Component:
    version = _find_version(name)
    purl = PackageURL("deb", "debian", name, version or None)
    needs = [_make_property("needed", needed)]
    return Component(name=name, version=version or None, purl=purl, licenses=_make_licence(licence), properties=needs)


def _find_version(name: str) -> str:
    """Find the version of a Debian package; empty if it is not installed, or if this is not Debian."""
    if not shutil.which("dpkg-query"):
        return ""
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def _describe_model(model: Model) -> Component:
    files = (*model.files, *model.archive)
    return Component(
        name=model.name,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        licenses=_make_licence(model.licence),
        scope=ComponentScope.EXCLUDED if model.purpose == "tests" else ComponentScope.OPTIONAL,
        properties=[_make_property(f"sha256 {file.path}", file.sha256) for file in files],
    )


def _make_licence(text: str) -> list:  # type: ignore[type-arg]
    return [LicenseFactory().make_from_string(text)]


def _make_hash(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def _make_property(name: str, value: str) -> Property:
    return Property(name=f"ruggespraak:{name}", value=value)
