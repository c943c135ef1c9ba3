import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidName
from app.store.people.names import MAX_NAME_LENGTH, clean_name, name_key

FAMILY = "👨\u200d👩\u200d👧"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "Ada Lovelace",
        "Zoë Müller-Lüdenscheidt",
        "O’Brien, Jr.",
        "Владимир",
        "محمد",
        "می\u200cخواهم",
        "क्\u200dष",
        "王小明",
        "ありがとう",
        "👩🏽\u200d⚕\ufe0f Doctor",
        FAMILY,
        f"Bobby {ENGLAND}",
        "1",
        "a" * MAX_NAME_LENGTH,
    ],
)
def test_a_name_of_any_script_stays_as_it_is(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Ada  ", "Ada"),
        ("Ada\n", "Ada"),
        ("Ada \t  Lovelace", "Ada Lovelace"),
        ("Ada\u3000Lovelace\u00a0", "Ada Lovelace"),
        ("Zoe\u0308", "Zoë"),
    ],
)
def test_spaces_and_accents_are_brought_into_one_form(typed: str, cleaned: str) -> None:
    assert clean_name(typed) == cleaned


@pytest.mark.parametrize("name", ["", "   ", "\n", "\u0301", "\u3164", "\u2800 \u2800"])
def test_a_name_must_show_something(name: str) -> None:
    with pytest.raises(InvalidName, match="empty") as raised:
        clean_name(name)
    assert str(MAX_NAME_LENGTH) in raised.value.hint


def test_a_long_name_is_refused_with_its_length() -> None:
    with pytest.raises(InvalidName, match="101 characters") as raised:
        clean_name("é" * 101)
    assert "100" in raised.value.hint


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada\nLovelace", "U+000A"),
        ("Ada\u2028Lovelace", "U+2028"),
        ("Ada\x00", "U+0000"),
        ("Ada\x1b[31m", "U+001B"),
        ("Ada\x85Lovelace", "U+0085"),
        ("\u202eadA", "U+202E"),
        ("Ada\u2067", "U+2067"),
        ("A\u00adda", "U+00AD"),
        ("\ufeffAda", "U+FEFF"),
        ("A\u200bda", "U+200B"),
        ("A\u200dda", "U+200D"),
        ("Ada\u200c", "U+200C"),
        ("\u200d\u200d", "U+200D"),
        ("Ada\U000e0061", "U+E0061"),
        ("Ada\ud800", "U+D800"),
        ("Ada\uffff", "U+FFFF"),
        ("Ada\U0001fffe", "U+1FFFE"),
    ],
)
def test_what_cannot_be_shown_is_named_and_refused(name: str, shown: str) -> None:
    with pytest.raises(InvalidName) as raised:
        clean_name(name)
    assert raised.value.message.endswith(shown)
    raised.value.message.encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ADA"),
        ("Straße", "STRASSE"),
        ("Ａｄａ", "ada"),
        ("ﬁnn", "Finn"),
        ("می\u200cخواهم", "میخواهم"),
        ("❤\ufe0f", "❤"),
    ],
)
def test_names_that_look_the_same_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Ada", "Áda"), ("Ada", "Ida"), ("👩", "👨")])
def test_names_that_look_different_have_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(st.characters(), max_size=120))
def test_cleaning_is_idempotent_and_every_name_has_a_key(text: str) -> None:
    try:
        name = clean_name(text)
    except InvalidName:
        return
    assert clean_name(name) == name
    assert 1 <= len(name) <= MAX_NAME_LENGTH
    assert unicodedata.is_normalized("NFC", name)
    assert name_key(name)
    assert name_key(name_key(name)) == name_key(name)
    name.encode()
