"""Base class of the export and import panels, and the menu that opens them."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QVBoxLayout, QWidget

from app.core.errors import (
    BundleError,
    ExportFailed,
    FacelatchError,
    ImportUnreadable,
    InvalidPassword,
    StoreError,
)
from app.ui.shell.backend import Services
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, Scroll, button, label

T = TypeVar("T")

_WIDEST = 640
_BAR = 8


class TransferPanel(Pane):
    """A panel in place of the list; Esc leads back unless a task is running.

    Signals:
        closed: Return to the list.
        counted: The number of finished people, sent by the worker thread.

    Args:
        session: The pipeline, the services and the settings.
    """

    closed = Signal()
    counted = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self.session = session
        self.busy = False
        self._error: FacelatchError | None = None
        self.title, self.message, self.progress = label("title", wrap=True), InlineMessage("bad"), QProgressBar()
        self.leave = button("plain")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(_BAR)
        self.progress.hide()
        self.leave.clicked.connect(self.close_panel)
        self.counted.connect(self.progress.setValue)

    def close_panel(self) -> bool:
        """Return to the list; False while a task is running."""
        if self.busy:
            return False
        self.forget()
        self.closed.emit()
        return True

    def forget(self) -> None:
        """Discard what was typed."""

    def show_failure(self, error: FacelatchError | None) -> None:
        """Show an error; None clears it."""
        self._error = error
        self.update_error_text()

    def update_error_text(self) -> None:
        """Show the error in the current language."""
        error = self._error
        sentences = [value_texts.error_message(error)] if error else []
        if isinstance(error, BundleError | ExportFailed | ImportUnreadable | InvalidPassword | StoreError):
            sentences.append(value_texts.error_hint(error))
        self.message.show_text(*sentences)

    def do(self, total: int, work: Callable[[Services], T], then: Callable[[T], None]) -> None:
        """Run a task in the slow worker thread.

        Args:
            total: Number of people; 0 if unknown.
            work: The task, called with the services.
            then: Called with its result.
        """
        services = self.session.services
        if services is None or self.busy:
            return
        self.show_failure(None)
        self.set_busy(busy=True)
        self.progress.setRange(0, total)
        self.progress.setValue(0)
        self.session.slow_worker.submit(lambda: work(services), lambda made: self._finish(made, then), self.fail)

    def set_busy(self, *, busy: bool) -> None:
        """Set whether a task is running."""
        self.busy = busy
        self.progress.setVisible(busy)
        self.leave.setEnabled(not busy)

    def fail(self, error: FacelatchError) -> None:
        """Show why the task failed."""
        self.set_busy(busy=False)
        self.show_failure(error)

    def _finish(self, made: T, then: Callable[[T], None]) -> None:
        self.set_busy(busy=False)
        then(made)

    def lay_out(self, *parts: QWidget, foot: tuple[QWidget, ...]) -> None:
        """Lay out the title, a scrolling column and the buttons.

        Args:
            parts: The column from top to bottom.
            foot: The buttons, the primary one first.
        """
        body = Scroll()
        body.column.setSpacing(8)
        for part in parts:
            body.column.addWidget(part)
        body.column.addStretch(1)
        inside = QWidget()
        inside.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(body, 1)
        column.addWidget(self.progress)
        column.addWidget(self.message)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for each in (*foot, self.leave):
            buttons.addWidget(each, 1)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 24, 24, 24)
        row.addStretch(1)
        row.addWidget(inside, 1000)
        row.addStretch(1)


class TransferMenu(Pane):
    """A menu with rarely used actions on the whole list.

    Signals:
        export_wanted: Export people into a file.
        import_wanted: Import people from a file.
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
        """Set every translated text."""
        self.button.setAccessibleName(self.tr("More"))
        self.button.setToolTip(self.tr("Export and import people"))
        self._export.setText(self.tr("Export people…"))
        self._import.setText(self.tr("Import people…"))

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.button.setIcon(icon("dots-three"))
        self._export.setIcon(icon("export"))
        self._import.setIcon(icon("download-simple"))
        self.update()
