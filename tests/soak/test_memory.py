"""Memory over many frames of the complete frame path with the real networks."""

from collections.abc import Generator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from app.core.faces import Frame
from app.core.process import resident_bytes
from app.evaluation.benchmarks.frames import read_endlessly
from app.pipeline.recognizer import Recognizer
from app.pipeline.timings import Timings
from app.services.live.demo import enrol_portraits
from app.wiring import Application

_SOURCE = {"source": "demo", "width": 320, "height": 240}


def growth(application: Application, frames: int, warm_up: int) -> tuple[float, int]:
    """Return the relative growth of resident memory after a warm-up, and the number of faces detected."""
    look = application.frame_path(settled=True)
    recognizer = Recognizer(look.identify, Timings(), look.clock, make_monitor=look.make_monitor, reuse=look.reuse)
    source: Generator[Frame] = read_endlessly(application.settings.camera, application.clock)
    with closing(look.make_analyzer()) as analyzer, closing(source) as shown:
        faces = sum(len(recognizer.process_frame(frame, analyzer).faces) for frame in islice(shown, warm_up))
        before = resident_bytes()
        for frame in islice(shown, frames):
            faces += len(recognizer.process_frame(frame, analyzer).faces)
        after = resident_bytes()
    assert before is not None
    assert after is not None
    return after / before - 1, faces


@pytest.fixture
def application(tmp_path: Path) -> Generator[Application]:
    with Application(tmp_path / "people.sqlite3") as made:
        made.settings = made.settings.with_changes(camera=_SOURCE, recognition={"landmarks": "direct", "threads": 1})
        enrol_portraits(made.enrolment)
        yield made


def test_memory_does_not_grow_over_a_few_hundred_frames(application: Application) -> None:
    grown, faces = growth(application, 600, 100)
    assert faces > 650
    assert grown < 0.02


@pytest.mark.soak
def test_memory_does_not_grow_over_two_hundred_thousand_frames(application: Application) -> None:
    """About 17 minutes at 5 ms per frame."""
    grown, faces = growth(application, 200_000, 2_000)
    assert faces > 195_000
    assert grown < 0.02
