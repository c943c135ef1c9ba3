"""The repository of enrolled people."""

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
    """People in the database. Thread-safe.

    Every method may raise StoreError; a change is rolled back then.

    Args:
        database: Open.
        clock: The time of changes.
        actor: Who makes changes, for the audit log.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._transactions = AuditedTransactions(database, clock, actor)

    def add(
        self,
        name: str,
        templates: Sequence[NewTemplate],
        *,
        consent: Consent | None = None,
        **personal: Unpack[PersonChanges],
    ) -> Person:
        """Enrol a person.

        Args:
            name: Is cleaned here.
            templates: May be empty.
            consent: What the person agreed to.
            personal: Further profile data.

        Returns:
            The new person.

        Raises:
            InvalidName: The name is invalid.
            AlreadyEnrolled: Another person has an equivalent name.
            InvalidChange: Other profile data are invalid.
            BadgeTaken: Another person has the badge number.
            ValueError: The templates of one model differ in size.
        """
        with self._transactions.begin() as change:
            return load_person(change.session, enrol(change, name, templates, consent, personal))

    def add_all(self, people: Iterable[tuple[str, Sequence[NewTemplate]]]) -> list[str]:
        """Enrol many people in one transaction.

        Args:
            people: Name and templates of each.

        Returns:
            Their ids, in order.

        Raises:
            InvalidName: A name is invalid.
            AlreadyEnrolled: Two names are equivalent, or a person has one of them.
            ValueError: The templates of one model differ in size.
        """
        with self._transactions.begin() as change:
            return enrol_many(change, people)

    def add_templates(
        self, person_id: str, templates: Sequence[NewTemplate], *, consent: Consent | None = None
    ) -> Person:
        """Add templates to a person.

        Args:
            person_id: The person's id.
            templates: May be empty.
            consent: What the person agreed to this time.

        Returns:
            The person.

        Raises:
            UnknownPerson: No person has this id.
            ValueError: The templates of one model differ in size.
        """
        with self._transactions.begin() as change:
            person_row(change.session, person_id).updated_at = change.now
            if consent is not None:
                add_consent(change.session, person_id, consent)
            store_templates(change, (person_id, templates))
            change.record(AuditKind.TEMPLATES_ADDED, person_id, templates=len(templates))
            return load_person(change.session, person_id)

    def get(self, person_id: str) -> Person:
        """Return a person by id.

        Raises:
            UnknownPerson: No person has this id.
        """
        with self._database.reading() as session:
            return load_person(session, person_id)

    def find(self, name_or_id: str) -> Person:
        """Return a person by id, or else by an equivalent name.

        Raises:
            UnknownPerson: No person matches.
        """
        with self._database.reading() as session:
            try:
                return load_person(session, name_or_id)
            except UnknownPerson:
                return select_person(session, has_name_key(session, search_key(name_or_id)), name_or_id)

    def with_badge(self, badge: str) -> Person:
        """Return the person with a badge number.

        Raises:
            InvalidChange: The text is not a badge number.
            UnknownPerson: No person has it.
        """
        with self._database.reading() as session:
            index = badge_index(vault_of(session), clean_badge(badge))
            return select_person(session, PersonRow.badge_index == index, badge)

    def all(self) -> list[Person]:
        """Return all people, sorted by name."""
        with self._database.reading() as session:
            return select_people(session)

    def groups(self) -> list[str]:
        """Return the names of all groups, sorted."""
        with self._database.reading() as session:
            return group_names(session)

    def consents_of(self, person_id: str) -> list[Consent]:
        """Return the consents of a person, the newest first.

        Raises:
            UnknownPerson: No person has this id.
        """
        with self._database.reading() as session:
            return consents_of(session, person_row(session, person_id).id)

    def rename(self, person_id: str, name: str) -> Person:
        """Rename a person; the new name may be a different spelling of the old one.

        Args:
            person_id: The person's id.
            name: The new name.

        Returns:
            The person.

        Raises:
            InvalidName: The name is invalid.
            UnknownPerson: No person has this id.
            AlreadyEnrolled: Another person has an equivalent name.
        """
        return self.change(person_id, name=name)

    def change(self, person_id: str, *, name: str | None = None, **changes: Unpack[PersonChanges]) -> Person:
        """Change the profile of a person in one transaction.

        Args:
            person_id: The person's id.
            name: The new name, if any.
            changes: Other values to change.

        Returns:
            The person.

        Raises:
            InvalidName: The name of the person or of a group is invalid.
            UnknownPerson: No person has this id.
            AlreadyEnrolled: Another person has an equivalent name.
            InvalidChange: Other values are invalid.
            BadgeTaken: Another person has the badge number.
        """
        with self._transactions.begin() as change:
            row = person_row(change.session, person_id)
            if name is not None:
                _rename(change, row, name)
            if changes:
                apply_changes(change.session, row, changes)
                fields = ", ".join(sorted(changes))
                change.record(AuditKind.PERSON_CHANGED, person_id, fields=fields, active=row.active)
            row.updated_at = change.now
            change.session.flush()
            return load_person(change.session, person_id)

    def merge(self, kept_id: str, other_id: str) -> Person:
        """Merge two entries of the same person: all data of the other entry move to the kept one.

        Args:
            kept_id: The id of the entry to keep.
            other_id: The id of the entry to delete.

        Returns:
            The merged person.

        Raises:
            UnknownPerson: No person has one of the ids.
            InvalidChange: Both ids are the same.
        """
        if kept_id == other_id:
            raise InvalidChange(
                QT_TRANSLATE_NOOP("errors", "A person cannot be merged with themselves."),
                QT_TRANSLATE_NOOP("errors", "Choose two different entries."),
            )
        with self._transactions.begin() as change:
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
            change.record(AuditKind.PEOPLE_MERGED, kept_id, merged=other_id)
            change.people.add(other_id)
            merged = load_person(session, kept_id)
        self.truncate_wal()
        return merged

    def delete(self, person_id: str) -> bool:
        """Erase a person and all their data, overwriting the data in the files.

        Args:
            person_id: The person's id, which remains in the audit log as a pseudonym.

        Returns:
            False while the write-ahead log still holds data of the person; see `truncate_wal`.

        Raises:
            UnknownPerson: No person has this id.
        """
        with self._transactions.begin() as change:
            delete_person(change, person_id, AuditKind.PERSON_ERASED)
        return self.truncate_wal()

    def delete_expired(self, now: datetime) -> list[Person]:
        """Erase all people whose retention period is over, in one transaction, and return them."""
        if not self._expired(now):
            return []
        with self._transactions.begin() as change:
            expired = select_people(change.session, PersonRow.delete_after <= now)
            for person in expired:
                delete_person(change, person.id, AuditKind.PERSON_EXPIRED)
        return expired

    def erased_ids(self) -> list[str]:
        """Return the ids of all erased people that the audit log still knows."""
        with self._database.reading() as session:
            return erased_ids(session)

    def truncate_wal(self) -> bool:
        """Remove the data of erased people from the write-ahead log.

        Returns:
            False if another program is reading or the disk is full; a later attempt is made automatically.
        """
        try:
            return self._database.checkpoint()
        except StoreError as error:
            log.warning("erased, but the write-ahead log is not yet truncated: %s", error)
            return False

    def _expired(self, now: datetime) -> bool:
        query = select(PersonRow.id).where(PersonRow.delete_after <= now).limit(1)
        with self._database.reading() as session:
            return session.scalars(query).first() is not None


def _rename(change: AuditedChange, row: PersonRow, name: str) -> None:
    name = clean_name(name)
    ensure_names_free(change.session, name_key(name), except_id=row.id)
    encrypt_personal(change.session, row, replace(decrypt_personal(change.session, row), name=name))
    change.session.flush()
    change.record(AuditKind.PERSON_RENAMED, row.id)
