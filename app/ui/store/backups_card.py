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
        self._news: Callable[[], str] = str
        self.last, self.news = IconLabel(), InlineMessage("muted")
        self.make, self.make_elsewhere = button("plain"), button("plain")
        self.list, self.restoring = BackupList(), RestorePane()
        for part in (self.last, self.news, self.message):
            self.column.addWidget(part)
        self.column.addLayout(button_row(self.make, self.make_elsewhere))
        self.column.addWidget(self.list)
        self.column.addWidget(self.restoring)
        self.restoring.hide()
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

    def settle(self) -> bool:
        """Close the restore form; return False if it is not open or if a restore is running."""
        if self.restoring.isHidden() or self.restoring.busy:
            return False
        self._show_list()
        self.make.setFocus()
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(self.tr("Backups"))
        self.said.setText(
            self.tr("One is made before every update and every restore; the ten newest stay beside the database.")
        )
        self.make.setText(self.tr("Back up now"))
        self.make_elsewhere.setText(self.tr("Back up to a file…"))
        backups = self._backups
        self.last.setVisible(backups is not None)
        if backups:
            made = value_texts.moment(backups[0].made_at)
            self.last.show_label("check-circle", "good", self.tr("The last one: {moment}").format(moment=made))
        elif backups is not None:
            self.last.show_label("warning", "caution", self.tr("There is none yet."))
        self.news.say(self._news())
        self.update_error_text()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.make.setIcon(icon("archive-box"))
        self.make_elsewhere.setIcon(icon("export"))
        self.update()

    def fail(self, error: FacelatchError) -> None:
        """Show an error; the user can try again."""
        self._set_busy(busy=False)
        self.restoring.set_busy(busy=False)
        self.show_failure(error)

    def _back_up(self, target: Path | None) -> None:
        self._set_busy(busy=True)
        self._news = str
        self.show_failure(None)
        self.retranslate()
        self.ask(lambda services: services.store.back_up(target), self._tell_made, slow=True)

    def _back_up_here(self) -> None:
        self._back_up(None)

    def _back_up_elsewhere(self) -> None:
        proposed = f"facelatch-{QDate.currentDate().toString('yyyy-MM-dd')}.sqlite3"
        title, kinds = self.tr("Where to back up to"), self.tr("Databases (*.sqlite3)")
        chosen, _ = QFileDialog.getSaveFileName(self, title, proposed, kinds)
        if chosen:
            self._back_up(Path(chosen))

    def _tell_made(self, path: Path) -> None:
        self._set_busy(busy=False)
        self._news = lambda: self.tr("Backed up to {path}").format(path=path)
        self.refresh()
        self.make.setFocus()

    def _ask_restore(self, backup: Backup) -> None:
        self.show_failure(None)
        self._news = str
        self.retranslate()
        self.list.hide()
        self.restoring.begin(backup)

    def _restore(self, path: Path) -> None:
        self.show_failure(None)
        self.restoring.set_busy(busy=True)
        self.ask(lambda services: services.store.restore(path), self._tell_restored, slow=True)

    def _tell_restored(self, aside: Path | None) -> None:
        self._show_list()
        if aside is None:
            self._news = lambda: self.tr("Restored. What was there before is the newest backup.")
        else:
            self._news = lambda: self.tr("Restored. What was there before is kept as {path}").format(path=aside)
        self.refresh()
        self.restored.emit()
        self.make.setFocus()

    def _show_list(self) -> None:
        self.restoring.end()
        self.list.setVisible(bool(self._backups))

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.make, self.make_elsewhere):
            part.setEnabled(not busy)

    def _connect(self) -> None:
        self.make.clicked.connect(self._back_up_here)
        self.make_elsewhere.clicked.connect(self._back_up_elsewhere)
        self.list.wanted.connect(self._ask_restore)
        self.restoring.leave.clicked.connect(self.settle)
        self.restoring.restore_wanted.connect(self._restore)


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
        rescuing: Whether the current database cannot be opened.
    """

    restore_wanted = Signal(object)

    def __init__(self, *, rescuing: bool = False) -> None:
        super().__init__()
        self._rescuing = rescuing
        self._backup: Backup | None = None
        self.busy = False
        self._title, self._said, self._stays = label("strong", wrap=True), label(wrap=True), label("muted", wrap=True)
        self._question, self.field, self.news = label(wrap=True), QLineEdit(), InlineMessage("muted")
        self.restore, self.leave = button("danger"), button("plain")
        self.field.setMaximumWidth(240)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        for part in (self._title, self._said, self._stays, self._question, self.field, self.news):
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
        self.news.say(self.tr("Restoring. This takes a moment.") if busy else "")
        for part in (self.field, self.leave):
            part.setEnabled(not busy)
        self._check()

    def retranslate(self) -> None:
        """Set every translated text."""
        made = value_texts.moment(self._backup.made_at) if self._backup else ""
        self._title.setText(self.tr("Go back to {moment}?").format(moment=made))
        self._said.setText(self.tr("Whoever was enrolled or changed since then is as they were before."))
        if self._rescuing:
            self._stays.setText(self.tr("What is here now is kept in a file beside it."))
        else:
            stays = self.tr(
                "People erased since stay erased, the audit trail stays, and a backup of now is made first."
            )
            self._stays.setText(stays)
        self._question.setText(self.tr("To go on, type: {word}").format(word=self.word))
        self.field.setAccessibleName(self._question.text())
        self.restore.setText(self.tr("Restore"))
        self.leave.setText(self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Leave everything as it is (Esc)"))
        self._check()

    def _check(self) -> None:
        typed = self.field.text().strip().casefold()
        self.restore.setEnabled(not self.busy and typed == self.word.casefold())

    def _ask(self) -> None:
        if self._backup is not None and self.restore.isEnabled():
            self.restore_wanted.emit(self._backup.path)
