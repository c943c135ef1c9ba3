"""Tracking of faces from frame to frame by the overlap of their boxes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.faces import Box, Face

_MIN_IOU = 0.3
"""Least intersection over union of a face with its track's last box."""

_FORGET_AFTER_FRAMES = 5


@dataclass(slots=True)
class _Track:
    box: Box
    seen: int


class FaceTracker:
    """Assigns a track number to each face. Owned by one thread.

    Faces are matched greedily to the boxes of earlier frames, by descending intersection over union. A face that jumps,
    or that returns after more than `_FORGET_AFTER_FRAMES` frames, gets a new number.
    """

    def __init__(self) -> None:
        self._tracks: dict[int, _Track] = {}
        self._next = 1
        self._frame = 0

    def update(self, faces: Sequence[Face]) -> list[Face]:
        """Number the faces of the next frame.

        Args:
            faces: All faces in the frame.

        Returns:
            The same faces in the same order, with track numbers from 1.
        """
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
        return [self._assign_number(face, numbers.get(index)) for index, face in enumerate(faces)]

    def _assign_number(self, face: Face, number: int | None) -> Face:
        if number is None:
            number, self._next = self._next, self._next + 1
        self._tracks[number] = _Track(face.box, self._frame)
        return replace(face, track=number)

    def _forget(self) -> None:
        oldest = self._frame - _FORGET_AFTER_FRAMES
        self._tracks = {number: track for number, track in self._tracks.items() if track.seen >= oldest}
