"""A hint of how hard a passphrase is to guess."""

import pytest

from app.core.passphrases import Strength, strength_of


@pytest.mark.parametrize(
    ("passphrase", "strength"),
    [
        ("", Strength.WEAK),
        ("a", Strength.WEAK),
        ("password", Strength.WEAK),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", Strength.WEAK),
        ("abcdefghijklmnopqrstuvwxyz", Strength.WEAK),
        ("abababababababababababab", Strength.WEAK),
        ("horse apple", Strength.FAIR),
        ("correct horse battery staple", Strength.STRONG),
        ("gR7!kP2?xQ9&", Strength.STRONG),
        ("正确的马电池订书钉", Strength.FAIR),
    ],
)
def test_longer_and_more_varied_is_stronger(passphrase: str, strength: Strength) -> None:
    assert strength_of(passphrase) is strength
