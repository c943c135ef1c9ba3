"""What the recognition publishes: its status, and the result of each frame."""

from dataclasses import dataclass, replace
from enum import StrEnum

from app.core.errors import FacelatchError
from app.core.faces import AnalyzedFace, Embedding, Frame
from app.core.liveness import LivenessResult
from app.core.match_decision import Match
from app.flows.enrolment import EnrolmentStatus
from app.flows.liveness.challenge import ChallengeStatus
from app.flows.verification import TrackStatus


class EngineState(StrEnum):
    """The state of the recognition thread."""

    LOADING = "loading"
    RUNNING = "running"
    FAULT = "fault"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The status of the recognition thread.

    Attributes:
        state: The state.
        provider: The embedder's execution provider; empty while loading.
        error: In FAULT, the error that stopped the thread.
    """

    state: EngineState
    provider: str = ""
    error: FacelatchError | None = None


@dataclass(frozen=True, slots=True)
class FaceResult:
    """A face in a frame, with its match decision and liveness.

    Attributes:
        analyzed: The output of the vision stages; without an embedding if an earlier one is reused.
        match: The comparison with the gallery, in this frame or, if reused, in an earlier one; None if the face cannot
            be judged.
        status: The settled state of the track, with the decision.
        liveness: The liveness of the face.
        reused_embedding: The embedding behind `match`, if it is reused.
    """

    analyzed: AnalyzedFace
    match: Match | None
    status: TrackStatus
    liveness: LivenessResult
    reused_embedding: Embedding | None = None

    @property
    def embedding(self) -> Embedding | None:
        """The embedding behind `match`."""
        return self.analyzed.embedding or self.reused_embedding


MAX_PENDING_DECISIONS = 100
"""How many decisions are kept for a reader that takes no results, such as a hidden window."""


@dataclass(frozen=True, slots=True)
class FrameResult:
    """The result of the frame path for one frame.

    Attributes:
        frame: The frame.
        faces: The faces in it, the largest first.
        decisions: The faces on which this frame has changed the decision, and those of earlier results that were not
            taken.
        enrolment: The status of the running enrolment; None without one.
        challenge: The status of the running challenge; None without one.
        finished_ns: Monotonic time at which the result was ready, in nanoseconds.
    """

    frame: Frame
    faces: tuple[FaceResult, ...]
    decisions: tuple[TrackStatus, ...]
    enrolment: EnrolmentStatus | None
    challenge: ChallengeStatus | None
    finished_ns: int

    def with_decisions_of(self, earlier: "FrameResult") -> "FrameResult":
        """The result with the decisions of one that it replaces; at most the newest `MAX_PENDING_DECISIONS`."""
        if not earlier.decisions:
            return self
        return replace(self, decisions=(*earlier.decisions, *self.decisions)[-MAX_PENDING_DECISIONS:])
