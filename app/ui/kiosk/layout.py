"""Widgets of the kiosk's screen and their layout."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from app.core.faces import Image
from app.ui import theme
from app.ui.kiosk.keypad import Keypad
from app.ui.shell.bridge import image_from
from app.ui.widgets.icons import icon, paint_disc
from app.ui.widgets.panes import Pane, button, label

_ROW, _ADVICE, _CHECKED = 60, 32, 20
"""Minimum heights of rows, in pixels."""

_SIGN = 24
_LOW = 720
"""Pixels of screen height below which clock and site are hidden above the keypad."""


class KioskLayout(Pane):
    """Clock and site at the top, mirror and keypad in the middle, headline and advice below, buttons at the bottom."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.disc, self.headline, self.pad = MirrorDisc(), Headline(), Keypad()
        self.advice, self.checked = label("advice", wrap=True), label("checked", wrap=True)
        self.clock, self.site = label("clock"), label("advice")
        self.pin, self.badge, self.moving, self.back = (button("kiosk") for _ in range(4))
        self.leave = button("quiet")
        self._top, self._foot = Pane(), Pane()
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.setWindowTitle("Facelatch")
        self.setAccessibleName(self.tr("Kiosk"))
        for made, text in (
            (self.pin, self.tr("Use a PIN")),
            (self.badge, self.tr("Type a badge number")),
            (self.moving, self.tr("I cannot move: use my PIN")),
            (self.back, self.tr("Back")),
            (self.leave, self.tr("Leave the kiosk")),
        ):
            made.setText(text if made is not self.leave else "")
            made.setToolTip(text)
            made.setAccessibleName(text)

    def restyle(self) -> None:
        """Set icons and colours of the theme."""
        self.pin.setIcon(icon("lock-key"))
        self.badge.setIcon(icon("identification-card"))
        self.moving.setIcon(icon("wheelchair"))
        self.back.setIcon(icon("arrow-left"))
        self.leave.setIcon(icon("sign-out", "muted"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the keypad below the mirror on an upright screen, beside it otherwise."""
        super().resizeEvent(event)
        upright = self.height() > self.width()
        direction = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        if self._middle.direction() is not direction:
            self._middle.setDirection(direction)
        self._make_room()

    def show_pad(self, *, shown: bool) -> None:
        """Show or hide the keypad and its “Back” button."""
        self.pad.setVisible(shown)
        self.back.setVisible(shown)
        self.checked.setVisible(not shown)
        self.leave.setVisible(not shown)
        self._make_room()

    def _make_room(self) -> None:
        self._top.setVisible(self.pad.isHidden() or self.height() >= _LOW)

    def _lay_out(self) -> None:
        self._lay_out_rows()
        self._middle.setSpacing(48)
        self._middle.addWidget(self.disc, 1)
        self._middle.addWidget(self.pad, 1, Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 16, 48, 24)
        column.setSpacing(8)
        column.addWidget(self._top)
        column.addLayout(self._middle, 1)
        for part in (self.headline, self.advice, self.checked, self._foot):
            column.addWidget(part)
        self.pad.hide()
        for made in (self.pin, self.badge, self.moving, self.back, self.leave):
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            made.setIconSize(QSize(_SIGN, _SIGN))
        self.leave.setMinimumSize(_ROW - 8, _ROW - 8)
        for said, least in ((self.advice, _ADVICE), (self.checked, _CHECKED)):
            said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            said.setMinimumHeight(least)

    def _lay_out_rows(self) -> None:
        top = QHBoxLayout(self._top)
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.clock)
        top.addStretch()
        top.addWidget(self.site)
        top.addWidget(self.leave)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(16)
        foot.addStretch()
        for made in (self.back, self.moving, self.badge, self.pin):
            foot.addWidget(made)
        foot.addStretch()
        # An empty row keeps its height, so that the mirror does not change size with the texts.
        self._top.setMinimumHeight(_ROW)
        self._foot.setMinimumHeight(_ROW)


_SMALLEST = 200
_LINE = 14
_GAP = 10
_BADGE = 0.18
"""Radius of the icon at the rim, as a share of the radius of the ring."""


class MirrorDisc(Pane):
    """The camera picture, or an icon in its place, inside a ring of which a share is filled."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(_SMALLEST, _SMALLEST))
        self._image: QImage | None = None
        self._icon, self._role, self._share = "user-focus", "muted", 1.0

    @property
    def has_picture(self) -> bool:
        """Whether the camera's picture is shown."""
        return self._image is not None

    @property
    def share(self) -> float:
        """Filled share of the ring, 0 to 1."""
        return self._share

    def show_picture(self, picture: Image | None) -> None:
        """Show a picture mirrored.

        Args:
            picture: (height, width, 3), uint8, RGB; None to show the icon alone.
        """
        self._image = None if picture is None else image_from(picture).flipped(Qt.Orientation.Horizontal)
        self.update()

    def show_state(self, icon_name: str, role: str, share: float) -> None:
        """Set icon, colour and ring.

        Args:
            icon_name: Name in the icon family.
            role: Colour role.
            share: Filled share of the ring, 0 to 1.
        """
        if (icon_name, role, share) != (self._icon, self._role, self._share):
            self._icon, self._role, self._share = icon_name, role, share
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ring, picture and icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        middle = QRectF(self.rect()).center()
        radius = min(self.width(), self.height()) / 2 - _LINE / 2 - 1
        self._paint_ring(painter, middle, radius)
        inner = radius - _LINE / 2 - _GAP
        if self._image is not None:
            paint_disc(painter, middle, inner, self._image)
            self._paint_badge(painter, middle + QPointF(radius, radius) * 0.707, radius * _BADGE)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised"))
            painter.drawEllipse(middle, inner, inner)
            self._paint_sign(painter, middle, inner * 0.8)
        painter.end()

    def _paint_ring(self, painter: QPainter, middle: QPointF, radius: float) -> None:
        square = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("outline"), _LINE))
        painter.drawEllipse(square)
        pen = QPen(theme.colour(self._role), _LINE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._share >= 1:
            painter.drawEllipse(square)
        elif self._share > 0:
            painter.drawArc(square, 90 * 16, -round(self._share * 360 * 16))

    def _paint_badge(self, painter: QPainter, middle: QPointF, radius: float) -> None:
        painter.setPen(QPen(theme.colour("surface"), 6))
        painter.setBrush(theme.colour("raised"))
        painter.drawEllipse(middle, radius, radius)
        self._paint_sign(painter, middle, radius * 1.3)

    def _paint_sign(self, painter: QPainter, middle: QPointF, side: float) -> None:
        place = QRectF(0, 0, side, side)
        place.moveCenter(middle)
        icon(self._icon, self._role).paint(painter, place.toRect())


_LARGEST_PT, _SMALLEST_PT = 48, 20


class Headline(QLabel):
    """One line of text at 48 points, or smaller if it would not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._points = 0

    def say(self, text: str) -> None:
        """Show a text."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self._fit()

    def points(self) -> int:
        """Return the font size in points."""
        return self._points

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text into the new width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the height of the largest font, so that the layout does not move with the font size."""
        return QSize(0, QFontMetrics(self._font(_LARGEST_PT)).height())

    def _fit(self) -> None:
        sizes = range(_LARGEST_PT, _SMALLEST_PT - 1, -2)
        fitting = (points for points in sizes if self._advance(points) <= self.width())
        points = next(fitting, _SMALLEST_PT)
        if points != self._points:
            self._points = points
            # The application's stylesheet sets the size of every font; only another stylesheet overrides it.
            self.setStyleSheet(f"font-size: {points}pt; font-weight: 600;")

    def _advance(self, points: int) -> int:
        return QFontMetrics(self._font(points)).horizontalAdvance(self.text())

    def _font(self, points: int) -> QFont:
        font = QFont(self.font())
        font.setPointSize(points)
        font.setWeight(QFont.Weight.DemiBold)
        return font
