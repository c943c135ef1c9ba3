"""Counts how often a frame's bytes are written between the camera and the screen: twice.

The camera's driver decodes the frame once, and Qt converts it once into the format that it paints fastest. In between,
all consumers read the same array. (MediaPipe's own graph copies the frame inside; its networks alone read crops.)
"""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from pytestqt.qtbot import QtBot

from app.camera.health import FrameHealth
from app.camera.picture_file import read_picture
from app.camera.webcam import Webcam
from app.core.faces import Frame, Image
from app.core.paths import resources_dir
from app.pipeline.latest_slot import LatestSlot
from app.pipeline.recognizer import Recognizer
from app.pipeline.timings import Timings
from app.ui.live.picture_view import PictureView
from app.wiring import Application
from tests.fakes.camera import FakeCapture, ManualClock

T = TypeVar("T")


def written(frame_bytes: int, work: Callable[[], T]) -> tuple[float, T]:
    """How many frames' worth of memory some work takes at most, beyond what it found, and what it gives."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        outcome = work()
        return (tracemalloc.get_traced_memory()[1] - before) / frame_bytes, outcome
    finally:
        tracemalloc.stop()


def test_frame_bytes_are_written_twice_from_camera_to_screen(qtbot: QtBot, tmp_path: Path) -> None:
    portrait = read_picture(resources_dir() / "portraits" / "grace_hopper.jpg")
    picture: Image = np.ascontiguousarray(cv2.resize(portrait, (960, 1200)), np.uint8)
    camera = Webcam(0, ManualClock(), capture=FakeCapture([picture] * 6), cameras=list, devices=None)
    camera.open()
    view = PictureView()
    qtbot.addWidget(view)
    slot: LatestSlot[Frame] = LatestSlot()
    with Application(tmp_path / "people.sqlite3") as application:
        application.settings = application.settings.with_changes(recognition={"landmarks": "direct"})
        recognizer = Recognizer(application.matcher.identify, Timings(), application.clock)
        with application.models.vision.video_analyzer() as analyzer:
            camera.read()
            recognizer.process_frame(Frame(1, picture, 1), analyzer)  # what is made once is made now

            decoding, frame = written(picture.nbytes, camera.read)
            assert frame is not None
            np.testing.assert_array_equal(frame.image, picture)

            def hand_over() -> Frame | None:
                FrameHealth(live=True, started_ns=0).observe_frame(frame.image, frame.captured_ns)
                slot.put(frame)
                return slot.take()

            handing_over, taken = written(picture.nbytes, hand_over)
            assert taken is frame
            looking, result = written(picture.nbytes, lambda: recognizer.process_frame(frame, analyzer))
            assert len(result.faces) == 1
            assert np.shares_memory(result.frame.image, frame.image)
    showing, _ = written(picture.nbytes, lambda: view.show_result(result))
    assert round(decoding) == 1
    assert decoding < 1.1
    assert handing_over < 0.1
    assert looking < 0.4  # crops, landmarks, embeddings; the shrunk surroundings of a large face
    assert showing < 0.1  # Qt's own buffer is the second writing
    assert view.has_picture
    camera.close()
