"""Enrolling whoever is in front of the camera, beside the picture."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.types import Person
from app.flows.enrolment import EnrolmentFlow, EnrolmentState, Sample
from app.flows.verification import TrackState
from app.pipeline.recognition import FrameResult
from app.ui.enrolment.naming import NamingStep
from app.ui.enrolment.taking import TakingStep
from app.ui.session import Session
from app.ui.widgets.pane import Pane


class EnrolmentPanel(Pane):
    """Asks for a name, lets a flow collect pictures, and stores them. Leaving earlier leaves nothing behind.

    Signals:
        closed: The panel is no longer needed.
        enrolled: Somebody was stored.

    Args:
        session: What is behind the window.
    """

    closed = Signal()
    enrolled = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session = session
        self._name = ""
        self._flow: EnrolmentFlow | None = None
        self._samples: tuple[Sample, ...] = ()
        self._storing = False
        self.naming, self.taking = NamingStep(session), TakingStep()
        self._steps = QStackedLayout()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(24, 24, 24, 24)
        frame.addLayout(self._steps)
        self._steps.addWidget(self.naming)
        self._steps.addWidget(self.taking)
        self.naming.accepted.connect(self._take_pictures_of)
        self.naming.cancelled.connect(self.cancel)
        self.taking.again.connect(self._again)
        self.taking.left.connect(self.cancel)

    def begin(self) -> None:
        """Ask for a name."""
        self._forget()
        self._steps.setCurrentWidget(self.naming)
        self.naming.begin()

    def cancel(self) -> None:
        """Forget the pictures and close. What is stored already stays; while it is being stored, nothing happens."""
        if self._storing:
            return
        self._forget()
        self.closed.emit()

    def show_result(self, result: FrameResult) -> None:
        """Take note of a frame."""
        if not self.isVisible():
            return
        if self._steps.currentWidget() is self.naming:
            self.naming.look_like(_known_face(result))
        elif self._flow is not None and result.enrolment is not None:
            self.taking.show_status(result.enrolment)
            if result.enrolment.state is EnrolmentState.COMPLETE:
                self._complete(self._flow)
            elif result.enrolment.state is EnrolmentState.TIMED_OUT:
                self._stop_collecting()

    def _take_pictures_of(self, name: str) -> None:
        if not self.isVisible():
            return
        self._name = name
        self._again()

    def _again(self) -> None:
        """Take the pictures, or where there are some, store them."""
        services = self._session.services
        if services is None:
            return
        if self._samples:
            self._store()
            return
        self._flow = services.enrolment.new_flow()
        self.taking.show_status(self._flow.status)
        self._steps.setCurrentWidget(self.taking)
        self.taking.leave.setFocus()
        services.pipeline.enrol(self._flow)

    def _complete(self, flow: EnrolmentFlow) -> None:
        self._samples = flow.samples
        self._stop_collecting()
        self._store()

    def _store(self) -> None:
        if self._session.services is None:
            return
        services, name, samples = self._session.services, self._name, self._samples
        camera = services.pipeline.status().camera.info
        source = camera.name if camera else ""
        self._storing = True
        self._session.worker.submit(
            lambda: services.enrolment.save(name, samples, source), self._stored, self._not_stored
        )

    def _not_stored(self, error: FacelatchError) -> None:
        self._storing = False
        self.taking.show_error(error)

    def _stored(self, person: Person) -> None:
        self._samples = ()
        self._storing = False
        self.taking.show_person(person)
        self.enrolled.emit()

    def _stop_collecting(self) -> None:
        self._flow = None
        if self._session.services is not None:
            self._session.services.pipeline.enrol(None)

    def _forget(self) -> None:
        if self._flow is not None:
            self._flow.cancel()
        self._samples = ()
        self._stop_collecting()


def _known_face(result: FrameResult) -> str:
    if not result.faces or result.faces[0].status.state is not TrackState.MATCHED:
        return ""
    person = result.faces[0].status.person
    return person.name if person else ""
