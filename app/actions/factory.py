"""From a table of the policy to the action. What only one kind needs is imported with the first of that kind."""

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


def make_action(config: ActionConfig, tools: ActionTools) -> Action:
    """Make an action; nothing is touched yet.

    Args:
        config: A checked table of the policy.
        tools: What it may ask of the program.
    """
    match config:
        case CommandConfig():
            from app.actions.command import CommandAction

            return CommandAction(config, tools)
        case WebhookConfig():
            from app.actions.webhook import WebhookAction

            return WebhookAction(config, tools)
        case MqttConfig():
            from app.actions.mqtt import MqttAction

            return MqttAction(config, tools)
        case LogConfig():
            return LogAction(config, tools)
        case SerialConfig() | GpioConfig():
            return _make_relay(config, tools)
        case _:
            return load_kind(config.kind).make(config, tools)


def _make_relay(config: SerialConfig | GpioConfig, tools: ActionTools) -> Action:
    from app.actions.relay import GpioSwitch, RelayAction, SerialSwitch

    switch = SerialSwitch(config) if isinstance(config, SerialConfig) else GpioSwitch(config)
    return RelayAction(config.name, switch, config.pulse_s, tools)


log = logging.getLogger(__name__)


class LogAction:
    """Writes a line for each event; of the person the id, never the name, which erasing could not reach there.

    Args:
        config: Its table of the policy.
        tools: Not needed here.
    """

    def __init__(self, config: LogConfig, tools: ActionTools) -> None:  # noqa: ARG002 - as every action is made
        self.name = config.name

    def start(self, deadline: Deadline) -> None:
        """Nothing to do."""

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:  # noqa: ARG002
        """See `Action.run`."""
        what = "tried" if event.test else "unlocked"
        by = "+".join(event.factors)
        log.info("%s: %s by %s, person %s, event %s", event.kiosk, what, by, event.person_id, event.id)
        return ActionOutcome("written to the log")

    def close(self) -> None:
        """Nothing to do."""
