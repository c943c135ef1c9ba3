"""Re-enrolment after a change of model: who needs new templates, and how many are done."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.atomic_file import write_atomically
from app.core.people import Person
from app.core.roles import Permission
from app.services.access.permissions import Access, Service, requires
from app.services.people.people_index import PeopleIndex, Standing, TemplateCoverage
from app.services.people.template_migration import TemplateMigrator
from app.services.recognition.gallery_cache import GalleryCache
from app.store.people.templates import TemplateRepository
from app.vision.manifest import EmbedderRow

log = logging.getLogger(__name__)

_RELEVANT = {Standing.ACTIVE, Standing.NOT_YET}
"""People who are inactive or expired need no re-enrolment."""


@dataclass(frozen=True, slots=True)
class ReenrolmentQueue:
    """People without a template of the model in use.

    Attributes:
        people: Sorted by name; skipped people come last.
        total: How many there were after the change of model.
        model: Manifest name of the model in use.
    """

    people: tuple[Person, ...] = ()
    total: int = 0
    model: str = ""

    @property
    def done(self) -> int:
        """How many people have been re-enrolled."""
        return self.total - len(self.people)


@dataclass(frozen=True, slots=True)
class ModelChangeEstimate:
    """What a change to another model would require.

    Attributes:
        people: How many people would have no template of it.
        pictured: How many of these have thumbnails large enough for a migration.
    """

    people: int
    pictured: int


class ProgressFile:
    """Progress between two starts of the program: the total and the skipped people, as ids without names.

    Args:
        path: The file, readable for this user only (0600). An unreadable file counts as empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, space: str) -> tuple[int, frozenset[str]]:
        """Return the total and the ids of skipped people.

        Args:
            space: Vector space of the model in use. Progress of another space counts as empty.
        """
        try:
            stored: Any = json.loads(self._path.read_text(encoding="utf-8"))
            if stored["space"] == space:
                return int(stored["total"]), frozenset(map(str, stored["skipped"]))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the progress of the re-enrolment cannot be read: %s", error)
        return 0, frozenset()

    def save(self, space: str, total: int, skipped: frozenset[str]) -> None:
        """Store the progress; an error is logged only, since the database tells who is left.

        Args:
            space: Vector space of the model in use.
            total: How many people there were after the change of model.
            skipped: Ids of skipped people.
        """
        content = json.dumps({"space": space, "total": total, "skipped": sorted(skipped)})
        try:
            write_atomically(self._path, content, durable=False)
        except OSError as error:
            log.warning("the progress of the re-enrolment cannot be stored: %s", error)

    def forget(self) -> None:
        """Delete the file, when no person is left."""
        self._path.unlink(missing_ok=True)


class ReenrolmentService(Service):
    """Lists who needs re-enrolment, and migrates people with thumbnails. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        templates: Repository of templates.
        people_index: Returns the index of all people.
        gallery_cache: Refreshed after every change.
        row: Manifest row of the model in use.
        others: Returns the row of another model by its name.
        migrator: Makes templates from thumbnails.
        progress: Stores the progress.
    """

    def __init__(
        self,
        access: Access,
        templates: TemplateRepository,
        people_index: Callable[[], PeopleIndex],
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        others: Callable[[str], EmbedderRow],
        migrator: TemplateMigrator,
        progress: ProgressFile,
    ) -> None:
        super().__init__(access)
        self._templates = templates
        self._people_index = people_index
        self._gallery_cache = gallery_cache
        self._row = row
        self._others = others
        self._migrator = migrator
        self._progress = progress

    @requires(Permission.ENROL)
    def queue(self) -> ReenrolmentQueue:
        """Return the people who need re-enrolment now."""
        left = self._outdated()
        total, skipped = self._progress.load(self._row.space)
        if not left:
            self._progress.forget()
            return ReenrolmentQueue(model=self._row.name)
        most = max(total, len(left))
        if most != total:
            self._progress.save(self._row.space, most, skipped)
        ordered = sorted(left, key=lambda person: person.id in skipped)
        return ReenrolmentQueue(tuple(ordered), most, self._row.name)

    @requires(Permission.ENROL)
    def skip(self, person: Person) -> None:
        """Move a person to the end of the queue."""
        total, skipped = self._progress.load(self._row.space)
        self._progress.save(self._row.space, total, skipped | {person.id})

    @requires(Permission.ENROL)
    def migrate(self) -> Iterator[int]:
        """Migrate people whose thumbnails are of sufficient quality, one for each step of the generator.

        Yields:
            How many people have been migrated so far.
        """
        pictured = self._templates.people_with_thumbnails()
        done = 0
        for person in self._outdated():
            made = self._migrator.migrate(self._templates.with_thumbnails(person.id)) if person.id in pictured else []
            if made:
                self._templates.add_migrated(person.id, made)
                done += 1
                yield done
        if done:
            self._gallery_cache.refresh()

    @requires(Permission.SEE_PEOPLE)
    def estimate_model_change(self, model: str) -> ModelChangeEstimate:
        """Estimate what a change to another model would require.

        Args:
            model: Manifest name of the other model.

        Raises:
            ModelMissing: The manifest has no model of that name.
        """
        row = self._others(model)
        usable = self._templates.counts(row.name, row.space)
        relevant = [entry.person.id for entry in self._people_index().entries if entry.standing in _RELEVANT]
        lost = {id_ for id_ in relevant if not usable.get(id_)}
        large = row.input_size[0] <= self._row.input_size[0]
        return ModelChangeEstimate(len(lost), len(lost & self._templates.people_with_thumbnails()) if large else 0)

    def _outdated(self) -> list[Person]:
        """Return people without a template of the model; one query tells the usual case that there are none."""
        if not self._templates.has_people_without(self._row.name, self._row.space):
            return []
        entries = self._people_index().entries
        return [one.person for one in entries if one.coverage is TemplateCoverage.NONE and one.standing in _RELEVANT]
