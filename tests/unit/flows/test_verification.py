from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.core.faces import QualityHint
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.flows.verification import CONFIRM_FRAMES, STALE_FRAMES, FaceObservation, TrackState, VerificationFlow
from tests.fakes.quality_issues import issues_for

ADA, BOB = (Person(name.lower(), name, datetime.now(UTC), 1) for name in ("Ada", "Bob"))


def matched(person: Person) -> Match:
    return Match(Verdict.MATCH, person, 0.8, None, 0.53, 1e-7)


STRANGER = Match(Verdict.NO_MATCH, ADA, 0.2, None, 0.53, 0.2)
NOBODY = Match(Verdict.GALLERY_EMPTY, None, -1, None, 0.53, 1)
UNCLEAR = Match(Verdict.AMBIGUOUS, ADA, 0.8, 0.79, 0.53, 1e-7)


def seen(flow: VerificationFlow, match: Match | None, track: int = 1, frames: int = 1) -> TrackState:
    for _ in range(frames):
        flow.observe([FaceObservation(track, match, () if match else issues_for(QualityHint.HOLD_STILL))], 0)
    return flow.status[0].state


def test_three_agreeing_frames_settle_a_face_once() -> None:
    flow = VerificationFlow()
    decisions = [flow.observe([FaceObservation(1, matched(ADA))], now) for now in range(6)]
    assert [len(d) for d in decisions] == [0, 0, 1, 0, 0, 0]
    assert decisions[2][0].status.person == ADA
    assert decisions[2][0].at_ns == 2
    assert flow.status[0].state is TrackState.MATCHED


def test_each_verdict_has_its_state() -> None:
    for match, state in (
        (STRANGER, TrackState.UNKNOWN),
        (NOBODY, TrackState.GALLERY_EMPTY),
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


@given(st.lists(st.sampled_from([None, matched(ADA), matched(BOB), STRANGER, NOBODY, UNCLEAR]), max_size=40))
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
