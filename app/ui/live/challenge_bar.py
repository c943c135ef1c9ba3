"""The challenge below the picture: its prompts, and a button to begin and to stop."""

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout

from app.core.liveness import LivenessVerdict
from app.flows.liveness.challenge import ChallengeStatus
from app.flows.liveness.liveness_decision import CHALLENGE_POLICIES
from app.pipeline.results import FrameResult
from app.services.liveness.live_challenge import LiveChallenge
from app.ui.shell.session import Session
from app.ui.sound import Speaker, system_speaker
from app.ui.texts.kiosk_texts import challenge_message
from app.ui.widgets.icons import Glyph
from app.ui.widgets.labels import announce
from app.ui.widgets.light_overlay import LightOverlay
from app.ui.widgets.panes import Pane, button, label


class ChallengeBar(Pane):
    """Prompts and a button. Hidden unless the policy is "challenge" or "strict" and a face is in view.

    Args:
        session: Gives the challenge and the settings.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._session = session
        self._challenge: LiveChallenge | None = None
        self._end: LivenessVerdict | None = None
        self._speaker: Speaker | None = None
        self.sheet: LightOverlay | None = None
        self._glyph, self.line, self.act = Glyph("user-focus", "accent", 24), label("strong", wrap=True), button()
        self.act.clicked.connect(self._toggle_challenge)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(self._glyph)
        row.addWidget(self.line, 1)
        row.addWidget(self.act)
        self.hide()
        self.retranslate()

    def show_result(self, result: FrameResult) -> None:
        """Advance the challenge by one frame."""
        challenge = self._challenge
        if challenge is None:
            self.setVisible(self._session.settings.liveness.policy in CHALLENGE_POLICIES and bool(result.faces))
            return
        status = challenge.take(result)
        if status is not None and status.is_over:
            self._conclude(status.verdict)
            return
        self._show_status(status)
        if self.sheet is not None:
            self.sheet.show_light(challenge.light, challenge.light_start_ns, self.line.text())

    def reset(self) -> None:
        """End the challenge and hide the bar."""
        if self._challenge is not None:
            self._challenge.end()
        self._end = None
        self._end_challenge()
        self.hide()

    def close_topmost(self) -> bool:
        """Stop the challenge; return False if none is running."""
        if self._challenge is None:
            return False
        self.reset()
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the challenge when another page is shown."""
        super().hideEvent(event)
        if self._challenge is not None and not event.spontaneous():
            self.reset()

    def retranslate(self) -> None:
        """Set every translated text."""
        if self._challenge is None:
            self.line.setText(self._invitation())
        self.act.setText(self.tr("Begin") if self._challenge is None else self.tr("Stop"))
        self.act.setAccessibleName(self.act.text())
        self.act.setToolTip(self.tr("Start the challenge") if self._challenge is None else self.tr("Stop (Esc)"))

    def _invitation(self) -> str:
        liveness = self._session.settings.liveness
        match self._end:
            case LivenessVerdict.PASSED:
                said = self.tr("Challenge passed.")
            case None:
                said = self.tr("Show by a few movements that you are not a picture.")
            case _:
                said = self.tr("Challenge not passed. If you cannot move as asked, use a PIN or ask for help.")
        if liveness.light:
            said += " " + self.tr("The screen will shine in changing pale colours; the settings switch that off.")
        return said

    def _toggle_challenge(self) -> None:
        if self._challenge is not None:
            self.reset()
            self.show()
        else:
            self._begin()
        self.retranslate()

    def _begin(self) -> None:
        self._challenge = self._session.live_challenge()
        if self._challenge is None:
            return
        if self._session.settings.liveness.spoken:
            self._speaker = system_speaker(self)
        self.sheet = LightOverlay(self.window())
        self._challenge.begin()
        self._show_status(None)

    def _show_status(self, status: ChallengeStatus | None) -> None:
        saying = challenge_message(status, shining=self._challenge is not None and self._challenge.light is not None)
        if saying.line == self.line.text():
            return
        self.line.setText(saying.line)
        self._glyph.show_icon(saying.icon, "accent")
        announce(self, saying.line)
        if self._speaker is not None:
            self._speaker.say(saying.line)

    def _conclude(self, verdict: LivenessVerdict) -> None:
        """Keep the outcome, which belongs to the face while its track lasts."""
        self._end = verdict
        self._end_challenge()
        announce(self, self.line.text())

    def _end_challenge(self) -> None:
        self._challenge = None
        if self.sheet is not None:
            self.sheet.show_light(None, 0, "")
            self.sheet.deleteLater()
            self.sheet = None
        if self._speaker is not None:
            self._speaker.close()
            self._speaker.deleteLater()
            self._speaker = None
        self._glyph.show_icon("user-focus", "accent")
        self.retranslate()
