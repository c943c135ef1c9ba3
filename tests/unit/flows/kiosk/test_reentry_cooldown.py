"""Cooldowns: when they start, end and are extended."""

import pytest

from app.flows.kiosk.face_run import ObservedFace
from app.flows.kiosk.reentry_cooldown import ReentryCooldown
from app.flows.kiosk.types import DenialReason, Observation, ReentryMode
from tests.unit.flows.kiosk.film import ADA, BOB, STRANGER, FakeAccessCheck, face


def started(mode: ReentryMode = ReentryMode.LEAVE) -> ReentryCooldown:
    cooldown = ReentryCooldown(mode, 100)
    cooldown.start(ADA, 1, DenialReason.NOT_NOW, 0)
    return cooldown


def until_ns(cooldown: ReentryCooldown) -> int:
    entry = cooldown.entry_of(ADA)
    assert entry is not None
    return entry.until_ns


def test_a_cooldown_belongs_to_one_person_and_has_the_reason() -> None:
    entry = started().entry_of(ADA)
    assert entry is not None
    assert (entry.track, entry.until_ns, entry.reason) == (1, 100, DenialReason.NOT_NOW)
    assert started().entry_of(BOB) is None


def test_a_cooldown_ends_after_its_duration() -> None:
    cooldown = started()
    cooldown.expire(99)
    assert cooldown.entry_of(ADA) is not None
    cooldown.expire(100)
    assert cooldown.entry_of(ADA) is None


def test_a_cancelled_cooldown_ends() -> None:
    cooldown = started()
    cooldown.cancel(None)
    cooldown.cancel(BOB)
    assert cooldown.entry_of(ADA) is not None
    cooldown.cancel(ADA)
    assert cooldown.entry_of(ADA) is None


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (face("ada", track=7), 150),
        (face("ada", track=1, judged=False), 150),
        (face("ada", track=7, judged=False), 100),
        (face("bob", track=1), 100),
        (face(STRANGER, track=1), 100),
    ],
)
def test_a_cooldown_is_extended_while_the_person_is_in_view(shown: ObservedFace, expected: int) -> None:
    cooldown = started()
    cooldown.extend(Observation([shown], FakeAccessCheck(), 50))
    assert until_ns(cooldown) == expected


def test_an_extended_cooldown_follows_the_track_of_the_face() -> None:
    cooldown = started()
    cooldown.extend(Observation([face("ada", track=7)], FakeAccessCheck(), 50))
    cooldown.extend(Observation([face("ada", track=7, judged=False)], FakeAccessCheck(), 80))
    assert until_ns(cooldown) == 180


def test_a_cooldown_by_time_is_not_extended() -> None:
    cooldown = started(ReentryMode.TIME)
    cooldown.extend(Observation([face("ada")], FakeAccessCheck(), 50))
    assert until_ns(cooldown) == 100
