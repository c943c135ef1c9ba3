"""Stand-ins for everything behind the window, and makers of what it is shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic_ns
from typing import Any, Unpack

import numpy as np

from app.camera.source import SourceInfo, SourceKind
from app.core.audit import Detail
from app.core.clock import SystemClock
from app.core.errors import FacelatchError, SettingsError, UnknownPerson
from app.core.faces import (
    AlignedFace,
    AnalyzedFace,
    Box,
    Embedding,
    Face,
    Frame,
    HeadPose,
    Image,
    Pose,
    Quality,
    QualityHint,
)
from app.core.liveness import LightStimulus, LivenessPolicy, LivenessResult, LivenessVerdict
from app.core.match_decision import DecisionReasons, FrameRun, Match, Verdict
from app.core.people import Consent, NegativeTemplate, Person, PersonChanges, Template
from app.core.roles import Permission, Role
from app.core.settings.file import SettingsFile
from app.core.settings.model import Settings
from app.core.settings.sections import CameraSettings, Language, RecognitionSettings, Theme
from app.flows.enrolment import EnrolmentFlow, EnrolmentPlan, EnrolmentSample, EnrolmentStatus
from app.flows.liveness.challenge import ChallengeFlow
from app.flows.liveness.liveness_test import Species, presentation_plan
from app.flows.sample_selection import PoseTarget
from app.flows.verification import Decision, TrackState, TrackStatus
from app.pipeline.capture_thread import CameraState, CameraStatus, SourceFactory
from app.pipeline.live import LivePipeline, LiveStatus
from app.pipeline.results import EngineState, EngineStatus, FaceResult, FrameResult
from app.pipeline.timings import FrameStage, Percentiles, Timings
from app.services.access.lockouts import AttemptOutcome, SecretAttempt
from app.services.access.permissions import ADMINISTRATOR
from app.services.access.role_service import RoleState
from app.services.enrolment.consent import ConsentText
from app.services.enrolment.enrolment_service import Applicant, EnrolmentReport
from app.services.enrolment.lookalikes import Lookalike
from app.services.liveness.live_challenge import LiveChallenge
from app.services.liveness.liveness_service import LivenessService
from app.services.liveness.liveness_test import LivenessTestSession
from app.services.people.people_index import PeopleIndex, build_people_index
from app.services.people.people_service import PersonDetails
from app.services.system.settings_service import SettingsService
from tests.fakes.quality_issues import issues_for
from tests.ui.fake_audit import FakeAudit
from tests.ui.fake_calibration import FakeCalibration
from tests.ui.store_fakes import FakeBundles, FakeKeys, FakeReenrolment, FakeRescue, FakeStore

MODEL = "mobilefacenet"
WEBCAM = SourceInfo(SourceKind.WEBCAM, "Logitech C920", 640, 480, 30.0)
THRESHOLD = 0.53
_VERDICTS = {
    TrackState.MATCHED: Verdict.MATCH,
    TrackState.UNKNOWN: Verdict.NO_MATCH,
    TrackState.AMBIGUOUS: Verdict.AMBIGUOUS,
    TrackState.GALLERY_EMPTY: Verdict.GALLERY_EMPTY,
    TrackState.CHECKING: Verdict.MATCH,
}


def person(name: str = "Grace Hopper", templates: int = 5) -> Person:
    """Someone enrolled; the id is made from the name."""
    return Person(f"id-{name}", name, datetime(2024, 1, 2, 12, 0, tzinfo=UTC), templates)


def embedding(seed: int = 0) -> Embedding:
    """A direction that is always the same for a seed."""
    vector = np.random.default_rng(seed).normal(size=128).astype(np.float32)
    return Embedding(vector / np.float32(np.linalg.norm(vector)), MODEL)


STRAIGHT = Pose(0.0, 0.0, 0.0)


def quality(*hints: QualityHint, pose: Pose = STRAIGHT) -> Quality:
    """Of a good picture, or of one with these faults."""
    return Quality(60.0, 120.0, 120.0, pose, 0.3, 1.0, issues_for(*hints))


def analyzed(
    track: int = 1, box: Box | None = None, hints: tuple[QualityHint, ...] = (), pose: Pose = STRAIGHT
) -> AnalyzedFace:
    """A face as vision gives it."""
    face = Face(box or Box(240, 120, 160, 200), np.zeros((478, 3), np.float32), track)
    aligned = AlignedFace(picture(112, 112), 1.0)
    return AnalyzedFace(face, quality(*hints, pose=pose), None if hints else embedding(), aligned)


def match(
    verdict: Verdict = Verdict.MATCH, who: Person | None = None, similarity: float = 0.71, fmr: float = 1.25e-5
) -> Match:
    """A comparison."""
    if verdict is Verdict.GALLERY_EMPTY:
        return Match(verdict, None, -1.0, None, THRESHOLD, 1.0)
    return Match(verdict, who or person(), similarity, 0.1, THRESHOLD, fmr)


def seen(
    state: TrackState = TrackState.MATCHED,
    *,
    who: Person | None = None,
    track: int = 1,
    box: Box | None = None,
    hints: tuple[QualityHint, ...] = (),
    similarity: float = 0.71,
    fmr: float = 1.25e-5,
    living: LivenessVerdict = LivenessVerdict.PASSED,
) -> FaceResult:
    """A face with the word on it."""
    who = who or person()
    compared = None if state is TrackState.NOT_JUDGED else match(_VERDICTS[state], who, similarity, fmr)
    named = who if state in {TrackState.MATCHED, TrackState.AMBIGUOUS} else None
    reasons = (
        DecisionReasons(FrameRun(1, 3, 3), compared, issues_for(*hints)) if state is not TrackState.CHECKING else None
    )
    liveness = LivenessResult(track, LivenessPolicy.PASSIVE, living)
    return FaceResult(analyzed(track, box, hints), compared, TrackStatus(track, state, named, reasons), liveness)


def picture(width: int = 640, height: int = 480) -> Image:
    """A quiet gradient, light at the top left."""
    across, down = np.meshgrid(np.linspace(200, 90, width), np.linspace(0, 60, height))
    grey = across - down
    return np.dstack([grey, grey * 0.95, grey * 0.9]).astype(np.uint8)


def frame(number: int = 1, image: Image | None = None) -> Frame:
    """A frame delivered just now."""
    return Frame(number, picture() if image is None else image, monotonic_ns())


def result(
    *faces: FaceResult,
    decided: bool = False,
    enrolment: EnrolmentStatus | None = None,
    image: Image | None = None,
) -> FrameResult:
    """What the recognition gives for a frame; with `decided`, every face has just been settled."""
    now = monotonic_ns()
    decisions = tuple(Decision(face.status, now) for face in faces if decided)
    return FrameResult(frame(image=image), faces, decisions, enrolment, None, now)


STAGES = {
    FrameStage.CAPTURE: Percentiles(0.4, 0.9, 1.1),
    FrameStage.DETECT: Percentiles(7.1, 9.8, 11.8),
    FrameStage.ALIGN: Percentiles(0.5, 0.8, 1.0),
    FrameStage.EMBED: Percentiles(4.2, 6.1, 7.3),
    FrameStage.LIVENESS: Percentiles(0.4, 0.9, 1.1),
    FrameStage.MATCH: Percentiles(0.1, 0.2, 0.2),
    FrameStage.DRAW: Percentiles(2.1, 3.4, 4.1),
    FrameStage.TOTAL: Percentiles(14.4, 19.0, 22.8),
}


def live_status(
    camera: CameraState = CameraState.STREAMING,
    error: FacelatchError | None = None,
    *,
    attempts: int = 0,
    engine: EngineState = EngineState.RUNNING,
    engine_error: FacelatchError | None = None,
    paused: bool = False,
) -> LiveStatus:
    """How a loop is doing; by default, well."""
    info = None if camera is CameraState.OPENING else WEBCAM
    provider = "CPUExecutionProvider" if engine is EngineState.RUNNING else ""
    return LiveStatus(
        CameraStatus(camera, info, error, attempts),
        EngineStatus(engine, provider, engine_error),
        paused,
        STAGES if camera is CameraState.STREAMING else {},
        30.0 if camera is CameraState.STREAMING else 0.0,
        dropped=0,
    )


class FakePipeline(LivePipeline):
    """Says what a test wants, and remembers what it was asked. Runs no thread.

    Attributes:
        said: What `status` gives.
        asked: The names of the methods called, in order.
        flow: The enrolment that is running.
        asking: The challenge that is running.
        shone: The colours that were last told of.
    """

    def __init__(self) -> None:
        self.timings = Timings()
        self.said = live_status()
        self.asked: list[str] = []
        self.flow: EnrolmentFlow | None = None
        self.asking: ChallengeFlow | None = None
        self.shone: LightStimulus | None = None
        self._next: FrameResult | None = None

    def give(self, new: FrameResult | None) -> None:
        """Lay down a result to be taken."""
        self._next = new

    def start(self) -> None:
        self.asked.append("start")

    def watch(self, make_source: SourceFactory, name: str) -> None:
        self.asked.append(f"watch {name}")

    def retry(self) -> None:
        self.asked.append("retry")
        if self.said.camera.state is CameraState.ENDED:
            self.said = live_status(CameraState.OPENING)

    def pause(self, *, paused: bool) -> None:
        self.asked.append("pause" if paused else "resume")
        self.said = replace(self.said, paused=paused)

    def take_result(self, timeout_s: float = 0.0) -> FrameResult | None:
        taken, self._next = self._next, None
        return taken

    def enrol(self, flow: EnrolmentFlow | None) -> None:
        self.flow = flow

    def skip_remaining_directions(self) -> None:
        if self.flow is not None:
            self.flow.skip_missing_poses()

    def finish_enrolment(self) -> None:
        if self.flow is not None:
            self.flow.end()

    def challenge(self, flow: ChallengeFlow | None) -> None:
        self.asking = flow

    def start_light_challenge(self, light: LightStimulus) -> None:
        self.shone = light

    def reload_vision(self) -> None:
        self.asked.append("renew vision")

    def reset_faces(self) -> None:
        self.asked.append("forget faces")

    def status(self) -> LiveStatus:
        return self.said

    def stop(self, within_s: float = 0.0) -> bool:
        self.asked.append("stop")
        return True


@dataclass(frozen=True, slots=True)
class FakeCamera:
    """A camera that is plugged in."""

    index: int
    name: str


@dataclass
class FakeLive:
    """See `app.ui.ports.LivePort`; `refusal` is raised by the next calls of `watch`."""

    pipelines: list[FakePipeline] = field(default_factory=list)
    plugged_in: list[FakeCamera] = field(default_factory=lambda: [FakeCamera(0, "Logitech C920")])
    watched: list[str] = field(default_factory=list)
    refusal: FacelatchError | None = None
    on_result: Callable[[], None] = lambda: None

    def cameras(self) -> Sequence[FakeCamera]:
        return list(self.plugged_in)

    def pipeline(self, on_result: Callable[[], None] = lambda: None) -> LivePipeline:
        self.on_result = on_result
        self.pipelines.append(FakePipeline())
        return self.pipelines[-1]

    def watch(self, pipeline: LivePipeline, camera: CameraSettings) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.watched.append(camera.source)


@dataclass(frozen=True, slots=True)
class Mark:
    """A face that was marked as not this person's."""

    person: Person
    face: Embedding
    model_sha256: str
    similarity: float


