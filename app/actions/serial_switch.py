"""A relay on a serial port."""

import errno
import os
from typing import TYPE_CHECKING

from app.actions.config import SerialConfig
from app.core.action_errors import PartMissing, RelayUnavailable

if TYPE_CHECKING:
    from serial import Serial

_WRITE_S = 1.0


class SerialSwitch:
    """Sends the bytes that switch it. The port stays open; after a failure it is opened anew.

    Args:
        config: The action's table of the policy.
    """

    def __init__(self, config: SerialConfig) -> None:
        self._config = config
        self._port: Serial | None = None

    def on(self) -> None:
        """See `Switch.on`."""
        self._send(self._config.on)

    def off(self) -> None:
        """See `Switch.off`."""
        self._send(self._config.off)

    def close(self) -> None:
        """Let go of the port."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def _send(self, message: bytes) -> None:
        fresh = self._port is None
        try:
            self._write(message)
        except RelayUnavailable:
            self.close()
            if fresh:
                raise
            # Plugged out and in again since the last time, perhaps.
            self._write(message)

    def _write(self, message: bytes) -> None:
        try:
            from serial import Serial, SerialException
        except ImportError as error:
            raise PartMissing(package="pyserial", extra="serial") from error
        try:
            if self._port is None:
                self._port = Serial(self._config.port, self._config.baud, write_timeout=_WRITE_S, exclusive=True)
            self._port.write(message)
        except (SerialException, OSError, ValueError) as error:
            raise RelayUnavailable(port=self._config.port, reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    code = getattr(error, "errno", None)
    if code == errno.EWOULDBLOCK:  # of the lock that `exclusive` asks for
        return "another program has it"
    return os.strerror(code) if code else str(error)
