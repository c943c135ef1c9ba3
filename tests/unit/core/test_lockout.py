from itertools import product

from app.core.lockout import AttemptChannel, LockoutScope


def test_keys_of_all_scopes_differ() -> None:
    scopes = [
        LockoutScope(channel, kiosk, person_id)
        for channel, (kiosk, person_id) in product(AttemptChannel, [("a", ""), ("b", ""), ("", "a"), ("", "b")])
    ]
    assert len({scope.key for scope in scopes}) == len(scopes)


def test_key_names_channel_and_place() -> None:
    assert LockoutScope(AttemptChannel.FACE, kiosk="door").key == "face/kiosk/door"
    assert LockoutScope(AttemptChannel.PIN, person_id="p1").key == "pin/person/p1"
