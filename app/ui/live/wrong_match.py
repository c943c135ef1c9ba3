"""Reporting a wrong match: confirmation, negative template, undo."""

from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.faces import Embedding
from app.core.people import NegativeTemplate, Person
from app.pipeline.results import FaceResult
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.panes import Pane, button, label

_UNDO_FOR_MS = 15_000


@dataclass(frozen=True, slots=True)
class MarkCandidate:
    """A match that the user may mark as wrong.

    Attributes:
        person: The person it named.
        face: The embedding that matched.
        similarity: Cosine similarity, -1 to 1.
    """

    person: Person
    face: Embedding
    similarity: float


def mark_candidate(face: FaceResult) -> MarkCandidate | None:
    """Return what marking this face would store; None if its frame was not matched to the person shown."""
    match, embedding, named = face.match, face.embedding, face.status.person
    if match is None or embedding is None or match.person is None or not match.accepted:
        return None
    if named is None or match.person.id != named.id:
        return None
    return MarkCandidate(match.person, embedding, match.similarity)


class WrongMatchPane(Pane):
    """Asks for confirmation, marks the match as wrong, and offers to undo that for 15 s.

    Signals:
        closed: The pane is no longer needed.

    Args:
        session: Gives the people service and the worker.
    """

    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._candidate: MarkCandidate | None = None
        self._negative_template: NegativeTemplate | None = None
        self._error: FacelatchError | None = None
        self.title, self.lead = label("strong", wrap=True), label("muted", wrap=True)
        self.sure, self.undo, self.leave = button("primary"), button("plain"), button("plain")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_UNDO_FOR_MS)
        self._timer.timeout.connect(self.close_pane)
        self.sure.clicked.connect(self._mark)
        self.undo.clicked.connect(self._unmark)
        self.leave.clicked.connect(self.close_pane)
        self._lay_out()
        self.retranslate()

    def ask(self, found: MarkCandidate) -> None:
        """Ask whether a match was wrong."""
        self._candidate, self._negative_template, self._error = found, None, None
        self._timer.stop()
        self.retranslate()

    def close_pane(self) -> None:
        """Close the pane without further change."""
        self._timer.stop()
        self.closed.emit()

    def retranslate(self) -> None:
        """Set every translated text."""
        name = breakable(self._candidate.person.name) if self._candidate else ""
        if self._error is not None:
            title, lead = value_texts.error_message(self._error), value_texts.error_hint(self._error)
        elif self._negative_template is not None:
            title = self.tr("Marked as not {name}").format(name=name)
            lead = self.tr("Faces like this one no longer match {name}.").format(name=name)
        else:
            title = self.tr("Not {name}?").format(name=name)
            lead = self.tr("Faces like this one will no longer match {name}.").format(name=name)
        self.title.setText(breakable(title))
        self.lead.setText(breakable(lead))
        self.setAccessibleName(title)
        self.setAccessibleDescription(lead)
        self.sure.setText(self.tr("Not this person"))
        self.undo.setText(self.tr("Undo"))
        self.leave.setText(self.tr("Close") if self._negative_template else self.tr("Cancel"))
        self.leave.setToolTip(self.tr("{words} (Esc)").format(words=self.leave.text()))
        self.sure.setVisible(self._negative_template is None)
        self.undo.setVisible(self._negative_template is not None)

    def _mark(self) -> None:
        services, found = self._session.services, self._candidate
        if services is None or found is None:
            return
        self.sure.setEnabled(False)
        self._session.worker.submit(
            lambda: services.people.add_negative_template(
                found.person, found.face, services.matcher.model_sha256, found.similarity
            ),
            self._marked,
            self._fail,
        )

    def _marked(self, negative_template: NegativeTemplate) -> None:
        self._negative_template, self._error = negative_template, None
        self._show_outcome()
        self.undo.setFocus()
        self._timer.start()

    def _unmark(self) -> None:
        services, negative_template = self._session.services, self._negative_template
        if services is None or negative_template is None:
            return
        self._timer.stop()
        self.undo.setEnabled(False)
        self._session.worker.submit(
            lambda: services.people.remove_negative_template(negative_template), lambda _: self._unmarked(), self._fail
        )

    def _unmarked(self) -> None:
        self._negative_template = self._error = None
        self._show_outcome()
        self.close_pane()

    def _fail(self, error: FacelatchError) -> None:
        self._error = error
        self._show_outcome()

    def _show_outcome(self) -> None:
        self.sure.setEnabled(True)
        self.undo.setEnabled(True)
        self.retranslate()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for made in (self.sure, self.undo, self.leave):
            row.addWidget(made)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.lead)
        column.addStretch()
        column.addLayout(row)
