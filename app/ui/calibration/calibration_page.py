"""The calibration page: error rates of the enrolled gallery at each operating point."""

import math

from PySide6.QtCore import QCoreApplication, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.core.errors import FacelatchError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.match_decision import MAX_ONE_IN, MIN_ONE_IN
from app.core.settings.sections import RecognitionSettings
from app.services.recognition.calibration import Calibration
from app.ui.calibration.advice_lists import ClosestList, WeakestList
from app.ui.calibration.measurement import CalibrationRunner, WaitingPane, WaitReason
from app.ui.calibration.plot_panes import HistogramPane, TradeOffPane
from app.ui.calibration.strictness_card import StrictnessCard
from app.ui.shell.navigation import Page, Place
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.widgets.icons import icon
from app.ui.widgets.notices import RetryNotice
from app.ui.widgets.panes import Tabs, button, label

_SAVE_DELAY_MS = 300
"""Time without a change after which the strictness is saved."""


_THRESHOLD_MARGIN = 1e-3
"""Distance in cosine similarity from a pair's similarity to the threshold above it."""


class CalibrationPage(Page):
    """Shows the similarity histograms with the threshold, the DET curve, weak members and lookalikes.

    Signals:
        enrol_wanted: Enrol a person.
        open_wanted: Show a Person.
        add_wanted: Add templates to a Person.

    Args:
        session: The pipeline, the services and the settings.
    """

    enrol_wanted = Signal()
    open_wanted = Signal(object)
    add_wanted = Signal(object)

    place = Place(
        "calibration",
        QT_TRANSLATE_NOOP("Rail", "Calibration"),
        QT_TRANSLATE_NOOP("Rail", "Error rates of your gallery at each strictness"),
        "chart-line",
    )

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.calibration: Calibration | None = None
        self.runner = CalibrationRunner(session, self)
        self._title, self._count, self.measure_again = label("title"), label("muted"), button()
        self.retry_notice, self.waiting, self.strictness = RetryNotice(), WaitingPane(), StrictnessCard()
        self.similarities, self.trade_off = HistogramPane(), TradeOffPane()
        self.weakest, self.closest = WeakestList(), ClosestList()
        self.tabs = Tabs(self.similarities, self.trade_off, self.weakest, self.closest)
        self._shown, self._stack = QWidget(), QStackedLayout()
        self._save_timer = QTimer(self)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.restyle()

    def refresh(self) -> None:
        """Measure again if people or templates have changed."""
        services = self._session.services
        if services is None or self.runner.running:
            return
        if self.calibration is None:
            self.measure()
        else:
            self._session.worker.submit(services.calibration.revision, self._measure_if_changed, self._fail)

    def measure(self) -> None:
        """Measure the gallery."""
        if self.calibration is None:
            self._show_waiting(WaitReason.MEASURING)
        self.runner.run()
        self._update_count()

    def close_topmost(self) -> bool:
        """Stop a running measurement; return False if there is none."""
        running = self.runner.running
        self.runner.stop()
        return running

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Calibration"))
        self.tabs.name(
            self.tr("Similarities"), self.tr("Trade-off"), self.tr("Weakest people"), self.tr("Closest pairs")
        )
        self.weakest.retranslate()
        self.closest.retranslate()
        self._update_count()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.measure_again.setIcon(icon("arrow-clockwise"))
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Save a pending change of the strictness."""
        super().hideEvent(event)
        if self._save_timer.isActive():
            self._save()

    def minimumSizeHint(self) -> QSize:
        """Return a size that fits 960 × 600 beside the rail and the status line; smaller windows scroll."""
        return QSize(872, 540)

    def _measure_if_changed(self, revision: int) -> None:
        if self.calibration is None or revision != self.calibration.revision:
            self.measure()

    def _show_calibration(self, calibration: Calibration) -> None:
        self.retry_notice.show_error(None)
        self.calibration = calibration
        if not calibration.people:
            self.calibration = None
            self._show_waiting(WaitReason.NO_PEOPLE)
        else:
            loosest, strictest = (calibration.promise(end).threshold for end in (MIN_ONE_IN, MAX_ONE_IN))
            self.strictness.show_calibration(calibration)
            self.similarities.show_calibration(calibration, loosest, strictest)
            self.trade_off.show_calibration(calibration)
            self._stack.setCurrentWidget(self._shown)
            self._show_strictness()
        self._update_count()

    def _show_strictness(self) -> None:
        """Show the strictness of the settings and the people that stand out at it."""
        if self._save_timer.isActive():  # the user is dragging the threshold: saved settings must not move it
            return
        settings = self._session.settings.recognition
        self._preview(settings)
        if self.calibration is not None:
            fmr = self.calibration.fmr_at(self.calibration.promise_of(settings).threshold)
            self.weakest.show_members(self.calibration.weakest(fmr))
            self.closest.show_pairs(self.calibration.closest(fmr))

    def _preview(self, settings: RecognitionSettings) -> None:
        self.strictness.show_strictness(settings.one_in, settings.operating_point)
        if self.calibration is not None:
            promise = self.calibration.promise_of(settings)
            reading = self.calibration.reading(self.calibration.fmr_at(promise.threshold))
            self.similarities.show_reading(reading)
            self.similarities.setAccessibleDescription(self.strictness.slider.accessibleDescription())
            self.trade_off.show_reading(reading)

    def _move(self, one_in: int) -> None:
        """Match by another promise now; save it once it no longer changes."""
        self._preview(self._session.settings.recognition.model_copy(update={"one_in": one_in}))
        self._session.preview_one_in(one_in)
        self._save_timer.start()

    def _drag(self, threshold: float) -> None:
        if self.calibration is not None:
            self._move(self._one_in_at(threshold))

    def _raise_strictness(self, similarity: float) -> None:
        """Set the threshold just above a similarity."""
        if self.calibration is not None:
            self._move(self._one_in_at(similarity + _THRESHOLD_MARGIN))

    def _one_in_at(self, threshold: float) -> int:
        """The promise that a threshold keeps, rounded up."""
        assert self.calibration is not None
        return min(max(math.ceil(self.calibration.promise_at(threshold).held), MIN_ONE_IN), MAX_ONE_IN)

    def _save(self) -> None:
        self._save_timer.stop()
        self._session.set_one_in(self.strictness.shown)

    def _show_stopped(self) -> None:
        if self.calibration is None:
            self._show_waiting(WaitReason.STOPPED)
        self._update_count()

    def _fail(self, error: FacelatchError) -> None:
        self.retry_notice.show_error(error)
        if self.calibration is None:
            self._show_waiting(WaitReason.FAILED)
        self._update_count()

    def _show_waiting(self, why: WaitReason) -> None:
        self.waiting.show_reason(why)
        self._stack.setCurrentWidget(self.waiting)

    def _show_progress(self, share: float) -> None:
        self.waiting.show_progress(share)
        self._update_count(share)

    def _update_count(self, share: float = 0.0) -> None:
        self.measure_again.setText(self.tr("Stop") if self.runner.running else self.tr("Measure again"))
        self.measure_again.setVisible(self.calibration is not None)
        if self.calibration is None:
            self._count.clear()
        elif self.runner.running:
            self._count.setText(self.tr("Measuring: {percent} %").format(percent=round(share * 100)))
        else:
            people, templates = (
                value_texts.number(n) for n in (len(self.calibration.people), self.calibration.templates)
            )
            words = self.tr("People: {people}, templates: {templates}")
            self._count.setText(words.format(people=people, templates=templates))

    def _measure_again(self) -> None:
        if self.runner.running:
            self.runner.stop()
        else:
            self.measure()

    def _connect(self) -> None:
        self._save_timer.setInterval(_SAVE_DELAY_MS)
        self._save_timer.setSingleShot(True)
        self._save_timer.timeout.connect(self._save)
        self._session.ready.connect(self._start)
        self._session.settings_changed.connect(self._show_strictness)
        self.runner.progressed.connect(self._show_progress)
        self.runner.measured.connect(self._show_calibration)
        self.runner.stopped.connect(self._show_stopped)
        self.runner.failed.connect(self._fail)
        self.measure_again.clicked.connect(self._measure_again)
        self.retry_notice.retry_wanted.connect(self.measure)
        self.waiting.measure_wanted.connect(self.measure)
        self.waiting.stop_wanted.connect(self.runner.stop)
        self.waiting.enrol_wanted.connect(self.enrol_wanted)
        self.strictness.moved.connect(self._move)
        self.similarities.dragged.connect(self._drag)
        self.similarities.key_pressed.connect(lambda key: QCoreApplication.sendEvent(self.strictness.slider, key))
        self.weakest.open_wanted.connect(self.open_wanted)
        self.weakest.add_wanted.connect(self.add_wanted)
        self.closest.open_wanted.connect(self.open_wanted)
        self.closest.add_wanted.connect(self.add_wanted)
        self.closest.stricter_wanted.connect(self._raise_strictness)

    def _start(self) -> None:
        if self.isVisible():
            self.refresh()

    def _lay_out(self) -> None:
        policy = self.measure_again.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.measure_again.setSizePolicy(policy)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self.measure_again)
        body = QHBoxLayout(self._shown)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(16)
        body.addWidget(self.tabs, 1)
        body.addWidget(self.strictness)
        for part in (self.waiting, self._shown):
            self._stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 16, 8)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self.retry_notice)
        column.addLayout(self._stack, 1)
