"""The portable archive: unpacked anywhere, it runs."""

import platform
import subprocess
from pathlib import Path

_SYSTEMS = {"Linux": "linux", "Windows": "windows", "Darwin": "macos"}


def write_archive(bundle: Path, target: Path, version: str, epoch: int, level: int) -> Path:
    """Pack a bundle so that the same bundle gives the same bytes.

    Args:
        bundle: PyInstaller's directory.
        target: Where the archive goes.
        version: Of the program.
        epoch: What every file is dated with, in seconds since 1970.
        level: How much it is compressed, 1 to 19.

    Returns:
        The archive.
    """
    path = target / f"facelatch-{version}-{system()}.tar.zst"
    same = ["--sort=name", f"--mtime=@{epoch}", "--owner=0", "--group=0", "--numeric-owner", "--mode=go=rX,u+rw"]
    # Links keep what they point to: without the flag S the rename would be applied to that, too.
    name = f"--transform=s,^{bundle.name},facelatch-{version},S"
    command: list[str | Path] = ["tar", "--create", *same, name, "--directory", bundle.parent]
    # zstd cuts the input differently with each number of threads, but the same for any number above one.
    subprocess.run([*command, f"--use-compress-program=zstd -{level} -T2", "--file", path, bundle.name], check=True)
    return path


def system() -> str:
    """The kind of system and machine, as files are named."""
    return f"{_SYSTEMS[platform.system()]}-{platform.machine().lower().replace('amd64', 'x86_64')}"
