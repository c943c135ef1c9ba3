"""Webhooks with a real server: signatures, rejections, timeouts, and untrusted certificates."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.actions.config import WebhookConfig
from app.actions.webhook import WebhookAction, WebhookSender, sign
from app.core.clock import SystemClock
from app.core.errors import (
    EventRejected,
    OutboxFull,
    ReceiverRefused,
    ReceiverUnreachable,
    SecretMissing,
)
from tests.fakes.actions import HANG, SECRET, ActionHarness, WebhookServer, deadline_in, unlock_event, webhook_server
from tests.fakes.broker import Authority, free_port


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    with webhook_server() as server:
        yield server


def config(url: str, **more: Any) -> WebhookConfig:
    return WebhookConfig.model_validate({"url": url, "secret": {"env": "HOOK_SECRET"}} | more)


def post(url: str, timeout_s: float = 5.0, **more: Any) -> int:
    sender = WebhookSender(config(url, **more), SystemClock())
    try:
        return sender.post(unlock_event(), timeout_s)
    finally:
        sender.close()


def test_the_signature_is_hmac_sha256_of_timestamp_and_body() -> None:
    expected = hmac.new(b"key", b'1700000000.{"a":1}', hashlib.sha256).hexdigest()
    assert sign("key", 1_700_000_000, b'{"a":1}') == expected
    assert sign("key", 1_700_000_001, b'{"a":1}') != expected
    assert sign("other", 1_700_000_000, b'{"a":1}') != expected


def test_a_message_is_signed_and_has_an_id(server: WebhookServer) -> None:
    assert post(server.url) == 204
    (posted,) = server.posted
    assert (posted.event, posted.signed, posted.message["id"]) == ("event-1", True, "event-1")
    assert posted.message["person"] == {"id": "person-1"}


def test_the_name_is_sent_by_choice(server: WebhookServer) -> None:
    post(server.url, include_name=True)
    assert server.posted[0].message["person"] == {"id": "person-1", "name": "Grace Hopper"}


@pytest.mark.parametrize(
    ("include_name", "receiver"), [(False, "hr.example (webhook, id)"), (True, "hr.example (webhook, id, name)")]
)
def test_the_receiver_is_named_for_consent_texts(include_name: bool, receiver: str) -> None:
    assert config("https://hr.example/unlocked", include_name=include_name).receiver == receiver


def test_a_new_secret_takes_effect_immediately(server: WebhookServer, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("an older shared secret\n", "utf-8")
    sender = WebhookSender(config(server.url, secret={"file": str(file)}), SystemClock())
    sender.post(unlock_event(1), 5.0)
    file.write_text(f"{SECRET}\n", "utf-8")
    sender.post(unlock_event(2), 5.0)
    sender.close()
    assert [posted.signed for posted in server.posted] == [False, True]


def test_without_a_secret_nothing_is_sent(server: WebhookServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", "too short")
    with pytest.raises(SecretMissing, match="shorter than 16"):
        post(server.url)
    assert server.posted == []


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 408, 429, 500, 502, 503])
def test_a_temporary_failure_is_not_a_rejection(status: int) -> None:
    with webhook_server(answers=(status,)) as server, pytest.raises(ReceiverRefused) as caught:
        post(server.url)
    assert caught.value.message == f"http://127.0.0.1:{server.port} refused the event: status {status}"


@pytest.mark.parametrize("status", [400, 410, 413, 415, 422])
def test_a_permanent_failure_is_a_rejection(status: int) -> None:
    with webhook_server(answers=(status,)) as server, pytest.raises(EventRejected, match=f"status {status}"):
        post(server.url)


def test_a_silent_receiver_times_out() -> None:
    began = time.monotonic()
    with webhook_server(answers=(HANG,)) as server, pytest.raises(ReceiverUnreachable, match="no answer in time"):
        post(server.url, timeout_s=0.3)
    assert time.monotonic() - began < 3.0


def test_an_unreachable_receiver_is_named_without_its_path() -> None:
    with pytest.raises(ReceiverUnreachable) as caught:
        post(f"http://127.0.0.1:{free_port()}/path/that/may/be/secret")
    assert "Connection refused" in caught.value.message
    assert "secret" not in caught.value.message


def test_an_unknown_host_is_an_error() -> None:
    with pytest.raises(ReceiverUnreachable, match=r"https://nowhere\.invalid cannot be reached"):
        post("https://nowhere.invalid/x")


def test_certificates_are_verified(tmp_path: Path) -> None:
    ours = Authority(tmp_path)
    (tmp_path / "other").mkdir()
    theirs = Authority(tmp_path / "other")
    with webhook_server(tls=ours.server_side()) as server:
        url = f"https://localhost:{server.port}/unlocked"
        assert post(url, ca_file=ours.ca_file) == 204
        for ca_file in (None, theirs.ca_file):
            with pytest.raises(ReceiverUnreachable, match="certificate verify failed"):
                post(url, ca_file=ca_file)
        assert len(server.posted) == 1


def test_a_missing_certificate_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReceiverUnreachable, match=r"none\.pem: No such file"):
        post("https://localhost/", ca_file=tmp_path / "none.pem")
    (tmp_path / "bad.pem").write_text("no certificate")
    with pytest.raises(ReceiverUnreachable, match=r"bad\.pem: "):
        post("https://localhost/", ca_file=tmp_path / "bad.pem")


def test_proxies_of_the_environment_are_ignored(server: WebhookServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert post(server.url) == 204


def test_an_event_is_queued_and_a_test_is_sent_immediately(server: WebhookServer) -> None:
    bench = ActionHarness()
    action = WebhookAction(config(server.url, name="hook"), bench.tools)
    action.start(deadline_in())
    outcome = action.run(unlock_event(1), deadline_in())
    assert (outcome.waiting, outcome.note) == (True, "queued for delivery")
    assert action.run(unlock_event(2, test=True), deadline_in()).note == "status 204"
    action.close()
    assert [(target, event.id) for target, event in bench.outbox.waiting] == [("Front door/hook", "event-1")]
    assert [posted.message["event_type"] for posted in server.posted] == ["test"]


def test_a_full_outbox_is_an_error() -> None:
    action = WebhookAction(config("http://localhost/", max_waiting=1), ActionHarness().tools)
    action.run(unlock_event(1), deadline_in())
    with pytest.raises(OutboxFull, match="1 events are already waiting for “Front door/webhook”"):
        action.run(unlock_event(2), deadline_in())


def test_a_missing_secret_is_reported_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK_SECRET")
    action = WebhookAction(config("http://localhost/"), ActionHarness().tools)
    with pytest.raises(SecretMissing, match=r"\$HOOK_SECRET cannot be used: empty"):
        action.start(deadline_in())
    action.close()
