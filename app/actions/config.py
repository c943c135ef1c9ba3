"""What the `[[actions]]` tables of a kiosk's policy may say.

A policy model takes them as `actions: ActionConfigs = ()`; what is wrong with one is then said at its own place.
"""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, field_validator, model_validator

from app.actions.port import ENTRY_POINT_GROUP, installed_kinds, load_kind
from app.core.policy_table import PolicyTable, SecretSource, invalid_value

MAX_ACTIONS = 16
_MAX_BYTES = 256


class ActionConfig(PolicyTable):
    """What every action has. Third parties build theirs on it."""

    kind: str
    """Which kind of action."""

    name: str = Field("", max_length=64, pattern=r"^[\w .-]*$")
    """What reports call it; the kind unless given."""

    timeout_s: float = Field(5.0, ge=0.1, le=60.0)
    """Seconds until it is given up and the next one gets its turn."""

    latest_s: float = Field(10.0, ge=0.5, le=3600.0)
    """Seconds after the unlock when it is no longer begun: no door opens for somebody who has left."""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not self.name:
            object.__setattr__(self, "name", self.kind)
        return self


class CommandConfig(ActionConfig):
    """Run a program."""

    kind: Literal["command"] = "command"
    command: tuple[Annotated[str, Field(max_length=4096)], ...] = Field(min_length=1, max_length=256)
    """The program and its arguments, each on its own. No shell reads them."""

    pass_env: tuple[str, ...] = ()
    """Variables of the kiosk's environment that it gets besides the ordinary ones (PATH, HOME, LANG …)."""

    @field_validator("command")
    @classmethod
    def _runnable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value[0].strip():
            raise invalid_value("the program is not named")
        if any("\0" in word for word in value):
            raise invalid_value("no argument can hold a zero byte")
        return value


def _plain_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise invalid_value("an address begins with https:// or http:// and names a host")
    try:
        _ = parts.port
    except ValueError:
        raise invalid_value("the port of the address is none") from None
    if parts.username is not None or parts.password is not None:
        raise invalid_value("a password does not stand in an address")
    return value


class WebhookConfig(ActionConfig):
    """Post the event to an address, signed; as often as it takes."""

    kind: Literal["webhook"] = "webhook"
    url: Annotated[str, Field(max_length=2000), AfterValidator(_plain_address)]
    """Where to."""

    secret: SecretSource
    """What the signature is made with; at least 16 characters."""

    ca_file: Path | None = None
    """Certificates to trust in place of the system's."""

    include_name: bool = True
    """Whether the person's name goes along with their id."""

    max_waiting: int = Field(10_000, ge=1, le=1_000_000)
    """How many events may wait while the receiver cannot be reached."""

    give_up_after_h: float = Field(72.0, ge=0.01, le=720.0)
    """Hours for which an event is tried."""


