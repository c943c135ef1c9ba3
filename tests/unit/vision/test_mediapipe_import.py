"""What MediaPipe does without."""

import os
import subprocess
import sys

import pytest

from app.vision.mediapipe_import import no_graphics

_DRIVERS = "__EGL_VENDOR_LIBRARY_FILENAMES"
_PROBE = """
import sys
from pathlib import Path
from app.core.paths import models_dir
from app.vision.detection import MediaPipeLandmarker

MediaPipeLandmarker((models_dir() / "face_landmarker.task").read_bytes(), 1, video=False).close()
maps = Path("/proc/self/maps").read_text("utf-8")
print([name for name in ("sounddevice", "matplotlib") if name in sys.modules], "LLVM" in maps, "_dri.so" in maps)
"""


@pytest.mark.parametrize("before", [None, "/usr/share/glvnd/egl_vendor.d/10_nvidia.json"])
def test_drivers_are_hidden_for_a_moment(before: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(_DRIVERS, raising=False)
    if before is not None:
        monkeypatch.setenv(_DRIVERS, before)
    with no_graphics():
        assert os.environ[_DRIVERS] == os.devnull
    assert os.environ.get(_DRIVERS) == before


def test_a_graph_loads_no_sound_no_plots_and_no_graphics_driver() -> None:
    done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[] False False", done.stderr
