"""What stands where the list of events would, when there is none to list."""

from enum import StrEnum

from PySide6.QtCore import Signal

from app.ui.widgets.placeholder import Placeholder


class Why(StrEnum):
    """Why nothing is listed."""

    READING = "reading"
    NOTHING = "nothing"
    NOT_FOUND = "not-found"
    FAILED = "failed"


class EmptyPane(Placeholder):
    """Says why the list is empty, and offers the next step.

    Signals:
        clear_wanted: Everything is wanted again.
    """

    clear_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("clock-counter-clockwise")
        self._why = Why.READING
        self.step.clicked.connect(self.clear_wanted)
        self.retranslate()

    def show_reason(self, why: Why) -> None:
        """Say why."""
        self._why = why
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        icon = "magnifying-glass" if self._why is Why.NOT_FOUND else "clock-counter-clockwise"
        self.tell(*self._words(), icon=icon)

    def _words(self) -> tuple[str, str, str]:
        match self._why:
            case Why.READING:
                return self.tr("Reading the audit trail"), "", ""
            case Why.FAILED:
                return self.tr("The audit trail cannot be read"), "", ""
            case Why.NOTHING:
                lead = self.tr("Who is enrolled, recognised or turned away is listed here, with the reason.")
                return self.tr("Nothing has happened yet"), lead, ""
            case Why.NOT_FOUND:
                lead = self.tr("Remove a filter to see more.")
                return self.tr("No events match"), lead, self.tr("Show everything")
