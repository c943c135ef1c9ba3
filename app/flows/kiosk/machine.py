"""The machine behind a kiosk's screen: who is let in, and when."""

from collections.abc import Callable

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
    KioskRules,
    KioskState,
    KioskStatus,
    Observation,
    PinInsteadOfChallenge,
    PinUse,
    Relock,
)

_OPEN_TO_CLAIMS = frozenset({KioskState.IDLE, KioskState.LOOKING, KioskState.VERIFYING, KioskState.DENIED})
_STALE_NS = 1_000_000_000
"""A frame so much older than what is already known is not looked at, and what was seen before it is void."""


class KioskFlow:
    """From a face in view to an open door, and back.

    It opens on a complete, fresh run of frames of one tracked face whose mean matches with margin, in a frame that
    itself matches, once that run's face was shown to be living where the rules ask for it, or for a PIN where the rules
    take one. Whatever breaks the run, also a single frame without the face, begins everything anew. Who leaves a
    challenge, by whatever way, after it has asked for anything has failed at it.

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
        verifying --> pin: matches, and a PIN is asked for as well, or in place of moving
        verifying --> granted: matches
        challenge --> looking: face lost or swapped
        challenge --> denied: not living, not finished, or too late
        challenge --> pin: living, and a PIN is asked for as well; or the PIN is chosen in place of moving
        challenge --> granted: living, in a frame that matches
        pin --> granted: the PIN of the site or of the person claimed, where it stands in for the face
        pin --> verifying: the PIN of the person seen, where both are asked for or it stands in for moving
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
        self._door = KioskContext(rules)
        self._states: dict[KioskState, Callable[[Observation], None]] = {
            KioskState.IDLE: self._in_idle,
            KioskState.LOOKING: self._in_looking,
            KioskState.VERIFYING: self._in_verifying,
            KioskState.CHALLENGE: self._in_challenge,
            KioskState.PIN: self._in_pin,
        }

    @property
    def status(self) -> KioskStatus:
        """Where it stands."""
        stage, run, again = self._door.stage, self._door.sight.run, self._door.sight.again
        return KioskStatus(
            state=stage.state,
            hints=self._door.sight.hints,
            refusal=again.refusal if again else stage.refusal,
            person=stage.person or self._door.claimed,
            progress=run.progress(self._door.now_ns) if run else 0.0,
            since_ns=stage.since_ns,
            until_ns=stage.until_ns,
            run=run.number if run else 0,
            track=self._door.sight.track,
            again=again is not None and again.refusal is None,
            pin_wrong=self._door.pin.wrong,
            pin_until_ns=self._door.pin.closed_until_ns(self._door.now_ns),
        )

    @property
    def claimed(self) -> Person | None:
        """Whom somebody said to be."""
        return self._door.claimed

    def observe(self, scene: Observation) -> list[Effect]:
        """Take in one frame."""
        if scene.at_ns <= self._door.now_ns - _STALE_NS:
            self._door.sight.forget()
            return []
        self._door.pass_time(scene.at_ns)
        self._door.holds.look(scene)
        look = self._states.get(self._door.stage.state)
        if look is not None and not self._door.is_closed:
            look(scene)
        return self._door.done()

    def tick(self, now_ns: int) -> list[Effect]:
        """Let time pass without a frame."""
        self._door.pass_time(now_ns)
        return self._door.done()

    def claim(self, person: Person, now_ns: int) -> list[Effect]:
        """Somebody says to be this person; only that is asked from now on."""
        self._door.pass_time(now_ns)
        if self._door.stage.state in _OPEN_TO_CLAIMS and not self._door.is_closed:
            self._door.forget()
            self._door.claimed = person
            self._door.enter(KioskState.LOOKING, self._rules.looking_ns)
        elif self._door.stage.state is KioskState.PIN and self._door.stage.person is None:
            self._door.claimed = person
        return self._door.done()

    def refuse(self, refusal: DenialReason, now_ns: int) -> list[Effect]:
        """Somebody is not let in for a reason that no frame shows: a badge that nobody has, a claim that is locked."""
        self._door.pass_time(now_ns)
        if self._door.stage.state in _OPEN_TO_CLAIMS:
            self._door.deny(refusal, self._door.claimed, None)
        return self._door.done()

    def withdraw(self, refusal: DenialReason, now_ns: int) -> list[Effect]:
        """What an unlock was to do has failed: nobody was let in, and whoever it was may try again."""
        self._door.pass_time(now_ns)
        if self._door.stage.state is KioskState.GRANTED:
            person = self._door.stage.person
            self._door.does(Relock(self._door.now_ns))
            self._door.deny(refusal, person, None)
            self._door.holds.release(person)
        return self._door.done()

    def open_pin(self, now_ns: int) -> list[Effect]:
        """Somebody wants to type a PIN in place of showing a face."""
        self._door.pass_time(now_ns)
        if self._rules.pin is PinUse.INSTEAD and self._door.stage.state is not KioskState.GRANTED:
            self._door.forget(keep_claim=True)
            self._door.ask_for_pin()
        return self._door.done()

    def open_pin_instead_of_challenge(self, now_ns: int) -> list[Effect]:
        """Whoever is asked to move cannot, and wants to type their own PIN in place of that."""
        self._door.pass_time(now_ns)
        if (
            self._rules.pin_instead_of_challenge is PinInsteadOfChallenge.OFFERED
            and self._door.stage.state is KioskState.CHALLENGE
        ):
            self._door.ask_for_pin(self._door.stage.person)
        return self._door.done()

    def pin_touched(self, now_ns: int) -> list[Effect]:
        """A key was pressed: there is somebody."""
        self._door.pass_time(now_ns)
        if self._door.stage.state is KioskState.PIN:
            self._door.stage.until_ns = self._door.now_ns + self._rules.pin_ns
            self._door.pin.wrong = False
        return self._door.done()

    def close_pin(self, now_ns: int) -> list[Effect]:
        """Nobody wants to type a PIN any more."""
        self._door.pass_time(now_ns)
        if self._door.stage.state is KioskState.PIN:
            self._door.rest()
        return self._door.done()

    def pin_right(self, person: Person | None, now_ns: int) -> list[Effect]:
        """The PIN that was typed is that of the person, or of the site (None)."""
        self._door.pass_time(now_ns)
        door, seen = self._door, self._door.stage.person
        if door.stage.state is not KioskState.PIN or door.pin.closed_until_ns(door.now_ns) is not None:
            return door.done()
        if seen is None:
            door.grant(AuthMethod.PIN, person, None)
        elif person is not None and person.id == seen.id:
            door.await_face_of(person)
        return door.done()

    def pin_refused(self, refusal: DenialReason, now_ns: int) -> list[Effect]:
        """The PIN that was typed lets nobody in."""
        self._door.pass_time(now_ns)
        if self._door.stage.state is KioskState.PIN:
            self._door.pin.wrong, self._door.stage.refusal = True, refusal
            person = self._door.stage.person or self._door.claimed
            self._door.does(Deny(refusal, person, None, self._door.now_ns, by_pin=True))
        return self._door.done()

    def lock_pin(self, until_ns: int) -> None:
        """Take no PIN until then; never shortens."""
        self._door.pin.close(until_ns)

    def lock_out(self, until_ns: int, now_ns: int) -> list[Effect]:
        """Look at no face until then; never shortens."""
        self._door.pass_time(now_ns)
        self._door.locked_ns = max(self._door.locked_ns, until_ns)
        self._door.give_way()
        return self._door.done()

    def camera(self, now_ns: int, *, usable: bool) -> list[Effect]:
        """There are pictures from now on, or there are none."""
        self._door.pass_time(now_ns)
        changed, self._door.camera_lost = usable is self._door.camera_lost, not usable
        if not usable:
            self._door.sight.forget()
        if changed:
            self._door.give_way()
        return self._door.done()

    def interrupted(self, now_ns: int) -> list[Effect]:
        """The machine slept, or another camera is looked through: what was seen before is void."""
        self._door.pass_time(now_ns)
        self._door.sight.forget()
        self._door.give_way()
        return self._door.done()

    def _in_idle(self, scene: Observation) -> None:
        if scene.faces:
            self._door.enter(KioskState.LOOKING, self._rules.looking_ns)
            self._in_looking(scene)

    def _in_looking(self, scene: Observation) -> None:
        run = self._follow(scene)
        if run is None:
            if self._door.claimed is None and scene.at_ns - self._door.sight.last_seen_ns >= self._rules.lost_ns:
                self._door.rest()
        elif run.judged:
            self._door.enter(KioskState.VERIFYING, self._rules.verifying_ns)
            self._judge(scene, run)

    def _in_verifying(self, scene: Observation) -> None:
        run = self._follow(scene)
        if run is None or not run.judged:
            self._door.enter(KioskState.LOOKING, self._rules.looking_ns)
        else:
            self._judge(scene, run)

    def _in_challenge(self, scene: Observation) -> None:
        before = self._door.sight.run
        self._door.trial.look(scene.liveness_of(before.number) if before else None)
        run = self._follow(scene)
        if run is None or run is not before:
            self._door.enter(KioskState.LOOKING, self._rules.looking_ns)
            return
        living = scene.liveness_of(run.number)
        if living.verdict is LivenessVerdict.FAILED:
            self._door.deny(DenialReason.NOT_LIVE, self._door.stage.person, None)
        elif living.over and living.verdict is not LivenessVerdict.PASSED:
            self._door.deny(DenialReason.NOT_FINISHED, self._door.stage.person, None)
        else:
            self._judge(scene, run)

    def _in_pin(self, scene: Observation) -> None:
        """Where the face is asked for too, it is followed meanwhile, so that it need not begin anew afterwards."""
        if self._door.stage.person is not None:
            self._follow(scene)

    def _follow(self, scene: Observation) -> FaceRun | None:
        """Grow the run by this frame, or begin another; None when nobody is in view."""
        began = self._door.sight.follow(scene)
        if began is not None:
            self._door.does(began)
        return self._door.sight.run

    def _judge(self, scene: Observation, run: FaceRun) -> None:
        """Decide on a complete run, in a frame that was itself judged."""
        word = self._door.sight.judge(scene, self._door.claimed)
        if isinstance(word, NotMatched):
            self._door.deny(word.refusal, self._door.claimed, word.match)
        elif word is not None and (held := self._door.holds.of(word.person)) is not None:
            self._door.enter(KioskState.LOOKING, self._rules.looking_ns)
            self._door.sight.again = held
        elif word is not None:
            self._admit(scene, run, word.person, word.match)

    def _admit(self, scene: Observation, run: FaceRun, person: Person, match: Match) -> None:
        refusal = scene.judge.denial_reason(person)
        has_pin = self._door.pin.is_valid_for(person, self._door.now_ns)
        if refusal is not None:
            track = run.track
            self._door.deny(refusal, person, match)
            self._door.holds.add(person, track, refusal, self._door.now_ns)
        elif self._rules.liveness and not self._is_living(scene, run, has_pin=has_pin):
            self._want_living(scene, run, person, match)
        elif self._rules.pin is PinUse.AS_WELL and not has_pin:
            self._door.trial.end()
            self._door.ask_for_pin(person)
        else:
            self._door.grant(AuthMethod.FACE_AND_PIN if has_pin else AuthMethod.FACE, person, match)

    def _is_living(self, scene: Observation, run: FaceRun, *, has_pin: bool) -> bool:
        """Whether that was shown, or the PIN of the person stands in for it. A face that failed stays refused."""
        verdict = scene.liveness_of(run.number).verdict
        if verdict is LivenessVerdict.FAILED:
            return False
        stands_in = has_pin and self._rules.pin_instead_of_challenge is not PinInsteadOfChallenge.NEVER
        return verdict is LivenessVerdict.PASSED or stands_in

    def _want_living(self, scene: Observation, run: FaceRun, person: Person, match: Match) -> None:
        if scene.liveness_of(run.number).verdict is LivenessVerdict.FAILED:
            self._door.deny(DenialReason.NOT_LIVE, person, match)
        elif self._rules.pin_instead_of_challenge is PinInsteadOfChallenge.ALWAYS:
            self._door.ask_for_pin(person)
        elif self._door.stage.state is not KioskState.CHALLENGE:
            self._door.enter(KioskState.CHALLENGE, self._rules.challenge_ns)
            self._door.stage.person = person
            self._door.trial.begin(self._door.now_ns)
            self._door.does(BeginChallenge(run.number, run.track))
