"""The tables of a kiosk's policy: who, when, how strictly."""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, field_validator, model_validator

from app.core.calendar import OpeningHours, Schedule
from app.core.liveness import LivenessPolicy, Movement
from app.core.match_decision import FmrText
from app.core.policy_table import PolicyTable, invalid_value
from app.core.settings.sections import CameraSettings, LivenessSettings, Theme
from app.flows.kiosk.types import PinInsteadOfChallenge, PinUse, ReentryMode

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Day(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday."""
        return _DAYS.index(self.value)


def _clock_time(value: Any) -> Any:
    """A time as TOML writes it, or as a text: "07:30"; "24:00" is the end of the day."""
    if value == "24:00":
        return time(0, 0)
    if isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            raise invalid_value('use a time such as "07:30"') from None
    if not isinstance(value, time):
        raise invalid_value('use a time such as "07:30"')
    return value


def _days(value: Any) -> Any:
    """Days one by one, or from one to another: "mon-fri"."""
    if not isinstance(value, list) or not all(isinstance(day, str) for day in value):
        raise invalid_value('use a list of days such as ["mon-fri", "sun"]')
    found: list[str] = []
    for part in value:
        first, dash, last = part.strip().lower().partition("-")
        last = last if dash else first
        if first not in _DAYS or last not in _DAYS:
            raise invalid_value(f"“{part}” is no day; use mon, tue, wed, thu, fri, sat, sun")
        begin, end = _DAYS.index(first), _DAYS.index(last)
        found += [_DAYS[n % 7] for n in range(begin, (end if end >= begin else end + 7) + 1)]
    return tuple(dict.fromkeys(found))


ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Days = Annotated[tuple[Day, ...], BeforeValidator(_days), Field(min_length=1)]


class CameraTable(PolicyTable):
    """Which camera."""

    source: str | None = Field(None, min_length=1, max_length=500)
    """As in the settings, which hold where this is left out."""

    width: int | None = Field(None, ge=160, le=3840)
    """Asked of a webcam."""

    height: int | None = Field(None, ge=120, le=2160)
    """Asked of a webcam."""

    def over(self, settings: CameraSettings) -> CameraSettings:
        """The settings with what is said otherwise here."""
        return settings.model_copy(update=self.model_dump(exclude_none=True))


class WhoTable(PolicyTable):
    """Who may come in."""

    groups: tuple[str, ...] = ()
    """Members of any of these; everybody enrolled where there are none."""

    badges: bool = True
    """Whether a badge number can be typed or scanned, to be compared with that one person alone."""


class OpeningTable(PolicyTable):
    """A span of the day."""

    days: Days
    begin: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.begin == self.end and self.begin != time(0, 0):
            raise invalid_value("from and to are the same; for the whole day write 00:00 and 24:00")
        return self


class WhenTable(PolicyTable):
    """When somebody may come in."""

    time_zone: str = "UTC"
    """A name of the IANA data base: "Europe/Berlin"."""

    holidays: tuple[date, ...] = ()
    """Days on which no opening begins."""

    open: tuple[OpeningTable, ...] = ()
    """The week; at any time where there is nothing."""

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise invalid_value(f"there is no time zone “{value}”") from None
        return value

    def schedule(self) -> Schedule:
        """The same to be asked."""
        spans = [OpeningHours(frozenset(day.number for day in span.days), span.begin, span.end) for span in self.open]
        return Schedule(ZoneInfo(self.time_zone), tuple(spans), frozenset(self.holidays))


class MatchingTable(PolicyTable):
    """How strictly faces are compared."""

    operating_point: FmrText | None = None
    """The share of strangers let through, for each person enrolled; as in the settings where left out."""

    min_margin: float | None = Field(None, ge=0.0, le=1.0)
    """How far the next person must be behind; as in the settings where left out."""

    frames: int = Field(5, ge=3, le=60)
    """Frames in a row that must agree."""


class LivenessTable(PolicyTable):
    """Whether somebody must be shown to be living."""

    policy: LivenessPolicy = LivenessPolicy.PASSIVE
    """How much has to be shown."""

    steps: int | None = Field(None, ge=2, le=5)
    """Movements that are asked for; as in the settings where left out, like the next four."""

    window_s: float | None = Field(None, ge=2, le=60)
    """Seconds for each, and for looking straight again. More for people who move slowly."""

    rest_s: float | None = Field(None, ge=2, le=60)
    """Seconds for coming to rest."""

    movements: tuple[Movement, ...] | None = Field(None, min_length=2)
    """Those that may be asked for."""

    light: bool | None = None
    """Colour the screen softly before the movements, and watch whether the face follows."""

    pin_instead: PinInsteadOfChallenge = PinInsteadOfChallenge.NEVER
    """Whether the PIN of the person seen stands in for moving: never, offered to whoever is asked, or always."""

    @property
    def requires_challenge(self) -> bool:
        """Whether somebody is told to do something, and not only watched."""
        return self.policy in {LivenessPolicy.CHALLENGE, LivenessPolicy.STRICT}

    def over(self, settings: LivenessSettings) -> LivenessSettings:
        """The settings with what is said otherwise here.

        Raises:
            ValueError: So many movements cannot be asked for.
        """
        own = self.model_dump(exclude_none=True, exclude={"pin_instead"})
        return LivenessSettings.model_validate(settings.model_dump() | own)


class PinTable(PolicyTable):
    """What a PIN is for."""

    use: PinUse = PinUse.INSTEAD
    """In place of a face, beside it, or for nothing."""


class UnlockTable(PolicyTable):
    """What happens when somebody is let in."""

    relock_s: float = Field(5.0, ge=1, le=600)
    """Seconds until it locks again."""

    rearm: ReentryMode = ReentryMode.LEAVE
    """Whether the same person must first leave the view, or time alone is enough."""

    rearm_s: float = Field(3.0, ge=0.5, le=3600)
    """Seconds out of view, or since the last time."""

    even_if_action_fails: bool = False
    """Whether somebody counts as let in although an action failed."""


class TimesTable(PolicyTable):
    """How long things may take, in seconds."""

    looking_s: float = Field(15.0, ge=3, le=120)
    verifying_s: float = Field(8.0, ge=2, le=60)
    challenge_s: float | None = Field(None, ge=5, le=900)
    """As long as the movements take where left out."""

    pin_s: float = Field(30.0, ge=5, le=300)
    denied_s: float = Field(3.0, ge=1, le=30)


class ScreenTable(PolicyTable):
    """What the screen shows."""

    preview: bool = True
    """Show the camera's picture; without it, only signs and words."""

    sound: bool = True
    """Make sounds."""

    spoken: bool | None = None
    """Speak what is to be done; as in the settings where left out."""

    theme: Theme = Theme.DARK
    """Dark, light, high contrast, or the system's own."""

    monitor: int | None = Field(None, ge=0, le=15)
    """Which monitor, from 0; the first one where left out or not there."""

    idle_fps: float = Field(4.0, ge=1, le=30)
    """Pictures a second that are looked at until somebody comes."""
