"""The verdict on the largest face: identity, similarity, rejection reason, liveness."""

from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.core.decision import Check, Decision, Outcome
from app.core.match_decision import Match
from app.flows.verification import TrackStatus
from app.pipeline.results import FaceResult, FrameResult
from app.ui.live.indicators import LivenessLine, SimilarityBar
from app.ui.live.wrong_match import MarkCandidate, WrongMatchPane, mark_candidate
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.texts.decision_texts import look_of
from app.ui.texts.reason_texts import Rejection, rejection_of_decision
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.icons import Glyph, icon
from app.ui.widgets.labels import ElidedLabel
from app.ui.widgets.panes import Pane, button, label

_EVERY_S = 0.2
"""Shortest time between two updates of the figures, in seconds, so that they can be read."""

_HEIGHT = 216


class VerdictCard(Pane):
    """Shows the verdict on the largest face, and lets the user mark a wrong match.

    Args:
        session: Gives the services for marking a wrong match.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self._name, self._glyph = ElidedLabel("display", shrinks=True), Glyph("user-focus", "muted", 24)
        self._word = label("strong", wrap=True)
        self._bar, self._figures, self._meaning = SimilarityBar(), label(wrap=True), label("muted", wrap=True)
        self._others, self.liveness_line = label("muted"), LivenessLine()
        self.wrong, self.marking = button("quiet"), WrongMatchPane(session)
        self._result: FrameResult | None = None
        self._candidate: MarkCandidate | None = None
        self._watching = False
        self._shown: tuple[object, ...] | None = None
        self._shown_at = 0.0
        self._pages = QStackedLayout(self)
        self._lay_out()
        self.wrong.clicked.connect(self._ask)
        self.marking.closed.connect(self._end_marking)
        self.reset()
        self.retranslate()
        self.restyle()

    def show_result(self, result: FrameResult) -> None:
        """Show the result of a frame: a new verdict immediately, changed figures a few times a second."""
        self._watching = True
        self._offer_to_mark(result.faces[0] if result.faces else None)
        if not result.faces:
            self._show_no_face()
            return
        shown = (*_display_key(result.faces[0].status, len(result.faces)), result.faces[0].liveness.verdict)
        if shown == self._shown and monotonic() - self._shown_at < _EVERY_S:
            return
        self._shown, self._shown_at, self._result = shown, monotonic(), result
        self._show_face(result.faces[0], len(result.faces) - 1)

    def reset(self) -> None:
        """Clear the card because no picture is shown."""
        self._watching = False
        self._offer_to_mark(None)
        self._show_no_face()

    def close_topmost(self) -> bool:
        """Close the pane for a wrong match; return False if it is not open."""
        if self._pages.currentWidget() is not self.marking:
            return False
        self.marking.close_pane()
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        self._shown = None
        self.wrong.setAccessibleName(self.tr("Not this person"))
        self.wrong.setToolTip(self.tr("Mark this match as wrong (Ctrl+M)"))
        self.wrong.setShortcut("Ctrl+M")
        if self._result is None:
            self._show_no_face()
        else:
            self._show_face(self._result.faces[0], len(self._result.faces) - 1)

    def restyle(self) -> None:
        """Set icons and colours of the theme."""
        self.wrong.setIcon(icon("user-minus", "muted"))
        self.update()

    def _offer_to_mark(self, face: FaceResult | None) -> None:
        """Keep the newest matched frame of the person shown: marking stores its embedding."""
        decided = face.status.decision if face else None
        if face is None or decided is None or not (decided.match and decided.match.accepted):
            self._candidate = None
        else:
            self._candidate = mark_candidate(face) or self._candidate
        self.wrong.setVisible(self._candidate is not None)

    def _ask(self) -> None:
        if self._candidate is not None:
            self.marking.ask(self._candidate)
            self._pages.setCurrentWidget(self.marking)
            self.marking.sure.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _end_marking(self) -> None:
        focus = QApplication.focusWidget()
        was_here = focus is not None and self.marking.isAncestorOf(focus)
        self._pages.setCurrentIndex(0)
        if was_here:  # otherwise the focus would go to an arbitrary neighbour
            (self.wrong if self.wrong.isVisible() else self).setFocus()

    def _show_no_face(self) -> None:
        self._result = self._shown = None
        if self._watching:
            self._name.setText(self.tr("No face in view"))
            self._show_state("user-focus", "muted", self.tr("Come into the picture"))
        else:
            self._name.setText(self.tr("No picture"))
            self._show_state("hourglass", "muted", self.tr("Recognition is waiting"))
        self._show_figures(None, "muted", self.tr("No comparison"), "")
        self.liveness_line.hide()
        self._others.clear()
        self._name_all()

    def _show_face(self, face: FaceResult, others: int) -> None:
        decision = face.status.decision
        look, why = look_of(decision), rejection_of_decision(decision)
        self._name.setText(self._headline(decision, why))
        if why is not None and why.gate is Check.QUALITY:
            self._show_state(look.icon, look.role, why.sentence)
            self._show_figures(None, look.role, why.tip, "")
        else:
            self._show_state(look.icon, look.role, look.text)
            self._explain(face.match, look.role, why)
        self.liveness_line.show_liveness(face.liveness)
        self.liveness_line.show()
        self._others.setText(self.tr("and %n more", "", others) if others else "")
        self._name_all()

    def _explain(self, match: Match | None, role: str, why: Rejection | None) -> None:
        """Show the similarity, and its meaning or the rejection reason with a tip."""
        shown = match if match is not None and match.person is not None else None
        if why is not None:
            self._show_figures(shown, role, why.sentence, why.tip)
        elif shown is not None:
            self._show_figures(shown, role, value_texts.similarity_text(shown), value_texts.match_meaning(shown))
        else:
            self._show_figures(None, role, self.tr("No comparison"), "")

    def _name_all(self) -> None:
        said = (self._name.text(), self._word.text())
        self.setAccessibleName(": ".join(said))
        self.setAccessibleDescription(" ".join((self._figures.text(), self._meaning.text())).strip())

    def _headline(self, decision: Decision | None, why: Rejection | None) -> str:
        if decision is None:
            return self.tr("Looking")
        if decision.person is not None:
            return decision.person.name
        if why is not None and why.gate is Check.NOT_THIS_PERSON:
            return self.tr("Not {name}").format(name=why.name)
        words = {
            Check.GALLERY_EMPTY: self.tr("A new face"),
            Check.MARGIN: self.tr("More than one fits"),
            Check.QUALITY: self.tr("One moment"),
        }
        is_stranger = decision.outcome is Outcome.NOT_RECOGNISED
        unknown = self.tr("A stranger") if is_stranger else self.tr("Not verified")
        return words.get(decision.check, unknown) if decision.check else unknown

    def _show_state(self, glyph: str, role: str, word: str) -> None:
        self._glyph.show_icon(glyph, role)
        set_style_property(self._word, "tone", role)
        self._word.setText(word)

    def _show_figures(self, match: Match | None, role: str, figures: str, meaning: str) -> None:
        self._bar.show_match(match, role)
        self._figures.setText(figures)
        self._meaning.setText(meaning)
        self._meaning.setVisible(bool(meaning))

    def _lay_out(self) -> None:
        name, state = QHBoxLayout(), QHBoxLayout()
        name.addWidget(self._name, 1)
        name.addWidget(self.wrong)
        self.wrong.setFixedWidth(36)
        state.setSpacing(8)
        for words in (self._word, self._others):
            words.setMinimumHeight(24)
        state.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignTop)
        state.addWidget(self._word, 1)
        state.addWidget(self._others, alignment=Qt.AlignmentFlag.AlignTop)
        verdict = QWidget()
        column = QVBoxLayout(verdict)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(4)
        column.addLayout(name)
        column.addLayout(state)
        for part in (self._bar, self._figures, self._meaning, self.liveness_line):
            column.addWidget(part)
        column.addStretch()
        for page in (verdict, self.marking):
            self._pages.addWidget(page)
        # The greatest height needed, so that the cards below do not move.
        self.setMinimumHeight(_HEIGHT)


def _display_key(status: TrackStatus, faces: int) -> tuple[object, ...]:
    """Return what the card shows, without the figures."""
    decision = status.decision
    shown = decision and (decision.outcome, decision.check, decision.person)
    return status.track, shown, status.hints, faces
