"""What sections of settings are declared with."""

from enum import StrEnum

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


def about(
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


class Section(BaseModel):
    """A group of settings. Frozen; a field's docstring is its description."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
