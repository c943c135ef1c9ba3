"""Two builds, held against each other."""

from pathlib import Path

import pytest

from comparing import differences


@pytest.fixture
def builds(tmp_path: Path) -> tuple[Path, Path]:
    """Two that are the same."""
    places = tmp_path / "a", tmp_path / "b"
    for place in places:
        (place / "lib").mkdir(parents=True)
        (place / "lib/one.so").write_bytes(b"1")
        (place / "link").symlink_to("lib/one.so")
    return places


def test_equal_trees_have_no_differences(builds: tuple[Path, Path]) -> None:
    assert differences(*builds) == []
    assert differences(builds[0] / "lib/one.so", builds[1] / "lib/one.so") == []


def test_extra_files_are_reported(builds: tuple[Path, Path]) -> None:
    first, second = builds
    (first / "lib/two.so").touch()
    (second / "three").touch()
    assert differences(first, second) == [f"lib/two.so is only in {first}", f"three is only in {second}"]


@pytest.mark.parametrize("change", ["content", "mode", "link", "kind"])
def test_other_differences_are_reported(builds: tuple[Path, Path], change: str) -> None:
    first, second = builds
    file, link = second / "lib/one.so", second / "link"
    match change:
        case "content":
            file.write_bytes(b"2")
        case "mode":
            file.chmod(0o755)
        case "link":
            link.unlink()
            link.symlink_to("elsewhere")
        case "kind":
            link.unlink()
            link.write_bytes(b"1")
    name = "link" if change in ("link", "kind") else "lib/one.so"
    assert differences(first, second) == [f"{name} differs"]
