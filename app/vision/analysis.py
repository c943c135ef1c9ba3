"""All stages of vision in their order."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter_ns

from app.core.closeable import Closeable
from app.core.faces import AlignedFace, AnalyzedFace, Face, Frame, Quality
from app.core.settings.profiles import ComputeBudget
from app.core.settings.sections import QualitySettings
from app.vision.alignment import align
from app.vision.detectors.base import FaceDetector, scale_face_up, scale_frame_down
from app.vision.embedding import Embedder
from app.vision.landmark_flow import LandmarkFlow, looks_similar
from app.vision.quality import assess

Track = Callable[[list[Face]], list[Face]]
Known = Callable[[Sequence[Face]], Collection[int]]
"""All faces of a frame → the tracks of those that need no embedding."""


def nobody(_faces: Sequence[Face]) -> Collection[int]:
    """Every face is to be embedded."""
    return ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What vision says of a frame.

    Attributes:
        faces: The largest first.
        stages: Nanoseconds spent, by stage: detect, align, embed.
    """

    faces: tuple[AnalyzedFace, ...]
    stages: dict[str, int]


class FaceAnalyzer(Closeable):
    """Detects, aligns, assesses and embeds. Owned by one thread, which also closes it.

    Args:
        detector: Finds faces.
        embedder: Embeds those that are good enough.
        limits: What is good enough.
        track: Numbers faces from frame to frame; by default they are left unnumbered.
        embed_all: Embed also faces that are not good enough (for evaluation, where each picture counts).
    """

    def __init__(
        self,
        detector: FaceDetector,
        embedder: Embedder,
        limits: QualitySettings,
        track: Track | None = None,
        *,
        embed_all: bool = False,
    ) -> None:
        self.embedder = embedder
        self._detector = detector
        self._limits = limits
        self._track = track
        self._embed_all = embed_all
        self._last: tuple[Frame, tuple[AnalyzedFace, ...]] | None = None
        self._follower: LandmarkFlow | None = None
        self._longest_side: int | None = None
        self._most: int | None = None

    @property
    def provider(self) -> str:
        """What the embedder runs on."""
        return self.embedder.provider

    def set_budget(self, compute_budget: ComputeBudget) -> None:
        """From the next frame on, do so much and no more.

        Args:
            compute_budget: Faces beyond those that the detector was made for are not found by it.
        """
        self.embedder.flip = compute_budget.flip
        self._longest_side, self._most = compute_budget.longest_side, compute_budget.faces

    def analyze(self, frame: Frame, known: Known = nobody) -> Analysis:
        """Look at one frame.

        Args:
            frame: The picture.
            known: Says which faces of it are not embedded.
        """
        stages: dict[str, int] = {}
        with _timed(stages, "detect"):
            faces = self._detected(frame)
            faces = self._track(faces) if self._track else faces
        with _timed(stages, "align"):
            aligned, qualities = self._assessed(frame, faces)
        with _timed(stages, "embed"):
            analyzed = tuple(self._embedded(faces, aligned, qualities, known(faces)))
        self._last, self._follower = (frame, analyzed), None
        return Analysis(analyzed, stages)

    def follow(self, frame: Frame) -> Analysis | None:
        """Move the faces of the last frame that was analysed to where they are in this one; none is embedded.

        Args:
            frame: Shortly after it.

        Returns:
            None where that is not sure: a face could not be followed, looks otherwise, or is judged otherwise.
        """
        if self._last is None or not self._last[1]:
            return None
        before, faces = self._last
        stages: dict[str, int] = {}
        with _timed(stages, "detect"):
            self._follower = self._follower or LandmarkFlow(before, [face.face for face in faces])
            moved = self._follower.follow(frame)
        if moved is None:
            return None
        with _timed(stages, "align"):
            aligned, qualities = self._assessed(frame, moved)
        stages["embed"] = 0
        parts = list(zip(faces, moved, qualities, aligned, strict=True))
        sure = all(
            looks_similar(old.aligned, new) and q.is_judgeable for old, _, q, new in parts if old.aligned is not None
        )
        return Analysis(tuple(AnalyzedFace(f, q, None, a) for _, f, q, a in parts), stages) if sure else None

    def _detected(self, frame: Frame) -> list[Face]:
        """The faces wanted, in the pixels of the whole picture."""
        small, scale = scale_frame_down(frame, self._longest_side)
        return [scale_face_up(face, scale) for face in self._detector.detect(small, self._most)]

    def _assessed(self, frame: Frame, faces: list[Face]) -> tuple[list[AlignedFace], list[Quality]]:
        aligned = [align(frame.image, face, self.embedder.side) for face in faces]
        size = frame.width, frame.height
        return aligned, [assess(f, a, size, self._limits) for f, a in zip(faces, aligned, strict=True)]

    def _embedded(
        self, faces: list[Face], aligned: list[AlignedFace], qualities: list[Quality], known: Collection[int]
    ) -> list[AnalyzedFace]:
        good = [index for index, quality in enumerate(qualities) if self._embed_all or quality.is_judgeable]
        wanted = [index for index in good if faces[index].track not in known]
        embeddings = dict(zip(wanted, self.embedder.embed([aligned[i] for i in wanted]), strict=True))
        parts = zip(faces, qualities, aligned, strict=True)
        return [AnalyzedFace(f, q, embeddings.get(i), a) for i, (f, q, a) in enumerate(parts)]

    def close(self) -> None:
        """Let go of native objects."""
        self._detector.close()


@contextmanager
def _timed(stages: dict[str, int], name: str) -> Iterator[None]:
    start = perf_counter_ns()
    yield
    stages[name] = perf_counter_ns() - start
