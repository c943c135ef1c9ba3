"""Imports MediaPipe, and has it begin, without what it never uses here."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_UNUSED = ("matplotlib", "matplotlib.pyplot", "sounddevice")
"""The first two for a plotting function of `mediapipe.tasks.python.vision.drawing_utils`: they take half of MediaPipe's
own time to import, and 40 MB. The last one for recording sound: it looks for sound cards as soon as it is imported."""

_DRIVERS = "__EGL_VENDOR_LIBRARY_FILENAMES"
"""Where libglvnd looks for graphics drivers, when it is first asked for one."""


def mediapipe_vision() -> Any:
    """The module `mediapipe.tasks.python.vision`, imported when it is first asked for."""
    with _absent(_UNUSED):
        from mediapipe.tasks.python import vision
    return vision


@contextmanager
def no_graphics() -> Iterator[None]:
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
def _absent(names: tuple[str, ...]) -> Iterator[None]:
    """Empty modules stand in for those that nobody has imported yet, for the length of the block."""
    stand_ins = {name: ModuleType(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
