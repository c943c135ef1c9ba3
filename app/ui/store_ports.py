"""What the window asks of the program about the database as a whole, its keys, bundles, and enrolling again."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from app.core.bundles import BundleReport, NameConflictRule
from app.core.credentials import KeySourceKind
from app.core.people import Person
from app.services.database.key_service import KeyState
from app.services.database.recovery import RecoveryState
from app.services.database.store_service import Backup, Fault
from app.services.people.reenrolment import ModelChangeEstimate, ReenrolmentQueue


class BundleSize(Protocol):
    """What a bundle says of itself."""

    @property
    def people(self) -> int:
        """How many are in it."""
        ...


class KeyPort(Protocol):
    """See `app.services.database.key_service.KeyService`."""

    def state(self) -> KeyState:
        """How the database is protected."""
        ...

    def usable_sources(self) -> Sequence[KeySourceKind]:
        """Where the key can be kept."""
        ...

    def count_records_to_rotate(self) -> int:
        """How many records `rotate` would seal anew."""
        ...

    def rotate(self) -> Iterator[int]:
        """Seal everything with a new data key, in steps."""
        ...

    def count_templates_to_revoke(self) -> int:
        """How many vectors `revoke_templates` would turn anew."""
        ...

    def revoke_templates(self) -> Iterator[int]:
        """Turn all templates by a new rotation, in steps."""
        ...

    def new_recovery_code(self) -> str:
        """A code to be printed."""
        ...

    def change_source(self, kind: KeySourceKind, passphrase: str | None = None) -> None:
        """Keep the key elsewhere."""
        ...


class StorePort(Protocol):
    """See `app.services.database.store_service.StoreService`."""

    def check(self) -> Sequence[Fault]:
        """What is wrong with what is stored."""
        ...

    def back_up(self, target: Path | None = None) -> Path:
        """Copy the database."""
        ...

    def backups(self) -> Sequence[Backup]:
        """The copies kept, the newest first."""
        ...

    def restore(self, backup: Path) -> Path | None:
        """Make the database what it was then."""
        ...


class BundlePort(Protocol):
    """See `app.services.people.bundles.BundleService`."""

    def export(
        self,
        people: list[Person],
        path: Path,
        passphrase: str,
        *,
        thumbnails: bool = True,
        progress: Callable[[int], None] = ...,
    ) -> int:
        """Write people into one file."""
        ...

    def header(self, path: Path) -> BundleSize:
        """What a bundle says of itself."""
        ...

    def import_people(
        self,
        path: Path,
        passphrase: str,
        rule: NameConflictRule = NameConflictRule.SKIP,
        *,
        dry_run: bool = False,
        progress: Callable[[int], None] = ...,
    ) -> BundleReport:
        """Take everybody in from one, or nobody."""
        ...


class ReenrolmentPort(Protocol):
    """See `app.services.people.reenrolment.ReenrolmentService`."""

    def queue(self) -> ReenrolmentQueue:
        """Who has to be enrolled again."""
        ...

    def skip(self, person: Person) -> None:
        """Ask for the others first."""
        ...

    def migrate(self) -> Iterator[int]:
        """Take over whoever can be from kept pictures, in steps."""
        ...

    def estimate_model_change(self, model: str) -> ModelChangeEstimate:
        """What another model would mean."""
        ...


class RescuePort(Protocol):
    """See `app.services.database.recovery.RecoveryService`."""

    def state(self) -> RecoveryState:
        """What there is to open the database with."""
        ...

    def unlock_with_code(self, code: str) -> KeySourceKind:
        """Open it with the printed code."""
        ...

    def unlock_with_passphrase(self, passphrase: str) -> None:
        """Open it with a passphrase."""
        ...

    def restore(self, backup: Path) -> Path | None:
        """Put a copy in its place."""
        ...
