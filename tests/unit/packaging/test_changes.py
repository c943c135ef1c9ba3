"""What a release changes in the sources."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest

from changes import CHANGELOG, METADATA, ROOT, VERSION_FILE, NotReady, apply, changes_for, current_version

DAY = date(2027, 1, 31)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of what a release changes."""
    for path in (VERSION_FILE, CHANGELOG, METADATA):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tmp_path / path)
    (tmp_path / VERSION_FILE).write_text('"""Doc."""\n\n__version__ = "1.9.0"\n', "utf-8")
    (tmp_path / CHANGELOG).write_text(
        "# Changelog\n\n## Unreleased\n\n### Added\n- New.\n\n## 1.9.0\n- Old.\n", "utf-8"
    )
    return tmp_path


def test_version_is_defined_once(sources: Path) -> None:
    apply(changes_for("1.10.0", DAY, sources), sources)
    assert current_version(sources) == "1.10.0"


def test_unreleased_entries_move_to_the_release(sources: Path) -> None:
    apply(changes_for("1.10.0", DAY, sources), sources)
    text = (sources / CHANGELOG).read_text("utf-8")
    assert text == ("# Changelog\n\n## Unreleased\n\n## 1.10.0 - 2027-01-31\n\n### Added\n- New.\n\n## 1.9.0\n- Old.\n")


def test_metadata_lists_the_newest_release_first(sources: Path) -> None:
    apply(changes_for("1.10.0", DAY, sources), sources)
    first = next(ET.parse(sources / METADATA).getroot().iter("release"))
    assert (first.get("version"), first.get("date")) == ("1.10.0", "2027-01-31")


@pytest.mark.parametrize("version", ["1.9.0", "1.8.9", "0.10.0", "1.10", "v1.10.0", "1.10.0rc1"])
def test_invalid_or_older_version_is_rejected(sources: Path, version: str) -> None:
    with pytest.raises(NotReady, match=version):
        changes_for(version, DAY, sources)


def test_release_without_changes_is_rejected(sources: Path) -> None:
    apply(changes_for("1.10.0", DAY, sources), sources)
    with pytest.raises(NotReady, match="Unreleased"):
        changes_for("1.11.0", DAY, sources)


def test_dry_run_changes_nothing_and_needs_no_git(tmp_path: Path) -> None:
    before = [(ROOT / path).read_bytes() for path in (VERSION_FILE, CHANGELOG, METADATA)]
    command = [sys.executable, str(ROOT / "packaging/release.py"), "make", "99.0.0", "--dry-run"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)})
    assert run.returncode == 0, run.stderr
    assert '+__version__ = "99.0.0"' in run.stdout
    assert "would commit" in run.stdout
    assert [(ROOT / path).read_bytes() for path in (VERSION_FILE, CHANGELOG, METADATA)] == before
