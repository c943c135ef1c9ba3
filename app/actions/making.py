"""From a table of the policy to the action. What only one kind needs is imported with the first of that kind."""

from app.actions.config import (
    ActionConfig,
    CommandConfig,
    GpioConfig,
    LogConfig,
    MqttConfig,
    SerialConfig,
    WebhookConfig,
)
from app.actions.plugins import load_kind
from app.actions.port import Action, ActionTools


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
            from app.actions.log_only import LogAction

            return LogAction(config, tools)
        case SerialConfig() | GpioConfig():
            return _make_relay(config, tools)
        case _:
            return load_kind(config.kind).make(config, tools)


def _make_relay(config: SerialConfig | GpioConfig, tools: ActionTools) -> Action:
    from app.actions.gpio_switch import GpioSwitch
    from app.actions.relay import RelayAction
    from app.actions.serial_switch import SerialSwitch

    switch = SerialSwitch(config) if isinstance(config, SerialConfig) else GpioSwitch(config)
    return RelayAction(config.name, switch, config.pulse_s, tools)
