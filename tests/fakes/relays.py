"""A pseudo-terminal pair that stands for a relay on a serial port."""

import os
import select
import time
import tty


class SerialRelay:
    """The other end of the cable.

    Attributes:
        port: The device that an action opens.
    """

    def __init__(self) -> None:
        self._near, far = os.openpty()
        tty.setraw(far)
        self.port = os.ttyname(far)
        # Held open, so that the near end does not see every closing as an unplugging.
        self._far: int | None = far

    def read(self, count: int, seconds: float = 5.0) -> bytes:
        """What it was sent, once so many bytes have come; what there is when the time is over."""
        got = b""
        deadline = time.monotonic() + seconds
        while len(got) < count and (left := deadline - time.monotonic()) > 0:
            if select.select([self._near], [], [], left)[0]:
                got += os.read(self._near, count - len(got))
        return got

    def unplug(self) -> None:
        """Pull the cable; may be done twice."""
        if self._far is not None:
            os.close(self._near)
            os.close(self._far)
            self._far = None
