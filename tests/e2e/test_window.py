"""The real window on a real X server, with a real video."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import pytest

from tests.e2e.xvfb import x_server

ROOT = Path(__file__).parents[2]


@pytest.mark.eval
def test_enrolment_from_a_video_shows_the_name(eval_dir: Path, tmp_path: Path) -> None:
    screenshot = tmp_path / "window.png"
    film = eval_dir / "video" / "liveportrait_d9.mp4"
    command = [sys.executable, "-m", "tests.e2e.window_driver", str(film), "Ada Lovelace", str(screenshot)]
    with x_server() as environment:
        run = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert "Ada Lovelace" not in seen["before"]
    assert seen["after"] in {"Ada Lovelace: Recognised, not verified", "Ada Lovelace: Verified"}
    assert seen["people"] == ["Ada Lovelace"]
    assert seen["closed_within_s"] < 2.5
    assert seen["threads"] == []
    picture = cv2.imread(str(screenshot))
    assert picture is not None
    assert picture.shape[:2] == (800, 1280)
    assert picture.std() > 20


def test_window_without_a_camera_closes_on_sigterm() -> None:
    with x_server() as environment:
        environment |= {"FACELATCH_CAMERA__SOURCE": "0"}
        command = [sys.executable, "-m", "app"]
        with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True) as window:
            search = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "^Facelatch$"]
            subprocess.run(search, env=environment, timeout=30, check=True, capture_output=True)
            time.sleep(4)  # by then the models are loaded
            assert window.poll() is None, "it ended by itself"
            window.send_signal(signal.SIGTERM)
            began = time.monotonic()
            _, errors = window.communicate(timeout=20)
            assert time.monotonic() - began < 3
    assert window.returncode == 0
    assert errors == "", errors


def test_screenshot_without_a_display(tmp_path: Path) -> None:
    path = tmp_path / "live.png"
    environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "QT_QPA_PLATFORM"}}
    command = [sys.executable, "-m", "app", "demo", "--screenshot", str(path)]
    subprocess.run(command, env=environment, cwd=ROOT, timeout=90, check=True, capture_output=True)
    picture = cv2.imread(str(path))
    assert picture is not None
    assert picture.shape[:2] == (800, 1280)
