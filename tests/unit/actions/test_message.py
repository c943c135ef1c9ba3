import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.message import event_json, slug
from tests.fakes.actions import unlock_event


def test_the_message_of_an_event() -> None:
    assert json.loads(event_json(unlock_event(7), include_name=True)) == {
        "event_type": "unlocked",
        "id": "event-7",
        "at": "2026-11-24T08:00:07.000+00:00",
        "kiosk": "Front door",
        "person": {"id": "person-1", "name": "Grace Hopper"},
        "factors": ["face"],
        "similarity": 0.71,
    }


def test_the_name_is_included_on_request_only() -> None:
    body = event_json(unlock_event(), include_name=False)
    assert b"Grace" not in body
    assert json.loads(body)["person"] == {"id": "person-1"}


def test_a_test_has_its_own_event_type() -> None:
    assert json.loads(event_json(unlock_event(test=True), include_name=True))["event_type"] == "test"


def test_names_in_any_script_are_kept() -> None:
    event = replace(unlock_event(name="王小明"), kiosk="前门", similarity=None)
    read = json.loads(event_json(event, include_name=True))
    assert (read["person"]["name"], read["kiosk"], read["similarity"]) == ("王小明", "前门", None)


def test_a_plain_name_is_its_own_slug() -> None:
    assert slug("front-door_2") == "front-door_2"


@given(st.text(), st.text())
def test_slugs_are_valid_and_distinct(one: str, other: str) -> None:
    assert (slug(one) == slug(other)) == (one == other)
    assert re.fullmatch("[a-z0-9_-]+", slug(one))


@given(st.text(), st.text(), st.floats(-1, 1))
def test_any_name_survives_the_message(name: str, kiosk: str, similarity: float) -> None:
    event = replace(unlock_event(name=name), kiosk=kiosk, similarity=similarity)
    read = json.loads(event_json(event, include_name=True))
    assert (read["person"]["name"], read["kiosk"], read["similarity"]) == (name, kiosk, similarity)


@pytest.mark.parametrize(("one", "other"), [("Front door", "front-door"), ("前门", "后门"), ("a/b", "a+b"), ("#", "+")])
def test_different_names_have_different_slugs_that_fit_a_topic(one: str, other: str) -> None:
    assert slug(one) != slug(other)
    for name in (one, other):
        assert slug(name)
        assert set(slug(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
