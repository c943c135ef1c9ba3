"""Health reports of a kiosk: systemd notifications and a local socket."""

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
    """Send systemd a message as `sd_notify(3)` does: READY=1, WATCHDOG=1, STATUS=….

    Returns:
        Whether systemd listens and the message was sent.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as client:
            client.connect(address)
            client.sendall(state.encode())
    except OSError as error:
        log.warning("cannot notify systemd of %r: %s", state, error)
        return False
    return True


def watchdog_interval_s() -> float | None:
    """Return half the watchdog timeout in seconds, as `sd_watchdog_enabled(3)` recommends; None without a watchdog."""
    timeout, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not timeout.isdecimal() or int(timeout) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(timeout) / 2e6


class HealthSocket(Closeable):
    """Answers each connection to a local socket with one line of JSON. Only the same user can connect.

    Args:
        path: Path of the socket; a stale one is replaced.
        health: Returns the answer; called in the socket's thread, must return quickly.

    Raises:
        OSError: The socket cannot be created.
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
        """Stop answering and remove the socket; may be called twice."""
        self._stop.set()
        self._thread.join(2 * (_ACCEPT_S + _SEND_S))
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                client, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError as error:
                log.warning("the health socket stopped listening: %s", error)
                return
            self._answer(client)

    def _answer(self, client: socket.socket) -> None:
        with client:
            client.settimeout(_SEND_S)
            try:
                client.sendall(json.dumps(self._health()).encode() + b"\n")
            except OSError as error:
                log.info("a client of the health socket disconnected: %s", error)
