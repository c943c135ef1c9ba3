"""Writes down who was accepted and who was not, without the picture ever waiting for the disk."""

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.core.audit import AuditKind, Detail
from app.core.errors import StoreError
from app.core.liveness import LivenessResult
from app.core.match_decision import DecisionReasons
from app.core.settings.sections import PrivacySettings
from app.flows.verification import Decision, TrackState
from app.services.audit.audit_service import AuditService
from app.services.recognition.matcher import Matcher

log = logging.getLogger(__name__)

MAX_QUEUED = 256
"""Entries that may wait for the disk; what comes beyond is dropped, and counted."""

REPEAT_NS = 60_000_000_000
"""Within this time the same word on the same face is not written down again."""

_PRUNE_EVERY_S = 3600.0
_CLOSE_WITHIN_S = 2.0
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class FaceEntry:
    """What is to be written down of a decision.

    Attributes:
        kind: FACE_ACCEPTED or FACE_REJECTED.
        subject: The id of the person who was accepted; of a rejected face, of whom it was marked as not being.
        details: Figures; the id of whoever was most similar.
    """

    kind: AuditKind
    subject: str
    details: Mapping[str, Detail]


class FaceAudit:
    """Takes decisions in the recognition's thread, and writes them down in its own.

    The thread starts with the first decision. It also removes, once an hour, what is older than the settings allow.

    Args:
        audit: Where it is written.
        matcher: Tells the operating point and the model.
        privacy: Whether to write at all, and for how long to keep it.
    """

    def __init__(self, audit: AuditService, matcher: Matcher, privacy: PrivacySettings) -> None:
        self._audit = audit
        self._matcher = matcher
        self._privacy = privacy
        self._changed = threading.Condition()
        self._waiting: deque[FaceEntry] = deque()
        self._over = False
        self._dropped = 0
        self._lately: OrderedDict[int, tuple[object, int]] = OrderedDict()
        self._thread = threading.Thread(target=self._run, name="face-audit", daemon=True)

    @property
    def dropped(self) -> int:
        """Decisions that were not written down, because the disk was full, locked or too slow."""
        return self._dropped

    def apply(self, privacy: PrivacySettings) -> None:
        """Do as these say, from the next decision on."""
        self._privacy = privacy

    def decided(self, decision: Decision) -> None:
        """Have a decision written down. Returns at once; called in one thread only."""
        if self._over:
            return
        if self._thread.ident is None:
            self._thread.start()
        if not self._privacy.audit_faces or self._is_repeated(decision):
            return
        entry = face_entry(decision, self._matcher.operating_point, self._matcher.model)
        with self._changed:
            if len(self._waiting) < MAX_QUEUED:
                self._waiting.append(entry)
                self._changed.notify()
                return
        self._drop(1, "too many are waiting")

    def close(self, within_s: float = _CLOSE_WITHIN_S) -> bool:
        """Write down what is waiting, then end.

        Args:
            within_s: Longest wait for the disk; what is still waiting then is dropped.

        Returns:
            False when the disk holds the thread beyond that.
        """
        with self._changed:
            self._over = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(within_s)
        with self._changed:
            left = len(self._waiting)
            self._waiting.clear()
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
        """What is to be done next, once there is something; None when all is over."""
        with self._changed:
            while not self._over and time.monotonic() < prune_at and not self._waiting:
                self._changed.wait(prune_at - time.monotonic())
            if self._waiting:
                return self._waiting.popleft()
            return None if self._over else "prune"

    def _write(self, entry: FaceEntry) -> None:
        try:
            self._audit.record(entry.kind, entry.subject, **entry.details)
        except StoreError as error:
            self._drop(1, error.message)

    def _prune(self) -> None:
        try:
            self._audit.prune(self._privacy.audit_days)
        except StoreError as error:
            log.warning("old events could not be removed: %s", error)

    def _drop(self, count: int, why: str) -> None:
        with self._changed:
            self._dropped += count
        log.warning("%d verdicts were not written down (%d since the start): %s", count, self._dropped, why)

    def _is_repeated(self, decision: Decision) -> bool:
        """Whether the same was said of the same face just now: one that is on the brink is settled again and again."""
        status = decision.status
        word = status.state, status.person, status.reasons and status.reasons.gate
        said, at_ns = self._lately.get(status.track, (None, 0))
        if said == word and decision.at_ns - at_ns < REPEAT_NS:
            return True
        self._lately[status.track] = word, decision.at_ns
        self._lately.move_to_end(status.track)
        if len(self._lately) > _REMEMBERED:
            self._lately.popitem(last=False)
        return False


def face_entry(decision: Decision, operating_point: str, model: str) -> FaceEntry:
    """What is to be written down of a decision.

    Args:
        decision: With its reasons.
        operating_point: The false match rate asked for, such as "1e-4".
        model: The embedder's name.
    """
    status = decision.status
    accepted = status.state is TrackState.MATCHED
    kind = AuditKind.FACE_ACCEPTED if accepted else AuditKind.FACE_REJECTED
    details: dict[str, Detail] = {"operating_point": operating_point, "model": model}
    subject = status.person.id if accepted and status.person else ""
    if decision.liveness is not None:
        details |= liveness_details(decision.liveness)
    if status.reasons is not None:
        details |= _details(status.reasons)
        negative_match = status.reasons.match.negative_match if status.reasons.match else None
        subject = negative_match.person.id if negative_match and not accepted else subject
    return FaceEntry(kind, subject, {name: value for name, value in details.items() if value is not None})


def liveness_details(liveness: LivenessResult) -> dict[str, Detail]:
    """What was said of whether the face is living, and by which cues: also those that were not run."""
    cues = " ".join(f"{cue.cue}={cue.verdict}" for cue in liveness.cues)
    return {"liveness": liveness.verdict.value, "liveness_policy": liveness.policy.value, "liveness_cues": cues}


def _details(reasons: DecisionReasons) -> dict[str, Detail]:
    frames, match = reasons.frames, reasons.match
    details: dict[str, Detail] = {"first_frame": frames.first, "last_frame": frames.last, "frames": frames.count}
    if reasons.gate is not None:
        details |= {"gate": reasons.gate.value, "value": _rounded(reasons.value), "limit": _rounded(reasons.limit)}
    if reasons.quality_issues:
        details |= {"hint": reasons.quality_issues[0].hint.value, "setting": reasons.quality_issues[0].setting}
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
