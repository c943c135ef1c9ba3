"""Composes test videos from empty rooms, clips and pictures."""

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path

import cv2
import numpy as np

from app.core.faces import Image

FPS = 30
WIDTH, HEIGHT = 640, 480
EMPTY_ROOM: Image = np.random.default_rng(0).integers(110, 130, (HEIGHT, WIDTH, 3), np.uint8)


def seconds(image: Image, length: float) -> Iterator[Image]:
    """Repeat a picture for some seconds."""
    return repeat(image, round(length * FPS))


def clip(path: Path, length: float, start: float = 0.0) -> list[Image]:
    """Return a part of a clip in BGR, looped if it is too short."""
    capture = cv2.VideoCapture(str(path))
    frames: list[Image] = []
    while (read := capture.read())[0]:
        frames.append(fitted(np.asarray(read[1], np.uint8)))
    capture.release()
    begin = round(start * FPS)
    return [frames[(begin + number) % len(frames)] for number in range(round(length * FPS))]


def picture(path: Path) -> Image:
    """Read a picture in BGR."""
    return fitted(np.asarray(cv2.imread(str(path)), np.uint8))


def fitted(image: Image) -> Image:
    """Scale and crop a picture to the size of the video."""
    scale = max(WIDTH / image.shape[1], HEIGHT / image.shape[0])
    larger = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    left, top = (larger.shape[1] - WIDTH) // 2, (larger.shape[0] - HEIGHT) // 2
    return np.ascontiguousarray(larger[top : top + HEIGHT, left : left + WIDTH], np.uint8)


def write(path: Path, *parts: Iterable[Image]) -> Path:
    """Write frames to a video file."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (WIDTH, HEIGHT))
    for frame in chain(*parts):
        writer.write(frame)
    writer.release()
    return path
