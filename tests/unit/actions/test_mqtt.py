"""MQTT with a real mosquitto: TLS, passwords, permissions, Home Assistant discovery, and silent brokers."""

import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from app.actions.config import MqttConfig
from app.actions.message import slug
from app.actions.mqtt import MqttAction
from app.core.errors import ActionCancelled, ReceiverRefused, ReceiverUnreachable, SecretMissing
from tests.fakes.actions import ActionHarness, deadline_in, unlock_event
from tests.fakes.broker import PASSWORD, USER, Authority, Broker, free_port, mosquitto, subscribed

DOOR = slug("Front door")


def action(broker: Broker | int, **more: Any) -> MqttAction:
    port = broker if isinstance(broker, int) else broker.port
    table = {"host": "localhost" if more.get("tls") else "127.0.0.1", "port": port, "tls": False} | more
    return MqttAction(MqttConfig.model_validate(table), ActionHarness().tools)


def test_an_event_and_its_discovery_arrive_by_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with mosquitto(tmp_path, tls=authority) as broker:
        tls = action(broker, tls=True, ca_file=authority.ca_file, include_name=True)
        tls.start(deadline_in())
        with subscribed(broker) as messages:
            messages.until_length(1)  # the announcement was retained for later subscribers
            outcome = tls.run(unlock_event(5), deadline_in())
            messages.until_length(2)
    discovery, event = messages
    assert outcome.note == "published: Success"
    assert (discovery.topic, discovery.retain) == (f"homeassistant/event/facelatch_{DOOR}/config", True)
    assert json.loads(discovery.payload) == {
        "name": "Unlocked",
        "unique_id": f"facelatch_{DOOR}_unlocked",
        "state_topic": f"facelatch/{DOOR}",
        "event_types": ["unlocked", "test"],
        "icon": "mdi:face-recognition",
        "device": {
            "identifiers": [f"facelatch_{DOOR}"],
            "name": "Front door",
            "manufacturer": "Facelatch",
            "model": "Kiosk",
        },
        "origin": {"name": "Facelatch", "sw_version": "0.1.0"},
    }
    assert (event.topic, event.retain, event.qos) == (f"facelatch/{DOOR}", False, 1)
    read = json.loads(event.payload)
    assert (read["event_type"], read["id"], read["person"]["name"]) == ("unlocked", "event-5", "Grace Hopper")


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_both_versions_of_the_protocol(tmp_path: Path, version: str) -> None:
    with mosquitto(tmp_path) as broker, subscribed(broker, "door/#") as messages:
        action(broker, version=version, topic="door/{kiosk}/x", include_name=False).run(unlock_event(), deadline_in())
        messages.until_length(1)
    assert messages[0].topic == f"door/{DOOR}/x"
    assert json.loads(messages[0].payload)["person"] == {"id": "person-1"}


def test_a_topic_without_subscribers_is_reported_as_success(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker:
        outcome = action(broker, discovery=False).run(unlock_event(), deadline_in())
    assert outcome.note == "published: No matching subscribers"


def test_the_announcement_is_sent_once_and_retried(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker, subscribed(broker) as messages:
        late = action(broker)
        for number in range(2):
            late.run(unlock_event(number), deadline_in())
        action(broker, discovery=False, topic="quiet").run(unlock_event(), deadline_in())
        messages.until_length(4)
    assert [message.topic.partition("/")[0] for message in messages] == [
        *("homeassistant", "facelatch", "facelatch"),
        "quiet",
    ]


def test_the_password_is_read_from_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_PASSWORD", PASSWORD)
    who = {"username": USER, "password": {"env": "BROKER_PASSWORD"}}
    with mosquitto(tmp_path, password=True) as broker:
        with subscribed(broker, "facelatch/#", password=True) as messages:
            action(broker, **who).run(unlock_event(), deadline_in())
            messages.until_length(1)
        with pytest.raises(ReceiverRefused, match="other/place: Not authorized"):
            action(broker, **who, topic="other/place").run(unlock_event(), deadline_in())
        with pytest.raises(ReceiverRefused, match="Not authorized"):
            action(broker).run(unlock_event(), deadline_in())
        monkeypatch.setenv("BROKER_PASSWORD", "wrong")
        for version in ("5", "3.1.1"):
            with pytest.raises(ReceiverRefused, match=r"refused the event: (Not authorized|Bad user name or password)"):
                action(broker, **who, version=version).run(unlock_event(), deadline_in())
        monkeypatch.delenv("BROKER_PASSWORD")
        with pytest.raises(SecretMissing):
            action(broker, **who).run(unlock_event(), deadline_in())


def test_an_untrusted_certificate_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    with mosquitto(tmp_path, tls=Authority(tmp_path)) as broker:
        for more in ({}, {"ca_file": other.ca_file}):
            with pytest.raises(ReceiverUnreachable, match="certificate verify failed"):
                action(broker, tls=True, **more).run(unlock_event(), deadline_in())
        with pytest.raises(ReceiverUnreachable):
            action(broker).run(unlock_event(), deadline_in(2.0))
    with pytest.raises(ReceiverUnreachable, match=r"none\.pem: No such file"):
        action(broker, tls=True, ca_file=tmp_path / "none.pem").run(unlock_event(), deadline_in())


@pytest.mark.parametrize("tls", [False, True])
def test_a_silent_server_is_an_error(tls: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(ReceiverUnreachable):
            action(silent.getsockname()[1], tls=tls).run(unlock_event(), deadline_in(1.0))
        assert time.monotonic() - began < 2.0


def test_a_broker_that_ends_during_the_connection_is_an_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as rude:

        def hang_up() -> None:
            connection, _ = rude.accept()
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(ReceiverUnreachable):
            action(rude.getsockname()[1]).run(unlock_event(), deadline_in(2.0))
        thread.join()


def test_an_unreachable_broker_is_an_error() -> None:
    port = free_port()
    with pytest.raises(ReceiverUnreachable, match=f"127.0.0.1:{port} cannot be reached: .*refused"):
        action(port).start(deadline_in())
    with pytest.raises(ReceiverUnreachable, match=r"nowhere\.invalid:1883"):
        action(0, host="nowhere.invalid").run(unlock_event(), deadline_in())


def test_close_aborts_a_running_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        waiting = action(silent.getsockname()[1])
        timer = threading.Timer(0.3, waiting.close)
        timer.start()
        began = time.monotonic()
        with pytest.raises(ActionCancelled):
            waiting.run(unlock_event(), deadline_in(10.0))
        timer.join()
        assert time.monotonic() - began < 3.0
