"""What can be done with the person shown."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu

from app.ui.widgets.buttons import Picker
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane, button


class ActionRow(Pane):
    """Edit; add templates, from the camera or from pictures; and what is seldom wanted, behind three dots.

    Signals:
        camera_wanted: Take templates in front of the camera.
        pictures_wanted: Take templates from picture files.
        merge_wanted: Make one of two entries.
        erase_wanted: Erase the person.
    """

    camera_wanted = Signal()
    pictures_wanted = Signal()
    merge_wanted = Signal()
    erase_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.edit, self.more = button("plain"), button("plain")
        self.add = Picker()
        self.more.setMenu(QMenu(self.more))
        self._camera, self._pictures = QAction(self), QAction(self)
        self._merge, self._erase = QAction(self), QAction(self)
        self.add.menu().addActions([self._camera, self._pictures])
        self.more.menu().addActions([self._merge, self._erase])
        for action, signal in (
            (self._camera, self.camera_wanted),
            (self._pictures, self.pictures_wanted),
            (self._merge, self.merge_wanted),
            (self._erase, self.erase_wanted),
        ):
            action.triggered.connect(signal)
        self._lay_out()
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self.edit.setText(self.tr("Edit"))
        self.edit.setToolTip(self.tr("Edit (F2)"))
        self.add.setText(self.tr("Add templates"))
        self.add.setToolTip(self.tr("Enrol again in front of the camera, or from pictures"))
        self._camera.setText(self.tr("From the camera"))
        self._pictures.setText(self.tr("From pictures…"))
        self.more.setAccessibleName(self.tr("More"))
        self.more.setToolTip(self.tr("Merge, erase"))
        self._merge.setText(self.tr("Merge with another entry"))
        self._erase.setText(self.tr("Erase (Del)"))

    def restyle(self) -> None:
        """Take the colours."""
        self.edit.setIcon(icon("pencil-simple"))
        self.add.setIcon(icon("plus", "muted"))
        self.more.setIcon(icon("dots-three"))
        self._camera.setIcon(icon("video-camera"))
        self._pictures.setIcon(icon("image"))
        self._merge.setIcon(icon("git-merge"))
        self._erase.setIcon(icon("trash", "bad"))
        self.update()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(8)
        self.more.setFixedWidth(44)
        row.addWidget(self.edit)
        row.addWidget(self.add, 1)
        row.addWidget(self.more)
