"""The enrolment panel: consent, name, sample collection, lookalikes and a recognition test."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from app.core.errors import AlreadyEnrolled, BadgeTaken, FacelatchError, InvalidChange, InvalidName
from app.core.people import Consent, Person
from app.flows.enrolment import EnrolmentFlow, EnrolmentSample, EnrolmentState
from app.flows.enrolment_status import EnrolmentStatus, PoseProgress
from app.flows.verification import TrackState
from app.pipeline.capture_thread import CameraState
from app.pipeline.results import FrameResult
from app.services.enrolment.consent import ConsentText
from app.services.enrolment.enrolment_service import Applicant
from app.services.enrolment.lookalikes import Lookalike, LookalikeChoice
from app.ui.enrolment.capture_step import CaptureStep
from app.ui.enrolment.consent_step import ConsentStep
from app.ui.enrolment.face_images import FaceCrop
from app.ui.enrolment.lookalike_step import LookalikeStep
from app.ui.enrolment.name_step import NameStep
from app.ui.enrolment.summary_step import SummaryStep
from app.ui.live.situation import situation
from app.ui.shell.backend import Services
from app.ui.shell.session import Session
from app.ui.widgets.panes import Pane

_WIDEST = 560


class EnrolmentPanel(Pane):
    """Leads through the steps of an enrolment. Leaving before the last one stores no data.

    Signals:
        closed: The panel is no longer needed.
        enrolled: A person was stored.
        next_wanted: Enrol the person offered next.

    Args:
        session: The pipeline, the services and the settings.
    """

    closed = Signal()
    enrolled = Signal()
    next_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session = session
        self._subject: Applicant | Person | None = None
        self._consent: Consent | None = None
        self._flow: EnrolmentFlow | None = None
        self._samples: tuple[EnrolmentSample, ...] = ()
        self._lookalike: Lookalike | None = None
        self._ring: tuple[PoseProgress, ...] = ()
        self._storing = self._interrupted = self._has_next = False
        self._crop = FaceCrop()
        self.consent, self.name_step, self.capture_step = ConsentStep(session), NameStep(session), CaptureStep()
        self.lookalike, self.summary_step = LookalikeStep(), SummaryStep()
        self._steps = QStackedLayout()
        self._lay_out()
        self._connect()

    @property
    def flow(self) -> EnrolmentFlow | None:
        """The running enrolment flow; None if no samples are being collected."""
        return self._flow

    def begin(self, person: Person | None = None) -> None:
        """Ask for consent; do nothing if an enrolment is already running.

        Args:
            person: The person to add templates to; None for a new person.
        """
        if self._flow is not None or self._storing:
            return
        self._forget()
        self._subject = person
        self._steps.setCurrentWidget(self.consent)
        self.consent.begin()

    def begin_with(self, person: Person) -> None:
        """Abandon this enrolment and ask another person for consent; do nothing while a person is being saved."""
        if not self._storing:
            self._forget()
            self.begin(person)

    def offer_next_person(self, name: str) -> None:
        """Set the person to offer after this one; an empty name offers a new enrolment."""
        self._has_next = bool(name)
        self.summary_step.offer_next_person(name)

    def cancel(self) -> None:
        """Discard the samples and close; stored data stays. Do nothing while a person is being saved."""
        if self._storing:
            return
        self._forget()
        self.closed.emit()

    def show_result(self, result: FrameResult) -> None:
        """Process a frame."""
        if not self.isVisible():
            return
        step = self._steps.currentWidget()
        if step is self.name_step:
            self.name_step.look_like(_known_face(result))
        elif self._flow is not None:
            self._process_frame(self._flow, result)
        elif step is self.summary_step:
            self.summary_step.show_result(result, self._crop.of(result, mirror=self._mirror))

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop collecting: no pictures are taken while the panel is hidden."""
        super().hideEvent(event)
        if self._flow is not None and not event.spontaneous():
            self.cancel()

    @property
    def _mirror(self) -> bool:
        return self._session.settings.camera.mirror

    def _accept_consent(self, shown: ConsentText) -> None:
        services = self._session.services
        if services is None:
            return
        self._consent = services.consent.given(shown)
        if self._subject is not None:
            self._collect_samples()
            return
        self._steps.setCurrentWidget(self.name_step)
        self.name_step.begin()

    def _collect_samples_of(self, subject: Applicant) -> None:
        if self.isVisible():
            self._subject = subject
            self._retry()

    def _retry(self) -> None:
        """Collect the samples again, or save them if they are complete."""
        if self._samples:
            self._store(self._subject, anyway=False)
        else:
            self._collect_samples()

    def _collect_samples(self) -> None:
        services = self._session.services
        if services is None or self._subject is None:
            return
        self._drop_samples()
        self._flow = services.enrolment.new_flow(self._subject)
        self._steps.setCurrentWidget(self.capture_step)
        self.capture_step.begin(self._flow.status, mirror=self._mirror)
        services.pipeline.enrol(self._flow)
        if self._has_ended():
            self._session.retry()
        self._check_camera()

    def _process_frame(self, flow: EnrolmentFlow, result: FrameResult) -> None:
        status = result.enrolment
        if status is None or status.is_running is not flow.status.is_running:
            return  # it belongs to the previous try; the next frame updates it
        self.capture_step.show_face(self._crop.of(result, mirror=self._mirror))
        self._apply_status(flow, status)

    def _apply_status(self, flow: EnrolmentFlow, status: EnrolmentStatus) -> None:
        """Show the flow's state; save a complete collection, and offer another try after a failed one."""
        self.capture_step.show_status(status, mirror=self._mirror)
        if status.state is EnrolmentState.COMPLETE:
            self._complete(flow)
        elif not status.is_running:
            self._stop_collecting()
            self.capture_step.forget()
            self.capture_step.retry.setFocus()

    def _check_camera(self) -> None:
        """Stop without a picture: a different camera may show a different person."""
        if self._flow is None and not self._interrupted:
            return
        if self._flow is not None and self._has_ended():
            self._evaluate_partial(self._flow)
            return
        now = situation(self._session.state)
        cause = "" if now is None or now.over_picture else now.title
        is_opening = now is not None and now.busy and self._flow is not None and not self._flow.status.kept
        if self._flow is not None and self._flow.status.state is EnrolmentState.COMPLETE:
            self._complete(self._flow)
        elif cause and self._flow is not None and not is_opening:
            self._drop_samples()
            self._interrupted = True
        if self._interrupted:
            self.capture_step.show_interruption(cause)

    def _has_ended(self) -> bool:
        """Whether the source is a video that has ended."""
        live = self._session.state.live
        return live is not None and live.camera.state is CameraState.ENDED

    def _evaluate_partial(self, flow: EnrolmentFlow) -> None:
        """Evaluate the samples so far at the end of a video, or ask what to do with them."""
        if flow.status.state is EnrolmentState.COLLECTING:
            self.capture_step.show_video_ended(flow.status, flow.samples)
            return
        self._end_flow()
        self._apply_status(flow, flow.status)

    def _save_partial(self) -> None:
        if self._flow is not None:
            self._end_flow()
            self._apply_status(self._flow, self._flow.status)

    def _end_flow(self) -> None:
        if self._session.services is not None:
            self._session.services.pipeline.finish_enrolment()

    def _skip_other_directions(self) -> None:
        if self._session.services is not None:
            self._session.services.pipeline.skip_remaining_directions()

    def _complete(self, flow: EnrolmentFlow) -> None:
        self._samples = flow.samples
        self._ring = flow.status.ring
        self._stop_collecting()
        self._store(self._subject, anyway=False)

    def _store(self, subject: Applicant | Person | None, *, anyway: bool) -> None:
        services = self._session.services
        if services is None or subject is None:
            return
        self._steps.setCurrentWidget(self.capture_step)
        self.capture_step.samples_strip.show_samples(self._samples)
        self.capture_step.show_storing()
        self._storing = True
        self._session.worker.submit(self._saving(services, subject, anyway=anyway), self._saved, self._saving_failed)

    def _saving(
        self, services: Services, subject: Applicant | Person, *, anyway: bool
    ) -> Callable[[], Person | Lookalike]:
        camera = services.pipeline.status().camera.info
        source = camera.name if camera else ""
        samples, consent = self._samples, self._consent
        return lambda: services.enrolment.save(subject, samples, source, consent, anyway=anyway)

    def _saved(self, saved: Person | Lookalike) -> None:
        self._storing = False
        if not isinstance(saved, Person):
            self._lookalike = saved
            self._steps.setCurrentWidget(self.lookalike)
            self.lookalike.begin(saved, self._samples)
            return
        self._steps.setCurrentWidget(self.summary_step)
        watching = not self._has_ended()
        self.summary_step.begin(saved, self._samples, self._ring, mirror=self._mirror, watching=watching)
        self._drop_samples()
        self.enrolled.emit()

    def _saving_failed(self, error: FacelatchError) -> None:
        self._storing = False
        if isinstance(error, AlreadyEnrolled | InvalidName | BadgeTaken | InvalidChange):
            self._steps.setCurrentWidget(self.name_step)  # the samples wait for another name or badge
            self.name_step.refuse(error)
        else:
            self.capture_step.show_error(error)

    def _begin_another(self) -> None:
        if self._has_next:
            self.next_wanted.emit()
        else:
            self.begin()

    def _apply_choice(self, choice: LookalikeChoice) -> None:
        match choice:
            case LookalikeChoice.SAVE:
                self._store(self._subject, anyway=True)
            case LookalikeChoice.ADD if self._lookalike is not None:
                self._store(self._lookalike.person, anyway=True)
            case _:
                self.cancel()

    def _raise_strictness(self, one_in: int) -> None:
        self._session.set_one_in(one_in)
        self._apply_choice(LookalikeChoice.SAVE)

    def _stop_collecting(self) -> None:
        self._flow = None
        if self._session.services is not None:
            self._session.services.pipeline.enrol(None)

    def _drop_samples(self) -> None:
        if self._flow is not None:
            self._flow.cancel()
            self._stop_collecting()
        self._samples, self._lookalike, self._interrupted = (), None, False
        self.capture_step.forget()
        self.lookalike.forget()

    def _forget(self) -> None:
        self._drop_samples()
        self._subject = self._consent = None
        self.summary_step.forget()

    def _connect(self) -> None:
        self._session.polled.connect(self._check_camera)
        self.consent.agreed.connect(self._accept_consent)
        self.consent.declined.connect(self.cancel)
        self.name_step.accepted.connect(self._collect_samples_of)
        self.name_step.cancelled.connect(self.cancel)
        self.capture_step.retry_wanted.connect(self._retry)
        self.capture_step.replay_wanted.connect(self._collect_samples)
        self.capture_step.skip_wanted.connect(self._skip_other_directions)
        self.capture_step.save_partial_wanted.connect(self._save_partial)
        self.capture_step.close_wanted.connect(self.cancel)
        self.lookalike.chosen.connect(self._apply_choice)
        self.lookalike.stricter_wanted.connect(self._raise_strictness)
        self.summary_step.another_wanted.connect(self._begin_another)
        self.summary_step.close_wanted.connect(self.cancel)

    def _lay_out(self) -> None:
        steps = QWidget()
        steps.setMaximumWidth(_WIDEST)
        steps.setLayout(self._steps)
        for step in (self.consent, self.name_step, self.capture_step, self.lookalike, self.summary_step):
            self._steps.addWidget(step)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 24, 24, 24)
        row.addStretch(1)
        row.addWidget(steps, 1000)
        row.addStretch(1)
        row.setAlignment(Qt.AlignmentFlag.AlignHCenter)


def _known_face(result: FrameResult) -> str:
    if not result.faces or result.faces[0].status.state is not TrackState.MATCHED:
        return ""
    person = result.faces[0].status.person
    return person.name if person else ""
