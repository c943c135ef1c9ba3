"""The check for import cycles, `tests/import_cycles.py`."""

from tests.import_cycles import app_imports, cycles


def test_tree_has_no_cycle() -> None:
    assert cycles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_every_cycle_is_found() -> None:
    found = cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"e"}, "e": {"d"}, "f": {"a"}})
    assert sorted(sorted(set(cycle)) for cycle in found) == [["a", "b", "c"], ["d", "e"]]


def test_imports_of_the_application_are_read() -> None:
    assert "app.core.people" in app_imports()["app.core.match_decision"]
