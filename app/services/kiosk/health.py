"""Telling the system that looks after a kiosk how it is doing."""

import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from app.core.closeable import Closeable

log = logging.getLogger(__name__)

_ACCEPT_S = 0.2
_SEND_S = 1.0

Health = Mapping[str, object]


def notify(state: str) -> bool:
    """Send systemd a message of `sd_notify(3)`: READY=1, WATCHDOG=1, STATUS=….

    Returns:
        Whether there is somebody to tell, and they were told.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as speaker:
            speaker.connect(address)
            speaker.sendall(state.encode())
    except OSError as error:
        log.warning("systemd could not be told %r: %s", state, error)
        return False
    return True


def watchdog_interval_s() -> float | None:
    """How often systemd wants to hear of this process, halved as it advises; None where it does not."""
    wanted, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not wanted.isdecimal() or int(wanted) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(wanted) / 2e6


class HealthSocket(Closeable):
    """Answers whoever connects to a local socket with one line of JSON. For this user only.

    Args:
        path: Of the socket. One that was left behind is replaced.
        health: What to answer; called in the thread, must be quick.

    Raises:
        OSError: The socket cannot be made.
    """

    def __init__(self, path: Path, health: Callable[[], Health]) -> None:
        self._path = path
        self._health = health
        self._stop = threading.Event()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            self._socket.bind(str(path))
            path.chmod(0o600)
            self._socket.listen(4)
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(_ACCEPT_S)
        self._thread = threading.Thread(target=self._serve, name="health", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more; may be called twice."""
        self._stop.set()
        self._thread.join(2 * (_ACCEPT_S + _SEND_S))
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                caller, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError as error:
                log.warning("the health socket does not listen any more: %s", error)
                return
            self._answer(caller)

    def _answer(self, caller: socket.socket) -> None:
        with caller:
            caller.settimeout(_SEND_S)
            try:
                caller.sendall(json.dumps(self._health()).encode() + b"\n")
            except OSError as error:
                log.info("whoever asked for the health has gone: %s", error)
