"""The `[[actions]]` tables of a policy, and the errors in them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.actions.config import (
    MAX_ACTIONS,
    ActionConfigs,
    CommandConfig,
    GpioConfig,
    LogConfig,
    MqttConfig,
    SerialConfig,
    WebhookConfig,
)


class Policy(BaseModel):
    """A policy with actions only."""

    actions: ActionConfigs = ()


def read(toml: str) -> Any:
    return Policy.model_validate(tomllib.loads(toml)).actions


def first_error(toml: str) -> tuple[tuple[int | str, ...], str]:
    """Return the key and the message of the first error."""
    with pytest.raises(ValidationError) as caught:
        read(toml)
    first = caught.value.errors()[0]
    return first["loc"], first["msg"]


def test_every_kind_with_its_defaults() -> None:
    command, webhook, mqtt, serial, gpio, log = read("""
        [[actions]]
        kind = "command"
        command = ["loginctl", "unlock-session"]
        [[actions]]
        kind = "webhook"
        url = "https://door.example/unlocked"
        secret = { file = "/etc/facelatch/webhook.key" }
        [[actions]]
        kind = "mqtt"
        host = "broker.example"
        [[actions]]
        kind = "serial"
        port = "/dev/ttyUSB0"
        [[actions]]
        kind = "gpio"
        pin = 17
        [[actions]]
        kind = "log"
        name = "for the record"
    """)
    assert isinstance(command, CommandConfig)
    assert command.command == ("loginctl", "unlock-session")
    assert isinstance(webhook, WebhookConfig)
    assert webhook.secret.file == Path("/etc/facelatch/webhook.key")
    assert isinstance(mqtt, MqttConfig)
    assert (mqtt.tls, mqtt.effective_port) == (True, 8883)
    assert isinstance(serial, SerialConfig)
    assert serial.on.hex(" ") == "a0 01 01 a2"
    assert isinstance(gpio, GpioConfig)
    assert isinstance(log, LogConfig)
    assert [action.name for action in (command, webhook, mqtt, serial, gpio, log)] == [
        *("command", "webhook", "mqtt", "serial", "gpio"),
        "for the record",
    ]


def test_a_validated_config_is_kept() -> None:
    actions = (LogConfig(), LogConfig(name="again"))
    assert Policy(actions=actions).actions == actions


def test_no_actions_are_allowed() -> None:
    assert read("") == ()


def test_the_default_port_without_tls() -> None:
    (mqtt,) = read('[[actions]]\nkind = "mqtt"\nhost = "b"\ntls = false')
    assert mqtt.effective_port == 1883
    (mqtt,) = read('[[actions]]\nkind = "mqtt"\nhost = "b"\nport = 2883')
    assert mqtt.effective_port == 2883


COMMAND = '[[actions]]\nkind = "command"\ncommand = ["true"]\n'
WEBHOOK = '[[actions]]\nkind = "webhook"\nurl = "https://a"\nsecret = { env = "KEY" }\n'
MQTT = '[[actions]]\nkind = "mqtt"\nhost = "b"\n'
SERIAL = '[[actions]]\nkind = "serial"\nport = "p"\n'


@pytest.mark.parametrize(
    ("toml", "place", "words"),
    [
        ('[[actions]]\ncommand = ["true"]', (0,), "a table with a kind"),
        ('actions = ["command"]', (0,), "a table with a kind"),
        ('[[actions]]\nkind = "door"', (0,), "unknown kind of action “door”; known kinds: command, gpio, log"),
        ('[[actions]]\nkind = "command"', (0, "command"), "Field required"),
        ('[[actions]]\nkind = "command"\ncommand = []', (0, "command"), "at least 1 item"),
        ('[[actions]]\nkind = "command"\ncommand = "rm -rf /"', (0, "command"), "tuple"),
        ('[[actions]]\nkind = "command"\ncommand = [" "]', (0, "command"), "the name of the program is empty"),
        ('[[actions]]\nkind = "command"\ncommand = ["a\\u0000"]', (0, "command"), "null byte"),
        (COMMAND + "timeout_s = 0", (0, "timeout_s"), "greater than or equal to 0.1"),
        (COMMAND + "timeout_s = nan", (0, "timeout_s"), "less than or equal to 60"),
        (COMMAND + "shell = true", (0, "shell"), "Extra inputs are not permitted"),
        (COMMAND + COMMAND, (), "two actions are named “command”"),
        (COMMAND * (MAX_ACTIONS + 1), (), f"at most {MAX_ACTIONS}"),
        (COMMAND + WEBHOOK.replace("https", "ftp"), (1, "url"), "https://"),
        (WEBHOOK.replace("https://a", "https://"), (0, "url"), "contains a host"),
        (WEBHOOK.replace("https://a", "https://a:99999"), (0, "url"), "port"),
        (
            WEBHOOK.replace("https://a", "https://joe:pw@a"),
            (0, "url"),
            "must not contain a user name or password",
        ),
        (WEBHOOK.replace('{ env = "KEY" }', '"hunter2"'), (0, "secret"), "must not contain a secret"),
        (WEBHOOK.replace('{ env = "KEY" }', "{}"), (0, "secret"), "exactly one of file and env"),
        (WEBHOOK.replace('"KEY"', '"KEY", file = "f"'), (0, "secret"), "exactly one of file and env"),
        (WEBHOOK.replace('"KEY"', '"not a name"'), (0, "secret", "env"), "pattern"),
        (MQTT + "port = 70000", (0, "port"), "less than or equal to 65535"),
        (MQTT + 'topic = "a/#"', (0, "topic"), "pattern"),
        (MQTT + 'password = { env = "KEY" }', (0,), "a password needs a username"),
        (MQTT + 'tls = false\nca_file = "ca.pem"', (0,), "no effect without tls"),
        (SERIAL + 'on = "xy"', (0, "on"), "pairs of hexadecimal digits"),
        (SERIAL + "on = 7", (0, "on"), "pairs of hexadecimal digits"),
        (SERIAL + 'on = ""', (0, "on"), "at least one byte"),
        (SERIAL + f'on = "{"00" * 300}"', (0, "on"), "at most 256"),
    ],
)
def test_an_error_is_reported_at_its_key(toml: str, place: tuple[object, ...], words: str) -> None:
    where, message = first_error(toml)
    assert where == ("actions", *place)
    assert words in message


def test_a_secret_in_the_policy_is_not_repeated_in_the_error() -> None:
    with pytest.raises(ValidationError) as caught:
        read(WEBHOOK.replace('{ env = "KEY" }', '"hunter2"'))
    assert "hunter2" not in "".join(error["msg"] for error in caught.value.errors())
