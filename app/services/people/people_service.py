"""List, change and erase the people enrolled."""

import logging
from dataclasses import dataclass
from typing import Unpack

from app.core.clock import Clock
from app.core.errors import StoreError
from app.core.faces import Embedding
from app.core.people import Consent, NegativeTemplate, Person, PersonChanges, Template
from app.core.roles import Permission
from app.services.access.permissions import Access, Service, open_to_all, requires
from app.services.people.people_index import PeopleIndex, build_people_index
from app.services.recognition.gallery_cache import GalleryCache
from app.store.backup.backups import Backups
from app.store.people.negative_templates import NegativeTemplateRepository
from app.store.people.repository import PeopleRepository
from app.store.people.templates import TemplateRepository
from app.vision.manifest import EmbedderRow

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """A person with everything stored about them.

    Attributes:
        person: The person.
        templates: Templates, oldest first, including retired ones.
        consents: Consents, newest first.
        negative_templates: Negative templates: faces marked as not this person, oldest first.
    """

    person: Person
    templates: tuple[Template, ...]
    consents: tuple[Consent, ...] = ()
    negative_templates: tuple[NegativeTemplate, ...] = ()


class PeopleService(Service):
    """Lists, changes and erases people. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        people: Repository of people.
        templates: Repository of templates.
        negative_templates: Repository of negative templates.
        gallery_cache: Refreshed after every change.
        row: Manifest row of the model in use.
        clock: Determines who has expired.
        backups: Copies of the database, from which erased people are erased, too.
    """

    def __init__(
        self,
        access: Access,
        people: PeopleRepository,
        templates: TemplateRepository,
        negative_templates: NegativeTemplateRepository,
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        clock: Clock,
        backups: Backups,
    ) -> None:
        super().__init__(access)
        self._people = people
        self._templates = templates
        self._negative_templates = negative_templates
        self._gallery_cache = gallery_cache
        self._row = row
        self._clock = clock
        self._backups = backups

    @requires(Permission.SEE_PEOPLE)
    def all(self) -> list[Person]:
        """Return all people, sorted by name."""
        return self._people.all()

    @requires(Permission.SEE_PEOPLE)
    def people_index(self) -> PeopleIndex:
        """Return an index of all people for search, filters and sorting."""
        revision = self._templates.revision()
        usable = self._templates.counts(self._row.name, self._row.space)
        return build_people_index(revision, self._people.all(), usable, self._clock.now())

    @requires(Permission.SEE_PEOPLE)
    def is_current(self, people_index: PeopleIndex) -> bool:
        """Whether an index still holds: no process changed people, and no validity began or ended. One row is read."""
        over = people_index.until is not None and self._clock.now() >= people_index.until
        return not over and self._templates.revision() == people_index.revision

    @requires(Permission.SEE_PEOPLE)
    def groups(self) -> list[str]:
        """Return the names of all groups, sorted."""
        return self._people.groups()

    @requires(Permission.SEE_PEOPLE)
    def find(self, name_or_id: str) -> Person:
        """Return the person with an id, or else with a name.

        Raises:
            UnknownPerson: No person matches.
        """
        return self._people.find(name_or_id)

    @requires(Permission.SEE_PEOPLE)
    def with_badge(self, badge: str) -> Person:
        """Return the person with a badge number.

        Raises:
            InvalidChange: The text is not a badge number.
            UnknownPerson: No person has it.
        """
        return self._people.with_badge(badge)

    @requires(Permission.SEE_PEOPLE)
    def details(self, name_or_id: str) -> PersonDetails:
        """Return a person with everything stored about them.

        Raises:
            UnknownPerson: No person matches.
        """
        person = self._people.find(name_or_id)
        return PersonDetails(
            person,
            tuple(self._templates.of(person.id)),
            tuple(self._people.consents_of(person.id)),
            tuple(self._negative_templates.of(person.id)),
        )

    @requires(Permission.SEE_PEOPLE)
    def template(self, beginning: str) -> Template:
        """Return the template whose id begins with a text.

        Raises:
            InvalidChange: No template or more than one matches.
        """
        return self._templates.find(beginning)

    @requires(Permission.SEE_PEOPLE)
    def negative_template(self, beginning: str) -> NegativeTemplate:
        """Return the negative template whose id begins with a text.

        Raises:
            InvalidChange: No negative template or more than one matches.
        """
        return self._negative_templates.find(beginning)

    @requires(Permission.SEE_PEOPLE)
    def thumbnail(self, template: Template) -> bytes | None:
        """Return the small JPEG stored with a template; None without one."""
        return self._templates.thumbnail(template.id)

    @requires(Permission.CHANGE_PEOPLE)
    def rename(self, person: Person, name: str) -> Person:
        """Rename a person.

        Args:
            person: The person.
            name: The new name.

        Raises:
            InvalidName: The name cannot be stored.
            AlreadyEnrolled: Another person has the name.
        """
        return self.change(person, name=name)

    @requires(Permission.CHANGE_PEOPLE)
    def change(self, person: Person, *, name: str | None = None, **changes: Unpack[PersonChanges]) -> Person:
        """Change a person's data; all changes or none.

        Args:
            person: The person.
            name: The new name; None keeps the name.
            changes: New values of other fields.

        Raises:
            UnknownPerson: The person has been erased.
            InvalidName: The name of the person or of a group cannot be stored.
            AlreadyEnrolled: Another person has the name.
            InvalidChange: Another value cannot be stored.
            BadgeTaken: Another person has the badge number.
        """
        changed = self._people.change(person.id, name=name, **changes)
        self._gallery_cache.refresh()
        return changed

    @requires(Permission.ERASE_PEOPLE)
    def merge(self, kept: Person, other: Person) -> Person:
        """Merge two entries of the same person.

        Args:
            kept: The entry that stays.
            other: The entry whose templates, consents and negative templates move to `kept`.

        Raises:
            UnknownPerson: One of them has been erased.
            InvalidChange: Both are the same entry.
        """
        merged = self._people.merge(kept.id, other.id)
        self._gallery_cache.refresh()
        return merged

    @requires(Permission.CHANGE_PEOPLE)
    def retire(self, template: Template, *, retired: bool = True) -> None:
        """Exclude a template from comparison, or include it again.

        Args:
            template: The template.
            retired: Whether to exclude it.

        Raises:
            InvalidChange: The template no longer exists.
        """
        self._templates.retire(template.id, retired=retired)
        self._gallery_cache.refresh()

    @requires(Permission.MARK_MATCH)
    def add_negative_template(
        self, person: Person, face: Embedding, model_sha256: str, similarity: float
    ) -> NegativeTemplate:
        """Store a face that is not a person's, so that it and similar faces no longer match them.

        Args:
            person: The person who matched wrongly.
            face: The probe that matched.
            model_sha256: SHA-256 of the model weights, in hexadecimal.
            similarity: Cosine similarity of the wrong match, -1 to 1.

        Raises:
            UnknownPerson: The person has been erased.
        """
        negative_template = self._negative_templates.add(person.id, face, model_sha256, similarity)
        self._gallery_cache.refresh()
        return negative_template

    @requires(Permission.CHANGE_PEOPLE)
    def remove_negative_template(self, negative_template: NegativeTemplate) -> None:
        """Remove a negative template.

        Raises:
            InvalidChange: It no longer exists.
        """
        self._negative_templates.remove(negative_template.id)
        self._gallery_cache.refresh()

    @requires(Permission.ERASE_PEOPLE)
    def erase(self, person: Person) -> bool:
        """Erase a person with all data, from the backups too.

        Returns:
            False while traces remain out of reach: another program reads the database, so the write-ahead log stays, or
            a backup cannot be written. `erase_expired` tries again.

        Raises:
            UnknownPerson: The person has been erased already.
        """
        emptied = self._people.delete(person.id)
        self._gallery_cache.refresh()
        return self._erase_from_backups() and emptied

    @open_to_all
    def erase_expired(self) -> list[Person]:
        """Erase people past their erasure date, and traces that earlier erasures left; return the people.

        Open to all: the retention scheduler calls it, also while no role is signed in.
        """
        expired = self._people.delete_expired(self._clock.now())
        if expired:
            self._gallery_cache.refresh()
        self._people.truncate_wal()
        self._erase_from_backups()
        return expired

    def _erase_from_backups(self) -> bool:
        """Erase all people ever erased from every backup: some backups may have been out of reach before."""
        try:
            self._backups.erase(self._people.erased_ids())
        except StoreError as error:
            log.warning("erased people remain in a backup: %s", error)
            return False
        return True
