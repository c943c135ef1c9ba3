"""Properties of the verification flow for any sequence of frames."""

from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.core.faces import QualityHint
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.flows.verification import (
    CONFIRM_FRAMES,
    FORGET_AFTER_NS,
    NOT_JUDGED_REPORT_NS,
    STALE_FRAMES,
    FaceObservation,
    TrackState,
    TrackStatus,
    VerificationFlow,
)
from tests.fakes.quality_issues import issues_for

ADA, BOB = (Person(name.lower(), name, datetime(2026, 1, 1, tzinfo=UTC), 1) for name in ("Ada", "Bob"))
MATCHES = [Match(Verdict.MATCH, person, 0.8, None, 0.53, 1e-7) for person in (ADA, BOB)] + [
    Match(Verdict.AMBIGUOUS, ADA, 0.8, 0.79, 0.53, 1e-7),
    Match(Verdict.NO_MATCH, ADA, 0.2, None, 0.53, 0.2),
    Match(Verdict.GALLERY_EMPTY, None, -1.0, None, 0.53, 1.0),
]
NAMING = {Verdict.MATCH, Verdict.AMBIGUOUS}
FRAME_NS = 33_000_000
FACES = st.dictionaries(st.integers(1, 2), st.none() | st.sampled_from(MATCHES), max_size=3)


def judged_since_reset(film: list[Match | None]) -> list[Match]:
    """Return the matches that count: of judged frames after the last long run of frames that were not judged."""
    judged: list[Match] = []
    for end, match in enumerate(film, start=1):
        if film[max(end - STALE_FRAMES, 0) : end] == [None] * STALE_FRAMES:
            judged.clear()
        judged += [match] if match else []
    return judged


class Film(RuleBasedStateMachine):
    """Records the frames of each face in view, and compares the flow with them."""

    def __init__(self) -> None:
        super().__init__()
        self.flow = VerificationFlow()
        self.now = self.frame = 0
        self.seen: dict[int, list[Match | None]] = {}
        self.decisions: list[TrackStatus] = []
        self.before: dict[int, TrackState] = {}

    @rule(faces=FACES, frames=st.integers(1, STALE_FRAMES))
    def show(self, faces: dict[int, Match | None], frames: int) -> None:
        for _ in range(frames):
            self.now += FRAME_NS
            self.frame += 1
            self.before = {status.track: status.state for status in self.flow.status}
            self.seen = {track: [*self.seen.get(track, []), match] for track, match in faces.items()}
            blurred = issues_for(QualityHint.HOLD_STILL)
            observations = [
                FaceObservation(track, match, () if match else blurred, self.frame) for track, match in faces.items()
            ]
            self.decisions = self.flow.observe(observations, self.now)

    @rule(track=st.integers(1, 2), match=st.sampled_from(MATCHES))
    def settle(self, track: int, match: Match) -> None:
        self.show({track: match}, CONFIRM_FRAMES)
        assert self.flow.status[0].state is not TrackState.CHECKING

    @rule(track=st.integers(1, 2), match=st.sampled_from(MATCHES))
    def turn_away_and_back(self, track: int, match: Match) -> None:
        self.settle(track, match)
        self.show({track: None}, STALE_FRAMES)
        self.show({track: match}, 1)

    @rule(
        track=st.integers(1, 2),
        frames=st.integers(NOT_JUDGED_REPORT_NS // FRAME_NS, NOT_JUDGED_REPORT_NS // FRAME_NS + 20),
    )
    def show_unusable_frames_for_long(self, track: int, frames: int) -> None:
        self.show({track: None}, frames)

    @rule()
    def pause(self) -> None:
        self.now += FORGET_AFTER_NS
        self.seen = {}

    @invariant()
    def every_face_in_view_has_a_status(self) -> None:
        if self.seen:
            assert [status.track for status in self.flow.status] == list(self.seen)

    @invariant()
    def a_result_is_that_of_the_last_judged_frames(self) -> None:
        for status in self.flow.status if self.seen else ():
            judged = judged_since_reset(self.seen[status.track])[-CONFIRM_FRAMES:]
            if status.state not in {TrackState.CHECKING, TrackState.NOT_JUDGED}:
                assert len(judged) == CONFIRM_FRAMES
                assert all(match == judged[0] for match in judged)
                assert status.person == (judged[0].person if judged[0].verdict in NAMING else None)

    @invariant()
    def only_faces_not_judged_for_long_are_not_judged(self) -> None:
        for status in self.flow.status if self.seen else ():
            lately = self.seen[status.track][-STALE_FRAMES:]
            doubtful = lately == [None] * STALE_FRAMES
            assert (status.state is TrackState.NOT_JUDGED) is doubtful
            assert status.hints == ((QualityHint.HOLD_STILL,) if doubtful else ())

    @invariant()
    def a_decision_is_a_change(self) -> None:
        for decision in self.decisions:
            assert decision in self.flow.status or not self.seen
            if decision.state is not TrackState.NOT_JUDGED:
                assert self.before.get(decision.track) is not decision.state

    @invariant()
    def not_judged_is_a_decision_once_after_its_time(self) -> None:
        for decision in self.decisions:
            if decision.state is TrackState.NOT_JUDGED:
                film = self.seen[decision.track] if self.seen else []
                run = len(film) - next((i for i, match in reversed(list(enumerate(film, 1))) if match), 0)
                assert (run - 1) * FRAME_NS >= NOT_JUDGED_REPORT_NS > (run - 2) * FRAME_NS or not self.seen

    @invariant()
    def the_reasons_name_the_agreeing_frames(self) -> None:
        for status in self.flow.status if self.seen else ():
            film, decision = self.seen[status.track], status.decision
            assert (decision is None) is (status.state is TrackState.CHECKING)
            if decision is None:
                continue
            assert decision.frames is not None
            before = self.frame - len(film)
            cited = film[decision.frames.first - before - 1 : decision.frames.last - before]
            counted = [match for match in cited if (match is None) is (decision.match is None)]
            assert len(counted) == decision.frames.count
            assert all(match == decision.match for match in counted)


TestAnyFilm = Film.TestCase
TestAnyFilm.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
