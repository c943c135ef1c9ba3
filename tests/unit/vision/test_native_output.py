import logging
import os
import subprocess
import sys

import pytest

from app.vision.native_output import native_stderr_to_log


def test_what_native_code_writes_goes_to_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG, logger="app"), native_stderr_to_log():
        os.write(2, b"from below\n")
    assert "native: from below" in caplog.messages
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n"


def test_an_error_inside_gives_the_descriptor_back(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), native_stderr_to_log():
        raise ZeroDivisionError
    os.write(2, b"still here\n")
    assert capfd.readouterr().err == "still here\n"


def test_a_detector_starts_without_a_word_on_standard_error() -> None:
    code = (
        "import app, numpy as np\n"
        "from app.core.paths import models_dir\n"
        "from app.core.types import Frame\n"
        "from app.vision.detection import MediaPipeLandmarker, PictureFaceDetector\n"
        "from app.vision.manifest import Manifest\n"
        "m = Manifest(models_dir())\n"
        "with PictureFaceDetector(MediaPipeLandmarker(m.load(m.landmarker()), 1, video=False)) as d:\n"
        "    d.detect(Frame(1, np.zeros((480, 640, 3), np.uint8), 0))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stderr == ""
