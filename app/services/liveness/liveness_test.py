"""The guided liveness test: measures the liveness check with the user's camera, room and attacks."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import ExportFailed
from app.flows.liveness.liveness_test import (
    TESTED_POLICIES,
    LivenessTestFlow,
    LivenessTestState,
    LivenessTestStatus,
    PresentationResult,
    Species,
    presentation_plan,
)
from app.pipeline.live import LivePipeline
from app.pipeline.results import FrameResult
from app.services.liveness.error_rates import PolicyReport, VerdictTally, policy_report
from app.services.liveness.live_challenge import LiveChallenge
from app.services.liveness.liveness_service import LivenessService

ROUNDS = 3
"""Presentations of each species: few, so that a test takes minutes. The confidence intervals are wide accordingly."""


@dataclass(frozen=True, slots=True)
class LivenessTestReport:
    """Result of a liveness test; the names are those of the JSON output.

    Attributes:
        camera: Name and frame size of the camera.
        began: Start of the test, local time, ISO 8601.
        stopped: Whether the test was ended early.
        policies: Error rates by policy; empty if nothing was presented.
        presentations: Number of presentations by species.
        without_face: Presentations in which no face was detected; they count as undecided.
        light: Whether the screen showed light sequences; without them, the light cue was not run.
        trials: Every presentation with the verdict of each policy.
    """

    camera: str
    began: str
    stopped: bool
    policies: dict[str, PolicyReport]
    presentations: dict[str, int]
    without_face: int
    light: bool
    trials: tuple[PresentationResult, ...]


class LivenessTestSession:
    """Runs a challenge on each presentation, and lets every policy decide on the same frames. Stores no picture.

    Owned by one thread. `close` restores the cues of the settings.

    Args:
        pipeline: Connected to the camera.
        liveness: Creates challenges and light sequences.
        clock: Monotonic and wall clock.
        plan: Presentations in order.
        screen: Whether a screen can show light sequences; the settings decide whether there are any.
    """

    def __init__(
        self,
        pipeline: LivePipeline,
        liveness: LivenessService,
        clock: Clock,
        plan: Sequence[Species] = presentation_plan(ROUNDS),
        *,
        screen: bool = False,
    ) -> None:
        self._pipeline, self._liveness, self._clock = pipeline, liveness, clock
        self._flow = LivenessTestFlow(plan)
        self._challenge = LiveChallenge(pipeline, liveness, clock, screen=screen)
        self._has_light = self._challenge.shines
        self._began = clock.now()
        self._camera = ""
        liveness.set_testing(testing=True)
        pipeline.reset_faces()

    @property
    def status(self) -> LivenessTestStatus:
        """Snapshot of the test."""
        return self._flow.status

    @property
    def challenge(self) -> LiveChallenge:
        """The challenge of the current presentation."""
        return self._challenge

    def begin(self) -> None:
        """Start the presentation, with new face tracks."""
        if self.status.state is not LivenessTestState.READY:
            return
        self._pipeline.reset_faces()
        self._flow.begin(self._clock.monotonic_ns())
        self._challenge.begin()

    def take(self, result: FrameResult) -> LivenessTestStatus:
        """Process a frame."""
        self._camera = self._camera_name()
        before = self.status.state
        faces = [face.liveness for face in result.faces]
        status = self._flow.observe(faces, self._challenge.take(result), result.frame.captured_ns)
        if before is LivenessTestState.WATCHING and status.state is not before:
            self._challenge.end()
        return status

    def repeat(self) -> None:
        """Discard the presentation that is running, or the previous one, so that it is repeated."""
        self._challenge.end()
        self._flow.repeat()

    def skip(self) -> None:
        """Skip the presentation that is due."""
        self._flow.skip()

    def stop(self) -> None:
        """End the test; completed presentations keep their results."""
        self._challenge.end()
        self._flow.stop()

    def close(self) -> None:
        """End the test and restore the cues of the settings."""
        self.stop()
        self._liveness.set_testing(testing=False)
        self._pipeline.reset_faces()

    def report(self) -> LivenessTestReport:
        """Return the results so far."""
        status = self.status
        outcomes = status.outcomes
        policies = {}
        for policy in TESTED_POLICIES if outcomes else ():
            tally = VerdictTally()
            for outcome in outcomes:
                tally.outcomes[outcome.species].append(outcome.words[policy])
            policies[policy.value] = policy_report(policy, tally)
        return LivenessTestReport(
            camera=self._camera,
            began=self._began.astimezone().isoformat(timespec="seconds"),
            stopped=status.state is LivenessTestState.STOPPED,
            policies=policies,
            presentations=dict(Counter(outcome.species.value for outcome in outcomes)),
            without_face=sum(not outcome.face for outcome in outcomes),
            light=self._has_light,
            trials=outcomes,
        )

    def _camera_name(self) -> str:
        info = self._pipeline.status().camera.info
        return f"{info.name}, {info.width} × {info.height}" if info else self._camera


def save_report(report: LivenessTestReport, path: Path) -> None:
    """Write a report as JSON, without pictures and templates.

    Args:
        report: The report.
        path: The file.

    Raises:
        ExportFailed: The file cannot be written.
    """
    try:
        path.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error
