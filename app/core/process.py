"""This process: how it is started, and how old it is."""

import ctypes
import gc
import os
import sys
import time
from pathlib import Path

_START_FIELD = 19
"""Of `/proc/self/stat`, counted behind the command's name: when the process began, in ticks since the machine did."""


def program_command() -> list[str]:
    """The words that start this program; a bundle's executable is the program itself."""
    return [sys.executable] if hasattr(sys, "_MEIPASS") else [sys.executable, "-m", "app"]


def process_age_s() -> float | None:
    """Seconds since this process was started, its own loading included; None where the system does not say."""
    try:
        fields = Path("/proc/self/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return None


_STATUS = Path("/proc/self/status")
_KIB = 1024


def resident_bytes() -> int | None:
    """What the program has in memory now; None where the system does not tell (it is not Linux)."""
    return _field("VmRSS")


def peak_resident_bytes() -> int | None:
    """The most that it has ever had; None likewise."""
    return _field("VmHWM")


def release_memory() -> None:
    """Return to the system what was freed, as after work that took much for a moment. glibc keeps it otherwise."""
    gc.collect()
    trim_heap()


def trim_heap() -> None:
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


_TELEMETRY_SWITCHES = {
    # onnxruntime 1.29 and later look up their vendor's host about 9 s after import unless this is set first.
    "ORT_DISABLE_TELEMETRY": "1",
    # OpenVINO's tools ask for consent and report through a separate package; refuse beforehand.
    "OPENVINO_TELEMETRY_OPT_OUT": "1",
}


def disable_vendor_telemetry() -> None:
    """Set the switches that keep vendors' libraries from calling home (`docs/decisions/0004-no-network-traffic.md`)."""
    os.environ.update(_TELEMETRY_SWITCHES)
    # glog inside MediaPipe writes its banner to standard error, where it would break `--json` readers' logs.
    os.environ.setdefault("GLOG_minloglevel", "2")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
