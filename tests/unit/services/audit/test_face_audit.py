"""Recording of face decisions, with a full, locked or slow disk."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import ClassVar

import pytest

from app.core.audit import AuditKind, Detail
from app.core.decision import FrameRun, decide
from app.core.errors import StoreFull, StoreLocked
from app.core.faces import QualityHint
from app.core.liveness import CueResult, LivenessPolicy, LivenessResult, LivenessVerdict
from app.core.match_decision import Match, NegativeMatch, Verdict
from app.core.people import Person
from app.core.settings.sections import PrivacySettings
from app.flows.verification import TrackState, TrackStatus
from app.matching.promise import Promise
from app.services.access.permissions import open_to_all
from app.services.audit.audit_service import AuditService
from app.services.audit.face_audit import MAX_QUEUED, REPEAT_NS, FaceAudit, face_entry
from app.services.recognition.matcher import Matcher
from tests.fakes.quality_issues import issues_for

ADA, BOB = (Person(f"id-{name}", name, datetime(2026, 1, 1, tzinfo=UTC), 1) for name in ("Ada", "Bob"))
MATCH = Match(Verdict.MATCH, ADA, 0.71234567, 0.1, 0.53, 1.2345e-5, 0.03)
NO_MATCH = replace(MATCH, verdict=Verdict.NO_MATCH, similarity=0.42)
STATES = {
    Verdict.MATCH: TrackState.MATCHED,
    Verdict.NO_MATCH: TrackState.UNKNOWN,
    Verdict.AMBIGUOUS: TrackState.AMBIGUOUS,
    Verdict.GALLERY_EMPTY: TrackState.GALLERY_EMPTY,
}


def decision(match: Match = MATCH, track: int = 1, at_ns: int = 0) -> TrackStatus:
    person = match.person if match.verdict in {Verdict.MATCH, Verdict.AMBIGUOUS} else None
    return TrackStatus(track, STATES[match.verdict], person, decide(match, frames=FrameRun(7, 10, 3)), at_ns=at_ns)


class FakeAuditLog(AuditService):
    """Keeps events in memory; raises `error` while it is set, and blocks writers while `gate` is not."""

    def __init__(self) -> None:
        self.events: list[tuple[AuditKind, str, dict[str, Detail]]] = []
        self.moved: list[tuple[AuditKind, str, dict[str, Detail]]] = []
        self.pruned: list[int] = []
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.threads: set[str] = set()

    @open_to_all
    def record(self, kind: AuditKind, subject: str = "", **details: Detail) -> None:  # type: ignore[override]
        self.threads.add(threading.current_thread().name)
        self.gate.wait(5)
        if self.error is not None:
            raise self.error
        (self.moved if kind is AuditKind.THRESHOLD_MOVED else self.events).append((kind, subject, details))

    @open_to_all
    def prune(self, days: int) -> int:
        if self.error is not None:
            raise self.error
        self.pruned.append(days)
        return 0


class FakeMatcher(Matcher):
    """Gives the operating point and the model only."""

    strictness: ClassVar[dict[str, int | str]] = {"one_in": 1000}
    model = "mobilefacenet"

    def __init__(self) -> None:
        self.needed = 0.5

    @open_to_all
    def promise(self, one_in: int | None = None) -> Promise:
        return Promise(one_in, 1000.0, self.needed, None, 3, 1.0, 1)


@pytest.fixture
def trail() -> FakeAuditLog:
    return FakeAuditLog()


@pytest.fixture
def faces(trail: FakeAuditLog) -> Iterator[FaceAudit]:
    faces = FaceAudit(trail, FakeMatcher(), PrivacySettings(audit_days=30))
    yield faces
    trail.gate.set()
    assert faces.close()


def wait_until(done: Callable[[], bool]) -> None:
    deadline = monotonic() + 5
    while not done():
        assert monotonic() < deadline
        sleep(0.005)


def test_an_accepted_face_has_person_similarity_and_frames() -> None:
    entry = face_entry(decision(), {"one_in": 1000}, "mobilefacenet")
    assert (entry.kind, entry.subject) == (AuditKind.FACE_ACCEPTED, "id-Ada")
    assert entry.details == {
        "one_in": 1000,
        "model": "mobilefacenet",
        "decision": "recognised",
        "first_frame": 7,
        "last_frame": 10,
        "frames": 3,
        "nearest": "id-Ada",
        "similarity": 0.7123,
        "threshold": 0.53,
        "runner_up": 0.1,
        "margin": 0.6123,
        "fmr": 1.23e-5,
    }


@pytest.mark.parametrize(
    ("match", "subject", "gate", "value", "limit"),
    [
        (NO_MATCH, "", "similarity", 0.42, 0.53),
        (replace(MATCH, verdict=Verdict.AMBIGUOUS, runner_up=0.7), "", "margin", 0.0123, 0.03),
        (replace(NO_MATCH, negative_match=NegativeMatch(BOB, 0.6, 0.9)), "id-Bob", "not-this-person", 0.6, 0.9),
    ],
)
def test_a_rejected_face_has_its_gate(match: Match, subject: str, gate: str, value: float, limit: float) -> None:
    entry = face_entry(decision(match), {"operating_point": "1e-4"}, "m")
    assert (entry.kind, entry.subject) == (AuditKind.FACE_REJECTED, subject)
    assert [entry.details[name] for name in ("gate", "value", "limit")] == [gate, value, limit]


def test_a_face_of_low_quality_has_the_measured_value() -> None:
    unjudged = decide(None, quality_issues=issues_for(QualityHint.TOO_DARK), frames=FrameRun(1, 160, 160))
    entry = face_entry(TrackStatus(1, TrackState.NOT_JUDGED, decision=unjudged), {"operating_point": "1e-4"}, "m")
    assert entry.kind is AuditKind.FACE_REJECTED
    assert entry.details == {
        "operating_point": "1e-4",
        "model": "m",
        "decision": "cannot-tell",
        "first_frame": 1,
        "last_frame": 160,
        "frames": 160,
        "gate": "quality",
        "value": 31.2,
        "limit": 40.0,
        "hint": "too-dark",
        "setting": "min_brightness",
    }


def test_an_empty_gallery_gives_no_figures() -> None:
    entry = face_entry(
        decision(Match(Verdict.GALLERY_EMPTY, None, -1.0, None, 0.53, 1.0)), {"operating_point": "1e-4"}, "m"
    )
    assert entry.details["gate"] == "nobody-enrolled"
    assert not {"value", "limit", "similarity", "nearest"} & entry.details.keys()


def test_events_are_recorded_and_pruned_in_another_thread(faces: FaceAudit, trail: FakeAuditLog) -> None:
    faces.record(decision())
    wait_until(lambda: bool(trail.events))
    assert trail.threads == {"face-audit"}
    assert trail.pruned == [30]


def test_no_thread_starts_without_a_decision(trail: FakeAuditLog) -> None:
    faces = FaceAudit(trail, FakeMatcher(), PrivacySettings())
    assert faces.close()
    assert trail.threads == set()


def test_the_same_decision_on_a_track_is_recorded_once_a_minute(faces: FaceAudit, trail: FakeAuditLog) -> None:
    for at_ns, match, track in (
        (0, MATCH, 1),
        (1, MATCH, 1),
        (2, MATCH, 2),
        (3, NO_MATCH, 1),
        (4, MATCH, 1),
        (4 + REPEAT_NS - 1, MATCH, 1),
        (4 + REPEAT_NS, MATCH, 1),
    ):
        faces.record(decision(match, track, at_ns))
    assert faces.close()
    assert len(trail.events) == 5


def test_old_tracks_are_forgotten(faces: FaceAudit) -> None:
    for track in range(500):
        faces.record(decision(track=track))
    assert len(faces._recent) < 100


def test_nothing_is_recorded_while_switched_off(faces: FaceAudit, trail: FakeAuditLog) -> None:
    faces.apply(PrivacySettings(audit_faces=False, audit_days=7))
    faces.record(decision())
    wait_until(lambda: bool(trail.pruned))
    faces.apply(PrivacySettings(audit_faces=True))
    faces.record(decision())
    assert faces.close()
    assert (len(trail.events), trail.pruned) == (1, [7])


def test_a_full_disk_drops_and_counts_events(
    faces: FaceAudit, trail: FakeAuditLog, caplog: pytest.LogCaptureFixture
) -> None:
    trail.error = StoreFull(path="people.sqlite3")
    with caplog.at_level(logging.WARNING):
        faces.record(decision(track=1))
        wait_until(lambda: faces.dropped == 1)
    assert "no room left" in caplog.text
    trail.error = None
    faces.record(decision(track=2))
    assert faces.close()
    assert (len(trail.events), faces.dropped) == (1, 1)


def test_a_blocked_disk_does_not_block_recognition(
    faces: FaceAudit, trail: FakeAuditLog, caplog: pytest.LogCaptureFixture
) -> None:
    trail.gate.clear()
    faces.record(decision(track=0))
    wait_until(lambda: bool(trail.threads))
    began = monotonic()
    for track in range(1, MAX_QUEUED + 11):
        faces.record(decision(track=track))
    assert monotonic() - began < 1
    assert faces.dropped == 10
    assert "the queue is full" in caplog.text
    trail.gate.set()
    assert faces.close()
    assert len(trail.events) == MAX_QUEUED + 1


def test_close_gives_up_after_its_timeout(trail: FakeAuditLog, caplog: pytest.LogCaptureFixture) -> None:
    faces = FaceAudit(trail, FakeMatcher(), PrivacySettings())
    trail.gate.clear()
    for track in range(4):
        faces.record(decision(track=track))
    wait_until(lambda: bool(trail.threads))
    assert not faces.close(0.05)
    assert faces.dropped == 3
    faces.record(decision(track=9))
    trail.gate.set()
    assert faces.close()
    assert len(trail.events) == 1


def test_a_failed_prune_is_logged_and_recording_continues(
    faces: FaceAudit, trail: FakeAuditLog, caplog: pytest.LogCaptureFixture
) -> None:
    trail.error = StoreLocked(path="people.sqlite3")
    trail.gate.clear()
    faces.record(decision())
    wait_until(lambda: "old audit events could not be removed" in caplog.text)
    trail.error = None
    trail.gate.set()
    assert faces.close()
    assert len(trail.events) == 1


def test_liveness_is_recorded_with_every_cue() -> None:
    cues = (
        CueResult("geometry", LivenessVerdict.PASSED, {"depth": 0.6}),
        CueResult("challenge", LivenessVerdict.NOT_RUN),
    )
    said = LivenessResult(1, LivenessPolicy.PASSIVE, LivenessVerdict.PASSED, cues)
    details = face_entry(replace(decision(), liveness=said), {"operating_point": "1e-4"}, "m").details
    assert (details["liveness"], details["liveness_policy"]) == ("passed", "passive")
    assert details["liveness_cues"] == "geometry=passed challenge=not-run"
    assert "liveness" not in face_entry(decision(), {"operating_point": "1e-4"}, "m").details


def test_the_threshold_is_recorded_at_the_start_and_when_it_moves(trail: FakeAuditLog) -> None:
    matcher = FakeMatcher()
    faces = FaceAudit(trail, matcher, PrivacySettings())
    for track, threshold in enumerate((0.5, 0.5004, 0.55), 1):
        matcher.needed = threshold
        faces.record(decision(track=track))
        wait_until(lambda track=track: len(trail.events) == track)  # type: ignore[misc]
    assert faces.close()
    assert [details["threshold"] for _, _, details in trail.moved] == [0.5, 0.55]
    assert trail.moved[0][2] == {"threshold": 0.5, "one_in": 0, "held": 1000, "people": 3, "attempts": 1}
