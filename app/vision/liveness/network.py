"""Networks that others trained to tell living faces from attacks, plugged in by a row in a manifest."""

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelIncompatible
from app.core.faces import AnalyzedFace, Box, Frame, Image
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import NETWORK_CUE_PREFIX, CueResult, LivenessVerdict
from app.vision.engine.session import Network
from app.vision.liveness.base import FrameStride
from app.vision.manifest import LivenessRow

_EVERY = 8
"""Frames from one look to the next: such a network takes as long as the rest of the frame."""

_LOOKS = 5


class LivenessNetwork:
    """Runs such a network as its row demands. Owned by one thread; serves all faces.

    Args:
        session: The network.
        row: Its contract.

    Raises:
        ModelIncompatible: The network's shapes are not those of the row.
    """

    def __init__(self, session: Network, row: LivenessRow) -> None:
        self.row = row
        self._run = session.run
        wanted = (3, *row.input_size), row.outputs
        found = session.input_shape[1:], session.output_shape[-1]
        if found != wanted:
            raise ModelIncompatible(
                QT_TRANSLATE_NOOP("errors", "The model “{model}” does not fit its row in the manifest."),
                QT_TRANSLATE_NOOP("errors", "It takes and gives {found}; the row says {wanted}."),
                model=row.name,
                found=found,
                wanted=wanted,
            )

    def live(self, frame: Frame, box: Box) -> float:
        """The probability that the face is a living one, 0 to 1."""
        picture = crop_square(frame.image, box, self.row.crop_scale, self.row.input_size)
        ordered = picture if self.row.colour == "RGB" else picture[..., ::-1]
        batch = (ordered.transpose(2, 0, 1)[None].astype(np.float32) - self.row.mean) / self.row.scale
        return self._probability(self._run(np.ascontiguousarray(batch)).ravel())

    def _probability(self, values: NDArray[np.float32]) -> float:
        if self.row.softmax:
            exponents = np.exp(values - values.max())
            values = exponents / exponents.sum()
        return float(np.clip(values[self.row.live_output], 0, 1))


class NetworkCue:
    """What a network says of one face, over its last looks.

    Args:
        network: Shared by all faces.
    """

    def __init__(self, network: LivenessNetwork) -> None:
        self._network = network
        self._stride = FrameStride(_EVERY)
        self._live: deque[float] = deque(maxlen=_LOOKS)

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """Take in one frame."""
        if self._stride.is_due():
            self._live.append(self._network.live(frame, face.face.box))

    def passed(self) -> None:
        """Count one frame in which the face was only followed."""
        self._stride.passed()

    def result(self) -> CueResult:
        """By the mean of the last looks; NOT_ENOUGH before there are so many, and where it lies between the limits."""
        row, name = self._network.row, NETWORK_CUE_PREFIX + self._network.row.name
        if len(self._live) < _LOOKS:
            return CueResult(name, LivenessVerdict.NOT_ENOUGH, {"looks": float(len(self._live))})
        live = float(np.mean(self._live))
        verdict = LivenessVerdict.NOT_ENOUGH
        if live >= row.passes:
            verdict = LivenessVerdict.PASSED
        elif live <= row.denies:
            verdict = LivenessVerdict.FAILED
        return CueResult(name, verdict, {"live": live})


def crop_square(image: Image, box: Box, scale: float, size: tuple[int, int]) -> Image:
    """The square around a face, beyond the picture's edges mirrored.

    Args:
        image: The picture.
        box: Of the face.
        scale: Side of the square, in longer sides of the box.
        size: (height, width) of what is returned, in pixels.
    """
    side = max(round(max(box.width, box.height) * scale), 2)
    left, top = round(box.centre[0] - side / 2), round(box.centre[1] - side / 2)
    height, width = image.shape[:2]
    before = max(-top, 0), max(-left, 0)
    after = max(top + side - height, 0), max(left + side - width, 0)
    padded = image
    if any(before + after):
        edges = before[0], after[0], before[1], after[1]
        padded = np.asarray(cv2.copyMakeBorder(image, *edges, cv2.BORDER_REFLECT_101), np.uint8)
    part = padded[top + before[0] : top + before[0] + side, left + before[1] : left + before[1] + side]
    return np.asarray(cv2.resize(part, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
