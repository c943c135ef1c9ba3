"""State shared by the kiosk's states: the current state, the followed face, the PIN, the challenge, the cooldown."""

from app.core.faces import Embedding
from app.core.match_decision import Match
from app.core.people import Person
from app.flows.kiosk.candidates import CandidateSelector
from app.flows.kiosk.face_run import ObservedFace
from app.flows.kiosk.reentry_cooldown import ReentryCooldown
from app.flows.kiosk.rejected_faces import RejectedFaces
from app.flows.kiosk.run_tracker import RunTracker
from app.flows.kiosk.types import (
    AuthMethod,
    DenialReason,
    Deny,
    Effect,
    IdentifyBy,
    KioskRules,
    KioskState,
    LivenessStatus,
    Observation,
    Relock,
    Unlock,
)


class CurrentState:
    """The current state and its data; entering a state discards the data of the previous one.

    Attributes:
        state: The state.
        since_ns: Monotonic time at which it began.
        until_ns: Monotonic time at which it ends by itself; None if it does not.
        person: Who was granted access, or is asked for a challenge or a PIN.
        reason: Why access was denied.
        track: Track number of the face that was denied access; 0 if there was none.
    """

    def __init__(self) -> None:
        self.state = KioskState.IDLE
        self.since_ns = 0
        self.until_ns: int | None = None
        self.person: Person | None = None
        self.reason: DenialReason | None = None
        self.track = 0

    def enter(self, state: KioskState, now_ns: int, for_ns: int | None = None) -> None:
        """Enter a state.

        Args:
            state: The new state.
            now_ns: Monotonic time.
            for_ns: Longest duration; None for no limit.
        """
        self.state, self.since_ns = state, now_ns
        self.until_ns = None if for_ns is None else now_ns + for_ns
        self.person, self.reason, self.track = None, None, 0

    def has_expired(self, now_ns: int) -> bool:
        """Whether the state's duration has passed."""
        return self.until_ns is not None and now_ns >= self.until_ns


class ChallengeAttempt:
    """Decides whether an abandoned challenge counts as a failed attempt.

    Otherwise an attacker could look at one sequence of prompts after the other until a recording fits. An abandoned
    challenge counts once the face has seen an unpredictable prompt, or once it was observed for as long as it takes to
    reject a face that does not match.

    Attributes:
        embedding: Mean of the run that was challenged last.

    Args:
        min_ns: That time.
    """

    def __init__(self, min_ns: int) -> None:
        self._min_ns = min_ns
        self._started_ns: int | None = None
        self._prompted = False
        self.embedding: Embedding | None = None

    def start(self, now_ns: int, embedding: Embedding | None = None) -> None:
        """Start a challenge.

        Args:
            now_ns: Monotonic time.
            embedding: Mean of the run; None if it does not matter.
        """
        self._started_ns, self._prompted, self.embedding = now_ns, False, embedding

    def observe(self, liveness: LivenessStatus | None) -> None:
        """Record whether the face has seen a prompt."""
        self._prompted = self._prompted or (liveness is not None and liveness.prompted)

    def complete(self) -> None:
        """End the challenge with a decision, which counts by its own rules."""
        self._started_ns = None

    def abandon(self, now_ns: int) -> bool:
        """End the challenge, if there is one.

        Returns:
            Whether it counts as a failed attempt.
        """
        started, self._started_ns = self._started_ns, None
        return started is not None and (self._prompted or now_ns - started >= self._min_ns)


