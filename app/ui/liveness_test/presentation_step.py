"""One presentation of the guided liveness test: picture, instructions, buttons."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.flows.liveness.liveness_test import LivenessTestState, LivenessTestStatus
from app.pipeline.results import FrameResult
from app.ui.live.picture_view import PictureView
from app.ui.texts import liveness_texts
from app.ui.texts.kiosk_texts import challenge_message
from app.ui.widgets.icons import Glyph
from app.ui.widgets.labels import announce
from app.ui.widgets.panes import Pane, button, label


class PresentationStep(Pane):
    """Shows what to hold up, the prompts of the challenge, and the outcome of the previous presentation."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = PictureView()
        self._count, self._glyph = label("muted"), Glyph("user-focus", "accent", 24)
        self.line, self.advice, self.before = label("title", wrap=True), label(wrap=True), label("muted", wrap=True)
        self.begin, self.again, self.skip, self.stop = button("primary"), button(), button(), button("quiet")
        self._status: LivenessTestStatus | None = None
        self._shining = False
        self._lay_out()
        self.retranslate()

    def show_status(self, status: LivenessTestStatus, *, shining: bool) -> None:
        """Show the status of the test.

        Args:
            status: Status of the test.
            shining: Whether the light challenge is running.
        """
        told = self.line.text()
        self._status, self._shining = status, shining
        ready = status.state is LivenessTestState.READY
        self.begin.setEnabled(ready)
        self.skip.setEnabled(ready)
        self.again.setEnabled(not ready or status.number > 1)
        self._show_step(status)
        if self.line.text() != told:
            announce(self, f"{self.line.text()}. {self.advice.text()}")

    def show_result(self, result: FrameResult) -> None:
        """Show a frame."""
        self.picture.show_result(result)

    def retranslate(self) -> None:
        """Set every translated text."""
        for made, text, tip in (
            (self.begin, self.tr("Begin"), self.tr("It is in front of the camera: start (Enter)")),
            (self.again, self.tr("Again"), self.tr("Discard this presentation, or the previous one, and repeat it")),
            (self.skip, self.tr("Skip"), self.tr("Skip this presentation")),
            (self.stop, self.tr("Stop"), self.tr("End the test and keep its results (Esc)")),
        ):
            made.setText(text)
            made.setAccessibleName(text)
            made.setToolTip(tip)
        if self._status is not None:
            self._show_step(self._status)

    def _show_step(self, status: LivenessTestStatus) -> None:
        if status.species is None:
            return
        self._count.setText(self.tr("{number} of {count}").format(number=status.number, count=status.count))
        if status.state is LivenessTestState.READY:
            glyph = "user-focus"
            self.line.setText(liveness_texts.presentation_prompt(status.species))
            self.advice.setText(liveness_texts.presentation_advice(status.species))
        else:
            saying = challenge_message(status.challenge, shining=self._shining)
            glyph = saying.icon
            self.line.setText(saying.line)
            self.advice.setText(saying.advice)
        self._glyph.show_icon(glyph, "accent")
        self.before.setText(self._last(status))

    def _last(self, status: LivenessTestStatus) -> str:
        if not status.outcomes:
            return ""
        last = status.outcomes[-1]
        said = [
            f"{liveness_texts.policy_text(policy)}: {liveness_texts.verdict_text(verdict)}"
            for policy, verdict in last.words.items()
        ]
        return "\n".join([self.tr("{thing}, just now").format(thing=liveness_texts.species_name(last.species)), *said])

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self._count)
        side.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignLeft)
        side.addWidget(self.line)
        side.addWidget(self.advice)
        side.addSpacing(16)
        side.addWidget(self.begin)
        for part in (self.again, self.skip, self.stop):
            side.addWidget(part)
        side.addStretch()
        side.addWidget(self.before)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(self.picture, 2)
        row.addLayout(side, 1)
