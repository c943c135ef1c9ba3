"""Reading the list of people, and noticing when somebody else changes it."""

from PySide6.QtCore import QObject, Signal

from app.core.errors import FacelatchError
from app.services.roster import Roster
from app.ui.session import Session


class PeopleReader(QObject):
    """Asks the database in the worker's thread, for one thing at a time: while it is locked, no questions pile up.

    Signals:
        listed: A Roster.
        failed: A FacelatchError; the list is as it was.

    Args:
        session: What is behind the window.
        parent: Owns it.
    """

    listed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._roster: Roster | None = None
        self._busy = self._again = False

    def read(self) -> None:
        """List everybody, now or as soon as the question before this one is answered."""
        self._again = self._busy
        if self._busy or self._session.services is None:
            return
        self._busy = True
        self._session.worker.submit(self._session.services.people.roster, self._take_roster, self._take_error)

    def look(self) -> None:
        """Read the list again if it has changed, or could not be read the last time."""
        roster, services = self._roster, self._session.services
        if self._busy or services is None:
            return
        if roster is None:
            self.read()
            return
        self._busy = True
        self._session.worker.submit(lambda: services.people.is_current(roster), self._compare, self._take_error)

    def _take_roster(self, roster: Roster) -> None:
        self._busy = False
        if self._again:
            self.read()
            return
        self._roster = roster
        self.listed.emit(roster)

    def _compare(self, current: bool) -> None:  # noqa: FBT001 - as the worker gives it
        self._busy = False
        if self._again or not current:
            self.read()

    def _take_error(self, error: FacelatchError) -> None:
        self._busy = self._again = False
        self._roster = None
        self.failed.emit(error)
