"""Start-up benchmark: time from the command to the first verdict, in separate processes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from app.core.errors import CameraLost
from app.core.paths import models_dir, resources_dir
from app.core.process import program_command

_ARGUMENTS = ("demo", "--headless", "--frames", "8", "--json")
_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class StartupReport:
    """Seconds from the command to the first verdict on the demo.

    Attributes:
        cold_s: With none of the program's files in the page cache; None where the system cannot drop them.
        warm_s: Median of the starts after that.
    """

    cold_s: float | None
    warm_s: float


def time_startup(warm: int = 3) -> StartupReport:
    """Start the demo once cold and several times warm, after a start that is not counted.

    Args:
        warm: Number of warm starts.

    Raises:
        CameraLost: A start gave no verdict.
    """
    _first_verdict_s()  # compiles what an installer would have compiled
    cold = _first_verdict_s() if _drop_from_page_cache(_files()) else None
    return StartupReport(cold, median(_first_verdict_s() for _ in range(warm)))


def _first_verdict_s() -> float:
    done = subprocess.run(  # noqa: S603 - ourselves
        [*program_command(), *_ARGUMENTS],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
        env=_environment(),
    )
    verdict = json.loads(done.stdout)["first_verdict_s"] if done.returncode == 0 else None
    if verdict is None:
        raise CameraLost(camera="Demo")
    return float(verdict)


def _environment() -> dict[str, str]:
    """Our environment, except that Python writes bytecode, as in an installation."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _bundle() -> Path | None:
    """Directory of the bundle that is running; None outside of a bundle."""
    inside = getattr(sys, "_MEIPASS", None)
    return Path(inside).parent if inside else None


def _files() -> Iterator[Path]:
    """Files read at a start: the program, its packages, models and pictures."""
    packages = [Path(path) for path in sys.path if path.endswith("site-packages")]
    bundle = _bundle()
    for folder in [bundle] if bundle else [Path(__file__).parents[2], *packages, models_dir(), resources_dir()]:
        yield from (path for path in folder.rglob("*") if path.is_file())


def _drop_from_page_cache(files: Iterator[Path]) -> bool:
    """Ask the system to drop files from its page cache; False where that is not possible."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in files:
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
    return True