class PinState:
    """Whether PIN entry is locked, and whose PIN was accepted. Never holds a PIN.

    Attributes:
        is_wrong: Whether the last PIN was wrong.
    """

    def __init__(self) -> None:
        self.is_wrong = False
        self._locked_until_ns = 0
        self._accepted: tuple[Person, int] | None = None

    def lock(self, until_ns: int) -> None:
        """Lock PIN entry until then; never shortens a lock."""
        self._locked_until_ns = max(self._locked_until_ns, until_ns)

    def unlock(self) -> None:
        """End the lock of PIN entry."""
        self._locked_until_ns = 0

    def locked_until_ns(self, now_ns: int) -> int | None:
        """Return the monotonic time at which the lock ends; None if PIN entry is not locked."""
        return self._locked_until_ns if self._locked_until_ns > now_ns else None

    def accept(self, person: Person, until_ns: int) -> None:
        """Record an accepted PIN.

        Args:
            person: Its owner.
            until_ns: Monotonic time until which it is valid.
        """
        self._accepted = person, until_ns

    def is_valid_for(self, person: Person, now_ns: int) -> bool:
        """Whether a person's PIN was accepted and is still valid.

        Args:
            person: The person.
            now_ns: Monotonic time.
        """
        return self._accepted is not None and self._accepted[0].id == person.id and now_ns < self._accepted[1]

    def reset(self) -> None:
        """Forget the accepted PIN."""
        self._accepted = None


