"""A pseudo-terminal pair in place of a relay on a serial port."""

import os
import select
import time
import tty


class SerialRelay:
    """The relay's end of the cable.

    Attributes:
        port: Device that an action opens.
    """

    def __init__(self) -> None:
        self._near, far = os.openpty()
        tty.setraw(far)
        self.port = os.ttyname(far)
        # Kept open, so that the relay's end does not report each close as an unplugged cable.
        self._far: int | None = far

    def read(self, count: int, seconds: float = 5.0) -> bytes:
        """Return the bytes it was sent: `count` of them, or fewer if no more come in time."""
        got = b""
        deadline = time.monotonic() + seconds
        while len(got) < count and (left := deadline - time.monotonic()) > 0:
            if select.select([self._near], [], [], left)[0]:
                got += os.read(self._near, count - len(got))
        return got

    def unplug(self) -> None:
        """Unplug the cable; may be called twice."""
        if self._far is not None:
            os.close(self._near)
            os.close(self._far)
            self._far = None
