"""The one answer: who it is, how sure, and what that number means."""

from time import monotonic

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.types import Match
from app.flows.verification import TrackState, TrackStatus
from app.pipeline.recognition import FaceResult, FrameResult
from app.ui import texts, theme
from app.ui.live.overlay import LOOKS
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, label, set_tone

_EVERY_S = 0.2
"""Figures that change more often cannot be read."""

_HEIGHT = 188


class SimilarityBar(Pane):
    """How similar, and where the threshold lies: a bar with a notch. Runs from 0 to 1; below 0 it is empty."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(20)
        self._match: Match | None = None
        self._role = "muted"

    def show_match(self, match: Match | None, role: str) -> None:
        """Show a comparison."""
        self._match, self._role = match, role
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it may be."""
        return QSize(200, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
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


class VerdictCard(Pane):
    """Says who the largest face is."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._name, self._glyph = ElidedLabel("display", shrinks=True), Glyph("user-focus", "muted", 24)
        self._word = label("strong", wrap=True)
        self._bar, self._needs, self._meaning = SimilarityBar(), label(), label("muted", wrap=True)
        self._others = label("muted")
        self._result: FrameResult | None = None
        self._watching = False
        self._said: tuple[TrackStatus, int] | None = None
        self._told_at = 0.0
        self._lay_out()
        self.rest()

    def show_result(self, result: FrameResult) -> None:
        """Say what this frame has brought; figures a few times a second, a new verdict at once."""
        self._watching = True
        if not result.faces:
            self._show_nobody()
            return
        said = (result.faces[0].status, len(result.faces))
        if said == self._said and monotonic() - self._told_at < _EVERY_S:
            return
        self._said, self._told_at, self._result = said, monotonic(), result
        self._tell(result.faces[0], len(result.faces) - 1)

    def rest(self) -> None:
        """There is no picture, and so nothing to say of anybody."""
        self._watching = False
        self._show_nobody()

    def retranslate(self) -> None:
        """Set every text."""
        self._said = None
        if self._result is None:
            self._show_nobody()
        else:
            self._tell(self._result.faces[0], len(self._result.faces) - 1)

    def _show_nobody(self) -> None:
        self._result = self._said = None
        if self._watching:
            self._name.setText(self.tr("Nobody in view"))
            self._show_state("user-focus", "muted", self.tr("Come into the picture"))
        else:
            self._name.setText(self.tr("No picture"))
            self._show_state("hourglass", "muted", self.tr("Recognition is waiting"))
        self._show_figures(None, "muted")
        self._others.clear()
        self._name_all()

    def _tell(self, face: FaceResult, others: int) -> None:
        status = face.status
        glyph, role = LOOKS[status.state]
        self._name.setText(self._headline(status))
        self._show_state(glyph, role, self._word_on(status))
        compared = status.state not in {TrackState.NOT_JUDGED, TrackState.NOBODY_ENROLLED}
        self._show_figures(face.match if compared else None, role)
        self._others.setText(self.tr("and %n more", "", others) if others else "")
        self._name_all()

    def _name_all(self) -> None:
        self.setAccessibleName(f"{self._name.text()}: {self._word.text()}")

    def _headline(self, status: TrackStatus) -> str:
        match status.state:
            case TrackState.MATCHED if status.person is not None:
                return status.person.name
            case TrackState.UNKNOWN:
                return self.tr("A stranger")
            case TrackState.AMBIGUOUS:
                return self.tr("More than one fits")
            case TrackState.NOBODY_ENROLLED:
                return self.tr("A new face")
            case TrackState.NOT_JUDGED:
                return self.tr("One moment")
            case _:
                return self.tr("Looking")

    def _word_on(self, status: TrackStatus) -> str:
        if status.state is TrackState.NOT_JUDGED:
            return texts.tag(status)
        return texts.state(status.state)

    def _show_state(self, glyph: str, role: str, word: str) -> None:
        self._glyph.show_icon(glyph, role)
        set_tone(self._word, "tone", role)
        self._word.setText(word)

    def _show_figures(self, match: Match | None, role: str) -> None:
        shown = match if match is not None and match.person is not None else None
        self._bar.show_match(shown, role)
        self._needs.setText(texts.needs(shown) if shown else self.tr("No comparison"))
        self._meaning.setText(texts.strangers(shown) if shown else "")
        self._meaning.setVisible(shown is not None)

    def _lay_out(self) -> None:
        state = QHBoxLayout()
        state.setSpacing(8)
        for words in (self._word, self._others):
            words.setMinimumHeight(24)
        state.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignTop)
        state.addWidget(self._word, 1)
        state.addWidget(self._others, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addWidget(self._name)
        column.addLayout(state)
        column.addWidget(self._bar)
        column.addWidget(self._needs)
        column.addWidget(self._meaning)
        column.addStretch()
        # The tallest it gets, so that what is below stands still.
        self.setMinimumHeight(_HEIGHT)
