"""Smaller pictures for finding faces in, and the faces as they lie in the whole ones."""

from dataclasses import replace

import cv2
import numpy as np

from app.core.types import Box, Face, Frame


def scaled_down(frame: Frame, longest_side: int | None) -> tuple[Frame, float]:
    """A frame that is no larger than asked for.

    Args:
        frame: Stays as it is.
        longest_side: In pixels; None for as it is.

    Returns:
        The frame, of the same id and time, and by how much the original is larger: 1 where it is the same one.
    """
    scale = max(frame.width, frame.height) / longest_side if longest_side else 1.0
    if scale <= 1:
        return frame, 1.0
    size = round(frame.width / scale), round(frame.height / scale)
    image = cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA)
    return replace(frame, image=np.asarray(image, np.uint8)), scale


def enlarged(face: Face, scale: float) -> Face:
    """A face found in a smaller picture, as it lies in the whole one.

    Args:
        face: In pixels of the smaller picture.
        scale: By how much the whole one is larger.
    """
    if scale == 1:
        return face
    box = Box(*(scale * value for value in (face.box.x, face.box.y, face.box.width, face.box.height)))
    return replace(face, box=box, landmarks=np.asarray(face.landmarks * scale, np.float32))
