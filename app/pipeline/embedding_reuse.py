"""Reuse of the embeddings of settled faces (`docs/decisions/0031-embedding-reuse.md`).

A face whose identity is settled is not embedded again in every frame: its last comparison with the gallery stands in,
as long as nothing suggests that another person has taken its place in the track.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.faces import AnalyzedFace, Box, Embedding, Face, Quality
from app.core.match_decision import Match
from app.flows.verification import TrackState, TrackStatus

_SETTLED = frozenset({TrackState.MATCHED, TrackState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class ReuseRule:
    """How long a face may go without a new embedding.

    Attributes:
        interval_frames: A settled face is embedded at least once in this number of frames.
        interval_ns: And at least once in this time, in nanoseconds.
        min_overlap: Least intersection over union of the face's box with the box in which it was embedded.
        max_neighbour_overlap: Largest intersection over union with the box of another face: people who cross could swap
            tracks.
        max_per_frame: The most faces embedded in one frame; those that have waited longest come first.
        max_flow_frames: The most frames in a row in which landmark flow replaces detection, once every face is settled.
        max_landmark_age_ns: The largest age of the detected landmarks then, in nanoseconds.
    """

    interval_frames: int = 10
    interval_ns: int = 400_000_000
    min_overlap: float = 0.6
    max_neighbour_overlap: float = 0.05
    max_per_frame: int = 2
    max_flow_frames: int = 2
    max_landmark_age_ns: int = 110_000_000


@dataclass(frozen=True, slots=True)
class PastComparison:
    """A face's last comparison with the gallery.

    Attributes:
        embedding: What was compared.
        match: The outcome.
    """

    embedding: Embedding
    match: Match


@dataclass(frozen=True, slots=True)
class ReusePlan:
    """Which faces of a frame are embedded, and what stands in for the embeddings of the others.

    Attributes:
        embed: For each face, whether to embed it.
        past: For each face, the comparison that stands in for a new one; None if the face is embedded, cannot be
            judged, or was never compared.
        is_complete: Whether every face can be judged and none needs a new embedding.
    """

    embed: tuple[bool, ...]
    past: tuple[PastComparison | None, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class _Record:
    """A track's last comparison, and since when it stands in."""

    comparison: PastComparison
    box: Box
    at_ns: int
    is_settled: bool
    skipped: int = 0


class EmbeddingReuse:
    """Remembers the last comparison of each track, and says when it may be reused. Owned by one thread.

    Args:
        rule: How long a comparison may be reused; None embeds every face in every frame, as in a kiosk.
    """

    def __init__(self, rule: ReuseRule | None) -> None:
        self._rule = rule
        self._records: dict[int, _Record] = {}
        self._flowed_frames = 0
        self._detected_ns = 0

    def plan(
        self, faces: Sequence[Face], qualities: Sequence[Quality], now_ns: int, *, every_face: bool = False
    ) -> ReusePlan:
        """Decide which faces of a frame to embed.

        Args:
            faces: All faces in the frame, with their track numbers.
            qualities: The quality of each, in the same order.
            now_ns: Monotonic time of the frame, in nanoseconds.
            every_face: Embed every face that can be judged, as during an enrolment or a challenge.
        """
        due = self._due(faces, now_ns)
        chosen = (
            {face.track for face in faces} if every_face or self._rule is None else set(due[: self._rule.max_per_frame])
        )
        embed, past = [], []
        for face, quality in zip(faces, qualities, strict=True):
            record = self._records.get(face.track)
            embed.append(quality.is_judgeable and face.track in chosen)
            past.append(record.comparison if record and quality.is_judgeable and not embed[-1] else None)
        is_complete = not due and all(quality.is_judgeable for quality in qualities)
        return ReusePlan(tuple(embed), tuple(past), is_complete)

    def update(
        self,
        faces: Sequence[AnalyzedFace],
        matches: Sequence[Match | None],
        statuses: Sequence[TrackStatus],
        now_ns: int,
        *,
        detected: bool = True,
    ) -> int:
        """Record the outcome of a frame.

        Args:
            faces: All faces in the frame.
            matches: The comparison of each, in the same order.
            statuses: The match decision on each, in the same order.
            now_ns: Monotonic time of the frame, in nanoseconds.
            detected: Whether the faces were detected, not moved by landmark flow.

        Returns:
            Monotonic time in nanoseconds until which landmark flow may replace detection in the next frame; -1 if the
            next frame needs a detection.
        """
        if self._rule is None:
            return -1
        self._flowed_frames = 0 if detected else self._flowed_frames + 1
        self._detected_ns = now_ns if detected else self._detected_ns
        records = {}
        for face, match, status in zip(faces, matches, statuses, strict=True):
            track, before, is_settled = face.face.track, self._records.get(face.face.track), status.state in _SETTLED
            if face.embedding is not None and match is not None:
                comparison = PastComparison(face.embedding, match)
                records[track] = _Record(comparison, face.face.box, now_ns, is_settled)
            elif before is not None:
                is_settled = before.is_settled and is_settled
                records[track] = replace(before, is_settled=is_settled, skipped=before.skipped + 1)
        self._records = records
        return self._flow_until_ns(self._rule, faces)

    def invalidate(self) -> None:
        """Embed every face in the next frames, because the frame does not show what was expected."""
        self._records = {track: replace(record, is_settled=False) for track, record in self._records.items()}

    def clear(self) -> None:
        """Forget every face."""
        self._records = {}

    def _due(self, faces: Sequence[Face], now_ns: int) -> list[int]:
        """The tracks of the faces that need a new embedding, those that have waited longest first."""
        rule = self._rule
        due = [face.track for face in faces if rule is None or not self._is_reusable(rule, face, faces, now_ns)]
        return sorted(due, key=lambda track: self._records[track].at_ns if track in self._records else -1)

    def _is_reusable(self, rule: ReuseRule, face: Face, faces: Sequence[Face], now_ns: int) -> bool:
        record = self._records.get(face.track)
        return (
            record is not None
            and record.is_settled
            and record.skipped + 1 < rule.interval_frames
            and 0 <= now_ns - record.at_ns < rule.interval_ns
            and face.box.iou(record.box) >= rule.min_overlap
            and all(other is face or face.box.iou(other.box) <= rule.max_neighbour_overlap for other in faces)
        )

    def _flow_until_ns(self, rule: ReuseRule, faces: Sequence[AnalyzedFace]) -> int:
        records = self._records.values()
        is_settled = len(records) == len(faces) > 0 and all(record.is_settled for record in records)
        if (
            not is_settled
            or not all(face.quality.is_judgeable for face in faces)
            or self._flowed_frames >= rule.max_flow_frames
            or any(record.skipped + 1 >= rule.interval_frames for record in records)
        ):
            return -1
        return min(
            self._detected_ns + rule.max_landmark_age_ns, *(record.at_ns + rule.interval_ns - 1 for record in records)
        )
