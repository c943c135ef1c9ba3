"""The portable archive, which runs from any directory."""

import platform
import subprocess
from pathlib import Path

_SYSTEMS = {"Linux": "linux", "Windows": "windows", "Darwin": "macos"}


def write_archive(bundle: Path, target: Path, version: str, epoch: int, level: int) -> Path:
    """Pack a bundle reproducibly.

    Args:
        bundle: Directory made by PyInstaller.
        target: Output directory.
        version: Version of the program.
        epoch: Date of all files, in seconds since 1970.
        level: Compression level, 1 to 19.

    Returns:
        Path of the archive.
    """
    path = target / f"facelatch-{version}-{system()}.tar.zst"
    same = ["--sort=name", f"--mtime=@{epoch}", "--owner=0", "--group=0", "--numeric-owner", "--mode=go=rX,u+rw"]
    # The flag S keeps the rename from changing the targets of links.
    name = f"--transform=s,^{bundle.name},facelatch-{version},S"
    command: list[str | Path] = ["tar", "--create", *same, name, "--directory", bundle.parent]
    # The output of zstd depends on whether it runs with one thread or with several.
    subprocess.run([*command, f"--use-compress-program=zstd -{level} -T2", "--file", path, bundle.name], check=True)
    return path


def system() -> str:
    """Return system and machine for file names, such as "linux-x86_64"."""
    return f"{_SYSTEMS[platform.system()]}-{platform.machine().lower().replace('amd64', 'x86_64')}"
