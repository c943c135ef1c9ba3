"""What sections of settings are declared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, JsonValue


class LandmarkEngine(StrEnum):
    """What finds faces and their landmarks."""

    AUTOMATIC = "automatic"
    MEDIAPIPE = "mediapipe"
    DIRECT = "direct"


class Profile(StrEnum):
    """How much of the machine is spent on looking."""

    AUTOMATIC = "automatic"
    LOW = "low"
    BALANCED = "balanced"
    BEST = "best"


def meta(
    unit: str = "", *, restart: bool = False, folder: bool = False, words: dict[str, JsonValue] | None = None
) -> dict[str, JsonValue]:
    """What a field's own arguments cannot say.

    Args:
        unit: Of the number, in full: "pixels".
        restart: Whether the program has to be started again before a change takes effect.
        folder: Whether a text names a folder, so that it can be chosen.
        words: For the values of a choice whose own names do not say enough.
    """
    return {"unit": unit, "restart": restart, "folder": folder, "words": words or {}}


class SettingsSection(BaseModel):
    """A group of settings. Frozen; a field's docstring is its description."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class ComputeBudget:
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
class ProfileLimits:
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
    """Of the machine, now.

    Attributes:
        on_battery: It is discharging.
        hot: It is near the temperature at which it slows itself down.
    """

    on_battery: bool = False
    hot: bool = False
