"""Who is enrolled."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Unpack

from sqlalchemy import select

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.errors import InvalidChange, StoreError, UnknownPerson
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Consent, Person, PersonChanges
from app.store.crypto.encrypted_columns import PersonalData, badge_index
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import PersonRow
from app.store.people.audited_transactions import AuditedChange, AuditedTransactions
from app.store.people.deletion import delete_person, erased_ids, reassign
from app.store.people.enrolment import enrol, enrol_many
from app.store.people.names import clean_name, name_key
from app.store.people.profile import add_consent, apply_changes, clean_badge, consents_of, group_names, set_groups
from app.store.people.queries import (
    decrypt_personal,
    encrypt_personal,
    ensure_names_free,
    has_name_key,
    load_person,
    person_row,
    search_key,
    select_people,
    select_person,
)
from app.store.people.templates import store_templates
from app.store.people.vectors import NewTemplate

__all__ = ["NewTemplate", "PeopleRepository"]

log = logging.getLogger(__name__)


class PeopleRepository:
    """People in the database; usable from every thread at once.

    Every method may raise StoreError; a method that changes something has then changed nothing.

    Args:
        database: Open.
        clock: Dates what is stored.
        actor: Who changes it, for the audit trail.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._journal = AuditedTransactions(database, clock, actor)

    def add(
        self,
        name: str,
        templates: Sequence[NewTemplate],
        *,
        consent: Consent | None = None,
        **personal: Unpack[PersonChanges],
    ) -> Person:
        """Enrol somebody, with all that is given or not at all.

        Args:
            name: Cleaned here.
            templates: May be empty.
            consent: What the person has agreed to.
            personal: What else is known.

        Raises:
            InvalidName: The name cannot be stored.
            AlreadyEnrolled: Somebody has a name that is held the same.
            InvalidChange: Something else cannot be stored so.
            BadgeTaken: Somebody has the badge number.
            ValueError: The templates of one model differ in size.
        """
        with self._journal.changing() as change:
            return load_person(change.session, enrol(change, name, templates, consent, personal))

    def add_all(self, people: Iterable[tuple[str, Sequence[NewTemplate]]]) -> list[str]:
        """Enrol many, all or none.

        Args:
            people: The name and the templates of each.

        Returns:
            Their ids.

        Raises:
            InvalidName: A name cannot be stored.
            AlreadyEnrolled: Two names are held the same, or somebody has one.
            ValueError: The templates of one model differ in size.
        """
        with self._journal.changing() as change:
            return enrol_many(change, people)

    def add_templates(
        self, person_id: str, templates: Sequence[NewTemplate], *, consent: Consent | None = None
    ) -> Person:
        """Add templates to somebody, all or none.

        Args:
            person_id: Whose they are.
            templates: May be empty.
            consent: What the person has agreed to this time.

        Raises:
            UnknownPerson: Nobody has that id.
            ValueError: The templates of one model differ in size.
        """
        with self._journal.changing() as change:
            person_row(change.session, person_id).updated_at = change.now
            if consent is not None:
                add_consent(change.session, person_id, consent)
            store_templates(change, (person_id, templates))
            change.note(AuditKind.TEMPLATES_ADDED, person_id, templates=len(templates))
            return load_person(change.session, person_id)

    def get(self, person_id: str) -> Person:
        """The person of that id.

        Raises:
            UnknownPerson: Nobody has it.
        """
        with self._database.reading() as session:
            return load_person(session, person_id)

    def find(self, name_or_id: str) -> Person:
        """The person of that id, else the one whose name is held the same.

        Raises:
            UnknownPerson: There is neither.
        """
        with self._database.reading() as session:
            try:
                return load_person(session, name_or_id)
            except UnknownPerson:
                return select_person(session, has_name_key(session, search_key(name_or_id)), name_or_id)

    def with_badge(self, badge: str) -> Person:
        """The person who has that badge number.

        Raises:
            InvalidChange: It is no badge number.
            UnknownPerson: Nobody has it.
        """
        with self._database.reading() as session:
            index = badge_index(vault_of(session), clean_badge(badge))
            return select_person(session, PersonRow.badge_index == index, badge)

    def all(self) -> list[Person]:
        """Everybody, by name."""
        with self._database.reading() as session:
            return select_people(session)

    def groups(self) -> list[str]:
        """The names of all groups, sorted."""
        with self._database.reading() as session:
            return group_names(session)

    def consents_of(self, person_id: str) -> list[Consent]:
        """All that somebody has agreed to, the newest first.

        Raises:
            UnknownPerson: Nobody has that id.
        """
        with self._database.reading() as session:
            return consents_of(session, person_row(session, person_id).id)

    def rename(self, person_id: str, name: str) -> Person:
        """Give somebody another name; how their own is written may change too.

        Raises:
            InvalidName: The name cannot be stored.
            UnknownPerson: Nobody has that id.
            AlreadyEnrolled: Somebody else has a name that is held the same.
        """
        return self.change(person_id, name=name)

    def change(self, person_id: str, *, name: str | None = None, **changes: Unpack[PersonChanges]) -> Person:
        """Change what is kept of somebody, all that is given or nothing.

        Args:
            person_id: Whom.
            name: The new one, if any.
            changes: What else there is to change.

        Raises:
            InvalidName: The name, or that of a group, cannot be stored.
            UnknownPerson: Nobody has that id.
            AlreadyEnrolled: Somebody else has a name that is held the same.
            InvalidChange: Something else cannot be stored so.
            BadgeTaken: Somebody else has the badge number.
        """
        with self._journal.changing() as change:
            row = person_row(change.session, person_id)
            if name is not None:
                _rename(change, row, name)
            if changes:
                apply_changes(change.session, row, changes)
                fields = ", ".join(sorted(changes))
                change.note(AuditKind.PERSON_CHANGED, person_id, fields=fields, active=row.active)
            row.updated_at = change.now
            change.session.flush()
            return load_person(change.session, person_id)

    def merge(self, kept_id: str, other_id: str) -> Person:
        """Make one of two entries of the same person: the kept one gets everything of the other, which goes.

        Raises:
            UnknownPerson: Nobody has one of the ids.
            InvalidChange: Both are the same entry.
        """
        if kept_id == other_id:
            raise InvalidChange(
                QT_TRANSLATE_NOOP("errors", "A person cannot be merged with themselves."),
                QT_TRANSLATE_NOOP("errors", "Choose two different entries."),
            )
        with self._journal.changing() as change:
            session = change.session
            kept, other = person_row(session, kept_id), person_row(session, other_id)
            groups = {*load_person(session, kept_id).groups, *load_person(session, other_id).groups}
            reassign(session, other_id, kept_id)
            set_groups(session, kept_id, groups)
            own, others = decrypt_personal(session, kept), decrypt_personal(session, other)
            session.delete(other)
            session.flush()
            encrypt_personal(session, kept, PersonalData(own.name, own.badge or others.badge, own.note or others.note))
            kept.updated_at = change.now
            session.flush()
            change.note(AuditKind.PEOPLE_MERGED, kept_id, merged=other_id)
            change.people.add(other_id)
            merged = load_person(session, kept_id)
        self.truncate_wal()
        return merged

    def delete(self, person_id: str) -> bool:
        """Erase somebody and all that is kept of them, down to the bytes in the files.

        Args:
            person_id: Whom. The id alone stays, in the audit trail, as a pseudonym.

        Returns:
            False while the write-ahead log still holds traces: see `truncate_wal`.

        Raises:
            UnknownPerson: Nobody has that id.
        """
        with self._journal.changing() as change:
            delete_person(change, person_id, AuditKind.PERSON_ERASED)
        return self.truncate_wal()

    def delete_expired(self, now: datetime) -> list[Person]:
        """Erase everybody whose time is up, in one step, and say whom."""
        if not self._expired(now):
            return []
        with self._journal.changing() as change:
            gone = select_people(change.session, PersonRow.delete_after <= now)
            for person in gone:
                delete_person(change, person.id, AuditKind.PERSON_EXPIRED)
        return gone

    def erased_ids(self) -> list[str]:
        """The ids of everybody who has been erased, as far back as the audit trail goes."""
        with self._database.reading() as session:
            return erased_ids(session)

    def truncate_wal(self) -> bool:
        """Have nothing of the erased left in the write-ahead log.

        Returns:
            False while that cannot be: another program is reading, or the disk is full. It is tried again later.
        """
        try:
            return self._database.checkpoint()
        except StoreError as error:
            log.warning("erased, but the log still has to be emptied: %s", error)
            return False

    def _expired(self, now: datetime) -> bool:
        query = select(PersonRow.id).where(PersonRow.delete_after <= now).limit(1)
        with self._database.reading() as session:
            return session.scalars(query).first() is not None


def _rename(change: AuditedChange, row: PersonRow, name: str) -> None:
    name = clean_name(name)
    ensure_names_free(change.session, name_key(name), but=row.id)
    encrypt_personal(change.session, row, replace(decrypt_personal(change.session, row), name=name))
    change.session.flush()
    change.note(AuditKind.PERSON_RENAMED, row.id)
