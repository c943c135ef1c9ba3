"""Creation of actions from the tables of a policy. Modules of one kind only are imported on first use."""

import logging

from app.actions.config import (
    ActionConfig,
    CommandConfig,
    GpioConfig,
    LogConfig,
    MqttConfig,
    SerialConfig,
    WebhookConfig,
)
from app.actions.port import Action, ActionOutcome, ActionTools, load_kind
from app.core.unlock import Deadline, UnlockEvent

log = logging.getLogger(__name__)


def make_action(config: ActionConfig, tools: ActionTools) -> Action:
    """Return the action of a table, without touching devices, network or files.

    Args:
        config: A validated table of the policy.
        tools: What the application provides to the action.
    """
    match config:
        case CommandConfig():
            from app.actions.command import CommandAction

            return CommandAction(config)
        case WebhookConfig():
            from app.actions.webhook import WebhookAction

            return WebhookAction(config, tools)
        case MqttConfig():
            from app.actions.mqtt import MqttAction

            return MqttAction(config, tools)
        case LogConfig():
            return LogAction(config)
        case SerialConfig() | GpioConfig():
            return _make_relay(config, tools)
        case _:
            return load_kind(config.kind).make(config, tools)


def _make_relay(config: SerialConfig | GpioConfig, tools: ActionTools) -> Action:
    from app.actions.relay import GpioSwitch, RelayAction, SerialSwitch

    switch = SerialSwitch(config) if isinstance(config, SerialConfig) else GpioSwitch(config)
    return RelayAction(config.name, switch, config.pulse_s, tools)


class LogAction:
    """Writes a line to the log for each event, with the person's id: an erasure could not remove the name there.

    Args:
        config: Table of the policy.
    """

    def __init__(self, config: LogConfig) -> None:
        self.name = config.name

    def start(self, deadline: Deadline) -> None:
        """Do nothing."""

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:  # noqa: ARG002
        """Write the line; see `Action.run`."""
        what = "test" if event.test else "unlocked"
        factors = "+".join(event.factors)
        log.info("%s: %s by %s, person %s, event %s", event.kiosk, what, factors, event.person_id, event.id)
        return ActionOutcome("written to the log")

    def close(self) -> None:
        """Do nothing."""
