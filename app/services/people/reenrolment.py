"""Who has to be enrolled again since the model was changed, and how far that is."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.people import Person
from app.services.people.people_index import PeopleIndex, Standing, TemplateCoverage
from app.services.people.template_migration import TemplateMigrator
from app.services.recognition.gallery_cache import GalleryCache
from app.store.people.templates import TemplateRepository
from app.vision.manifest import EmbedderRow

log = logging.getLogger(__name__)

_CONCERNED = {Standing.ACTIVE, Standing.NOT_YET}
"""Whoever is not to be recognised any more need not come again."""


@dataclass(frozen=True, slots=True)
class ReenrolmentQueue:
    """Who is to be enrolled again.

    Attributes:
        people: By name; those who were skipped come last.
        total: How many there were in the beginning.
        model: The manifest name of the model in use.
    """

    people: tuple[Person, ...] = ()
    total: int = 0
    model: str = ""

    @property
    def done(self) -> int:
        """How many are enrolled again."""
        return self.total - len(self.people)


@dataclass(frozen=True, slots=True)
class ModelChangeEstimate:
    """What another model would mean.

    Attributes:
        people: How many would have no template of it.
        pictured: How many of them have kept pictures that are large enough for it.
    """

    people: int
    pictured: int


class ProgressFile:
    """What is to be remembered between two starts: how many there were, and who was skipped. Ids, and no names.

    Args:
        path: Written for this user only (0600). What cannot be read begins anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, space: str) -> tuple[int, frozenset[str]]:
        """How many there were, and the ids of those who were skipped.

        Args:
            space: Of the model that they are enrolled for; of another one, nothing is remembered.
        """
        try:
            kept: Any = json.loads(self._path.read_text(encoding="utf-8"))
            if kept["space"] == space:
                return int(kept["total"]), frozenset(map(str, kept["skipped"]))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("how far enrolling again was cannot be read: %s", error)
        return 0, frozenset()

    def save(self, space: str, total: int, skipped: frozenset[str]) -> None:
        """Remember it. What cannot be written is logged: the people themselves say who is left."""
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump({"space": space, "total": total, "skipped": sorted(skipped)}, file)
            part.replace(self._path)
        except OSError as error:
            log.warning("how far enrolling again is cannot be kept: %s", error)

    def forget(self) -> None:
        """Nobody is left."""
        self._path.unlink(missing_ok=True)


class ReenrolmentService:
    """Says who is left, and takes over whoever can be from kept pictures. Every method may raise StoreError.

    Args:
        templates: Where they are stored.
        roster: Gives everybody.
        keeper: Told of every change.
        row: Of the model in use.
        others: Gives the row of another model, by its name.
        renewal: Makes templates of kept pictures.
        progress: Remembers how far it is.
    """

    def __init__(
        self,
        templates: TemplateRepository,
        roster: Callable[[], PeopleIndex],
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        others: Callable[[str], EmbedderRow],
        renewal: TemplateMigrator,
        progress: ProgressFile,
    ) -> None:
        self._templates = templates
        self._people_index = roster
        self._gallery_cache = gallery_cache
        self._row = row
        self._others = others
        self._renewal = renewal
        self._progress = progress

    def queue(self) -> ReenrolmentQueue:
        """Who has to be enrolled again, now."""
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

    def skip(self, person: Person) -> None:
        """Ask for the others first."""
        total, skipped = self._progress.load(self._row.space)
        self._progress.save(self._row.space, total, skipped | {person.id})

    def renew(self) -> Iterator[int]:
        """Take over whoever has kept pictures that are good enough; go on by asking for the next value.

        Yields:
            How many people have been taken over so far.
        """
        pictured = self._templates.pictured()
        done = 0
        for person in self._outdated():
            made = self._renewal.renewed(self._templates.stored(person.id)) if person.id in pictured else []
            if made:
                self._templates.renew(person.id, made)
                done += 1
                yield done
        if done:
            self._gallery_cache.refresh()

    def estimate_model_change(self, model: str) -> ModelChangeEstimate:
        """What another model would mean for those who are enrolled.

        Args:
            model: Its manifest name.

        Raises:
            ModelMissing: There is none of that name.
        """
        row = self._others(model)
        roster = self._people_index()
        usable = self._templates.counts(row.name, row.space)
        then = [entry.person.id for entry in roster.entries if entry.standing in _CONCERNED]
        lost = {id_ for id_ in then if not usable.get(id_)}
        large = row.input_size[0] <= self._row.input_size[0]
        return ModelChangeEstimate(len(lost), len(lost & self._templates.pictured()) if large else 0)

    def _outdated(self) -> list[Person]:
        """Nearly always nobody, which is found without everybody being read."""
        if not self._templates.has_people_without(self._row.name, self._row.space):
            return []
        entries = self._people_index().entries
        return [one.person for one in entries if one.coverage is TemplateCoverage.NONE and one.standing in _CONCERNED]
