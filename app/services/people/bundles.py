"""Bundles: export people to another installation and import them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from app.core.atomic_file import atomic_file
from app.core.bundles import BundleReport, NameConflictRule
from app.core.clock import Clock
from app.core.errors import ExportFailed, ImportUnreadable, InvalidPassword
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person
from app.core.roles import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, Permission
from app.services.access.permissions import Access, Service, requires
from app.services.people.template_migration import TemplateMigrator
from app.services.recognition.gallery_cache import GalleryCache
from app.store.bundles.bundle_file import BundleHeader, BundleWriter, read_header, read_lines
from app.store.bundles.bundle_records import BundledPerson, from_line, to_line
from app.store.bundles.bundle_repository import BundleRepository
from app.vision.manifest import EmbedderRow

Progress = Callable[[int], None]
"""Called with the number of people done."""


class BundleService(Service):
    """Exports and imports bundles. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        people: Repository of people in bundles.
        gallery_cache: Refreshed after an import.
        row: Manifest row of the model in use; only its templates are imported.
        migrator: Makes templates from the thumbnails of other models' templates.
        clock: Dates the bundles.
    """

    def __init__(
        self,
        access: Access,
        people: BundleRepository,
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        migrator: TemplateMigrator,
        clock: Clock,
    ) -> None:
        super().__init__(access)
        self._people = people
        self._gallery_cache = gallery_cache
        self._row = row
        self._migrator = migrator
        self._clock = clock

    @requires(Permission.MOVE_PEOPLE)
    def export(
        self,
        people: list[Person],
        path: Path,
        passphrase: str,
        *,
        thumbnails: bool = True,
        progress: Progress = lambda _: None,
    ) -> int:
        """Write people into one encrypted file, which appears only when it is complete.

        Args:
            people: The people.
            path: The file; an existing one is replaced.
            passphrase: Encrypts the file; it cannot be read without.
            thumbnails: Whether to include stored thumbnails.
            progress: See `Progress`.

        Returns:
            How many people the file holds.

        Raises:
            InvalidPassword: The passphrase is too short.
            ExportFailed: The file cannot be written.
        """
        if len(passphrase) < MIN_PASSWORD_LENGTH:
            raise InvalidPassword(shortest=MIN_PASSWORD_LENGTH, longest=MAX_PASSWORD_LENGTH)
        written = 0
        try:
            with atomic_file(path) as file:
                writer = BundleWriter(file, passphrase, len(people), self._clock.now().isoformat())
                for record in self._people.records([person.id for person in people], thumbnails=thumbnails):
                    writer.write(to_line(record))
                    written += 1
                    progress(written)
                writer.finish()
        except OSError as error:
            raise ExportFailed(path=path, reason=error.strerror or error) from error
        return written

    @requires(Permission.MOVE_PEOPLE)
    def header(self, path: Path) -> BundleHeader:
        """Return a bundle's header, which is readable without the passphrase.

        Raises:
            ImportUnreadable: The file cannot be read.
            BundleError: The file is not a usable bundle; a subclass tells why.
        """
        try:
            return read_header(path)
        except OSError as error:
            raise _unreadable(path, error) from error

    @requires(Permission.MOVE_PEOPLE)
    def import_people(
        self,
        path: Path,
        passphrase: str,
        rule: NameConflictRule = NameConflictRule.SKIP,
        *,
        dry_run: bool = False,
        reimport_erased: bool = False,
        progress: Progress = lambda _: None,
    ) -> BundleReport:
        """Import all people of a bundle, or none if the bundle has any fault.

        Args:
            path: The file.
            passphrase: Passphrase of the bundle.
            rule: What to do with a person whose name is taken here.
            dry_run: Report what would be done without changing anything.
            reimport_erased: Import people who were erased here, as new people with new ids.
            progress: See `Progress`.

        Returns:
            What became, or would become, of each person.

        Raises:
            ImportUnreadable: The file cannot be read.
            BundleError: The file is not a usable bundle; a subclass tells why.
        """
        made_by = (self._row.name, self._row.space)
        try:
            for _ in self._records(path, passphrase):
                pass  # read and verify the whole file before any change
            made: list[int] = []
            counted = _counting(self._migrating(self._records(path, passphrase), made), progress)
            people = self._people.import_people(
                counted, made_by, rule, dry_run=dry_run, reimport_erased=reimport_erased
            )
        except OSError as error:
            raise _unreadable(path, error) from error
        if not dry_run:
            self._gallery_cache.refresh()
        results = (replace(one, renewed=min(number, one.templates)) for one, number in zip(people, made, strict=True))
        return BundleReport(tuple(results), dry_run)

    def _migrating(self, records: Iterator[BundledPerson], made: list[int]) -> Iterator[BundledPerson]:
        """Add migrated templates to each record, and append their number to `made`."""
        for record in records:
            migrated = self._migrator.migrate(record.templates)
            made.append(len(migrated))
            yield replace(record, templates=(*record.templates, *migrated))

    @staticmethod
    def _records(path: Path, passphrase: str) -> Iterator[BundledPerson]:
        return (from_line(line, path) for line in read_lines(path, passphrase))


def _counting(records: Iterator[BundledPerson], progress: Progress) -> Iterator[BundledPerson]:
    for number, record in enumerate(records, start=1):
        yield record
        progress(number)


def _unreadable(path: Path, error: OSError) -> ImportUnreadable:
    return ImportUnreadable(
        QT_TRANSLATE_NOOP("errors", "This file cannot be read ({reason}): {path}"),
        QT_TRANSLATE_NOOP("errors", "Choose a bundle that “facelatch people export” has written."),
        path=path,
        reason=error.strerror or error,
    )
