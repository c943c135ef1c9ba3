"""What the window asks of the program, so that tests can hand it something else."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, Unpack

from app.core.audit import AuditQuery
from app.core.errors import SettingsError
from app.core.faces import Embedding
from app.core.people import Consent, NegativeTemplate, Person, PersonChanges, Template
from app.core.roles import Permission, Role
from app.core.settings.model import Settings
from app.core.settings.schema import Setting
from app.core.settings.sections import CameraSettings, RecognitionSettings
from app.flows.enrolment import EnrolmentFlow, EnrolmentSample
from app.pipeline.live import LivePipeline
from app.services.access.lockouts import SecretAttempt
from app.services.access.role_service import RoleState
from app.services.audit.audit_service import AuditLine
from app.services.audit.export_signature import Signer
from app.services.enrolment.consent import ConsentText
from app.services.enrolment.enrolment_service import Applicant, EnrolmentReport
from app.services.enrolment.lookalikes import Lookalike
from app.services.liveness.live_challenge import LiveChallenge
from app.services.liveness.liveness_test import LivenessTestSession
from app.services.people.people_index import PeopleIndex
from app.services.people.people_service import PersonDetails
from app.services.recognition.calibration import Calibration
from app.services.system.settings_service import SettingState
from app.ui.store_ports import BundlePort, KeyPort, ReenrolmentPort, RescuePort, StorePort


class Camera(Protocol):
    """A camera that is plugged in."""

    @property
    def index(self) -> int:
        """The number by which it is opened."""
        ...

    @property
    def name(self) -> str:
        """For people."""
        ...


class LivePort(Protocol):
    """See `app.services.live.live_service.LiveService`."""

    def cameras(self) -> Sequence[Camera]:
        """The cameras plugged in."""
        ...

    def pipeline(self, on_result: Callable[[], None] = ...) -> LivePipeline:
        """A new pipeline, not started."""
        ...

    def watch(self, pipeline: LivePipeline, camera: CameraSettings) -> None:
        """Point a pipeline at the source that the settings name."""
        ...


class PeoplePort(Protocol):
    """See `app.services.people.people_service.PeopleService`."""

    def people_index(self) -> PeopleIndex:
        """Everybody, ready to be searched, filtered and sorted."""
        ...

    def is_current(self, people_index: PeopleIndex) -> bool:
        """Whether nothing has changed since."""
        ...

    def details(self, name_or_id: str) -> PersonDetails:
        """The person meant, with all that is kept."""
        ...

    def thumbnail(self, template: Template) -> bytes | None:
        """The small JPEG kept beside a template; None where none is."""
        ...

    def change(self, person: Person, *, name: str | None = None, **changes: Unpack[PersonChanges]) -> Person:
        """Change what is kept of a person, all that is given or nothing."""
        ...

    def merge(self, kept: Person, other: Person) -> Person:
        """Make one of two entries of the same person."""
        ...

    def retire(self, template: Template, *, retired: bool = True) -> None:
        """Compare a template no more, or again."""
        ...

    def erase(self, person: Person) -> bool:
        """Erase a person for good; False while traces stay in the write-ahead log."""
        ...

    def erase_expired(self) -> list[Person]:
        """Erase everybody whose time is up."""
        ...

    def add_negative_template(
        self, person: Person, face: Embedding, model_sha256: str, similarity: float
    ) -> NegativeTemplate:
        """Keep a face as not this person's."""
        ...

    def remove_negative_template(self, negative_template: NegativeTemplate) -> None:
        """Forget such a face."""
        ...


class EnrolmentPort(Protocol):
    """See `app.services.enrolment.enrolment_service.EnrolmentService`."""

    def check_name(self, name: str) -> str:
        """The name as it would be stored, free to be used."""
        ...

    def new_flow(self, receiver: Applicant | Person | None = None) -> EnrolmentFlow:
        """A flow that collects pictures from the camera."""
        ...

    def save(
        self,
        receiver: Applicant | Person,
        samples: Sequence[EnrolmentSample],
        source: str,
        consent: Consent | None,
        *,
        anyway: bool = False,
    ) -> Person | Lookalike:
        """Store somebody with all pictures, or nothing; or say who looks like them."""
        ...

    def enrol_from_pictures(
        self, receiver: Applicant | Person, paths: Iterable[Path], consent: Consent | None
    ) -> EnrolmentReport:
        """Enrol from picture files."""
        ...

    def release_pictures(self) -> None:
        """Let go of what looks at picture files, until the next one."""
        ...


class ConsentPort(Protocol):
    """See `app.services.enrolment.consent.ConsentService`."""

    def text(self, language: str) -> ConsentText:
        """The text to be shown."""
        ...

    def given(self, shown: ConsentText) -> Consent:
        """The consent of somebody who has just agreed to it."""
        ...


