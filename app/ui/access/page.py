"""Who may do what, and the passwords of the two roles."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.roles import Permission, Role, may
from app.ui import texts
from app.ui.access import words
from app.ui.access.guard import Access
from app.ui.access.password import PasswordCard
from app.ui.page import Page, Place
from app.ui.widgets.icons import Glyph, icon
from app.ui.widgets.pane import Pane, button, label
from app.ui.widgets.remark import Remark
from app.ui.widgets.scroll import Scroll


class AccessPage(Page):
    """Says who is signed in; an admin sets and removes passwords here.

    Args:
        access: Knows who is signed in.
    """

    place = Place(
        "access",
        QT_TRANSLATE_NOOP("Rail", "Access"),
        QT_TRANSLATE_NOOP("Rail", "Who may do what, and signing out"),
        "user-circle",
        at_foot=True,
    )

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access
        self._error: FacelatchError | None = None
        self._title, self._said = label("title"), label("muted", wrap=True)
        self.sign_out, self.message = button("plain"), Remark("bad")
        self.cards = {role: PasswordCard(role, access) for role in (Role.ADMIN, Role.OPERATOR)}
        self._table = _PermissionTable()
        self._lay_out()
        self._connect()
        self.retranslate()
        self.restyle()

    def refresh(self) -> None:
        """Look again."""
        self._access.refresh()

    def retranslate(self) -> None:
        """Set every text."""
        state = self._access.state
        self._title.setText(self.tr("Access"))
        if not state.in_use:
            said = self.tr("Anybody at this computer may do everything. With an admin password, they have to sign in.")
        elif state.role is Role.ADMIN:
            said = self.tr("You are signed in as admin.")
        else:
            said = self.tr("You are signed in as operator. An admin can change passwords.")
        self._said.setText(said)
        self.sign_out.setText(self.tr("Sign out"))
        self.sign_out.setToolTip(self.tr("Let somebody else sign in (Ctrl+L)"))
        error = self._error
        self.message.say(*([texts.error_message(error), texts.error_hint(error)] if error else []))
        self.sign_out.setVisible(state.role is not None)
        allowed = state.may(Permission.MANAGE_ROLES)
        self.cards[Role.ADMIN].setVisible(allowed)
        self.cards[Role.OPERATOR].setVisible(allowed and state.in_use)

    def restyle(self) -> None:
        """Take the colours."""
        self.sign_out.setIcon(icon("sign-out"))
        self.update()

    def _leave(self) -> None:
        self._access.sign_out()

    def _take(self) -> None:
        self._error = None
        self.retranslate()

    def _fail(self, error: FacelatchError) -> None:
        self._error = error
        self.retranslate()

    def _connect(self) -> None:
        self.sign_out.clicked.connect(self._leave)
        self._access.changed.connect(self._take)
        self._access.stored.connect(self._take)
        self._access.failed.connect(self._fail)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.sign_out)
        content = Scroll()
        content.column.setSpacing(16)
        for part in (self._said, self.message, *self.cards.values(), self._table):
            content.column.addWidget(part)
        content.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 16, 8)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(content, 1)


class _PermissionTable(Pane):
    """Who may do what, as the program has it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._title = label("strong")
        self._names = {permission: label(wrap=True) for permission in Permission}
        self._roles = {role: label("muted") for role in Role}
        self._marks = {(each, role): Glyph("minus", "muted", 18) for each in Permission for role in Role}
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._title, 0, 0)
        for column, role in enumerate(Role, start=1):
            grid.addWidget(self._roles[role], 0, column)
        for row, permission in enumerate(Permission, start=1):
            grid.addWidget(self._names[permission], row, 0)
            for column, role in enumerate(Role, start=1):
                mark = self._marks[permission, role]
                if may(role, permission):
                    mark.show_icon("check", "good")
                grid.addWidget(mark, row, column, Qt.AlignmentFlag.AlignHCenter)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text; the marks are said with what they stand for."""
        self._title.setText(self.tr("Who may do what"))
        for role, shown in self._roles.items():
            shown.setText(words.role_name(role))
        for permission, shown in self._names.items():
            allowed = ", ".join(words.role_name(role) for role in Role if may(role, permission))
            shown.setText(words.permission_name(permission))
            shown.setAccessibleName(f"{words.permission_name(permission)}: {allowed}")
