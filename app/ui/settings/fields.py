"""One field type per kind of setting; values are texts as parsed by `core.settings`."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QFocusEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.settings.schema import Setting, SettingKind
from app.core.settings.values import format_value, redacted_text
from app.ui.texts.settings_texts import on_or_off, translated
from app.ui.widgets.buttons import Picker, set_style_property
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Pane, button
from app.ui.widgets.toggles import Switch

WIDTH = 224
_LONGEST = 2000


class Field(Pane):
    """Base class of the fields.

    Signals:
        edited: The text while the user types.
        entered: The text that the user confirmed.

    Args:
        setting: The setting to edit.
    """

    edited = Signal(str)
    entered = Signal(str)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self._value: Any = None
        self._parts: list[QWidget] = []

    def show_value(self, value: Any) -> None:
        """Show a value."""
        self._value = value
        self.retranslate()

    def lock(self, *, locked: bool) -> None:
        """Make the field read-only or editable."""
        self.setEnabled(not locked)

    def mark(self, *, wrong: bool) -> None:
        """Mark the field as invalid or valid; the message beside it gives the reason."""

    def describe(self, title: str, description: str) -> None:
        """Set the accessible name and description.

        Args:
            title: The setting's title.
            description: Its description with range, default and message.
        """
        for part in self.parts():
            part.setAccessibleName(title)
            part.setAccessibleDescription(description)

    def parts(self) -> list[QWidget]:
        """The widgets that accept the keyboard focus."""
        return self._parts

    @property
    def pending(self) -> bool:
        """Whether the field contains unconfirmed text."""
        return False


class TextField(Field):
    """A field for numbers and text. Secrets are visible only while the field has the focus."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.line = _Line(self)
        self._parts = [self.line]
        self.line.setMaxLength(_LONGEST)
        if setting.kind is SettingKind.SECRET:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.textEdited.connect(self.edited)
        self.line.editingFinished.connect(self._enter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)

    def show_value(self, value: Any) -> None:
        """Show a value and discard unconfirmed text."""
        self._value = value
        self.line.setModified(False)
        self.reveal(shown=self.line.hasFocus())

    def lock(self, *, locked: bool) -> None:
        """Make the field read-only; it stays focusable for screen readers."""
        self.line.setReadOnly(locked)

    def mark(self, *, wrong: bool) -> None:
        """Mark the field with a red border."""
        set_style_property(self.line, "wrong", wrong)

    @property
    def pending(self) -> bool:
        """Whether the field contains unconfirmed text."""
        return self.line.isModified()

    def reveal(self, *, shown: bool) -> None:
        """Show the password in an address while the user edits it; mask it otherwise."""
        if not self.pending:
            hidden = self.setting.kind is not SettingKind.SECRET and not shown
            self.line.setText((redacted_text if hidden else format_value)(self.setting, self._value))
            self.line.setCursorPosition(0)

    def _enter(self) -> None:
        if self.pending:
            self.entered.emit(self.line.text())


class _Line(QLineEdit):
    """A line edit that reports focus changes to its field."""

    def __init__(self, field: TextField) -> None:
        super().__init__()
        self._field = field

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Reveal the text for editing."""
        self._field.reveal(shown=not self.isReadOnly())
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Confirm the text, then mask its secrets."""
        super().focusOutEvent(event)
        self._field.reveal(shown=False)


class PathField(TextField):
    """A field for a file or folder with a browse button."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.choose = button()
        self.choose.clicked.connect(self._choose)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.choose)
        self.retranslate()
        self.restyle()

    def lock(self, *, locked: bool) -> None:
        """Disable the browse button as well."""
        super().lock(locked=locked)
        self.choose.setEnabled(not locked)

    def describe(self, title: str, description: str) -> None:
        """Set the accessible names; the browse button has its own."""
        super().describe(title, description)
        self.choose.setAccessibleName(self.tr("Choose a file or folder: {title}").format(title=title))

    def retranslate(self) -> None:
        """Set every translated text."""
        self.choose.setToolTip(self.tr("Choose a file or folder"))

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.choose.setIcon(icon("folder-open"))
        self.update()

    def _choose(self) -> None:
        title, near = translated(self.setting.title), self.line.text()
        if self.setting.kind is SettingKind.FOLDER:
            chosen = QFileDialog.getExistingDirectory(self, title, near)
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, title, near)
        if chosen:
            self.entered.emit(chosen)


class ChoiceField(Field):
    """A field for one of several values."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.picker = Picker()
        self._parts = [self.picker]
        self.picker.menu().aboutToShow.connect(self._fill)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.picker)

    def describe(self, title: str, description: str) -> None:
        """Set the accessible name including the chosen value, which is the button's text."""
        super().describe(self.tr("{title}: {value}").format(title=title, value=self.picker.text()), description)

    def retranslate(self) -> None:
        """Set every translated text."""
        words = [translated(choice.words) for choice in self.setting.choices if choice.value == self._value]
        self.picker.setText(words[0] if words else str(self._value or ""))

    def _fill(self) -> None:
        menu = self.picker.menu()
        for group in menu.findChildren(QActionGroup):
            group.deleteLater()
        menu.clear()
        group = QActionGroup(menu)
        for choice in self.setting.choices:
            action = QAction(translated(choice.words), group, checkable=True, checked=choice.value == self._value)
            action.triggered.connect(lambda _=False, value=choice.value: self.entered.emit(value))
            menu.addAction(action)


class SwitchField(Field):
    """A field for on or off."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.switch = Switch()
        self._parts = [self.switch]
        self.switch.clicked.connect(lambda on: self.entered.emit("true" if on else "false"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.switch)
        row.addStretch(1)

    def show_value(self, value: Any) -> None:
        """Show a value."""
        self.switch.setChecked(bool(value))
        super().show_value(value)

    def retranslate(self) -> None:
        """Set every translated text."""
        self.switch.setText(on_or_off(self.switch.isChecked()))
        self.switch.updateGeometry()


class MultiChoiceField(Field):
    """A field for any number of values, with a switch for each."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.switches = {choice.value: Switch() for choice in setting.choices}
        self._parts = list(self.switches.values())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for switch in self.switches.values():
            switch.clicked.connect(lambda _: self.entered.emit(", ".join(self._chosen())))
            column.addWidget(switch)
        self.retranslate()

    def show_value(self, value: Any) -> None:
        """Show the chosen values."""
        for choice, switch in self.switches.items():
            switch.setChecked(choice in value)
        super().show_value(value)

    def describe(self, title: str, description: str) -> None:
        """Set the accessible name of each switch."""
        for switch in self.switches.values():
            switch.setAccessibleName(self.tr("{title}: {value}").format(title=title, value=switch.text()))
            switch.setAccessibleDescription(description)

    def retranslate(self) -> None:
        """Set every translated text."""
        for choice in self.setting.choices:
            self.switches[choice.value].setText(translated(choice.words))

    def _chosen(self) -> list[str]:
        return [choice for choice, switch in self.switches.items() if switch.isChecked()]


def make_field(setting: Setting) -> Field:
    """Return a new field for a setting."""
    kinds: dict[SettingKind, type[Field]] = {
        SettingKind.SWITCH: SwitchField,
        SettingKind.CHOICE: ChoiceField,
        SettingKind.SEVERAL: MultiChoiceField,
        SettingKind.PATH: PathField,
        SettingKind.FOLDER: PathField,
    }
    made = kinds.get(setting.kind, TextField)(setting)
    made.setFixedWidth(WIDTH)
    return made
