"""Who is enrolled, and what can be done about it."""

import logging
from dataclasses import dataclass
from typing import Unpack

from app.core.clock import Clock
from app.core.errors import StoreError
from app.core.faces import Embedding
from app.core.people import Consent, NegativeTemplate, Person, PersonChanges, Template
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
    """A person and all that is kept of them.

    Attributes:
        person: Who.
        templates: The oldest first, the retired ones too.
        consents: The newest first.
        anchors: Faces marked as not this person, the oldest first.
    """

    person: Person
    templates: tuple[Template, ...]
    consents: tuple[Consent, ...] = ()
    anchors: tuple[NegativeTemplate, ...] = ()


class PeopleService:
    """Lists, changes and erases people. Every method may raise StoreError.

    Args:
        people: Where they are stored.
        templates: Where their templates are.
        anchors: Where the faces are that are not theirs.
        keeper: Told of every change.
        row: Of the model in use.
        clock: Says whose time is up.
        backups: From which the erased are erased too.
    """

    def __init__(
        self,
        people: PeopleRepository,
        templates: TemplateRepository,
        anchors: NegativeTemplateRepository,
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        clock: Clock,
        backups: Backups,
    ) -> None:
        self._people = people
        self._templates = templates
        self._anchors = anchors
        self._gallery_cache = gallery_cache
        self._row = row
        self._clock = clock
        self._backups = backups

    def all(self) -> list[Person]:
        """Everybody, by name."""
        return self._people.all()

    def roster(self) -> PeopleIndex:
        """Everybody, ready to be searched, filtered and sorted."""
        revision = self._templates.revision()
        usable = self._templates.counts(self._row.name, self._row.space)
        return build_people_index(revision, self._people.all(), usable, self._clock.now())

    def is_current(self, roster: PeopleIndex) -> bool:
        """Whether nothing has changed since, whoever might have changed it, and nobody's time has come. Cheap."""
        over = roster.until is not None and self._clock.now() >= roster.until
        return not over and self._templates.revision() == roster.revision

    def groups(self) -> list[str]:
        """The names of all groups, sorted."""
        return self._people.groups()

    def find(self, name_or_id: str) -> Person:
        """The person meant.

        Raises:
            UnknownPerson: There is none.
        """
        return self._people.find(name_or_id)

    def with_badge(self, badge: str) -> Person:
        """The person who has that badge number.

        Raises:
            InvalidChange: It is no badge number.
            UnknownPerson: Nobody has it.
        """
        return self._people.with_badge(badge)

    def details(self, name_or_id: str) -> PersonDetails:
        """The person meant, with all that is kept.

        Raises:
            UnknownPerson: There is none.
        """
        person = self._people.find(name_or_id)
        return PersonDetails(
            person,
            tuple(self._templates.of(person.id)),
            tuple(self._people.consents_of(person.id)),
            tuple(self._anchors.of(person.id)),
        )

    def template(self, beginning: str) -> Template:
        """The template whose id begins so.

        Raises:
            InvalidChange: There is none, or more than one.
        """
        return self._templates.find(beginning)

    def anchor(self, beginning: str) -> NegativeTemplate:
        """The anchor whose id begins so.

        Raises:
            InvalidChange: There is none, or more than one.
        """
        return self._anchors.find(beginning)

    def thumbnail(self, template: Template) -> bytes | None:
        """The small JPEG kept beside a template; None where none is."""
        return self._templates.thumbnail(template.id)

    def rename(self, person: Person, name: str) -> Person:
        """Give a person another name.

        Raises:
            InvalidName: It cannot be stored.
            AlreadyEnrolled: Somebody else has it.
        """
        return self.change(person, name=name)

    def change(self, person: Person, *, name: str | None = None, **changes: Unpack[PersonChanges]) -> Person:
        """Change what is kept of a person, all that is given or nothing.

        Args:
            person: Whom.
            name: The new one, if any.
            changes: What else there is to change.

        Raises:
            UnknownPerson: Already gone.
            InvalidName: The name, or that of a group, cannot be stored.
            AlreadyEnrolled: Somebody else has the name.
            InvalidChange: Something else cannot be stored so.
            BadgeTaken: Somebody else has the badge number.
        """
        changed = self._people.change(person.id, name=name, **changes)
        self._gallery_cache.refresh()
        return changed

    def merge(self, kept: Person, other: Person) -> Person:
        """Make one of two entries of the same person.

        Raises:
            UnknownPerson: One is already gone.
            InvalidChange: Both are the same entry.
        """
        merged = self._people.merge(kept.id, other.id)
        self._gallery_cache.refresh()
        return merged

    def retire(self, template: Template, *, retired: bool = True) -> None:
        """Compare a template no more, or again.

        Raises:
            InvalidChange: It is gone.
        """
        self._templates.retire(template.id, retired=retired)
        self._gallery_cache.refresh()

    def add_negative_template(
        self, person: Person, face: Embedding, model_sha256: str, similarity: float
    ) -> NegativeTemplate:
        """Keep a face as not this person's: from now on it must not be taken for them.

        Args:
            person: Whom the face is not.
            face: What had matched.
            model_sha256: Of the weights that made it.
            similarity: Cosine by which it had matched, -1 to 1.

        Raises:
            UnknownPerson: Already gone.
        """
        anchor = self._anchors.add(person.id, face, model_sha256, similarity)
        self._gallery_cache.refresh()
        return anchor

    def remove_negative_template(self, anchor: NegativeTemplate) -> None:
        """Forget such a face.

        Raises:
            InvalidChange: It is gone.
        """
        self._anchors.remove(anchor.id)
        self._gallery_cache.refresh()

    def erase(self, person: Person) -> bool:
        """Erase a person and all that is kept of them, in the backups too, for good.

        Returns:
            False while traces are left that cannot be reached: another program reads the database, so that its
            write-ahead log must stay, or a backup cannot be written. `erase_expired` tries again.

        Raises:
            UnknownPerson: Already gone.
        """
        emptied = self._people.delete(person.id)
        self._gallery_cache.refresh()
        return self._erase_from_backups() and emptied

    def erase_expired(self) -> list[Person]:
        """Erase everybody whose time is up, and say whom; traces that an earlier erasure had to leave go too."""
        expired = self._people.delete_expired(self._clock.now())
        if expired:
            self._gallery_cache.refresh()
        self._people.truncate_wal()
        self._erase_from_backups()
        return expired

    def _erase_from_backups(self) -> bool:
        """Take whoever has ever been erased out of every backup: one may have been out of reach at the time."""
        try:
            self._backups.erase(self._people.erased_ids())
        except StoreError as error:
            log.warning("the erased are still in a backup: %s", error)
            return False
        return True
