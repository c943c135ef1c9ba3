"""What need not be done to faces in a frame, since the word on them has been settled and nothing speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.faces import AnalyzedFace, Box, Embedding, Face
from app.core.match_decision import Match
from app.flows.verification import TrackState, TrackStatus

_SETTLED = frozenset({TrackState.MATCHED, TrackState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class ReuseRule:
    """How long a face goes without being looked at anew.

    Attributes:
        frames: At least every so-manieth frame embeds it.
        within_ns: And at least so often.
        overlap: Least intersection over union of its box with the one in which it was embedded.
        apart: Largest one with the box of another face: people who cross could change places.
        at_once: The most faces that are embedded in a frame; whoever has waited for longest comes first.
        followed: The most frames in a row in which faces are only followed, once the word on all of them is settled.
        followed_ns: How old their landmarks may be then.
    """

    frames: int = 10
    within_ns: int = 400_000_000
    overlap: float = 0.6
    apart: float = 0.05
    at_once: int = 2
    followed: int = 2
    followed_ns: int = 110_000_000


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
class _Known:
    compared: PastComparison
    box: Box
    at_ns: int
    settled: bool
    skipped: int = 0


class EmbeddingReuse:
    """Remembers each face's last comparison, for as long as it may stand in for a new one. Owned by one thread.

    Args:
        rule: How often each is looked at anew; None for always, as where somebody is to be let in.
    """

    def __init__(self, rule: ReuseRule | None) -> None:
        self._rule = rule
        self._known: dict[int, _Known] = {}
        self._all_settled = False
        self._followed = 0
        self._looked_ns = 0

    def known(self, faces: Sequence[Face], now_ns: int) -> frozenset[int]:
        """The tracks of those that need no new embedding, and of those that wait for a later frame.

        Args:
            faces: All of a frame, numbered.
            now_ns: Monotonic time of the frame.
        """
        if self._rule is None:
            return frozenset()
        rule = self._rule
        wanted = [face.track for face in faces if not self._is_known(rule, face, faces, now_ns)]
        wanted.sort(key=lambda track: self._known[track].at_ns if track in self._known else -1)
        return frozenset(face.track for face in faces) - frozenset(wanted[: rule.at_once])

    def may_follow(self, now_ns: int) -> bool:
        """Whether the faces of the last frame may be followed into the next, in place of being looked for.

        Args:
            now_ns: Monotonic time of the next frame.
        """
        rule = self._rule
        return (
            rule is not None
            and self._all_settled
            and self._followed < rule.followed
            and 0 <= now_ns - self._looked_ns <= rule.followed_ns
            and not any(_is_due(rule, known, now_ns) for known in self._known.values())
        )

    def accepts(self, faces: Sequence[Face], now_ns: int) -> bool:
        """Whether nothing speaks against where faces were followed to.

        Args:
            faces: All of the frame.
            now_ns: Monotonic time of the frame.
        """
        rule = self._rule
        return rule is not None and all(self._is_known(rule, face, faces, now_ns) for face in faces)

    def doubt(self) -> None:
        """Embed every face of the next frame, since what is seen is not what was expected."""
        self._known = {track: replace(known, settled=False) for track, known in self._known.items()}
        self._all_settled = False

    def compared(self, face: AnalyzedFace) -> PastComparison | None:
        """What stands in for the embedding that a face of this frame has not got; None where nothing may."""
        known = self._known.get(face.face.track)
        return known.compared if known is not None and face.quality.is_judgeable and face.embedding is None else None

    def learn(
        self,
        faces: Sequence[AnalyzedFace],
        matches: Sequence[Match | None],
        statuses: Sequence[TrackStatus],
        now_ns: int,
        *,
        followed: bool = False,
    ) -> None:
        """Take in what became of a frame.

        Args:
            faces: All in it.
            matches: The outcome of each, in their order.
            statuses: The word on each, likewise.
            now_ns: Monotonic time of the frame.
            followed: Whether they were followed into it.
        """
        if self._rule is None:
            return
        self._followed = self._followed + 1 if followed else 0
        self._looked_ns = self._looked_ns if followed else now_ns
        known = {}
        for face, match, status in zip(faces, matches, statuses, strict=True):
            track, before = face.face.track, self._known.get(face.face.track)
            settled = status.state in _SETTLED
            if face.embedding is not None and match is not None:
                known[track] = _Known(PastComparison(face.embedding, match), face.face.box, now_ns, settled)
            elif before is not None:
                known[track] = replace(before, settled=before.settled and settled, skipped=before.skipped + 1)
        self._known = known
        judged = all(face.quality.is_judgeable for face in faces)
        self._all_settled = judged and len(faces) == len(known) > 0 and all(one.settled for one in known.values())

    def forget(self) -> None:
        """Look at every face of the next frame, and embed it."""
        self._known = {}
        self._all_settled = False

    def _is_known(self, rule: ReuseRule, face: Face, faces: Sequence[Face], now_ns: int) -> bool:
        known = self._known.get(face.track)
        return (
            known is not None
            and known.settled
            and not _is_due(rule, known, now_ns)
            and face.box.iou(known.box) >= rule.overlap
            and all(other is face or face.box.iou(other.box) <= rule.apart for other in faces)
        )


def _is_due(rule: ReuseRule, known: _Known, now_ns: int) -> bool:
    """Whether a face has gone without an embedding for as long as it may."""
    return known.skipped + 1 >= rule.frames or not 0 <= now_ns - known.at_ns < rule.within_ns
