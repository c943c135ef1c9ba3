"""Models of the `[[actions]]` tables of a kiosk's policy.

A policy model declares them as `actions: ActionConfigs = ()`; pydantic reports each error with the key of its table.
"""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, field_validator, model_validator

from app.actions.port import ENTRY_POINT_GROUP, ActionConfig, installed_kinds, load_kind
from app.core.policy_table import SecretSource, invalid_value

__all__ = [
    "ActionConfig",
    "ActionConfigs",
    "CommandConfig",
    "GpioConfig",
    "LogConfig",
    "MqttConfig",
    "RelayConfig",
    "SerialConfig",
    "WebhookConfig",
]

MAX_ACTIONS = 16
_MAX_BYTES = 256


class CommandConfig(ActionConfig):
    """Run a program."""

    kind: Literal["command"] = "command"
    command: tuple[Annotated[str, Field(max_length=4096)], ...] = Field(min_length=1, max_length=256)
    """The program and its arguments, one by one. They are not passed through a shell."""

    pass_env: tuple[str, ...] = ()
    """Environment variables that the program gets besides the usual ones (PATH, HOME, LANG …)."""

    @field_validator("command")
    @classmethod
    def _runnable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value[0].strip():
            raise invalid_value("the name of the program is empty")
        if any("\0" in argument for argument in value):
            raise invalid_value("an argument must not contain a null byte")
        return value


def _plain_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise invalid_value("an address starts with https:// or http:// and contains a host")
    try:
        _ = parts.port
    except ValueError:
        raise invalid_value("the port of the address is invalid") from None
    if parts.username is not None or parts.password is not None:
        raise invalid_value("an address must not contain a user name or password")
    return value


def _receiver(kind: str, host: str, *, include_name: bool) -> str:
    return f"{host} ({kind}, {'id, name' if include_name else 'id'})"


class WebhookConfig(ActionConfig):
    """Post the signed event to an address, and retry until it is delivered."""

    kind: Literal["webhook"] = "webhook"
    url: Annotated[str, Field(max_length=2000), AfterValidator(_plain_address)]
    """The address."""

    secret: SecretSource
    """Key of the signature; at least 16 characters."""

    ca_file: Path | None = None
    """Trusted certificates instead of those of the system."""

    include_name: bool = False
    """Whether to send the person's name besides the id."""

    max_waiting: int = Field(10_000, ge=1, le=1_000_000)
    """Largest number of events queued while the receiver cannot be reached."""

    give_up_after_h: float = Field(72.0, ge=0.01, le=720.0)
    """Hours after which the delivery of an event is given up."""

    @property
    def receiver(self) -> str:
        """Host of the address."""
        return _receiver("webhook", urlsplit(self.url).hostname or "", include_name=self.include_name)


class MqttConfig(ActionConfig):
    """Publish the event to an MQTT broker."""

    kind: Literal["mqtt"] = "mqtt"
    host: str = Field(min_length=1, max_length=253)
    """Host of the broker."""

    port: int = Field(0, ge=0, le=65_535)
    """Port; 0 for the default: 8883 with TLS, else 1883."""

    tls: bool = True
    """Whether to use TLS."""

    ca_file: Path | None = None
    """Trusted certificates instead of those of the system."""

    username: str | None = None
    """User name; none by default."""

    password: SecretSource | None = None
    """Password of that user."""

    version: Literal["3.1.1", "5"] = "5"
    """Protocol version. Only with version 5 a broker can report that this user must not publish to the topic."""

    topic: str = Field("facelatch/{kiosk}", min_length=1, max_length=500, pattern=r"^[^#+\x00]+$")
    """Topic; `{kiosk}` is replaced by the name of the kiosk."""

    include_name: bool = False
    """Whether to send the person's name besides the id."""

    discovery: bool = True
    """Whether to announce the kiosk to Home Assistant (MQTT discovery)."""

    discovery_prefix: str = Field("homeassistant", min_length=1, max_length=200, pattern=r"^[^#+\x00]+$")
    """Discovery prefix that Home Assistant is configured with."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.password is not None and self.username is None:
            raise invalid_value("a password needs a username")
        if self.ca_file is not None and not self.tls:
            raise invalid_value("ca_file has no effect without tls")
        return self

    @property
    def receiver(self) -> str:
        """Host of the broker."""
        return _receiver("MQTT", self.host, include_name=self.include_name)

    @property
    def effective_port(self) -> int:
        """The port to connect to: the given one, or the default."""
        return self.port or (8883 if self.tls else 1883)


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        try:
            value = bytes.fromhex(value)
        except ValueError:
            raise invalid_value("bytes are given as pairs of hexadecimal digits, such as “a0 01 01 a2”") from None
    if not isinstance(value, bytes) or len(value) > _MAX_BYTES:
        raise invalid_value(f"bytes are a string of at most {_MAX_BYTES} pairs of hexadecimal digits")
    return value


def _not_empty(value: bytes) -> bytes:
    if not value:
        raise invalid_value("at least one byte is needed")
    return value


HexBytes = Annotated[bytes, PlainValidator(_bytes)]
"""Bytes, given as pairs of hexadecimal digits."""


class RelayConfig(ActionConfig):
    """Keys of every relay."""

    pulse_s: float = Field(3.0, ge=0.05, le=600.0)
    """Seconds for which the relay stays on; another unlock in the meantime restarts them."""


class SerialConfig(RelayConfig):
    """Switch a relay on a serial port; the defaults are those of the one-channel USB relay LCUS-1."""

    kind: Literal["serial"] = "serial"
    port: str = Field(min_length=1, max_length=500)
    """The device: `/dev/ttyUSB0`, preferably a path in `/dev/serial/by-id/`, or `COM3`."""

    baud: int = Field(9600, ge=50, le=4_000_000)
    """Bits per second."""

    on: Annotated[HexBytes, AfterValidator(_not_empty)] = bytes.fromhex("a0 01 01 a2")
    """Bytes that switch the relay on."""

    off: HexBytes = bytes.fromhex("a0 01 00 a1")
    """Bytes that switch the relay off; empty for a relay that switches off by itself."""


class GpioConfig(RelayConfig):
    """Switch a relay on a GPIO pin, such as of a Raspberry Pi."""

    kind: Literal["gpio"] = "gpio"
    pin: int | str
    """Pin number of the chip (BCM numbering), or a name that gpiozero supports ("GPIO17", "J8:11")."""

    active_high: bool = True
    """Whether the relay is on while the pin is high; False if while it is low."""


class LogConfig(ActionConfig):
    """Write the event to the log."""

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
        raise invalid_value(f"unknown kind of action “{kind}”; known kinds: {known}")
    return load_kind(kind).config


def _validated(value: Any) -> ActionConfig:
    if isinstance(value, ActionConfig):
        return value
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise invalid_value(
            f"an action is a table with a kind: {', '.join(BUILT_IN)}, or an entry point of {ENTRY_POINT_GROUP}"
        )
    return _model_of(value["kind"]).model_validate(value)


def _with_unique_names(value: tuple[ActionConfig, ...]) -> tuple[ActionConfig, ...]:
    duplicates = [name for name, count in Counter(action.name for action in value).items() if count > 1]
    if duplicates:
        raise invalid_value(f"two actions are named “{duplicates[0]}”: give each a different name")
    return value


ActionConfigs = Annotated[
    tuple[Annotated[ActionConfig, PlainValidator(_validated)], ...],
    Field(max_length=MAX_ACTIONS),
    AfterValidator(_with_unique_names),
]
"""The actions of a policy in order, each validated by the model of its kind."""
