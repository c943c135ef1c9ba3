"""A guided session that measures the liveness check with this camera in this room."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import ExportFailed
from app.core.liveness import Light
from app.flows.light import LightSequence
from app.flows.liveness_trials import POLICIES, Outcome, Species, TrialsFlow, TrialsState, TrialsStatus, planned
from app.pipeline.live import LivePipeline
from app.pipeline.recognition import FrameResult
from app.services.liveness import LivenessService
from app.services.liveness_rates import PolicyReport, Tally, policy_report

ROUNDS = 3
"""Presentations of each species: few, so that a session takes minutes. The intervals say how little that proves."""

LIGHT_DELAY_NS = 500_000_000
"""From the moment at which colours are drawn until the first is shown: the screen has to be covered before."""


@dataclass(frozen=True, slots=True)
class TrialsReport:
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
    trials: tuple[Outcome, ...]


class LivenessTrials:
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
        plan: Sequence[Species] = planned(ROUNDS),
        *,
        screen: bool = False,
    ) -> None:
        self._pipeline, self._liveness, self._clock = pipeline, liveness, clock
        self._flow = TrialsFlow(plan)
        self._shines = screen and liveness.settings.light
        self._light: LightSequence | None = None
        self._waiting_ns: int | None = None
        self._began = clock.now()
        self._camera = ""
        liveness.test(testing=True)
        pipeline.forget_faces()

    @property
    def status(self) -> TrialsStatus:
        """Where it stands."""
        return self._flow.status

    @property
    def light(self) -> Light | None:
        """What the screen is to show now; None while there are no colours."""
        return self._light

    @property
    def light_start_ns(self) -> int:
        """When its first colour is due; 0 without colours."""
        return self._light.start_ns if self._light else 0

    def begin(self) -> None:
        """The thing is in front of the camera: look at it as at a face never seen before."""
        if self.status.state is not TrialsState.READY:
            return
        self._pipeline.challenge(None)
        self._pipeline.forget_faces()
        now = self._clock.monotonic_ns()
        self._flow.begin(now)
        self._waiting_ns = now
        if not self._shines:
            self._ask()

    def take(self, result: FrameResult) -> TrialsStatus:
        """Take note of a frame."""
        self._camera = self._named()
        captured_ns = result.frame.captured_ns
        if self.status.state is TrialsState.WATCHING and self._shines and self._waiting_ns is not None:
            self._shine(captured_ns, seen=bool(result.faces))
        before = self.status.state
        status = self._flow.observe([face.liveness for face in result.faces], result.challenge, captured_ns)
        if before is TrialsState.WATCHING and status.state is not before:
            self._rest()
        return status

    def again(self) -> None:
        """Present the last thing anew."""
        self._rest()
        self._flow.again()

    def skip(self) -> None:
        """Leave out what is to be presented now."""
        self._flow.skip()

    def stop(self) -> None:
        """End it; what was judged already stays."""
        self._rest()
        self._flow.stop()

    def close(self) -> None:
        """Let the pipeline look as the settings say."""
        self.stop()
        self._liveness.test(testing=False)
        self._pipeline.forget_faces()

    def report(self) -> TrialsReport:
        """What was found so far."""
        status = self.status
        outcomes = status.outcomes
        policies = {}
        for policy in POLICIES if outcomes else ():
            tally = Tally()
            for outcome in outcomes:
                tally.outcomes[outcome.species].append(outcome.words[policy])
            policies[policy.value] = policy_report(policy, tally)
        return TrialsReport(
            camera=self._camera,
            began=self._began.astimezone().isoformat(timespec="seconds"),
            stopped=status.state is TrialsState.STOPPED,
            policies=policies,
            presentations=dict(Counter(outcome.species.value for outcome in outcomes)),
            without_face=sum(not outcome.face for outcome in outcomes),
            light=self._shines,
            trials=outcomes,
        )

    def _shine(self, captured_ns: int, *, seen: bool) -> None:
        """First the colours, on a face that is there; then the movements, as at a kiosk."""
        assert self._waiting_ns is not None
        patience_ns = self._liveness.plan().rest_ns
        if self._light is not None:
            if captured_ns >= self._light.end_ns:
                self._ask()
        elif seen and captured_ns >= self._waiting_ns:
            self._light = self._liveness.light(self._clock.monotonic_ns() + LIGHT_DELAY_NS)
            self._pipeline.shine(self._light)
        elif captured_ns - self._waiting_ns > patience_ns:
            self._ask()

    def _ask(self) -> None:
        self._light, self._waiting_ns = None, None
        self._pipeline.challenge(self._liveness.challenge(max_restarts=0))

    def _rest(self) -> None:
        self._light, self._waiting_ns = None, None
        self._pipeline.challenge(None)

    def _named(self) -> str:
        info = self._pipeline.status().camera.info
        return f"{info.name}, {info.width} × {info.height}" if info else self._camera


def save_report(report: TrialsReport, path: Path) -> None:
    """Write a report as JSON; no picture and no template is in it.

    Raises:
        ExportFailed: It cannot be written.
    """
    try:
        path.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error
