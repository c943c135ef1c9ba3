"""The camera picture with a mark on each face."""

from time import monotonic_ns, perf_counter_ns

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QTransform

from app.core.faces import Box
from app.pipeline.results import FaceResult, FrameResult
from app.ui import theme
from app.ui.live.overlay import FaceMark, corners, paint_face_mark
from app.ui.shell.bridge import image_from
from app.ui.texts.decision_texts import face_tag, look_of
from app.ui.widgets.panes import Pane

_CUT = 0.18
"""Share of the picture's width or height that may be cropped, half of it per side, to fill the widget."""

_MARGIN = 0.08
"""Distance of the brackets from the bounding box, as a share of its size."""


class PictureView(Pane):
    """Paints the newest frame with a mark on every face.

    Signals:
        painted: A result was painted: nanoseconds spent on drawing, and since the frame was captured.
    """

    painted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(320, 240))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.mirror = True
        self._image: QImage | None = None
        self._result: FrameResult | None = None
        self._fresh = False
        self._prepared_ns = 0
        self.retranslate()

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._image is not None

    @property
    def result(self) -> FrameResult | None:
        """The result that is shown; None without a picture."""
        return self._result

    def show_result(self, result: FrameResult) -> None:
        """Show a frame and its faces."""
        began = perf_counter_ns()
        self._image = image_from(result.frame.image)
        self._result, self._fresh = result, True
        self._prepared_ns = perf_counter_ns() - began
        self.update()

    def clear(self) -> None:
        """Remove the picture, so that an old one is not taken for a live one."""
        self._image = self._result = None
        self._fresh = False
        self.update()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.setAccessibleName(self.tr("Camera picture"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame, and emit `painted` the first time."""
        began = perf_counter_ns()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("stage" if self._image else "raised"))
        if self._image is not None and self._result is not None:
            self._paint_picture(painter, self._image, self._result)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(_outside_corners(QRectF(self.rect())), theme.colour("surface"))
        painter.end()
        if self._fresh and self._result is not None:
            self._fresh = False
            drawing = self._prepared_ns + perf_counter_ns() - began
            self.painted.emit(drawing, monotonic_ns() - self._result.frame.captured_ns)

    def picture_rect(self) -> QRectF:
        """Return the rectangle of the picture: its own aspect ratio, as large as `_CUT` allows."""
        area = QRectF(self.rect())
        if self._image is None:
            return area
        across, down = area.width() / self._image.width(), area.height() / self._image.height()
        scale = min(max(across, down), min(across, down) / (1 - _CUT))
        rect = QRectF(0, 0, self._image.width() * scale, self._image.height() * scale)
        rect.moveCenter(area.center())
        return QRectF(rect.toRect())

    def mark_of(self, face: FaceResult) -> FaceMark:
        """Return the mark of a face, in widget coordinates."""
        look = look_of(face.status.decision)
        return FaceMark(self._mapped(face.analyzed.face.box), look, face_tag(face.status))

    def _paint_picture(self, painter: QPainter, image: QImage, result: FrameResult) -> None:
        target, area = self.picture_rect(), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(_onto(target, image.size(), mirror=self.mirror))
        painter.drawImage(0, 0, image)
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = target & area
        painter.setClipRect(seen)
        for face in reversed(result.faces):
            paint_face_mark(painter, self.mark_of(face), seen)
        painter.setClipping(False)

    def _mapped(self, box: Box) -> QRectF:
        assert self._image is not None
        target = self.picture_rect()
        scale = target.width() / self._image.width()
        left = self._image.width() - box.x - box.width if self.mirror else box.x
        rect = QRectF(target.left() + left * scale, target.top() + box.y * scale, box.width * scale, box.height * scale)
        across, down = rect.width() * _MARGIN, rect.height() * _MARGIN
        return rect.adjusted(-across, -down, across, down)


def _onto(target: QRectF, size: QSize, *, mirror: bool) -> QTransform:
    """Return the transform from picture to widget coordinates. Mirroring here is free; of the array it takes 2 ms."""
    across = target.width() / size.width()
    transform = QTransform.fromTranslate(target.right() if mirror else target.left(), target.top())
    return transform.scale(-across if mirror else across, target.height() / size.height())


def _outside_corners(rect: QRectF) -> QPainterPath:
    """Return the area outside rounded corners. Painting it is several times faster than clipping the picture."""
    path = QPainterPath()
    for corner, x, y in corners(rect):
        path.moveTo(corner)
        path.lineTo(corner + QPointF(x * theme.RADIUS, 0))
        path.quadTo(corner, corner + QPointF(0, y * theme.RADIUS))
        path.closeSubpath()
    return path
