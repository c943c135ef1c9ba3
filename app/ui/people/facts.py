"""What is known of a person beside the name."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from app.core import days
from app.services.people import PersonDetails
from app.ui import texts
from app.ui.texts import breakable
from app.ui.widgets.pane import Pane, label


class FactsSection(Pane):
    """A caption and a value a row; what is not known has no row."""

    def __init__(self) -> None:
        super().__init__()
        self._details: PersonDetails | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._rows = [(label("muted"), label(wrap=True)) for _ in range(len(self._facts()))]
        for row, (caption, value) in enumerate(self._rows):
            self._grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1)

    def show_details(self, details: PersonDetails) -> None:
        """Show somebody's."""
        self._details = details
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        for (caption, value), (heading, words) in zip(self._rows, self._facts(), strict=True):
            caption.setText(heading)
            value.setText(breakable(words))
            caption.setVisible(bool(words))
            value.setVisible(bool(words))

    def _facts(self) -> list[tuple[str, str]]:
        person = self._details.person if self._details else None
        begin, end, gone = (person.valid_from, person.valid_until, person.delete_after) if person else (None,) * 3
        return [
            (self.tr("Badge"), person.badge or "" if person else ""),
            (self.tr("Groups"), ", ".join(person.groups) if person else ""),
            (self.tr("Valid from"), texts.day(days.day_of(begin)) if begin else ""),
            (self.tr("Valid until"), texts.day(days.last_day(end)) if end else ""),
            (self.tr("Delete after"), texts.day(days.last_day(gone)) if gone else ""),
            (self.tr("Note"), person.note if person else ""),
            (self.tr("Enrolled"), texts.date(person.created_at) if person else ""),
        ]
