"""The guided liveness test: introduction, presentations, results."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.core.errors import FacelatchError
from app.flows.liveness.liveness_test import LivenessTestState
from app.pipeline.results import FrameResult
from app.services.liveness.liveness_test import LivenessTestReport, LivenessTestSession, save_report
from app.ui.liveness_test.presentation_step import PresentationStep
from app.ui.liveness_test.results import ResultsTable
from app.ui.shell.session import Session
from app.ui.sound import Speaker, system_speaker
from app.ui.texts import value_texts
from app.ui.texts.kiosk_texts import challenge_message
from app.ui.widgets.labels import InlineMessage, announce
from app.ui.widgets.light_overlay import LightOverlay
from app.ui.widgets.panes import Pane, button, label


class LivenessTestPanel(Pane):
    """Leads through a guided liveness test. No picture is stored; figures only if the user saves them.

    Signals:
        closed: The panel is no longer needed.

    Args:
        session: Gives the test, the settings and the worker.
    """

    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session = session
        self._trials: LivenessTestSession | None = None
        self._report: LivenessTestReport | None = None
        self._speaker: Speaker | None = None
        self.sheet: LightOverlay | None = None
        self.title, self._about, self.warning = label("title"), label(wrap=True), label("lead", wrap=True)
        self.start, self.leave = button("primary"), button("quiet")
        self.trying, self.table, self.message = PresentationStep(), ResultsTable(), InlineMessage("bad")
        self.save, self.repeat, self.finish = button("primary"), button(), button("quiet")
        self._found = label("title")
        self._intro, self._results = QWidget(), QWidget()
        self._steps = QStackedLayout()
        self._lay_out()
        self._connect()
        self.retranslate()

    @property
    def report(self) -> LivenessTestReport | None:
        """The report of the last test; None before the first."""
        return self._report

    def begin(self) -> None:
        """Show the introduction, unless a test is running."""
        if self._trials is None:
            self._steps.setCurrentWidget(self._intro)
            self.retranslate()
            self.start.setFocus()

    def cancel(self) -> None:
        """Stop a running test and show its results; otherwise close the panel."""
        if self._trials is not None:
            self._trials.stop()
            self._conclude()
        else:
            self.closed.emit()

    def show_result(self, result: FrameResult) -> None:
        """Advance the test by one frame."""
        if self._trials is None or not self.isVisible():
            return
        self.trying.show_result(result)
        before = self._trials.status.state
        after = self._trials.take(result).state
        self._show_status()
        if before is LivenessTestState.WATCHING and after is LivenessTestState.READY:
            self.trying.begin.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the test when another page is shown."""
        super().hideEvent(event)
        if self._trials is not None and not event.spontaneous():
            self.cancel()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(self.tr("Try the liveness check"))
        self._about.setText(
            self.tr(
                "Find out what this camera lets pass in this room. Have a printed photo of a face and a phone at hand: "
                "you will be asked to hold them up, and to show your own face. It takes about ten minutes, and you can "
                "stop at any moment. No picture is kept."
            )
        )
        liveness = self._session.settings.liveness
        self.warning.setText(
            self.tr(
                "The screen will change softly between pale colours, about twice a second. If you are sensitive to "
                "changing light, switch off “Light challenge” in the settings first."
            )
        )
        self.warning.setVisible(liveness.light)
        self._found.setText(self.tr("Results with this camera"))
        for made, text, tip in (
            (self.start, self.tr("Start"), self.tr("Start the session (Enter)")),
            (self.leave, self.tr("Close"), self.tr("Back to the picture (Esc)")),
            (self.save, self.tr("Save…"), self.tr("Save the figures as JSON")),
            (self.repeat, self.tr("Repeat"), self.tr("Do the whole session again")),
            (self.finish, self.tr("Close"), self.tr("Back to the picture (Esc)")),
        ):
            made.setText(text)
            made.setAccessibleName(text)
            made.setToolTip(tip)
        self.setAccessibleName(self.title.text())

    def _start(self) -> None:
        self._trials = self._session.liveness_test()
        if self._trials is None:
            return
        settings = self._session.settings
        self.trying.picture.mirror = settings.camera.mirror
        if settings.liveness.spoken:
            self._speaker = system_speaker(self)
        self.sheet = LightOverlay(self.window())
        self._steps.setCurrentWidget(self.trying)
        self._show_status()
        self.trying.begin.setFocus()

    def _begin_presentation(self) -> None:
        if self._trials is not None:
            self._trials.begin()
            self._show_status()
            self.trying.again.setFocus()  # a key pressed by mistake during the movements must not end the test

    def _show_status(self) -> None:
        trials = self._trials
        if trials is None:
            return
        status = trials.status
        if status.is_over:
            self._conclude()
            return
        shining = trials.challenge.light is not None
        self.trying.show_status(status, shining=shining)
        if self.sheet is not None:
            self.sheet.show_light(
                trials.challenge.light, trials.challenge.light_start_ns, challenge_message(None, shining=True).line
            )
        if self._speaker is not None:
            self._speaker.say(f"{self.trying.line.text()}. {self.trying.advice.text()}")

    def _conclude(self) -> None:
        trials, self._trials = self._trials, None
        if trials is None:
            return
        trials.close()
        self._report = trials.report()
        self.trying.picture.clear()
        self._close_light_overlay()
        self.table.show_report(self._report)
        self.message.show_text()
        self.save.setEnabled(bool(self._report.trials))
        self._steps.setCurrentWidget(self._results)
        self.table.setFocus()
        announce(self.table, self.table.spoken())
        if self._speaker is not None:
            self._speaker.say(self.table.spoken())

    def _close_light_overlay(self) -> None:
        if self.sheet is not None:
            self.sheet.show_light(None, 0, "")
            self.sheet.deleteLater()
            self.sheet = None

    def _again(self) -> None:
        if self._trials is not None:
            self._trials.repeat()
            self._show_status()
            self.trying.begin.setFocus()

    def _skip(self) -> None:
        if self._trials is not None:
            self._trials.skip()
            self._show_status()
            self.trying.begin.setFocus()

    def _leave(self) -> None:
        if self._speaker is not None:
            self._speaker.close()
            self._speaker = None
        self.closed.emit()

    def _save(self) -> None:
        report = self._report
        proposed = f"facelatch-liveness-{datetime.now().astimezone():%Y-%m-%d}.json"
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save the figures"), proposed, "JSON (*.json)")
        if chosen and report is not None:
            self.save_to(report, Path(chosen))

    def save_to(self, report: LivenessTestReport, path: Path) -> None:
        """Write the figures to a JSON file, and show an error if that fails.

        Args:
            report: The figures.
            path: The file.
        """
        self._session.worker.submit(lambda: save_report(report, path), lambda _: self.message.show_text(), self._refuse)

    def _refuse(self, error: FacelatchError) -> None:
        self.message.show_text(value_texts.error_message(error), value_texts.error_hint(error))

    def _connect(self) -> None:
        self.start.clicked.connect(self._start)
        self.leave.clicked.connect(self._leave)
        self.finish.clicked.connect(self._leave)
        self.repeat.clicked.connect(self._start)
        self.save.clicked.connect(self._save)
        self.trying.begin.clicked.connect(self._begin_presentation)
        self.trying.again.clicked.connect(self._again)
        self.trying.skip.clicked.connect(self._skip)
        self.trying.stop.clicked.connect(self.cancel)

    def _lay_out(self) -> None:
        intro, results = QVBoxLayout(self._intro), QVBoxLayout(self._results)
        for column in (intro, results):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(16)
        for part in (self.title, self._about, self.warning):
            intro.addWidget(part)
        intro.addLayout(_in_row(self.start, self.leave))
        intro.addStretch()
        area = QScrollArea()
        area.setWidget(self.table)
        area.setWidgetResizable(True)
        results.addWidget(self._found)
        results.addWidget(area, 1)
        results.addWidget(self.message)
        results.addLayout(_in_row(self.save, self.repeat, self.finish))
        for step in (self._intro, self.trying, self._results):
            self._steps.addWidget(step)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addLayout(self._steps)


def _in_row(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for made in buttons:
        row.addWidget(made)
    row.addStretch()
    return row
