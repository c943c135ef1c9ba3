"""Detection of masks and dark glasses by colour.

The skin of a face has one colour, the lips are redder than the forehead, and the eyes are about as light as it. A mask
breaks the first two rules, dark glasses break the last. Occluders with the colour of skin, such as a hand, are not
detected; detection rates are in `docs/decisions/0017-occluded-faces.md`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import AlignedFace, Image
from app.vision.alignment import TEMPLATE_SIDE

Colour = NDArray[np.float32]
"""(3,): CIE L*, a*, b*."""

# Patches of the aligned face: first and last row, first and last column.
_FOREHEAD = (20, 36, 36, 76)
_EYES = ((40, 62, 24, 52), (40, 62, 60, 88))
_MOUTH = (82, 102, 40, 72)

# Logistic regressions on 240 people of LFW, bare and with drawn masks (blue, black, white) or dark glasses. The biases
# put 0.5 where about 1 in 100 bare faces of 240 other people counts as covered.
_MASK = np.array([0.058, 0.205, 0.038, -0.088])
_MASK_BIAS = -4.30
_GLASSES = np.array([0.092, 0.192])
_GLASSES_BIAS = -5.10


def occlusion_probability(face: AlignedFace) -> float:
    """The probability that a mask or dark glasses cover part of a face, 0 to 1.

    Args:
        face: The aligned face.
    """
    image = face.image
    if len(image) != TEMPLATE_SIDE:
        image = np.asarray(cv2.resize(image, (TEMPLATE_SIDE, TEMPLATE_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    lab = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2LAB), np.uint8)
    forehead = _colour(lab, _FOREHEAD)
    scores = _mask_score(_colour(lab, _MOUTH) - forehead), _glasses_score(lab, forehead)
    return float(1 / (1 + np.exp(-max(scores))))


def _mask_score(change: Colour) -> float:
    """Logit that a mask is worn.

    Args:
        change: (3,), the colour of the mouth minus that of the forehead.
    """
    light, red, yellow = (float(value) for value in change)
    return float(_MASK @ (np.hypot(red, yellow), -red, abs(light), yellow)) + _MASK_BIAS


def _glasses_score(lab: Image, forehead: Colour) -> float:
    """Logit that dark glasses are worn: how much darker and paler than the forehead the lighter eye is."""
    eyes = [_colour(lab, place) for place in _EYES]
    darker = float(forehead[0]) - max(float(eye[0]) for eye in eyes)
    paler = _chroma(forehead) - max(_chroma(eye) for eye in eyes)
    return float(_GLASSES @ (darker, paler)) + _GLASSES_BIAS


def _colour(lab: Image, place: tuple[int, int, int, int]) -> Colour:
    """The median colour of a patch. OpenCV scales L* to 0…255 and adds 128 to a* and b*."""
    top, bottom, left, right = place
    middle = np.median(lab[top:bottom, left:right].reshape(-1, 3), axis=0)
    return np.asarray((middle - (0, 128, 128)) * (100 / 255, 1, 1), np.float32)


def _chroma(colour: Colour) -> float:
    return float(np.hypot(colour[1], colour[2]))
