"""Whose face need not be embedded in a frame, since the word on it has been settled and nothing speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.types import AnalyzedFace, Box, Embedding, Face, Match
from app.flows.verification import TrackState, TrackStatus

_SETTLED = frozenset({TrackState.MATCHED, TrackState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class RecheckRule:
    """How long a face goes without being looked at anew.

    Attributes:
        frames: At least every so-manieth frame embeds it.
        within_ns: And at least so often.
        overlap: Least intersection over union of its box with the one in which it was embedded.
        apart: Largest one with the box of another face: people who cross could change places.
    """

    frames: int = 10
    within_ns: int = 400_000_000
    overlap: float = 0.6
    apart: float = 0.05


@dataclass(frozen=True, slots=True)
class Compared:
    """A face's last comparison with the gallery.

    Attributes:
        embedding: What was compared.
        match: The outcome.
    """

    embedding: Embedding
    match: Match


@dataclass(frozen=True, slots=True)
class _Known:
    compared: Compared
    box: Box
    at_ns: int
    settled: bool
    skipped: int = 0


class Rechecks:
    """Remembers each face's last comparison, for as long as it may stand in for a new one. Owned by one thread.

    Args:
        rule: How often each is looked at anew; None for always, as where somebody is to be let in.
    """

    def __init__(self, rule: RecheckRule | None) -> None:
        self._rule = rule
        self._known: dict[int, _Known] = {}

    def known(self, faces: Sequence[Face], now_ns: int) -> frozenset[int]:
        """The tracks of those that need no new embedding.

        Args:
            faces: All of a frame, numbered.
            now_ns: Monotonic time of the frame.
        """
        if self._rule is None:
            return frozenset()
        rule = self._rule
        return frozenset(face.track for face in faces if self._is_known(rule, face, faces, now_ns))

    def compared(self, face: AnalyzedFace) -> Compared | None:
        """What stands in for the embedding that a face of this frame has not got; None where nothing may."""
        known = self._known.get(face.face.track)
        return known.compared if known is not None and face.quality.judgeable and face.embedding is None else None

    def learn(
        self,
        faces: Sequence[AnalyzedFace],
        matches: Sequence[Match | None],
        statuses: Sequence[TrackStatus],
        now_ns: int,
    ) -> None:
        """Take in what became of a frame.

        Args:
            faces: All in it.
            matches: The outcome of each, in their order.
            statuses: The word on each, likewise.
            now_ns: Monotonic time of the frame.
        """
        if self._rule is None:
            return
        known = {}
        for face, match, status in zip(faces, matches, statuses, strict=True):
            track, before = face.face.track, self._known.get(face.face.track)
            settled = status.state in _SETTLED
            if face.embedding is not None and match is not None:
                known[track] = _Known(Compared(face.embedding, match), face.face.box, now_ns, settled)
            elif before is not None:
                known[track] = _Known(before.compared, before.box, before.at_ns, settled, before.skipped + 1)
        self._known = known

    def forget(self) -> None:
        """Embed every face of the next frame."""
        self._known = {}

    def _is_known(self, rule: RecheckRule, face: Face, faces: Sequence[Face], now_ns: int) -> bool:
        known = self._known.get(face.track)
        return (
            known is not None
            and known.settled
            and known.skipped + 1 < rule.frames
            and 0 <= now_ns - known.at_ns < rule.within_ns
            and face.box.iou(known.box) >= rule.overlap
            and all(other is face or face.box.iou(other.box) <= rule.apart for other in faces)
        )
