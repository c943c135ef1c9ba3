"""Line numbers in TOML texts."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.toml_lines import nearest_line, toml_line_numbers

POLICY = '''\
# a comment
name = "door"   # line 2
site = """
several
lines = here
"""
"quoted key" = 'x'

[when]
holidays = [
    2026-12-25,  # Christmas
    2026-12-26,
]

[[when.open]]
days = ["mon-fri"]
from = "07:00"

[[when.open]]
days = ["sat"]

[[actions]]
kind = "webhook"
headers = { a = "1", "b.c" = "2" }

[[actions]]
kind = "command"
nested.deep.value = 3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("site",), 3),
        (("quoted key",), 7),
        (("when",), 9),
        (("when", "holidays"), 10),
        (("when", "holidays", 0), 11),
        (("when", "holidays", 1), 12),
        (("when", "open"), 15),
        (("when", "open", 0), 15),
        (("when", "open", 0, "from"), 17),
        (("when", "open", 1), 19),
        (("when", "open", 1, "days", 0), 20),
        (("actions", 0, "headers", "b.c"), 24),
        (("actions", 1, "nested", "deep", "value"), 28),
    ],
)
def test_line_of_a_value(path: tuple[str | int, ...], line: int) -> None:
    assert toml_line_numbers(POLICY)[path] == line


def test_missing_path_gives_the_line_of_its_ancestor() -> None:
    lines = toml_line_numbers(POLICY)
    assert nearest_line(lines, ("when", "open", 1, "to")) == 19
    assert nearest_line(lines, ("actions", 0, "webhook", "headers", "z")) == 24
    assert nearest_line(lines, ("nothing", "at", "all")) == 1
    assert nearest_line({}, ("name",)) == 1


def test_windows_line_ends_count_once() -> None:
    assert toml_line_numbers("a = 1\r\nb = '''\r\nx'''\r\nc = 2\r\n")[("c",)] == 4


@pytest.mark.parametrize(
    "text",
    [
        'a = """x\\""" """\nb = 1',
        "a = ''''x''''\nb = 1",
        'a = "\\"#"\nb = 1',
        "a = '#'  # '\nb = 1",
        "a = [[1, 2], ['x,y']]\nb = 1",
        "a = {x = [1, {y = 2}]}\nb = 1",
        "a = 1979-05-27T07:32:00Z\nb = 1",
        "a = []\nb = 1",
        'a = """"quoted""""\nb = 1',
    ],
)
def test_delimiters_inside_values_are_ignored(text: str) -> None:
    tomllib.loads(text)
    assert toml_line_numbers(text)[("b",)] == text.count("\n", 0, text.rindex("b = 1")) + 1


VALUES = st.recursive(
    st.sampled_from(["1", "true", '"a # b"', "'c ] d'", '"""x\ny"""', "2026-01-01"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "[\n" + ",\n".join(parts) + "\n]"),
    max_leaves=6,
)


@given(st.lists(VALUES, min_size=1, max_size=6))
def test_any_valid_text_is_scanned_to_its_end(values: list[str]) -> None:
    text = "".join(f"[t{number}]\nkey = {value} # x\n" for number, value in enumerate(values))
    tomllib.loads(text)
    lines = toml_line_numbers(text)
    for number in range(len(values)):
        header = text.index(f"[t{number}]\nkey")
        assert lines[f"t{number}",] == text.count("\n", 0, header) + 1
        assert lines[f"t{number}", "key"] == text.count("\n", 0, header) + 2
