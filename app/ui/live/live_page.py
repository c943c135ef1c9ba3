"""The live page: the picture at the left, its verdict, latency and recent decisions at the right."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.core.errors import FacelatchError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person
from app.pipeline.results import FrameResult
from app.ui.enrolment.enrolment_panel import EnrolmentPanel
from app.ui.enrolment.reenrolment import ReenrolmentController
from app.ui.enrolment.reenrolment_bars import ReenrolmentGuideBar
from app.ui.live.address_bar import AddressBar
from app.ui.live.challenge_bar import ChallengeBar
from app.ui.live.latency import LatencyCard
from app.ui.live.picture_view import PictureView
from app.ui.live.recent_decisions import RecentDecisionsCard
from app.ui.live.situation import Situation, Step, situation
from app.ui.live.situation_view import Banner, MessagePane
from app.ui.live.toolbar import Toolbar
from app.ui.live.verdict_card import VerdictCard
from app.ui.liveness_test.panel import LivenessTestPanel
from app.ui.shell.navigation import Page, Place
from app.ui.shell.session import DEMO, Session

_PANEL_WIDTH, _NARROW_PANEL_WIDTH = 320, 288
_NARROW_BELOW = 1040
_LOW_BELOW = 556
"""Pixels of height below which the recent decisions are hidden."""


class LivePage(Page):
    """Takes each frame result once and passes it to the widgets that show it.

    Args:
        session: Gives results, services and settings.
    """

    enrolled = Signal()

    place = Place("live", QT_TRANSLATE_NOOP("Rail", "Live"), QT_TRANSLATE_NOOP("Rail", "Live picture"), "user-focus")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.picture, self.message, self.banner = PictureView(), MessagePane(), Banner()
        self.verdict, self.latency, self.events = VerdictCard(session), LatencyCard(), RecentDecisionsCard()
        self.toolbar, self.address, self.enrolment = Toolbar(), AddressBar(), EnrolmentPanel(session)
        self.liveness_test, self.challenge = LivenessTestPanel(session), ChallengeBar(session)
        self.reenrolment = ReenrolmentController(session)
        self.reenrolment_guide, self._enrolling = ReenrolmentGuideBar(self.reenrolment), QWidget()
        self._side = QWidget()
        self._views, self._stage = QStackedLayout(self), QStackedLayout()
        self._lay_out()
        self._connect()
        self._show_settings()
        self._poll()

    def begin_enrolment(self, person: Person | None = None) -> None:
        """Show the enrolment panel in place of the picture.

        Args:
            person: Receives the templates; None to enrol a new person.
        """
        self.challenge.reset()
        self._views.setCurrentWidget(self._enrolling)
        self.enrolment.begin(person)

    def begin_liveness_test(self) -> None:
        """Show the guided liveness test in place of the picture, unless an enrolment is running."""
        if self._views.currentWidget() is not self._enrolling:
            self.challenge.reset()
            self._views.setCurrentWidget(self.liveness_test)
            self.liveness_test.begin()

    def close_topmost(self) -> bool:
        """Close the topmost open part; return False if none is open."""
        if self.address.isVisible():
            self.address.close_bar()
        elif self._views.currentWidget() is self._enrolling:
            self.enrolment.cancel()
        elif self._views.currentWidget() is self.liveness_test:
            self.liveness_test.cancel()
        elif not self.challenge.close_topmost():
            return self.verdict.close_topmost()
        return True

    def _take_result(self) -> None:
        result = self._session.take_result()
        if result is not None and self._stage.currentWidget() is not self.picture:
            self._poll()
        if result is not None and self._stage.currentWidget() is self.picture:
            self._show_result(result)

    def _show_result(self, result: FrameResult) -> None:
        self.picture.show_result(result)
        self.verdict.show_result(result)
        self.events.add(result.decisions)
        self.challenge.show_result(result)
        self.enrolment.show_result(result)
        self.liveness_test.show_result(result)

    def _poll(self) -> None:
        state = self._session.state
        self._show_situation(situation(state))
        self.toolbar.show_paused(paused=bool(state.live and state.live.paused))
        watching = self._stage.currentWidget() is self.picture
        self.latency.show_status(state.live if watching else None)
        self.toolbar.enrol.setEnabled(self._session.services is not None and watching)

    def _show_situation(self, now: Situation | None) -> None:
        self.banner.show_situation(now if now is not None and now.over_picture else None)
        if now is None or now.over_picture:
            focus = QApplication.focusWidget()
            if focus is self.message or (focus is not None and self.message.isAncestorOf(focus)):
                self.setFocus()
            self._stage.setCurrentWidget(self.picture)
            return
        self.picture.clear()
        self.verdict.reset()
        self.challenge.reset()
        self.message.show_situation(now)
        self._stage.setCurrentWidget(self.message)

    def _take_step(self, step: Step) -> None:
        match step:
            case Step.RETRY | Step.REPLAY:
                self._session.retry()
            case Step.DEMO:
                self._watch(DEMO)
            case Step.CHOOSE:
                self.toolbar.open_cameras()
            case Step.RESUME:
                self._session.pause(paused=False)

    def _watch(self, source: str) -> None:
        error = self._session.watch(source)
        if error is None:
            self.address.close_bar()
            return
        self.address.open_bar()
        self.address.show_error(error)

    def _list_cameras(self) -> None:
        services = self._session.services
        if services is not None:
            self._session.worker.submit(services.live.cameras, self.toolbar.set_cameras, self._no_cameras)

    def _no_cameras(self, _error: FacelatchError) -> None:
        self.toolbar.set_cameras(())

    def _enrol_again(self, person: Person) -> None:
        self.challenge.reset()
        self._views.setCurrentWidget(self._enrolling)
        self.enrolment.begin_with(person)
        self._offer_next()

    def _offer_next(self) -> None:
        """Have the last enrolment step offer the next person of the re-enrolment queue."""
        following = self.reenrolment.next_in_queue if self.reenrolment.current is not None else None
        self.enrolment.offer_next_person(following.name if following else "")

    def _show_picture(self) -> None:
        self.reenrolment.pause()
        self._views.setCurrentIndex(0)
        if self._stage.currentWidget() is self.message:
            self.message.focus_best()
        else:
            self.toolbar.enrol.setFocus()

    def _record_painted(self, draw_ns: int, total_ns: int) -> None:
        if self._session.services is not None:
            self._session.services.pipeline.timings.record_painted(draw_ns, total_ns)

    def _show_settings(self) -> None:
        settings = self._session.settings
        self.picture.mirror = settings.camera.mirror
        self.toolbar.show_settings(
            settings.camera.source, settings.recognition.one_in, settings.recognition.operating_point
        )

    def _connect(self) -> None:
        session = self._session
        session.wake.woken.connect(self._take_result)
        session.polled.connect(self._poll)
        session.ready.connect(self._list_cameras)
        session.settings_changed.connect(self._show_settings)
        self.picture.painted.connect(self._record_painted)
        self.message.chosen.connect(self._take_step)
        self.banner.chosen.connect(self._take_step)
        self.address.entered.connect(self._watch)
        self.toolbar.cameras_wanted.connect(self._list_cameras)
        self.toolbar.source_chosen.connect(self._watch)
        self.toolbar.other_wanted.connect(self.address.open_bar)
        self.toolbar.strictness_chosen.connect(session.set_one_in)
        self.toolbar.pause_wanted.connect(lambda paused: session.pause(paused=paused))
        self.toolbar.enrol_wanted.connect(self.begin_enrolment)
        self._views.currentChanged.connect(lambda _: self.updateGeometry())
        self.toolbar.panel_wanted.connect(self._side.setVisible)
        self.enrolment.closed.connect(self._show_picture)
        self.liveness_test.closed.connect(self._show_picture)
        self.enrolment.enrolled.connect(self.enrolled)
        self.enrolment.enrolled.connect(self.reenrolment.refresh)
        self.enrolment.next_wanted.connect(self.reenrolment.next_person)
        self.reenrolment.wanted.connect(self._enrol_again)
        self.reenrolment.changed.connect(self._offer_next)
        self.reenrolment.ended.connect(self.enrolment.cancel)
        self.reenrolment_guide.skip.clicked.connect(self.reenrolment.skip)
        self.reenrolment_guide.later.clicked.connect(self.enrolment.cancel)

    def _lay_out(self) -> None:
        for part in (self.picture, self.message):
            self._stage.addWidget(part)
        cards = QVBoxLayout(self._side)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(16)
        cards.addWidget(self.verdict)
        cards.addWidget(self.latency)
        cards.addWidget(self.events, 1)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addWidget(self.banner)
        left.addLayout(self._stage, 1)
        left.addWidget(self.challenge)
        left.addWidget(self.address)
        left.addWidget(self.toolbar)
        watching = QWidget()
        row = QHBoxLayout(watching)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addWidget(self._side)
        self._views.addWidget(watching)
        enrolling = QVBoxLayout(self._enrolling)
        enrolling.setContentsMargins(0, 0, 0, 0)
        enrolling.setSpacing(16)
        enrolling.addWidget(self.reenrolment_guide)
        enrolling.addWidget(self.enrolment, 1)
        self._views.addWidget(self._enrolling)
        self._views.addWidget(self.liveness_test)
        self.setContentsMargins(0, 16, 16, 8)  # on the page itself: a stacked layout ignores its own margins

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the picture more room in a small window."""
        super().resizeEvent(event)
        self._side.setFixedWidth(_NARROW_PANEL_WIDTH if self.width() < _NARROW_BELOW else _PANEL_WIDTH)
        self.events.setVisible(self.height() >= _LOW_BELOW)

    def minimumSizeHint(self) -> QSize:
        """Return a size that fits 768 × 480 beside the rail and the status line; enrolment scrolls there."""
        return QSize(872, 540) if self._views.currentIndex() else QSize(640, 440)
