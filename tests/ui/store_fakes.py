"""Stand-ins for what keeps the database: keys, backups, bundles, and who is to be enrolled again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.core.bundles import BundleOutcome, BundleReport, ImportedPerson, NameConflictRule
from app.core.credentials import KeySourceKind
from app.core.errors import FacelatchError
from app.core.people import Person
from app.services.database.key_service import KeyState
from app.services.database.recovery import RecoveryState
from app.services.database.store_service import Backup, BackupReason, Fault
from app.services.people.reenrolment import ModelChangeEstimate, ReenrolmentQueue

MADE = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
DIRECTORY = Path("/home/grace/.local/share/facelatch/backups")
CODE = "ABC1-DEF2-GHJ3-KMN4-PQR5-STV6-WXY7-Z018"


def backup(number: int = 0, reason: BackupReason = BackupReason.ASKED) -> Backup:
    """A copy, the older the higher its number."""
    made = MADE - timedelta(days=number)
    return Backup(DIRECTORY / f"facelatch-{made:%Y%m%dT%H%M%SZ}-{reason}.sqlite3", made, reason, 840_000 + number)


@dataclass
class FakeKeys:
    """See `app.ui.store_ports.KeyPort`; `problem` is raised by every call while it is set."""

    said: KeyState = field(default_factory=lambda: KeyState(KeySourceKind.KEY_FILE, recovery_code=False, since=MADE))
    kinds: list[KeySourceKind] = field(default_factory=lambda: list(KeySourceKind)[:3])
    problem: FacelatchError | None = None
    records: int = 6
    moved: list[tuple[KeySourceKind, str | None]] = field(default_factory=list)
    rotations: int = 0
    revocations: int = 0

    def state(self) -> KeyState:
        self._may()
        return self.said

    def usable_sources(self) -> list[KeySourceKind]:
        self._may()
        return self.kinds

    def count_records_to_rotate(self) -> int:
        return self.records

    def rotate(self) -> Iterator[int]:
        self.said = replace(self.said, rotating=True)
        for done in range(1, self.records + 1):
            self._may()
            yield done
        self.said = replace(self.said, rotating=False)
        self.rotations += 1

    def count_templates_to_revoke(self) -> int:
        return self.records

    def revoke_templates(self) -> Iterator[int]:
        for done in range(1, self.records + 1):
            self._may()
            yield done
        self.revocations += 1

    def new_recovery_code(self) -> str:
        self._may()
        self.said = replace(self.said, recovery_code=True)
        return CODE

    def change_source(self, kind: KeySourceKind, passphrase: str | None = None) -> None:
        self._may()
        self.moved.append((kind, passphrase))
        self.said = replace(self.said, source=kind)

    def _may(self) -> None:
        if self.problem is not None:
            raise self.problem


@dataclass
class FakeStore:
    """See `app.ui.store_ports.StorePort`; `problem` is raised by every call while it is set."""

    kept: list[Backup] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    problem: FacelatchError | None = None
    aside: Path | None = None
    restored: list[Path] = field(default_factory=list)
    targets: list[Path | None] = field(default_factory=list)

    def check(self) -> list[Fault]:
        self._may()
        return self.faults

    def back_up(self, target: Path | None = None) -> Path:
        self._may()
        self.targets.append(target)
        if target is None:
            self.kept.insert(0, backup(-len(self.targets)))
            return self.kept[0].path
        return target

    def backups(self) -> list[Backup]:
        self._may()
        return list(self.kept)

    def restore(self, backup: Path) -> Path | None:
        self._may()
        self.restored.append(backup)
        return self.aside

    def _may(self) -> None:
        if self.problem is not None:
            raise self.problem


@dataclass(frozen=True, slots=True)
class FakeHeader:
    """What a bundle says of itself."""

    people: int


@dataclass
class FakeBundles:
    """See `app.ui.store_ports.BundlePort`; `problem` is raised by every call while it is set."""

    report: BundleReport = field(
        default_factory=lambda: BundleReport(
            (
                ImportedPerson("Ada Lovelace", BundleOutcome.ADDED, 5),
                ImportedPerson("Grace Hopper", BundleOutcome.NAME_TAKEN),
                ImportedPerson("Mary Jackson", BundleOutcome.ADDED, 0, 4),
                ImportedPerson("Katherine Johnson", BundleOutcome.ADDED, 3, 3, badge_taken=True, renewed=3),
            ),
            dry_run=True,
        )
    )
    problem: FacelatchError | None = None
    written: list[tuple[list[str], Path, str, bool]] = field(default_factory=list)
    taken: list[tuple[Path, str, NameConflictRule, bool]] = field(default_factory=list)

    def export(
        self,
        people: list[Person],
        path: Path,
        passphrase: str,
        *,
        thumbnails: bool = True,
        progress: Callable[[int], None] = lambda _: None,
    ) -> int:
        self._may()
        for number in range(1, len(people) + 1):
            progress(number)
        self.written.append(([person.name for person in people], path, passphrase, thumbnails))
        return len(people)

    def header(self, path: Path) -> FakeHeader:
        self._may()
        return FakeHeader(len(self.report.people))

    def import_people(
        self,
        path: Path,
        passphrase: str,
        rule: NameConflictRule = NameConflictRule.SKIP,
        *,
        dry_run: bool = False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> BundleReport:
        self._may()
        progress(len(self.report.people))
        self.taken.append((path, passphrase, rule, dry_run))
        return replace(self.report, dry_run=dry_run)

    def _may(self) -> None:
        if self.problem is not None:
            raise self.problem


@dataclass
class FakeReenrolment:
    """See `app.ui.store_ports.ReenrolmentPort`."""

    left: list[Person] = field(default_factory=list)
    total: int = 0
    pictured: list[Person] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    expected: ModelChangeEstimate = field(default_factory=lambda: ModelChangeEstimate(0, 0))

    def queue(self) -> ReenrolmentQueue:
        self.total = max(self.total, len(self.left))
        ordered = sorted(self.left, key=lambda person: person.name in self.skipped)
        return ReenrolmentQueue(tuple(ordered), self.total if self.left else 0, "mobilefacenet")

    def skip(self, person: Person) -> None:
        self.skipped.append(person.name)

    def migrate(self) -> Iterator[int]:
        for done, person in enumerate(self.pictured, start=1):
            self.left = [one for one in self.left if one.id != person.id]
            yield done
        self.pictured = []

    def estimate_model_change(self, model: str) -> ModelChangeEstimate:
        return self.expected


@dataclass
class FakeRescue:
    """See `app.ui.store_ports.RescuePort`.

    Attributes:
        helped: Called by whatever opens the database.
    """

    kinds: frozenset[KeySourceKind] = frozenset({KeySourceKind.KEY_FILE, KeySourceKind.RECOVERY})
    kept: tuple[Backup, ...] = ()
    passphrase: str = ""
    problem: FacelatchError | None = None
    helped: Callable[[], None] = lambda: None
    restored: list[Path] = field(default_factory=list)

    def state(self) -> RecoveryState:
        return RecoveryState(Path("/home/grace/.local/share/facelatch/facelatch.sqlite3"), self.kinds, self.kept)

    def unlock_with_code(self, code: str) -> KeySourceKind:
        self._may()
        self.helped()
        return KeySourceKind.KEY_FILE

    def unlock_with_passphrase(self, passphrase: str) -> None:
        if passphrase == self.passphrase:
            self.helped()
        else:
            self._may()

    def restore(self, backup: Path) -> Path | None:
        self._may()
        self.restored.append(backup)
        self.helped()
        return None

    def _may(self) -> None:
        if self.problem is not None:
            raise self.problem
