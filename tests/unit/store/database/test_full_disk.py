"""On a full or read-only disk, every writer reports it and loses nothing."""

import sys
from pathlib import Path

import pytest

from tests.fakes.disks import on_small_disk
from tests.unit.store.database.full_disk_worker import AFTER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives a process a disk of its own")


def tries(tmp_path: Path, *left: str) -> dict[str, list[str]]:
    """What became of each, by how much was left; what must hold besides is asserted where it is done."""
    disk, elsewhere = tmp_path / "disk", tmp_path / "elsewhere"
    disk.mkdir()
    elsewhere.mkdir()
    said = on_small_disk(disk, "3m", "tests.unit.store.database.full_disk_worker", disk, elsewhere, *left)
    became: dict[str, list[str]] = {}
    for line in said.splitlines():
        _, how_much, what = line.split(maxsplit=2)
        became.setdefault(how_much, []).append(what)
    return became


def test_everything_that_writes_names_a_full_disk_and_one_that_is_read_only(tmp_path: Path) -> None:
    became = tries(tmp_path, "0", "100", "full", "ro")
    assert became["0"] == became["full"] == ["StoreFull"] * len(AFTER)
    assert set(became["100"]) == {"StoreFull", "done"}
    assert became["ro"] == ["StoreReadOnly"] * len(AFTER)


@pytest.mark.soak
def test_however_much_room_there_is_nothing_is_lost(tmp_path: Path) -> None:
    became = tries(tmp_path, *map(str, [*range(0, 400, 12), *range(400, 1400, 40)]))
    assert {one for all_of_them in became.values() for one in all_of_them} == {"StoreFull", "done"}
