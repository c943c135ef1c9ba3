"""Fields for a new passphrase (typed twice, with its strength) and for an existing one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from app.core.credentials import PassphraseStrength, passphrase_strength
from app.core.roles import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.labels import IconLabel, InlineMessage
from app.ui.widgets.panes import Pane, label

_LOOKS = {
    PassphraseStrength.WEAK: ("warning", "caution"),
    PassphraseStrength.FAIR: ("info", "muted"),
    PassphraseStrength.STRONG: ("check-circle", "good"),
}


class NewPassphraseField(Pane):
    """Two fields for a new passphrase, with an estimate of its strength.

    Signals:
        changed: `is_valid` may have changed.
        entered: Enter was pressed in the second field with a valid passphrase.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._caption = label("strong")
        self.first, self.repeat = QLineEdit(), QLineEdit()
        self._strength, self.message = IconLabel(), InlineMessage("bad")
        for field in (self.first, self.repeat):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setMaxLength(MAX_PASSWORD_LENGTH)
            field.textChanged.connect(lambda _: self._typed())
        self.repeat.returnPressed.connect(self._enter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._caption, self.first, self._strength, self.repeat, self.message):
            column.addWidget(part)
        self.retranslate()

    @property
    def is_valid(self) -> bool:
        """Whether both fields are equal and the passphrase is long enough."""
        text = self.first.text()
        return len(text) >= MIN_PASSWORD_LENGTH and len(set(text)) > 1 and text == self.repeat.text()

    @property
    def text(self) -> str:
        """The typed passphrase."""
        return self.first.text()

    def forget(self) -> None:
        """Clear both fields."""
        for field in (self.first, self.repeat):
            field.clear()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._caption.setText(self.tr("Passphrase"))
        for field, words in ((self.first, self.tr("Passphrase")), (self.repeat, self.tr("Repeat passphrase"))):
            field.setAccessibleName(words)
        self.first.setPlaceholderText(self.tr("Four or more unrelated words"))
        self.repeat.setPlaceholderText(self.tr("Repeat passphrase"))
        self._update_strength()

    def _typed(self) -> None:
        self._update_strength()
        self.changed.emit()

    def _enter(self) -> None:
        if self.is_valid:
            self.entered.emit()

    def _update_strength(self) -> None:
        text, repeat = self.first.text(), self.repeat.text()
        self._strength.setVisible(bool(text))
        if text:
            short = len(text) < MIN_PASSWORD_LENGTH
            words = (
                self.tr("At least %n characters", "", MIN_PASSWORD_LENGTH)
                if short
                else self._words(passphrase_strength(text))
            )
            look = _LOOKS[PassphraseStrength.WEAK if short else passphrase_strength(text)]
            self._strength.show_label(*look, words)
        differ = bool(repeat) and not text.startswith(repeat)
        set_style_property(self.repeat, "wrong", differ)
        self.message.show_text(self.tr("The passphrases do not match.") if differ else "")

    def _words(self, strength: PassphraseStrength) -> str:
        return {
            PassphraseStrength.WEAK: self.tr("Weak: easy for a computer to guess. Make it longer."),
            PassphraseStrength.FAIR: self.tr("Fair: another word makes it strong."),
            PassphraseStrength.STRONG: self.tr("Strong"),
        }[strength]


class PassphraseField(Pane):
    """One field for an existing passphrase, with the error message below it.

    Signals:
        changed: `text` has changed.
        entered: Enter was pressed in a non-empty field.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._caption, self.field, self.message = label("strong"), QLineEdit(), InlineMessage("bad")
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMaxLength(MAX_PASSWORD_LENGTH)
        self.field.textEdited.connect(self._typed)
        self.field.returnPressed.connect(self._enter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._caption, self.field, self.message):
            column.addWidget(part)
        self.retranslate()

    @property
    def text(self) -> str:
        """The typed passphrase."""
        return self.field.text()

    def refuse(self, *sentences: str) -> None:
        """Say why the passphrase was rejected and ask for another."""
        set_style_property(self.field, "wrong", bool(sentences))
        self.message.show_text(*sentences)
        if sentences:
            self.field.selectAll()
            self.field.setFocus()

    def forget(self) -> None:
        """Clear the field."""
        self.field.clear()
        self.refuse()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._caption.setText(self.tr("Passphrase"))
        self.field.setAccessibleName(self.tr("Passphrase"))

    def _typed(self) -> None:
        self.refuse()
        self.changed.emit()

    def _enter(self) -> None:
        if self.text:
            self.entered.emit()