@dataclass
class FakePeople:
    """See `app.ui.ports.PeoplePort`; `problem` is raised by every call while it is set."""

    known: list[Person] = field(default_factory=list)
    problem: FacelatchError | None = None
    changes: int = 0
    marks: list[Mark] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    anchors: dict[str, list[NegativeTemplate]] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    jpeg: bytes | None = None
    erases_wholly: bool = True
    purges: int = 0

    def people_index(self) -> PeopleIndex:
        self._may()
        now = datetime.now(UTC)
        everybody = sorted(self.known, key=lambda p: p.name)
        return build_people_index(self.changes, everybody, {p.id: p.templates for p in everybody}, now)

    def is_current(self, people_index: PeopleIndex) -> bool:
        self._may()
        return people_index.revision == self.changes

    def details(self, name_or_id: str) -> PersonDetails:
        self._may()
        found = next((p for p in self.known if name_or_id in {p.name, p.id}), None)
        if found is None:
            raise UnknownPerson(name=name_or_id)
        templates = [self._template(found, number) for number in range(found.templates)]
        kept = tuple(self.anchors.get(found.id, ()))
        return PersonDetails(found, tuple(templates), tuple(self.consents), kept)

    def thumbnail(self, template: Template) -> bytes | None:
        return self.jpeg

    def change(self, person: Person, *, name: str | None = None, **changes: Unpack[PersonChanges]) -> Person:
        self._may()
        changed = replace(person, name=name or person.name, **changes)
        self.known = [changed if p.id == person.id else p for p in self.known]
        self.changes += 1
        return changed

    def merge(self, kept: Person, other: Person) -> Person:
        self._may()
        self.known = [p for p in self.known if p.id != other.id]
        self.changes += 1
        return kept

    def retire(self, template: Template, *, retired: bool = True) -> None:
        self._may()
        (self.retired.add if retired else self.retired.discard)(template.id)
        self.changes += 1

    def erase(self, person: Person) -> bool:
        self._may()
        if person not in self.known:
            raise UnknownPerson(name=person.name)
        self.known = [p for p in self.known if p.id != person.id]
        self.changes += 1
        return self.erases_wholly

    def erase_expired(self) -> list[Person]:
        self._may()
        self.purges += 1
        return []

    def add_negative_template(
        self, person: Person, face: Embedding, model_sha256: str, similarity: float
    ) -> NegativeTemplate:
        self._may()
        self.marks.append(Mark(person, face, model_sha256, similarity))
        return NegativeTemplate(f"mark-{len(self.marks)}", person.id, face.model, similarity, person.created_at)

    def remove_negative_template(self, anchor: NegativeTemplate) -> None:
        self._may()
        self.marks = [mark for number, mark in enumerate(self.marks, 1) if f"mark-{number}" != anchor.id]
        self.anchors = {owner: [a for a in kept if a != anchor] for owner, kept in self.anchors.items()}
        self.changes += 1

    def add(self, new: Person) -> None:
        """As an enrolment does."""
        self.known.append(new)
        self.changes += 1

    def _template(self, owner: Person, number: int) -> Template:
        id_ = f"{owner.id}-{number}"
        retired = owner.created_at if id_ in self.retired else None
        pose = Pose(18.0 * number, 0.0, 0.0)
        kept = self.jpeg is not None
        return Template(id_, owner.id, embedding(number), 0.9, "camera", owner.created_at, pose, retired, kept)

    def _may(self) -> None:
        if self.problem is not None:
            raise self.problem


