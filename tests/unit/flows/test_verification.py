from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.core.decision import FrameRun
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
    VerificationFlow,
)
from tests.fakes.quality_issues import issues_for

ADA, BOB = (Person(name.lower(), name, datetime.now(UTC), 1) for name in ("Ada", "Bob"))


def matched(person: Person) -> Match:
    return Match(Verdict.MATCH, person, 0.8, None, 0.53, 1e-7)


STRANGER = Match(Verdict.NO_MATCH, ADA, 0.2, None, 0.53, 0.2)
EMPTY = Match(Verdict.GALLERY_EMPTY, None, -1, None, 0.53, 1)
UNCLEAR = Match(Verdict.AMBIGUOUS, ADA, 0.8, 0.79, 0.53, 1e-7)


def seen(flow: VerificationFlow, match: Match | None, track: int = 1, frames: int = 1) -> TrackState:
    for _ in range(frames):
        flow.observe([FaceObservation(track, match, () if match else issues_for(QualityHint.HOLD_STILL))], 0)
    return flow.status[0].state


def reports_at(flow: VerificationFlow, times: Sequence[int]) -> list[int]:
    """Show frames of a face that cannot be judged, and return the times of those that bring a decision."""
    issues = issues_for(QualityHint.HOLD_STILL)
    return [at_ns for at_ns in times if flow.observe([FaceObservation(1, None, issues)], at_ns)]


def test_three_agreeing_frames_settle_a_face_once() -> None:
    flow = VerificationFlow()
    decisions = [flow.observe([FaceObservation(1, matched(ADA))], now) for now in range(6)]
    assert [len(d) for d in decisions] == [0, 0, 1, 0, 0, 0]
    assert decisions[2][0].person == ADA
    assert decisions[2][0].at_ns == 2
    assert flow.status[0].state is TrackState.MATCHED


def test_each_verdict_has_its_state() -> None:
    for match, state in (
        (STRANGER, TrackState.UNKNOWN),
        (EMPTY, TrackState.GALLERY_EMPTY),
        (UNCLEAR, TrackState.AMBIGUOUS),
    ):
        assert seen(VerificationFlow(), match, frames=CONFIRM_FRAMES) is state


def test_a_contradicting_frame_revokes_the_result() -> None:
    for other in (matched(BOB), STRANGER, UNCLEAR):
        flow = VerificationFlow()
        seen(flow, matched(ADA), frames=5)
        assert seen(flow, other) is TrackState.CHECKING
        assert flow.status[0].person is None
        assert seen(flow, matched(ADA), frames=CONFIRM_FRAMES - 1) is TrackState.CHECKING


def test_a_blink_does_not_revoke_the_result_but_a_long_blur_does() -> None:
    flow = VerificationFlow()
    seen(flow, matched(ADA), frames=3)
    assert seen(flow, None, frames=STALE_FRAMES - 1) is TrackState.MATCHED
    assert seen(flow, None) is TrackState.NOT_JUDGED
    assert flow.status[0].hints == (QualityHint.HOLD_STILL,)
    assert seen(flow, matched(ADA)) is TrackState.CHECKING
    assert seen(flow, matched(ADA), frames=2) is TrackState.MATCHED


def test_a_face_that_leaves_is_forgotten() -> None:
    flow = VerificationFlow()
    seen(flow, matched(ADA), frames=3)
    flow.observe([], 0)
    assert flow.status == ()
    assert seen(flow, matched(ADA)) is TrackState.CHECKING


def test_the_status_has_the_order_of_the_faces() -> None:
    flow = VerificationFlow()
    for _ in range(3):
        flow.observe([FaceObservation(2, matched(BOB)), FaceObservation(1, matched(ADA))], 0)
    assert [(s.track, s.person) for s in flow.status] == [(2, BOB), (1, ADA)]


def test_a_face_is_forgotten_after_a_pause_of_the_frames() -> None:
    for pause_ns, state in ((FORGET_AFTER_NS, TrackState.MATCHED), (FORGET_AFTER_NS + 1, TrackState.CHECKING)):
        flow = VerificationFlow()
        seen(flow, matched(ADA), frames=3)
        flow.observe([FaceObservation(1, matched(ADA))], pause_ns)
        assert flow.status[0].state is state


def test_a_face_that_cannot_be_judged_is_reported_once_until_it_is_judged() -> None:
    flow, second = VerificationFlow(), 10**9
    due = NOT_JUDGED_REPORT_NS
    times = [*range(STALE_FRAMES), *range(second, due, second), due - 1, due, due + 1]
    assert reports_at(flow, [*times, *range(due + second, 3 * due, second)]) == [due]
    start = 3 * due
    flow.observe([FaceObservation(1, matched(ADA))], start)
    assert reports_at(flow, [start + 1 + at_ns for at_ns in times]) == [start + 1 + due]


def test_a_face_is_not_reported_before_enough_frames() -> None:
    times = [NOT_JUDGED_REPORT_NS * place // (STALE_FRAMES - 2) for place in range(STALE_FRAMES)]
    assert reports_at(VerificationFlow(), times) == times[-1:]


def test_a_reused_comparison_counts_neither_for_nor_against_a_result() -> None:
    flow = VerificationFlow()
    seen(flow, matched(ADA), frames=2)
    flow.observe([FaceObservation(1, matched(ADA), is_reused=True)], 0)
    assert flow.status[0].state is TrackState.CHECKING
    assert seen(flow, matched(ADA)) is TrackState.MATCHED
    seen(flow, None, frames=STALE_FRAMES - 1)
    flow.observe([FaceObservation(1, None, is_reused=True)], 0)
    assert seen(flow, None, frames=STALE_FRAMES - 1) is TrackState.MATCHED


def test_the_reasons_name_the_frames_and_the_comparison() -> None:
    flow = VerificationFlow()
    for frame in (7, 8, 9, 10):
        flow.observe([FaceObservation(1, STRANGER, frame=frame)], 0)
    decision = flow.status[0].decision
    assert decision is not None
    assert (decision.frames, decision.match) == (FrameRun(7, 10, 4), STRANGER)
    assert flow.status[0].person is None
    assert flow.status[0].hints == ()


@given(st.lists(st.sampled_from([None, matched(ADA), matched(BOB), STRANGER, EMPTY, UNCLEAR]), max_size=40))
def test_no_person_is_named_without_three_agreeing_judged_frames(film: list[Match | None]) -> None:
    flow = VerificationFlow()
    judged: list[Match] = []
    for match in film:
        flow.observe([FaceObservation(1, match)], 0)
        judged += [match] if match else []
        status = flow.status[0]
        if status.state is TrackState.MATCHED:
            assert len(judged) >= CONFIRM_FRAMES
            assert all(m.accepted and m.person == status.person for m in judged[-CONFIRM_FRAMES:])
