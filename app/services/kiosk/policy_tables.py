"""The tables of a kiosk's policy."""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, field_validator, model_validator

from app.core.calendar import OpeningHours, Schedule
from app.core.liveness import LivenessPolicy, Movement
from app.core.match_decision import MAX_ONE_IN, MIN_ONE_IN, FmrText
from app.core.policy_table import PolicyTable, invalid_value
from app.core.settings.sections import CameraSettings, LivenessSettings, Theme
from app.flows.kiosk.types import IdentifyBy, PinInsteadOfChallenge, PinUse, ReentryMode

DOOR_ONE_IN = 10_000
"""The default promise of a kiosk: of this many strangers who try until the lockout, one enters."""

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
        """Number from 0 for Monday to 6 for Sunday."""
        return _DAYS.index(self.value)


def _clock_time(value: Any) -> Any:
    """Return a time given as a TOML time or as a string such as "07:30"; "24:00" is the end of the day."""
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
    """Return the days of a list of days and ranges such as "mon-fri"."""
    if not isinstance(value, list) or not all(isinstance(day, str) for day in value):
        raise invalid_value('use a list of days such as ["mon-fri", "sun"]')
    found: list[str] = []
    for part in value:
        first, dash, last = part.strip().lower().partition("-")
        last = last if dash else first
        if first not in _DAYS or last not in _DAYS:
            raise invalid_value(f"“{part}” is not a day; use mon, tue, wed, thu, fri, sat, sun")
        begin, end = _DAYS.index(first), _DAYS.index(last)
        found += [_DAYS[n % 7] for n in range(begin, (end if end >= begin else end + 7) + 1)]
    return tuple(dict.fromkeys(found))


ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Days = Annotated[tuple[Day, ...], BeforeValidator(_days), Field(min_length=1)]


class CameraTable(PolicyTable):
    """The camera."""

    source: str | None = Field(None, min_length=1, max_length=500)
    """Source as in the settings; by default that of the settings."""

    width: int | None = Field(None, ge=160, le=3840)
    """Width that a webcam is asked for, in pixels."""

    height: int | None = Field(None, ge=120, le=2160)
    """Height that a webcam is asked for, in pixels."""

    def override(self, settings: CameraSettings) -> CameraSettings:
        """Return the settings with the values of this table."""
        return settings.model_copy(update=self.model_dump(exclude_none=True))


class WhoTable(PolicyTable):
    """Who may enter."""

    groups: tuple[str, ...] = ()
    """Groups whose members may enter; without any, everyone who is enrolled."""

    identify: IdentifyBy = IdentifyBy.FACE
    """Whether the face identifies the person, or a badge does, whose owner the face is then compared with."""

    badges: bool = True
    """Whether a badge number can be typed or scanned, so that faces are compared with its owner only (1:1)."""

    qr_codes: bool = False
    """Whether a QR code in front of the camera is read as a badge number."""

    smart_cards: bool = False
    """Whether the UID of a smart card at a PC/SC reader is read as a badge number."""


class OpeningTable(PolicyTable):
    """Opening hours on some days of the week."""

    days: Days
    begin: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.begin == self.end and self.begin != time(0, 0):
            raise invalid_value("from and to are equal; for the whole day use 00:00 and 24:00")
        return self


class WhenTable(PolicyTable):
    """When people may enter."""

    time_zone: str = "UTC"
    """Name in the IANA time zone database, such as "Europe/Berlin"."""

    holidays: tuple[date, ...] = ()
    """Days on which no opening hours begin."""

    open: tuple[OpeningTable, ...] = ()
    """Opening hours of the week; without any, always open."""

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise invalid_value(f"there is no time zone “{value}”") from None
        return value

    def schedule(self) -> Schedule:
        """Return the opening hours as a schedule."""
        spans = [OpeningHours(frozenset(day.number for day in span.days), span.begin, span.end) for span in self.open]
        return Schedule(ZoneInfo(self.time_zone), tuple(spans), frozenset(self.holidays))


