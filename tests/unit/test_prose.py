"""The check of names and prose, `tests/prose.py`."""

import pytest

from tests import prose


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Seal everything anew.", [(1, "anew")]),
        ("First line.\nWhoever asks, asks at\n    once.", [(2, "whoever"), (2, "at once")]),
        ("# is told by\n# whoever", [(1, "is told"), (2, "whoever")]),
        ("renewable, a newer one, attold, `nobody-enrolled`, NOBODY_ENROLLED", []),
    ],
)
def test_words_are_found_in_text(text: str, found: list[tuple[int, str]]) -> None:
    assert list(prose.in_text(text)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("sealed_anew = 1", [(1, "anew")]),
        ("class AnewCard: ...", [(1, "anew")]),
        ("renewed = canewed = 2", []),
        ('"""Sealed\nanew."""\nx = f"for {x} somebody"  # nobody', [(2, "anew"), (3, "somebody"), (3, "nobody")]),
        ("Verdict.NOBODY_ENROLLED", []),
    ],
)
def test_words_are_found_in_python(source: str, found: list[tuple[int, str]]) -> None:
    assert list(prose.in_python(source)) == found


def test_every_exception_has_a_reason() -> None:
    assert all(reason for _, reason in prose.EXCEPTIONS.values())
