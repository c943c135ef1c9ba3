"""People on their way to another installation, and from one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from app.core.bundles import BundleReport, NameConflictRule
from app.core.clock import Clock
from app.core.errors import ExportFailed, ImportUnreadable, InvalidPassword
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person
from app.core.roles import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from app.services.people.template_migration import TemplateMigrator
from app.services.recognition.gallery_cache import GalleryCache
from app.store.bundles.bundle_file import BundleHeader, BundleWriter, read_header, read_lines, replacing
from app.store.bundles.bundle_records import BundledPerson, from_line, to_line
from app.store.bundles.bundle_repository import BundleRepository
from app.vision.manifest import EmbedderRow

Progress = Callable[[int], None]
"""Told how many people are done."""


class BundleService:
    """Writes bundles and takes people in from them. Every method may raise StoreError.

    Args:
        people: Where they are stored.
        keeper: Told of every change.
        row: Of the model in use, whose templates alone are taken in.
        renewal: Makes templates of the pictures that came beside those of another model.
        clock: Dates the bundles.
    """

    def __init__(
        self,
        people: BundleRepository,
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        renewal: TemplateMigrator,
        clock: Clock,
    ) -> None:
        self._people = people
        self._gallery_cache = gallery_cache
        self._row = row
        self._renewal = renewal
        self._clock = clock

    def export(
        self,
        people: list[Person],
        path: Path,
        passphrase: str,
        *,
        thumbnails: bool = True,
        progress: Progress = lambda _: None,
    ) -> int:
        """Write people into one file, which appears only once it is whole.

        Args:
            people: Whom.
            path: Replaced if it exists.
            passphrase: Whoever is to read it needs it; without it nobody can.
            thumbnails: Whether small pictures go along, where they were kept.
            progress: See `Progress`.

        Returns:
            How many people are in it.

        Raises:
            InvalidPassword: The passphrase is guessed too easily.
            ExportFailed: It cannot be written.
        """
        if len(passphrase) < MIN_PASSWORD_LENGTH:
            raise InvalidPassword(shortest=MIN_PASSWORD_LENGTH, longest=MAX_PASSWORD_LENGTH)
        written = 0
        try:
            with replacing(path) as file:
                writer = BundleWriter(file, passphrase, len(people), self._clock.now().isoformat())
                for record in self._people.records([person.id for person in people], thumbnails=thumbnails):
                    writer.write(to_line(record))
                    written += 1
                    progress(written)
                writer.finish()
        except OSError as error:
            raise ExportFailed(path=path, reason=error.strerror or error) from error
        return written

    def look(self, path: Path) -> BundleHeader:
        """What a bundle says of itself, without its passphrase.

        Raises:
            ImportUnreadable: It cannot be read.
            BundleError: It is no bundle that can be used; one of its classes.
        """
        try:
            return read_header(path)
        except OSError as error:
            raise _unreadable(path, error) from error

    def import_people(
        self,
        path: Path,
        passphrase: str,
        rule: NameConflictRule = NameConflictRule.SKIP,
        *,
        dry_run: bool = False,
        bring_back: bool = False,
        progress: Progress = lambda _: None,
    ) -> BundleReport:
        """Take everybody in from a bundle, or, where anything is wrong with it, nobody.

        Args:
            path: The file.
            passphrase: Of the bundle.
            rule: What to do with somebody whose name somebody else has here.
            dry_run: Only say what would be done.
            bring_back: Whether to take those in who were erased here: as somebody new, with another id.
            progress: See `Progress`.

        Raises:
            ImportUnreadable: It cannot be read.
            BundleError: It is no bundle that can be used; one of its classes.
        """
        made_by = (self._row.name, self._row.space)
        try:
            for _ in self._records(path, passphrase):
                """To its end, before anything is changed."""
            made: list[int] = []
            counted = _counting(self._renewing(self._records(path, passphrase), made), progress)
            people = self._people.import_people(counted, made_by, rule, dry_run=dry_run, bring_back=bring_back)
        except OSError as error:
            raise _unreadable(path, error) from error
        if not dry_run:
            self._gallery_cache.refresh()
        told = (replace(one, renewed=min(number, one.templates)) for one, number in zip(people, made, strict=True))
        return BundleReport(tuple(told), dry_run)

    def _renewing(self, records: Iterator[BundledPerson], made: list[int]) -> Iterator[BundledPerson]:
        """Beside the templates of another model, those that can be made of their pictures; how many, in `made`."""
        for record in records:
            renewed = self._renewal.renewed(record.templates)
            made.append(len(renewed))
            yield replace(record, templates=(*record.templates, *renewed))

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
