"""Enrolling whoever is in front of the camera, beside the picture."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout

from app.core.errors import FacelatchError, UsageProblem
from app.core.people import Person
from app.flows.enrolment import EnrolmentFlow, EnrolmentState, Sample
from app.flows.verification import TrackState
from app.pipeline.recognition import FrameResult
from app.ui.enrolment.crop import FaceCrop
from app.ui.enrolment.naming import NamingStep
from app.ui.enrolment.taking import TakingStep
from app.ui.live.situation import situation
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
        self._name, self._adding = "", False
        self._flow: EnrolmentFlow | None = None
        self._samples: tuple[Sample, ...] = ()
        self._person: Person | None = None
        self._storing = self._interrupted = False
        self._crop = FaceCrop()
        self.naming, self.taking = NamingStep(session), TakingStep()
        self._steps = QStackedLayout()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(24, 24, 24, 24)
        frame.addLayout(self._steps)
        self._steps.addWidget(self.naming)
        self._steps.addWidget(self.taking)
        session.polled.connect(self._look_after_camera)
        self.naming.accepted.connect(self._take_pictures_of)
        self.naming.cancelled.connect(self.cancel)
        self.taking.again.connect(self._again)
        self.taking.left.connect(self.cancel)

    @property
    def flow(self) -> EnrolmentFlow | None:
        """What collects pictures now."""
        return self._flow

    def begin(self, person: Person | None = None) -> None:
        """Ask for a name, or take more templates of a person; what goes on already is not disturbed."""
        if self._flow is not None or self._storing:
            return
        self._forget()
        self._adding = person is not None
        if person is not None:
            self._take_pictures_of(person.name)
            return
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
        elif self._flow is not None:
            self._follow(self._flow, result)
        elif self._person is not None and _is_matched(result, self._person):
            self.taking.show_person(self._person, recognised=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody is photographed behind a page that cannot be seen. The name stays in its field."""
        super().hideEvent(event)
        if self._flow is not None and not event.spontaneous():
            self._forget()
            self._steps.setCurrentWidget(self.naming)

    def _take_pictures_of(self, name: str) -> None:
        if self.isVisible():
            self._name = name
            self._again()

    def _again(self) -> None:
        """Take the pictures, or where there are some, store them."""
        services = self._session.services
        if services is None:
            return
        self._steps.setCurrentWidget(self.taking)
        if self._samples:
            self._store()
            return
        self._forget()
        self._flow = services.enrolment.new_flow()
        self.taking.begin(self._flow.status)
        services.pipeline.enrol(self._flow)
        self._look_after_camera()

    def _follow(self, flow: EnrolmentFlow, result: FrameResult) -> None:
        status = result.enrolment
        if status is None or status.state is not flow.status.state:
            return  # of the try before this one; the next frame says it
        self.taking.show_face(self._crop.of(result, mirror=self._session.settings.camera.mirror))
        self.taking.show_status(status)
        if status.state is EnrolmentState.COMPLETE:
            self._complete(flow)
        elif status.state is EnrolmentState.TIMED_OUT:
            self._stop_collecting()
            self.taking.forget()
            self.taking.retry.setFocus()

    def _look_after_camera(self) -> None:
        """Without a picture there is nothing to wait for, and what another camera shows may be somebody else."""
        if self._flow is None and not self._interrupted:
            return
        now = situation(self._session.state)
        cause = "" if now is None or now.over_picture else now.title
        if self._flow is not None and self._flow.status.state is EnrolmentState.COMPLETE:
            self._complete(self._flow)
        elif cause and self._flow is not None:
            self._forget()
            self._interrupted = True
        if self._interrupted:
            self.taking.show_interruption(cause)

    def _complete(self, flow: EnrolmentFlow) -> None:
        self._samples = flow.samples
        self._stop_collecting()
        self._store()

    def _store(self) -> None:
        if self._session.services is None:
            return
        services, name, samples, add = self._session.services, self._name, self._samples, self._adding
        camera = services.pipeline.status().camera.info
        source = camera.name if camera else ""
        self._storing = True
        self.taking.show_storing()
        self._session.worker.submit(
            lambda: services.enrolment.save(name, samples, source, add=add), self._stored, self._not_stored
        )

    def _not_stored(self, error: FacelatchError) -> None:
        self._storing = False
        if isinstance(error, UsageProblem):  # somebody has taken the name meanwhile: the pictures wait for another
            self._steps.setCurrentWidget(self.naming)
            self.naming.refuse(error)
        else:
            self.taking.show_error(error)

    def _stored(self, person: Person) -> None:
        self._samples, self._person = (), person
        self._storing = False
        self.taking.show_person(person)
        self.taking.leave.setFocus()
        self.enrolled.emit()

    def _stop_collecting(self) -> None:
        self._flow = None
        if self._session.services is not None:
            self._session.services.pipeline.enrol(None)

    def _forget(self) -> None:
        if self._flow is not None:
            self._flow.cancel()
            self._stop_collecting()
        self._samples, self._person, self._interrupted = (), None, False
        self.taking.forget()


def _known_face(result: FrameResult) -> str:
    if not result.faces or result.faces[0].status.state is not TrackState.MATCHED:
        return ""
    person = result.faces[0].status.person
    return person.name if person else ""


def _is_matched(result: FrameResult, person: Person) -> bool:
    words = [face.status for face in result.faces]
    return any(
        word.state is TrackState.MATCHED and word.person is not None and word.person.id == person.id for word in words
    )
