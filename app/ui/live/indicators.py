"""The liveness line and the similarity bar of the verdict card."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout

from app.core.liveness import LivenessResult, LivenessVerdict
from app.core.match_decision import Match
from app.flows.liveness.liveness_decision import CHALLENGE_POLICIES
from app.ui import theme
from app.ui.texts import liveness_texts
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.icons import Glyph
from app.ui.widgets.panes import Pane, label

_VERDICT_STYLES = {
    LivenessVerdict.PASSED: ("heartbeat", "good"),
    LivenessVerdict.FAILED: ("warning", "bad"),
    LivenessVerdict.NOT_ENOUGH: ("hourglass", "muted"),
    LivenessVerdict.NOT_RUN: ("minus-circle", "muted"),
}


class LivenessLine(Pane):
    """Liveness of a face as an icon and a few words; the tooltip lists the cues."""

    def __init__(self) -> None:
        super().__init__()
        self._glyph, self.word = Glyph("minus-circle", "muted", 16), label("muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.word, 1)

    def show_liveness(self, said: LivenessResult) -> None:
        """Show the liveness result of a face."""
        glyph, role = _VERDICT_STYLES[said.verdict]
        self._glyph.show_icon(glyph, role)
        set_style_property(self.word, "tone", role)
        self.word.setText(self._words(said))
        self.setToolTip("\n".join(map(liveness_texts.cue_text, said.cues)))
        self.setAccessibleName(self.word.text())
        self.setAccessibleDescription(". ".join(map(liveness_texts.cue_text, said.cues)))

    def _words(self, said: LivenessResult) -> str:
        match said.verdict:
            case LivenessVerdict.PASSED:
                return self.tr("Live face")
            case LivenessVerdict.FAILED:
                return self.tr("Not a live face")
            case LivenessVerdict.NOT_ENOUGH if said.policy in CHALLENGE_POLICIES:
                return self.tr("Challenge required")
            case LivenessVerdict.NOT_ENOUGH:
                return self.tr("Liveness: turn your head a little")
            case _:
                return self.tr("Liveness not checked")


class SimilarityBar(Pane):
    """Similarity as a bar from 0 to 1, with a notch at the threshold. Empty for negative similarities."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(20)
        self._match: Match | None = None
        self._role = "muted"

    def show_match(self, match: Match | None, role: str) -> None:
        """Show a match in the colour of a role.

        Args:
            match: Its similarity fills the bar and its threshold places the notch; None empties the bar.
            role: Name of a colour in `theme.Colours`.
        """
        self._match, self._role = match, role
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size of which the width may grow."""
        return QSize(200, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint bar and notch."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(0, 6, self.width(), 8)
        painter.setBrush(theme.colour("outline"))
        painter.drawRoundedRect(bar, 4, 4)
        if self._match is not None:
            self._paint_match(painter, bar, self._match)
        painter.end()

    def _paint_match(self, painter: QPainter, bar: QRectF, match: Match) -> None:
        share = min(max(match.similarity, 0.0), 1.0)
        filled = QRectF(bar)
        filled.setWidth(max(bar.width() * share, 8))
        painter.setBrush(theme.colour(self._role))
        if share > 0:
            painter.drawRoundedRect(filled, 4, 4)
        notch = QRectF(bar.width() * match.threshold - 2, 0, 4, self.height())
        painter.setBrush(theme.colour("raised"))
        painter.drawRect(notch.adjusted(-2, 0, 2, 0))
        painter.setBrush(theme.colour("text"))
        painter.drawRoundedRect(notch, 2, 2)
