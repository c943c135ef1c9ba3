"""Entry of a file, folder or stream as the source."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout

from app.core.errors import FacelatchError
from app.ui.texts import value_texts
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Pane, button, label


class AddressBar(Pane):
    """A line for the path of a file or folder, or the address of a stream. Hidden until `open_bar`.

    Signals:
        entered: The path or address that was typed or picked.
        closed: The bar was closed.
    """

    entered = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._error: FacelatchError | None = None
        self._line, self._problem = QLineEdit(), label(wrap=True)
        self._line.setMaxLength(500)
        set_style_property(self._problem, "tone", "bad")
        self._browse, self._open, self._cancel = button(), button("primary"), button("quiet")
        self._line.textEdited.connect(lambda: self._set_error(None))
        self._line.returnPressed.connect(self._enter)
        self._open.clicked.connect(self._enter)
        self._browse.clicked.connect(self._pick)
        self._cancel.clicked.connect(self.close_bar)
        self._lay_out()
        self.hide()
        self.retranslate()
        self.restyle()

    def open_bar(self) -> None:
        """Show the bar and focus the line."""
        self._set_error(None)
        self.show()
        self._line.setFocus()
        self._line.selectAll()

    def close_bar(self) -> None:
        """Hide the bar."""
        self.hide()
        self.closed.emit()

    def show_error(self, error: FacelatchError) -> None:
        """Show why the entered source cannot be used."""
        self._set_error(error)
        self._line.setFocus()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._line.setPlaceholderText(self.tr("Video, picture, folder, or rtsp://… http://…"))
        self._line.setAccessibleName(self.tr("File or address"))
        self._browse.setText(self.tr("Browse…"))
        self._open.setText(self.tr("Open"))
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Cancel (Esc)"))
        self._set_error(self._error)

    def restyle(self) -> None:
        """Set icons and colours of the theme."""
        self._browse.setIcon(icon("folder-open"))
        self.update()

    def _enter(self) -> None:
        if self._line.text().strip():
            self.entered.emit(self._line.text().strip())

    def _pick(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a video or a picture"))
        if path:
            self._line.setText(path)
            self._enter()

    def _set_error(self, error: FacelatchError | None) -> None:
        self._error = error
        self._problem.setText(f"{value_texts.error_message(error)} {value_texts.error_hint(error)}" if error else "")
        self._problem.setVisible(error is not None)
        set_style_property(self._line, "wrong", "true" if error else "false")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._line, 1)
        for made in (self._browse, self._open, self._cancel):
            row.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._problem)
