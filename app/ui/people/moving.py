"""The way to exporting and importing people."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu

from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane, button


class MoveMenu(Pane):
    """Three dots, and behind them what is seldom wanted of the whole list.

    Signals:
        export_wanted: Write people into a file.
        import_wanted: Take people in from one.
    """

    export_wanted = Signal()
    import_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.button = button("plain")
        self.button.setMenu(QMenu(self.button))
        self.button.setFixedWidth(44)
        self._export, self._import = QAction(self), QAction(self)
        self._export.triggered.connect(self.export_wanted)
        self._import.triggered.connect(self.import_wanted)
        self.button.menu().addActions([self._export, self._import])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self.button.setAccessibleName(self.tr("More"))
        self.button.setToolTip(self.tr("Export and import people"))
        self._export.setText(self.tr("Export people…"))
        self._import.setText(self.tr("Import people…"))

    def restyle(self) -> None:
        """Take the colours."""
        self.button.setIcon(icon("dots-three"))
        self._export.setIcon(icon("export"))
        self._import.setIcon(icon("download-simple"))
        self.update()
