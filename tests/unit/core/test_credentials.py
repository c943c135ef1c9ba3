"""A hint of how hard a passphrase is to guess."""

import pytest

from app.core.credentials import PassphraseStrength, passphrase_strength


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
    ],
)
def test_longer_and_more_varied_is_stronger(passphrase: str, strength: PassphraseStrength) -> None:
    assert passphrase_strength(passphrase) is strength
