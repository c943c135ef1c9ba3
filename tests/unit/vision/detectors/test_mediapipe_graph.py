"""What MediaPipe does not load or print."""

import logging
import os
import subprocess
import sys

import pytest

from app.vision.detectors.mediapipe_graph import native_stderr_to_log, without_graphics_driver


def test_native_standard_error_goes_to_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG, logger="app"), native_stderr_to_log():
        os.write(2, b"from below\n")
    assert "native: from below" in caplog.messages
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n"


def test_an_error_inside_restores_the_descriptor(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), native_stderr_to_log():
        raise ZeroDivisionError
    os.write(2, b"still here\n")
    assert capfd.readouterr().err == "still here\n"


def test_a_detector_writes_nothing_to_standard_error() -> None:
    code = (
        "import app, numpy as np\n"
        "from contextlib import closing\n"
        "from app.core.paths import models_dir\n"
        "from app.vision.detectors.mediapipe_graph import MediaPipeLandmarker\n"
        "from app.vision.manifest import Manifest\n"
        "m = Manifest(models_dir())\n"
        "with closing(MediaPipeLandmarker(m.load(m.landmarker()), 1, video=False)) as graph:\n"
        "    graph.find(np.zeros((480, 640, 3), np.uint8))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stderr == ""


_DRIVERS = "__EGL_VENDOR_LIBRARY_FILENAMES"
_PROBE = """
import sys
from pathlib import Path
from app.core.paths import models_dir
from app.vision.detectors.mediapipe_graph import MediaPipeLandmarker

MediaPipeLandmarker((models_dir() / "face_landmarker.task").read_bytes(), 1, video=False).close()
maps = Path("/proc/self/maps").read_text("utf-8")
print([name for name in ("sounddevice", "matplotlib") if name in sys.modules], "LLVM" in maps, "_dri.so" in maps)
"""


@pytest.mark.parametrize("before", [None, "/usr/share/glvnd/egl_vendor.d/10_nvidia.json"])
def test_graphics_drivers_are_hidden_inside_the_block(before: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(_DRIVERS, raising=False)
    if before is not None:
        monkeypatch.setenv(_DRIVERS, before)
    with without_graphics_driver():
        assert os.environ[_DRIVERS] == os.devnull
    assert os.environ.get(_DRIVERS) == before


def test_a_graph_loads_no_sound_no_plots_and_no_graphics_driver() -> None:
    done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[] False False", done.stderr
