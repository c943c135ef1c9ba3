"""Thumbnails of faces, kept if the operator has chosen to: encoding, and decoding for another embedding."""

import cv2
import numpy as np

from app.core.faces import AlignedFace
from app.core.settings.sections import QualitySettings

JPEG_QUALITY = 80
"""JPEG quality, 0 to 100: about 4 kB for 112 × 112 pixels."""


def encode_thumbnail(face: AlignedFace) -> bytes:
    """Encode an aligned face as a JPEG at the size at which it was embedded.

    Args:
        face: side × side × 3, uint8, RGB.

    Returns:
        The JPEG file.
    """
    _, encoded = cv2.imencode(
        ".jpg", cv2.cvtColor(face.image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    return np.asarray(encoded, np.uint8).tobytes()


def decode_thumbnail(jpeg: bytes, side: int, limits: QualitySettings) -> AlignedFace | None:
    """Decode a thumbnail that is good enough to be embedded again.

    The face is aligned already, so nothing is detected, and its pose and size were checked when it was taken. Sharpness
    and brightness are checked again, because the limits may have changed.

    Args:
        jpeg: From `encode_thumbnail`.
        side: Side of the faces that the embedder takes, in pixels.
        limits: The quality a face needs to be judged.

    Returns:
        side × side × 3, uint8, RGB; None if it is not a square picture of at least this size, or is blurred, too dark
        or too bright.
    """
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) if jpeg else None
    if picture is None or picture.shape[0] != picture.shape[1] or picture.shape[0] < side:
        return None
    scale = side / picture.shape[0]
    if scale < 1:
        picture = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    luminance = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    lit = limits.min_brightness <= float(cv2.mean(luminance)[0]) <= limits.max_brightness
    if not lit or float(cv2.Laplacian(luminance, cv2.CV_32F).var()) < limits.min_sharpness:
        return None
    return AlignedFace(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8), scale)
