"""The running process: its command, age and memory, and the environment that libraries read."""

import ctypes
import gc
import os
import sys
import time
from pathlib import Path

_TELEMETRY_SWITCHES = {
    # ONNX Runtime 1.29 and later resolve a vendor host about 9 s after import unless this is set before the import.
    "ORT_DISABLE_TELEMETRY": "1",
    # OpenVINO's tools report through a separate package.
    "OPENVINO_TELEMETRY_OPT_OUT": "1",
}


def disable_vendor_telemetry() -> None:
    """Set the variables that disable telemetry of libraries (`docs/decisions/0004-no-network-traffic.md`)."""
    os.environ.update(_TELEMETRY_SWITCHES)
    # glog inside MediaPipe writes its banner to standard error.
    os.environ.setdefault("GLOG_minloglevel", "2")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def program_command() -> list[str]:
    """Return the command that starts this program: the executable of a bundle, or the interpreter with `-m app`."""
    return [sys.executable] if hasattr(sys, "_MEIPASS") else [sys.executable, "-m", "app"]


def process_age_s() -> float:
    """Return the seconds since this process was started, interpreter start-up included."""
    import psutil

    return time.time() - float(psutil.Process().create_time())


def resident_bytes() -> int:
    """Return the resident memory of this process in bytes."""
    import psutil

    return int(psutil.Process().memory_info().rss)


def peak_resident_bytes() -> int | None:
    """Return the largest resident memory of this process so far, in bytes; None outside Linux."""
    try:
        lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), None)


def release_memory() -> None:
    """Collect garbage and return freed memory to the operating system."""
    gc.collect()
    trim_heap()


def trim_heap() -> None:
    """Return memory that is already freed to the operating system; glibc keeps it otherwise. Takes milliseconds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
