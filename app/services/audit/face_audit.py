"""Record face decisions in the audit log from a background thread, so that recognition never waits for the disk."""

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.core.audit import AuditKind, Detail
from app.core.decision import Check, Decision, decide
from app.core.errors import StoreError
from app.core.liveness import LivenessResult
from app.core.settings.sections import PrivacySettings
from app.flows.verification import TrackStatus
from app.services.audit.audit_service import AuditService, ThresholdLog
from app.services.recognition.matcher import Matcher

log = logging.getLogger(__name__)

MAX_QUEUED = 256
"""Length of the queue; further entries are dropped and counted."""

REPEAT_NS = 60_000_000_000
"""How long the same decision on the same track is not recorded a second time, in nanoseconds."""

_PRUNE_EVERY_S = 3600.0
_CLOSE_WITHIN_S = 2.0
_MAX_TRACKS = 64


@dataclass(frozen=True, slots=True)
class FaceEntry:
    """Audit entry for a decision.

    Attributes:
        kind: FACE_ACCEPTED or FACE_REJECTED.
        subject: Id of the accepted person; for a rejected face, of the person whose negative template matched.
        details: Figures, and the id of the nearest person.
    """

    kind: AuditKind
    subject: str
    details: Mapping[str, Detail]


class FaceAudit:
    """Queues decisions in the recognition thread and records them in a thread of its own.

    The thread starts with the first decision. Once an hour it also prunes events older than the settings allow.

    Args:
        audit: Records and prunes; the log belongs to the program, so its access is the administrator's.
        matcher: Gives the operating point and the model.
        privacy: Whether decisions are recorded, and how many days events are kept.
    """

    def __init__(self, audit: AuditService, matcher: Matcher, privacy: PrivacySettings) -> None:
        self._audit = audit
        self._matcher = matcher
        self._privacy = privacy
        self._threshold = ThresholdLog(audit.record, matcher.promise)
        self._changed = threading.Condition()
        self._queue: deque[FaceEntry] = deque()
        self._closing = False
        self._dropped = 0
        self._recent: OrderedDict[int, tuple[object, int]] = OrderedDict()
        self._thread = threading.Thread(target=self._run, name="face-audit", daemon=True)

    @property
    def dropped(self) -> int:
        """How many decisions could not be recorded because the disk was full, locked or too slow."""
        return self._dropped

    def apply(self, privacy: PrivacySettings) -> None:
        """Use other settings from the next decision on."""
        self._privacy = privacy

    def record(self, status: TrackStatus) -> None:
        """Queue the decision on a face for recording, without waiting. Called from one thread only."""
        if self._closing:
            return
        if self._thread.ident is None:
            self._thread.start()
        if not self._privacy.audit_faces or self._is_repeated(status):
            return
        entry = face_entry(status, self._matcher.strictness, self._matcher.model)
        with self._changed:
            if len(self._queue) < MAX_QUEUED:
                self._queue.append(entry)
                self._changed.notify()
                return
        self._drop(1, "the queue is full")

    def close(self, within_s: float = _CLOSE_WITHIN_S) -> bool:
        """Record the queued decisions, then end the thread.

        Args:
            within_s: Longest wait for the disk, in seconds; entries still queued then are dropped.

        Returns:
            False when the thread is still blocked by the disk.
        """
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(within_s)
        with self._changed:
            left = len(self._queue)
            self._queue.clear()
        if left:
            self._drop(left, "the program was closed")
        return not self._thread.is_alive()

    def _run(self) -> None:
        prune_at = time.monotonic()
        while (task := self._next(prune_at)) is not None:
            if isinstance(task, FaceEntry):
                self._write(task)
            else:
                self._prune()
                prune_at = time.monotonic() + _PRUNE_EVERY_S

    def _next(self, prune_at: float) -> FaceEntry | Literal["prune"] | None:
        """Wait for the next task and return it; None when the thread is to end."""
        with self._changed:
            while not self._closing and time.monotonic() < prune_at and not self._queue:
                self._changed.wait(prune_at - time.monotonic())
            if self._queue:
                return self._queue.popleft()
            return None if self._closing else "prune"

    def _write(self, entry: FaceEntry) -> None:
        try:
            self._threshold.update()
            self._audit.record(entry.kind, entry.subject, **entry.details)
        except StoreError as error:
            self._drop(1, error.message)

    def _prune(self) -> None:
        try:
            self._audit.prune(self._privacy.audit_days)
        except StoreError as error:
            log.warning("old audit events could not be removed: %s", error)

    def _drop(self, count: int, reason: str) -> None:
        with self._changed:
            self._dropped += count
        log.warning("%d decisions were not recorded (%d since the start): %s", count, self._dropped, reason)

    def _is_repeated(self, status: TrackStatus) -> bool:
        """Whether the same track had the same decision recently: a score near the threshold decides again and again."""
        decision = status.decision
        outcome = decision and (decision.outcome, decision.check, decision.person)
        last, at_ns = self._recent.get(status.track, (None, 0))
        if last == outcome and status.at_ns - at_ns < REPEAT_NS:
            return True
        self._recent[status.track] = outcome, status.at_ns
        self._recent.move_to_end(status.track)
        if len(self._recent) > _MAX_TRACKS:
            self._recent.popitem(last=False)
        return False


def face_entry(status: TrackStatus, strictness: Mapping[str, Detail], model: str) -> FaceEntry:
    """Return the audit entry for a decision.

    Args:
        status: The face with its decision.
        strictness: The promise or the operating point in force, from `Matcher.strictness`.
        model: The embedder's name.
    """
    decision = status.decision or decide(None)
    kind = AuditKind.FACE_ACCEPTED if decision.is_identified else AuditKind.FACE_REJECTED
    details: dict[str, Detail] = {**strictness, "model": model, "decision": decision.outcome}
    if status.liveness is not None:
        details |= liveness_details(status.liveness)
    details |= _details(decision)
    person = decision.person
    if decision.check is Check.NOT_THIS_PERSON and decision.match and decision.match.negative_match:
        person = decision.match.negative_match.person
    known = {name: value for name, value in details.items() if value is not None}
    return FaceEntry(kind, person.id if person else "", known)


def liveness_details(liveness: LivenessResult) -> dict[str, Detail]:
    """Return the liveness verdict, policy and cues as audit details; cues that were not run are included."""
    cues = " ".join(f"{cue.cue}={cue.verdict}" for cue in liveness.cues)
    return {"liveness": liveness.verdict.value, "liveness_policy": liveness.policy.value, "liveness_cues": cues}


def _details(decision: Decision) -> dict[str, Detail]:
    frames, match, reason = decision.frames, decision.match, decision.reason
    details: dict[str, Detail] = {}
    if frames is not None:
        details |= {"first_frame": frames.first, "last_frame": frames.last, "frames": frames.count}
    if reason is not None and not decision.is_identified:
        details |= {"gate": reason.check.value, "value": _rounded(reason.value), "limit": _rounded(reason.limit)}
    if decision.quality_issues:
        details |= {"hint": decision.quality_issues[0].hint.value, "setting": decision.quality_issues[0].setting}
    if match is not None and match.person is not None:
        details |= {
            "nearest": match.person.id,
            "similarity": _rounded(match.similarity),
            "threshold": _rounded(match.threshold),
            "runner_up": _rounded(match.runner_up),
            "margin": _rounded(match.margin),
            "fmr": float(f"{match.fmr:.3g}"),
        }
    return details


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
