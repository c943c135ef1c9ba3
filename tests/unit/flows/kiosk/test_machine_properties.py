"""Properties of the kiosk's state machine for any order of events, with an independent oracle.

The oracle records all frames. When a face is granted access, the record must end with a complete, fresh and unbroken
stretch of frames of that person's face, which passed the liveness check. A challenge that has shown a prompt is either
passed or counts as one failed attempt.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.core.faces import Embedding
from app.core.liveness import LivenessVerdict
from app.core.people import Person
from app.flows.kiosk.face_run import ObservedFace, RunRule
from app.flows.kiosk.machine import KioskFlow
from app.flows.kiosk.types import (
    FAILED_ATTEMPTS,
    AuthMethod,
    BeginRun,
    DenialReason,
    Deny,
    Effect,
    KioskRules,
    KioskState,
    KioskStatus,
    LivenessStatus,
    Observation,
    PinInsteadOfChallenge,
    PinUse,
    ReentryMode,
    Relock,
    Unlock,
)
from tests.unit.flows.kiosk.film import ADA, BOB, ELSEWHERE, FRAME_NS, HERE, STRANGER, FakeAccessCheck, face, faint

SECOND = 1_000_000_000
PEOPLE = [ADA, BOB]
FACES = st.builds(
    face,
    who=st.sampled_from(["ada", "ada", "ada", "bob", STRANGER]),
    track=st.sampled_from([1, 1, 1, 2]),
    box=st.sampled_from([HERE, HERE, HERE, ELSEWHERE]),
    judged=st.sampled_from([True, True, True, False]),
)


SHOTS = st.lists(
    st.tuples(st.lists(FACES, max_size=2, unique_by=lambda seen: seen.track), st.integers(1, 5)), min_size=2, max_size=4
)
"""Several shots: faces, and their number of frames."""


@dataclass(frozen=True)
class RecordedFrame:
    """A processed frame; the record has None in place of any event that ends every run."""

    at_ns: int
    faces: tuple[ObservedFace, ...]
    liveness: LivenessStatus | None
    run: int


Stretch = list[tuple[RecordedFrame, ObservedFace]]
"""Frames and the face in each of them."""


class Door(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 10 * SECOND
        self.film: list[RecordedFrame | None] = []
        self.effects: list[Effect] = []
        self.locked_until = 0
        self.pin_locked_until = 0
        self.camera = True
        self.pins: list[tuple[Person | None, int]] = []
        self.run_of: dict[int, int] = {}
        self.unlocked_at: int | None = None
        self.relocked_at = 0
        self.admitted = True
        self.prompt_seen = False
        self.by_frame = False
        self.step_ns = FRAME_NS

    @initialize(
        liveness=st.booleans(),
        pin=st.sampled_from(PinUse),
        pin_instead=st.sampled_from(PinInsteadOfChallenge),
        reentry=st.sampled_from(ReentryMode),
        frames=st.integers(1, 6),
    )
    def install(
        self, liveness: bool, pin: PinUse, pin_instead: PinInsteadOfChallenge, reentry: ReentryMode, frames: int
    ) -> None:
        self.asked = KioskRules(
            liveness=liveness,
            pin=pin,
            pin_instead_of_challenge=pin_instead,
            reentry=reentry,
            run=RunRule(frames=frames, fresh_ns=SECOND),
            looking_ns=4 * SECOND,
        )
        self.flow = KioskFlow(self.asked)
        self.access = FakeAccessCheck()
        self.status = self.flow.status

    def record(self, effects: list[Effect]) -> None:
        self.effects = effects
        for effect in effects:
            if isinstance(effect, Unlock):
                self.check(effect)
                self.unlocked_at = self.now
            if isinstance(effect, Relock):
                assert self.unlocked_at is not None
                self.unlocked_at = None
            if isinstance(effect, Deny):
                assert self.unlocked_at is None
                assert effect.is_failed_attempt is (effect.reason in FAILED_ATTEMPTS)
        self.access.claimed = self.flow.claimed
        self.check_abandoned(self.status, self.flow.status)
        self.status, self.by_frame = self.flow.status, False

    def check_abandoned(self, before: KioskStatus, after: KioskStatus) -> None:
        """Check that a challenge that was an attempt is passed, or counts as exactly one failed attempt."""
        counted = [effect for effect in self.effects if isinstance(effect, Deny) and effect.is_failed_attempt]
        assert len(counted) <= 1
        stays = (after.state, after.since_ns) == (before.state, before.since_ns)
        if before.state is KioskState.CHALLENGE and not stays:
            was_attempt = self.prompt_seen or self.now - before.since_ns >= self.asked.reject_after_ns
            passed = any(isinstance(effect, Unlock) for effect in self.effects) or self.continues_to_the_pin(after)
            if was_attempt and self.admitted and not passed:
                assert len(counted) == 1, "a prompt was seen without a failed attempt"
            self.prompt_seen = False

    def continues_to_the_pin(self, after: KioskStatus) -> bool:
        """Whether the liveness check passed in this frame, and the PIN is the second factor."""
        last = self.film[-1] if self.film else None
        known = last.liveness if last and self.by_frame else None
        return after.state is KioskState.PIN and known is not None and known.verdict is LivenessVerdict.PASSED

    @rule(
        faces=st.lists(FACES, max_size=2, unique_by=lambda seen: seen.track),
        frames=st.integers(1, 8),
        verdict=st.none() | st.sampled_from(LivenessVerdict),
        asked=st.booleans(),
        over=st.booleans(),
    )
    def show(
        self, faces: list[ObservedFace], frames: int, verdict: LivenessVerdict | None, asked: bool, over: bool
    ) -> None:
        for _ in range(frames):
            self.now += self.step_ns
            liveness = (
                None
                if verdict is None
                else LivenessStatus(self.flow.status.run, verdict, prompted=asked, is_final=over)
            )
            self.frame(tuple(faces), liveness)

    @rule(who=st.sampled_from(["ada", "bob"]), frames=st.integers(6, 60), asked=st.booleans())
    def show_without_liveness(self, who: str, frames: int, asked: bool) -> None:
        self.show([face(who)], frames, LivenessVerdict.NOT_ENOUGH, asked, False)

    @rule(who=st.sampled_from(["ada", "bob"]), frames=st.integers(1, 8))
    def show_with_liveness(self, who: str, frames: int) -> None:
        self.show([face(who)], frames, LivenessVerdict.PASSED, True, True)

    @rule(who=st.sampled_from(["ada", "bob"]), frames=st.integers(1, 6), gone=st.integers(1, 6))
    def show_and_leave(self, who: str, frames: int, gone: int) -> None:
        self.show([face(who)], frames, LivenessVerdict.PASSED, True, True)
        self.show([], gone, LivenessVerdict.PASSED, True, True)

    @rule(shots=SHOTS, cut=st.sampled_from(["", "", "suspend", "pause", "blink", "stale frame"]))
    def show_shots_with_cuts(self, shots: list[tuple[list[ObservedFace], int]], cut: str) -> None:
        cuts: dict[str, Callable[[], None]] = {
            "suspend": self.suspend,
            "pause": self.pause,
            "blink": lambda: self.show([], 1, LivenessVerdict.PASSED, True, False),
            "stale frame": lambda: self.show_a_stale_frame(1),
        }
        for faces, frames in shots:
            self.show(faces, frames, LivenessVerdict.PASSED, True, False)
            cuts.get(cut, lambda: None)()

    @rule(
        who=st.sampled_from(["ada", "bob"]),
        what=st.sampled_from(["track", "box", "face", "faint", "no face", "suspend", "pause", "stale frame", "slow"]),
        after=st.integers(1, 5),
    )
    def change_during_a_run(self, who: str, what: str, after: int) -> None:
        """An event that ends the run of a person who would be granted access otherwise."""
        before = max(self.asked.run.frames - after, 1)
        events: dict[str, Callable[[], None]] = {
            "no face": lambda: self.show([], 1, LivenessVerdict.PASSED, True, False),
            "suspend": self.suspend,
            "pause": self.pause,
            "stale frame": lambda: self.show_a_stale_frame(1),
        }
        others = {
            "track": face(who, track=2),
            "box": face(who, box=ELSEWHERE),
            "face": face("bob" if who == "ada" else "ada"),
            "faint": faint(who),
        }
        self.start_over()
        self.step_ns = SECOND * 45 // 100 if what == "slow" else FRAME_NS
        self.show([face(who)], before, LivenessVerdict.PASSED, True, False)
        events.get(what, lambda: None)()
        self.show([others.get(what, face(who))], after, LivenessVerdict.PASSED, True, False)
        self.step_ns = FRAME_NS

    @rule(
        who=st.sampled_from(["ada", "bob"]),
        asked=st.booleans(),
        watched=st.integers(1, 70),
        way=st.sampled_from(["hides", "gives up", "pad", "cannot move", "camera", "suspend", "stale frame", "waits"]),
    )
    def abandon_a_challenge(self, who: str, asked: bool, watched: int, way: str) -> None:
        ways: dict[str, Callable[[], None]] = {
            "hides": lambda: self.show([], 1, None, False, False),
            "gives up": lambda: self.show([face(who)], 1, LivenessVerdict.NOT_ENOUGH, asked, True),
            "pad": self.open_the_pin_pad,
            "cannot move": self.open_the_pin_instead_of_the_challenge,
            "camera": self.lose_the_camera,
            "suspend": self.suspend,
            "stale frame": lambda: self.show_a_stale_frame(1),
            "waits": lambda: self.wait(1.0),
        }
        self.start_over()
        self.show([face(who)], 7, LivenessVerdict.NOT_ENOUGH, False, False)
        self.show([face(who)], watched, LivenessVerdict.NOT_ENOUGH, asked, False)
        ways[way]()
        self.restore_the_camera()
        self.show([face(who)], 2, LivenessVerdict.NOT_ENOUGH, False, False)

    @rule(
        who=st.sampled_from([ADA, BOB]),
        whose=st.sampled_from(["own", "own", "of the site", "of another"]),
        between=st.sampled_from(["", "", "is_locked_out", "waits", "loses_the_camera"]),
        then=st.sampled_from(["the same", "the same", "ada", "bob", STRANGER]),
        verdict=st.sampled_from([*LivenessVerdict, LivenessVerdict.FAILED]),
    )
    def enter_a_pin_and_show_a_face(
        self, who: Person, whose: str, between: str, then: str, verdict: LivenessVerdict
    ) -> None:
        own = face(who.id)
        pins = {"own": who, "of the site": None, "of another": BOB if who == ADA else ADA}
        events: dict[str, Callable[[], None]] = {
            "is_locked_out": lambda: self.lock_out(60),
            "waits": lambda: self.wait(25),
            "loses_the_camera": self.lose_the_camera,
        }
        self.start_over()
        self.show([own], 8, LivenessVerdict.NOT_ENOUGH, True, False)
        if self.asked.pin_instead_of_challenge is PinInsteadOfChallenge.NEVER:
            self.show([own], 1, LivenessVerdict.PASSED, True, False)
        self.open_the_pin_instead_of_the_challenge()
        events.get(between, lambda: None)()
        self.enter_a_right_pin(pins[whose])
        self.show([own if then == "the same" else face(then)], 8, verdict, False, False)

    def start_over(self) -> None:
        """End cooldowns, lockouts and PIN entry, and let the policy admit everyone."""
        self.change_the_policy(None)
        self.restore_the_camera()
        self.close_the_pin_pad()
        self.wait(70.0)

    def pause(self) -> None:
        self.wait(0.6)

    @rule(who=st.sampled_from(["ada", "bob"]), back=st.integers(1, 3))
    def show_with_liveness_of_an_older_run(self, who: str, back: int) -> None:
        for _ in range(8):
            self.now += FRAME_NS
            self.frame((face(who),), LivenessStatus(max(self.flow.status.run - back, 0), LivenessVerdict.PASSED))

    @rule(back=st.integers(1, 5))
    def show_a_stale_frame(self, back: int) -> None:
        self.record(self.flow.tick(self.now))
        effects = self.flow.observe(Observation((face(),), self.access, self.now - back * SECOND))
        self.film.append(None)
        self.record(effects)

    def frame(self, faces: tuple[ObservedFace, ...], liveness: LivenessStatus | None) -> None:
        scene = Observation(faces, self.access, self.now, liveness)
        before = self.flow.status
        if before.state is KioskState.CHALLENGE and liveness is not None and liveness.run == before.run != 0:
            self.prompt_seen = self.prompt_seen or liveness.prompted
        effects = self.flow.observe(scene)
        self.by_frame = True
        began = [effect.run for effect in effects if isinstance(effect, BeginRun)]
        run = began[-1] if began else before.run
        self.film.append(RecordedFrame(self.now, faces, liveness, run))
        self.record(effects)

    @rule(seconds=st.floats(0.05, 40))
    def wait(self, seconds: float) -> None:
        self.now += round(seconds * SECOND)
        self.record(self.flow.tick(self.now))

    @rule(seconds=st.integers(1, 60))
    def lock_out(self, seconds: int) -> None:
        self.locked_until = max(self.locked_until, self.now + seconds * SECOND)
        if self.flow.claimed is None:
            self.film.append(None)
        self.record(self.flow.lock_out(self.now + seconds * SECOND, self.now))

    @rule(seconds=st.integers(1, 60))
    def lock_pins(self, seconds: int) -> None:
        self.pin_locked_until = max(self.pin_locked_until, self.now + seconds * SECOND)
        self.flow.lock_pin(self.now + seconds * SECOND)

    @rule()
    def lose_the_camera(self) -> None:
        self.camera = False
        self.film.append(None)
        self.record(self.flow.set_camera_usable(self.now, usable=False))

    @rule()
    def restore_the_camera(self) -> None:
        self.camera = True
        self.record(self.flow.set_camera_usable(self.now, usable=True))

    @rule()
    def suspend(self) -> None:
        self.film.append(None)
        self.record(self.flow.interrupt(self.now))

    @rule(person=st.sampled_from(PEOPLE))
    def show_a_badge(self, person: Person) -> None:
        self.record(self.flow.claim(person, self.now))

    @rule()
    def show_an_unknown_badge(self) -> None:
        self.record(self.flow.deny(DenialReason.UNKNOWN_BADGE, self.now))

    @rule()
    def fail_the_action(self) -> None:
        self.record(self.flow.revoke(DenialReason.ACTION_FAILED, self.now))

    @rule()
    def open_the_pin_pad(self) -> None:
        self.record(self.flow.open_pin(self.now))

    @rule()
    def open_the_pin_instead_of_the_challenge(self) -> None:
        self.record(self.flow.open_pin_instead_of_challenge(self.now))

    @rule()
    def close_the_pin_pad(self) -> None:
        self.record(self.flow.close_pin(self.now))

    @rule(whose=st.sampled_from([None, ADA, BOB]))
    def enter_a_right_pin(self, whose: Person | None) -> None:
        asked = self.flow.status.state is KioskState.PIN and self.now >= self.pin_locked_until
        self.pins = [*self.pins, (whose, self.now)] if asked else self.pins
        self.record(self.flow.accept_pin(whose, self.now))

    @rule()
    def enter_a_wrong_pin(self) -> None:
        self.record(self.flow.reject_pin(DenialReason.WRONG_PIN, self.now))

    @rule(reason=st.none() | st.sampled_from([DenialReason.NOT_NOW, DenialReason.NOT_IN_GROUP]))
    def change_the_policy(self, reason: DenialReason | None) -> None:
        self.admitted = reason is None
        self.access.denials = {} if reason is None else {"ada": reason, "bob": reason}

    def check(self, unlock: Unlock) -> None:
        assert self.unlocked_at is None
        if unlock.method is AuthMethod.PIN:
            assert self.asked.pin is PinUse.INSTEAD
            assert self.pins[-1] == (unlock.person, self.now)
            return
        assert unlock.person is not None
        assert self.camera
        assert self.now >= self.locked_until or self.access.claimed == unlock.person
        assert self.admitted
        by_pin = unlock.method is AuthMethod.FACE_AND_PIN
        assert by_pin or self.asked.pin is not PinUse.AS_WELL
        if by_pin:
            assert (
                self.asked.pin is PinUse.AS_WELL
                or self.asked.pin_instead_of_challenge is not PinInsteadOfChallenge.NEVER
            )
            whose, when = self.pins[-1]
            assert whose == unlock.person
            assert self.now - when <= self.asked.pin_ns + self.asked.challenge_ns
        self.check_face(
            unlock.person,
            pin_replaces=by_pin and self.asked.pin_instead_of_challenge is not PinInsteadOfChallenge.NEVER,
        )

    def check_face(self, person: Person, *, pin_replaces: bool) -> None:
        last = self.film[-1]
        assert last is not None
        assert last.at_ns == self.now, "the frame that grants access was not processed"
        judged = [seen for seen in last.faces if seen.embedding is not None]
        assert any(self.is_entitled(self.unbroken(seen), person, pin_replaces=pin_replaces) for seen in judged)

    def is_entitled(self, stretch: Stretch, person: Person, *, pin_replaces: bool) -> bool:
        """Whether a stretch of frames entitles the person to access.

        The mean of its judged frames and the last of them match the person, and the liveness check passed if it is
        required. A PIN may replace a check that did not pass, but not a failed one.
        """
        judged = [(shown, seen.embedding) for shown, seen in stretch if seen.embedding is not None]
        wanted = judged[-self.asked.run.frames :]
        mean = np.mean([embedding.vector for _, embedding in wanted], axis=0)
        seen = [Embedding((mean / np.linalg.norm(mean)).astype(np.float32), "test"), wanted[-1][1]]
        matches = [FakeAccessCheck().compare(embedding) for embedding in seen]
        known = stretch[-1][0].liveness
        bound = known.verdict if known is not None and known.run == stretch[0][0].run else LivenessVerdict.NOT_RUN
        passed = bound is LivenessVerdict.PASSED or (pin_replaces and bound is not LivenessVerdict.FAILED)
        return (
            len(wanted) == self.asked.run.frames
            and self.now - wanted[0][0].at_ns <= self.asked.run.fresh_ns
            and all(match.accepted and match.person == person for match in matches)
            and (passed or not self.asked.liveness)
        )

    def unbroken(self, last: ObservedFace) -> Stretch:
        """Return the latest frames that show this face at its place without a gap."""
        stretch: Stretch = []
        for shown in reversed(self.film):
            if shown is None or (stretch and stretch[-1][0].at_ns - shown.at_ns > self.asked.run.gap_ns):
                break
            if stretch and shown.run != stretch[-1][0].run:
                break
            options = [seen for seen in shown.faces if self.can_come_before(stretch, seen)] if stretch else [last]
            if not options:
                break
            stretch.append((shown, options[0]))
        return stretch[::-1]

    def can_come_before(self, stretch: Stretch, seen: ObservedFace) -> bool:
        after, run = stretch[-1][1], self.asked.run
        later = next((one.embedding for _, one in reversed(stretch) if one.embedding is not None), None)
        unlike = later and seen.embedding and float(later.vector @ seen.embedding.vector) < run.agreement
        return seen.track == after.track and seen.box.iou(after.box) >= run.min_iou and not unlike

    @invariant()
    def it_relocks_in_time(self) -> None:
        if self.unlocked_at is not None:
            assert self.flow.status.state is KioskState.GRANTED
            assert self.now - self.unlocked_at < self.asked.relock_ns or self.flow.tick(self.now)

    @invariant()
    def granted_needs_an_unlock(self) -> None:
        if hasattr(self, "flow") and self.flow.status.state is KioskState.GRANTED:
            assert self.unlocked_at is not None

    @invariant()
    def no_face_is_processed_during_a_lockout_or_without_camera(self) -> None:
        if not hasattr(self, "flow"):
            return
        is_locked_out = self.now < self.locked_until and self.flow.claimed is None
        if not self.camera or is_locked_out:
            assert self.flow.status.state not in {KioskState.LOOKING, KioskState.VERIFYING, KioskState.CHALLENGE}


TestDoor = Door.TestCase
TestDoor.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