class MatchingTable(PolicyTable):
    """Comparison of faces."""

    one_in: int | None = Field(None, ge=MIN_ONE_IN, le=MAX_ONE_IN)
    """Of this many strangers who try until the lockout, one may enter; by default 10,000."""

    operating_point: FmrText | None = None
    """False match rate of the comparison with a claimed person; by default that of the settings. Without `one_in`, it
    applies to the search among all people too, as in policies written before `one_in` existed."""

    min_margin: float | None = Field(None, ge=0.0, le=1.0)
    """Least difference of cosines to the next person; by default that of the settings."""

    frames: int = Field(5, ge=3, le=60)
    """Consecutive frames that must agree."""

    min_face: float = Field(0.08, ge=0.0, le=0.9)
    """Least height of a face, as a share of the height of the picture. People farther away are not processed."""

    @property
    def visitors(self) -> int:
        """The promise per visitor; 0 if the operating point applies to every comparison."""
        if self.one_in is not None:
            return self.one_in
        return DOOR_ONE_IN if self.operating_point is None else 0


class LivenessTable(PolicyTable):
    """The liveness check."""

    policy: LivenessPolicy = LivenessPolicy.PASSIVE
    """The liveness policy."""

    steps: int | None = Field(None, ge=2, le=5)
    """Number of movements; by default that of the settings, as for the next four."""

    window_s: float | None = Field(None, ge=2, le=60)
    """Seconds for each movement, and for looking straight ahead again. Allow more for people who move slowly."""

    rest_s: float | None = Field(None, ge=2, le=60)
    """Seconds to come to rest."""

    movements: tuple[Movement, ...] | None = Field(None, min_length=2)
    """Movements that may be asked for."""

    light: bool | None = None
    """Whether the screen shows soft colours before the movements, to check that the face reflects them."""

    pin_instead: PinInsteadOfChallenge = PinInsteadOfChallenge.NEVER
    """Whether the recognised person's PIN replaces the movements: never, on request, or always."""

    @property
    def requires_challenge(self) -> bool:
        """Whether the policy asks for movements."""
        return self.policy in {LivenessPolicy.CHALLENGE, LivenessPolicy.STRICT}

    @property
    def has_proven_pad(self) -> bool:
        """Whether the policy detects attacks well enough for the higher limits of failed attempts.

        Only `strict` does: a puppet made of one photo can answer the prompts of `challenge`.
        """
        return self.policy is LivenessPolicy.STRICT

    def override(self, settings: LivenessSettings) -> LivenessSettings:
        """Return the settings with the values of this table.

        Raises:
            ValueError: There are too few different movements for the steps.
        """
        values = self.model_dump(exclude_none=True, exclude={"pin_instead"})
        return LivenessSettings.model_validate(settings.model_dump() | values)


class PinTable(PolicyTable):
    """Use of PINs."""

    use: PinUse = PinUse.INSTEAD
    """As an alternative to the face, as a second factor, or not at all."""


class UnlockTable(PolicyTable):
    """What happens when access is granted."""

    relock_s: float = Field(5.0, ge=1, le=600)
    """Seconds until the door locks again."""

    rearm: ReentryMode = ReentryMode.LEAVE
    """Whether the same person must leave the view before the next grant, or only wait."""

    rearm_s: float = Field(3.0, ge=0.5, le=3600)
    """Seconds out of view, or since the last grant."""

    even_if_action_fails: bool = False
    """Whether a grant stands although an action failed."""


class TimesTable(PolicyTable):
    """Time limits in seconds."""

    looking_s: float = Field(15.0, ge=3, le=120)
    verifying_s: float = Field(8.0, ge=2, le=60)
    challenge_s: float | None = Field(None, ge=5, le=900)
    """By default the time that the movements can take."""

    pin_s: float = Field(30.0, ge=5, le=300)
    denied_s: float = Field(3.0, ge=1, le=30)


class ScreenTable(PolicyTable):
    """The screen."""

    preview: bool = True
    """Whether the screen shows the camera's picture besides symbols and text."""

    sound: bool = True
    """Whether the kiosk plays sounds."""

    spoken: bool | None = None
    """Whether instructions are spoken; by default that of the settings."""

    theme: Theme = Theme.DARK
    """Dark, light, high contrast, or that of the system."""

    monitor: int | None = Field(None, ge=0, le=15)
    """Number of the monitor, from 0; the first one by default, or if there is no such monitor."""

    idle_fps: float = Field(4.0, ge=1, le=30)
    """Frames a second that are processed while the kiosk is idle."""
