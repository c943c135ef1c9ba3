"""The demo: the shipped portraits, enrolled and recognised, without a camera and without touching the user's people."""

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
    """What a run without a window saw.

    Attributes:
        frames: Results received.
        recognised: Of those that show a portrait whole, the share in which the right person was matched, 0 to 1.
        frame_p50_ms: Median time from the frame's delivery to its result.
        frame_p95_ms: 95th percentile of the same.
        dropped: Frames that were never looked at.
        provider: What the embedder ran on.
        first_verdict_s: From the start of the process to the first settled face; None where there was none, or the
            system does not say how old a process is.
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
    """Enrol everybody whom the demo shows.

    Nobody is asked: the portraits are official ones in the public domain, and what is stored says so in place of a
    consent. It lies in a database that is thrown away at the end of the demo.

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
    """Run the live loop on the demo source, in real time, until `frames` results have come.

    Args:
        live: Runs the loop.
        camera: Names the demo as the source.
        clock: For the source that says who is shown.
        frames: How many results to wait for, at least 1.
        progress: Called with every result.

    Raises:
        FacelatchError: The source or the recognition failed.
    """
    cast = DemoSource(clock)
    right, durations = [], []
    first_verdict_s: float | None = None
    with live.watching(camera) as session:
        for result in session.results():
            durations.append(result.finished_ns - result.frame.captured_ns)
            shown = cast.person_at(result.frame.id)
            if shown is not None:
                right.append(shown in _matched(result))
            if result.decisions and first_verdict_s is None:
                first_verdict_s = process_age_s()
            progress(result)
            if len(durations) == frames:
                break
        status = session.pipeline.status()
    p50, p95 = np.percentile(durations, [50, 95]) / 1e6
    share = float(np.mean(right)) if right else 0.0
    engine = status.engine.provider
    return DemoReport(len(durations), share, float(p50), float(p95), status.dropped, engine, first_verdict_s)


def _matched(result: FrameResult) -> set[str]:
    matches = [face.match for face in result.faces]
    return {match.person.name for match in matches if match and match.accepted and match.person}
