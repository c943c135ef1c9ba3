"""A guided session that measures the liveness check with this camera in this room."""

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
"""Presentations of each species: few, so that a session takes minutes. The intervals say how little that proves."""


@dataclass(frozen=True, slots=True)
class LivenessTestReport:
    """What a session has shown; the names are those of the JSON output.

    Attributes:
        camera: What was looked through.
        began: When, local time, ISO 8601.
        stopped: Whether it was ended before everything had been presented.
        policies: By their names; empty where nothing was presented.
        presentations: How many by species.
        without_face: Presentations in which no face was found; they count as undecided.
        light: Whether the screen shone. Where it did not, that cue was not run.
        trials: Every presentation and what each policy said of it.
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
    """Puts a challenge to each presentation, and hears every policy on the same frames. Keeps no picture.

    To be used from one thread, and ended with `close`, after which the pipeline looks as the settings say.

    Args:
        pipeline: Watching the camera that is meant.
        liveness: Makes challenges and colours.
        clock: For stamps.
        plan: What is presented.
        screen: Whether there is a screen that shows the colours; they are shown only where the settings ask for them.
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
        self._shone = self._challenge.shines
        self._began = clock.now()
        self._camera = ""
        liveness.test(testing=True)
        pipeline.reset_faces()

    @property
    def status(self) -> LivenessTestStatus:
        """Where it stands."""
        return self._flow.status

    @property
    def challenge(self) -> LiveChallenge:
        """What each thing is asked for."""
        return self._challenge

    def begin(self) -> None:
        """The thing is in front of the camera: look at it as at a face never seen before."""
        if self.status.state is not LivenessTestState.READY:
            return
        self._pipeline.reset_faces()
        self._flow.begin(self._clock.monotonic_ns())
        self._challenge.begin()

    def take(self, result: FrameResult) -> LivenessTestStatus:
        """Take note of a frame."""
        self._camera = self._named()
        before = self.status.state
        living = [face.liveness for face in result.faces]
        status = self._flow.observe(living, self._challenge.take(result), result.frame.captured_ns)
        if before is LivenessTestState.WATCHING and status.state is not before:
            self._challenge.end()
        return status

    def again(self) -> None:
        """Present the last thing anew."""
        self._challenge.end()
        self._flow.again()

    def skip(self) -> None:
        """Leave out what is to be presented now."""
        self._flow.skip()

    def stop(self) -> None:
        """End it; what was judged already stays."""
        self._challenge.end()
        self._flow.stop()

    def close(self) -> None:
        """Let the pipeline look as the settings say."""
        self.stop()
        self._liveness.test(testing=False)
        self._pipeline.reset_faces()

    def report(self) -> LivenessTestReport:
        """What was found so far."""
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
            light=self._shone,
            trials=outcomes,
        )

    def _named(self) -> str:
        info = self._pipeline.status().camera.info
        return f"{info.name}, {info.width} × {info.height}" if info else self._camera


def save_report(report: LivenessTestReport, path: Path) -> None:
    """Write a report as JSON; no picture and no template is in it.

    Raises:
        ExportFailed: It cannot be written.
    """
    try:
        path.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error
