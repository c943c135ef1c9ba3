"""The software bill of materials of a bundle (CycloneDX 1.6): components with their files and hashes."""

import hashlib
import json
import platform
import re
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from parts import Kind, Part

_VERSIONED = re.compile(r"^(?P<name>lib.+?)(?:-[0-9a-f]{8})?\.so(?:\.(?P<version>[\d.]+[a-z]?))?$")
"""File name of a shared library on Linux; wheels add a hash before the suffix."""

_NAMESPACE = uuid.UUID("6f6b1f0e-54cc-4cd6-9d1c-2c2c2a0e6b6d")


def write_sbom(bundle: Path, target: Path, owners: Mapping[str, Part], parts: Iterable[Part], epoch: int) -> None:
    """Write the SBOM of a bundle, reproducibly.

    Args:
        bundle: Directory made by PyInstaller.
        target: Output file, `*.cdx.json`.
        owners: Component of each file, by path below `_internal`.
        parts: All components, including those without files.
        epoch: Date of the SBOM, in seconds since 1970.
    """
    ours = next(part for part in parts if part.kind is Kind.OURS)
    files: dict[Part, list[Component]] = {part: [] for part in parts}
    for path, digest in hashes(bundle).items():
        files[owners.get(path.removeprefix("_internal/"), ours)].append(_file(path, digest))
    root = _component(ours, files.pop(ours), ComponentType.APPLICATION)
    components = [_component(part, found, ComponentType.LIBRARY) for part, found in files.items()]
    components += _models(bundle)
    content = "\n".join(f"{path} {digest}" for path, digest in hashes(bundle).items())
    bom = Bom(
        serial_number=uuid.uuid5(_NAMESPACE, content),
        metadata=BomMetaData(component=root, timestamp=datetime.fromtimestamp(epoch, UTC)),
        components=components,
        dependencies=[
            Dependency(root.bom_ref, [Dependency(component.bom_ref) for component in components]),
            *(Dependency(component.bom_ref) for component in components),
        ],
    )
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n", "utf-8", newline="\n")


def problems(bundle: Path, sbom: Path) -> list[str]:
    """Describe the differences between a bundle and its SBOM.

    Args:
        bundle: Directory made by PyInstaller, or the installed program.
        sbom: File written by `write_sbom`.
    """
    listed = dict(_listed(json.loads(sbom.read_text("utf-8"))))
    there = hashes(bundle)
    return [
        *(f"{path} is not listed" for path in there if path not in listed),
        *(f"{path} is listed but missing" for path in listed if path not in there),
        *(f"{path} differs from the listed file" for path in there if listed.get(path, there[path]) != there[path]),
    ]


def hashes(bundle: Path) -> dict[str, str]:
    """Return the SHA-256 of every file, sorted by path, without links."""
    found = {}
    for path in sorted(bundle.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                found[path.relative_to(bundle).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _listed(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for component in [document["metadata"]["component"], *document["components"]]:
        for file in component.get("components", ()):
            yield file["bom-ref"].removeprefix("file:"), file["hashes"][0]["content"]


def _file(path: str, digest: str) -> Component:
    """Component of a file; a shared library has the version in its name."""
    parsed = _VERSIONED.match(path.rpartition("/")[2])
    return Component(
        type=ComponentType.LIBRARY if parsed else ComponentType.FILE,
        name=parsed["name"] if parsed else path,
        version=parsed["version"] if parsed else None,
        bom_ref=f"file:{path}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )


def _component(part: Part, files: list[Component], kind: ComponentType) -> Component:
    return Component(
        type=kind,
        name=part.name,
        version=part.version,
        bom_ref=f"{part.kind}:{part.name}",
        purl=_purl(part),
        licenses=[LicenseFactory().make_from_string(part.licence)] if part.licence else [],
        components=files,
    )


def _purl(part: Part) -> PackageURL | None:
    match part.kind:
        case Kind.PYPI:
            return PackageURL("pypi", name=re.sub(r"[-_.]+", "-", part.name).lower(), version=part.version)
        case Kind.DEBIAN:
            return PackageURL("deb", platform.freedesktop_os_release()["ID"], part.name, part.version)
        case Kind.PYTHON:
            return PackageURL("generic", name="python", version=part.version)
        case Kind.OURS:
            return None


def _models(bundle: Path) -> Iterator[Component]:
    """Components of the networks in the manifest; their files are listed with the project."""
    manifest = tomllib.loads((bundle / "_internal/models/manifest.toml").read_text("utf-8"))
    for name, row in manifest["models"].items():
        yield Component(
            type=ComponentType.MACHINE_LEARNING_MODEL,
            name=name,
            description=row["origin"],
            bom_ref=f"model:{name}",
            licenses=[LicenseFactory().make_from_string(row["licence"])],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=row["sha256"])],
        )