class MqttConfig(ActionConfig):
    """Publish the event to a broker."""

    kind: Literal["mqtt"] = "mqtt"
    host: str = Field(min_length=1, max_length=253)
    """The broker."""

    port: int = Field(0, ge=0, le=65_535)
    """0 for the usual one: 8883 with TLS, else 1883."""

    tls: bool = True
    """Whether to speak TLS."""

    ca_file: Path | None = None
    """Certificates to trust in place of the system's."""

    username: str | None = None
    """Who to be; nobody unless given."""

    password: SecretSource | None = None
    """Of that user."""

    version: Literal["3.1.1", "5"] = "5"
    """Of the protocol. Only 5 lets a broker say that this user may not publish there."""

    topic: str = Field("facelatch/{kiosk}", min_length=1, max_length=500, pattern=r"^[^#+\x00]+$")
    """Where to publish; `{kiosk}` stands for the kiosk's name."""

    include_name: bool = True
    """Whether the person's name goes along with their id."""

    discovery: bool = True
    """Whether to make the kiosk known to Home Assistant."""

    discovery_prefix: str = Field("homeassistant", min_length=1, max_length=200, pattern=r"^[^#+\x00]+$")
    """Home Assistant's own setting of that name."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.password is not None and self.username is None:
            raise invalid_value("a password needs a username")
        if self.ca_file is not None and not self.tls:
            raise invalid_value("ca_file means nothing without tls")
        return self

    @property
    def effective_port(self) -> int:
        """The port to connect to."""
        return self.port or (8883 if self.tls else 1883)


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        try:
            value = bytes.fromhex(value)
        except ValueError:
            raise invalid_value("bytes are written as pairs of hexadecimal digits, as “a0 01 01 a2”") from None
    if not isinstance(value, bytes) or len(value) > _MAX_BYTES:
        raise invalid_value(f"bytes are a text of at most {_MAX_BYTES} pairs of hexadecimal digits")
    return value


def _not_empty(value: bytes) -> bytes:
    if not value:
        raise invalid_value("at least one byte is needed")
    return value


HexBytes = Annotated[bytes, PlainValidator(_bytes)]
"""Bytes, written as pairs of hexadecimal digits."""


class RelayConfig(ActionConfig):
    """What relays have in common."""

    pulse_s: float = Field(3.0, ge=0.05, le=600.0)
    """Seconds for which the relay stays on; another unlock in between starts them anew."""


class SerialConfig(RelayConfig):
    """Switch a relay on a serial port; unless said otherwise, the common one-channel USB relay LCUS-1."""

    kind: Literal["serial"] = "serial"
    port: str = Field(min_length=1, max_length=500)
    """The device: `/dev/ttyUSB0`, better one of `/dev/serial/by-id/`, or `COM3`."""

    baud: int = Field(9600, ge=50, le=4_000_000)
    """Bits a second."""

    on: Annotated[HexBytes, AfterValidator(_not_empty)] = bytes.fromhex("a0 01 01 a2")
    """What switches it on."""

    off: HexBytes = bytes.fromhex("a0 01 00 a1")
    """What switches it off; empty for a relay that does so by itself."""


class GpioConfig(RelayConfig):
    """Switch a relay on a pin, as of a Raspberry Pi."""

    kind: Literal["gpio"] = "gpio"
    pin: int | str
    """Its number in the chip's own counting (BCM), or a name that gpiozero knows ("GPIO17", "J8:11")."""

    active_high: bool = True
    """False for a relay that is on while the pin is low."""


class LogConfig(ActionConfig):
    """Write the event to the log and do nothing else."""

    kind: Literal["log"] = "log"


BUILT_IN: dict[str, type[ActionConfig]] = {
    "command": CommandConfig,
    "webhook": WebhookConfig,
    "mqtt": MqttConfig,
    "serial": SerialConfig,
    "gpio": GpioConfig,
    "log": LogConfig,
}


def _model_of(kind: str) -> type[ActionConfig]:
    if kind in BUILT_IN:
        return BUILT_IN[kind]
    if kind not in installed_kinds():
        known = ", ".join(sorted({*BUILT_IN, *installed_kinds()}))
        raise invalid_value(f"unknown kind of action “{kind}”; known here: {known}")
    return load_kind(kind).config


def _checked(value: Any) -> ActionConfig:
    if isinstance(value, ActionConfig):
        return value
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise invalid_value(
            f"an action is a table with a kind: {', '.join(BUILT_IN)}, or one of the group {ENTRY_POINT_GROUP}"
        )
    return _model_of(value["kind"]).model_validate(value)


def _names_differ(value: tuple[ActionConfig, ...]) -> tuple[ActionConfig, ...]:
    doubled = [name for name, count in Counter(action.name for action in value).items() if count > 1]
    if doubled:
        raise invalid_value(f"two actions are called “{doubled[0]}”: give each a name of its own")
    return value


ActionConfigs = Annotated[
    tuple[Annotated[ActionConfig, PlainValidator(_checked)], ...],
    Field(max_length=MAX_ACTIONS),
    AfterValidator(_names_differ),
]
"""The actions of a policy, in their order, each of its own model."""
