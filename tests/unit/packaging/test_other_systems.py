"""What cannot be run here: the installer for Windows, the application for macOS, the workflow that builds them."""

import ast
import plistlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from PIL import IcnsImagePlugin, Image

from changes import current_version
from icons import ICNS_SIZES, ICO_SIZES
from installer import version_resource

ROOT = Path(__file__).parents[3]
PACKAGING = ROOT / "packaging"
ISS = (PACKAGING / "windows/facelatch.iss").read_text("utf-8")
SPEC = (PACKAGING / "facelatch.spec").read_text("utf-8")
WORKFLOW = ROOT / ".github/workflows/installers.yml"


def test_files_of_the_installer_exist() -> None:
    named = {name.replace("\\", "/") for name in re.findall(r"\{#Root\}\\([^\"\s*]+)", ISS)}
    made = {name for name in named if name.startswith("build/")}
    assert named - made == {"LICENSE", "README.md", "CHANGELOG.md"}
    assert all((ROOT / name).is_file() for name in named - made)
    assert made == {"build/icons/facelatch.ico"}
    assert '"icons/facelatch.ico"' in (PACKAGING / "build.py").read_text("utf-8")


def test_programs_of_the_installer_are_in_the_bundle() -> None:
    programs = set(re.findall(r"\{app\}\\([\w-]+)\.exe", ISS))
    assert programs == set(re.findall(r'analysis\.scripts, \[\], name="([\w-]+)"', SPEC))


def test_installer_receives_its_definitions() -> None:
    given = re.findall(r'"(\w+)": ', (PACKAGING / "installer.py").read_text("utf-8").partition("given = ")[2])[:5]
    assert set(re.findall(r"\{#(\w+)\}", ISS)) == set(given)


def test_uninstaller_asks_before_deleting_data() -> None:
    uninstalling = ISS.partition("procedure CurUninstallStepChanged")[2]
    asked, deleted = uninstalling.index("MsgBox("), uninstalling.index("DelTree(")
    assert asked < deleted
    assert "MB_DEFBUTTON2" in uninstalling
    assert "UninstallSilent" in uninstalling


def test_version_resource() -> None:
    text = version_resource("1.20.3")
    ast.parse(text, mode="eval")
    assert "filevers=(1, 20, 3, 0)" in text
    assert "StringStruct('FileVersion', '1.20.3')" in text
    assert version_resource(current_version())


def test_icons_have_every_size(tmp_path: Path) -> None:
    # In a process of its own: a QGuiApplication here would keep other tests from a QApplication.
    code = f"from pathlib import Path; import icons; icons.write_ico(Path({str(tmp_path / 'it.ico')!r})); "
    code += f"icons.write_icns(Path({str(tmp_path / 'it.icns')!r}))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGING)
    with Image.open(tmp_path / "it.ico") as ico:
        assert ico.info["sizes"] == {(size, size) for size in ICO_SIZES}
    with Image.open(tmp_path / "it.icns") as icns:
        assert isinstance(icns, IcnsImagePlugin.IcnsImageFile)
        drawn = {width * scale for width, _, scale in icns.info["sizes"]}
    assert drawn == set(ICNS_SIZES)


def test_macos_camera_permission() -> None:
    information = plistlib.loads((PACKAGING / "macos/Info.plist").read_bytes())
    assert "camera" in information["NSCameraUsageDescription"]
    metadata = (PACKAGING / "linux/facelatch.metainfo.xml").read_text("utf-8")
    assert f"<id>{information['CFBundleIdentifier']}</id>" in metadata
    entitlements = plistlib.loads((PACKAGING / "macos/entitlements.plist").read_bytes())
    assert entitlements["com.apple.security.device.camera"] is True


@pytest.mark.parametrize(
    ("shell", "script"), [("bash", "macos/make_dmg.sh"), ("sh", "linux/debian/postinst"), ("sh", "linux/debian/postrm")]
)
def test_shell_scripts_parse(shell: str, script: str) -> None:
    assert subprocess.run([shell, "-n", PACKAGING / script], check=False).returncode == 0


def test_spec_compiles() -> None:
    made = {node.id for node in ast.walk(ast.parse(SPEC)) if isinstance(node, ast.Name)}
    assert made >= {"Analysis", "EXE", "COLLECT", "BUNDLE"}


def test_workflow_pins_its_actions() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    systems = {entry["name"] for entry in workflow["jobs"]["build"]["strategy"]["matrix"]["include"]}
    assert systems == {"linux", "windows", "macos"}
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action) for action in used)
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if step.get("shell") != "pwsh" and "run" in step:
                subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)
