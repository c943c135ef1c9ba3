"""Imports MediaPipe without what it never uses here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_UNUSED = ("matplotlib", "matplotlib.pyplot", "sounddevice")
"""The first two for a plotting function of `mediapipe.tasks.python.vision.drawing_utils`: they take half of MediaPipe's
own time to import, and 40 MB. The last one for recording sound: it looks for sound cards as soon as it is imported."""


def mediapipe_vision() -> Any:
    """The module `mediapipe.tasks.python.vision`, imported when it is first asked for."""
    with _absent(_UNUSED):
        from mediapipe.tasks.python import vision
    return vision


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
