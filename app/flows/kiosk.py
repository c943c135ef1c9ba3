"""The machine behind a kiosk's screen: who is let in, and when."""

from collections.abc import Callable

from app.core.liveness import LivenessVerdict
from app.core.people import Person
from app.core.types import Match
from app.flows.face_run import FaceFollower, FaceRun
from app.flows.judgement import Doubted, Judgement
from app.flows.kiosk_types import (
    BeginChallenge,
    BeginRun,
    Effect,
    KioskRules,
    KioskState,
    KioskStatus,
    Means,
    PinUse,
    Refusal,
    Refuse,
    Relock,
    Scene,
    Unlock,
)
from app.flows.pin_gate import PinGate
from app.flows.rearm import Held, Holds

_OPEN_TO_CLAIMS = frozenset({KioskState.IDLE, KioskState.LOOKING, KioskState.VERIFYING, KioskState.DENIED})
_STALE_NS = 1_000_000_000
"""A frame so much older than what is already known is not looked at, and what was seen before it is void."""


class KioskFlow:
    """From a face in view to an open door, and back.

    It opens on a complete, fresh run of frames of one tracked face whose mean matches with margin, in a frame that
    itself matches, once that run's face was shown to be living where the rules ask for it, or for a PIN where the rules
    take one. Whatever breaks the run, also a single frame without the face, begins everything anew.

    ```mermaid
    stateDiagram-v2
        [*] --> idle
        idle --> looking: a face in view, or a badge
        looking --> idle: nobody in view
        looking --> verifying: the face is judged
        looking --> denied: cannot be judged for too long
        verifying --> looking: face lost or swapped
        verifying --> denied: a complete run that does not match, for long enough
        verifying --> challenge: matches, not yet shown to be living
        verifying --> pin: matches, and a PIN is asked for as well
        verifying --> granted: matches
        challenge --> looking: face lost or swapped
        challenge --> denied: not living, or too late
        challenge --> pin: living, and a PIN is asked for as well
        challenge --> granted: living, in a frame that matches
        pin --> granted: the PIN of the site or of the person claimed, where it stands in for the face
        pin --> verifying: the PIN of the person seen, where both are asked for
        pin --> idle: closed, or no key for too long
        granted --> idle: relock
        denied --> idle: after a while
        denied --> locked_out: once too often
        locked_out --> idle: the delay has passed
        idle --> fault: camera lost (likewise from any other state but granted and pin, which end first)
        fault --> idle: camera back
        fault --> pin: asked for (likewise from all others but granted)
    ```

    Args:
        rules: What is asked for.
    """

    def __init__(self, rules: KioskRules) -> None:
        self._rules = rules
        self._state = KioskState.IDLE
        self._now_ns = 0
        self._since_ns = 0
        self._until_ns: int | None = None
        self._follower = FaceFollower(rules.run)
        self._holds = Holds(rules.rearm, rules.rearm_ns)
        self._again: Held | None = None
        self._judgement = Judgement(rules.deny_ns)
        self._claimed: Person | None = None
        self._person: Person | None = None
        self._refusal: Refusal | None = None
        self._pin = PinGate()
        self._locked_ns = 0
        self._camera_lost = False
        self._effects: list[Effect] = []
        self._states: dict[KioskState, Callable[[Scene], None]] = {
            KioskState.IDLE: self._in_idle,
            KioskState.LOOKING: self._in_looking,
            KioskState.VERIFYING: self._in_verifying,
            KioskState.CHALLENGE: self._in_challenge,
            KioskState.PIN: self._in_pin,
        }

    @property
    def status(self) -> KioskStatus:
        """Where it stands."""
        run = self._follower.run
        return KioskStatus(
            state=self._state,
            hints=self._follower.hints,
            refusal=self._again.refusal if self._again else self._refusal,
            person=self._person or self._claimed,
            progress=run.progress(self._now_ns) if run else 0.0,
            since_ns=self._since_ns,
            until_ns=self._until_ns,
            run=run.number if run else 0,
            track=run.track if run else 0,
            again=self._again is not None and self._again.refusal is None,
            pin_wrong=self._pin.wrong,
            pin_until_ns=self._pin.closed_until_ns(self._now_ns),
        )

    @property
    def claimed(self) -> Person | None:
        """Whom somebody said to be."""
        return self._claimed

    def observe(self, scene: Scene) -> list[Effect]:
        """Take in one frame."""
        if scene.at_ns <= self._now_ns - _STALE_NS:
            self._break_run()
            return []
        self._pass_time(scene.at_ns)
        self._holds.look(scene)
        look = self._states.get(self._state)
        if look is not None and not self._is_closed():
            look(scene)
        return self._done()

    def tick(self, now_ns: int) -> list[Effect]:
        """Let time pass without a frame."""
        self._pass_time(now_ns)
        return self._done()

    def claim(self, person: Person, now_ns: int) -> list[Effect]:
        """Somebody says to be this person; only that is asked from now on."""
        self._pass_time(now_ns)
        if self._state in _OPEN_TO_CLAIMS and not self._is_closed():
            self._forget()
            self._claimed = person
            self._enter(KioskState.LOOKING, self._rules.looking_ns)
        elif self._state is KioskState.PIN and self._rules.pin is PinUse.INSTEAD:
            self._claimed = person
        return self._done()

    def refuse(self, refusal: Refusal, now_ns: int) -> list[Effect]:
        """Somebody is not let in for a reason that no frame shows: a badge that nobody has, a claim that is locked."""
        self._pass_time(now_ns)
        if self._state in _OPEN_TO_CLAIMS:
            self._deny(refusal, self._claimed, None)
        return self._done()

    def withdraw(self, refusal: Refusal, now_ns: int) -> list[Effect]:
        """What an unlock was to do has failed: nobody was let in, and whoever it was may try again."""
        self._pass_time(now_ns)
        if self._state is KioskState.GRANTED:
            person = self._person
            self._effects.append(Relock(self._now_ns))
            self._deny(refusal, person, None)
            self._holds.release(person)
        return self._done()

    def open_pin(self, now_ns: int) -> list[Effect]:
        """Somebody wants to type a PIN in place of showing a face."""
        self._pass_time(now_ns)
        if self._rules.pin is PinUse.INSTEAD and self._state is not KioskState.GRANTED:
            self._forget(keep_claim=True)
            self._ask_for_pin()
        return self._done()

    def pin_touched(self, now_ns: int) -> list[Effect]:
        """A key was pressed: there is somebody."""
        self._pass_time(now_ns)
        if self._state is KioskState.PIN:
            self._until_ns = self._now_ns + self._rules.pin_ns
            self._pin.wrong = False
        return self._done()

    def close_pin(self, now_ns: int) -> list[Effect]:
        """Nobody wants to type a PIN any more."""
        self._pass_time(now_ns)
        if self._state is KioskState.PIN:
            self._rest()
        return self._done()

    def pin_right(self, person: Person | None, now_ns: int) -> list[Effect]:
        """The PIN that was typed is that of the person, or of the site (None)."""
        self._pass_time(now_ns)
        if self._state is not KioskState.PIN or self._pin.closed_until_ns(self._now_ns) is not None:
            return self._done()
        if self._rules.pin is PinUse.INSTEAD:
            self._grant(Means.PIN, person, None)
        elif person is not None and self._person is not None and person.id == self._person.id:
            self._await_face_of(person)
        return self._done()

    def pin_refused(self, refusal: Refusal, now_ns: int) -> list[Effect]:
        """The PIN that was typed lets nobody in."""
        self._pass_time(now_ns)
        if self._state is KioskState.PIN:
            self._pin.wrong, self._refusal = True, refusal
            self._effects.append(Refuse(refusal, self._person or self._claimed, None, self._now_ns))
        return self._done()

    def lock_pin(self, until_ns: int) -> None:
        """Take no PIN until then; never shortens."""
        self._pin.close(until_ns)

    def lock_out(self, until_ns: int, now_ns: int) -> list[Effect]:
        """Look at no face until then; never shortens."""
        self._pass_time(now_ns)
        self._locked_ns = max(self._locked_ns, until_ns)
        self._give_way()
        return self._done()

    def camera(self, now_ns: int, *, usable: bool) -> list[Effect]:
        """There are pictures from now on, or there are none."""
        self._pass_time(now_ns)
        changed, self._camera_lost = usable is self._camera_lost, not usable
        if not usable:
            self._break_run()
        if changed:
            self._give_way()
        return self._done()

    def interrupted(self, now_ns: int) -> list[Effect]:
        """The machine slept, or another camera is looked through: what was seen before is void."""
        self._pass_time(now_ns)
        self._break_run()
        self._give_way()
        return self._done()

    def _in_idle(self, scene: Scene) -> None:
        if scene.faces:
            self._enter(KioskState.LOOKING, self._rules.looking_ns)
            self._in_looking(scene)

    def _in_looking(self, scene: Scene) -> None:
        run = self._follow(scene)
        if run is None:
            if self._claimed is None and scene.at_ns - self._follower.unseen_ns >= self._rules.lost_ns:
                self._rest()
        elif run.judged:
            self._enter(KioskState.VERIFYING, self._rules.verifying_ns)
            self._judge(scene, run)

    def _in_verifying(self, scene: Scene) -> None:
        run = self._follow(scene)
        if run is None or not run.judged:
            self._enter(KioskState.LOOKING, self._rules.looking_ns)
        else:
            self._judge(scene, run)

    def _in_challenge(self, scene: Scene) -> None:
        before = self._follower.run
        run = self._follow(scene)
        if run is None or run is not before:
            self._enter(KioskState.LOOKING, self._rules.looking_ns)
        elif scene.liveness_of(run.number) is LivenessVerdict.FAILED:
            self._deny(Refusal.NOT_LIVE, self._person, None)
        else:
            self._judge(scene, run)

    def _in_pin(self, scene: Scene) -> None:
        """Where both are asked for, the face is followed meanwhile, so that it need not begin anew afterwards."""
        if self._rules.pin is PinUse.AS_WELL:
            self._follow(scene)

    def _follow(self, scene: Scene) -> FaceRun | None:
        """Grow the run by this frame, or begin another; None when nobody is in view."""
        before = self._follower.run
        run = self._follower.follow(scene.faces, scene.at_ns)
        if run is not before:
            self._judgement.forget()
            self._again = None
            self._effects += [BeginRun(run.number, run.track)] if run else []
        return run

    def _break_run(self) -> None:
        self._follower.forget()
        self._judgement.forget()
        self._again = None

    def _judge(self, scene: Scene, run: FaceRun) -> None:
        """Decide on a complete run, in a frame that was itself judged."""
        word = self._judgement.of(self._follower, scene.judge, self._claimed, scene.at_ns)
        if isinstance(word, Doubted):
            self._deny(word.refusal, self._claimed, word.match)
        elif word is not None and (held := self._holds.of(word.person)) is not None:
            self._enter(KioskState.LOOKING, self._rules.looking_ns)
            self._again = held
        elif word is not None:
            self._admit(scene, run, word.person, word.match)

    def _admit(self, scene: Scene, run: FaceRun, person: Person, match: Match) -> None:
        refusal = scene.judge.admits(person)
        if refusal is not None:
            track = run.track
            self._deny(refusal, person, match)
            self._holds.add(person, track, refusal, self._now_ns)
        elif self._rules.liveness and scene.liveness_of(run.number) is not LivenessVerdict.PASSED:
            self._want_living(scene, run, person, match)
        elif self._rules.pin is PinUse.AS_WELL and not self._pin.holds_for(person, self._now_ns):
            self._ask_for_pin(person)
        else:
            means = Means.FACE_AND_PIN if self._rules.pin is PinUse.AS_WELL else Means.FACE
            self._grant(means, person, match)

    def _want_living(self, scene: Scene, run: FaceRun, person: Person, match: Match) -> None:
        if scene.liveness_of(run.number) is LivenessVerdict.FAILED:
            self._deny(Refusal.NOT_LIVE, person, match)
        elif self._state is not KioskState.CHALLENGE:
            self._enter(KioskState.CHALLENGE, self._rules.challenge_ns)
            self._person = person
            self._effects.append(BeginChallenge(run.number, run.track))

    def _grant(self, means: Means, person: Person | None, match: Match | None) -> None:
        track = self._follower.run.track if self._follower.run else 0
        self._effects.append(Unlock(means, person, match, self._now_ns))
        self._forget()
        self._enter(KioskState.GRANTED, self._rules.relock_ns)
        self._person = person
        if person is not None:
            self._holds.add(person, track, None, self._now_ns)

    def _deny(self, refusal: Refusal, person: Person | None, match: Match | None) -> None:
        self._effects.append(Refuse(refusal, person, match, self._now_ns))
        self._forget()
        self._enter(KioskState.DENIED, self._rules.denied_ns)
        self._refusal = refusal

    def _ask_for_pin(self, person: Person | None = None) -> None:
        self._enter(KioskState.PIN, self._rules.pin_ns)
        self._person = person

    def _give_way(self) -> None:
        """Rest at once, unless the door is open or somebody types: that ends first."""
        if self._state not in {KioskState.GRANTED, KioskState.PIN}:
            self._rest(self._refusal)

    def _await_face_of(self, person: Person) -> None:
        """The PIN is right; the face has yet to be seen after it."""
        if self._is_closed():
            self._rest()
        else:
            self._pin.typed(person, self._now_ns + self._rules.pin_ns)
            self._enter(KioskState.VERIFYING, self._rules.verifying_ns)

    def _is_closed(self) -> bool:
        """Whether faces must not or cannot be looked at."""
        return self._camera_lost or self._now_ns < self._locked_ns

    def _rest(self, refusal: Refusal | None = None) -> None:
        """Wait for the next: idle, unless faces must not or cannot be looked at."""
        self._forget()
        if self._camera_lost:
            self._enter(KioskState.FAULT)
        elif self._locked_ns > self._now_ns:
            self._enter(KioskState.LOCKED_OUT, self._locked_ns - self._now_ns)
        else:
            self._enter(KioskState.IDLE)
        self._refusal = refusal

    def _forget(self, *, keep_claim: bool = False) -> None:
        self._break_run()
        self._pin.forget()
        self._claimed = self._claimed if keep_claim else None

    def _pass_time(self, now_ns: int) -> None:
        self._now_ns = max(self._now_ns, now_ns)
        self._holds.pass_time(self._now_ns)
        if self._until_ns is not None and self._now_ns >= self._until_ns:
            self._time_is_up()

    def _time_is_up(self) -> None:
        if self._state is KioskState.GRANTED:
            self._effects.append(Relock(self._now_ns))
        if self._state is KioskState.CHALLENGE:
            self._deny(Refusal.NOT_LIVE, self._person, None)
        elif self._state is KioskState.VERIFYING or (
            self._state is KioskState.LOOKING and (self._claimed or self._follower.run)
        ):
            self._deny(Refusal.CANNOT_JUDGE, self._claimed, None)
        else:
            self._rest()

    def _enter(self, state: KioskState, for_ns: int | None = None) -> None:
        self._state = state
        self._since_ns = self._now_ns
        self._until_ns = None if for_ns is None else self._now_ns + for_ns
        self._person, self._refusal, self._again = None, None, None
        self._pin.wrong = False

    def _done(self) -> list[Effect]:
        effects, self._effects = self._effects, []
        return effects
