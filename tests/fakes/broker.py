"""A real mosquitto broker, and a subscriber."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.fakes.notifying import NotifyingList

USER, PASSWORD = "door", "the broker's password"


@dataclass(frozen=True)
class Broker:
    """A running broker."""

    port: int
    ca_file: Path | None


class Authority:
    """A test certificate authority with a certificate for localhost."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self._certificate = authority.issue_cert("localhost", "127.0.0.1")
        self.ca_file = folder / "ca.pem"
        self.key_file = folder / "server.key"
        self.chain_file = folder / "server.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self._certificate.private_key_pem.write_to_path(self.key_file)
        self._certificate.cert_chain_pems[0].write_to_path(self.chain_file)

    def server_side(self) -> ssl.SSLContext:
        """For a server in the test."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._certificate.configure_cert(context)
        return context


def free_port() -> int:
    """Return an unused TCP port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def program(name: str) -> str:
    """Return the path of a program, also from /usr/sbin."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert found, f"{name} is missing: ./run test installs it"
    return found


@contextmanager
def mosquitto(folder: Path, *, tls: Authority | None = None, password: bool = False) -> Iterator[Broker]:
    """Run a broker on a free port within the block.

    Args:
        folder: Directory for its files.
        tls: Authority of its certificate; None for plain TCP.
        password: Whether it accepts only `USER`, with write access below `facelatch/` and `homeassistant/`.
    """
    port = free_port()
    lines = [f"listener {port} 127.0.0.1", f"allow_anonymous {'false' if password else 'true'}", "log_dest none"]
    if os.geteuid() == 0:
        lines.append("user root")
    if tls is not None:
        lines += [f"cafile {tls.ca_file}", f"certfile {tls.chain_file}", f"keyfile {tls.key_file}"]
    if password:
        lines += [f"password_file {_passwords(folder)}", f"acl_file {_rights(folder)}"]
    configuration = folder / "mosquitto.conf"
    configuration.write_text("\n".join(lines) + "\n", "utf-8")
    with subprocess.Popen([program("mosquitto"), "-c", str(configuration)], stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield Broker(port, tls.ca_file if tls else None)
        finally:
            server.terminate()


def _passwords(folder: Path) -> Path:
    file = folder / "passwords"
    subprocess.run([program("mosquitto_passwd"), "-b", "-c", str(file), USER, PASSWORD], check=True)
    return file


def _rights(folder: Path) -> Path:
    file = folder / "rights"
    file.write_text(f"user {USER}\ntopic facelatch/#\ntopic homeassistant/#\n", "utf-8")
    return file


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, "mosquitto did not start"
            time.sleep(0.02)
        else:
            return


@contextmanager
def subscribed(broker: Broker, topic: str = "#", *, password: bool = False) -> Iterator[NotifyingList[MQTTMessage]]:
    """Collect all published messages within the block."""
    messages: NotifyingList[MQTTMessage] = NotifyingList()
    ready: NotifyingList[int] = NotifyingList()
    connected = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda *_: connected.set()
    client.on_message = lambda _client, _data, message: messages.append(message)
    client.on_subscribe = lambda _client, _data, mid, _reasons, _more: ready.append(mid)
    if password:
        client.username_pw_set(USER, PASSWORD)
    if broker.ca_file is not None:
        client.tls_set_context(ssl.create_default_context(cafile=broker.ca_file))
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        assert connected.wait(10)
        client.subscribe(topic, qos=1)
        ready.until_length(1)
        yield messages
    finally:
        client.disconnect()
        client.loop_stop()
