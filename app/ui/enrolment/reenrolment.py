"""Guided re-enrolment after a change of the embedding model."""

import logging

from PySide6.QtCore import QObject, Signal

from app.core.errors import FacelatchError, NotAllowed
from app.core.people import Person
from app.services.people.reenrolment import ModelChangeEstimate, ReenrolmentQueue
from app.ui.shell.session import Session
from app.ui.shell.step_runner import StepRunner

log = logging.getLogger(__name__)


class ReenrolmentController(QObject):
    """Knows who lacks a template of the current model; people with stored pictures are migrated automatically first.

    Signals:
        changed: The queue, the current person or the outlook for another model changed.
        wanted: The Person to enrol next.
        ended: The guided re-enrolment ended.

    Args:
        session: The pipeline, the services and the settings.
    """

    changed = Signal()
    wanted = Signal(object)
    ended = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.queue = ReenrolmentQueue()
        self.current: Person | None = None
        self.outlook: ModelChangeEstimate | None = None
        self.migrated = 0
        self._skipped: set[str] = set()
        self._steps = StepRunner(session, self)
        self._steps.advanced.connect(self._count)
        self._steps.ended.connect(self.refresh)
        self._steps.failed.connect(self._fail)
        session.ready.connect(self.migrate_pictures)
        session.settings_changed.connect(self._read_outlook)

    @property
    def next_in_queue(self) -> Person | None:
        """The next person in the queue; None at the end of this round."""
        left = [person for person in self.queue.people if person.id not in self._skipped]
        return next((person for person in left if self.current is None or person.id != self.current.id), None)

    def migrate_pictures(self) -> None:
        """Migrate the people with stored pictures, then read the queue."""
        services = self._session.services
        if services is not None:
            self._steps.run(services.reenrolment.migrate, lambda: 0)

    def refresh(self) -> None:
        """Read the queue."""
        services = self._session.services
        if services is not None:
            self._session.slow_worker.submit(services.reenrolment.queue, self._take, self._fail)

    def begin(self) -> None:
        """Start the guided re-enrolment with the first person."""
        self._skipped.clear()
        self.current = None
        self.next_person()

    def next_person(self) -> None:
        """Continue with the next person."""
        self.current = self.next_in_queue
        self.changed.emit()
        if self.current is None:
            self.ended.emit()
        else:
            self.wanted.emit(self.current)

    def skip(self) -> None:
        """Continue with the next person; the current one moves to the end of the queue, also after a restart."""
        services, person = self._session.services, self.current
        if services is None or person is None:
            return
        self._skipped.add(person.id)
        self._session.slow_worker.submit(lambda: services.reenrolment.skip(person), lambda _: None, self._fail)
        self.next_person()

    def pause(self) -> None:
        """Interrupt the guided re-enrolment."""
        if self.current is not None:
            self.current = None
            self.changed.emit()

    def _take(self, queue: ReenrolmentQueue) -> None:
        self.queue = queue
        self.changed.emit()

    def _count(self, done: int) -> None:
        self.migrated = done

    def _fail(self, error: FacelatchError) -> None:
        """Log the error. The next start, or a sign-in with more permissions, tries again."""
        if not isinstance(error, NotAllowed):
            log.warning("cannot read who must be re-enrolled: %s", error)

    def _read_outlook(self) -> None:
        """Read what another model, chosen for the next start, would require."""
        services, model = self._session.services, self._session.settings.recognition.model
        if services is None or not self.queue.model or model == self.queue.model:
            self._show_outlook(None)
        else:
            estimate = services.reenrolment.estimate_model_change
            self._session.slow_worker.submit(lambda: estimate(model), self._show_outlook, self._fail)

    def _show_outlook(self, outlook: ModelChangeEstimate | None) -> None:
        if outlook != self.outlook:
            self.outlook = outlook
            self.changed.emit()
