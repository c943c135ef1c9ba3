"""Whose the files of a bundle are, their licences, and the bill of materials that lists them."""

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from licences import NoLicence, collect_licences
from parts import ROOT, Kind, Origins, Part, UnknownOrigin, parts_of_files, parts_of_modules
from sbom import problems, write_sbom

EPOCH = 1_800_000_000
OURS = Part("facelatch", "1.0.0", Kind.OURS, "Apache-2.0", (ROOT / "LICENSE",))
QT = Part("PySide6_Essentials", "6.11.3", Kind.PYPI, "LGPL-3.0-only", (ROOT / "packaging/licences/LGPL-3.0.txt",))
PURE = Part("tomli_w", "1.2.0", Kind.PYPI, "MIT License", (ROOT / "LICENSE",))
MANIFEST = """
[models.one]
sha256 = "%s"
licence = "Apache-2.0 AND MIT"
origin = "made here"
""" % ("0" * 64)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """One with the program, its models and a library."""
    inside = tmp_path / "facelatch/_internal"
    for path, content in (
        ("../facelatch", "program"),
        ("models/manifest.toml", MANIFEST),
        ("PySide6/Qt/lib/libicuuc.so.73", "icu"),
        ("PySide6/QtCore.abi3.so", "core"),
    ):
        (inside / path).parent.mkdir(parents=True, exist_ok=True)
        (inside / path).write_text(content, "utf-8")
    (inside / "libicuuc.so.73").symlink_to("PySide6/Qt/lib/libicuuc.so.73")
    return inside.parent


@pytest.fixture
def listed(bundle: Path, tmp_path: Path) -> Path:
    """Its bill of materials, with the licences collected."""
    owners = {"models/manifest.toml": OURS, "PySide6/Qt/lib/libicuuc.so.73": QT, "PySide6/QtCore.abi3.so": QT}
    owners |= collect_licences(bundle, {OURS, QT, PURE})
    path = tmp_path / "sbom.cdx.json"
    write_sbom(bundle, path, owners, {OURS, QT, PURE}, EPOCH)
    return path


def test_sbom_lists_every_file_of_the_bundle(bundle: Path, listed: Path) -> None:
    document = json.loads(listed.read_text("utf-8"))
    assert document["bomFormat"] == "CycloneDX"
    assert document["metadata"]["component"]["name"] == "facelatch"
    components = {component["name"]: component for component in document["components"]}
    assert components.keys() == {"PySide6_Essentials", "tomli_w", "one"}
    assert components["PySide6_Essentials"]["purl"] == "pkg:pypi/pyside6-essentials@6.11.3"
    libraries = {file["name"]: file.get("version") for file in components["PySide6_Essentials"]["components"]}
    assert libraries["libicuuc"] == "73"
    assert problems(bundle, listed) == []


def test_sbom_is_reproducible(bundle: Path, listed: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.cdx.json"
    owners = {"models/manifest.toml": OURS, "PySide6/Qt/lib/libicuuc.so.73": QT, "PySide6/QtCore.abi3.so": QT}
    owners |= collect_licences(bundle, {PURE, QT, OURS})
    write_sbom(bundle, again, owners, {PURE, QT, OURS}, EPOCH)
    assert again.read_bytes() == listed.read_bytes()


def test_file_without_component_is_reported(bundle: Path, listed: Path) -> None:
    (bundle / "_internal/libstray.so.1").touch()
    assert problems(bundle, listed) == ["_internal/libstray.so.1 is not listed"]


def test_missing_or_changed_file_is_reported(bundle: Path, listed: Path) -> None:
    (bundle / "_internal/PySide6/QtCore.abi3.so").unlink()
    (bundle / "facelatch").write_text("other", "utf-8")
    assert problems(bundle, listed) == [
        "_internal/PySide6/QtCore.abi3.so is listed but missing",
        "facelatch differs from the listed file",
    ]


def test_each_component_has_its_licence(bundle: Path, listed: Path) -> None:
    directory = bundle / "_internal/licences"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (directory / "PySide6_Essentials/LGPL-3.0.txt").read_text("utf-8")
    lines = (directory / "PARTS.txt").read_text("utf-8").splitlines()
    assert lines[-2:] == ["PySide6_Essentials 6.11.3: LGPL-3.0-only", "tomli_w 1.2.0: MIT License"]


def test_component_without_a_licence_is_rejected(bundle: Path) -> None:
    with pytest.raises(NoLicence, match=r"bare 1\.0"):
        collect_licences(bundle, {Part("bare", "1.0", Kind.PYPI, "", ())})


@pytest.fixture(scope="module")
def origins() -> Origins:
    """Those of the environment that the tests run in."""
    return Origins(Path(sys.executable))


def test_origin_of_files(origins: Origins) -> None:
    assert origins.of(Path(np.__file__)).name == "numpy"
    assert origins.of(Path(np.__file__).parents[1] / "cv2/__init__.py").name == "opencv-contrib-python"
    assert origins.of(Path(os.__file__)).name == "CPython"
    assert origins.of(ROOT / "models/manifest.toml") is origins.ours


def test_origin_of_system_libraries(origins: Origins) -> None:
    part = origins.of(Path("/lib/x86_64-linux-gnu/libc.so.6"))
    assert (part.name, part.kind) == ("libc6", Kind.DEBIAN)
    assert part.texts


def test_file_of_unknown_origin_is_rejected(origins: Origins, tmp_path: Path) -> None:
    stray = tmp_path / "stray.so"
    stray.touch()
    with pytest.raises(UnknownOrigin, match="stray"):
        origins.of(stray)


def test_stray_file_in_the_environment_is_rejected(origins: Origins) -> None:
    stray = Path(np.__file__).parents[1] / "nobody_installed_this.py"
    with pytest.raises(UnknownOrigin):
        origins.of(stray)


def test_every_dependency_has_a_licence(origins: Origins) -> None:
    for name in ("flatbuffers", "serial", "PySide6", "shiboken6", "mediapipe", "psycopg", "paho"):
        module = next(path for path in (Path(np.__file__).parents[1] / name).glob("__init__.py"))
        assert origins.of(module).texts, name


def test_components_from_the_pyinstaller_log(origins: Origins, tmp_path: Path) -> None:
    library, module = np.__file__, os.__file__
    (tmp_path / "COLLECT-00.toc").write_text(
        repr(([("numpy/__init__.py", library, "DATA"), ("a.so", "b/a.so", "SYMLINK"), ("x", "/x", "EXECUTABLE")],)),
        "utf-8",
    )
    (tmp_path / "PYZ-00.toc").write_text(
        repr(("PYZ", [("os", module, "PYMODULE"), ("google", "-", "PYMODULE")])), "utf-8"
    )
    assert {place: part.name for place, part in parts_of_files(tmp_path, origins).items()} == {
        "numpy/__init__.py": "numpy"
    }
    assert {part.name for part in parts_of_modules(tmp_path, origins)} == {"CPython"}
