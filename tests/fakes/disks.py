"""A small disk of its own for a process, to be filled up or made read-only; without root where the system permits."""

import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_MOUNT = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"'


@cache
def namespace() -> tuple[str, ...]:
    """The words before a command that may mount what only it sees."""
    ways = (("unshare", "--map-root-user", "--mount"), ("unshare", "--mount"))
    able = (way for way in ways if subprocess.run([*way, "true"], check=False, capture_output=True).returncode == 0)
    return next(able)


def on_small_disk(directory: Path, size: str, module: str, *arguments: object) -> str:
    """Run a module of the tests with a file system of a certain size in some directory, and give what it prints.

    Args:
        directory: There, and empty.
        size: As mount has it: "2m".
        module: Its full name.
        arguments: The module's.
    """
    words = [size, directory, sys.executable, "-m", module, *arguments]
    command = [*namespace(), "sh", "-c", _MOUNT, "sh", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


class Filler:
    """A file that leaves just so much room on a disk.

    Args:
        disk: Its directory.
    """

    def __init__(self, disk: Path) -> None:
        self._path = disk / "filler"

    def leave(self, kilobytes: int) -> None:
        """Fill everything but so much."""
        with self._path.open("wb", buffering=0) as file:
            size = 0
            try:
                while written := file.write(bytes(4096)):
                    size += written
            except OSError:
                file.truncate(max(0, size - 1024 * kilobytes))

    def free(self) -> None:
        """Give the room back."""
        self._path.unlink(missing_ok=True)
