"""How much memory the program holds."""

import ctypes
import gc
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_KIB = 1024


def resident_bytes() -> int | None:
    """What the program has in memory now; None where the system does not tell (it is not Linux)."""
    return _field("VmRSS")


def peak_bytes() -> int | None:
    """The most that it has ever had; None likewise."""
    return _field("VmHWM")


def give_back() -> None:
    """Return to the system what was freed, as after work that took much for a moment. glibc keeps it otherwise."""
    gc.collect()
    return_freed()


def return_freed() -> None:
    """The same for what is freed already, within a few milliseconds, as where native libraries took much to load."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _field(name: str) -> int | None:
    try:
        lines = _STATUS.read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * _KIB for line in lines if line.startswith(f"{name}:")), None)
