"""What a kill leaves of a bundle that is taken in, of those who are erased, and of an older database."""

import shutil
import time
from pathlib import Path

import pytest

from app.core.bundles import NameConflictRule
from app.core.clock import SystemClock
from app.store.bundles.bundle_file import BundleWriter, read_lines
from app.store.bundles.bundle_records import from_line, to_line
from app.store.bundles.bundle_repository import BundleRepository
from app.store.database.sqlite import Database
from tests.fakes.process_kills import assert_intact, kill_repeatedly
from tests.unit.store.builders import MODEL, SHA, Repositories, template
from tests.unit.store.earlier_schemas import first_schema

PEOPLE = 40
SECRET = "correct horse"

TAKING_IN = """
import sys
from pathlib import Path
from app.core.bundles import NameConflictRule
from app.core.clock import SystemClock
from app.store.bundles.bundle_file import read_lines
from app.store.bundles.bundle_records import from_line
from app.store.bundles.bundle_repository import BundleRepository
from app.store.database.sqlite import Database
from tests.unit.store.builders import MODEL, SHA

bundle = Path(sys.argv[2])
with Database.open(Path(sys.argv[1])) as database:
    records = [from_line(line, bundle) for line in read_lines(bundle, sys.argv[3])]
    print("ready", flush=True)
    BundleRepository(database, SystemClock()).take_in(records, (MODEL, SHA), NameConflictRule.SKIP, dry_run=False)
    print("done", flush=True)
    sys.stdin.read()
"""

ERASING = """
import sys
from pathlib import Path
from app.store.database.sqlite import Database
from tests.unit.store.builders import Repositories

with Database.open(Path(sys.argv[1])) as database:
    people = Repositories(database)
    print("ready", flush=True)
    for person in people.all():
        people.delete(person.id)
        print(person.id, flush=True)
    sys.stdin.read()
"""

MIGRATING = """
import sys
from pathlib import Path
import alembic.command, alembic.script
from app.store.database.sqlite import Database

print("ready", flush=True)
Database.open(Path(sys.argv[1])).close()
sys.stdin.read()
"""


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forty people, and a passphrase that is soon tried."""
    monkeypatch.setattr("app.store.bundles.bundle_file._MEMORY_KIB", 64)
    path = tmp_path / "people.flbundle"
    with Database.open(tmp_path / "source" / "facelatch.sqlite3") as database, path.open("wb") as file:
        ids = [Repositories(database).add(f"P{number}", [template(number)]).id for number in range(PEOPLE)]
        writer = BundleWriter(file, SECRET, PEOPLE, "")
        for record in BundleRepository(database, SystemClock()).records(ids, thumbnails=False):
            writer.write(to_line(record))
        writer.finish()
    return path


def seconds_to_take_in(bundle: Path, path: Path) -> float:
    """How long the process takes if it is not killed."""
    with Database.open(path) as database:
        records = [from_line(line, bundle) for line in read_lines(bundle, SECRET)]
        begun = time.monotonic()
        BundleRepository(database, SystemClock()).import_people(
            records, (MODEL, SHA), NameConflictRule.SKIP, dry_run=False
        )
        return time.monotonic() - begun


def kill_importers(bundle: Path, directory: Path, times: int) -> set[int]:
    """How many people there were after each of them."""
    path, left = directory / "killed" / "facelatch.sqlite3", set[int]()

    def look(said: str) -> None:
        assert_intact(path)
        with Database.open(path) as database:
            found = Repositories(database).all()
        assert len(found) in ({PEOPLE} if "done" in said else {0, PEOPLE})
        assert all(person.templates == 1 for person in found)
        left.add(len(found))
        shutil.rmtree(path.parent)

    within_s = 1.5 * seconds_to_take_in(bundle, directory / "measured" / "facelatch.sqlite3")
    kill_repeatedly(TAKING_IN, times, within_s, lambda _: (path, bundle, SECRET), look)
    return left


def kill_erasers(path: Path, times: int) -> None:
    """Removed people are recorded as erased, and the others are intact."""
    ids = set[str]()

    def path_with_people(turn: int) -> tuple[object, ...]:
        with Database.open(path) as database:
            people = Repositories(database)
            ids.update(person.id for person in people.all())
            ids.update(people.add(f"P{turn} {number}", [template(number)]).id for number in range(8))
        return (path,)

    def look(said: str) -> None:
        assert_intact(path)
        with Database.open(path) as database:
            people = Repositories(database)
            there, erased = people.all(), set(people.erased_ids())
            assert all(person.templates == 1 for person in there)
        assert {person.id for person in there} | erased == ids
        assert not {person.id for person in there} & erased
        assert set(said.split()) - {"ready"} <= erased

    kill_repeatedly(ERASING, times, 0.2, path_with_people, look)


def kill_migrators(path: Path, times: int) -> None:
    """The next start migrates the database with all people."""

    def old(_: int) -> tuple[object, ...]:
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir()
        first_schema(path)
        return (path,)

    def look(_: str) -> None:
        with Database.open(path) as database:
            assert [person.name for person in Repositories(database).all()] == ["Ada", "王小明"]
        assert_intact(path)

    kill_repeatedly(MIGRATING, times, 0.6, old, look)


def test_a_killed_import_is_all_or_nothing(bundle: Path, tmp_path: Path) -> None:
    assert kill_importers(bundle, tmp_path, 2) <= {0, PEOPLE}


@pytest.mark.soak
def test_a_hundred_killed_imports_are_all_or_nothing(bundle: Path, tmp_path: Path) -> None:
    assert kill_importers(bundle, tmp_path, 100) == {0, PEOPLE}


def test_a_killed_erasure_is_consistent(path: Path) -> None:
    kill_erasers(path, 1)


@pytest.mark.soak
def test_a_hundred_killed_erasures_are_consistent(path: Path) -> None:
    kill_erasers(path, 100)


def test_a_killed_migration_is_consistent(tmp_path: Path) -> None:
    kill_migrators(tmp_path / "old" / "facelatch.sqlite3", 1)


@pytest.mark.soak
def test_a_hundred_killed_migrations_are_consistent(tmp_path: Path) -> None:
    kill_migrators(tmp_path / "old" / "facelatch.sqlite3", 100)
