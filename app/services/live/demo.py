"""The demo: enrols and recognises the shipped portraits, without a camera and without the user's database."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.camera.demo import DemoSource
from app.camera.portraits import load_portraits
from app.core.clock import Clock
from app.core.paths import resources_dir
from app.core.people import Consent
from app.core.process import process_age_s
from app.core.settings.sections import CameraSettings
from app.pipeline.results import FrameResult
from app.services.enrolment.enrolment_service import Applicant, EnrolmentService
from app.services.live.live_service import LiveService


@dataclass(frozen=True, slots=True)
class DemoReport:
    """Result of a demo run without a window.

    Attributes:
        frames: Number of results.
        recognised: Share of the results of a complete portrait in which the right person was matched, 0 to 1.
        frame_p50_ms: Median time from the frame's delivery to its result.
        frame_p95_ms: 95th percentile of that time.
        dropped: Frames that were not processed.
        provider: Execution provider of the embedder.
        first_verdict_s: Time from the start of the process to the first decision in seconds; None if there was none,
            or if the age of the process is unknown.
    """

    frames: int
    recognised: float
    frame_p50_ms: float
    frame_p95_ms: float
    dropped: int
    provider: str
    first_verdict_s: float | None


_PUBLIC_DOMAIN = "This portrait is in the public domain; see resources/portraits/CREDITS.md. It is shown as a demo."


def enrol_portraits(enrolment: EnrolmentService) -> None:
    """Enrol the people of the demo.

    The portraits are official ones in the public domain, which is recorded in place of a consent. The database is
    deleted at the end of the demo.

    Raises:
        FacelatchError: A portrait is missing, or the database cannot take it.
    """
    for portrait in load_portraits(resources_dir() / "portraits"):
        terms = Consent(_PUBLIC_DOMAIN, "public-domain", "en", enrolment.clock.now())
        enrolment.enrol_from_pictures(Applicant(portrait.name), [portrait.path], terms)


def run_demo(
    live: LiveService,
    camera: CameraSettings,
    clock: Clock,
    frames: int,
    progress: Callable[[FrameResult], None] = lambda _: None,
) -> DemoReport:
    """Run the live pipeline on the demo source in real time, and count the right matches.

    Args:
        live: Runs the pipeline.
        camera: Settings that name the demo source.
        clock: Clock of the demo source.
        frames: Number of results to wait for, at least 1.
        progress: Called with every result.

    Raises:
        FacelatchError: The source or the recognition failed.
    """
    source = DemoSource(clock)
    correct, durations = [], []
    first_verdict_s: float | None = None
    with live.watching(camera) as session:
        for result in session.results():
            durations.append(result.finished_ns - result.frame.captured_ns)
            shown = source.person_at(result.frame.id)
            if shown is not None:
                correct.append(shown in _matched_names(result))
            if result.decisions and first_verdict_s is None:
                first_verdict_s = process_age_s()
            progress(result)
            if len(durations) == frames:
                break
        status = session.pipeline.status()
    p50, p95 = np.percentile(durations, [50, 95]) / 1e6
    share = float(np.mean(correct)) if correct else 0.0
    engine = status.engine.provider
    return DemoReport(len(durations), share, float(p50), float(p95), status.dropped, engine, first_verdict_s)


def _matched_names(result: FrameResult) -> set[str]:
    matches = [face.match for face in result.faces]
    return {match.person.name for match in matches if match and match.accepted and match.person}
