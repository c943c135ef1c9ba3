"""What a kiosk does, whatever has led to it: let in, refuse, ask for a PIN, rest."""

from app.core.people import Person
from app.core.types import Match
from app.flows.kiosk_stage import Stage
from app.flows.kiosk_types import Effect, KioskRules, KioskState, Means, Refusal, Refuse, Relock, Unlock
from app.flows.pin_gate import PinGate
from app.flows.rearm import Holds
from app.flows.sight import Sight
from app.flows.trial import Trial


class KioskDoor:
    """The door of a kiosk, its time, and all that is known of who stands in front of it.

    Every change of state goes through `enter`, which lets nobody leave a challenge for nothing.

    Args:
        rules: What is asked for.
    """

    def __init__(self, rules: KioskRules) -> None:
        self._rules = rules
        self._effects: list[Effect] = []
        self.now_ns = 0
        self.stage = Stage()
        self.sight = Sight(rules)
        self.trial = Trial(rules.deny_ns)
        self.holds = Holds(rules.rearm, rules.rearm_ns)
        self.pin = PinGate()
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
            self.does(Refuse(Refusal.NOT_FINISHED, self.stage.person, None, self.now_ns))
        self.stage.enter(state, self.now_ns, for_ns)
        self.sight.again = None
        self.pin.wrong = False

    def grant(self, means: Means, person: Person | None, match: Match | None) -> None:
        """Let somebody in."""
        track = self.sight.track
        self.does(Unlock(means, person, match, self.now_ns))
        self.trial.end()
        self.forget()
        self.enter(KioskState.GRANTED, self._rules.relock_ns)
        self.stage.person = person
        if person is not None:
            self.holds.add(person, track, None, self.now_ns)

    def deny(self, refusal: Refusal, person: Person | None, match: Match | None) -> None:
        """Let somebody not in."""
        self.does(Refuse(refusal, person, match, self.now_ns))
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

    def rest(self, refusal: Refusal | None = None) -> None:
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
            self.deny(Refusal.NOT_LIVE, self.stage.person, None)
        elif state is KioskState.VERIFYING or (state is KioskState.LOOKING and (self.claimed or self.sight.run)):
            self.deny(Refusal.CANNOT_JUDGE, self.claimed, None)
        else:
            self.rest()
