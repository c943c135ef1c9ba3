"""What each profile spends on looking: the one table of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.core.settings_parts import Profile


@dataclass(frozen=True, slots=True)
class Effort:
    """What can be changed between two frames without making anything anew.

    Attributes:
        faces: The largest number of faces looked at in a frame.
        flip: Whether each embedding is averaged with that of the mirrored face.
        longest_side: Of the picture in which faces are looked for, in pixels: larger ones are scaled down for it. None
            for as they come. Faces are cut out of the whole picture in any case.
    """

    faces: int
    flip: bool
    longest_side: int | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a profile fixes; None leaves it to the other settings, to what was measured, or to the camera.

    Attributes:
        frames_per_second: The highest rate of looks.
        longest_side: As in `Effort`.
        faces: As in `Effort`; never more than the settings allow.
        flip: As in `Effort`.
        threads: Of each network.
    """

    frames_per_second: float | None = None
    longest_side: int | None = None
    faces: int | None = None
    flip: bool | None = None
    threads: int | None = None


ALLOWANCES: Mapping[Profile, Allowance] = MappingProxyType(
    {
        Profile.LOW: Allowance(frames_per_second=10, longest_side=480, faces=1, flip=False, threads=1),
        Profile.BALANCED: Allowance(frames_per_second=20, longest_side=640),
        Profile.BEST: Allowance(flip=True),
        Profile.AUTOMATIC: Allowance(),
    }
)
