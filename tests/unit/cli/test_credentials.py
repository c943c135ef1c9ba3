import io

import pytest

from tests.unit.cli.conftest import Command


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))


def test_password_is_set_and_removed(command: Command, typed: None) -> None:
    assert command("password", "set", "admin", "--json").json == {"role": "admin", "set": True}
    answer = command("password", "remove", "admin", "--json")
    assert (answer.code, answer.json) == (0, {"role": "admin", "removed": True})
    assert command("password", "remove", "admin").code == 1
    events = command("audit", "list", "--kind", "password-changed", "--json").json["events"]
    assert [event["details"] for event in events] == [
        {"role": "admin", "removed": True},
        {"role": "admin", "removed": False},
    ]
    assert "correct horse" not in str(events)


def test_short_password_is_rejected(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    outcome = command("password", "set", "operator", "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (2, "InvalidPassword")
    assert command("password", "set", "guest").code == 2