class MatcherPort(Protocol):
    """See `app.services.recognition.matcher.Matcher`."""

    @property
    def model_sha256(self) -> str:
        """Of the weights in use."""
        ...

    def apply(self, settings: RecognitionSettings) -> None:
        """Be as strict as these say."""
        ...

    def threshold(self, fmr: float) -> float:
        """The similarity that an operating point asks for."""
        ...


class CalibrationPort(Protocol):
    """See `app.services.recognition.calibration.CalibrationService`."""

    def revision(self) -> int:
        """A number that rises with every change to people or templates."""
        ...

    def measure(self, progress: Callable[[float], None] = ..., stopped: Callable[[], bool] = ...) -> Calibration | None:
        """Compare everybody with everybody; None if it was stopped."""
        ...


class SettingsPort(Protocol):
    """See `app.services.system.settings_service.SettingsService`."""

    def states(self, settings: Settings, chosen: Iterable[Setting]) -> list[SettingState]:
        """Settings with their values, and where those come from."""
        ...

    def changed(
        self, settings: Settings, values: Sequence[tuple[Setting, object]], *, this_run: bool = ...
    ) -> Settings:
        """A copy with other values, checked."""
        ...

    def save(self, settings: Settings, chosen: Iterable[Setting]) -> None:
        """Keep some values."""
        ...

    def record_changes(self, before: Settings, after: Settings) -> None:
        """Record which have changed."""
        ...


class AuditPort(Protocol):
    """See `app.services.audit.audit_service.AuditService`."""

    def lines(self, query: AuditQuery, limit: int = ...) -> list[AuditLine]:
        """The newest events meant, newest first."""
        ...

    def pages(self, query: AuditQuery) -> Iterator[list[AuditLine]]:
        """All events meant, a page at a time."""
        ...

    def count(self, query: AuditQuery) -> int:
        """How many events are meant."""
        ...

    def newest(self) -> int:
        """The id of the last event; 0 where there is none."""
        ...

    @property
    def signer(self) -> Signer:
        """Signs what is exported."""
        ...


class RolePort(Protocol):
    """See `app.services.access.role_service.RoleService`."""

    def state(self) -> RoleState:
        """How it is now."""
        ...

    def may(self, permission: Permission) -> bool:
        """Whether whoever uses the window may do something."""
        ...

    def sign_in(self, role: Role, password: str) -> SecretAttempt:
        """Try a password."""
        ...

    def sign_out(self, *, timed_out: bool = False) -> None:
        """Let somebody else sign in."""
        ...

    def set_password(self, role: Role, password: str) -> None:
        """Give a role a password."""
        ...

    def remove(self, role: Role) -> None:
        """Take it away."""
        ...


class ApplicationPort(Protocol):
    """See `app.wiring.Application`. A service is made when it is first asked for, which may take time and may fail."""

    @property
    def settings(self) -> Settings:
        """As they are now."""
        ...

    @property
    def settings_service(self) -> SettingsPort:
        """Changing them."""
        ...

    def use(self, settings: Settings) -> None:
        """Go on with other settings."""
        ...

    @property
    def settings_problem(self) -> SettingsError | None:
        """What was wrong with the file."""
        ...

    @property
    def live(self) -> LivePort:
        """Watching a source."""
        ...

    @property
    def people(self) -> PeoplePort:
        """Who is enrolled."""
        ...

    @property
    def enrolment(self) -> EnrolmentPort:
        """Making people known."""
        ...

    @property
    def consent(self) -> ConsentPort:
        """What people agree to."""
        ...

    @property
    def matcher(self) -> MatcherPort:
        """Who a face is."""
        ...

    @property
    def audit(self) -> AuditPort:
        """What happened."""
        ...

    @property
    def calibration(self) -> CalibrationPort:
        """What strictness does to the people enrolled."""
        ...

    def liveness_trials(self, pipeline: LivePipeline) -> LivenessTestSession:
        """A session that tries the liveness check on what this pipeline watches."""
        ...

    def live_challenge(self, pipeline: LivePipeline) -> LiveChallenge:
        """Asks whoever is in front of what this pipeline watches for movements."""
        ...

    @property
    def roles(self) -> RolePort:
        """Who uses it, and what they may do."""
        ...

    @property
    def keys(self) -> KeyPort:
        """The keys of the database."""
        ...

    @property
    def store(self) -> StorePort:
        """The database as a whole."""
        ...

    @property
    def bundles(self) -> BundlePort:
        """People on their way to another installation, and from one."""
        ...

    @property
    def reenrolment(self) -> ReenrolmentPort:
        """Who has to be enrolled again."""
        ...

    @property
    def recovery(self) -> RescuePort:
        """What can be done where the database does not open."""
        ...
