"""The installer for Windows, by Inno Setup."""

import subprocess
from pathlib import Path

from archive import system

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "packaging/windows/facelatch.iss"


def write_installer(bundle: Path, target: Path, version: str) -> Path:
    """Compile the Inno Setup script. Requires `iscc` on the path.

    Args:
        bundle: Directory made by PyInstaller.
        target: Output directory.
        version: Version of the program.

    Returns:
        Path of the installer.
    """
    name = f"facelatch-{version}-{system()}-setup"
    given = {"Version": version, "Bundle": bundle, "Root": ROOT, "Output": target, "Name": name}
    defined = [f"/D{key}={value}" for key, value in given.items()]
    subprocess.run(["iscc", "/Qp", *defined, SCRIPT], check=True)
    return target / f"{name}.exe"


def version_resource(version: str) -> str:
    """Return the version resource of the programs in the format of PyInstaller.

    Args:
        version: Three numbers.
    """
    numbers = (*(int(number) for number in version.split(".")), 0)
    texts = {
        "CompanyName": "The Facelatch developers",
        "FileDescription": "Facelatch",
        "FileVersion": version,
        "LegalCopyright": "Apache-2.0",
        "OriginalFilename": "facelatch.exe",
        "ProductName": "Facelatch",
        "ProductVersion": version,
    }
    strings = ", ".join(f"StringStruct({name!r}, {text!r})" for name, text in texts.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, OS=0x40004, fileType=0x1), kids=["
        f"StringFileInfo([StringTable('040904B0', [{strings}])]), "
        "VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )
