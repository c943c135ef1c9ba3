"""Who is signed in, sign-out after inactivity, and which pages and controls each role sees."""

import logging
from collections.abc import Callable
from operator import attrgetter

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.core.errors import FacelatchError
from app.core.roles import Permission, Role
from app.services.access.lockouts import AttemptOutcome, SecretAttempt
from app.services.access.role_service import RoleService, RoleState
from app.ui.shell.session import Session

log = logging.getLogger(__name__)

_ACTIVITY = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}
_POLL_MS = 10_000
_MINUTE_MS = 60_000


class AccessController(QObject):
    """Signs in and out in the worker thread, and signs out after a time without activity.

    Signals:
        changed: The signed-in role or the set of roles changed.
        refused: A password was wrong or not checked (an Attempt).
        failed: The request failed (a FacelatchError).
        stored: A password was set or removed.

    Args:
        session: The pipeline, the services and the settings.
    """

    changed = Signal()
    refused = Signal(object)
    failed = Signal(object)
    stored = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.state = RoleState()
        self.idle, self._poll = QTimer(self), QTimer(self)
        self.idle.setSingleShot(True)
        self.idle.timeout.connect(lambda: self.sign_out(timed_out=True))
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self.refresh)
        session.ready.connect(self._begin)
        session.settings_changed.connect(self._restart_timer)
        session.closing.connect(self._stop_timer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Restart the inactivity timer on every user action in the window."""
        if self.idle.isActive() and event.type() in _ACTIVITY:
            self.idle.start()
        return super().eventFilter(watched, event)

    def refresh(self) -> None:
        """Read the roles, which a command may have changed."""
        self._run(lambda roles: roles.state(), self._receive_state)

    def sign_in(self, role: Role, password: str) -> None:
        """Try to sign in.

        Args:
            role: The role to sign in as.
            password: Its password.
        """
        self._run(lambda roles: roles.sign_in(role, password), self._receive_attempt)

    def sign_out(self, *, timed_out: bool = False) -> None:
        """Sign out.

        Args:
            timed_out: Whether inactivity is the reason, for the audit log.
        """
        self._run(lambda roles: roles.sign_out(timed_out=timed_out), lambda _: self.refresh())

    def set_password(self, role: Role, password: str) -> None:
        """Set the password of a role.

        Args:
            role: The role.
            password: The new password.
        """
        self._run(lambda roles: roles.set_password(role, password), self._report_stored)

    def remove(self, role: Role) -> None:
        """Remove the password of a role."""
        self._run(lambda roles: roles.remove(role), self._report_stored)

    def _begin(self) -> None:
        self._poll.start()
        self.refresh()

    def _run(self, work: Callable[[RoleService], object], then: Callable[..., None]) -> None:
        services = self._session.services
        if services is not None:
            roles = services.roles
            self._session.worker.submit(lambda: work(roles), then, self._fail)

    def _receive_state(self, state: RoleState) -> None:
        if state != self.state:
            self.state = state
            self._restart_timer()
            self.changed.emit()

    def _receive_attempt(self, answer: SecretAttempt) -> None:
        if answer.outcome is AttemptOutcome.RIGHT:
            self.refresh()
        else:
            self.refused.emit(answer)

    def _report_stored(self, _: object) -> None:
        self.stored.emit()
        self.refresh()

    def _fail(self, error: FacelatchError) -> None:
        log.warning("roles: %s", error)
        self.failed.emit(error)

    def _restart_timer(self) -> None:
        """Restart the inactivity timer while a role is signed in.

        The event filter is installed only then: the window handles thousands of events, and each call costs time.
        """
        self._stop_timer()
        minutes = self._session.settings.access.sign_out_after_minutes
        if self.state.in_use and self.state.role is not None and minutes:
            self.idle.start(minutes * _MINUTE_MS)
            _application().installEventFilter(self)

    def _stop_timer(self) -> None:
        self.idle.stop()
        _application().removeEventFilter(self)


def _application() -> QCoreApplication:
    app = QCoreApplication.instance()
    assert app is not None
    return app


PAGE_PERMISSIONS = {
    "calibration": Permission.CALIBRATE,
    "audit": Permission.SEE_AUDIT,
    "settings": Permission.CHANGE_SETTINGS,
    "people": Permission.SEE_PEOPLE,
    "store": Permission.MANAGE_STORE,
}
"""The permission that each page needs, by the page's key; other pages are open to every role."""

CONTROL_PERMISSIONS = {
    "live.toolbar.camera": Permission.CHANGE_SETTINGS,
    "live.toolbar.strict": Permission.CHANGE_SETTINGS,
    "live.toolbar.enrol": Permission.ENROL,
    "people.enrol": Permission.ENROL,
    "people.transfer_menu": Permission.MOVE_PEOPLE,
    "people.card.buttons.edit": Permission.CHANGE_PEOPLE,
    "people.card.buttons.add": Permission.ENROL,
    "people.card.buttons.more": Permission.ERASE_PEOPLE,
}
"""The permission that each control needs, by its attribute path in the window."""


def show_permitted_controls(window: QWidget, state: RoleState) -> None:
    """Show exactly the controls that the signed-in role may use.

    Args:
        window: The main window.
        state: The signed-in role and its permissions.
    """
    for path, needed in CONTROL_PERMISSIONS.items():
        control: QWidget = attrgetter(path)(window)
        control.setVisible(state.may(needed))


def permitted_pages(keys: list[str], state: RoleState) -> set[str]:
    """Return the keys of the pages that the signed-in role may open.

    Args:
        keys: The keys of all pages.
        state: The signed-in role and its permissions.
    """
    return {key for key in keys if key not in PAGE_PERMISSIONS or state.may(PAGE_PERMISSIONS[key])}
