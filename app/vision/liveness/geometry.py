"""A cue on the depth of a face that turns: a head has depth, paper and screens are flat."""

from collections import deque

import numpy as np

from app.core.faces import AnalyzedFace, Frame, QualityHint
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.vision.liveness.base import FrameStride
from app.vision.liveness.parallax import FaceView, Parallax, face_view, parallax

_EVERY = 3
"""The cue processes every n-th frame."""

_KEY_APART = 3.0
"""Least angle between two key views, in degrees."""

_KEYS = 8
_KEY_AGE_NS = 4_000_000_000
_TURNED = 5.0
"""Least angle between two views that are compared, in degrees: below it, depth moves points by less than the tracking
error."""

_NEWS = 1.0
"""Least angle by which the head must have turned since the last comparison, in degrees."""

_COMPARISONS = 12
_ENOUGH = 6
_LEAST_WIDTH = 72.0
"""Least width of the face, in pixels."""

_HEAD_DEPTH = 0.25
"""Least measured depth, relative to the depth of a head. Flat photos: below 0.1; heads: 0.25 to 0.8."""

_FLAT_RATIO, _HEAD_RATIO = 0.70, 0.85
"""Error of the plane over the error of the head. Flat photos: 0.3 to 0.45; sheets rolled as narrow as a head: 0.5 to
0.75; heads: 0.75 to 1.5 (`docs/liveness.md`). Between the two limits there is no verdict."""

_IN_THE_WAY = set(QualityHint) - {QualityHint.EYES_CLOSED}


class GeometryCue:
    """Compares views of a face that has turned, and pools the last dozen comparisons.

    Without a turn of five degrees there is no verdict.
    """

    def __init__(self) -> None:
        self._stride = FrameStride(_EVERY)
        self._keys: deque[FaceView] = deque(maxlen=_KEYS)
        self._compared: FaceView | None = None
        self._found: deque[Parallax] = deque(maxlen=_COMPARISONS)
        self._result = CueResult(CueName.GEOMETRY, LivenessVerdict.NOT_ENOUGH, {"comparisons": 0.0})

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """See `FaceCue.observe`."""
        if not self._stride.is_due() or not _is_clear(face):
            return
        now = face_view(frame, face)
        while self._keys and now.at_ns - self._keys[0].at_ns > _KEY_AGE_NS:
            self._keys.popleft()
        self._compare(now, frame)
        if all(now.angle_from(key) >= _KEY_APART for key in self._keys):
            self._keys.append(now)

    def skip_frame(self) -> None:
        """See `FaceCue.skip_frame`."""
        self._stride.skip()

    def result(self) -> CueResult:
        """FAILED if the motion is that of a plane, PASSED once it was that of a head, else NOT_ENOUGH."""
        return self._result

    def _compare(self, now: FaceView, frame: Frame) -> None:
        if self._compared is not None and now.angle_from(self._compared) < _NEWS:
            return
        farthest = max(self._keys, key=now.angle_from, default=None)
        if farthest is None or now.angle_from(farthest) < _TURNED:
            return
        found = parallax(farthest, now, frame)
        self._compared = now
        if found is not None:
            self._found.append(found)
            self._result = self._conclude()

    def _conclude(self) -> CueResult:
        evidence = {"comparisons": float(len(self._found))}
        if len(self._found) < _ENOUGH:
            return CueResult(CueName.GEOMETRY, LivenessVerdict.NOT_ENOUGH, evidence)
        depth, ratio = _pooled_depth(self._found), _pooled_ratio(self._found)
        verdict = _verdict(depth, ratio)
        if verdict is LivenessVerdict.NOT_ENOUGH and self._result.verdict is LivenessVerdict.PASSED:
            verdict = LivenessVerdict.PASSED  # depth once shown stays shown; another face has its own cue
        return CueResult(CueName.GEOMETRY, verdict, evidence | {"depth": depth, "plane_over_head": ratio})


def _is_clear(face: AnalyzedFace) -> bool:
    return face.face.box.width >= _LEAST_WIDTH and _IN_THE_WAY.isdisjoint(face.quality.hints)


def _pooled_depth(found: "deque[Parallax]") -> float:
    """The slope of measured over expected depth: least squares through the origin, in both directions together."""
    expected = np.array([one.expected for one in found]).ravel()
    measured = np.array([one.measured for one in found]).ravel()
    return float(expected @ measured / (expected @ expected))


def _pooled_ratio(found: "deque[Parallax]") -> float:
    plane, head = (np.array([getattr(one, name) for one in found]) for name in ("plane", "head"))
    return float(np.sqrt((plane**2).sum() / max((head**2).sum(), 1e-12)))


def _verdict(depth: float, ratio: float) -> LivenessVerdict:
    if ratio < _FLAT_RATIO:
        return LivenessVerdict.FAILED
    if depth >= _HEAD_DEPTH and ratio >= _HEAD_RATIO:
        return LivenessVerdict.PASSED
    return LivenessVerdict.NOT_ENOUGH
