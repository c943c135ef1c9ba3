"""What exporting and importing people have in common: a card in place of the list, a title, a way back."""

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
from app.ui.shell.session import Services, Session
from app.ui.texts import value_texts
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, Scroll, button, label

T = TypeVar("T")

_WIDEST = 640
_BAR = 8


class TransferPanel(Pane):
    """A step at a time; Esc leads back to the list, unless something is being done.

    Signals:
        closed: The list is wanted again.
        counted: How many people are done; sent by the worker's thread.

    Args:
        session: What is behind the window.
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
        """Back to the list; False while something is being done."""
        if self.busy:
            return False
        self.forget()
        self.closed.emit()
        return True

    def forget(self) -> None:
        """Keep nothing of what was typed in."""

    def show_failure(self, error: FacelatchError | None) -> None:
        """Say what failed, or that nothing does any more."""
        self._error = error
        self.update_error_text()

    def update_error_text(self) -> None:
        """Say it in the language of now."""
        error = self._error
        said = [value_texts.error_message(error)] if error else []
        if isinstance(error, BundleError | ExportFailed | ImportUnreadable | InvalidPassword | StoreError):
            said.append(value_texts.error_hint(error))
        self.message.say(*said)

    def do(self, total: int, work: Callable[[Services], T], then: Callable[[T], None]) -> None:
        """Have something done in the slow worker's thread.

        Args:
            total: How many people it concerns; 0 where that is not known.
            work: Given the services.
            then: Given what came of it.
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
        """Whether something is being done."""
        self.busy = busy
        self.progress.setVisible(busy)
        self.leave.setEnabled(not busy)

    def fail(self, error: FacelatchError) -> None:
        """It was not done."""
        self.set_busy(busy=False)
        self.show_failure(error)

    def _finish(self, made: T, then: Callable[[T], None]) -> None:
        self.set_busy(busy=False)
        then(made)

    def lay_out(self, *parts: QWidget, foot: tuple[QWidget, ...]) -> None:
        """The title, the parts in a column that scrolls, and buttons below it.

        Args:
            parts: From top to bottom.
            foot: Buttons, the best first.
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
