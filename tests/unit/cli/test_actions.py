"""`facelatch actions`, on real receivers."""

from pathlib import Path

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.clock import SystemClock
from app.core.paths import database_file
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.outbox import OutboxRepository
from tests.fakes.actions import SECRET, unlock_event, webhook_server
from tests.fakes.broker import free_port
from tests.fakes.relays import SerialRelay
from tests.unit.cli.conftest import Command


def policy(folder: Path, *actions: str) -> Path:
    file = folder / "kiosk.toml"
    tables = "".join(f"[[actions]]\n{action}\n" for action in actions)
    file.write_text(f'name = "front-door"\n{tables}', "utf-8")
    return file


def hook(port: int) -> str:
    return f'kind = "webhook"\nurl = "http://127.0.0.1:{port}/"\nsecret = {{ env = "HOOK_SECRET" }}'


def test_actions_are_tested_and_timed(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    relay = SerialRelay()
    with webhook_server() as server:
        file = policy(
            tmp_path,
            f'kind = "command"\ncommand = ["sh", "-c", "echo $FACELATCH_TEST $FACELATCH_KIOSK > {tmp_path}/out"]',
            hook(server.port),
            f'kind = "serial"\nport = "{relay.port}"\npulse_s = 0.1',
            'kind = "log"\nname = "record"',
        )
        outcome = command("actions", "test", file, "--json")
    assert outcome.code == 0
    assert outcome.json["kiosk"] == "front-door"
    assert [(line["action"], line["status"]) for line in outcome.json["actions"]] == [
        ("command", "done"),
        ("webhook", "done"),
        ("serial", "done"),
        ("record", "done"),
    ]
    assert all(line["seconds"] >= 0 for line in outcome.json["actions"])
    assert (tmp_path / "out").read_text() == "1 front-door\n"
    assert [(posted.event, posted.message["event_type"]) for posted in server.posted] == [
        (outcome.json["event"], "test")
    ]
    assert relay.read(12) == bytes.fromhex("a00100a1a00101a2a00100a1")
    relay.unplug()
    with Database.open(database_file()) as database:
        events = AuditLog(database, SystemClock()).events(AuditQuery())
        assert len(events) == 4
        assert all(event.entry.details["test"] is True for event in events)
        assert OutboxRepository(database, SystemClock()).all() == []


def test_failing_action_is_shown_with_its_hint(command: Command, tmp_path: Path) -> None:
    file = policy(tmp_path, 'kind = "log"', 'kind = "command"\ncommand = ["no such program"]', hook(free_port()))
    outcome = command("actions", "test", file)
    assert outcome.code == 3
    assert "✓ done" in outcome.out
    assert outcome.out.count("✗ failed") == 2
    assert "Run it by hand" in outcome.out
    failed = command("actions", "test", file, "--json").json["actions"]
    assert [line.get("error", {}).get("kind") for line in failed] == [None, "CommandFailed", "SecretMissing"]
    assert failed[1]["error"]["hint"]


def test_policy_without_actions(command: Command, tmp_path: Path) -> None:
    file = policy(tmp_path)
    assert "no actions" in command("actions", "test", file).out
    assert command("actions", "test", file, "--json").json["actions"] == []


def test_invalid_and_missing_policy(command: Command, tmp_path: Path) -> None:
    outcome = command("actions", "test", policy(tmp_path, 'kind = "bell"'))
    assert outcome.code == 3
    assert "line 2: actions.0: unknown kind of action “bell”" in outcome.err
    assert command("actions", "test", tmp_path / "none.toml", "--json").json["error"]["kind"] == "PolicyError"
    assert command("actions", "test").code == 2


def test_outbox_lists_the_oldest_event_first(command: Command) -> None:
    assert "The outbox is empty." in command("actions", "outbox").out
    assert command("actions", "outbox", "--json").json == {"waiting": []}
    with Database.open(database_file()) as database:
        outbox = OutboxRepository(database, SystemClock())
        for number in (2, 1):
            outbox.put("Front door/hook", unlock_event(number), 10)
        outbox.tried(outbox.all()[0].id, "[bold]http://x cannot be reached")
    shown = command("actions", "outbox").out
    assert shown.index("event-2") < shown.index("event-1")
    assert "[bold]http" in shown
    first, second = command("actions", "outbox", "--json").json["waiting"]
    assert (first["event"]["id"], first["attempts"], first["target"]) == ("event-2", 1, "Front door/hook")
    assert first["problem"] == "[bold]http://x cannot be reached"
    assert (second["attempts"], second["tried_at"]) == (0, None)


def test_forget_drops_queued_events(command: Command) -> None:
    with Database.open(database_file()) as database:
        outbox = OutboxRepository(database, SystemClock())
        for target in ("front-door/old", "front-door/hook"):
            outbox.put(target, unlock_event(), 10)
    assert command("actions", "forget", "front-door/old", "--json").json == {"target": "front-door/old", "dropped": 1}
    assert "No events are queued for this receiver." in command("actions", "forget", "front-door/old").out
    with Database.open(database_file()) as database:
        assert [waiting.target for waiting in OutboxRepository(database, SystemClock()).all()] == ["front-door/hook"]
        (event,) = AuditLog(database, SystemClock()).events(AuditQuery(kinds=(AuditKind.ACTION_FAILED,)))
    assert event.entry.details == {"action": "old", "event": "event-1", "problem": "dropped by hand"}
