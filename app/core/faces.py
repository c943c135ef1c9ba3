"""Frames, faces, quality and embeddings. All types are frozen; callers must not write to the arrays in them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""A picture: (height, width, 3), uint8, RGB, C-contiguous."""

Vector = NDArray[np.float32]
"""An embedding: (size,), float32, unit length."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a frame source.

    Attributes:
        id: Sequence number within the source, from 1.
        image: (height, width, 3), uint8, RGB.
        captured_ns: Monotonic time of delivery by the source, in nanoseconds.
    """

    id: int
    image: Image
    captured_ns: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.image.shape[0])


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned rectangle in pixels of a picture; it may extend beyond the picture.

    Attributes:
        x: Left edge.
        y: Upper edge.
        width: Extent to the right.
        height: Extent downwards.
    """

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Area in square pixels; 0 for a negative extent."""
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def centre(self) -> tuple[float, float]:
        """Centre (x, y) in pixels."""
        return self.x + self.width / 2, self.y + self.height / 2

    def iou(self, other: "Box") -> float:
        """Return the intersection over union with another box, 0 to 1."""
        shared = _overlap(self.x, self.width, other.x, other.width) * _overlap(
            self.y, self.height, other.y, other.height
        )
        return shared / (self.area + other.area - shared) if shared else 0.0


def _overlap(start: float, length: float, other_start: float, other_length: float) -> float:
    """Length of the overlap of two intervals, clamped to the shorter one against rounding errors."""
    shared = min(start + length, other_start + other_length) - max(start, other_start)
    return max(min(shared, length, other_length), 0.0)


@dataclass(frozen=True, slots=True)
class Pose:
    """Head pose in degrees; all zero for a head that faces the camera.

    Attributes:
        yaw: Positive towards the person's own left.
        pitch: Positive upwards.
        roll: Positive clockwise in the picture.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Expression:
    """Facial expression from the blendshapes of the face mesh, each 0 (none) to about 1 (full).

    Attributes:
        blink: Closure of the less closed eye.
        smile: Raise of the less raised corner of the mouth.
        jaw_open: Opening of the mouth.
        brows_up: Raise of the less raised outer brow, or of the inner brows.
    """

    blink: float
    smile: float
    jaw_open: float
    brows_up: float


@dataclass(frozen=True, slots=True)
class Face:
    """A detected face.

    Attributes:
        box: Bounding box of the landmarks, in pixels.
        landmarks: (478, 3), float32: MediaPipe face mesh with irises; x and y in pixels, z in the same scale, 0 at the
            centre of the head and negative towards the camera.
        track: Track id, constant for one face over consecutive frames; 0 without tracking.
        expression: Facial expression; None if the detector does not compute it.
    """

    box: Box
    landmarks: NDArray[np.float32]
    track: int = 0
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class AlignedFace:
    """A face warped to the reference landmarks of the embedding model.

    Attributes:
        image: (side, side, 3), uint8, RGB.
        scale: Pixels of `image` per pixel of the original picture; above 1 if the face was enlarged.
    """

    image: Image
    scale: float


class QualityHint(StrEnum):
    """Quality issues as instructions to the person, in the order in which to follow them."""

    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    MOVE_CLOSER = "move-closer"
    CUT_OFF = "cut-off"
    LOOK_AT_CAMERA = "look-at-camera"
    EYES_CLOSED = "eyes-closed"
    HOLD_STILL = "hold-still"


@dataclass(frozen=True, slots=True)
class QualityIssue:
    """One quality measure outside its limit.

    Attributes:
        hint: What the person should do.
        setting: Name of the setting, in section `quality`, that holds the limit.
        value: Measured value, in the unit of the setting.
        limit: Value of the setting.
    """

    hint: QualityHint
    setting: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Quality measures of one face.

    Attributes:
        eye_distance: Distance of the irises in pixels of the original picture.
        sharpness: Variance of the Laplacian of the aligned face's luminance (0 to 255).
        brightness: Mean luminance of the aligned face, 0 to 255.
        pose: Head pose.
        eyes_open: Height over width of the more closed eye: about 0.3 if open, below 0.1 if shut.
        inside: Share of the bounding box that lies within the picture, 0 to 1.
        quality_issues: Measures outside their limits, in the order of `QualityHint`.
        covered: Probability of an occlusion (mask, dark glasses), 0 to 1. Checked at enrolment only.
    """

    eye_distance: float
    sharpness: float
    brightness: float
    pose: Pose
    eyes_open: float
    inside: float
    quality_issues: tuple[QualityIssue, ...] = ()
    covered: float = 0.0

    @property
    def hints(self) -> tuple[QualityHint, ...]:
        """Instructions to the person, in the order in which to follow them."""
        return tuple(issue.hint for issue in self.quality_issues)

    @property
    def is_judgeable(self) -> bool:
        """Whether the quality suffices for a comparison."""
        return not self.quality_issues


@dataclass(frozen=True, slots=True)
class Embedding:
    """The feature vector of a face. Only embeddings of the same model are comparable.

    Attributes:
        vector: (size,), float32, unit length.
        model: Manifest name of the model that computed it.
    """

    vector: Vector
    model: str


@dataclass(frozen=True, slots=True)
class AnalyzedFace:
    """A detected face with its quality and embedding.

    Attributes:
        face: The detected face.
        quality: Its quality measures.
        embedding: Its embedding; None if the quality is insufficient or the embedding was reused.
        aligned: The aligned face from which the embedding is computed; None if it is not available.
    """

    face: Face
    quality: Quality
    embedding: Embedding | None
    aligned: AlignedFace | None = None


class HeadPose(StrEnum):
    """Head poses requested at enrolment; left and right are the person's own."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
