"""Who is enrolled, and what can be done about it."""

from dataclasses import dataclass
from typing import Unpack

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.people import Anchor, Consent, Person, PersonChanges, Template
from app.core.types import Embedding
from app.services.galleries import GalleryKeeper
from app.store.anchors import AnchorRepository
from app.store.backups import Backups
from app.store.people import PeopleRepository
from app.store.templates import TemplateRepository


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
    anchors: tuple[Anchor, ...] = ()


class PeopleService:
    """Lists, changes and erases people. Every method may raise StoreError.

    Args:
        people: Where they are stored.
        templates: Where their templates are.
        anchors: Where the faces are that are not theirs.
        keeper: Told of every change.
        clock: Says whose time is up.
        backups: From which the erased are erased too.
    """

    def __init__(
        self,
        people: PeopleRepository,
        templates: TemplateRepository,
        anchors: AnchorRepository,
        keeper: GalleryKeeper,
        clock: Clock,
        backups: Backups,
    ) -> None:
        self._people = people
        self._templates = templates
        self._anchors = anchors
        self._keeper = keeper
        self._clock = clock
        self._backups = backups

    def revision(self) -> int:
        """A number that rises with every change, whoever makes it; cheap to ask for."""
        return self._templates.revision()

    def all(self, search: str = "") -> list[Person]:
        """Everybody whose name holds `search`, by name."""
        return self._people.all(search)

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

    def thumbnail(self, template: Template) -> bytes | None:
        """The small JPEG kept beside a template; None where none is."""
        return self._templates.thumbnail(template.id)

    def rename(self, person: Person, name: str) -> Person:
        """Give a person another name.

        Raises:
            InvalidName: It cannot be stored.
            AlreadyEnrolled: Somebody else has it.
        """
        renamed = self._people.rename(person.id, name)
        self._keeper.refresh()
        return renamed

    def change(self, person: Person, **changes: Unpack[PersonChanges]) -> Person:
        """Change what is kept of a person beside the name, all that is given or nothing.

        Raises:
            UnknownPerson: Already gone.
            InvalidChange: Something cannot be stored so.
            InvalidName: A group's name cannot.
            BadgeTaken: Somebody else has the badge number.
        """
        changed = self._people.change(person.id, **changes)
        self._keeper.refresh()
        return changed

    def merge(self, kept: Person, other: Person) -> Person:
        """Make one of two entries of the same person.

        Raises:
            UnknownPerson: One is already gone.
            InvalidChange: Both are the same entry.
        """
        merged = self._people.merge(kept.id, other.id)
        self._keeper.refresh()
        return merged

    def retire(self, template: Template, *, retired: bool = True) -> None:
        """Compare a template no more, or again.

        Raises:
            InvalidChange: It is gone.
        """
        self._templates.retire(template.id, retired=retired)
        self._keeper.refresh()

    def mark_as_not(self, person: Person, face: Embedding, model_sha256: str, similarity: float) -> Anchor:
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
        self._keeper.refresh()
        return anchor

    def unmark(self, anchor: Anchor) -> None:
        """Forget such a face.

        Raises:
            InvalidChange: It is gone.
        """
        self._anchors.remove(anchor.id)
        self._keeper.refresh()

    def delete(self, person: Person) -> None:
        """Erase a person and all that is kept of them, in the backups too, for good.

        Raises:
            UnknownPerson: Already gone.
        """
        self._people.delete(person.id)
        self._keeper.refresh()
        self._backups.erase([person.id])

    def erase_expired(self) -> list[Person]:
        """Erase everybody whose time is up, and say whom."""
        now = self._clock.now()
        expired = [p for p in self._people.all() if p.delete_after is not None and p.delete_after <= now]
        for person in expired:
            self._people.delete(person.id, AuditKind.PERSON_EXPIRED)
        if expired:
            self._keeper.refresh()
            self._backups.erase([person.id for person in expired])
        return expired
