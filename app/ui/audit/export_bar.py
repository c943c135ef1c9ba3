"""Export of audit events into a file, in the background."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.core.errors import FacelatchError
from app.services.audit.audit_service import AuditLine
from app.services.audit.export import ExportFormat, write_events
from app.services.audit.export_signature import Signer
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.icons import Glyph
from app.ui.widgets.panes import Pane, button, label

Pages = Callable[[], Iterator[list[AuditLine]]]


class ExportBar(Pane):
    """Shows the progress with a stop button, then the file or the error; hidden until used.

    Signals:
        closed: The user dismissed the bar.

    Args:
        session: The pipeline, the services and the settings.
    """

    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._session = session
        self._writing: Generator[int, None, None] | None = None
        self._path = Path()
        self._written, self._stopped = 0, False
        self._error: FacelatchError | None = None
        self._glyph = Glyph("info", "muted", 24)
        self.message, self._hint = label("strong", wrap=True), label("muted", wrap=True)
        self.leave = button()
        self.leave.clicked.connect(self.close_bar)
        self._lay_out()
        self.hide()
        self.retranslate()

    @property
    def is_writing(self) -> bool:
        """Whether a file is being written."""
        return self._writing is not None

    def begin(self, path: Path, pages: Pages, signer: Signer) -> None:
        """Write and sign a file page by page, so that other requests are not blocked.

        Args:
            path: The file to write.
            pages: Returns the events page by page.
            signer: Signs the file.
        """
        if self.is_writing:
            return
        self._path, self._written, self._stopped, self._error = path, 0, False, None
        self._writing = write_events(_lazy_pages(pages), path, signer)
        self.show()
        self.retranslate()
        self._write_next()

    def close_bar(self) -> None:
        """Stop writing, or dismiss the message."""
        if self.is_writing:
            self._stopped = True
        else:
            self.hide()
            self.closed.emit()

    def retranslate(self) -> None:
        """Set every translated text."""
        count, path = value_texts.number(self._written), str(self._path)
        if self._error is not None:
            self._show_message(
                "warning", "caution", value_texts.error_message(self._error), value_texts.error_hint(self._error)
            )
        elif self.is_writing:
            self._show_message("export", "accent", self.tr("Written so far: {count}").format(count=count), path)
        elif self._stopped:
            self._show_message("info", "muted", self.tr("Stopped: no file was written"), "")
        else:
            self._show_message("check-circle", "good", self.tr("Events in the file: {count}").format(count=count), path)
        self.leave.setText(self.tr("Stop") if self.is_writing else self.tr("Close"))
        self.leave.setToolTip(self.tr("{words} (Esc)").format(words=self.leave.text()))

    def _show_message(self, glyph: str, role: str, message: str, hint: str) -> None:
        self._glyph.show_icon(glyph, role)
        self.message.setText(breakable(message))
        self._hint.setText(breakable(hint))
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(message)

    def _write_next(self) -> None:
        writing = self._writing
        if writing is not None:
            self._session.worker.submit(lambda: next(writing, None), self._take, self._fail)

    def _take(self, written: int | None) -> None:
        writing = self._writing
        if written is None or writing is None:
            self._end()
        elif self._stopped:
            # closed in the thread that runs it, where it deletes the partial file
            self._session.worker.submit(writing.close, lambda _: self._end(), self._fail)
        else:
            self._written = written
            self.retranslate()
            self._write_next()

    def _fail(self, error: FacelatchError) -> None:
        self._error = error
        self._end()

    def _end(self) -> None:
        self._writing = None
        self.retranslate()
        self.leave.setFocus()

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.message)
        texts.addWidget(self._hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(self._glyph)
        row.addLayout(texts, 1)
        row.addWidget(self.leave)


def ask_for_path(parent: QWidget, title: str) -> Path | None:
    """Ask for the file to write; None if the user cancels.

    Args:
        parent: Parent of the dialog.
        title: Title of the dialog.
    """
    kinds = {"CSV (*.csv)": ExportFormat.CSV, "JSON (*.json)": ExportFormat.JSON}
    proposed = f"facelatch-audit-{QDate.currentDate().toString('yyyy-MM-dd')}.csv"
    chosen, kind = QFileDialog.getSaveFileName(parent, title, proposed, ";;".join(kinds))
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(f".{kinds.get(kind, ExportFormat.CSV)}")


def _lazy_pages(pages: Pages) -> Iterator[list[AuditLine]]:
    """Delay the first query until the generator runs in the worker thread."""
    yield from pages()
