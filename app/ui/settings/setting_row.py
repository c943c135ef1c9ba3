"""A row of the settings page: title, description, field and message."""

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.settings.schema import Setting
from app.services.system.settings_service import SettingOrigin, SettingState
from app.ui.settings.fields import make_field
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.texts.settings_texts import limits_text, translated, value_meaning, value_text
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.icons import Glyph, icon
from app.ui.widgets.panes import Pane, button, label


class RowMessage(StrEnum):
    """Kinds of messages below a setting."""

    NONE = "none"
    WRONG = "wrong"
    SAVED = "saved"
    LOCKED = "locked"
    THIS_RUN = "this-run"


_LOOKS = {
    RowMessage.WRONG: ("warning-circle", "bad"),
    RowMessage.SAVED: ("check-circle", "good"),
    RowMessage.LOCKED: ("lock-simple", "caution"),
    RowMessage.THIS_RUN: ("info", "accent"),
}


class SettingRow(Pane):
    """Shows a setting and edits it: the value is validated while typed and saved when confirmed.

    Args:
        setting: The setting's schema.
        session: The pipeline, the services and the settings.
    """

    def __init__(self, setting: Setting, session: Session) -> None:
        super().__init__()
        self.setting, self._session = setting, session
        self._state: SettingState | None = None
        self._message_kind = RowMessage.NONE
        self._error: FacelatchError | None = None
        self.title, self._description, self._facts = (
            label("strong", wrap=True),
            label(wrap=True),
            label("muted", wrap=True),
        )
        self._icon, self.remark = Glyph("info", "accent", 18), label(wrap=True)
        self.field, self.reset = make_field(setting), button("quiet")
        self._lay_out()
        self._connect()
        self.restyle()

    @property
    def pending(self) -> bool:
        """Whether the field contains unsaved text."""
        return self.field.pending

    @property
    def can_be_reset(self) -> bool:
        """Whether the setting differs from its default and is editable."""
        state = self._state
        return state is not None and state.variable is None and state.value != self.setting.default

    def show_state(self, state: SettingState) -> None:
        """Show the current value; unsaved text stays and is validated again."""
        self._state = state
        if self.pending and state.variable is None:
            self._check(self.field.parts()[0].text())  # type: ignore[attr-defined]
        else:
            self._show_stored(state)
        self.field.lock(locked=state.variable is not None)
        self.reset.setVisible(self.can_be_reset)
        self.retranslate()

    def restore(self) -> None:
        """Discard unsaved text and show the current value."""
        if self._state is not None:
            self.field.show_value(self._state.value)
            self._show_message(_message_of(self._state))
            self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(translated(self.setting.title))
        self._description.setText(translated(self.setting.description))
        self._facts.setText(self._all_facts())
        self.remark.setText(self._words())
        default = value_text(self.setting, self.setting.default) or self.tr("empty")
        self.reset.setToolTip(self.tr("Reset to: {value}").format(value=default))
        self.reset.setAccessibleName(self.tr("Reset “{title}”").format(title=self.title.text()))
        self.field.describe(self.title.text(), self._for_screen_readers())

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.reset.setIcon(icon("arrow-counter-clockwise", "muted"))
        self.update()

    def _show_stored(self, state: SettingState) -> None:
        self.field.show_value(state.value)
        self._show_message(_message_of(state))

    def _check(self, text: str) -> None:
        error = self._session.check([(self.setting, text)])
        if error is not None:
            self._refuse(error)
        else:
            self._show_message(RowMessage.NONE)

    def _enter(self, value: object) -> None:
        error = self._session.change([(self.setting, value)])
        if error is not None:
            self._refuse(error)
            return
        self._show_message(RowMessage.SAVED)
        self.field.show_value(self.setting.of(self._session.settings))
        self.retranslate()

    def _refuse(self, error: FacelatchError) -> None:
        """Show an error: typed text stays for correction, a choice is reverted."""
        if not self.pending and self._state is not None:
            self.field.show_value(self._state.value)
        self._show_message(RowMessage.WRONG, error)

    def _show_message(self, remark: RowMessage, error: FacelatchError | None = None) -> None:
        self._message_kind, self._error = remark, error
        has_message = remark is not RowMessage.NONE
        if has_message:
            self._icon.show_icon(*_LOOKS[remark])
            set_style_property(self.remark, "tone", _LOOKS[remark][1])
        self.remark.setText(self._words())
        self._icon.setVisible(has_message)
        self.remark.setVisible(has_message)
        self.field.mark(wrong=remark is RowMessage.WRONG)
        self.field.describe(self.title.text(), self._for_screen_readers())

    def _words(self) -> str:
        match self._message_kind:
            case RowMessage.WRONG if self._error is not None:
                return self.tr("Not saved. {reason}").format(reason=value_texts.error_message(self._error))
            case RowMessage.SAVED if self.setting.restart:
                return self.tr("Saved. Restart Facelatch to apply it.")
            case RowMessage.SAVED:
                return self.tr("Saved.")
            case RowMessage.LOCKED if self._state is not None:
                words = self.tr("Set by {variable} in the environment. Change it there.")
                return words.format(variable=self._state.variable)
            case RowMessage.THIS_RUN:
                return self.tr("For this run only; your settings file has another value.")
            case _:
                return ""

    def _all_facts(self) -> str:
        value = self._state.value if self._state is not None else self.setting.default
        parts = [value_meaning(self.setting, value), limits_text(self.setting)]
        if self.setting.restart:
            parts.append(self.tr("Needs a restart"))
        return " · ".join(part for part in parts if part)

    def _for_screen_readers(self) -> str:
        parts = (self._description.text(), self._facts.text(), self.remark.text())
        return " ".join(part for part in parts if part)

    def _connect(self) -> None:
        self.field.edited.connect(self._check)
        self.field.entered.connect(self._enter)
        self.reset.clicked.connect(lambda: self._enter(self.setting.default))

    def _lay_out(self) -> None:
        self.reset.setFixedWidth(36)
        message_row = QHBoxLayout()
        message_row.setSpacing(8)
        message_row.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignTop)
        message_row.addWidget(self.remark, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self.title, self._description, self._facts):
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            words.addWidget(part)
        words.addLayout(message_row)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(16)
        row.addLayout(words, 1)
        row.addWidget(self.field, alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.reset, alignment=Qt.AlignmentFlag.AlignTop)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self._show_message(RowMessage.NONE)


def _message_of(state: SettingState) -> RowMessage:
    if state.variable is not None:
        return RowMessage.LOCKED
    return RowMessage.THIS_RUN if state.origin is SettingOrigin.THIS_RUN else RowMessage.NONE