class KioskContext:
    """Data and transitions that all states share.

    Every change of state goes through `enter`, so that no abandoned challenge is missed.

    Attributes:
        now_ns: Monotonic time of the latest event.
        current: The current state.
        runs: The followed face.
        attempt: The current challenge.
        cooldown: Cooldowns of people who were answered.
        rejected: Faces that were rejected without a badge.
        pin: PIN entry.
        claimed: The person claimed with a badge.
        locked_until_ns: Monotonic time until which no face is processed.
        is_camera_lost: Whether there are no usable frames.

    Args:
        rules: Requirements and time limits.
    """

    def __init__(self, rules: KioskRules) -> None:
        self._rules = rules
        self._effects: list[Effect] = []
        self.now_ns = 0
        self.current = CurrentState()
        self.runs = RunTracker(rules)
        self.attempt = ChallengeAttempt(rules.reject_after_ns)
        identifies = rules.identify_by is IdentifyBy.FACE
        self.cooldown = ReentryCooldown(rules.reentry, rules.reentry_ns, identifies=identifies)
        self.rejected = RejectedFaces(rules.rejection)
        self._candidates = CandidateSelector(rules.intent)
        self.pin = PinState()
        self.claimed: Person | None = None
        self.locked_until_ns = 0
        self.is_camera_lost = False

    @property
    def state(self) -> KioskState:
        """The current state."""
        return self.current.state

    @property
    def is_closed(self) -> bool:
        """Whether faces must not be processed, or cannot be."""
        return self.is_camera_lost or (self.claimed is None and self.now_ns < self.locked_until_ns)

    def candidates(self, seen: Observation) -> list[ObservedFace]:
        """Return the faces in view that may be followed, the likeliest first.

        Without a badge, rejected faces are left out. With one, the face that is most similar to its owner comes first.
        """
        self._candidates.observe(seen.faces, seen.at_ns)
        self.rejected.observe(seen.faces, seen.at_ns)
        found = self._candidates.select(
            seen.faces,
            excluded=self._is_blocked,
            last=self.cooldown.tracks,
            may_move=self.runs.track if self.state in {KioskState.CHALLENGE, KioskState.PIN} else 0,
        )
        if self.claimed is None or len(found) < 2:
            return found
        return sorted(found, key=lambda face: _similarity(seen, face), reverse=True)

    def emit(self, effect: Effect) -> None:
        """Add an effect."""
        self._effects.append(effect)

    def take_effects(self) -> list[Effect]:
        """Return and clear the effects emitted since the last call."""
        effects, self._effects = self._effects, []
        return effects

    def advance(self, now_ns: int) -> None:
        """Advance the time, which never goes back, and end the states and cooldowns that have expired."""
        self.now_ns = max(self.now_ns, now_ns)
        self.cooldown.expire(self.now_ns)
        if self.current.has_expired(self.now_ns):
            self._expire()

    def enter(self, state: KioskState, for_ns: int | None = None) -> None:
        """Enter a state, and deny access if that abandons a challenge.

        Args:
            state: The new state.
            for_ns: Longest duration; None for no limit.
        """
        if self.attempt.abandon(self.now_ns):
            is_claimed = self.claimed is not None
            self.emit(Deny(DenialReason.NOT_FINISHED, self.current.person, None, self.now_ns, is_claimed=is_claimed))
            self._remember(self.attempt.embedding, must_leave=False)
        self.current.enter(state, self.now_ns, for_ns)
        self.runs.cooldown = None
        self.pin.is_wrong = False

    def grant(self, method: AuthMethod, person: Person | None, match: Match | None) -> None:
        """Grant access.

        Args:
            method: How the person authenticated.
            person: The person; None for the PIN of the site.
            match: The comparison; None for a PIN alone.
        """
        track = self.runs.track
        self.emit(Unlock(method, person, match, self.now_ns))
        self.attempt.complete()
        self.rejected.forget(track)
        self.reset()
        self.enter(KioskState.GRANTED, self._rules.relock_ns)
        self.current.person = person
        if person is not None:
            self.cooldown.start(person, track, None, self.now_ns)

    def deny(self, reason: DenialReason, person: Person | None, match: Match | None) -> None:
        """Deny access.

        Args:
            reason: Why.
            person: The person claimed or recognised, if any.
            match: The comparison, if there was one.
        """
        denied = Deny(reason, person, match, self.now_ns, is_claimed=self.claimed is not None)
        self.emit(denied)
        self.attempt.complete()
        if denied.is_failed_attempt:
            self._remember(self.runs.mean(self.now_ns) or self.attempt.embedding, must_leave=True)
        track = self.runs.track
        self.reset()
        self.enter(KioskState.DENIED, self._rules.denied_ns)
        self.current.reason, self.current.track = reason, track

    def ask_for_pin(self, person: Person | None = None) -> None:
        """Ask for the PIN of the recognised person, or for any PIN if there is none."""
        self.enter(KioskState.PIN, self._rules.pin_ns)
        self.current.person = person

    def await_face_of(self, person: Person) -> None:
        """Wait for the face after the person's PIN was accepted, and for another liveness check if needed."""
        if self.is_closed:
            self.rest()
            return
        liveness_ns = self._rules.challenge_ns if self._rules.liveness else 0
        self.pin.accept(person, self.now_ns + self._rules.pin_ns + liveness_ns)
        self.enter(KioskState.VERIFYING, self._rules.verifying_ns)

    def interrupt(self) -> None:
        """Go to the resting state, except in GRANTED and PIN, which end by their own rules first."""
        if self.state not in {KioskState.GRANTED, KioskState.PIN}:
            self.rest(self.current.reason)

    def rest(self, reason: DenialReason | None = None) -> None:
        """Go to the resting state: FAULT without a camera, LOCKED_OUT during a lockout, else IDLE."""
        self.reset()
        if self.is_camera_lost:
            self.enter(KioskState.FAULT)
        elif self.locked_until_ns > self.now_ns:
            self.enter(KioskState.LOCKED_OUT, self.locked_until_ns - self.now_ns)
        else:
            self.enter(KioskState.IDLE)
        self.current.reason = reason

    def reset(self, *, keep_claim: bool = False) -> None:
        """Discard what is known of the person in view, and their badge unless `keep_claim`."""
        self.runs.reset()
        self.pin.reset()
        self.claimed = self.claimed if keep_claim else None

    def _is_blocked(self, face: ObservedFace) -> bool:
        rejected = self.rejected.of_track(face.track)
        return self.claimed is None and rejected is not None and rejected.is_blocked(self.now_ns)

    def _remember(self, embedding: Embedding | None, *, must_leave: bool) -> None:
        """Remember the face of a failed attempt without a badge."""
        if embedding is not None and self.claimed is None:
            self.rejected.add(embedding, self.runs.track, self.now_ns, must_leave=must_leave)

    def _expire(self) -> None:
        """End a state whose duration has passed."""
        if self.state is KioskState.GRANTED:
            self.emit(Relock(self.now_ns))
        if self.state is KioskState.CHALLENGE:
            self.deny(DenialReason.NOT_LIVE, self.current.person, None)
        elif self.state is KioskState.VERIFYING or (
            self.state is KioskState.LOOKING and (self.claimed or self.runs.run)
        ):
            self.deny(DenialReason.CANNOT_JUDGE, self.claimed, None)
        else:
            self.rest()


def _similarity(seen: Observation, face: ObservedFace) -> float:
    return seen.access.compare(face.embedding).similarity if face.embedding else -1.0
