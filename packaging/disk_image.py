"""The disk image for macOS."""

import shutil
import subprocess
from pathlib import Path

from archive import system
from licences import DIRECTORY

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "packaging/macos/make_dmg.sh"


def write_disk_image(application: Path, bundle: Path, target: Path, version: str) -> Path:
    """Sign the application, where an identity is given, and put it into an image.

    Args:
        application: `Facelatch.app`, as PyInstaller made it.
        bundle: PyInstaller's directory, in which the licences were collected.
        target: Where the image goes.
        version: Of the program.

    Returns:
        The image.
    """
    shutil.copytree(
        bundle / "_internal" / DIRECTORY, application / "Contents/Resources" / DIRECTORY, dirs_exist_ok=True
    )
    path = target / f"facelatch-{version}-{system()}.dmg"
    subprocess.run(["bash", SCRIPT, application, path], check=True)
    return path
