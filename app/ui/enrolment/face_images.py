"""Face images of an enrolment: the cropped live face and the strip of collected samples."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent

from app.core.faces import Box, Image
from app.flows.enrolment import EnrolmentSample
from app.pipeline.results import FrameResult
from app.ui.shell.bridge import image_from
from app.ui.widgets.icons import paint_disc
from app.ui.widgets.panes import Pane

_CROP_SCALE = 1.5
"""Side of the crop divided by the longer side of the face box."""

_SMOOTHING = 0.3
"""Share of the distance to the new face position that the crop moves per frame, which damps jitter."""


class FaceCrop:
    """Crops the largest face and follows it from frame to frame."""

    def __init__(self) -> None:
        self._place: tuple[float, float, float] | None = None

    def of(self, result: FrameResult, *, mirror: bool) -> QImage | None:
        """Return the largest face with a margin, at most square; None without a face.

        Args:
            result: The frame and its faces.
            mirror: Whether to mirror the crop.
        """
        if not result.faces:
            self._place = None
            return None
        self._smooth(result.faces[0].analyzed.face.box)
        cut = self._cropped(result.frame.image)
        if not cut.size:
            return None
        image = image_from(cut)
        return image.flipped(Qt.Orientation.Horizontal) if mirror else image

    def _smooth(self, box: Box) -> None:
        new = (*box.centre, _CROP_SCALE * max(box.width, box.height))
        old = self._place or new
        x, y, side = (before + _SMOOTHING * (now - before) for before, now in zip(old, new, strict=True))
        self._place = (x, y, side)

    def _cropped(self, picture: Image) -> Image:
        assert self._place is not None
        x, y, side = self._place
        left, top = max(round(x - side / 2), 0), max(round(y - side / 2), 0)
        return picture[top : max(round(y + side / 2), 0), left : max(round(x + side / 2), 0)]


_SIDE = 56
_GAP = 8


class SampleStrip(Pane):
    """The collected samples as a row of discs, which overlap if the width is too small."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_SIDE)
        self._pictures: list[QImage] = []

    @property
    def count(self) -> int:
        """Number of samples shown."""
        return len(self._pictures)

    def show_samples(self, samples: Iterable[EnrolmentSample]) -> None:
        """Show the aligned faces of the samples."""
        self._pictures = [image_from(sample.aligned.image) for sample in samples if sample.aligned is not None]
        self.setVisible(bool(self._pictures))
        self.update()

    def forget(self) -> None:
        """Discard the images."""
        self.show_samples(())

    def minimumSizeHint(self) -> QSize:
        """Return the size of one sample."""
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row, centred."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        gaps = max(len(self._pictures) - 1, 1)
        step = min(_SIDE + _GAP, (self.width() - _SIDE) / gaps)
        left = (self.width() - step * (len(self._pictures) - 1)) / 2
        for place, picture in enumerate(self._pictures):
            paint_disc(painter, QPointF(left + place * step, self.height() / 2), _SIDE / 2, picture)
        painter.end()
