"""What the composition root gives to the window: settings, and the services, which are made in a worker's thread."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.errors import SettingsError
from app.core.settings.model import Settings
from app.pipeline.live import LivePipeline
from app.services.live.live_service import LiveService

if TYPE_CHECKING:
    from app.services.access.role_service import RoleService
    from app.services.audit.audit_service import AuditService
    from app.services.database.key_service import KeyService
    from app.services.database.recovery import RecoveryService
    from app.services.database.store_service import StoreService
    from app.services.enrolment.consent import ConsentService
    from app.services.enrolment.enrolment_service import EnrolmentService
    from app.services.liveness.live_challenge import LiveChallenge
    from app.services.liveness.liveness_test import LivenessTestSession
    from app.services.people.bundles import BundleService
    from app.services.people.people_service import PeopleService
    from app.services.people.reenrolment import ReenrolmentService
    from app.services.recognition.calibration import CalibrationService
    from app.services.recognition.matcher import Matcher
    from app.services.system.settings_service import SettingsService


@dataclass(frozen=True, slots=True)
class Services:
    """The services of an open database, and the pipeline of the window."""

    live: LiveService
    people: "PeopleService"
    enrolment: "EnrolmentService"
    consent: "ConsentService"
    matcher: "Matcher"
    calibration: "CalibrationService"
    audit: "AuditService"
    roles: "RoleService"
    keys: "KeyService"
    store: "StoreService"
    bundles: "BundleService"
    reenrolment: "ReenrolmentService"
    pipeline: LivePipeline


@dataclass(frozen=True, slots=True)
class Backend:
    """Everything behind the window.

    Attributes:
        settings: At the start; the session holds the current ones.
        settings_problem: Why the settings file could not be read in full; None if it could.
        settings_service: Validates and saves settings.
        apply_settings: Applies changed settings to the services. Raises NotAllowed without the permission.
        make_services: Opens the database and returns the services, with a new pipeline that calls its argument, from
            any thread, for each new result. Takes up to seconds and may raise FacelatchError; called in the worker's
            thread, again after every failure.
        recovery: Returns the service that recovers a database that does not open.
        live_challenge: Returns a challenge for the face that a pipeline watches.
        liveness_test: Returns a guided liveness test on what a pipeline watches.
    """

    settings: Settings
    settings_problem: SettingsError | None
    settings_service: "SettingsService"
    apply_settings: Callable[[Settings], None]
    make_services: Callable[[Callable[[], None]], Services]
    recovery: Callable[[], "RecoveryService"]
    live_challenge: Callable[[LivePipeline], "LiveChallenge"]
    liveness_test: Callable[[LivePipeline], "LivenessTestSession"]
