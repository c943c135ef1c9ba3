"""What stands where the list of people would, when there is nobody to list."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, button, label


class EmptyPane(Pane):
    """Says why the list is empty, and offers the next step."""

    enrol_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self._search = ""
        self._title, self._lead = label("title", wrap=True), label("lead", wrap=True)
        self.step = button("primary")
        self.step.clicked.connect(self._take_step)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(Glyph("users-three", "muted", 64), alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        for part in (self._title, self._lead):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.step)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.retranslate()

    def show_reason(self, search: str) -> None:
        """Nobody at all, or nobody of that name."""
        self._search = search.strip()
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        if self._search:
            self._title.setText(self.tr("Nobody is called “{name}”").format(name=self._search))
            self._lead.setText(self.tr("Part of a name is enough."))
            self.step.setText(self.tr("Show everybody"))
        else:
            self._title.setText(self.tr("Nobody is enrolled yet"))
            self._lead.setText(self.tr("Enrol the first person in front of the camera."))
            self.step.setText(self.tr("Enrol a person"))

    def _take_step(self) -> None:
        (self.clear_wanted if self._search else self.enrol_wanted).emit()
