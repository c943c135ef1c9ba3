"""What is shipped beside the program, held against the program."""

import re
import xml.etree.ElementTree as ET
from configparser import ConfigParser
from pathlib import Path

import typer

from app import __version__
from app.cli.lazy_group import LazyGroup
from app.cli.main import app

LINUX = Path(__file__).parents[3] / "packaging" / "linux"


def test_man_page_lists_every_command() -> None:
    page = (LINUX / "facelatch.1").read_text("utf-8")
    section = page.partition(".SH COMMANDS")[2].partition(".SH")[0]
    told = {name.replace("\\-", "-") for name in re.findall(r"^\.B (\S+)$", section, re.MULTILINE)}
    command = typer.main.get_command(app)
    assert isinstance(command, LazyGroup)
    assert told == set(command.list_commands(None))


def test_metadata_names_version_and_desktop_file() -> None:
    root = ET.parse(LINUX / "facelatch.metainfo.xml").getroot()
    versions = [release.get("version") for release in root.iter("release")]
    assert versions[0] == __version__
    launchable = root.findtext("launchable") or ""
    assert launchable == f"{root.findtext('id')}.desktop"
    assert launchable in (LINUX.parent / "debian.py").read_text("utf-8")


def test_desktop_file_starts_an_installed_program() -> None:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign] # keys are case-sensitive
    entry.read(LINUX / "facelatch.desktop", "utf-8")
    assert entry["Desktop Entry"]["Exec"] == "facelatch"
    assert "usr/bin/facelatch" in (LINUX.parent / "debian.py").read_text("utf-8")
