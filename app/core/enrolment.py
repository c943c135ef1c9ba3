"""The directions in which a head is enrolled."""

from enum import StrEnum


class HeadPose(StrEnum):
    """Where a person is asked to look; left and right are the person's own."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
