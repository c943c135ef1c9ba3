"""A picture in a circle."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QTransform


def paint_disc(painter: QPainter, middle: QPointF, radius: float, image: QImage) -> None:
    """Paint an image into a circle that it fills."""
    scale = 2 * radius / min(image.width(), image.height())
    corner = middle - QPointF(image.width(), image.height()) * (scale / 2)
    brush = QBrush(image)
    brush.setTransform(QTransform.fromTranslate(corner.x(), corner.y()).scale(scale, scale))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawEllipse(QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius))
