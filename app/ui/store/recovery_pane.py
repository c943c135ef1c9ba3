"""Recovery of a database that does not open because its key is missing or the file is damaged; replaces the pages."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from app.core.credentials import KeySourceKind
from app.core.errors import FacelatchError, InvalidRequest, KeyUnavailable
from app.services.database.recovery import RecoveryService, RecoveryState
from app.services.database.store_service import Backup
from app.ui.shell.session import Session
from app.ui.store.backups_card import BackupList, RestorePane
from app.ui.store.store_card import button_row
from app.ui.texts import value_texts
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.icons import Glyph
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, Scroll, button, label
from app.ui.widgets.passphrase_fields import PassphraseField

T = TypeVar("T")

_WIDE = 560


class RecoveryPane(Pane):
    """Shows the error and every way to recover: passphrase, recovery code, backup, retry.

    Args:
        session: The session without services.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._error: FacelatchError | None = None
        self._state: RecoveryState | None = None
        self._forgotten = False
        self._glyph = Glyph("lock-key", "caution", 32)
        self._title, self._explanation, self._other_ways = (
            label("title", wrap=True),
            label(wrap=True),
            label("muted", wrap=True),
        )
        self.passphrase, self.open = PassphraseField(), button("primary")
        self.forgotten, self.retry = button("quiet"), button("plain")
        self.code, self.backups = CodeSection(), BackupSection()
        self.message = InlineMessage("bad")
        self._lay_out()
        self._connect()
        self.retranslate()

    @property
    def error(self) -> FacelatchError | None:
        """The error shown."""
        return self._error

    def show_error(self, error: FacelatchError) -> None:
        """Show why the database does not open and look for keys and backups."""
        self._error = error
        self._set_busy(busy=False)
        self.retranslate()
        recovery = self._session.recovery
        self._session.worker.submit(recovery.state, self._show_state, self._fail)

    def retranslate(self) -> None:
        """Set every translated text."""
        asked = self._asks_passphrase
        if self._state is None:
            self._title.setText(self.tr("The database cannot be opened"))
        elif asked:
            self._title.setText(self.tr("Enter the passphrase"))
            self._explanation.setText(self.tr("The data is encrypted with it. It is not stored on this computer."))
        elif isinstance(self._error, KeyUnavailable):
            self._title.setText(self.tr("The database key is missing"))
        else:
            self._title.setText(self.tr("The database is damaged"))
        if not asked and self._error is not None:
            self._explanation.setText(value_texts.breakable(value_texts.error_message(self._error)))
        self._other_ways.setText(self._other_ways_text())
        self.open.setText(self.tr("Open"))
        self.open.setToolTip(self.tr("Open (Enter)"))
        self.forgotten.setText(self.tr("I forgot the passphrase"))
        self.retry.setText(self.tr("Try again"))
        self.retry.setToolTip(self.tr("Look for the key again"))
        self._show_parts()

    @property
    def _asks_passphrase(self) -> bool:
        kinds = self._state.kinds if self._state else frozenset()
        return isinstance(self._error, KeyUnavailable) and KeySourceKind.PASSPHRASE in kinds

    @property
    def _has_code(self) -> bool:
        return self._state is not None and KeySourceKind.RECOVERY in self._state.kinds

    def _other_ways_text(self) -> str:
        """Return the other ways to recover, as text."""
        if self._state is None or (self._asks_passphrase and not self._forgotten):
            return ""
        if not isinstance(self._error, KeyUnavailable):
            return self.tr("Nothing was changed. Restoring a backup keeps the damaged file beside the new one.")
        if self._has_code:
            return self.tr("Nothing was changed. The printed recovery code opens it.")
        return self.tr("Nothing was changed, and there is no recovery code. Restore the key, then try again.")

    def _show_parts(self) -> None:
        asked, known = self._asks_passphrase, self._state is not None
        others = known and (not asked or self._forgotten)
        for part in (self.passphrase, self.open):
            part.setVisible(asked)
        self.forgotten.setVisible(asked and not self._forgotten)
        self.code.setVisible(others and self._has_code and isinstance(self._error, KeyUnavailable))
        self.backups.setVisible(others and bool(self._state and self._state.backups))
        self.retry.setVisible(known and not asked)
        self._other_ways.setVisible(bool(self._other_ways.text()))

    def _show_state(self, state: RecoveryState) -> None:
        self._state = state
        self.backups.show_backups(state.backups, damaged=not isinstance(self._error, KeyUnavailable))
        self.retranslate()
        if self._asks_passphrase:
            self.passphrase.field.setFocus()
        elif self.code.isVisible():
            self.code.field.setFocus()
        else:
            self.retry.setFocus()

    def _forget(self) -> None:
        self._forgotten = True
        self.retranslate()
        (self.code.field if self.code.isVisible() else self.passphrase.field).setFocus()

    def _run(self, work: Callable[[RecoveryService], T], then: Callable[[T], None]) -> None:
        self.message.show_text()
        self._set_busy(busy=True)
        recovery = self._session.recovery
        self._session.worker.submit(lambda: work(recovery), then, self._fail)

    def _try_passphrase(self) -> None:
        text = self.passphrase.text
        if text:
            self._run(lambda recovery: recovery.unlock_with_passphrase(text), lambda _: self._reopen())

    def _try_code(self) -> None:
        text = self.code.field.text()
        if text.strip():
            self._run(lambda recovery: recovery.unlock_with_code(text), lambda _: self._reopen())

    def _restore(self, path: Path) -> None:
        self._run(lambda recovery: recovery.restore(path), lambda _: self._reopen())

    def _reopen(self) -> None:
        self.passphrase.forget()
        self.code.field.clear()
        self.backups.close_form()
        self._session.retry()

    def _fail(self, error: FacelatchError) -> None:
        """Show that a recovery failed."""
        self._set_busy(busy=False)
        wrong = isinstance(error, KeyUnavailable)
        if wrong and self.passphrase.text:
            self.passphrase.refuse(self.tr("Wrong passphrase."))
        elif self.code.field.text() and (wrong or isinstance(error, InvalidRequest)):
            words = self.tr("This code does not belong to this database.")
            self.code.refuse(*([words] if wrong else [value_texts.error_message(error), value_texts.error_hint(error)]))
        elif self.backups.restore_pane.isVisible() and wrong:
            self.message.show_text(
                self.tr("The key of this backup is not on this computer either. Choose another backup.")
            )
        else:
            self.message.show_text(value_texts.error_message(error), value_texts.error_hint(error))

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.open, self.code.open, self.retry, self.forgotten, self.passphrase):
            part.setEnabled(not busy)
        self.backups.restore_pane.set_busy(busy=busy and self.backups.restore_pane.isVisible())

    def _connect(self) -> None:
        self.open.clicked.connect(self._try_passphrase)
        self.passphrase.entered.connect(self._try_passphrase)
        self.forgotten.clicked.connect(self._forget)
        self.retry.clicked.connect(self._session.retry)
        self.code.open.clicked.connect(self._try_code)
        self.code.field.returnPressed.connect(self._try_code)
        self.backups.restore_pane.restore_wanted.connect(self._restore)

    def _lay_out(self) -> None:
        card = Pane()
        card.setObjectName("card")
        card.setMaximumWidth(_WIDE)
        column = QVBoxLayout(card)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        for part in (self._glyph, self._title, self._explanation, self._other_ways, self.passphrase):
            column.addWidget(part)
        column.addLayout(button_row(self.open, self.forgotten, self.retry))
        column.addWidget(self.message)
        column.addWidget(self.code)
        column.addWidget(self.backups)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card, 1000)
        middle.addStretch(1)
        around = Scroll()
        around.column.addStretch(1)
        around.column.addLayout(middle)
        around.column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.addWidget(around)


