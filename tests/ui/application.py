"""The real application on a temporary database, with a camera and a pipeline that a test drives."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from inspect import getmembers, isfunction
from pathlib import Path
from typing import Any, Unpack
from zlib import crc32

import numpy as np

from app.camera.device_listing import CameraListing
from app.core.audit import AuditEntry, AuditEvent, AuditKind, AuditQuery, Detail
from app.core.errors import FacelatchError
from app.core.faces import Embedding, Pose
from app.core.people import Consent, Person, PersonChanges
from app.core.roles import Role
from app.core.settings.model import Settings
from app.core.settings.sections import CameraSettings, Language, Theme
from app.flows.liveness.liveness_test import Species, presentation_plan
from app.pipeline.live import LivePipeline
from app.services.access.permissions import open_to_all
from app.services.live.live_service import LiveService
from app.services.liveness.liveness_test import LivenessTestSession
from app.store.audit.log import AuditLog
from app.store.people.repository import NewTemplate
from app.wiring import Application
from tests.fakes.pipeline import FakePipeline, embedding

EPOCH = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PASSWORDS = {Role.ADMIN: "correct horse", Role.OPERATOR: "battery staple"}


class FixedClock:
    """Shows one moment."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def monotonic_ns(self) -> int:
        raise NotImplementedError

    def now(self) -> datetime:
        return self._moment


class FakeLive(LiveService):
    """Makes pipelines that run no thread, and lists cameras that are not there.

    Attributes:
        plugged_in: What `cameras` returns.
        watched: The sources that were asked for, in order.
        refusal: Raised by `watch` while it is set.
        pipelines: Those made, in order.
    """

    def __init__(self) -> None:
        self.pipelines: list[FakePipeline] = []
        self.plugged_in = [CameraListing(0, "Logitech C920", "/dev/video0")]
        self.watched: list[str] = []
        self.refusal: FacelatchError | None = None

    @open_to_all
    def cameras(self) -> list[CameraListing]:
        return list(self.plugged_in)

    @open_to_all
    def pipeline(self, on_result: Callable[[], None] = lambda: None) -> LivePipeline:
        self.pipelines.append(FakePipeline())
        return self.pipelines[-1]

    @open_to_all
    def watch(self, pipeline: LivePipeline, camera: CameraSettings) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.watched.append(camera.source)


