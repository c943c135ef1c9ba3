"""Processing profiles, their compute budgets, and the power state of the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Profile(StrEnum):
    """Processing profile: how much of the machine recognition may use."""

    AUTOMATIC = "automatic"
    LOW = "low"
    BALANCED = "balanced"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class ComputeBudget:
    """Parameters of recognition that can change between two frames without rebuilding a component.

    Attributes:
        faces: Largest number of faces processed per frame.
        flip: Whether each embedding is averaged with that of the mirrored face.
        longest_side: Longest side of the picture for detection, in pixels; larger pictures are scaled down. None for
            full resolution. Aligned faces are always taken from the full resolution.
    """

    faces: int
    flip: bool
    longest_side: int | None = None


@dataclass(frozen=True, slots=True)
class ProfileLimits:
    """Values fixed by a profile; None leaves a value to the settings, the measurements, or the camera.

    Attributes:
        frames_per_second: Highest frame rate of recognition.
        longest_side: See `ComputeBudget`.
        faces: See `ComputeBudget`; the settings may lower it.
        flip: See `ComputeBudget`.
        threads: Threads per network.
    """

    frames_per_second: float | None = None
    longest_side: int | None = None
    faces: int | None = None
    flip: bool | None = None
    threads: int | None = None


PROFILE_LIMITS: Mapping[Profile, ProfileLimits] = MappingProxyType(
    {
        Profile.LOW: ProfileLimits(frames_per_second=10, longest_side=480, faces=1, flip=False, threads=1),
        Profile.BALANCED: ProfileLimits(frames_per_second=20, longest_side=640),
        Profile.BEST: ProfileLimits(flip=True),
        Profile.AUTOMATIC: ProfileLimits(),
    }
)


@dataclass(frozen=True, slots=True)
class PowerState:
    """Current power and thermal state of the machine.

    Attributes:
        on_battery: Whether the battery is discharging.
        hot: Whether the temperature is close to the throttling limit.
    """

    on_battery: bool = False
    hot: bool = False
