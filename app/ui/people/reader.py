"""Reading the list of people, and noticing when somebody else changes it."""

from PySide6.QtCore import QObject, Signal

from app.core.errors import FacelatchError
from app.core.people import Person
from app.ui.session import Session

_Read = tuple[str, int, list[Person]]


class PeopleReader(QObject):
    """Asks the database in the worker's thread, for one thing at a time: while it is locked, no questions pile up.

    Signals:
        listed: What was searched for, and who was found.
        failed: A FacelatchError; the list is as it was.

    Args:
        session: What is behind the window.
        parent: Owns it.
    """

    listed = Signal(str, object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._search = ""
        self._revision: int | None = None
        self._busy = self._again = False

    def read(self, search: str) -> None:
        """List everybody whose name holds `search`, now or as soon as the question before this one is answered."""
        self._search = search
        self._again = self._busy
        if self._busy or self._session.services is None:
            return
        people = self._session.services.people
        self._busy = True
        self._session.worker.submit(
            lambda: (search, people.revision(), people.all(search)), self._take_list, self._take_error
        )

    def look(self) -> None:
        """Read the list again if it has changed, or could not be read the last time."""
        if self._busy or self._session.services is None:
            return
        self._busy = True
        self._session.worker.submit(self._session.services.people.revision, self._compare, self._take_error)

    def _take_list(self, read: _Read) -> None:
        self._busy = False
        if self._again:
            self.read(self._search)
            return
        search, self._revision, people = read
        self.listed.emit(search, people)

    def _compare(self, revision: int) -> None:
        self._busy = False
        if self._again or revision != self._revision:
            self.read(self._search)

    def _take_error(self, error: FacelatchError) -> None:
        self._busy = self._again = False
        self._revision = None
        self.failed.emit(error)
