"""The portable archive: unpacked anywhere, it runs."""

import subprocess
from pathlib import Path


def write_archive(bundle: Path, target: Path, version: str, epoch: int) -> Path:
    """Pack a bundle so that the same bundle gives the same bytes.

    Args:
        bundle: PyInstaller's directory.
        target: Where the archive goes.
        version: Of the program.
        epoch: What every file is dated with, in seconds since 1970.

    Returns:
        The archive.
    """
    target.mkdir(exist_ok=True)
    path = target / f"facelatch-{version}-linux-{machine()}.tar.zst"
    same = ["--sort=name", f"--mtime=@{epoch}", "--owner=0", "--group=0", "--numeric-owner", "--mode=go=rX,u+rw"]
    name = f"--transform=s,^{bundle.name},facelatch-{version},"
    # Links keep what they point to: without the flag S the rename would be applied to that, too.
    command: list[str | Path] = [
        "tar",
        "--create",
        *same,
        name + "S",
        "--directory",
        bundle.parent,
        "--use-compress-program=zstd -19 -T0",
    ]
    subprocess.run([*command, "--file", path, bundle.name], check=True)
    return path


def machine() -> str:
    """The machine's kind, as archives are named."""
    return subprocess.run(["uname", "-m"], check=True, capture_output=True, text=True).stdout.strip()
