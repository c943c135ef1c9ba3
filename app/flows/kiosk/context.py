"""Which state a kiosk is in, since when, until when, and whom it is about."""

from app.core.match_decision import Match
from app.core.people import Person
from app.flows.kiosk.reentry_cooldown import ReentryCooldown
from app.flows.kiosk.run_tracker import RunTracker
from app.flows.kiosk.types import (
    AuthMethod,
    DenialReason,
    Deny,
    Effect,
    KioskRules,
    KioskState,
    LivenessStatus,
    Relock,
    Unlock,
)


class CurrentState:
    """A state and what belongs to it; whatever belonged to the one before is gone.

    Attributes:
        state: The state.
        since_ns: When it began.
        until_ns: When it ends by itself; None where it does not.
        person: Who was let in, or is being asked for something.
        refusal: Why somebody was not let in.
    """

    def __init__(self) -> None:
        self.state = KioskState.IDLE
        self.since_ns = 0
        self.until_ns: int | None = None
        self.person: Person | None = None
        self.refusal: DenialReason | None = None

    def enter(self, state: KioskState, now_ns: int, for_ns: int | None = None) -> None:
        """Begin a state, for so long or until something happens."""
        self.state, self.since_ns = state, now_ns
        self.until_ns = None if for_ns is None else now_ns + for_ns
        self.person, self.refusal = None, None

    def is_over(self, now_ns: int) -> bool:
        """Whether its time is up."""
        return self.until_ns is not None and now_ns >= self.until_ns


class ChallengeAttempt:
    """Watches over one challenge, so that nobody can look at one order after the other until one fits.

    It was an attempt once the face has been asked for something that nobody could know before, or has been watched for
    as long as it takes to refuse a stranger.

    Args:
        attempt_ns: How long that is.
    """

    def __init__(self, attempt_ns: int) -> None:
        self._attempt_ns = attempt_ns
        self._began_ns: int | None = None
        self._asked = False

    def begin(self, now_ns: int) -> None:
        """A challenge begins."""
        self._began_ns, self._asked = now_ns, False

    def look(self, living: LivenessStatus | None) -> None:
        """Take in what is said of the face that takes it."""
        self._asked = self._asked or (living is not None and living.asked)

    def end(self) -> None:
        """It ended with a verdict, which counts or not by itself."""
        self._began_ns = None

    def leave(self, now_ns: int) -> bool:
        """It ends, whatever the reason; whether it was an attempt that was left."""
        began, self._began_ns = self._began_ns, None
        return began is not None and (self._asked or now_ns - began >= self._attempt_ns)


class PinState:
    """Whether PINs are taken now, and whose has been typed. It never sees a PIN itself."""

    def __init__(self) -> None:
        self.wrong = False
        """Whether the last PIN was."""
        self._closed_ns = 0
        self._typed: tuple[Person, int] | None = None

    def close(self, until_ns: int) -> None:
        """Take no PIN until then; never shortens."""
        self._closed_ns = max(self._closed_ns, until_ns)

    def closed_until_ns(self, now_ns: int) -> int | None:
        """Until when no PIN is taken; None where one is."""
        return self._closed_ns if self._closed_ns > now_ns else None

    def typed(self, person: Person, until_ns: int) -> None:
        """This person's PIN was typed; it holds until then."""
        self._typed = person, until_ns

    def is_valid_for(self, person: Person, now_ns: int) -> bool:
        """Whether this person's PIN was typed and still holds."""
        return self._typed is not None and self._typed[0].id == person.id and now_ns < self._typed[1]

    def forget(self) -> None:
        """Whoever typed a PIN has to type it again."""
        self._typed = None


