"""Asking once more before somebody is erased."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from app.core.people import Person
from app.services.people import PersonDetails
from app.ui.widgets.pane import Pane, button, label
from app.ui.widgets.remark import Remark

_BUTTON_AIR = 32


class ErasePane(Pane):
    """Says what goes for good, and asks for a second press.

    Signals:
        erase_wanted: A Person.
        cancelled: They stay.
    """

    erase_wanted = Signal(object)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._details: PersonDetails | None = None
        self._warning, self._kept = label(wrap=True), label("muted", wrap=True)
        self.message, self.erase, self.keep = Remark("bad"), button("danger"), button("plain")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._warning)
        column.addWidget(self._kept)
        column.addSpacing(8)
        column.addWidget(self.message)
        column.addWidget(self.erase)
        column.addWidget(self.keep)
        column.addStretch(1)
        self.erase.clicked.connect(self._ask)
        self.keep.clicked.connect(self.cancelled)
        self.retranslate()

    def begin(self, details: PersonDetails) -> None:
        """Ask whether this person is to be erased."""
        self._details = details
        self.complain()
        self.retranslate()
        self.keep.setFocus()

    def complain(self, *sentences: str) -> None:
        """Say why it was not done."""
        self.message.say(*sentences)

    def retranslate(self) -> None:
        """Set every text."""
        self.keep.setText(self.tr("Keep"))
        self.keep.setToolTip(self.tr("Keep this person (Esc)"))
        self._kept.setText(self.tr("The audit trail keeps a number in place of the name."))
        if self._details is not None:
            templates = self.tr("%n template(s)", "", len(self._details.templates))
            consents = self.tr("%n consent(s)", "", len(self._details.consents))
            words = self.tr("This erases the name, badge, groups and note, along with {templates} and {consents}.")
            self._warning.setText(
                words.format(templates=templates, consents=consents) + " " + self.tr("This cannot be undone.")
            )
            self._name_what_goes(self._details.person)

    def _name_what_goes(self, person: Person) -> None:
        """As much of the name as there is room for, so that nobody erases the wrong person."""
        words = self.tr("Erase {name} for good")
        self.erase.ensurePolished()
        metrics = self.erase.fontMetrics()
        room = self.width() - _BUTTON_AIR - metrics.horizontalAdvance(words.format(name=""))
        short = metrics.elidedText(person.name, Qt.TextElideMode.ElideMiddle, room)
        self.erase.setText(words.format(name=short))
        self.erase.setAccessibleName(words.format(name=person.name))

    def _ask(self) -> None:
        if self._details is not None:
            self.erase_wanted.emit(self._details.person)
