"""The values that travel through the program. All are frozen; pictures in them must not be written to."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.core.people import Person

Image = NDArray[np.uint8]
"""A picture: height × width × 3, uint8, RGB, C-contiguous."""

Vector = NDArray[np.float32]
"""An embedding: (size,), float32, of unit length."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture from a source.

    Attributes:
        id: Counts up by one from each source, from 1.
        image: height × width × 3, uint8, RGB.
        captured_ns: Monotonic time at which the source delivered it, in nanoseconds.
    """

    id: int
    image: Image
    captured_ns: int

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.image.shape[0])


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels of its picture; may reach over the edges."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """In square pixels."""
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) in pixels."""
        return self.x + self.width / 2, self.y + self.height / 2

    def iou(self, other: "Box") -> float:
        """Intersection over union with another box, 0 to 1."""
        shared = _overlap(self.x, self.width, other.x, other.width) * _overlap(
            self.y, self.height, other.y, other.height
        )
        return shared / (self.area + other.area - shared) if shared else 0.0


def _overlap(start: float, length: float, other_start: float, other_length: float) -> float:
    """How much two stretches share; never more than the shorter, which the rounding of their ends could give."""
    shared = min(start + length, other_start + other_length) - max(start, other_start)
    return max(min(shared, length, other_length), 0.0)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a head points, in degrees; all zero when it looks straight into the camera.

    Attributes:
        yaw: Positive when the person turns to their own left.
        pitch: Positive when the person looks up.
        roll: Positive when the head tilts clockwise in the picture.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Expression:
    """What a face does, each from 0 (not at all) to about 1 (as much as can be): blendshapes of the face mesh.

    Attributes:
        blink: How far the less closed eye is shut.
        smile: How far the less raised corner of the mouth is drawn up.
        jaw_open: How far the mouth stands open.
        brows_up: How far the less raised outer brow, or the inner brows, are raised.
    """

    blink: float
    smile: float
    jaw_open: float
    brows_up: float


@dataclass(frozen=True, slots=True)
class Face:
    """A face found in a picture.

    Attributes:
        box: Around the landmarks, in pixels.
        landmarks: (478, 3), float32: MediaPipe's face mesh with irises; x and y in pixels, z in the same scale with
            the head's centre at 0 and negative towards the camera.
        track: The same for the same face from frame to frame; 0 where faces are not tracked.
        expression: What it does; None where the detector was not asked for it.
    """

    box: Box
    landmarks: NDArray[np.float32]
    track: int = 0
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class AlignedFace:
    """A face warped to the embedder's template.

    Attributes:
        image: side × side × 3, uint8, RGB.
        scale: Pixels of `image` per pixel of the original: above 1 the face was enlarged.
    """

    image: Image
    scale: float


class QualityHint(StrEnum):
    """Why a face cannot be judged, in the order in which a person should mend it."""

    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    MOVE_CLOSER = "move-closer"
    CUT_OFF = "cut-off"
    LOOK_AT_CAMERA = "look-at-camera"
    EYES_CLOSED = "eyes-closed"
    HOLD_STILL = "hold-still"


@dataclass(frozen=True, slots=True)
class QualityIssue:
    """One thing that keeps a face from being judged, and by how much.

    Attributes:
        hint: What it is.
        setting: The name of the setting, in the section `quality`, that sets the limit; its title has the unit.
        value: What was measured, in the setting's unit.
        limit: What the setting asks for: `value` is on the wrong side of it.
    """

    hint: QualityHint
    setting: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Quality:
    """What a face's picture is worth.

    Attributes:
        eye_distance: Between the irises, in pixels of the original picture.
        sharpness: Variance of the Laplacian of the aligned face's luminance (0 to 255).
        brightness: Mean luminance of the aligned face, 0 to 255.
        pose: Of the head.
        eyes_open: Height over width of the more closed eye: about 0.3 when open, below 0.1 when shut.
        inside: Share of the face's box that lies within the picture, 0 to 1.
        shortfalls: What keeps the face from being judged, in the order of `Hint`; empty when it can be.
        covered: How sure it is that something covers part of the face, 0 to 1; matters where people are enrolled.
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
        """What a person should mend, the first first."""
        return tuple(quality_issue.hint for quality_issue in self.quality_issues)

    @property
    def is_judgeable(self) -> bool:
        """Whether the face is good enough to be matched."""
        return not self.quality_issues


@dataclass(frozen=True, slots=True)
class Embedding:
    """A face as a direction. Embeddings of different models are never compared.

    Attributes:
        vector: (size,), float32, unit length.
        model: The manifest name of the model that made it.
    """

    vector: Vector
    model: str


@dataclass(frozen=True, slots=True)
class AnalyzedFace:
    """A face and all that vision says of it.

    Attributes:
        face: Where it is.
        quality: What its picture is worth.
        embedding: None where the quality did not allow one.
        aligned: What the embedding was made of; None where that is not at hand.
    """

    face: Face
    quality: Quality
    embedding: Embedding | None
    aligned: AlignedFace | None = None


class Verdict(StrEnum):
    """What is said of a face. A face that was not judged was neither accepted nor rejected."""

    MATCH = "match"
    NO_MATCH = "no-match"
    AMBIGUOUS = "ambiguous"
    GALLERY_EMPTY = "nobody-enrolled"
    NOT_JUDGED = "not-judged"


@dataclass(frozen=True, slots=True)
class NegativeMatch:
    """Somebody whom a face must not be taken for, since it resembles one that was marked as not theirs.

    Attributes:
        person: Who.
        similarity: Cosine to the person's nearest template, -1 to 1.
        marked: Cosine to the nearest face that was marked; not below `similarity`, but for rounding.
    """

    person: Person
    similarity: float
    marked: float


@dataclass(frozen=True, slots=True)
class Match:
    """The outcome of comparing a probe with the gallery.

    Attributes:
        verdict: MATCH, NO_MATCH, AMBIGUOUS or GALLERY_EMPTY.
        person: The most similar person, whatever the verdict; None when nobody is enrolled.
        similarity: Cosine to that person's nearest template, -1 to 1.
        runner_up: The same for the next most similar *person*; None when there is none.
        threshold: What the similarity had to reach.
        fmr: The share of impostor comparisons that reach this similarity (false match rate), 0 to 1.
        min_margin: What `margin` had to reach.
        negative_match: The most similar person whom an operator marked as "not this person" for faces like this one;
            never accepted, and not counted as the runner-up.
    """

    verdict: Verdict
    person: Person | None
    similarity: float
    runner_up: float | None
    threshold: float
    fmr: float
    min_margin: float = 0.0
    negative_match: NegativeMatch | None = None

    @property
    def accepted(self) -> bool:
        """Whether the probe is held to be this person."""
        return self.verdict is Verdict.MATCH

    @property
    def margin(self) -> float | None:
        """How far the runner-up is behind; None when there is no runner-up."""
        return None if self.runner_up is None else self.similarity - self.runner_up


class HeadPose(StrEnum):
    """Where a person is asked to look; left and right are the person's own."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
