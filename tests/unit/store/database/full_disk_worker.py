"""Does everything that writes on a disk that is full, nearly full, or read-only: a process of its own runs it there.

Arguments: the disk, a directory elsewhere, and how many kilobytes are left, each in a try of its own; "full" for a disk
that was full before, "ro" for one that is read-only. Prints a line for each try: what, how much was left, and what came
of it.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.core.audit import AuditEntry, AuditKind
from app.core.bundles import NameConflictRule
from app.core.clock import SystemClock
from app.core.errors import StoreError
from app.store.backup.backups import BackupReason
from app.store.backup.integrity import check_database
from app.store.backup.restore import restore
from app.store.bundles.bundle_records import BundledPerson
from app.store.bundles.bundle_repository import BundleRepository
from app.store.crypto.rekeying import revoke_templates, rotate_data_key
from app.store.database.sqlite import Database
from app.store.people.repository import PeopleRepository
from app.wiring.storage import Storage
from tests.fakes.disks import Filler
from tests.unit.store.builders import MODEL, SHA, template
from tests.unit.store.earlier_schemas import first_schema

PEOPLE, IMPORTED, SIZE = 8, 8, 512
LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Site:
    """A database with everything beside it."""

    def __init__(self, path: Path, records: list[BundledPerson]) -> None:
        self.path, self.records = path, records
        self.storage = Storage(path, SystemClock(), "test")
        self.backups = self.storage.backups

    @property
    def people(self) -> PeopleRepository:
        return self.storage.people

    def names(self) -> set[str]:
        return {person.name for person in self.people.all()}

    def assert_whole(self) -> None:
        _assert_in_order(self.path)
        assert self.storage.audit_log.verify().broken is None

    def enrol(self) -> None:
        self.people.add("New", [template(seed, size=SIZE) for seed in range(8)])

    def erase(self) -> None:
        self.people.delete(self.people.find("P0").id)
        self.backups.erase(self.people.erased_ids())

    def import_people(self) -> None:
        self.storage.bundles.import_people(self.records, (MODEL, SHA), NameConflictRule.SKIP, dry_run=False)

    def rotate(self) -> None:
        for _ in rotate_data_key(self.storage.database, SystemClock().now()):
            """In steps."""

    def revoke(self) -> None:
        for _ in revoke_templates(self.storage.database, SystemClock().now()):
            """In steps."""

    def prune(self) -> None:
        self.storage.audit_log.prune(LATER, "test")

    def back_up(self) -> None:
        self.backups.make(self.path, BackupReason.ASKED)

    def restore(self) -> None:
        restore(self.backups.all()[0].path, self.path, self.backups, SystemClock().now(), "test", self.storage.ledger)

    def migrate(self) -> None:
        with Storage(self.path.with_name("old.sqlite3"), SystemClock(), "test") as old:
            assert [person.name for person in old.people.all()] == ["Ada", "王小明"]


AFTER: dict[Callable[[Site], None], set[str]] = {
    Site.enrol: {"New"},
    Site.import_people: {f"Q{number}" for number in range(IMPORTED)},
    Site.erase: set(),
    Site.rotate: set(),
    Site.revoke: set(),
    Site.prune: set(),
    Site.back_up: set(),
    Site.restore: set(),
    Site.migrate: set(),
}
"""What is done, and who comes by it."""


def make(directory: Path) -> list[BundledPerson]:
    """What lies on the disk at first, in another place, and people on their way to it."""
    directory.mkdir()
    path = directory / "facelatch.sqlite3"
    with Storage(path, SystemClock(), "test") as storage:
        people = [(f"P{number}", [template(number, size=SIZE)] * 2) for number in range(PEOPLE)]
        storage.people.add_all(people)
        for _ in range(200):
            storage.audit_log.record(AuditEntry(AuditKind.UNLOCKED))
        storage.backups.make(path, BackupReason.ASKED)
    first_schema(directory / "old.sqlite3")
    with Database.open(directory.with_name("elsewhere") / "facelatch.sqlite3") as other:
        added = PeopleRepository(other, SystemClock()).add_all(
            (f"Q{number}", [template(number, size=SIZE)] * 2) for number in range(IMPORTED)
        )
        return list(BundleRepository(other, SystemClock()).records(added, thumbnails=False))


def attempt(site: Site, what: Callable[[Site], None]) -> str:
    """What came of it: "done", or an error, which has to name the place and what to do."""
    try:
        what(site)
    except StoreError as error:
        explained = bool(error.hint) and str(site.path.parent) in error.message
        return type(error).__name__ if explained else f"unexplained: {error!r}"
    return "done"


def fill_up(disk: Path, site: Site, what: Callable[[Site], None], kilobytes: int) -> str:
    """Try it where there is too little room, and again where there is enough."""
    filler = Filler(disk)
    with closing(site.storage):
        before = site.names()
        filler.leave(kilobytes)
        became = attempt(site, what)
        filler.free()
        site.assert_whole()
        after = site.names()
        assert after - before in ({*AFTER[what]}, set())
        assert before - after <= ({"P0"} if what is Site.erase else set())
        if became != "done" and before == after:
            assert attempt(site, what) == "done"
        assert AFTER[what] <= site.names()
        site.assert_whole()
    return became


def shut_out(disk: Path, site: Site, what: Callable[[Site], None], *, is_full: bool) -> str:
    """Try it where nothing may be written from the start: no disk is made read-only that is being written to."""
    filler = Filler(disk)
    with closing(site.storage):
        before = site.names()
    filler.leave(0) if is_full else remount(disk, "ro")
    refused = Site(site.path, site.records)
    with closing(refused.storage):
        became = attempt(refused, what)
    looked = attempt(refused, lambda refused: _assert_in_order(refused.path))
    assert looked == "done" or (is_full and looked == "StoreFull")
    filler.free() if is_full else remount(disk, "rw")
    again = Site(site.path, site.records)
    with closing(again.storage):
        assert again.names() == before
        again.assert_whole()
    return became


def _assert_in_order(path: Path) -> None:
    assert check_database(path) == []


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,bind,{how}", disk], check=True)


def main(disk: Path, elsewhere: Path, *left: str) -> None:
    """Try everything with each of these left."""
    records = make(elsewhere / "made")
    for each in left:
        for what in AFTER:
            shutil.copytree(elsewhere / "made", disk / "data")
            site = Site(disk / "data" / "facelatch.sqlite3", records)
            if each.isdecimal():
                became = fill_up(disk, site, what, int(each))
            else:
                became = shut_out(disk, site, what, is_full=each == "full")
            shutil.rmtree(disk / "data")
            sys.stdout.write(f"{what.__name__} {each} {became}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
