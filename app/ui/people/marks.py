"""Faces that an operator has marked as not this person."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.people import Anchor
from app.ui import texts
from app.ui.people.lines import Line, LineList
from app.ui.widgets.pane import Pane, button, label


class MarksSection(Pane):
    """A list, and a button that takes the chosen mark away. Hidden while there is none.

    Signals:
        removal_wanted: An Anchor.
    """

    removal_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._anchors: tuple[Anchor, ...] = ()
        self._heading, self._lead = label("strong"), label("muted", wrap=True)
        self.list, self.remove = LineList(), button("plain")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._heading, self._lead, self.list):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.remove)
        row.addStretch(1)
        column.addLayout(row)
        self.list.line_chosen.connect(self._offer)
        self.remove.clicked.connect(self._ask)
        self.retranslate()

    def show_anchors(self, anchors: tuple[Anchor, ...]) -> None:
        """Show somebody's."""
        self._anchors = anchors
        self.setVisible(bool(anchors))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._heading.setText(self.tr("Marked as not this person"))
        self._lead.setText(self.tr("A face closer to one of these than to a template does not match this person."))
        self.list.setAccessibleName(self.tr("Marked as not this person"))
        self.list.show_lines([self._line(anchor) for anchor in self._anchors])
        self.remove.setText(self.tr("Remove the mark"))
        self.remove.setToolTip(self.tr("From then on, such a face may match again"))
        self._offer()

    def _line(self, anchor: Anchor) -> Line:
        similarity = self.tr("Similarity {value}").format(value=f"{anchor.similarity:.2f}")
        return Line(anchor.id, texts.moment(anchor.created_at), f"{similarity} · {anchor.model}")

    def _offer(self) -> None:
        self.remove.setVisible(self.list.chosen is not None)

    def _ask(self) -> None:
        anchor = next((anchor for anchor in self._anchors if anchor.id == self.list.chosen), None)
        if anchor is not None:
            self.removal_wanted.emit(anchor)
