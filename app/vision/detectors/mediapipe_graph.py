"""Keeps native libraries off the terminal."""

import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

log = logging.getLogger(__name__)
_redirect_lock = threading.Lock()


@contextmanager
def native_stderr_to_log() -> Iterator[None]:
    """Send what C and C++ code writes to standard error to our log, at DEBUG.

    MediaPipe's graphs print warnings while they start, before their logging is initialised, and no switch stops them.
    The descriptor is the process's, so keep the block short.
    """
    with _redirect_lock, tempfile.TemporaryFile() as caught:
        sys.stderr.flush()
        kept = os.dup(2)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            for line in caught.read().decode(errors="replace").splitlines():
                log.debug("native: %s", line)


_UNUSED = ("matplotlib", "matplotlib.pyplot", "sounddevice")
"""The first two for a plotting function of `mediapipe.tasks.python.vision.drawing_utils`: they take half of MediaPipe's
own time to import, and 40 MB. The last one for recording sound: it looks for sound cards as soon as it is imported."""

_DRIVERS = "__EGL_VENDOR_LIBRARY_FILENAMES"
"""Where libglvnd looks for graphics drivers, when it is first asked for one."""


def mediapipe_vision() -> Any:
    """The module `mediapipe.tasks.python.vision`, imported when it is first asked for."""
    with _stubbed_modules(_UNUSED):
        from mediapipe.tasks.python import vision
    return vision


@contextmanager
def without_graphics_driver() -> Iterator[None]:
    """For the length of the block nobody finds a graphics driver who has not found one before.

    Each graph of MediaPipe's makes itself a drawing context, also where all is done by the CPU. That loads the driver,
    and where there is none in hardware, LLVM: 70 MB and eight threads.
    """
    before = os.environ.get(_DRIVERS)
    os.environ[_DRIVERS] = os.devnull
    try:
        yield
    finally:
        if before is None:
            del os.environ[_DRIVERS]
        else:
            os.environ[_DRIVERS] = before


@contextmanager
def _stubbed_modules(names: tuple[str, ...]) -> Iterator[None]:
    """Empty modules stand in for those that nobody has imported yet, for the length of the block."""
    stand_ins = {name: ModuleType(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
