"""A stand-in for the kiosk behind the screen, and makers of what it shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic_ns
from typing import Any

from app.core.errors import FacelatchError
from app.core.liveness import LivenessResult, Movement
from app.core.people import Person
from app.flows.kiosk.types import KioskState, KioskStatus
from app.flows.liveness.challenge import ChallengeState, ChallengeStatus
from app.flows.liveness.light_sequence import LightSequence
from app.pipeline.results import FrameResult
from app.services.kiosk.controller import KioskView, LeaveStatus
from app.services.kiosk.policy import KioskPolicy
from app.ui.kiosk.screen import KioskScreen
from tests.fakes.pipeline import person, result

SECOND = 1_000_000_000
MakeScreen = Callable[..., KioskScreen]


def policy(**changes: Any) -> KioskPolicy:
    """A policy that is silent, so that tests are."""
    given = {"name": "door", "site": "Main entrance", "screen": {"sound": False}}
    return KioskPolicy.model_validate(given | changes)


@dataclass
class FakeKiosk:
    """Says what a test wants, and remembers what it was asked."""

    policy: KioskPolicy = field(default_factory=policy)
    problem: FacelatchError | None = None
    refusal: FacelatchError | None = None
    is_hanging: bool = False
    asked: list[str] = field(default_factory=list)
    on_view: Callable[[], None] = lambda: None
    view: KioskView | None = None

    def health(self) -> dict[str, object]:
        return {"kiosk": self.policy.name, "ok": True, "state": "idle"}

    def begin(self, on_view: Callable[[], None] = lambda: None) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.on_view = on_view
        self.asked.append("begin")

    def take_view(self) -> KioskView | None:
        taken, self.view = self.view, None
        return taken

    def badge(self, number: str) -> None:
        self.asked.append(f"badge {number}")

    def open_pin(self) -> None:
        self.asked.append("open pin")

    def open_pin_instead_of_challenge(self) -> None:
        self.asked.append("pin for moving")

    def touch_pin(self) -> None:
        self.asked.append("touch")

    def close_pin(self) -> None:
        self.asked.append("close pin")

    def enter_pin(self, pin: str) -> None:
        self.asked.append(f"pin {pin}")

    def leave(self, pin: str) -> None:
        self.asked.append(f"leave {pin}")


def status(state: KioskState, *, seconds: float | None = None, **more: Any) -> KioskStatus:
    """Where a machine stands; with `seconds` left of twice as many."""
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
    trouble: FacelatchError | None = None,
    challenge: ChallengeStatus | None = None,
    leave: LeaveStatus | None = None,
    liveness: LivenessResult | None = None,
    light: LightSequence | None = None,
    **more: Any,
) -> KioskView:
    """What a screen is shown: with a picture, unless it is blind."""
    seen = None if blind else (shown or result())
    return KioskView(
        status(state, **more),
        seen,
        problem,
        challenge,
        trouble,
        leave or LeaveStatus(),
        monotonic_ns(),
        liveness,
        light,
    )


def asking(movement: Movement | None, state: ChallengeState = ChallengeState.ASKING) -> ChallengeStatus:
    """Where a challenge of two movements stands."""
    return ChallengeStatus(state, 1, movement, 0, 2, 2 * SECOND, 4 * SECOND)


GRACE: Person = person("Grace Hopper")
