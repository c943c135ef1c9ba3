"""The face being enrolled, cut out of the picture."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.core.types import Box, Image
from app.pipeline.recognition import FrameResult
from app.ui.bridge import image_from

_ROOM = 1.5
"""The cut's side over the face's longer one."""

_FOLLOW = 0.3
"""How much of the way to the face's new place the cut goes with each frame, so that it does not tremble."""


class FaceCrop:
    """Follows the largest face from frame to frame."""

    def __init__(self) -> None:
        self._place: tuple[float, float, float] | None = None

    def of(self, result: FrameResult, *, mirror: bool) -> QImage | None:
        """The largest face with some air around it, at most a square; None where there is no face."""
        if not result.faces:
            self._place = None
            return None
        self._follow(result.faces[0].analyzed.face.box)
        cut = self._cut(result.frame.image)
        if not cut.size:
            return None
        image = image_from(cut)
        return image.flipped(Qt.Orientation.Horizontal) if mirror else image

    def _follow(self, box: Box) -> None:
        new = (*box.centre, _ROOM * max(box.width, box.height))
        old = self._place or new
        x, y, side = (before + _FOLLOW * (now - before) for before, now in zip(old, new, strict=True))
        self._place = (x, y, side)

    def _cut(self, picture: Image) -> Image:
        assert self._place is not None
        x, y, side = self._place
        left, top = max(round(x - side / 2), 0), max(round(y - side / 2), 0)
        return picture[top : max(round(y + side / 2), 0), left : max(round(x + side / 2), 0)]
