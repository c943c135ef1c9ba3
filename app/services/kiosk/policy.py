"""What a kiosk's policy may say: who, when, how strictly, and what happens then."""

from collections.abc import Iterator

from pydantic import Field

from app.actions.config import ActionConfigs
from app.core.liveness import LivenessPolicy
from app.core.policy_table import PolicyTable
from app.core.settings.sections import LivenessSettings
from app.flows.kiosk.face_run import RunRule
from app.flows.kiosk.types import SECOND_NS, KioskRules, PinInsteadOfChallenge, PinUse
from app.flows.liveness.challenge import ChallengePlan
from app.flows.liveness.light_sequence import LIGHT_STEP_NS, LIGHT_STEPS
from app.services.kiosk.policy_tables import (
    CameraTable,
    LivenessTable,
    MatchingTable,
    PinTable,
    ScreenTable,
    TimesTable,
    UnlockTable,
    WhenTable,
    WhoTable,
)

LIGHT_DELAY_NS = 500_000_000
"""From the moment at which colours are drawn until the first is shown."""

_WATCHING_NS = 30 * SECOND_NS
"""For showing depth, which nobody is told how to do."""

_SPARE_NS = 2 * SECOND_NS
"""Beyond what the parts of a challenge take, so that each ends by its own rule."""


class KioskPolicy(PolicyTable):
    """A kiosk's whole policy."""

    name: str = Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")
    """Of the kiosk, in reports; the lockout and the site's PIN are kept under it."""

    site: str = Field("", max_length=80)
    """What the screen calls the place."""

    camera: CameraTable = CameraTable()
    who: WhoTable = WhoTable()
    when: WhenTable = WhenTable()
    matching: MatchingTable = MatchingTable()
    liveness: LivenessTable = LivenessTable()
    pin: PinTable = PinTable()
    unlock: UnlockTable = UnlockTable()
    times: TimesTable = TimesTable()
    screen: ScreenTable = ScreenTable()
    actions: ActionConfigs = ()

    def rules(self, agreement: float, settings: LivenessSettings) -> KioskRules:
        """What the machine behind the screen is to ask for.

        Args:
            agreement: Cosine that frames of one face have to each other.
            settings: What the policy leaves out.
        """
        given_s = self.times.challenge_s
        return KioskRules(
            run=RunRule(frames=self.matching.frames, agreement=agreement),
            liveness=self.liveness.policy is not LivenessPolicy.OFF,
            pin=self.pin.use,
            pin_instead_of_challenge=self.liveness.pin_instead,
            rearm=self.unlock.rearm,
            rearm_ns=_ns(self.unlock.rearm_s),
            relock_ns=_ns(self.unlock.relock_s),
            denied_ns=_ns(self.times.denied_s),
            looking_ns=_ns(self.times.looking_s),
            verifying_ns=_ns(self.times.verifying_s),
            challenge_ns=challenge_ns(self.liveness, settings) if given_s is None else _ns(given_s),
            pin_ns=_ns(self.times.pin_s),
        )


def challenge_ns(table: LivenessTable, settings: LivenessSettings) -> int:
    """How long it can take to be shown to be living: all that may be asked for, one after the other.

    Args:
        table: What the policy asks for.
        settings: What it leaves out.
    """
    if not table.requires_challenge:
        return _WATCHING_NS
    asked = table.over(settings)
    light_ns = LIGHT_DELAY_NS + LIGHT_STEPS * LIGHT_STEP_NS if asked.light else 0
    return ChallengePlan.of(asked, 0.0, max_restarts=0).longest_ns + light_ns + _SPARE_NS


def _ns(seconds: float) -> int:
    return round(seconds * SECOND_NS)


Path = tuple[str, ...]


def find_conflicts(policy: KioskPolicy, settings: LivenessSettings) -> Iterator[tuple[Path, str]]:
    """What cannot be as it is said, each with the value that says so, and the reason in English.

    Args:
        policy: Each table of which is right by itself.
        settings: What it leaves out.
    """
    table, pin = policy.liveness, policy.pin.use
    if table.pin_instead is not PinInsteadOfChallenge.NEVER and pin is PinUse.OFF:
        yield ("liveness", "pin_instead"), "a PIN cannot stand in for moving where pin.use is off"
    try:
        table.over(settings)
    except ValueError:
        key = "movements" if table.movements is not None else "steps"
        yield ("liveness", key), "so many different movements cannot be asked for; blink and raise-brows count as one"
        return
    given_s, needed_s = policy.times.challenge_s, challenge_ns(table, settings) / SECOND_NS
    if table.requires_challenge and given_s is not None and given_s < needed_s:
        yield ("times", "challenge_s"), f"what is asked for may take {needed_s:g} s; leave this out to allow that"
