"""The sign-in form shown instead of the pages, and the offer to require a sign-in."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.roles import Role
from app.services.access.lockouts import AttemptOutcome, SecretAttempt
from app.ui.access.access_controller import AccessController
from app.ui.texts import store_texts, value_texts
from app.ui.widgets.buttons import ChoicePicker
from app.ui.widgets.icons import Glyph
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, button, label

_WIDE = 360


class SignInPane(Pane):
    """Asks for a role and its password.

    Args:
        access: The access controller.
    """

    def __init__(self, access: AccessController) -> None:
        super().__init__()
        self._access = access
        self._answer: SecretAttempt | None = None
        self._error: FacelatchError | None = None
        self._left_s = 0
        self._title, self._caption, self._help = label("title", wrap=True), label("strong"), label("muted", wrap=True)
        self.roles = ChoicePicker()
        self.password, self.message, self.enter = QLineEdit(), InlineMessage("bad"), button("primary")
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._count)
        self._lay_out()
        self._connect()
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        """Clear the form."""
        super().showEvent(event)
        self._forget()
        self._show_roles()
        self.password.setFocus()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Who are you?"))
        self._caption.setText(self.tr("Password"))
        self.password.setAccessibleName(self.tr("Password"))
        self._offer_roles(self.roles.value or Role.OPERATOR)
        self.enter.setText(self.tr("Sign in"))
        self.enter.setToolTip(self.tr("Sign in (Enter)"))
        self._help.setText(self.tr("Forgot the password? The owner of the data can run: facelatch password set admin"))
        self._update_message()

    def _forget(self) -> None:
        self.password.clear()
        self._answer = self._error = None
        self._left_s = 0
        self._second.stop()
        self._update_message()

    def _show_roles(self) -> None:
        both = Role.OPERATOR in self._access.state.roles
        self.roles.setVisible(both)
        self._offer_roles(Role.OPERATOR if both else Role.ADMIN)

    def _offer_roles(self, chosen: object) -> None:
        choices = [(role, store_texts.role_name(role)) for role in (Role.OPERATOR, Role.ADMIN)]
        self.roles.show_choices(self.tr("Sign in as"), choices, chosen)

    def _ask(self) -> None:
        if self.password.text() and self.enter.isEnabled():
            self.enter.setEnabled(False)
            self._access.sign_in(Role(str(self.roles.value)), self.password.text())

    def _refuse(self, answer: SecretAttempt) -> None:
        self._answer, self._error = answer, None
        self._left_s = -(-answer.left_ns // 1_000_000_000)
        if self._left_s:
            self._second.start()
        self.password.clear()
        self.password.setFocus()
        self._update_message()

    def _fail(self, error: FacelatchError) -> None:
        self._error = error
        self._update_message()

    def _count(self) -> None:
        self._left_s = max(self._left_s - 1, 0)
        if not self._left_s:
            self._second.stop()
            self._answer = None
        self._update_message()

    def _update_message(self) -> None:
        self.enter.setEnabled(bool(self.password.text()) and not self._left_s)
        if self._error is not None:
            self.message.show_text(value_texts.error_message(self._error), value_texts.error_hint(self._error))
        elif self._left_s:
            self.message.show_text(self.tr("Too many wrong passwords. Wait %n second(s).", "", self._left_s))
        elif self._answer is not None and self._answer.outcome is AttemptOutcome.WRONG:
            self.message.show_text(self.tr("Wrong password."))
        else:
            self.message.show_text()

    def _connect(self) -> None:
        self.password.returnPressed.connect(self._ask)
        self.password.textChanged.connect(lambda _: self._update_message())
        self.enter.clicked.connect(self._ask)
        self._access.refused.connect(self._refuse)
        self._access.failed.connect(self._fail)
        self._access.changed.connect(self._show_roles)

    def _lay_out(self) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setMaxLength(256)
        card = Pane()
        card.setObjectName("card")
        card.setFixedWidth(_WIDE)
        column = QVBoxLayout(card)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(Glyph("lock", "accent", 32))
        column.addWidget(self._title)
        column.addSpacing(8)
        for part in (self.roles, self._caption, self.password, self.message):
            column.addWidget(part)
        column.addSpacing(8)
        column.addWidget(self.enter)
        column.addWidget(self._help)
        around = QVBoxLayout(self)
        around.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)


class SignInOffer(Pane):
    """An offer to set an admin password, in one line above the pages; shown once.

    Signals:
        wanted: Set an admin password.
        declined: Do not ask again.
    """

    wanted = Signal()
    declined = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = label("strong", wrap=True)
        self.accept, self.decline = button("plain"), button("plain")
        self.accept.clicked.connect(self.wanted)
        self.decline.clicked.connect(self.declined)
        card = Pane()
        card.setObjectName("notice")
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(Glyph("user-circle", "accent", 24))
        row.addWidget(self._words, 1)
        row.addWidget(self.accept)
        row.addWidget(self.decline)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 16, 16, 0)
        around.addWidget(card)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._words.setText(
            self.tr("Do several people use this computer? An admin password protects people and settings.")
        )
        self.accept.setText(self.tr("Set a password"))
        self.decline.setText(self.tr("Not needed"))
