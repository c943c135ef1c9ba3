"""The key source card: where the key is kept, and moving it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout

from app.core.credentials import KeySourceKind
from app.core.errors import FacelatchError
from app.services.database.key_service import KeyState
from app.ui.shell.session import Session
from app.ui.store.store_card import WIDEST_FIELD, StoreCard, button_row
from app.ui.texts import store_texts, value_texts
from app.ui.widgets.buttons import ChoicePicker
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import IconLabel, InlineMessage
from app.ui.widgets.panes import Pane, button, label
from app.ui.widgets.passphrase_fields import NewPassphraseField


class KeySourceCard(StoreCard):
    """Shows where the key comes from and moves it to another source.

    Args:
        session: The pipeline, the services and the settings.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._state: KeyState | None = None
        self._kinds: Sequence[KeySourceKind] = ()
        self.source, self.meaning, self.warning = IconLabel(), label("muted", wrap=True), InlineMessage("caution")
        self.change, self.status_message = button("plain"), InlineMessage("muted")
        self.source_form = _KeySourceForm()
        for part in (self.source, self.meaning, self.status_message, self.source_form, self.message):
            self.column.addWidget(part)
        self.column.addLayout(button_row(self.change))
        self.source_form.hide()
        self._connect()
        self.retranslate()
        self.restyle()

    def show_state(self, state: KeyState) -> None:
        """Show how the database is protected."""
        self._state = state
        self.retranslate()

    def close_form(self) -> bool:
        """Close the form; return False if it is not open."""
        if self.source_form.isHidden():
            return False
        self._close()
        self.change.setFocus()
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(self.tr("Encryption key"))
        self.explanation.setText(self.tr("Face data, names and all personal details are encrypted (AES-256-GCM)."))
        self.change.setText(self.tr("Move the key"))
        state = self._state
        self.source.setVisible(state is not None)
        self.meaning.setVisible(state is not None)
        if state is not None:
            source = store_texts.source_name(state.source)
            since = self.tr("In use since {date}.").format(date=value_texts.date(state.since))
            look = ("warning", "caution") if state.source is KeySourceKind.KEY_FILE else ("check-circle", "good")
            self.source.show_label(*look, self.tr("Stored in: {source}").format(source=source))
            self.meaning.setText(value_texts.sentences(store_texts.source_description(state.source), since))
        self.update_error_text()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.change.setIcon(icon("key"))
        self.update()

    def fail(self, error: FacelatchError) -> None:
        """Show an error; the key has not moved."""
        self.source_form.keep.setEnabled(True)
        self.change.setEnabled(True)
        self.show_failure(error)

    def _begin(self) -> None:
        self.show_failure(None)
        self.status_message.show_text()
        self.change.setEnabled(False)
        self.ask(lambda services: services.keys.usable_sources(), self._offer, slow=True)

    def _offer(self, kinds: Sequence[KeySourceKind]) -> None:
        self.change.setEnabled(True)
        self.change.hide()
        self.source_form.begin(kinds, self._state.source if self._state else None)

    def _move(self, kind: KeySourceKind, passphrase: str | None) -> None:
        self.show_failure(None)
        self.ask(
            lambda services: services.keys.change_source(kind, passphrase), lambda _: self._finish_move(kind), slow=True
        )

    def _finish_move(self, kind: KeySourceKind) -> None:
        self._close()
        self.status_message.show_text(
            self.tr("Done. The backups beside the database open with it too. The old key was deleted.")
        )
        if kind is KeySourceKind.PASSPHRASE:
            has_code = self._state is not None and self._state.recovery_code
            self.status_message.show_text(
                self.tr("Done. The passphrase is required at every start."),
                "" if has_code else self.tr("Create a recovery code in case you forget it."),
            )
        self.ask(lambda services: services.keys.state(), self.show_state)
        self.change.setFocus()

    def _close(self) -> None:
        self.source_form.end()
        self.change.show()

    def _connect(self) -> None:
        self.change.clicked.connect(self._begin)
        self.source_form.leave.clicked.connect(self.close_form)
        self.source_form.keep.clicked.connect(lambda: self._move(*self.source_form.chosen()))
        self.source_form.passphrase.entered.connect(self.source_form.keep.click)


class _KeySourceForm(Pane):
    """The new source, with a passphrase if it needs one."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: Sequence[KeySourceKind] = ()
        self._now: KeySourceKind | None = None
        self.kind, self._meaning, self.passphrase = ChoicePicker(), label("muted", wrap=True), NewPassphraseField()
        self.keep, self.leave = button("primary"), button("plain")
        self.passphrase.setMaximumWidth(WIDEST_FIELD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        for part in (self.kind, self._meaning, self.passphrase):
            column.addWidget(part)
        column.addLayout(button_row(self.keep, self.leave))
        self.kind.chosen.connect(lambda _: self._check())
        self.passphrase.changed.connect(self._check)

    def begin(self, kinds: Sequence[KeySourceKind], now: KeySourceKind | None) -> None:
        """Show the sources to choose from.

        Args:
            kinds: The sources available on this machine.
            now: The current source.
        """
        self._kinds, self._now = kinds, now
        self.retranslate()
        self.show()
        self.kind.setFocus()

    def end(self) -> None:
        """Discard the passphrase."""
        self.passphrase.forget()
        self.hide()

    def chosen(self) -> tuple[KeySourceKind, str | None]:
        """The chosen source and its passphrase, if any."""
        kind = KeySourceKind(str(self.kind.value))
        return kind, self.passphrase.text if kind is KeySourceKind.PASSPHRASE else None

    def retranslate(self) -> None:
        """Set every translated text."""
        self.keep.setText(self.tr("Move key"))
        self.leave.setText(self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Do not move the key (Esc)"))
        if self._kinds:
            choices = [(kind, self._choice_text(kind)) for kind in self._kinds]
            others = [kind for kind in self._kinds if kind is not self._now]
            self.kind.show_choices(self.tr("Store the key in"), choices, self.kind.value or others[0])
        self._check()

    def _choice_text(self, kind: KeySourceKind) -> str:
        if kind is not self._now:
            return store_texts.source_name(kind)
        text = self.tr("A new passphrase") if kind is KeySourceKind.PASSPHRASE else self.tr("{source} (a new key)")
        return text.format(source=store_texts.source_name(kind))

    def _check(self) -> None:
        kind = self.kind.value
        if kind is None:
            return
        self._meaning.setText(store_texts.source_description(KeySourceKind(str(kind))))
        typed = kind == KeySourceKind.PASSPHRASE
        self.passphrase.setVisible(typed)
        self.keep.setEnabled(not typed or self.passphrase.is_valid)
