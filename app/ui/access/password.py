"""Setting and removing the password of one role."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from app.core.errors import InvalidPassword
from app.core.roles import LONGEST, Role, check_password
from app.ui import texts
from app.ui.access import words
from app.ui.access.guard import Access
from app.ui.widgets.pane import Pane, button, label
from app.ui.widgets.remark import Remark

_WIDEST = 320


class PasswordCard(Pane):
    """Two fields for the same password, since nobody sees what is typed.

    Args:
        role: Whose.
        access: Sets it.
    """

    def __init__(self, role: Role, access: Access) -> None:
        super().__init__()
        self.setObjectName("card")
        self.role = role
        self._access = access
        self._done = False
        self._title, self._said = label("strong"), label("muted", wrap=True)
        self.first, self.again = QLineEdit(), QLineEdit()
        self.message, self.news = Remark("bad"), Remark("muted")
        self.store, self.remove = button("plain"), button("plain")
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        is_set = self.role in self._access.state.roles
        name = words.role_name(self.role)
        self._title.setText(name)
        self._said.setText(self._meaning(is_set=is_set))
        for field, text in ((self.first, self.tr("New password")), (self.again, self.tr("The same again"))):
            field.setPlaceholderText(text)
            field.setAccessibleName(f"{name}: {text}")
        self.store.setText(self.tr("Change password") if is_set else self.tr("Set password"))
        self.store.setAccessibleName(f"{name}: {self.store.text()}")
        self.remove.setText(self.tr("Remove password"))
        self.remove.setAccessibleName(f"{name}: {self.remove.text()}")
        self.remove.setVisible(is_set)
        self.news.say(self.tr("The password is set.") if self._done else "")
        self._check()

    def _meaning(self, *, is_set: bool) -> str:
        if self.role is Role.ADMIN:
            if is_set:
                return self.tr("May do everything. Without this password, nobody has to sign in any more.")
            return self.tr("May do everything.")
        if is_set:
            return self.tr("Enrols and finds people, and marks wrong matches.")
        return self.tr("Enrols and finds people, and marks wrong matches. Needs a password of its own.")

    def _check(self) -> None:
        """Say what is wrong once both fields are filled in."""
        first, again = self.first.text(), self.again.text()
        self.message.say()
        good = bool(again) and first == again
        if again and not first.startswith(again):
            self.message.say(self.tr("These are two different passwords."))
        elif good:
            try:
                check_password(first)
            except InvalidPassword as error:
                self.message.say(texts.error_hint(error))
                good = False
        self.store.setEnabled(good)

    def _typed(self) -> None:
        self._done = False
        self.news.say()
        self._check()

    def _store(self) -> None:
        if self.store.isEnabled():
            self._access.set_password(self.role, self.first.text())
            for field in (self.first, self.again):
                field.clear()
            self._done = True

    def _connect(self) -> None:
        for field in (self.first, self.again):
            field.textEdited.connect(lambda _: self._typed())
            field.returnPressed.connect(self._store)
        self.store.clicked.connect(self._store)
        self.remove.clicked.connect(lambda: self._access.remove(self.role))
        self._access.changed.connect(self.retranslate)
        self._access.stored.connect(self.retranslate)

    def _lay_out(self) -> None:
        fields, buttons = QHBoxLayout(), QHBoxLayout()
        for field in (self.first, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setMaxLength(LONGEST)
            field.setMaximumWidth(_WIDEST)
            fields.addWidget(field, 1)
        fields.setSpacing(8)
        fields.addStretch(0)
        buttons.setSpacing(8)
        buttons.addWidget(self.store)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._said)
        column.addLayout(fields)
        column.addWidget(self.message)
        column.addWidget(self.news)
        column.addLayout(buttons)
