"""The camera's picture, as large as can be."""

from time import monotonic_ns, perf_counter_ns

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QTransform

from app.core.faces import Box
from app.pipeline.results import FaceResult, FrameResult
from app.ui import theme
from app.ui.live.overlay import FaceMark, corners, paint_face_mark
from app.ui.shell.bridge import image_from
from app.ui.texts import value_texts
from app.ui.widgets.panes import Pane

_CUT = 0.18
"""The share of the picture's width or height that may be cut away, half of it at each side, to fill the room."""

_MARGIN = 0.08
"""How far the brackets stand off the landmarks, as a share of the box."""


class PictureView(Pane):
    """Paints the newest picture with a mark on every face.

    Signals:
        painted: A result has just reached the screen: nanoseconds of drawing, and since the frame was delivered.
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
        """Whether there is anything to see."""
        return self._image is not None

    @property
    def result(self) -> FrameResult | None:
        """What is shown."""
        return self._result

    def show_result(self, result: FrameResult) -> None:
        """Show a picture and what is known of it."""
        began = perf_counter_ns()
        self._image = image_from(result.frame.image)
        self._result, self._fresh = result, True
        self._prepared_ns = perf_counter_ns() - began
        self.update()

    def clear(self) -> None:
        """Show nothing: an old picture must not pass for a live one."""
        self._image = self._result = None
        self._fresh = False
        self.update()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("Camera picture"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint, and say how long that took."""
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
        """Where the picture lies, in its own proportions: as large as can be without cutting much away."""
        area = QRectF(self.rect())
        if self._image is None:
            return area
        across, down = area.width() / self._image.width(), area.height() / self._image.height()
        scale = min(max(across, down), min(across, down) / (1 - _CUT))
        rect = QRectF(0, 0, self._image.width() * scale, self._image.height() * scale)
        rect.moveCenter(area.center())
        return QRectF(rect.toRect())

    def mark_of(self, face: FaceResult) -> FaceMark:
        """A face in the widget's coordinates."""
        return FaceMark(self._mapped(face.analyzed.face.box), face.status.state, value_texts.face_tag(face.status))

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
    """From a picture's pixels to the widget's. Mirroring on the way costs nothing; mirroring the array costs 2 ms."""
    across = target.width() / size.width()
    transform = QTransform.fromTranslate(target.right() if mirror else target.left(), target.top())
    return transform.scale(-across if mirror else across, target.height() / size.height())


def _outside_corners(rect: QRectF) -> QPainterPath:
    """What rounding takes away. Painting it is several times quicker than clipping the picture to a rounded shape."""
    path = QPainterPath()
    for corner, x, y in corners(rect):
        path.moveTo(corner)
        path.lineTo(corner + QPointF(x * theme.RADIUS, 0))
        path.quadTo(corner, corner + QPointF(0, y * theme.RADIUS))
        path.closeSubpath()
    return path
