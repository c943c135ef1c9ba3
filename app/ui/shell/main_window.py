"""The main window."""

from functools import cached_property

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.core.errors import KeyUnavailable, SettingsError, StoreCorrupt
from app.core.people import Person
from app.core.roles import Permission, Role
from app.core.settings.schema import find_setting
from app.ui import theme
from app.ui.access.access_controller import AccessController, permitted_pages, show_permitted_controls
from app.ui.access.access_page import AccessPage
from app.ui.access.sign_in_pane import SignInOffer, SignInPane
from app.ui.audit.audit_page import AuditPage
from app.ui.calibration.calibration_page import CalibrationPage
from app.ui.enrolment.reenrolment_bars import ReenrolmentBar
from app.ui.live.live_page import LivePage
from app.ui.people.people_page import PeoplePage
from app.ui.settings.settings_page import SettingsPage
from app.ui.shell.navigation import Page, PageStack, Rail
from app.ui.shell.qt_application import Translators
from app.ui.shell.session import Session
from app.ui.shell.status_line import StatusLine
from app.ui.store.recovery_pane import RecoveryPane
from app.ui.store.store_page import StorePage
from app.ui.widgets.icons import app_icon
from app.ui.widgets.notices import Notice
from app.ui.widgets.panes import Pane

SMALLEST = 480, 320
"""Minimum size of the window: a screen of 1200 × 800 at a scale of 250 %. Below 768 × 480, pages scroll."""


