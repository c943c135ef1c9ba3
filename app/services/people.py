"""Who is enrolled, and what can be done about it."""

from dataclasses import dataclass

from app.core.types import Person, Template
from app.services.galleries import GalleryKeeper
from app.store.people import PeopleRepository


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """A person with all templates."""

    person: Person
    templates: tuple[Template, ...]


class PeopleService:
    """Lists, renames and deletes people.

    Args:
        people: Where they are stored.
        keeper: Told of every change.
    """

    def __init__(self, people: PeopleRepository, keeper: GalleryKeeper) -> None:
        self._people = people
        self._keeper = keeper

    def revision(self) -> int:
        """A number that rises with every change, whoever makes it; cheap to ask for."""
        return self._people.revision()

    def all(self, search: str = "") -> list[Person]:
        """Everybody whose name holds `search`, by name."""
        return self._people.all(search)

    def find(self, name_or_id: str) -> Person:
        """The person meant.

        Raises:
            UnknownPerson: There is none.
        """
        return self._people.find(name_or_id)

    def details(self, name_or_id: str) -> PersonDetails:
        """The person meant, with all templates.

        Raises:
            UnknownPerson: There is none.
        """
        person = self._people.find(name_or_id)
        return PersonDetails(person, tuple(self._people.templates_of(person.id)))

    def rename(self, person: Person, name: str) -> Person:
        """Give a person another name.

        Raises:
            InvalidName: It cannot be stored.
            AlreadyEnrolled: Somebody else has it.
        """
        renamed = self._people.rename(person.id, name)
        self._keeper.refresh()
        return renamed

    def delete(self, person: Person) -> None:
        """Remove a person and all templates for good.

        Raises:
            UnknownPerson: Already gone.
        """
        self._people.delete(person.id)
        self._keeper.refresh()
