"""A stand-in for the vision stages: it sees the faces that a test gives it."""

import threading
from collections.abc import Sequence

import numpy as np

from app.core.faces import AlignedFace, AnalyzedFace, Embedding, Face, Frame, Quality
from app.core.settings.profiles import ComputeBudget


class ScriptedAnalyzer:
    """An `Analyzer` whose faces are scripted, and which records what the frame path asks of it.

    Attributes:
        faces: What it sees from the next frame on. A face's embedding is given only if it is asked for.
        is_flow_sure: Whether landmark flow succeeds; it then sees `faces`, too.
        looks_similar: What landmark flow says of the moved faces.
        failure: Raised by the next detection.
        frames: The frames in which faces were detected.
        flowed: In how many frames landmark flow was used.
        embedded: The tracks embedded in the last frame.
        budgets: The compute budgets applied.
        threads: The thread of each detection and of `close`.
    """

    provider = "Scripted"

    def __init__(self, *faces: AnalyzedFace) -> None:
        self.faces = faces
        self.is_flow_sure = self.looks_similar = True
        self.failure: Exception | None = None
        self.frames: list[Frame] = []
        self.flowed = 0
        self.embedded: list[int] = []
        self.budgets: list[ComputeBudget] = []
        self.threads: list[str] = []

    def set_budget(self, budget: ComputeBudget) -> None:
        self.budgets.append(budget)

    def detect(self, frame: Frame) -> list[Face]:
        self.threads.append(threading.current_thread().name)
        self.frames.append(frame)
        if self.failure is not None:
            raise self.failure
        return [seen.face for seen in self.faces]

    def track(self, faces: list[Face]) -> list[Face]:
        return faces

    def align(self, _frame: Frame, faces: Sequence[Face]) -> list[AlignedFace]:
        return [seen.aligned or blank() for seen, _ in zip(self.faces, faces, strict=True)]

    def assess(self, _frame: Frame, faces: Sequence[Face], _aligned: Sequence[AlignedFace]) -> list[Quality]:
        return [seen.quality for seen, _ in zip(self.faces, faces, strict=True)]

    def embed(self, aligned: Sequence[AlignedFace]) -> list[Embedding]:
        chosen = [seen for image in aligned for seen in self.faces if seen.aligned is image]
        self.embedded = [seen.face.track for seen in chosen]
        return [seen.embedding for seen in chosen if seen.embedding is not None]

    def start_flow(self, _frame: Frame, _faces: Sequence[Face], _aligned: Sequence[AlignedFace]) -> "ScriptedFlow":
        return ScriptedFlow(self)

    def close(self) -> None:
        self.threads.append(f"closed in {threading.current_thread().name}")


class ScriptedFlow:
    """A `LandmarkFlow` that takes the faces in view for those that were detected.

    Args:
        analyzer: Knows which faces are in view, and counts the frames.
    """

    def __init__(self, analyzer: ScriptedAnalyzer) -> None:
        self._analyzer = analyzer

    def move(self, _frame: Frame) -> list[Face] | None:
        self._analyzer.flowed += 1
        return [seen.face for seen in self._analyzer.faces] if self._analyzer.is_flow_sure else None

    def looks_similar(self, _aligned: Sequence[AlignedFace]) -> bool:
        return self._analyzer.looks_similar


def blank() -> AlignedFace:
    """An aligned face that shows nothing."""
    return AlignedFace(np.zeros((1, 1, 3), np.uint8), 1.0)
