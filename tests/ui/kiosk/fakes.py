"""The kiosk's service without its thread, and makers of the views that its screen shows."""

from collections.abc import Callable
from time import monotonic_ns
from typing import Any

from app.core.clock import SystemClock
from app.core.errors import FacelatchError
from app.core.liveness import LivenessResult, Movement
from app.core.people import Person
from app.core.settings.sections import CameraSettings
from app.flows.kiosk.types import KioskState, KioskStatus
from app.flows.liveness.challenge import ChallengeState, ChallengeStatus
from app.flows.liveness.light_sequence import LightSequence
from app.pipeline.results import FrameResult
from app.services.actions.action_service import ActionService
from app.services.actions.reports import OnReport
from app.services.kiosk.controller import KioskController, KioskView, LeaveStatus
from app.services.kiosk.kiosk_service import KioskService
from app.services.kiosk.policy import KioskPolicy
from app.ui.kiosk.screen import KioskScreen
from tests.fakes.pipeline import person, result
from tests.ui.application import FakeLive

SECOND = 1_000_000_000
MakeScreen = Callable[..., KioskScreen]


def policy(**changes: Any) -> KioskPolicy:
    """Return a policy without sound."""
    given = {"name": "door", "site": "Main entrance", "screen": {"sound": False}}
    return KioskPolicy.model_validate(given | changes)


class RecordingController(KioskController):
    """Records what it is given in place of acting on it."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def badge(self, number: str) -> None:
        self.calls.append(f"badge {number}")

    def enter_pin(self, pin: str) -> None:
        self.calls.append(f"enter_pin {pin}")

    def leave(self, pin: str) -> None:
        self.calls.append(f"leave {pin}")


class IdleKiosk(KioskService):
    """The kiosk's service without its thread: tasks for the controller are recorded, and tests give the views.

    Attributes:
        controller: Records the tasks.
    """

    def __init__(self, kiosk_policy: KioskPolicy | None = None, problem: FacelatchError | None = None) -> None:
        self.controller = RecordingController()
        super().__init__(
            kiosk_policy or policy(),
            CameraSettings(),
            FakeLive(),
            lambda _pipeline, _dispatch: self.controller,
            _no_actions,
            SystemClock(),
        )
        self._problem = problem

    @property
    def calls(self) -> list[str]:
        """What the controller was asked for, in order."""
        return self.controller.calls

    def post(self, task: Callable[[KioskController], None]) -> None:
        if task.__name__ == "<lambda>":
            task(self.controller)
        else:
            self.calls.append(task.__name__)

    def give(self, view: KioskView) -> None:
        """Publish a view."""
        self._views.put(view)


def _no_actions(_on_report: OnReport) -> ActionService:
    raise NotImplementedError


def status(state: KioskState, *, seconds: float | None = None, **more: Any) -> KioskStatus:
    """Return a status; with `seconds`, half of its time is over and so many seconds are left."""
    now = monotonic_ns()
    until = None if seconds is None else now + round(seconds * SECOND)
    since = now if seconds is None else now - round(seconds * SECOND)
    return KioskStatus(state, since_ns=since, until_ns=until, **more)


def view(
    state: KioskState,
    *,
    shown: FrameResult | None = None,
    blind: bool = False,
    problem: FacelatchError | None = None,
    warning: FacelatchError | None = None,
    challenge: ChallengeStatus | None = None,
    leave: LeaveStatus | None = None,
    liveness: LivenessResult | None = None,
    light: LightSequence | None = None,
    **more: Any,
) -> KioskView:
    """Return a view, with a picture unless `blind`."""
    seen = None if blind else (shown or result())
    return KioskView(
        status(state, **more),
        seen,
        problem,
        challenge,
        warning,
        leave or LeaveStatus(),
        monotonic_ns(),
        liveness,
        light,
    )


def asking(movement: Movement | None, state: ChallengeState = ChallengeState.ASKING) -> ChallengeStatus:
    """Return the status of a challenge of two movements."""
    return ChallengeStatus(state, 1, movement, 0, 2, 2 * SECOND, 4 * SECOND)


GRACE: Person = person("Grace Hopper")