class KioskContext:
    """The door of a kiosk, its time, and all that is known of who stands in front of it.

    Every change of state goes through `enter`, which lets nobody leave a challenge for nothing.

    Args:
        rules: What is asked for.
    """

    def __init__(self, rules: KioskRules) -> None:
        self._rules = rules
        self._effects: list[Effect] = []
        self.now_ns = 0
        self.stage = CurrentState()
        self.sight = RunTracker(rules)
        self.trial = ChallengeAttempt(rules.deny_ns)
        self.holds = ReentryCooldown(rules.rearm, rules.rearm_ns)
        self.pin = PinState()
        self.claimed: Person | None = None
        self.locked_ns = 0
        self.camera_lost = False

    @property
    def is_closed(self) -> bool:
        """Whether faces must not or cannot be looked at."""
        return self.camera_lost or self.now_ns < self.locked_ns

    def does(self, *effects: Effect) -> None:
        """Have this done."""
        self._effects += effects

    def done(self) -> list[Effect]:
        """All that is to be done since the last time."""
        effects, self._effects = self._effects, []
        return effects

    def pass_time(self, now_ns: int) -> None:
        """Let time pass; it never goes back."""
        self.now_ns = max(self.now_ns, now_ns)
        self.holds.pass_time(self.now_ns)
        if self.stage.is_over(self.now_ns):
            self._time_is_up()

    def enter(self, state: KioskState, for_ns: int | None = None) -> None:
        """Begin a state, for so long or until something happens."""
        if self.trial.leave(self.now_ns):
            self.does(Deny(DenialReason.NOT_FINISHED, self.stage.person, None, self.now_ns))
        self.stage.enter(state, self.now_ns, for_ns)
        self.sight.again = None
        self.pin.wrong = False

    def grant(self, means: AuthMethod, person: Person | None, match: Match | None) -> None:
        """Let somebody in."""
        track = self.sight.track
        self.does(Unlock(means, person, match, self.now_ns))
        self.trial.end()
        self.forget()
        self.enter(KioskState.GRANTED, self._rules.relock_ns)
        self.stage.person = person
        if person is not None:
            self.holds.add(person, track, None, self.now_ns)

    def deny(self, refusal: DenialReason, person: Person | None, match: Match | None) -> None:
        """Let somebody not in."""
        self.does(Deny(refusal, person, match, self.now_ns))
        self.trial.end()
        self.forget()
        self.enter(KioskState.DENIED, self._rules.denied_ns)
        self.stage.refusal = refusal

    def ask_for_pin(self, person: Person | None = None) -> None:
        """Wait for a PIN: that of the person seen; any, where nobody was."""
        self.enter(KioskState.PIN, self._rules.pin_ns)
        self.stage.person = person

    def await_face_of(self, person: Person) -> None:
        """The PIN is right; the face has yet to be seen after it, and perhaps to be shown to be living once more."""
        if self.is_closed:
            self.rest()
            return
        living_ns = self._rules.challenge_ns if self._rules.liveness else 0
        self.pin.typed(person, self.now_ns + self._rules.pin_ns + living_ns)
        self.enter(KioskState.VERIFYING, self._rules.verifying_ns)

    def give_way(self) -> None:
        """Rest at once, unless the door is open or somebody types: that ends first."""
        if self.stage.state not in {KioskState.GRANTED, KioskState.PIN}:
            self.rest(self.stage.refusal)

    def rest(self, refusal: DenialReason | None = None) -> None:
        """Wait for the next: idle, unless faces must not or cannot be looked at."""
        self.forget()
        if self.camera_lost:
            self.enter(KioskState.FAULT)
        elif self.locked_ns > self.now_ns:
            self.enter(KioskState.LOCKED_OUT, self.locked_ns - self.now_ns)
        else:
            self.enter(KioskState.IDLE)
        self.stage.refusal = refusal

    def forget(self, *, keep_claim: bool = False) -> None:
        """Whatever is known of who stands there is void."""
        self.sight.forget()
        self.pin.forget()
        self.claimed = self.claimed if keep_claim else None

    def _time_is_up(self) -> None:
        state = self.stage.state
        if state is KioskState.GRANTED:
            self.does(Relock(self.now_ns))
        if state is KioskState.CHALLENGE:
            self.deny(DenialReason.NOT_LIVE, self.stage.person, None)
        elif state is KioskState.VERIFYING or (state is KioskState.LOOKING and (self.claimed or self.sight.run)):
            self.deny(DenialReason.CANNOT_JUDGE, self.claimed, None)
        else:
            self.rest()
