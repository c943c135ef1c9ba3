"""An actor who performs movements in front of the camera, frame by frame."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.core.faces import AnalyzedFace, Box, Embedding, Expression, Face, Pose, Quality
from app.core.liveness import Movement
from app.flows.liveness.challenge import ChallengeFlow, ChallengeState, ChallengeStatus

FRAME_NS = 33_000_000
ADA, BOB = (Embedding(np.eye(4, dtype=np.float32)[i], "m") for i in range(2))
REST = Expression(blink=0.05, smile=0.02, jaw_open=0.02, brows_up=0.1)
_STRAIGHT = Pose(0.0, 0.0, 0.0)

_POSES = {
    Movement.TURN_LEFT: Pose(22.0, 0.0, 0.0),
    Movement.TURN_RIGHT: Pose(-22.0, 0.0, 0.0),
    Movement.LOOK_UP: Pose(0.0, 16.0, 0.0),
}
_EXPRESSIONS = {
    Movement.BLINK: replace(REST, blink=0.7),
    Movement.SMILE: replace(REST, smile=0.8),
    Movement.OPEN_MOUTH: replace(REST, jaw_open=0.6),
    Movement.RAISE_BROWS: replace(REST, brows_up=0.9),
}


def face(movement: Movement | None = None, track: int = 1, embedding: Embedding | None = ADA) -> AnalyzedFace:
    """Return a face that performs a movement; at rest without one."""
    pose = _POSES.get(movement, _STRAIGHT) if movement else _STRAIGHT
    expression = _EXPRESSIONS.get(movement, REST) if movement else REST
    seen = Face(Box(0, 0, 50, 50), np.zeros((478, 3), np.float32), track, expression)
    return AnalyzedFace(seen, Quality(60, 200, 128, pose, 0.3, 1.0), embedding)


class Actor:
    """Performs a challenge.

    Args:
        flow: The challenge.
        frame_ns: Between two frames.
    """

    def __init__(self, flow: ChallengeFlow, frame_ns: int = FRAME_NS) -> None:
        self.flow = flow
        self.now = 0
        self._frame_ns = frame_ns

    def show(self, *faces: AnalyzedFace, frames: int = 1) -> ChallengeStatus:
        for _ in range(frames):
            self.now += self._frame_ns
            self.flow.observe(faces, self.now)
        return self.flow.status

    def until(
        self, change: Callable[[ChallengeStatus], bool], *faces: AnalyzedFace, most: int = 400
    ) -> ChallengeStatus:
        """Show the same faces until a condition holds, or for a number of frames."""
        for _ in range(most):
            if change(self.show(*faces)):
                break
        return self.flow.status

    def rest(self, track: int = 1) -> ChallengeStatus:
        """Look straight ahead until the first prompt."""
        return self.until(lambda status: status.state is ChallengeState.ASKING or status.is_over, face(track=track))

    def do(self, movement: Movement, frames: int = 8) -> ChallengeStatus:
        """Wait for a typical reaction time, perform a movement, and return to rest."""
        self.show(face(), frames=6)
        self.show(face(movement), frames=frames)
        return self.show(face(), frames=4)

    def obey(self) -> ChallengeStatus:
        """Perform the prompted movements until the challenge is over."""
        status = self.rest()
        while not status.is_over and status.prompt is not None:
            status = self.do(status.prompt)
        return status