class CodeSection(Pane):
    """The field for the recovery code."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._explanation = label("strong"), label("muted", wrap=True)
        self.field, self.message, self.open = QLineEdit(), InlineMessage("bad"), button("plain")
        self.field.setPlaceholderText("XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")
        self.field.setMaxLength(100)
        self.field.textEdited.connect(lambda _: self.refuse())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(8)
        for part in (self._title, self._explanation, self.field, self.message):
            column.addWidget(part)
        column.addLayout(button_row(self.open))
        self.retranslate()

    def refuse(self, *sentences: str) -> None:
        """Say why the code was rejected."""
        set_style_property(self.field, "wrong", bool(sentences))
        self.message.show_text(*sentences)
        if sentences:
            self.field.setFocus()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Recovery code"))
        self._explanation.setText(
            self.tr("As printed; dashes and letter case do not matter. The key is then stored on this computer again.")
        )
        self.field.setAccessibleName(self.tr("Recovery code"))
        self.open.setText(self.tr("Open with the code"))


class BackupSection(Pane):
    """The list of backups and the restore form."""

    def __init__(self) -> None:
        super().__init__()
        self._damaged = False
        self._title, self._explanation = label("strong"), label("muted", wrap=True)
        self.list, self.restore_pane = BackupList(), RestorePane(replaces_damaged=True)
        self.restore_pane.hide()
        self.list.wanted.connect(self._ask)
        self.restore_pane.leave.clicked.connect(self.close_form)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(8)
        for part in (self._title, self._explanation, self.list, self.restore_pane):
            column.addWidget(part)
        self.retranslate()

    def show_backups(self, backups: tuple[Backup, ...], *, damaged: bool) -> None:
        """List backups.

        Args:
            backups: The newest first.
            damaged: Whether the database is damaged while its key is available.
        """
        self._damaged = damaged
        self.list.show_backups(backups)
        self.retranslate()

    def close_form(self) -> None:
        """Close the restore form."""
        self.restore_pane.end()
        self.list.show()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Restore a backup"))
        if self._damaged:
            self._explanation.setText(self.tr("All changes made since the backup are lost."))
        else:
            self._explanation.setText(
                self.tr("Helps only if the backup uses a different key that is on this computer.")
            )

    def _ask(self, backup: Backup) -> None:
        self.list.hide()
        self.restore_pane.begin(backup)