def target(pose: HeadPose, yaw: float = 0.0, pitch: float = 0.0) -> PoseTarget:
    """A direction with ten degrees to spare."""
    return PoseTarget(pose, yaw, pitch, 10.0, 10.0)


ALL_TARGETS = (
    target(HeadPose.FRONT),
    target(HeadPose.LEFT, yaw=25.0),
    target(HeadPose.RIGHT, yaw=-25.0),
    target(HeadPose.UP, pitch=15.0),
    target(HeadPose.DOWN, pitch=-15.0),
)


def enrolment_plan(targets: tuple[PoseTarget, ...] = ALL_TARGETS) -> EnrolmentPlan:
    """Two frames a direction, one of them kept."""
    return EnrolmentPlan(
        targets=targets,
        streak=2,
        kept_per_pose=1,
        near_duplicate=0.95,
        same_person=0.3,
        max_covered=0.5,
        threshold=THRESHOLD,
        test_margin=0.1,
        test_frames=3,
        timeout_ns=30_000_000_000,
    )


@dataclass
class FakeEnrolment:
    """See `app.ui.ports.EnrolmentPort`; the problems are raised while they are set.

    Attributes:
        lookalike: Stands in the way of the next one, unless they are to be stored anyway.
        saved: Who was stored, with how many pictures, from where.
        consents: What each of them has agreed to.
        holds_pictures: Whether it holds what looks at picture files.
    """

    people: FakePeople
    name_problem: FacelatchError | None = None
    save_problem: FacelatchError | None = None
    lookalike: Lookalike | None = None
    targets: tuple[PoseTarget, ...] = ALL_TARGETS
    saved: list[tuple[str, int, str]] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    holds_pictures: bool = False

    def check_name(self, name: str) -> str:
        if self.name_problem is not None:
            raise self.name_problem
        return name.strip()

    def new_flow(self, receiver: Applicant | Person | None = None) -> EnrolmentFlow:
        return EnrolmentFlow(enrolment_plan(self.targets), lambda _: 0.9)

    def save(
        self,
        receiver: Applicant | Person,
        samples: Sequence[EnrolmentSample],
        source: str,
        consent: Consent | None,
        *,
        anyway: bool = False,
    ) -> Person | Lookalike:
        if self.save_problem is not None:
            raise self.save_problem
        assert consent is not None
        if self.lookalike is not None and not anyway:
            return self.lookalike
        self.saved.append((receiver.name, len(samples), source))
        self.consents.append(consent)
        stored = replace(person(receiver.name), templates=len(samples))
        self.people.add(stored)
        return stored

    def enrol_from_pictures(
        self, receiver: Applicant | Person, paths: Iterable[Path], consent: Consent | None
    ) -> EnrolmentReport:
        self.holds_pictures = True
        if self.save_problem is not None:
            raise self.save_problem
        assert consent is not None
        taken = len(list(paths))
        self.people.add(person(receiver.name, taken))
        return EnrolmentReport(self.people.known[-1], taken, ())

    def release_pictures(self) -> None:
        self.holds_pictures = False


