"""Memory of rejected faces, so that a face that stays is one attempt, and a delay applies to that face alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.faces import Embedding
from app.flows.kiosk.face_run import ObservedFace
from app.flows.lockout import FACE_LIMITS, LockoutLimits, delay_ns

_LONGEST_MEMORY = 64
"""Most faces that are remembered; the oldest is forgotten first."""


@dataclass(frozen=True, slots=True)
class RejectionRule:
    """When a rejected face may try again.

    Attributes:
        limits: When failed attempts of one face cause delays.
        similarity: Least cosine, -1 to 1, at which a face in view is taken for a rejected one.
        track_similarity: The same for a face with the track number of a rejected one.
        away_ns: Time out of view after which the next attempt begins, in nanoseconds.
        forget_ns: Time from the latest failed attempt until a face without a delay is forgotten, in nanoseconds.
    """

    limits: LockoutLimits = FACE_LIMITS
    similarity: float = 0.6
    track_similarity: float = 0.3
    away_ns: int = 1_000_000_000
    forget_ns: int = 300_000_000_000


@dataclass(slots=True, eq=False)
class RejectedFace:
    """A face whose attempts failed.

    Attributes:
        embedding: Mean of the run of the latest failed attempt.
        track: Latest track number.
        failures: Failed attempts.
        failed_ns: Monotonic time of the latest one.
        until_ns: Monotonic time at which the delay ends.
        seen_ns: Monotonic time at which the face was last in view.
        must_leave: Whether the face has stayed in view since the latest failed attempt.
    """

    embedding: Embedding
    track: int
    failures: int
    failed_ns: int
    until_ns: int
    seen_ns: int
    must_leave: bool

    def is_blocked(self, now_ns: int) -> bool:
        """Whether the face must leave the view, or wait, before the next attempt."""
        return self.must_leave or now_ns < self.until_ns


class RejectedFaces:
    """Remembers the faces of failed attempts without a badge. In memory only; deleted with the delay.

    ```mermaid
    stateDiagram-v2
        [*] --> present: a failed attempt
        present --> away: out of view for a while
        away --> trying: in view again, and no delay is running
        trying --> present: a failed attempt (from the limit on, with a delay)
        trying --> [*]: access granted
        away --> [*]: forgotten, after the delay
    ```

    Args:
        rule: When a face may try again.
    """

    def __init__(self, rule: RejectionRule) -> None:
        self._rule = rule
        self._faces: list[RejectedFace] = []
        self._in_view: dict[int, RejectedFace] = {}

    def observe(self, faces: Sequence[ObservedFace], now_ns: int) -> None:
        """Find the rejected faces among those in view, and forget old ones.

        A rejected face is at most one of the faces in view, the one with its track number first. So a picture of a
        person does not block the person who stands beside it.

        Args:
            faces: All faces in the frame.
            now_ns: Monotonic time of the frame.
        """
        self._in_view = {}
        for known in self._faces:
            if now_ns - known.seen_ns >= self._rule.away_ns:
                known.must_leave = False
        self._faces = [known for known in self._faces if not self._is_over(known, now_ns)]
        for known in self._faces:
            face = self._face_of(known, faces, now_ns)
            if face is not None:
                self._in_view[face.track] = known
                known.track, known.seen_ns = face.track, now_ns

    def of_track(self, track: int) -> RejectedFace | None:
        """Return the rejected face with this track number in the latest frame; None if it is another face."""
        return self._in_view.get(track)

    def add(self, embedding: Embedding, track: int, now_ns: int, *, must_leave: bool) -> None:
        """Record a failed attempt.

        Args:
            embedding: Mean of the run.
            track: Track number of the face; 0 if it is not in view any more.
            now_ns: Monotonic time.
            must_leave: Whether the face must leave the view before the next attempt.
        """
        known = self._in_view.get(track) or self._most_similar(embedding, elsewhere=track != 0)
        failures = 1 if known is None else known.failures + 1
        until_ns = now_ns + delay_ns(failures, self._rule.limits)
        rejected = RejectedFace(embedding, track, failures, now_ns, until_ns, now_ns, must_leave)
        self._faces = [*(other for other in self._faces if other is not known), rejected][-_LONGEST_MEMORY:]
        if track:
            self._in_view[track] = rejected

    def forget(self, track: int) -> None:
        """Forget the face with this track number: it was granted access."""
        known = self._in_view.pop(track, None)
        self._faces = [other for other in self._faces if other is not known]

    def _is_over(self, known: RejectedFace, now_ns: int) -> bool:
        return not known.is_blocked(now_ns) and now_ns - known.failed_ns >= self._rule.forget_ns

    def _face_of(self, known: RejectedFace, faces: Sequence[ObservedFace], now_ns: int) -> ObservedFace | None:
        """Return the face in view that is taken for a rejected one: by its track, else by its embedding."""
        free = [face for face in faces if face.track not in self._in_view]
        if now_ns - known.seen_ns < self._rule.away_ns:
            for face in free:
                if face.track == known.track and self._is_same(known, face, self._rule.track_similarity):
                    return face
        others = {other.track for other in self._faces if now_ns - other.seen_ns < self._rule.away_ns}
        similar = (face for face in free if face.embedding is not None and face.track not in others)
        return next((face for face in similar if self._is_same(known, face, self._rule.similarity)), None)

    def _is_same(self, known: RejectedFace, face: ObservedFace, least: float) -> bool:
        return face.embedding is None or _cosine(known.embedding, face.embedding) >= least

    def _most_similar(self, embedding: Embedding, *, elsewhere: bool) -> RejectedFace | None:
        """Return the most similar rejected face; only of those that are not in view, if it is elsewhere."""
        known = [face for face in self._faces if not (elsewhere and face in self._in_view.values())]
        best = max(known, key=lambda face: _cosine(face.embedding, embedding), default=None)
        return best if best and _cosine(best.embedding, embedding) >= self._rule.similarity else None


def _cosine(one: Embedding, other: Embedding) -> float:
    return float(one.vector @ other.vector) if one.model == other.model else -1.0
