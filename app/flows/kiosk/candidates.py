"""Which face in view a kiosk follows: the one that stands before it, not simply the largest."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from app.core.faces import Box
from app.flows.kiosk.face_run import ObservedFace

_MEMORY_NS = 1_000_000_000
_SPEED_OVER_NS = 300_000_000
"""Shortest time over which a speed is measured."""

_STILL = 0.02
"""Movement within `_MEMORY_NS`, in widths of the face, below which a face is still. A picture on a wall is."""

_STILL_WEIGHT = 0.5
_LATEST_WEIGHT = 1.5


@dataclass(frozen=True, slots=True)
class IntentRule:
    """When a face is taken for a person who wants to enter.

    Attributes:
        min_share: Least height of the face, as a share of the height of the picture, 0 to 1.
        max_speed: Highest speed across the picture, in widths of the face per second. People walking by exceed it.
    """

    min_share: float = 0.0
    max_speed: float = 1.5


@dataclass(slots=True)
class _Track:
    since_ns: int
    places: list[tuple[int, Box]] = field(default_factory=list)

    def movement(self) -> float:
        """Return the distance between the first and the latest place, in widths of the face."""
        before, after = self.places[0][1], self.places[-1][1]
        return math.dist(before.centre, after.centre) / max(after.width, 1.0)

    def speed(self) -> float:
        """Return the speed in widths of the face per second; 0 until it is known."""
        elapsed_ns = self.places[-1][0] - self.places[0][0]
        return self.movement() / (elapsed_ns / 1e9) if elapsed_ns >= _SPEED_OVER_NS else 0.0


class CandidateSelector:
    """Orders the faces in view by how likely they are the person who wants to enter.

    Large faces near the centre come first, those that move before still ones, and the last to arrive before the others.
    Faces that are too small, or that pass by, are left out.

    Args:
        rule: When a face wants to enter.
    """

    def __init__(self, rule: IntentRule) -> None:
        self._rule = rule
        self._tracks: dict[int, _Track] = {}

    def observe(self, faces: Sequence[ObservedFace], now_ns: int) -> None:
        """Record where the faces are.

        Args:
            faces: All faces in the frame.
            now_ns: Monotonic time of the frame.
        """
        for face in faces:
            track = self._tracks.setdefault(face.track, _Track(now_ns))
            track.places = [place for place in track.places if now_ns - place[0] <= _MEMORY_NS]
            track.places.append((now_ns, face.box))
        self._tracks = {
            number: track for number, track in self._tracks.items() if now_ns - track.places[-1][0] <= _MEMORY_NS
        }

    def select(
        self,
        faces: Sequence[ObservedFace],
        *,
        excluded: Callable[[ObservedFace], bool],
        last: Collection[int],
        may_move: int,
    ) -> list[ObservedFace]:
        """Return the faces to follow, the likeliest first.

        Args:
            faces: All faces in the frame, which `observe` has recorded.
            excluded: Whether a face must not be followed.
            last: Track numbers of the faces that are followed only if there are no others.
            may_move: Track number of the face that may move, because it is being challenged to.
        """
        wanted = [face for face in faces if not excluded(face) and self._wants_to_enter(face, may_move)]
        latest = max((self._tracks[face.track].since_ns for face in wanted), default=0)
        ordered = sorted(wanted, key=lambda face: self._weight(face, latest), reverse=True)
        return [face for face in ordered if face.track not in last] or ordered

    def _wants_to_enter(self, face: ObservedFace, may_move: int) -> bool:
        if face.share < self._rule.min_share:
            return False
        return face.track == may_move or self._tracks[face.track].speed() <= self._rule.max_speed

    def _weight(self, face: ObservedFace, latest_ns: int) -> float:
        track = self._tracks[face.track]
        weight = face.share * (1.5 - face.offset)
        if track.movement() < _STILL:
            weight *= _STILL_WEIGHT
        return weight * _LATEST_WEIGHT if track.since_ns == latest_ns else weight
