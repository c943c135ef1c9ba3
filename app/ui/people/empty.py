"""What stands where the list of people would, when there is nobody to list."""

from enum import StrEnum

from PySide6.QtCore import Signal

from app.ui.widgets.placeholder import Placeholder


class Why(StrEnum):
    """Why nobody is listed."""

    READING = "reading"
    NOBODY = "nobody"
    NOT_FOUND = "not-found"
    FAILED = "failed"


class EmptyPane(Placeholder):
    """Says why the list is empty, and offers the next step.

    Signals:
        enrol_wanted: The first person is to be enrolled.
        clear_wanted: Everybody is wanted again.
    """

    enrol_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("users-three")
        self._why = Why.READING
        self.step.clicked.connect(self._take_step)
        self.retranslate()

    def show_reason(self, why: Why) -> None:
        """Say why."""
        self._why = why
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.tell(*self._words(), icon="magnifying-glass" if self._why is Why.NOT_FOUND else "users-three")

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
