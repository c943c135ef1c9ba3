"""Which face of this frame is which of the last."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.faces import Box, Face

_MIN_IOU = 0.3
_FORGET_AFTER_FRAMES = 5


@dataclass(slots=True)
class _Track:
    box: Box
    seen: int


class FaceTracker:
    """Numbers faces by the overlap of their boxes, best overlap first. Owned by one thread.

    A face that is gone for more than a few frames gets a new number when it returns, and so does a face that jumps.
    """

    def __init__(self) -> None:
        self._tracks: dict[int, _Track] = {}
        self._next = 1
        self._frame = 0

    def update(self, faces: Sequence[Face]) -> list[Face]:
        """The same faces in the same order, numbered from 1."""
        self._frame += 1
        self._forget()
        overlaps = sorted(
            (
                (track.box.iou(face.box), number, index)
                for number, track in self._tracks.items()
                for index, face in enumerate(faces)
            ),
            reverse=True,
        )
        numbers: dict[int, int] = {}
        for overlap, number, index in overlaps:
            if overlap >= _MIN_IOU and index not in numbers and number not in numbers.values():
                numbers[index] = number
        return [self._numbered(face, numbers.get(index)) for index, face in enumerate(faces)]

    def _numbered(self, face: Face, number: int | None) -> Face:
        if number is None:
            number, self._next = self._next, self._next + 1
        self._tracks[number] = _Track(face.box, self._frame)
        return replace(face, track=number)

    def _forget(self) -> None:
        oldest = self._frame - _FORGET_AFTER_FRAMES
        self._tracks = {number: track for number, track in self._tracks.items() if track.seen >= oldest}
