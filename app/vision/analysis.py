"""The vision stages of a frame: detect, track, align, assess, embed."""

from collections.abc import Callable, Sequence

from app.core.closeable import Closeable
from app.core.faces import AlignedFace, AnalyzedFace, Embedding, Face, Frame, Quality
from app.core.settings.profiles import ComputeBudget
from app.core.settings.sections import QualitySettings
from app.vision.alignment import align
from app.vision.detectors.base import FaceDetector, scale_face_up, scale_frame_down
from app.vision.embedding import Embedder
from app.vision.landmark_flow import LandmarkFlow
from app.vision.quality import assess

TrackFaces = Callable[[list[Face]], list[Face]]

PROMINENT_SHARE = 0.5
"""A face narrower than this share of the widest face counts as background."""


class FaceAnalyzer(Closeable):
    """Runs the vision stages, each a method, or all of them on a picture (`analyze`).

    Owned by one thread, which also closes it.

    Args:
        detector: Finds faces and their landmarks.
        embedder: Embeds aligned faces.
        limits: The quality a face needs to be judged.
        track: Numbers faces from frame to frame; None leaves every face unnumbered (track 0).
        embed_all: Whether `analyze` also embeds faces that cannot be judged, as in evaluations.
    """

    def __init__(
        self,
        detector: FaceDetector,
        embedder: Embedder,
        limits: QualitySettings,
        track: TrackFaces | None = None,
        *,
        embed_all: bool = False,
    ) -> None:
        self.embedder = embedder
        self._detector = detector
        self._limits = limits
        self._track = track
        self._embed_all = embed_all
        self._longest_side: int | None = None
        self._max_faces: int | None = None

    @property
    def provider(self) -> str:
        """The execution provider of the embedder."""
        return self.embedder.provider

    def set_budget(self, budget: ComputeBudget) -> None:
        """Apply a compute budget from the next frame on.

        Args:
            budget: It cannot raise the number of faces above the detector's own limit.
        """
        self.embedder.flip = budget.flip
        self._longest_side, self._max_faces = budget.longest_side, budget.faces

    def detect(self, frame: Frame, least_share: float = 0.0) -> list[Face]:
        """The faces in a frame with their landmarks, in pixels of the whole frame, the largest first.

        Args:
            frame: The frame.
            least_share: Faces narrower than this share of the widest face may be left out, which can save time.
        """
        small, scale = scale_frame_down(frame, self._longest_side)
        return [scale_face_up(face, scale) for face in self._detector.detect(small, self._max_faces, least_share)]

    def track(self, faces: list[Face]) -> list[Face]:
        """The same faces in the same order, numbered as in the frames before."""
        return self._track(faces) if self._track else faces

    def align(self, frame: Frame, faces: Sequence[Face]) -> list[AlignedFace]:
        """Each face warped to the embedder's template, in the same order.

        Args:
            frame: The frame that the faces are in.
            faces: With landmarks in pixels of the frame.

        Returns:
            Images of (side, side, 3), uint8, RGB, with the side of the embedder's input in pixels.
        """
        return [align(frame.image, face, self.embedder.side) for face in faces]

    def assess(self, frame: Frame, faces: Sequence[Face], aligned: Sequence[AlignedFace]) -> list[Quality]:
        """The quality of each face, in the same order.

        Args:
            frame: The frame that the faces are in.
            faces: With landmarks in pixels of the frame.
            aligned: The same faces, aligned.
        """
        size = frame.width, frame.height
        return [assess(face, image, size, self._limits) for face, image in zip(faces, aligned, strict=True)]

    def embed(self, aligned: Sequence[AlignedFace]) -> list[Embedding]:
        """The embedding of each face, in the same order, computed in one batch."""
        return self.embedder.embed(aligned)

    def start_flow(self, frame: Frame, faces: Sequence[Face], aligned: Sequence[AlignedFace]) -> LandmarkFlow:
        """A landmark flow that starts from the faces detected in this frame.

        Args:
            frame: The frame that the faces were detected in.
            faces: With landmarks in pixels of the frame.
            aligned: The same faces, aligned.
        """
        return LandmarkFlow(frame, faces, aligned)

    def analyze(self, frame: Frame, least_share: float = 0.0) -> tuple[AnalyzedFace, ...]:
        """Run every stage on a frame.

        Args:
            frame: The frame.
            least_share: See `detect`.

        Returns:
            The faces, the largest first; without an embedding if the quality does not allow one.
        """
        faces = self.track(self.detect(frame, least_share))
        aligned = self.align(frame, faces)
        qualities = self.assess(frame, faces, aligned)
        chosen = [self._embed_all or quality.is_judgeable for quality in qualities]
        embeddings = iter(self.embed([image for image, is_chosen in zip(aligned, chosen, strict=True) if is_chosen]))
        parts = zip(faces, qualities, aligned, chosen, strict=True)
        return tuple(
            AnalyzedFace(face, q, next(embeddings) if embed else None, image) for face, q, image, embed in parts
        )

    def close(self) -> None:
        """Close the detector."""
        self._detector.close()
