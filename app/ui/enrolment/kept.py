"""The pictures that an enrolment kept, as a row of discs."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent

from app.flows.enrolment import Sample
from app.ui.bridge import image_from
from app.ui.widgets.disc import paint_disc
from app.ui.widgets.pane import Pane

_SIDE = 56
_GAP = 8


class KeptPictures(Pane):
    """Forgets the pictures with the enrolment. Too many for the width overlap a little rather than shrink."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_SIDE)
        self._pictures: list[QImage] = []

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self._pictures)

    def show_samples(self, samples: Iterable[Sample]) -> None:
        """Show the faces as they were embedded."""
        self._pictures = [image_from(sample.aligned.image) for sample in samples if sample.aligned is not None]
        self.setVisible(bool(self._pictures))
        self.update()

    def forget(self) -> None:
        """Keep none."""
        self.show_samples(())

    def minimumSizeHint(self) -> QSize:
        """Room for one."""
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