@dataclass
class FakeConsent:
    """See `app.ui.ports.ConsentPort`; `problem` is raised while it is set."""

    problem: FacelatchError | None = None
    text_shown: str = "# Consent\n\nYour face is turned into numbers. You may say no."

    def text(self, language: str) -> ConsentText:
        if self.problem is not None:
            raise self.problem
        return ConsentText(self.text_shown, "7", language)

    def given(self, shown: ConsentText) -> Consent:
        return Consent(shown.text, shown.version, shown.language, datetime(2026, 1, 2, tzinfo=UTC))


@dataclass
class FakeMatcher:
    """See `app.ui.ports.MatcherPort`."""

    applied: list[RecognitionSettings] = field(default_factory=list)
    model_sha256: str = "ab" * 32

    def apply(self, settings: RecognitionSettings) -> None:
        self.applied.append(settings)

    def threshold(self, fmr: float) -> float:
        return THRESHOLD


@dataclass
class FakeSettingsFile(SettingsFile):
    """A settings file in memory; `problem` is raised while it is set."""

    saved: list[dict[str, dict[str, Any]]] = field(default_factory=list)
    problem: SettingsError | None = None

    def stored(self) -> dict[str, Any]:
        held: dict[str, Any] = {}
        for changes in self.saved:
            for section, values in changes.items():
                held.setdefault(section, {}).update(values)
        return {name: {n: v for n, v in values.items() if v is not None} for name, values in held.items()}

    def save(self, **changes: dict[str, Any]) -> None:
        if self.problem is not None:
            raise self.problem
        self.saved.append(changes)


