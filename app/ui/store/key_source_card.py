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
        self.change, self.news = button("plain"), InlineMessage("muted")
        self.choosing = _KeySourceForm()
        for part in (self.source, self.meaning, self.news, self.choosing, self.message):
            self.column.addWidget(part)
        self.column.addLayout(button_row(self.change))
        self.choosing.hide()
        self._connect()
        self.retranslate()
        self.restyle()

    def show_state(self, state: KeyState) -> None:
        """Show how the database is protected."""
        self._state = state
        self.retranslate()

    def settle(self) -> bool:
        """Close the form; return False if it is not open."""
        if self.choosing.isHidden():
            return False
        self._close()
        self.change.setFocus()
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(self.tr("The key"))
        self.said.setText(self.tr("Faces, names and all that tells of a person are sealed (AES-256-GCM)."))
        self.change.setText(self.tr("Keep the key elsewhere"))
        state = self._state
        self.source.setVisible(state is not None)
        self.meaning.setVisible(state is not None)
        if state is not None:
            source = store_texts.source_name(state.source)
            since = self.tr("In use since {date}.").format(date=value_texts.date(state.since))
            look = ("warning", "caution") if state.source is KeySourceKind.KEY_FILE else ("check-circle", "good")
            self.source.show_label(*look, self.tr("Kept in: {source}").format(source=source))
            self.meaning.setText(value_texts.sentences(store_texts.source_description(state.source), since))
        self.update_error_text()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.change.setIcon(icon("key"))
        self.update()

    def fail(self, error: FacelatchError) -> None:
        """Show an error; the key has not moved."""
        self.choosing.keep.setEnabled(True)
        self.change.setEnabled(True)
        self.show_failure(error)

    def _begin(self) -> None:
        self.show_failure(None)
        self.news.say()
        self.change.setEnabled(False)
        self.ask(lambda services: services.keys.usable_sources(), self._offer, slow=True)

    def _offer(self, kinds: Sequence[KeySourceKind]) -> None:
        self.change.setEnabled(True)
        self.change.hide()
        self.choosing.begin(kinds, self._state.source if self._state else None)

    def _move(self, kind: KeySourceKind, passphrase: str | None) -> None:
        self.show_failure(None)
        self.ask(lambda services: services.keys.change_source(kind, passphrase), lambda _: self._moved(kind), slow=True)

    def _moved(self, kind: KeySourceKind) -> None:
        self._close()
        self.news.say(self.tr("Done. The backups beside the database open with it too; the old key is forgotten."))
        if kind is KeySourceKind.PASSPHRASE:
            has_code = self._state is not None and self._state.recovery_code
            self.news.say(
                self.tr("Done. You will be asked for the passphrase whenever the program starts."),
                "" if has_code else self.tr("Make a recovery code too, in case it is forgotten."),
            )
        self.ask(lambda services: services.keys.state(), self.show_state)
        self.change.setFocus()

    def _close(self) -> None:
        self.choosing.end()
        self.change.show()

    def _connect(self) -> None:
        self.change.clicked.connect(self._begin)
        self.choosing.leave.clicked.connect(self.settle)
        self.choosing.keep.clicked.connect(lambda: self._move(*self.choosing.chosen()))
        self.choosing.passphrase.entered.connect(self.choosing.keep.click)


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
        self.keep.setText(self.tr("Keep it there"))
        self.leave.setText(self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Leave the key where it is (Esc)"))
        if self._kinds:
            choices = [(kind, self._named(kind)) for kind in self._kinds]
            others = [kind for kind in self._kinds if kind is not self._now]
            self.kind.show_choices(self.tr("Keep the key in"), choices, self.kind.value or others[0])
        self._check()

    def _named(self, kind: KeySourceKind) -> str:
        if kind is not self._now:
            return store_texts.source_name(kind)
        again = self.tr("Another passphrase") if kind is KeySourceKind.PASSPHRASE else self.tr("{source} (a new key)")
        return again.format(source=store_texts.source_name(kind))

    def _check(self) -> None:
        kind = self.kind.value
        if kind is None:
            return
        self._meaning.setText(store_texts.source_description(KeySourceKind(str(kind))))
        typed = kind == KeySourceKind.PASSPHRASE
        self.passphrase.setVisible(typed)
        self.keep.setEnabled(not typed or self.passphrase.good)
