"""The kiosk's state machine: when access is granted, and to whom."""

from collections.abc import Callable
from dataclasses import replace

from app.core.liveness import LivenessVerdict
from app.core.match_decision import Match
from app.core.people import Person
from app.flows.kiosk.context import KioskContext
from app.flows.kiosk.face_run import FaceRun
from app.flows.kiosk.run_tracker import NotMatched
from app.flows.kiosk.types import (
    AuthMethod,
    BeginChallenge,
    DenialReason,
    Deny,
    Effect,
    IdentifyBy,
    KioskRules,
    KioskState,
    KioskStatus,
    Observation,
    PinInsteadOfChallenge,
    PinUse,
    Relock,
)

_ACCEPTS_BADGES = frozenset(
    {KioskState.IDLE, KioskState.LOOKING, KioskState.VERIFYING, KioskState.DENIED, KioskState.LOCKED_OUT}
)
_SHOWN_NS = 1_000_000_000
"""Shortest time for which a denial is shown while another face waits."""

_STALE_NS = 1_000_000_000
"""A frame older than the latest event by this much is ignored, and ends the run."""


class KioskFlow:
    """Grants access on a complete, fresh run of frames of one tracked face.

    The mean embedding of the run must match with margin, and so must the latest frame alone. If the rules require it,
    the face of that run must have passed the liveness check, or a PIN must have been accepted. Anything that ends the
    run, even a single frame without the face, starts over. A challenge that is abandoned after its first prompt counts
    as a failed attempt, however it is abandoned.

    ```mermaid
    stateDiagram-v2
        [*] --> idle
        idle --> looking: a face in view, or a badge
        looking --> idle: no face in view
        looking --> verifying: the face is judged
        looking --> denied: the face cannot be judged for too long
        verifying --> looking: face lost or swapped
        verifying --> denied: complete runs fail to match for long enough
        verifying --> challenge: match, liveness check not passed yet
        verifying --> pin: match, and a PIN is the second factor or replaces the challenge
        verifying --> granted: match
        challenge --> looking: face lost or swapped
        challenge --> denied: liveness failed, not finished, or timed out
        challenge --> pin: liveness passed and a PIN is the second factor, or the PIN is chosen instead of the challenge
        challenge --> granted: liveness passed, in a frame that matches
        pin --> granted: PIN of the site or of the claimed person, as an alternative to the face
        pin --> verifying: PIN of the recognised person, as a second factor or instead of the challenge
        pin --> idle: closed, or no key pressed for too long
        granted --> idle: relock
        denied --> idle: after a while
        denied --> looking: another face waits
        denied --> locked_out: too many failed attempts at this kiosk
        locked_out --> idle: reset by a PIN or an operator
        locked_out --> looking: a badge
        idle --> fault: camera lost (also from all other states; granted and pin end first)
        fault --> idle: camera back
        fault --> pin: requested (also from all other states except granted)
    ```

    Args:
        rules: Requirements and time limits.
    """

    def __init__(self, rules: KioskRules) -> None:
        self._rules = rules
        self._context = KioskContext(rules)
        self._states: dict[KioskState, Callable[[Observation], None]] = {
            KioskState.IDLE: self._in_idle,
            KioskState.LOOKING: self._in_looking,
            KioskState.VERIFYING: self._in_verifying,
            KioskState.CHALLENGE: self._in_challenge,
            KioskState.PIN: self._in_pin,
            KioskState.DENIED: self._in_denied,
        }
        self._is_rejected = False

    @property
    def status(self) -> KioskStatus:
        """Snapshot of the machine."""
        context = self._context
        current, run, cooldown = context.current, context.runs.run, context.runs.cooldown
        return KioskStatus(
            state=current.state,
            hints=context.runs.hints,
            reason=cooldown.reason if cooldown else current.reason,
            person=current.person or context.claimed,
            progress=run.progress(context.now_ns) if run else 0.0,
            since_ns=current.since_ns,
            until_ns=current.until_ns,
            run=run.number if run else 0,
            track=context.runs.track,
            must_leave=cooldown is not None and cooldown.reason is None,
            is_rejected=self._is_rejected,
            pin_wrong=context.pin.is_wrong,
            pin_until_ns=context.pin.locked_until_ns(context.now_ns),
        )

    @property
    def claimed(self) -> Person | None:
        """The person claimed with a badge."""
        return self._context.claimed

    def observe(self, seen: Observation) -> list[Effect]:
        """Process one frame."""
        context = self._context
        if seen.at_ns <= context.now_ns - _STALE_NS:
            context.runs.reset()
            return []
        context.advance(seen.at_ns)
        context.cooldown.extend(seen)
        candidates = context.candidates(seen)
        self._is_rejected = not candidates and any(context.rejected.of_track(face.track) for face in seen.faces)
        in_state = self._states.get(context.state)
        if in_state is not None and not context.is_closed:
            in_state(replace(seen, faces=candidates))
        return context.take_effects()

    def tick(self, now_ns: int) -> list[Effect]:
        """Advance the time without a frame."""
        self._context.advance(now_ns)
        return self._context.take_effects()

    def claim(self, person: Person, now_ns: int) -> list[Effect]:
        """Process a known badge: from now on, faces are compared with its owner only.

        Args:
            person: Owner of the badge.
            now_ns: Monotonic time.
        """
        context = self._context
        context.advance(now_ns)
        if context.state in _ACCEPTS_BADGES and not context.is_camera_lost:
            if context.claimed is None or context.claimed.id != person.id:
                context.reset()
                context.claimed = person
                context.enter(KioskState.LOOKING, self._rules.looking_ns)
        elif context.state is KioskState.PIN and context.current.person is None:
            context.claimed = person
        return context.take_effects()

    @property
    def is_locked_out(self) -> bool:
        """Whether faces without a badge are locked out."""
        return self._context.now_ns < self._context.locked_until_ns

    def show_badge_problem(self, reason: DenialReason, now_ns: int) -> list[Effect]:
        """Deny access for a badge, unless a face is being verified: badges do not keep a face out.

        Args:
            reason: Why.
            now_ns: Monotonic time.
        """
        context = self._context
        context.advance(now_ns)
        is_verifying = context.claimed is None and context.runs.run is not None
        if is_verifying or context.state is KioskState.DENIED:
            return context.take_effects()
        return self.deny(reason, now_ns)

    def deny(self, reason: DenialReason, now_ns: int) -> list[Effect]:
        """Deny access for a reason that no frame shows: an unknown badge, or a locked identity.

        Args:
            reason: Why.
            now_ns: Monotonic time.
        """
        self._context.advance(now_ns)
        if self._context.state in _ACCEPTS_BADGES:
            self._context.deny(reason, self._context.claimed, None)
        return self._context.take_effects()

    def revoke(self, reason: DenialReason, now_ns: int) -> list[Effect]:
        """Turn a grant into a denial because its action failed; the person may try again without a cooldown.

        Args:
            reason: Why.
            now_ns: Monotonic time.
        """
        context = self._context
        context.advance(now_ns)
        if context.state is KioskState.GRANTED:
            person = context.current.person
            context.emit(Relock(context.now_ns))
            context.deny(reason, person, None)
            context.cooldown.cancel(person)
        return context.take_effects()

    def open_pin(self, now_ns: int) -> list[Effect]:
        """Open PIN entry as an alternative to the face."""
        self._context.advance(now_ns)
        if self._rules.pin is PinUse.INSTEAD and self._context.state is not KioskState.GRANTED:
            self._context.reset(keep_claim=True)
            self._context.ask_for_pin()
        return self._context.take_effects()

    def open_pin_instead_of_challenge(self, now_ns: int) -> list[Effect]:
        """Open PIN entry for the recognised person, who cannot perform the challenge."""
        context = self._context
        context.advance(now_ns)
        is_offered = self._rules.pin_instead_of_challenge is PinInsteadOfChallenge.OFFERED
        if is_offered and context.state is KioskState.CHALLENGE:
            context.ask_for_pin(context.current.person)
        return context.take_effects()

    def touch_pin(self, now_ns: int) -> list[Effect]:
        """Process a key press during PIN entry: extend its time limit."""
        context = self._context
        context.advance(now_ns)
        if context.state is KioskState.PIN:
            context.current.until_ns = context.now_ns + self._rules.pin_ns
            context.pin.is_wrong = False
        return context.take_effects()

    def close_pin(self, now_ns: int) -> list[Effect]:
        """Close PIN entry."""
        self._context.advance(now_ns)
        if self._context.state is KioskState.PIN:
            self._context.rest()
        return self._context.take_effects()

    def accept_pin(self, person: Person | None, now_ns: int) -> list[Effect]:
        """Process a right PIN.

        Args:
            person: Its owner; None for the PIN of the site.
            now_ns: Monotonic time.
        """
        context = self._context
        context.advance(now_ns)
        if context.state is not KioskState.PIN or context.pin.locked_until_ns(context.now_ns) is not None:
            return context.take_effects()
        recognised = context.current.person
        if recognised is None:
            context.grant(AuthMethod.PIN, person, None)
        elif person is not None and person.id == recognised.id:
            context.await_face_of(person)
        return context.take_effects()

    def reject_pin(self, reason: DenialReason, now_ns: int) -> list[Effect]:
        """Process a PIN that does not grant access.

        Args:
            reason: Why.
            now_ns: Monotonic time.
        """
        context = self._context
        context.advance(now_ns)
        if context.state is KioskState.PIN:
            context.pin.is_wrong, context.current.reason = True, reason
            person, is_claimed = context.current.person or context.claimed, context.claimed is not None
            context.emit(Deny(reason, person, None, context.now_ns, by_pin=True, is_claimed=is_claimed))
        return context.take_effects()

    def lock_pin(self, until_ns: int) -> None:
        """Lock PIN entry until then; never shortens a lock."""
        self._context.pin.lock(until_ns)

    def lock_out(self, until_ns: int, now_ns: int) -> list[Effect]:
        """Process no face without a badge until then; never shortens a lockout.

        Args:
            until_ns: Monotonic time at which the lockout ends.
            now_ns: Monotonic time.
        """
        self._context.advance(now_ns)
        self._context.locked_until_ns = max(self._context.locked_until_ns, until_ns)
        if self._context.claimed is None:
            self._context.interrupt()
        return self._context.take_effects()

    def end_lockouts(self, now_ns: int, *, faces: bool, pins: bool) -> list[Effect]:
        """Process that an operator or a PIN has reset the failed attempts.

        Args:
            now_ns: Monotonic time.
            faces: Whether faces are processed again.
            pins: Whether PINs are.
        """
        context = self._context
        context.advance(now_ns)
        if faces:
            context.locked_until_ns = 0
            if context.state is KioskState.LOCKED_OUT:
                context.rest()
        if pins:
            context.pin.unlock()
        return context.take_effects()

    def set_camera_usable(self, now_ns: int, *, usable: bool) -> list[Effect]:
        """Process that frames are available or not.

        Args:
            now_ns: Monotonic time.
            usable: Whether they are.
        """
        context = self._context
        context.advance(now_ns)
        changed, context.is_camera_lost = usable is context.is_camera_lost, not usable
        if not usable:
            context.runs.reset()
        if changed:
            context.interrupt()
        return context.take_effects()

    def interrupt(self, now_ns: int) -> list[Effect]:
        """Discard what was seen before: the machine was suspended, or the camera was changed."""
        self._context.advance(now_ns)
        self._context.runs.reset()
        self._context.interrupt()
        return self._context.take_effects()

    def _in_idle(self, seen: Observation) -> None:
        if seen.faces and self._rules.identify_by is IdentifyBy.FACE:
            self._context.enter(KioskState.LOOKING, self._rules.looking_ns)
            self._in_looking(seen)

    def _in_denied(self, seen: Observation) -> None:
        """Serve another person who comes up while a denial is shown."""
        current, waiting = self._context.current, self._context.cooldown.tracks
        others = [face for face in seen.faces if face.track != current.track and face.track not in waiting]
        is_over = current.reason is not DenialReason.ACTION_FAILED and seen.at_ns - current.since_ns >= _SHOWN_NS
        if others and is_over:
            self._in_idle(replace(seen, faces=others))

    def _in_looking(self, seen: Observation) -> None:
        context, run = self._context, self._follow(seen)
        if run is None:
            if context.claimed is None and seen.at_ns - context.runs.last_seen_ns >= self._rules.lost_ns:
                context.rest()
        elif run.is_judged:
            context.enter(KioskState.VERIFYING, self._rules.verifying_ns)
            self._decide(seen, run)

    def _in_verifying(self, seen: Observation) -> None:
        run = self._follow(seen)
        if run is None or not run.is_judged:
            self._context.enter(KioskState.LOOKING, self._rules.looking_ns)
        else:
            self._decide(seen, run)

    def _in_challenge(self, seen: Observation) -> None:
        context, before = self._context, self._context.runs.run
        context.attempt.observe(seen.liveness_of(before.number) if before else None)
        run = self._follow(seen)
        if run is None or run is not before:
            context.enter(KioskState.LOOKING, self._rules.looking_ns)
            return
        liveness = seen.liveness_of(run.number)
        if liveness.verdict is LivenessVerdict.FAILED:
            context.deny(DenialReason.NOT_LIVE, context.current.person, None)
        elif liveness.is_final and liveness.verdict is not LivenessVerdict.PASSED:
            context.deny(DenialReason.NOT_FINISHED, context.current.person, None)
        else:
            self._decide(seen, run)

    def _in_pin(self, seen: Observation) -> None:
        """Follow the face of the person asked for a PIN, so that the run need not start over afterwards."""
        if self._context.current.person is not None:
            self._follow(seen)

    def _follow(self, seen: Observation) -> FaceRun | None:
        began = self._context.runs.follow(seen)
        if began is not None:
            self._context.emit(began)
        return self._context.runs.run

    def _decide(self, seen: Observation, run: FaceRun) -> None:
        """Act on the match decision for the run, if there is one."""
        context = self._context
        decision = context.runs.decide(seen, context.claimed)
        if decision is None:
            return
        if isinstance(decision, NotMatched):
            context.deny(decision.reason, context.claimed, decision.match)
        elif (cooldown := context.cooldown.entry_of(decision.person)) is not None:
            context.enter(KioskState.LOOKING, self._rules.looking_ns)
            context.runs.cooldown = cooldown
        else:
            self._admit(seen, run, decision.person, decision.match)

    def _admit(self, seen: Observation, run: FaceRun, person: Person, match: Match) -> None:
        """Check the policy, the liveness and the PIN of a person who matches, in this order."""
        context = self._context
        reason = seen.access.denial_reason(person)
        has_pin = context.pin.is_valid_for(person, context.now_ns)
        if reason is not None:
            track = run.track
            context.deny(reason, person, match)
            context.cooldown.start(person, track, reason, context.now_ns)
        elif self._rules.liveness and not self._is_live(seen, run, has_pin=has_pin):
            self._require_liveness(seen, run, person, match)
        elif self._rules.pin is PinUse.AS_WELL and not has_pin:
            context.attempt.complete()
            context.ask_for_pin(person)
        else:
            context.grant(AuthMethod.FACE_AND_PIN if has_pin else AuthMethod.FACE, person, match)

    def _is_live(self, seen: Observation, run: FaceRun, *, has_pin: bool) -> bool:
        """Whether the liveness check passed, or a PIN replaces it. A PIN does not replace a failed check."""
        verdict = seen.liveness_of(run.number).verdict
        if verdict is LivenessVerdict.FAILED:
            return False
        replaced = has_pin and self._rules.pin_instead_of_challenge is not PinInsteadOfChallenge.NEVER
        return verdict is LivenessVerdict.PASSED or replaced

    def _require_liveness(self, seen: Observation, run: FaceRun, person: Person, match: Match) -> None:
        context = self._context
        if seen.liveness_of(run.number).verdict is LivenessVerdict.FAILED:
            context.deny(DenialReason.NOT_LIVE, person, match)
        elif self._rules.pin_instead_of_challenge is PinInsteadOfChallenge.ALWAYS:
            context.ask_for_pin(person)
        elif context.state is not KioskState.CHALLENGE:
            context.enter(KioskState.CHALLENGE, self._rules.challenge_ns)
            context.current.person = person
            context.attempt.start(context.now_ns, run.mean(context.now_ns))
            context.emit(BeginChallenge(run.number, run.track))
