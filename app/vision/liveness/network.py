"""Liveness networks: the one that ships, and those that the user supplies by a row in a manifest."""

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

_EVERY = 6
"""The cue processes every n-th frame, since such a network takes about 2 ms."""

_LOOKS = 5
"""Processed frames that the verdict is based on."""

_HYSTERESIS = 0.1
"""How far the probability must move back beyond a limit before a verdict is withdrawn."""


class LivenessNetwork:
    """Runs a liveness network according to its manifest row. Owned by one thread, shared by all faces.

    Args:
        session: The network, opened on an engine.
        row: Its contract.

    Raises:
        ModelIncompatible: The network's shapes differ from those of the row.
    """

    def __init__(self, session: Network, row: LivenessRow) -> None:
        self.row = row
        self._run = session.run
        wanted = (3, *row.input_size), row.outputs
        found = session.input_shape[1:], session.output_shape[-1]
        if found != wanted:
            raise ModelIncompatible(
                QT_TRANSLATE_NOOP("errors", "The model “{model}” does not fit its row in the manifest."),
                QT_TRANSLATE_NOOP("errors", "Its input and output are {found}; the row says {wanted}."),
                model=row.name,
                found=found,
                wanted=wanted,
            )

    def live(self, frame: Frame, box: Box) -> float:
        """The probability that a face is a bona fide presentation, 0 to 1.

        Args:
            frame: The frame.
            box: The face's box, in pixels of the frame.
        """
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
    """A cue on the median probability of a liveness network over the last processed frames.

    A verdict is withdrawn only when the median leaves its limit by `_HYSTERESIS`, so that it does not flicker.

    Args:
        network: Shared by all faces.
    """

    def __init__(self, network: LivenessNetwork) -> None:
        self._network = network
        self._name = NETWORK_CUE_PREFIX + network.row.name
        self._stride = FrameStride(_EVERY)
        self._live: deque[float] = deque(maxlen=_LOOKS)
        self._verdict = LivenessVerdict.NOT_ENOUGH

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """See `FaceCue.observe`."""
        if self._stride.is_due():
            self._live.append(self._network.live(frame, face.face.box))
            if len(self._live) == _LOOKS:
                self._verdict = self._judge(float(np.median(self._live)))

    def skip_frame(self) -> None:
        """See `FaceCue.skip_frame`."""
        self._stride.skip()

    def result(self) -> CueResult:
        """NOT_ENOUGH until enough frames were processed, or while the median lies between the row's limits."""
        if len(self._live) < _LOOKS:
            return CueResult(self._name, LivenessVerdict.NOT_ENOUGH, {"looks": float(len(self._live))})
        live = float(np.median(self._live))
        return CueResult(self._name, self._verdict, {"live": live})

    def _judge(self, live: float) -> LivenessVerdict:
        passes, denies = self._network.row.passes, self._network.row.denies
        if self._verdict is LivenessVerdict.PASSED:
            passes -= _HYSTERESIS
        elif self._verdict is LivenessVerdict.FAILED:
            denies += _HYSTERESIS
        if live <= denies:
            return LivenessVerdict.FAILED
        return LivenessVerdict.PASSED if live >= passes else LivenessVerdict.NOT_ENOUGH


def crop_square(image: Image, box: Box, scale: float, size: tuple[int, int]) -> Image:
    """Crop a square around a face, mirrored beyond the edges of the image, and resize it.

    Args:
        image: height × width × 3, uint8.
        box: The face's box, in pixels.
        scale: Side of the square, as a multiple of the longer side of the box.
        size: (height, width) of the result, in pixels.
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
