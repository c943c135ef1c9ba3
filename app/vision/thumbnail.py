"""Small pictures of faces, for those who have chosen to keep them."""

import cv2
import numpy as np

from app.core.types import AlignedFace

QUALITY = 80
"""Of the JPEG, 0 to 100: about 4 kB for 112 × 112 pixels."""


def thumbnail(face: AlignedFace) -> bytes:
    """A face as a JPEG of the size at which it was embedded.

    Args:
        face: side × side × 3, uint8, RGB.
    """
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(face.image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return np.asarray(encoded, np.uint8).tobytes()
