from app.flows.enrolment import EnrolmentState, EnrolmentStatus
from app.services.enrolment.camera_enrolment import enrol_from_camera
from app.services.enrolment.enrolment_service import Applicant
from app.services.kiosk.camera_verifier import VerificationOutcome
from app.services.live.demo import enrol_portraits, run_demo
from app.wiring import Application
from tests.fakes.consent import CONSENT


def test_the_right_person_is_recognised(application: Application) -> None:
    enrol_portraits(application.enrolment)
    assert [person.name for person in application.people.all()] == ["Eileen Collins", "Grace Hopper"]
    camera = application.settings.with_changes(camera={"source": "demo"}).camera
    counted: list[int] = []
    report = run_demo(application.live, camera, application.clock, 40, lambda result: counted.append(result.frame.id))
    assert report.frames == 40 == len(counted)
    assert report.recognised >= 0.95
    assert 0 < report.frame_p50_ms <= report.frame_p95_ms
    assert report.provider == "CPUExecutionProvider"
    assert report.first_verdict_s is not None
    assert report.first_verdict_s > 0


def test_without_enrolment_no_person_is_recognised(application: Application) -> None:
    camera = application.settings.with_changes(camera={"source": "demo"}).camera
    assert run_demo(application.live, camera, application.clock, 12).recognised == 0


def test_enrolment_and_verification_with_a_camera(application: Application) -> None:
    camera = application.settings.with_changes(camera={"source": "demo"}).camera
    seen: list[EnrolmentStatus] = []
    report = enrol_from_camera(
        application.live, application.enrolment, camera, Applicant("Grace"), CONSENT, quick=True, progress=seen.append
    )
    assert report.person is not None
    assert report.person.templates == report.taken >= 1
    assert seen[-1].state is EnrolmentState.COMPLETE
    assert report.test is not None
    assert report.test.passed
    application.settings = application.settings.with_changes(liveness={"policy": "off"})
    assert (
        application.kiosks.verifier().verify(camera, report.person, timeout_s=10).outcome
        is VerificationOutcome.ACCEPTED
    )
