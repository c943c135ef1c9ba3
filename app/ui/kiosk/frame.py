"""The parts of a kiosk's screen, and where they stand."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout

from app.ui.kiosk.disc import MirrorDisc
from app.ui.kiosk.headline import Headline
from app.ui.kiosk.pad import Pad
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane, button, label

_ROW, _ADVICE, _CHECKED = 60, 32, 20
"""Least heights, in pixels."""

_SIGN = 24
_LOW = 720
"""A screen lower than that has no room for clock and site above the pad."""


class KioskFrame(Pane):
    """Clock and site above, mirror and pad in the middle, line and advice below them, keys at the foot."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.disc, self.headline, self.pad = MirrorDisc(), Headline(), Pad()
        self.advice, self.checked = label("advice", wrap=True), label("checked", wrap=True)
        self.clock, self.site = label("clock"), label("advice")
        self.pin, self.badge, self.moving, self.back = (button("kiosk") for _ in range(4))
        self.leave = button("quiet")
        self._top, self._foot = Pane(), Pane()
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()

    def retranslate(self) -> None:
        """Set every text."""
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
        """Take the colours."""
        self.pin.setIcon(icon("lock-key"))
        self.badge.setIcon(icon("identification-card"))
        self.moving.setIcon(icon("wheelchair"))
        self.back.setIcon(icon("arrow-left"))
        self.leave.setIcon(icon("sign-out", "muted"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On an upright screen the pad stands below the mirror, else beside it."""
        super().resizeEvent(event)
        upright = self.height() > self.width()
        direction = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        if self._middle.direction() is not direction:
            self._middle.setDirection(direction)
        self._make_room()

    def show_pad(self, *, shown: bool) -> None:
        """Show the pad and the way back from it, or neither."""
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
        # A row keeps its room where it is empty, so that the mirror does not grow and shrink with the words.
        self._top.setMinimumHeight(_ROW)
        self._foot.setMinimumHeight(_ROW)
