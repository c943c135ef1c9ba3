"""Erasing those whose time is up, while the window is open."""

import logging

from PySide6.QtCore import QObject, QTimer

from app.core.errors import FacelatchError
from app.core.people import Person
from app.ui.shell.session import Session

log = logging.getLogger(__name__)

EVERY_MS = 3_600_000
"""An hour. Whoever's time is up is not recognised from that moment on; this is about their data."""


class Retention(QObject):
    """As soon as the services can be used, and then every hour.

    Args:
        session: What is behind the window; its worker's thread does it.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.timer = QTimer(self)
        self.timer.setInterval(EVERY_MS)
        self.timer.timeout.connect(self._erase)
        session.ready.connect(self._begin)

    def _begin(self) -> None:
        self.timer.start()
        self._erase()

    def _erase(self) -> None:
        services = self._session.services
        if services is not None:
            self._session.worker.submit(services.people.erase_expired, self._tell, self._fail)

    @staticmethod
    def _tell(gone: list[Person]) -> None:
        if gone:
            log.info("%d people were erased: their time was up", len(gone))

    @staticmethod
    def _fail(error: FacelatchError) -> None:
        log.warning("those whose time is up could not be erased; it is tried again in an hour: %s", error)
