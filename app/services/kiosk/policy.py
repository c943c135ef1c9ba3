"""The policy of a kiosk as a whole, the rules it gives the state machine, and the conflicts between its tables."""

from collections.abc import Iterator

from pydantic import Field

from app.actions.config import ActionConfigs
from app.core.liveness import LivenessPolicy
from app.core.policy_table import PolicyTable
from app.core.settings.sections import LivenessSettings
from app.flows.kiosk.candidates import IntentRule
from app.flows.kiosk.face_run import RunRule
from app.flows.kiosk.rejected_faces import RejectionRule
from app.flows.kiosk.types import SECOND_NS, IdentifyBy, KioskRules, PinInsteadOfChallenge, PinUse
from app.flows.liveness.challenge import ChallengePlan
from app.flows.liveness.light_sequence import LIGHT_DELAY_NS, LIGHT_STEP_NS, LIGHT_STEPS
from app.flows.lockout import FACE_LIMITS, FACE_LIMITS_WITH_PAD
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

_PASSIVE_NS = 30 * SECOND_NS
"""Time for the passive check, in which the person gets no instructions."""

_SPARE_NS = 2 * SECOND_NS
"""Added to the duration of a challenge, so that each of its parts ends by its own rule first."""

_KeyPath = tuple[str, ...]


class KioskPolicy(PolicyTable):
    """Policy of a kiosk."""

    name: str = Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")
    """Name of the kiosk in reports; lockouts and the PIN of the site are stored under it."""

    site: str = Field("", max_length=80)
    """Name of the place on the screen."""

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

    def rules(self, agreement: float, settings: LivenessSettings, rejected: float = 0.6) -> KioskRules:
        """Return the rules of the state machine.

        Args:
            agreement: Least cosine, -1 to 1, of a frame to the mean of its run.
            settings: Values that the policy leaves out.
            rejected: Least cosine, -1 to 1, at which a face is taken for one that was rejected.
        """
        limits = FACE_LIMITS_WITH_PAD if self.liveness.has_proven_pad else FACE_LIMITS
        given_s = self.times.challenge_s
        return KioskRules(
            run=RunRule(frames=self.matching.frames, agreement=agreement),
            identify_by=self.who.identify,
            intent=IntentRule(self.matching.min_face),
            rejection=RejectionRule(limits, rejected),
            liveness=self.liveness.policy is not LivenessPolicy.OFF,
            pin=self.pin.use,
            pin_instead_of_challenge=self.liveness.pin_instead,
            reentry=self.unlock.rearm,
            reentry_ns=_ns(self.unlock.rearm_s),
            relock_ns=_ns(self.unlock.relock_s),
            denied_ns=_ns(self.times.denied_s),
            looking_ns=_ns(self.times.looking_s),
            verifying_ns=_ns(self.times.verifying_s),
            challenge_ns=challenge_ns(self.liveness, settings) if given_s is None else _ns(given_s),
            pin_ns=_ns(self.times.pin_s),
        )


def challenge_ns(table: LivenessTable, settings: LivenessSettings) -> int:
    """Return the longest duration of the liveness check: all its parts, one after the other.

    Args:
        table: The policy's table.
        settings: Values that the table leaves out.
    """
    if not table.requires_challenge:
        return _PASSIVE_NS
    effective = table.override(settings)
    light_ns = LIGHT_DELAY_NS + LIGHT_STEPS * LIGHT_STEP_NS if effective.light else 0
    return ChallengePlan.of(effective, 0.0, max_restarts=0).longest_ns + light_ns + _SPARE_NS


def find_conflicts(policy: KioskPolicy, settings: LivenessSettings) -> Iterator[tuple[_KeyPath, str]]:
    """Yield each conflict between tables, or with the settings: the key path of the value, and the reason in English.

    Args:
        policy: Policy whose tables are valid each by itself.
        settings: Values that the policy leaves out.
    """
    table, pin = policy.liveness, policy.pin.use
    if policy.who.identify is IdentifyBy.CLAIM and not policy.who.badges:
        yield ("who", "badges"), "badges must be read when who.identify is claim"
    for key in ("qr_codes", "smart_cards"):
        if getattr(policy.who, key) and not policy.who.badges:
            yield ("who", key), "nothing is read as a badge when who.badges is false"
    if table.pin_instead is not PinInsteadOfChallenge.NEVER and pin is PinUse.OFF:
        yield ("liveness", "pin_instead"), "a PIN cannot replace the movements when pin.use is off"
    try:
        table.override(settings)
    except ValueError:
        key = "movements" if table.movements is not None else "steps"
        yield ("liveness", key), "there are too few different movements; blink and raise-brows count as one"
        return
    given_s, needed_s = policy.times.challenge_s, challenge_ns(table, settings) / SECOND_NS
    if table.requires_challenge and given_s is not None and given_s < needed_s:
        yield ("times", "challenge_s"), f"the challenge may take {needed_s:g} s; omit this value to allow that"


def _ns(seconds: float) -> int:
    return round(seconds * SECOND_NS)
