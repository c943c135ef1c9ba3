"""PINs, and the strength of passphrases."""

import pytest

from app.core.credentials import (
    ADMIN_PIN_OWNER,
    PassphraseStrength,
    PinOwner,
    PinRole,
    passphrase_strength,
    validate_pin,
)
from app.core.errors import InvalidPin


@pytest.mark.parametrize(
    ("passphrase", "strength"),
    [
        ("", PassphraseStrength.WEAK),
        ("a", PassphraseStrength.WEAK),
        ("password", PassphraseStrength.WEAK),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", PassphraseStrength.WEAK),
        ("abcdefghijklmnopqrstuvwxyz", PassphraseStrength.WEAK),
        ("abababababababababababab", PassphraseStrength.WEAK),
        ("horse apple", PassphraseStrength.FAIR),
        ("correct horse battery staple", PassphraseStrength.STRONG),
        ("gR7!kP2?xQ9&", PassphraseStrength.STRONG),
        ("正确的马电池订书钉", PassphraseStrength.FAIR),
        ("qzmxvnebrkt", PassphraseStrength.FAIR),
        ("qzmxvnebrk", PassphraseStrength.WEAK),
        ("!?#%!?#%!?#%", PassphraseStrength.WEAK),
        ("é!ü?ö#ä%à&", PassphraseStrength.FAIR),
    ],
)
def test_passphrase_strength(passphrase: str, strength: PassphraseStrength) -> None:
    assert passphrase_strength(passphrase) is strength


@pytest.mark.parametrize("pin", ["1357", "1243", "135792468013", "0012", "9021"])
def test_pin_of_4_to_12_digits_is_valid(pin: str) -> None:
    assert validate_pin(pin) == pin


@pytest.mark.parametrize("pin", ["", "135", "1357924680135", "13a5", "１３５７", " 1357", "-1357"])
def test_pin_of_another_form_is_rejected(pin: str) -> None:
    with pytest.raises(InvalidPin, match="too short, too long") as caught:
        validate_pin(pin)
    assert caught.value.hint == "Use 4 to 12 digits."


@pytest.mark.parametrize("pin", ["1111", "1234", "7890", "4321", "2109", "901234"])
def test_pin_that_is_easy_to_guess_is_rejected(pin: str) -> None:
    with pytest.raises(InvalidPin, match="easy to guess"):
        validate_pin(pin)


def test_keys_of_pin_owners_differ() -> None:
    owners = [ADMIN_PIN_OWNER, PinOwner(PinRole.SITE, "a"), PinOwner(PinRole.PERSON, "a"), PinOwner(PinRole.SITE, "b")]
    assert [owner.key for owner in owners] == ["admin/", "site/a", "person/a", "site/b"]


@pytest.mark.parametrize("pin", ["121212", "123123", "112233", "1987", "2004", "147258"])
def test_a_common_pin_is_rejected(pin: str) -> None:
    with pytest.raises(InvalidPin) as caught:
        validate_pin(pin)
    assert caught.value.message == InvalidPin.TOO_SIMPLE


def test_the_pin_of_a_site_has_six_digits_at_least() -> None:
    site = PinOwner(PinRole.SITE, "door")
    with pytest.raises(InvalidPin):
        validate_pin("90218", site.shortest_pin)
    assert validate_pin("902183", site.shortest_pin) == "902183"
    assert ADMIN_PIN_OWNER.shortest_pin == 4
