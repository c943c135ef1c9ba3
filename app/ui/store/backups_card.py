"""The backups card: the latest backup, a new one, and restoring."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QDate, QSize, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.errors import FacelatchError
from app.services.database.store_service import Backup
from app.ui.shell.session import Session
from app.ui.store.store_card import StoreCard, button_row
from app.ui.texts import store_texts, value_texts
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import IconLabel, InlineMessage
from app.ui.widgets.panes import Pane, button, label

_SHOWN = 10


class BackupsCard(StoreCard):
    """Lists the backups beside the database.

    Signals:
        restored: The database was replaced by a backup.

    Args:
        session: The pipeline, the services and the settings.
    """

    restored = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._backups: Sequence[Backup] | None = None
        self._status_text: Callable[[], str] = str
        self.last, self.status_message = IconLabel(), InlineMessage("muted")
        self.make, self.make_to_file = button("plain"), button("plain")
        self.list, self.restore_pane = BackupList(), RestorePane()
        for part in (self.last, self.status_message, self.message):
            self.column.addWidget(part)
        self.column.addLayout(button_row(self.make, self.make_to_file))
        self.column.addWidget(self.list)
        self.column.addWidget(self.restore_pane)
        self.restore_pane.hide()
        self._connect()
        self.retranslate()
        self.restyle()

    def refresh(self) -> None:
        """Read the list of backups."""
        self.ask(lambda services: services.store.backups(), self.show_backups)

    def show_backups(self, backups: Sequence[Backup]) -> None:
        """List backups, the newest first."""
        if backups != self._backups:
            self._backups = backups
            self.list.show_backups(backups[:_SHOWN])
        self.retranslate()

    def close_form(self) -> bool:
        """Close the restore form; return False if it is not open or if a restore is running."""
        if self.restore_pane.isHidden() or self.restore_pane.busy:
            return False
        self._show_list()
        self.make.setFocus()
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(self.tr("Backups"))
        self.explanation.setText(
            self.tr("A backup is made before every update and restore. The ten newest are kept beside the database.")
        )
        self.make.setText(self.tr("Back up now"))
        self.make_to_file.setText(self.tr("Back up to a file…"))
        backups = self._backups
        self.last.setVisible(backups is not None)
        if backups:
            made = value_texts.moment(backups[0].made_at)
            self.last.show_label("check-circle", "good", self.tr("Latest backup: {moment}").format(moment=made))
        elif backups is not None:
            self.last.show_label("warning", "caution", self.tr("No backup yet."))
        self.status_message.show_text(self._status_text())
        self.update_error_text()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.make.setIcon(icon("archive-box"))
        self.make_to_file.setIcon(icon("export"))
        self.update()

    def fail(self, error: FacelatchError) -> None:
        """Show an error; the user can try again."""
        self._set_busy(busy=False)
        self.restore_pane.set_busy(busy=False)
        self.show_failure(error)

    def _back_up(self, target: Path | None) -> None:
        self._set_busy(busy=True)
        self._status_text = str
        self.show_failure(None)
        self.retranslate()
        self.ask(lambda services: services.store.back_up(target), self._report_made, slow=True)

    def _back_up_here(self) -> None:
        self._back_up(None)

    def _back_up_elsewhere(self) -> None:
        proposed = f"facelatch-{QDate.currentDate().toString('yyyy-MM-dd')}.sqlite3"
        title, kinds = self.tr("Back up to"), self.tr("Databases (*.sqlite3)")
        chosen, _ = QFileDialog.getSaveFileName(self, title, proposed, kinds)
        if chosen:
            self._back_up(Path(chosen))

    def _report_made(self, path: Path) -> None:
        self._set_busy(busy=False)
        self._status_text = lambda: self.tr("Backed up to {path}").format(path=path)
        self.refresh()
        self.make.setFocus()

    def _ask_restore(self, backup: Backup) -> None:
        self.show_failure(None)
        self._status_text = str
        self.retranslate()
        self.list.hide()
        self.restore_pane.begin(backup)

    def _restore(self, path: Path) -> None:
        self.show_failure(None)
        self.restore_pane.set_busy(busy=True)
        self.ask(lambda services: services.store.restore(path), self._report_restored, slow=True)

    def _report_restored(self, aside: Path | None) -> None:
        self._show_list()
        if aside is None:
            self._status_text = lambda: self.tr("Restored. The previous state is the newest backup.")
        else:
            self._status_text = lambda: self.tr("Restored. The previous database is kept as {path}").format(path=aside)
        self.refresh()
        self.restored.emit()
        self.make.setFocus()

    def _show_list(self) -> None:
        self.restore_pane.end()
        self.list.setVisible(bool(self._backups))

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.make, self.make_to_file):
            part.setEnabled(not busy)

    def _connect(self) -> None:
        self.make.clicked.connect(self._back_up_here)
        self.make_to_file.clicked.connect(self._back_up_elsewhere)
        self.list.wanted.connect(self._ask_restore)
        self.restore_pane.leave.clicked.connect(self.close_form)
        self.restore_pane.restore_wanted.connect(self._restore)


class BackupList(Pane):
    """One line per backup: date, reason, size and a restore button.

    Signals:
        wanted: The Backup to restore.
    """

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._backups: Sequence[Backup] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    def show_backups(self, backups: Sequence[Backup]) -> None:
        """List backups."""
        self._backups = backups
        self.retranslate()
        self.setVisible(bool(backups))

    def retranslate(self) -> None:
        """Create all lines again; there are few."""
        while (item := self._column.takeAt(0)) is not None:
            line = item.widget()
            if line is not None:
                line.hide()
                line.deleteLater()
        for backup in self._backups:
            self._column.addWidget(self._line(backup))

    def minimumSizeHint(self) -> QSize:
        """Return the full height: the page scrolls."""
        return self.sizeHint()

    def _line(self, backup: Backup) -> QWidget:
        made = value_texts.moment(backup.made_at)
        when, why, restore = label(), label("muted"), button("quiet")
        when.setText(made)
        why.setText(f"{store_texts.backup_reason(backup.reason)} · {store_texts.file_size(backup.size)}")
        restore.setText(self.tr("Restore"))
        restore.setAccessibleName(self.tr("Restore the backup of {moment}").format(moment=made))
        restore.clicked.connect(lambda: self.wanted.emit(backup))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(when)
        row.addWidget(why, 1)
        row.addWidget(restore)
        return line


class RestorePane(Pane):
    """Says what a restore undoes and asks the user to type a word to confirm it.

    Signals:
        restore_wanted: The Path of the backup.

    Args:
        replaces_damaged: Whether the current database cannot be opened.
    """

    restore_wanted = Signal(object)

    def __init__(self, *, replaces_damaged: bool = False) -> None:
        super().__init__()
        self._replaces_damaged = replaces_damaged
        self._backup: Backup | None = None
        self.busy = False
        self._title, self._explanation, self._stays = (
            label("strong", wrap=True),
            label(wrap=True),
            label("muted", wrap=True),
        )
        self._question, self.field, self.status_message = label(wrap=True), QLineEdit(), InlineMessage("muted")
        self.restore, self.leave = button("danger"), button("plain")
        self.field.setMaximumWidth(240)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        for part in (self._title, self._explanation, self._stays, self._question, self.field, self.status_message):
            column.addWidget(part)
        column.addLayout(button_row(self.restore, self.leave))
        self.field.textChanged.connect(lambda _: self._check())
        self.field.returnPressed.connect(self.restore.click)
        self.restore.clicked.connect(self._ask)
        self.retranslate()

    @property
    def word(self) -> str:
        """The word to type."""
        return self.tr("restore", "the word to be typed in before the database is replaced")

    def begin(self, backup: Backup) -> None:
        """Ask for confirmation."""
        self._backup = backup
        self.field.clear()
        self.set_busy(busy=False)
        self.retranslate()
        self.show()
        self.field.setFocus()

    def end(self) -> None:
        """Close the form."""
        self.set_busy(busy=False)
        self.hide()

    def set_busy(self, *, busy: bool) -> None:
        """Set whether a restore is running."""
        self.busy = busy
        self.status_message.show_text(self.tr("Restoring. This takes a moment.") if busy else "")
        for part in (self.field, self.leave):
            part.setEnabled(not busy)
        self._check()

    def retranslate(self) -> None:
        """Set every translated text."""
        made = value_texts.moment(self._backup.made_at) if self._backup else ""
        self._title.setText(self.tr("Restore the state of {moment}?").format(moment=made))
        self._explanation.setText(self.tr("Enrolments and changes made since then are undone."))
        if self._replaces_damaged:
            self._stays.setText(self.tr("The current database is kept in a file beside it."))
        else:
            stays = self.tr(
                "People erased since then stay erased, the audit log is kept, and the current state is backed up first."
            )
            self._stays.setText(stays)
        self._question.setText(self.tr("To continue, type: {word}").format(word=self.word))
        self.field.setAccessibleName(self._question.text())
        self.restore.setText(self.tr("Restore"))
        self.leave.setText(self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Change nothing (Esc)"))
        self._check()

    def _check(self) -> None:
        typed = self.field.text().strip().casefold()
        self.restore.setEnabled(not self.busy and typed == self.word.casefold())

    def _ask(self) -> None:
        if self._backup is not None and self.restore.isEnabled():
            self.restore_wanted.emit(self._backup.path)
