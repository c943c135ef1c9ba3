"""A stand-in for the calibration of a gallery."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from app.core.errors import FacelatchError
from app.core.paths import models_dir
from app.core.people import Person
from app.matching.calibration import calibrate
from app.services.recognition.calibration import Calibration
from app.vision.manifest import Manifest

SINCE = datetime(2024, 1, 2, 12, 0, tzinfo=UTC)


@dataclass
class FakeCalibration:
    """See `app.ui.ports.CalibrationPort`: a made-up gallery that is really measured.

    Attributes:
        people: How many there are.
        templates: How many each has.
        alike: How many pairs of them are one face.
        problem: Is raised while it is set.
        wait: Called before the measurement ends; whoever waits for something here can be stopped.
    """

    people: int = 0
    templates: int = 4
    alike: int = 1
    problem: FacelatchError | None = None
    changes: int = 0
    wait: Callable[[], object] = lambda: None
    measured: int = 0

    def revision(self) -> int:
        return self.changes

    def measure(
        self, progress: Callable[[float], None] = lambda _: None, stopped: Callable[[], bool] = lambda: False
    ) -> Calibration | None:
        if self.problem is not None:
            raise self.problem
        progress(0.5)
        self.wait()
        if stopped():
            return None
        self.measured += 1
        random, owners = np.random.default_rng(3), np.repeat(np.arange(self.people), self.templates)
        centres = random.normal(size=(self.people, 64))
        for twin in range(min(self.alike, self.people // 2)):
            centres[2 * twin + 1] = centres[2 * twin]
        vectors = centres[owners] + random.uniform(0.3, 1.1, (len(owners), 1)) * random.normal(size=(len(owners), 64))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        known = tuple(
            Person(f"id-{number}", f"Person {number:03}", SINCE, self.templates) for number in range(self.people)
        )
        found = calibrate(vectors.astype(np.float32), owners, random.uniform(0.3, 1, len(owners)))
        return Calibration(self.changes, known, found, Manifest(models_dir()).embedder("mobilefacenet"))
