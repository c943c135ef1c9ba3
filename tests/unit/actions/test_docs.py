"""The examples in `docs/actions.md` work as printed."""

import json
import re
import time
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from app.actions.config import BUILT_IN, ActionConfigs, WebhookConfig
from app.actions.port import ENTRY_POINT_GROUP, ActionKind
from app.actions.webhook import WebhookSender
from app.core.clock import SystemClock
from tests.fakes.actions import SECRET, ActionHarness, deadline_in, unlock_event

TEXT = (Path(__file__).parents[3] / "docs" / "actions.md").read_text("utf-8")


class Policy(BaseModel):
    """A policy with actions only."""

    actions: ActionConfigs = ()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


TABLES = [block for block in blocks("toml") if block.startswith("[[actions]]")]


def with_comments_in(block: str) -> str:
    """Return the block with its commented options enabled."""
    return re.sub(r"^# (\w+ = )", r"\1", block, flags=re.MULTILINE)


@pytest.mark.parametrize("block", TABLES)
def test_every_example_table_is_valid(block: str) -> None:
    for text in (block, with_comments_in(block)):
        assert len(Policy.model_validate(tomllib.loads(text)).actions) == 1


def test_there_is_an_example_of_every_kind() -> None:
    shown = [tomllib.loads(block)["actions"][0]["kind"] for block in TABLES]
    assert sorted(shown) == sorted(BUILT_IN)


def test_the_defaults_in_comments_are_right() -> None:
    for kind in ("serial", "mqtt", "webhook"):
        (block,) = (block for block in TABLES if f'kind = "{kind}"' in block)
        (plain,) = Policy.model_validate(tomllib.loads(block)).actions
        (full,) = Policy.model_validate(tomllib.loads(with_comments_in(block))).actions
        changed = {"ca_file", "include_name", "version", "discovery", "port"}
        assert plain.model_dump(exclude=changed) == full.model_dump(exclude=changed)


@pytest.fixture
def receiver() -> dict[str, Any]:
    """Return the names that the example receiver defines."""
    names: dict[str, Any] = {}
    exec(blocks("python")[0], names)
    return names


def signed(monkeypatch: pytest.MonkeyPatch, number: int = 1) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of a message from the sender."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    monkeypatch.setenv("HOOK_SECRET", SECRET)
    config = WebhookConfig.model_validate({"url": "https://door.example/", "secret": {"env": "HOOK_SECRET"}})
    sender = WebhookSender(config, SystemClock(), httpx.MockTransport(answer))
    sender.post(unlock_event(number), 5.0)
    sender.close()
    return dict(seen[0].headers), seen[0].content


def test_the_example_receiver_accepts_a_message_once(receiver: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    check = receiver["is_new_and_genuine"]
    headers, body = signed(monkeypatch)
    assert check(headers, body, SECRET)
    assert not check(headers, body, SECRET)
    again, same = signed(monkeypatch)
    assert not check(again, same, SECRET)
    other, body = signed(monkeypatch, 2)
    assert check(other, body, SECRET)


def test_the_example_receiver_rejects_forgeries(receiver: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    check = receiver["is_new_and_genuine"]
    headers, body = signed(monkeypatch)
    assert not check(headers, body.replace(b"person-1", b"person-2"), SECRET)
    assert not check(headers, body, "another shared secret")
    assert not check(headers | {"webhook-id": "another"}, body, SECRET)
    assert not check(headers | {"webhook-timestamp": str(int(time.time()) + 1)}, body, SECRET)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    assert not check(headers, body, SECRET)
    monkeypatch.setattr(time, "time", lambda: now)
    assert check(headers, body, SECRET)


def test_the_example_action_works() -> None:
    names: dict[str, Any] = {}
    exec(blocks("python")[1], names)
    kind = names["KIND"]
    assert isinstance(kind, ActionKind)
    action = kind.make(kind.config(floor=3), ActionHarness().tools)
    action.start(deadline_in())
    assert (action.name, action.run(unlock_event(), deadline_in()).note) == ("acme-latch", "opened floor 3")
    action.close()
    assert f'[project.entry-points."{ENTRY_POINT_GROUP}"]' in TEXT


def test_the_example_message_has_the_right_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    _, body = signed(monkeypatch)
    shown, ours = json.loads(blocks("json")[0]), json.loads(body)
    assert list(shown) == list(ours)
    assert list(shown["person"]) == list(ours["person"])
