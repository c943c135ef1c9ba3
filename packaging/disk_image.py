"""The disk image for macOS."""

import shutil
import subprocess
from pathlib import Path

from archive import system
from licences import DIRECTORY

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "packaging/macos/make_dmg.sh"


def write_disk_image(application: Path, bundle: Path, target: Path, version: str) -> Path:
    """Sign the application if an identity is configured, and make a disk image.

    Args:
        application: `Facelatch.app`, made by PyInstaller.
        bundle: Directory made by PyInstaller, with the collected licences.
        target: Output directory.
        version: Version of the program.

    Returns:
        Path of the image.
    """
    shutil.copytree(
        bundle / "_internal" / DIRECTORY, application / "Contents/Resources" / DIRECTORY, dirs_exist_ok=True
    )
    path = target / f"facelatch-{version}-{system()}.dmg"
    subprocess.run(["bash", SCRIPT, application, path], check=True)
    return path
