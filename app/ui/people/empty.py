"""What stands where the list of people would, when there is nobody to list."""

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, button, label


class Why(StrEnum):
    """Why nobody is listed."""

    READING = "reading"
    NOBODY = "nobody"
    NOT_FOUND = "not-found"
    FAILED = "failed"


class EmptyPane(Pane):
    """Says why the list is empty, and offers the next step."""

    enrol_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self._why = Why.READING
        self._glyph = Glyph("users-three", "muted", 64)
        self.title, self.lead = label("title", wrap=True), label("lead", wrap=True)
        self.step = button("primary")
        self.step.clicked.connect(self._take_step)
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
        title, lead, step = self._words()
        self._glyph.show_icon("magnifying-glass" if self._why is Why.NOT_FOUND else "users-three", "muted")
        for part, words in ((self.title, title), (self.lead, lead)):
            part.setText(words)
            part.setVisible(bool(words))
        self.step.setText(step)
        self.step.setVisible(bool(step))

    def _words(self) -> tuple[str, str, str]:
        match self._why:
            case Why.READING:
                return self.tr("Reading the list of people"), "", ""
            case Why.FAILED:
                return self.tr("The list of people cannot be read"), "", ""
            case Why.NOBODY:
                lead = self.tr("Enrol the first person in front of the camera.")
                return self.tr("Nobody is enrolled yet"), lead, self.tr("Enrol a person")
            case Why.NOT_FOUND:
                lead = self.tr("Shorten the search, or remove a filter.")
                return self.tr("Nobody matches"), lead, self.tr("Show everybody")

    def _take_step(self) -> None:
        (self.clear_wanted if self._why is Why.NOT_FOUND else self.enrol_wanted).emit()
