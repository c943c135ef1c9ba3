"""What stands where the list of events would, when there is none to list."""

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, button, label


class Why(StrEnum):
    """Why nothing is listed."""

    READING = "reading"
    NOTHING = "nothing"
    NOT_FOUND = "not-found"
    FAILED = "failed"


class EmptyPane(Pane):
    """Says why the list is empty, and offers the next step.

    Signals:
        clear_wanted: Everything is wanted again.
    """

    clear_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self._why = Why.READING
        self._glyph = Glyph("clock-counter-clockwise", "muted", 64)
        self.title, self.lead, self.step = label("title", wrap=True), label("lead", wrap=True), button("primary")
        self.step.clicked.connect(self.clear_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        for part in (self.title, self.lead):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addSpacing(8)
        column.addWidget(self.step, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.retranslate()

    def show_reason(self, why: Why) -> None:
        """Say why."""
        self._why = why
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        title, lead = {
            Why.READING: (self.tr("Reading the audit trail"), ""),
            Why.NOTHING: (
                self.tr("Nothing has happened yet"),
                self.tr("Who is enrolled, recognised or turned away is listed here, with the reason."),
            ),
            Why.NOT_FOUND: (self.tr("No events match"), self.tr("Remove a filter to see more.")),
            Why.FAILED: (self.tr("The audit trail cannot be read"), ""),
        }[self._why]
        self._glyph.show_icon("magnifying-glass" if self._why is Why.NOT_FOUND else "clock-counter-clockwise", "muted")
        self.title.setText(title)
        self.lead.setText(lead)
        self.lead.setVisible(bool(lead))
        self.step.setText(self.tr("Show everything"))
        self.step.setVisible(self._why is Why.NOT_FOUND)
