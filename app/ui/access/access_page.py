"""The access page: permissions of the two roles, and their passwords."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from app.core.errors import FacelatchError, InvalidPassword
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.roles import MAX_PASSWORD_LENGTH, Permission, Role, has_permission, validate_password
from app.ui.access.access_controller import AccessController
from app.ui.shell.navigation import Page, Place
from app.ui.texts import store_texts, value_texts
from app.ui.widgets.icons import Glyph, icon
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, Scroll, button, label


class AccessPage(Page):
    """Shows who is signed in; an admin sets and removes passwords here.

    Args:
        access: The access controller.
    """

    place = Place(
        "access",
        QT_TRANSLATE_NOOP("Rail", "Access"),
        QT_TRANSLATE_NOOP("Rail", "Permissions, passwords and signing out"),
        "user-circle",
        at_foot=True,
    )

    def __init__(self, access: AccessController) -> None:
        super().__init__()
        self._access = access
        self._error: FacelatchError | None = None
        self._title, self._explanation = label("title"), label("muted", wrap=True)
        self.sign_out, self.message = button("plain"), InlineMessage("bad")
        self.cards = {role: PasswordCard(role, access) for role in (Role.ADMIN, Role.OPERATOR)}
        self._table = _PermissionTable()
        self._lay_out()
        self._connect()
        self.retranslate()
        self.restyle()

    def refresh(self) -> None:
        """Read the roles again."""
        self._access.refresh()

    def retranslate(self) -> None:
        """Set every translated text."""
        state = self._access.state
        self._title.setText(self.tr("Access"))
        if not state.in_use:
            explanation = self.tr(
                "All users of this computer can do everything. With an admin password, signing in is required."
            )
        elif state.role is Role.ADMIN:
            explanation = self.tr("You are signed in as admin.")
        else:
            explanation = self.tr("You are signed in as operator. An admin can change passwords.")
        self._explanation.setText(explanation)
        self.sign_out.setText(self.tr("Sign out"))
        self.sign_out.setToolTip(self.tr("Sign out so that another user can sign in (Ctrl+L)"))
        error = self._error
        self.message.show_text(*([value_texts.error_message(error), value_texts.error_hint(error)] if error else []))
        self.sign_out.setVisible(state.role is not None)
        allowed = state.may(Permission.MANAGE_ROLES)
        self.cards[Role.ADMIN].setVisible(allowed)
        self.cards[Role.OPERATOR].setVisible(allowed and state.in_use)

    def restyle(self) -> None:
        """Apply the theme's colours."""
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
        for part in (self._explanation, self.message, *self.cards.values(), self._table):
            content.column.addWidget(part)
        content.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 16, 8)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(content, 1)


class _PermissionTable(Pane):
    """The permissions of each role."""

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
                if has_permission(role, permission):
                    mark.show_icon("check", "good")
                grid.addWidget(mark, row, column, Qt.AlignmentFlag.AlignHCenter)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text; screen readers hear what each mark stands for."""
        self._title.setText(self.tr("Permissions"))
        for role, shown in self._roles.items():
            shown.setText(store_texts.role_name(role))
        for permission, shown in self._names.items():
            allowed = ", ".join(store_texts.role_name(role) for role in Role if has_permission(role, permission))
            shown.setText(store_texts.permission_name(permission))
            shown.setAccessibleName(f"{store_texts.permission_name(permission)}: {allowed}")


_WIDEST = 320


class PasswordCard(Pane):
    """Two fields for a role's password, typed twice.

    Args:
        role: The role.
        access: The access controller.
    """

    def __init__(self, role: Role, access: AccessController) -> None:
        super().__init__()
        self.setObjectName("card")
        self.role = role
        self._access = access
        self._done = False
        self._title, self._explanation = label("strong"), label("muted", wrap=True)
        self.first, self.repeat = QLineEdit(), QLineEdit()
        self.message, self.status_message = InlineMessage("bad"), InlineMessage("muted")
        self.store, self.remove = button("plain"), button("plain")
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        is_set = self.role in self._access.state.roles
        name = store_texts.role_name(self.role)
        self._title.setText(name)
        self._explanation.setText(self._role_text(is_set=is_set))
        for field, text in ((self.first, self.tr("New password")), (self.repeat, self.tr("Repeat password"))):
            field.setPlaceholderText(text)
            field.setAccessibleName(f"{name}: {text}")
        self.store.setText(self.tr("Change password") if is_set else self.tr("Set password"))
        self.store.setAccessibleName(f"{name}: {self.store.text()}")
        self.remove.setText(self.tr("Remove password"))
        self.remove.setAccessibleName(f"{name}: {self.remove.text()}")
        self.remove.setVisible(is_set)
        self.status_message.show_text(self.tr("The password is set.") if self._done else "")
        self._check()

    def _role_text(self, *, is_set: bool) -> str:
        if self.role is Role.ADMIN:
            if is_set:
                return self.tr("Can do everything. Without this password, no sign-in is required.")
            return self.tr("Can do everything.")
        if is_set:
            return self.tr("Can enrol and find people and mark wrong matches.")
        return self.tr("Can enrol and find people and mark wrong matches. Needs its own password.")

    def _check(self) -> None:
        """Show what is wrong once both fields are filled in."""
        first, repeat = self.first.text(), self.repeat.text()
        self.message.show_text()
        good = bool(repeat) and first == repeat
        if repeat and not first.startswith(repeat):
            self.message.show_text(self.tr("The passwords do not match."))
        elif good:
            try:
                validate_password(first)
            except InvalidPassword as error:
                self.message.show_text(value_texts.error_hint(error))
                good = False
        self.store.setEnabled(good)

    def _typed(self) -> None:
        self._done = False
        self.status_message.show_text()
        self._check()

    def _store(self) -> None:
        if self.store.isEnabled():
            self._access.set_password(self.role, self.first.text())
            for field in (self.first, self.repeat):
                field.clear()
            self._done = True

    def _connect(self) -> None:
        for field in (self.first, self.repeat):
            field.textEdited.connect(lambda _: self._typed())
            field.returnPressed.connect(self._store)
        self.store.clicked.connect(self._store)
        self.remove.clicked.connect(lambda: self._access.remove(self.role))
        self._access.changed.connect(self.retranslate)
        self._access.stored.connect(self.retranslate)

    def _lay_out(self) -> None:
        fields, buttons = QHBoxLayout(), QHBoxLayout()
        for field in (self.first, self.repeat):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setMaxLength(MAX_PASSWORD_LENGTH)
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
        column.addWidget(self._explanation)
        column.addLayout(fields)
        column.addWidget(self.message)
        column.addWidget(self.status_message)
        column.addLayout(buttons)
