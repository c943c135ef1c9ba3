"""Small file systems for tests of full and read-only disks; without root where the system permits."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

_MOUNT = """
mount -t tmpfs -o "size=$1" tmpfs "$2" || exit 99
directory=$2
shift 2
"$@"
status=$?
umount -l "$directory"
exit $status
"""
_REFUSED = 99


@cache
def namespace() -> tuple[str, ...]:
    """Return the command prefix that runs a command in its own mount namespace; empty if there can be none."""
    ways = (("unshare", "--map-root-user", "--mount"), ("unshare", "--mount"))
    able = (way for way in ways if subprocess.run([*way, "true"], check=False, capture_output=True).returncode == 0)
    return next(able, ())


def on_small_disk(directory: Path, size: str, module: str, *arguments: object) -> str:
    """Run a test module with a small file system mounted on a directory, and return its output.

    Without a namespace (in a chroot), the file system is mounted for all processes, and unmounted at the end.

    Args:
        directory: Existing empty directory.
        size: Size for mount, such as "2m".
        module: Full name of the module.
        arguments: Arguments of the module.
    """
    words = [size, directory, sys.executable, "-m", module, *arguments]
    command = [*namespace(), "sh", "-c", _MOUNT, "sh", *map(str, words)]
    run = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    if run.returncode == _REFUSED:
        pytest.skip("this system lets this user mount nothing, not even in a namespace (unshare --mount)")
    assert run.returncode == 0
    return run.stdout


class Filler:
    """A file that fills a disk up to a given amount.

    Args:
        disk: Directory on the disk.
    """

    def __init__(self, disk: Path) -> None:
        self._path = disk / "filler"

    def leave(self, kilobytes: int) -> None:
        """Fill the disk, except for some kilobytes."""
        with self._path.open("wb", buffering=0) as file:
            size = 0
            try:
                while written := file.write(bytes(4096)):
                    size += written
            except OSError:
                file.truncate(max(0, size - 1024 * kilobytes))

    def free(self) -> None:
        """Free the space."""
        self._path.unlink(missing_ok=True)
