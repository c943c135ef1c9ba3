"""This process: how it is started, and how old it is."""

import os
import sys
import time
from pathlib import Path

_START_FIELD = 19
"""Of `/proc/self/stat`, counted behind the command's name: when the process began, in ticks since the machine did."""


def program() -> list[str]:
    """The words that start this program; a bundle's executable is the program itself."""
    return [sys.executable] if hasattr(sys, "_MEIPASS") else [sys.executable, "-m", "app"]


def age_s() -> float | None:
    """Seconds since this process was started, its own loading included; None where the system does not say."""
    try:
        fields = Path("/proc/self/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return None