class AppHarness(Application):
    """Everything is real but the live service; English, dark, camera 0, and a quick enrolment.

    Attributes:
        fake_live: In place of the live service.
        problem: Raised when the live service is asked for, while it is set.
    """

    def __init__(
        self,
        theme: Theme = Theme.DARK,
        language: Language = Language.ENGLISH,
        source: str = "0",
        database_file: Path | None = None,
    ) -> None:
        settings = Settings().with_changes(
            camera={"source": source},
            appearance={"theme": theme, "language": language},
            access={"offer_passwords": False},
            enrolment={"streak": 2, "kept_per_pose": 1, "test_frames": 3, "timeout_s": 30},
        )
        super().__init__(database_file, settings, actor="window", by_role=True)
        self.fake_live = FakeLive()
        self.problem: FacelatchError | None = None

    @property
    def live(self) -> FakeLive:
        if self.problem is not None:
            raise self.problem
        return self.fake_live

    def liveness_trials(self, pipeline: LivePipeline) -> LivenessTestSession:
        return LivenessTestSession(
            pipeline, self.liveness, self.clock, presentation_plan(1, (Species.LIVE, Species.PRINT)), screen=True
        )

    @property
    def pipeline(self) -> FakePipeline:
        """The one in use."""
        return self.fake_live.pipelines[-1]

    def enrol(
        self,
        name: str,
        templates: int = 5,
        *,
        first_seed: int | None = None,
        thumbnail: bytes | None = None,
        model: str = "",
        consent: Consent | None = None,
        **personal: Unpack[PersonChanges],
    ) -> Person:
        """Store a person with so many templates, each of another direction.

        Args:
            name: Of the person.
            templates: How many.
            first_seed: Of the first template's embedding; by default one that belongs to the name.
            thumbnail: Kept beside each template.
            model: Manifest name of the model that made them; by default the one in use.
            consent: What the person has agreed to.
            personal: What else is stored.
        """
        seed = crc32(name.encode()) if first_seed is None else first_seed
        made = self.new_templates(templates, seed, thumbnail, model)
        return self.storage.people.add(name, made, consent=consent, **personal)

    def new_templates(
        self, count: int, first_seed: int = 0, thumbnail: bytes | None = None, model: str = ""
    ) -> list[NewTemplate]:
        """Templates of one person, each of another direction."""
        row = self.models.manifest.embedder(model) if model else self.models.embedder_row
        return [
            NewTemplate(
                replace(embedding(first_seed + number), model=row.name),
                row.space,
                0.9,
                "camera",
                Pose(18.0 * number, 0.0, 0.0),
                thumbnail,
            )
            for number in range(count)
        ]

    def enrol_gallery(self, people: int, templates: int = 4) -> None:
        """Store people in random directions, each template a little beside, the first two of whom are one face."""
        random, owners = np.random.default_rng(3), np.repeat(np.arange(people), templates)
        centres = random.normal(size=(people, 64))
        centres[1:2] = centres[:1]
        vectors = centres[owners] + random.uniform(0.3, 1.1, (len(owners), 1)) * random.normal(size=(len(owners), 64))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        padded = np.pad(vectors, ((0, 0), (0, 128))).astype(np.float32)
        quality, row = random.uniform(0.3, 1, len(owners)), self.models.embedder_row
        made = [
            NewTemplate(Embedding(vector, row.name), row.space, float(good), "camera")
            for vector, good in zip(padded, quality, strict=True)
        ]
        self.storage.people.add_all(
            (f"Person {number:03}", made[number * templates : (number + 1) * templates]) for number in range(people)
        )

    @property
    def stored_settings(self) -> dict[str, Any]:
        """What the settings file holds, by section."""
        return {name: values for name, values in self.settings_file.stored().items() if isinstance(values, dict)}

    def matches_at(self, one_in: int) -> bool:
        """Whether faces are searched with the threshold of this promise per visitor."""
        return self.matcher.search_rule.threshold == self.matcher.promise(one_in).threshold

    def person(self, name: str) -> Person:
        """As stored now."""
        return self.storage.people.find(name)

    @property
    def names(self) -> list[str]:
        """Of all enrolled people, sorted."""
        return [person.name for person in self.storage.people.all()]

    def write_event(
        self, kind: AuditKind, subject: str = "", actor: str = "window", at: datetime = EPOCH, **details: Detail
    ) -> AuditEvent:
        """Write into the audit log at a moment of one's own."""
        return AuditLog(self.storage.database, FixedClock(at)).record(AuditEntry(kind, subject, actor, details))

    @property
    def settings_changes(self) -> list[dict[str, Detail]]:
        """Details of the events that tell of changed settings, the oldest first."""
        kept = self.storage.audit_log.events(AuditQuery(kinds={AuditKind.SETTINGS_CHANGED}))
        return [dict(event.entry.details) for event in reversed(kept)]

    def protect(self, signed_in: Role | None = None) -> None:
        """Set both passwords, and sign in as one of the roles, or with none."""
        for role, password in PASSWORDS.items():
            self.roles.set_password(role, password)
        self.roles.sign_out()
        if signed_in is not None:
            self.roles.sign_in(signed_in, PASSWORDS[signed_in])


@contextmanager
def failing(service: object, error: FacelatchError, *methods: str) -> Iterator[None]:
    """Have methods of a service, by default all public ones, raise an error until the block ends."""

    def fail(*_arguments: object, **_named: object) -> None:
        raise error

    names = methods or [name for name, _ in getmembers(type(service), isfunction) if not name.startswith("_")]
    for name in names:
        setattr(service, name, fail)
    try:
        yield
    finally:
        for name in names:
            delattr(service, name)