class MainWindow(Pane):
    """The main window: rail, pages, notices and status line.

    Args:
        session: Closed with the window.
        translators: Switch the language.
        problem: Why the settings file could not be read; None if it could.
    """

    def __init__(self, session: Session, translators: Translators, problem: SettingsError | None = None) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(*SMALLEST)
        self.resize(1280, 800)
        self.session, self._translators, self._look = session, translators, session.settings.appearance
        self.live, self.people, self.settings = LivePage(session), PeoplePage(session), SettingsPage(session)
        self.calibration, self.audit = CalibrationPage(session), AuditPage(session)
        self.access_to = AccessController(session)
        self.access, self.lock, self.offer = AccessPage(self.access_to), SignInPane(self.access_to), SignInOffer()
        self.store = StorePage(session)
        pages = self.live, self.people, self.calibration, self.audit, self.settings, self.access, self.store
        self.pages: dict[str, Page] = {page.place.key: page for page in pages}
        self.rail = Rail([page.place for page in self.pages.values()])
        self.notice, self.status_line = Notice(), StatusLine()
        self.reenrolment_bar = ReenrolmentBar(self.live.reenrolment)
        self._stage, self._inside = PageStack(self.pages.values()), QWidget()
        self._lay_out()
        self._connect()
        self.show_page(self.live.place.key)
        self.retranslate()
        if problem is not None:
            self.notice.show_error(problem)

    @cached_property
    def recovery(self) -> RecoveryPane:
        """The recovery pane, made when the database does not open."""
        made = RecoveryPane(self.session)
        self._cover.addWidget(made)
        return made

    def show_page(self, key: str) -> None:
        """Show the page with this key."""
        self._stage.show_page(self.pages[key])
        self.rail.show_page(key)
        self._update_reenrolment_bar()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.setWindowTitle("Facelatch")
        self.notice.setAccessibleName(self.tr("Message"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Commit pending input, hide the window and close the session."""
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()
        self.hide()
        self.session.close()
        event.accept()

    def sizeHint(self) -> QSize:
        """Return the size that the window is designed for."""
        return QSize(1280, 800)

    def _close_topmost(self) -> None:
        if self.notice.isVisible():
            self.notice.clear()
        elif not self._stage.page.close_topmost() and self.isFullScreen():
            self.showNormal()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _use_look(self) -> None:
        """Apply the theme and the language of the settings."""
        before, after = self._look, self.session.settings.appearance
        self._look = after
        if after.theme is not before.theme:
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            theme.apply(app, theme.chosen(after.theme))
        if after.language is not before.language:
            self._translators.use(after.language)

    def _use_roles(self) -> None:
        """Show what the signed-in role may see, or the sign-in pane."""
        state = self.access_to.state
        show_permitted_controls(self, state)
        allowed = permitted_pages(list(self.pages), state)
        self.rail.show_allowed(allowed)
        if self._stage.page.place.key not in allowed:
            self.show_page(self.live.place.key)
        if self.session.services is not None:
            self._cover.setCurrentWidget(self.lock if state.is_locked else self._inside)
        if state.in_use:
            self.offer.hide()
        self._update_reenrolment_bar()
        if state.may(Permission.ENROL):
            self.live.reenrolment.migrate_pictures()

    def _update_reenrolment_bar(self) -> None:
        allowed = self.access_to.state.may(Permission.ENROL)
        self.reenrolment_bar.allow(allowed=allowed, pinned=self._stage.page is self.people)

    def _show_outdated(self) -> None:
        self.show_page(self.people.place.key)
        self.people.show_outdated()

    def _look_after_store(self) -> None:
        """Cover the pages with the recovery pane while the database does not open."""
        refusal = self.session.state.error
        rescuing = self._cover.currentIndex() > self._cover.indexOf(self.lock)
        if self.session.services is not None:
            if rescuing:
                self._use_roles()
        elif isinstance(refusal, KeyUnavailable | StoreCorrupt):
            if not rescuing or self.recovery.error is not refusal:
                self.recovery.show_error(refusal)
            self._cover.setCurrentWidget(self.recovery)

    def _offer_roles(self) -> None:
        state, wanted = self.access_to.state, self.session.settings.access.offer_passwords
        self.offer.setVisible(wanted and not state.in_use)

    def _answer_offer(self, *, wanted: bool) -> None:
        self.offer.hide()
        self.session.change([(find_setting("access.offer_passwords"), False)])
        if wanted:
            self.show_page(self.access.place.key)
            self.access.cards[Role.ADMIN].first.setFocus()

    def _enrol(self, person: Person | None = None) -> None:
        self.show_page(self.live.place.key)
        self.live.begin_enrolment(person)

    def _try_liveness(self) -> None:
        self.show_page(self.live.place.key)
        self.live.begin_liveness_test()

    def _show_person(self, person: Person) -> None:
        self.show_page(self.people.place.key)
        self.people.show_person(person.id)

    def _connect(self) -> None:
        session = self.session
        session.settings_changed.connect(self._use_look)
        session.settings_unsaved.connect(self.notice.show_error)
        self.access_to.changed.connect(self._use_roles)
        session.ready.connect(self._offer_roles)
        self.offer.wanted.connect(lambda: self._answer_offer(wanted=True))
        self.offer.declined.connect(lambda: self._answer_offer(wanted=False))
        session.polled.connect(lambda: self.status_line.show_state(session.state))
        session.polled.connect(self._look_after_store)
        self.store.restored.connect(self.access_to.refresh)
        self.store.restored.connect(self.live.reenrolment.migrate_pictures)
        self.live.reenrolment.wanted.connect(lambda _: self.show_page(self.live.place.key))
        self.reenrolment_bar.list_wanted.connect(self._show_outdated)
        self.people.people_imported.connect(self.live.reenrolment.refresh)
        self.people.reenrolment_wanted.connect(self.live.reenrolment.begin)
        self.rail.page_chosen.connect(self.show_page)
        self.people.enrol_wanted.connect(self._enrol)
        self.people.enrol_again_wanted.connect(self._enrol)
        self.settings.liveness_test_wanted.connect(self._try_liveness)
        self.live.enrolled.connect(self.people.refresh)
        self.calibration.enrol_wanted.connect(self._enrol)
        self.calibration.add_wanted.connect(self._enrol)
        self.calibration.open_wanted.connect(self._show_person)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._close_topmost)
        QShortcut(QKeySequence(Qt.Key.Key_F11), self, self._toggle_full_screen)
        QShortcut(QKeySequence("Ctrl+L"), self, self.access_to.sign_out)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.offer)
        column.addWidget(self.reenrolment_bar)
        column.addWidget(self._stage, 1)
        column.addWidget(self.status_line)
        row = QHBoxLayout(self._inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self._cover = QStackedLayout(self)
        self._cover.addWidget(self._inside)
        self._cover.addWidget(self.lock)
