"""A relay on a pin of the machine."""

from typing import Any

from app.actions.config import GpioConfig
from app.core.action_errors import PartMissing, RelayUnavailable


class GpioSwitch:
    """Drives a pin. It is taken with the first use, low if `active_high`.

    Args:
        config: The action's table of the policy.
        pin_factory: Of gpiozero, in place of the one it finds for this machine.
    """

    def __init__(self, config: GpioConfig, pin_factory: object | None = None) -> None:
        self._config = config
        self._pin_factory = pin_factory
        self._device: Any = None

    def on(self) -> None:
        """See `Switch.on`."""
        self._set(on=True)

    def off(self) -> None:
        """See `Switch.off`."""
        self._set(on=False)

    def close(self) -> None:
        """Let go of the pin."""
        if self._device is not None:
            self._device.close()
            self._device = None

    def _set(self, *, on: bool) -> None:
        try:
            from gpiozero import GPIOZeroError, OutputDevice
        except ImportError as error:
            raise PartMissing(package="gpiozero", extra="gpio") from error
        try:
            if self._device is None:
                self._device = OutputDevice(
                    self._config.pin, active_high=self._config.active_high, pin_factory=self._pin_factory
                )
            self._device.value = on
        except (GPIOZeroError, OSError, ValueError) as error:
            self.close()
            raise RelayUnavailable(port=f"pin {self._config.pin}", reason=str(error)) from error
