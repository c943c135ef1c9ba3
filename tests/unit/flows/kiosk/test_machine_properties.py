"""Any events in any order: what must hold whenever a door opens, told apart from how the machine works.

The oracle keeps the film itself. A door that a face opened must have, at the end of the film, a complete, fresh,
unbroken stretch of one face that is the person let in, shown to be living, with nothing in between. And nobody sees
what a challenge asks for without either answering it or failing once.
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
"""A film of several shots: faces, and for how many frames."""


@dataclass(frozen=True)
class Shown:
    """A frame that was looked at, or None in its place for whatever breaks every run."""

    at_ns: int
    faces: tuple[ObservedFace, ...]
    living: LivenessStatus | None
    run: int


class Door(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 10 * SECOND
        self.film: list[Shown | None] = []
        self.effects: list[Effect] = []
        self.locked_until = 0
        self.pin_locked_until = 0
        self.camera = True
        self.pins: list[tuple[Person | None, int]] = []
        self.run_of: dict[int, int] = {}
        self.unlocked_at: int | None = None
        self.relocked_at = 0
        self.admitted = True
        self.order_seen = False
        self.by_frame = False
        self.step_ns = FRAME_NS

    @initialize(
        liveness=st.booleans(),
        pin=st.sampled_from(PinUse),
        moving=st.sampled_from(PinInsteadOfChallenge),
        reentry=st.sampled_from(ReentryMode),
        frames=st.integers(1, 6),
    )
    def opens(
        self, liveness: bool, pin: PinUse, moving: PinInsteadOfChallenge, reentry: ReentryMode, frames: int
    ) -> None:
        self.asked = KioskRules(
            liveness=liveness,
            pin=pin,
            pin_instead_of_challenge=moving,
            reentry=reentry,
            run=RunRule(frames=frames, fresh_ns=SECOND),
            looking_ns=4 * SECOND,
        )
        self.flow = KioskFlow(self.asked)
        self.access = FakeAccessCheck()
        self.stood = self.flow.status

    def did(self, effects: list[Effect]) -> None:
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
        self.check_left(self.stood, self.flow.status)
        self.stood, self.by_frame = self.flow.status, False

    def check_left(self, before: KioskStatus, after: KioskStatus) -> None:
        """Whoever leaves a challenge that was an attempt has passed it, or has failed exactly once."""
        counted = [effect for effect in self.effects if isinstance(effect, Deny) and effect.is_failed_attempt]
        assert len(counted) <= 1
        stays = (after.state, after.since_ns) == (before.state, before.since_ns)
        if before.state is KioskState.CHALLENGE and not stays:
            was_attempt = self.order_seen or self.now - before.since_ns >= self.asked.reject_after_ns
            passed = any(isinstance(effect, Unlock) for effect in self.effects) or self.goes_on_to_the_pin(after)
            if was_attempt and self.admitted and not passed:
                assert len(counted) == 1, "an order was seen for nothing"
            self.order_seen = False

    def goes_on_to_the_pin(self, after: KioskStatus) -> bool:
        """Living was shown in this very frame, and the PIN is the second factor."""
        last = self.film[-1] if self.film else None
        said = last.living if last and self.by_frame else None
        return after.state is KioskState.PIN and said is not None and said.verdict is LivenessVerdict.PASSED

    @rule(
        faces=st.lists(FACES, max_size=2, unique_by=lambda seen: seen.track),
        frames=st.integers(1, 8),
        verdict=st.none() | st.sampled_from(LivenessVerdict),
        asked=st.booleans(),
        over=st.booleans(),
    )
    def shows(
        self, faces: list[ObservedFace], frames: int, verdict: LivenessVerdict | None, asked: bool, over: bool
    ) -> None:
        for _ in range(frames):
            self.now += self.step_ns
            living = (
                None
                if verdict is None
                else LivenessStatus(self.flow.status.run, verdict, prompted=asked, is_final=over)
            )
            self.frame(tuple(faces), living)

    @rule(who=st.sampled_from(["ada", "bob"]), frames=st.integers(6, 60), asked=st.booleans())
    def stands_there_and_does_nothing(self, who: str, frames: int, asked: bool) -> None:
        self.shows([face(who)], frames, LivenessVerdict.NOT_ENOUGH, asked, False)

    @rule(who=st.sampled_from(["ada", "bob"]), frames=st.integers(1, 8))
    def stands_there_living(self, who: str, frames: int) -> None:
        self.shows([face(who)], frames, LivenessVerdict.PASSED, True, True)

    @rule(who=st.sampled_from(["ada", "bob"]), frames=st.integers(1, 6), gone=st.integers(1, 6))
    def comes_and_leaves(self, who: str, frames: int, gone: int) -> None:
        self.shows([face(who)], frames, LivenessVerdict.PASSED, True, True)
        self.shows([], gone, LivenessVerdict.PASSED, True, True)

    @rule(shots=SHOTS, cut=st.sampled_from(["", "", "sleeps", "pauses", "blinks", "an_old_frame_comes_late"]))
    def plays_a_film_with_cuts(self, shots: list[tuple[list[ObservedFace], int]], cut: str) -> None:
        cuts: dict[str, Callable[[], None]] = {
            "sleeps": self.sleeps,
            "pauses": self.pauses,
            "blinks": lambda: self.shows([], 1, LivenessVerdict.PASSED, True, False),
            "an_old_frame_comes_late": lambda: self.an_old_frame_comes_late(1),
        }
        for faces, frames in shots:
            self.shows(faces, frames, LivenessVerdict.PASSED, True, False)
            cuts.get(cut, lambda: None)()

    @rule(
        who=st.sampled_from(["ada", "bob"]),
        what=st.sampled_from(["track", "box", "face", "faint", "nobody", "sleeps", "pauses", "old frame", "slow"]),
        after=st.integers(1, 5),
    )
    def something_changes_in_the_middle(self, who: str, what: str, after: int) -> None:
        """Whatever breaks a run, in front of somebody for whom the door would open otherwise."""
        before = max(self.asked.run.frames - after, 1)
        events: dict[str, Callable[[], None]] = {
            "nobody": lambda: self.shows([], 1, LivenessVerdict.PASSED, True, False),
            "sleeps": self.sleeps,
            "pauses": self.pauses,
            "old frame": lambda: self.an_old_frame_comes_late(1),
        }
        others = {
            "track": face(who, track=2),
            "box": face(who, box=ELSEWHERE),
            "face": face("bob" if who == "ada" else "ada"),
            "faint": faint(who),
        }
        self.begins_afresh()
        self.step_ns = SECOND * 45 // 100 if what == "slow" else FRAME_NS
        self.shows([face(who)], before, LivenessVerdict.PASSED, True, False)
        events.get(what, lambda: None)()
        self.shows([others.get(what, face(who))], after, LivenessVerdict.PASSED, True, False)
        self.step_ns = FRAME_NS

    @rule(
        who=st.sampled_from(["ada", "bob"]),
        asked=st.booleans(),
        watched=st.integers(1, 70),
        way_out=st.sampled_from(["hides", "gives up", "pad", "cannot move", "camera", "sleeps", "old frame", "waits"]),
    )
    def leaves_a_challenge(self, who: str, asked: bool, watched: int, way_out: str) -> None:
        ways: dict[str, Callable[[], None]] = {
            "hides": lambda: self.shows([], 1, None, False, False),
            "gives up": lambda: self.shows([face(who)], 1, LivenessVerdict.NOT_ENOUGH, asked, True),
            "pad": self.opens_the_pad,
            "cannot move": self.cannot_move,
            "camera": self.loses_the_camera,
            "sleeps": self.sleeps,
            "old frame": lambda: self.an_old_frame_comes_late(1),
            "waits": lambda: self.waits(1.0),
        }
        self.begins_afresh()
        self.shows([face(who)], 7, LivenessVerdict.NOT_ENOUGH, False, False)
        self.shows([face(who)], watched, LivenessVerdict.NOT_ENOUGH, asked, False)
        ways[way_out]()
        self.has_the_camera_back()
        self.shows([face(who)], 2, LivenessVerdict.NOT_ENOUGH, False, False)

    @rule(
        who=st.sampled_from([ADA, BOB]),
        whose=st.sampled_from(["own", "own", "of the site", "of another"]),
        between=st.sampled_from(["", "", "is_locked_out", "waits", "loses_the_camera"]),
        then=st.sampled_from(["the same", "the same", "ada", "bob", STRANGER]),
        verdict=st.sampled_from([*LivenessVerdict, LivenessVerdict.FAILED]),
    )
    def types_a_pin_and_shows_a_face(
        self, who: Person, whose: str, between: str, then: str, verdict: LivenessVerdict
    ) -> None:
        own = face(who.id)
        pins = {"own": who, "of the site": None, "of another": BOB if who == ADA else ADA}
        events: dict[str, Callable[[], None]] = {
            "is_locked_out": lambda: self.is_locked_out(60),
            "waits": lambda: self.waits(25),
            "loses_the_camera": self.loses_the_camera,
        }
        self.begins_afresh()
        self.shows([own], 8, LivenessVerdict.NOT_ENOUGH, True, False)
        if self.asked.pin_instead_of_challenge is PinInsteadOfChallenge.NEVER:
            self.shows([own], 1, LivenessVerdict.PASSED, True, False)
        self.cannot_move()
        events.get(between, lambda: None)()
        self.types_a_right_pin(pins[whose])
        self.shows([own if then == "the same" else face(then)], 8, verdict, False, False)

    def begins_afresh(self) -> None:
        """Nobody is held or locked out any more, nobody types, and whoever is known may come in."""
        self.the_policy_changes(None)
        self.has_the_camera_back()
        self.closes_the_pad()
        self.waits(70.0)

    def pauses(self) -> None:
        self.waits(0.6)

    @rule(who=st.sampled_from(["ada", "bob"]), back=st.integers(1, 3))
    def is_said_to_be_living_of_an_older_run(self, who: str, back: int) -> None:
        for _ in range(8):
            self.now += FRAME_NS
            self.frame((face(who),), LivenessStatus(max(self.flow.status.run - back, 0), LivenessVerdict.PASSED))

    @rule(back=st.integers(1, 5))
    def an_old_frame_comes_late(self, back: int) -> None:
        self.did(self.flow.tick(self.now))
        effects = self.flow.observe(Observation((face(),), self.access, self.now - back * SECOND))
        self.film.append(None)
        self.did(effects)

    def frame(self, faces: tuple[ObservedFace, ...], living: LivenessStatus | None) -> None:
        scene = Observation(faces, self.access, self.now, living)
        before = self.flow.status
        if before.state is KioskState.CHALLENGE and living is not None and living.run == before.run != 0:
            self.order_seen = self.order_seen or living.prompted
        effects = self.flow.observe(scene)
        self.by_frame = True
        began = [effect.run for effect in effects if isinstance(effect, BeginRun)]
        run = began[-1] if began else before.run
        self.film.append(Shown(self.now, faces, living, run))
        self.did(effects)

    @rule(seconds=st.floats(0.05, 40))
    def waits(self, seconds: float) -> None:
        self.now += round(seconds * SECOND)
        self.did(self.flow.tick(self.now))

    @rule(seconds=st.integers(1, 60))
    def is_locked_out(self, seconds: int) -> None:
        self.locked_until = max(self.locked_until, self.now + seconds * SECOND)
        self.film.append(None)
        self.did(self.flow.lock_out(self.now + seconds * SECOND, self.now))

    @rule(seconds=st.integers(1, 60))
    def pins_are_locked(self, seconds: int) -> None:
        self.pin_locked_until = max(self.pin_locked_until, self.now + seconds * SECOND)
        self.flow.lock_pin(self.now + seconds * SECOND)

    @rule()
    def loses_the_camera(self) -> None:
        self.camera = False
        self.film.append(None)
        self.did(self.flow.set_camera_usable(self.now, usable=False))

    @rule()
    def has_the_camera_back(self) -> None:
        self.camera = True
        self.did(self.flow.set_camera_usable(self.now, usable=True))

    @rule()
    def sleeps(self) -> None:
        self.film.append(None)
        self.did(self.flow.interrupt(self.now))

    @rule(person=st.sampled_from(PEOPLE))
    def shows_a_badge(self, person: Person) -> None:
        self.did(self.flow.claim(person, self.now))

    @rule()
    def shows_a_badge_that_nobody_has(self) -> None:
        self.did(self.flow.deny(DenialReason.UNKNOWN_BADGE, self.now))

    @rule()
    def the_door_does_not_open(self) -> None:
        self.did(self.flow.revoke(DenialReason.ACTION_FAILED, self.now))

    @rule()
    def opens_the_pad(self) -> None:
        self.did(self.flow.open_pin(self.now))

    @rule()
    def cannot_move(self) -> None:
        self.did(self.flow.open_pin_instead_of_challenge(self.now))

    @rule()
    def closes_the_pad(self) -> None:
        self.did(self.flow.close_pin(self.now))

    @rule(whose=st.sampled_from([None, ADA, BOB]))
    def types_a_right_pin(self, whose: Person | None) -> None:
        asked = self.flow.status.state is KioskState.PIN and self.now >= self.pin_locked_until
        self.pins = [*self.pins, (whose, self.now)] if asked else self.pins
        self.did(self.flow.accept_pin(whose, self.now))

    @rule()
    def types_a_wrong_pin(self) -> None:
        self.did(self.flow.reject_pin(DenialReason.WRONG_PIN, self.now))

    @rule(refusal=st.none() | st.sampled_from([DenialReason.NOT_NOW, DenialReason.NOT_IN_GROUP]))
    def the_policy_changes(self, refusal: DenialReason | None) -> None:
        self.admitted = refusal is None
        self.access.refusals = {} if refusal is None else {"ada": refusal, "bob": refusal}

    def check(self, unlock: Unlock) -> None:
        assert self.unlocked_at is None
        if unlock.method is AuthMethod.PIN:
            assert self.asked.pin is PinUse.INSTEAD
            assert self.pins[-1] == (unlock.person, self.now)
            return
        assert unlock.person is not None
        assert self.camera
        assert self.now >= self.locked_until
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
            unlock.person, stands_in=by_pin and self.asked.pin_instead_of_challenge is not PinInsteadOfChallenge.NEVER
        )

    def check_face(self, person: Person, *, stands_in: bool) -> None:
        last = self.film[-1]
        assert last is not None
        assert last.at_ns == self.now, "the frame that grants was not looked at"
        judged = [seen for seen in last.faces if seen.embedding is not None]
        assert any(self.may_be_let_in(self.unbroken(seen), person, stands_in=stands_in) for seen in judged)

    def may_be_let_in(self, stretch: list[tuple[Shown, ObservedFace]], person: Person, *, stands_in: bool) -> bool:
        """Whether a face that was always there is this person, for long enough, and living where that is asked for.

        This person by the mean of its frames and by the last one.

        A PIN may stand in for what was not shown, but not for what was shown to be a picture.
        """
        judged = [(shown, seen.embedding) for shown, seen in stretch if seen.embedding is not None]
        wanted = judged[-self.asked.run.frames :]
        mean = np.mean([embedding.vector for _, embedding in wanted], axis=0)
        seen = [Embedding((mean / np.linalg.norm(mean)).astype(np.float32), "test"), wanted[-1][1]]
        matches = [FakeAccessCheck().compare(embedding) for embedding in seen]
        said = stretch[-1][0].living
        bound = said.verdict if said is not None and said.run == stretch[0][0].run else LivenessVerdict.NOT_RUN
        living = bound is LivenessVerdict.PASSED or (stands_in and bound is not LivenessVerdict.FAILED)
        return (
            len(wanted) == self.asked.run.frames
            and self.now - wanted[0][0].at_ns <= self.asked.run.fresh_ns
            and all(match.accepted and match.person == person for match in matches)
            and (living or not self.asked.liveness)
        )

    def unbroken(self, last: ObservedFace) -> list[tuple[Shown, ObservedFace]]:
        """The frames up to now in which this face of the last one is always there, at its place, without a pause."""
        stretch: list[tuple[Shown, ObservedFace]] = []
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

    def can_come_before(self, stretch: list[tuple[Shown, ObservedFace]], seen: ObservedFace) -> bool:
        after, run = stretch[-1][1], self.asked.run
        later = next((one.embedding for _, one in reversed(stretch) if one.embedding is not None), None)
        unlike = later and seen.embedding and float(later.vector @ seen.embedding.vector) < run.agreement
        return seen.track == after.track and seen.box.iou(after.box) >= run.min_iou and not unlike

    @invariant()
    def it_never_stays_open(self) -> None:
        if self.unlocked_at is not None:
            assert self.flow.status.state is KioskState.GRANTED
            assert self.now - self.unlocked_at < self.asked.relock_ns or self.flow.tick(self.now)

    @invariant()
    def without_an_unlock_it_does_not_say_granted(self) -> None:
        if hasattr(self, "flow") and self.flow.status.state is KioskState.GRANTED:
            assert self.unlocked_at is not None

    @invariant()
    def no_face_is_looked_at_while_locked_out_or_blind(self) -> None:
        if hasattr(self, "flow") and (not self.camera or self.now < self.locked_until):
            assert self.flow.status.state not in {KioskState.LOOKING, KioskState.VERIFYING, KioskState.CHALLENGE}


TestDoor = Door.TestCase
TestDoor.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
