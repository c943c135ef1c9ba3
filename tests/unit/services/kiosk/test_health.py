"""Health reports: systemd notifications and the socket."""

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.services.kiosk.health import HealthSocket, notify, watchdog_interval_s


@pytest.fixture
def short() -> Iterator[Path]:
    """Return a directory whose path is short enough for a socket."""
    with TemporaryDirectory(prefix="fl-") as directory:
        yield Path(directory)


def ask(path: Path) -> dict[str, object]:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(path))
        answer: dict[str, object] = json.loads(caller.makefile().readline())
        return answer


def test_systemd_is_notified(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(short / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(short / "notify"))
        assert notify("READY=1")
        assert systemd.recv(100) == b"READY=1"


def test_an_abstract_socket_address_is_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0facelatch-test-notify")
        monkeypatch.setenv("NOTIFY_SOCKET", "@facelatch-test-notify")
        assert notify("WATCHDOG=1")
        assert systemd.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "x" * 300])
def test_without_a_listener_notify_returns_false(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not notify("READY=1")


@pytest.mark.parametrize(
    ("usec", "pid", "seconds"),
    [("15000000", "", 7.5), ("", "", None), ("0", "", None), ("x", "", None), ("15000000", "1", None)],
)
def test_the_watchdog_interval_is_half_its_timeout(
    monkeypatch: pytest.MonkeyPatch, usec: str, pid: str, seconds: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", pid)
    assert watchdog_interval_s() == seconds


def test_every_connection_is_answered(short: Path) -> None:
    path = short / "run" / "kiosk.sock"
    with HealthSocket(path, lambda: {"ok": True}):
        assert [ask(path) for _ in range(3)] == [{"ok": True}] * 3
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()


def test_a_stale_socket_is_replaced(short: Path) -> None:
    path = short / "kiosk.sock"
    path.write_text("left behind")
    with HealthSocket(path, lambda: {"ok": True}):
        assert ask(path) == {"ok": True}


def test_an_invalid_socket_path_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        HealthSocket(tmp_path / ("x" * 120), dict)