@dataclass
class FakeRoles:
    """See `app.ui.ports.RolePort`."""

    passwords: dict[Role, str] = field(default_factory=dict)
    role: Role | None = None
    left_ns: int = 0

    def state(self) -> RoleState:
        return RoleState(frozenset(self.passwords), self.role)

    def may(self, permission: Permission) -> bool:
        return self.state().may(permission)

    def sign_in(self, role: Role, password: str) -> SecretAttempt:
        if self.left_ns:
            return SecretAttempt(AttemptOutcome.LOCKED, self.left_ns)
        if self.passwords.get(role) != password:
            return SecretAttempt(AttemptOutcome.WRONG, 0)
        self.role = role
        return SecretAttempt(AttemptOutcome.RIGHT, 0)

    def sign_out(self, *, timed_out: bool = False) -> None:
        self.role = None

    def set_password(self, role: Role, password: str) -> None:
        if role is Role.ADMIN and not self.passwords:
            self.role = Role.ADMIN
        self.passwords[role] = password

    def remove(self, role: Role) -> None:
        self.passwords = {} if role is Role.ADMIN else {Role.ADMIN: self.passwords[Role.ADMIN]}
        self.role = None if role is Role.ADMIN else self.role


class FakeApplication:
    """See `app.ui.ports.ApplicationPort`; `problem` is raised when the live service is asked for, while it is set."""

    def __init__(self, theme: Theme = Theme.DARK, language: Language = Language.ENGLISH, source: str = "0") -> None:
        self.settings = Settings().with_changes(
            camera={"source": source},
            appearance={"theme": theme, "language": language},
            access={"offer_passwords": False},
        )
        self.settings_file = FakeSettingsFile()
        self.written_down: list[dict[str, Detail]] = []
        self.settings_service = SettingsService(
            ADMINISTRATOR, self.settings_file, lambda **details: self.written_down.append(details)
        )
        self.settings_problem: SettingsError | None = None
        self.problem: FacelatchError | None = None
        self.fake_live = FakeLive()
        self.people = FakePeople()
        self.enrolment = FakeEnrolment(self.people)
        self.consent = FakeConsent()
        self.matcher = FakeMatcher()
        self.audit = FakeAudit()
        self.calibration = FakeCalibration()
        self.roles = FakeRoles()
        self.keys, self.store, self.bundles = FakeKeys(), FakeStore(), FakeBundles()
        self.reenrolment, self.recovery = FakeReenrolment(), FakeRescue()

    def use(self, settings: Settings) -> None:
        self.settings = settings
        self.matcher.apply(settings.recognition)

    @property
    def live(self) -> FakeLive:
        if self.problem is not None:
            raise self.problem
        return self.fake_live

    def live_challenge(self, pipeline: LivePipeline) -> LiveChallenge:
        service = LivenessService(self.settings.liveness, 0.4, lambda _: ())
        return LiveChallenge(pipeline, service, SystemClock(), screen=True)

    def liveness_trials(self, pipeline: LivePipeline) -> LivenessTestSession:
        service = LivenessService(self.settings.liveness, 0.4, lambda _: ())
        return LivenessTestSession(
            pipeline, service, SystemClock(), presentation_plan(1, (Species.LIVE, Species.PRINT)), screen=True
        )

    @property
    def pipeline(self) -> FakePipeline:
        """The one in use."""
        return self.fake_live.pipelines[-1]
