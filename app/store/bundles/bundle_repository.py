"""The bundle repository: reads people for export, and imports people in one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Self
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.audit import AuditKind
from app.core.bundles import BundleOutcome, ImportedPerson, NameConflictRule
from app.core.clock import Clock
from app.core.errors import BadgeTaken
from app.store.bundles.bundle_records import BundledPerson
from app.store.database.sqlite import Database
from app.store.database.tables import PersonRow, TemplateRow
from app.store.people.audited_transactions import AuditedChange, AuditedTransactions, batched
from app.store.people.deletion import erased_ids, imported_merge_ids, merged_ids, tombstone_ids
from app.store.people.enrolment import insert_people
from app.store.people.names import clean_name, name_key
from app.store.people.profile import add_consent, apply_changes, consents_of
from app.store.people.queries import decrypt_personal, encrypt_personal, find_name_owner, select_people
from app.store.people.templates import store_templates, stored_templates

ModelKey = tuple[str, str]
"""The manifest name of a model, and the embedding space in which its templates are comparable."""


class _DryRunError(Exception):
    """Rolls back the transaction of a dry run."""


@dataclass(frozen=True, slots=True)
class _PastPeople:
    """People who were enrolled before.

    Attributes:
        erased: The ids of people who were erased here.
        merged: The ids of entries that were merged into others.
        restores_erased: Whether erased people are imported, with a new id.
    """

    erased: frozenset[str]
    merged: frozenset[str]
    restores_erased: bool

    @classmethod
    def of(cls, session: Session, *, restores_erased: bool) -> Self:
        """Read the ids from tombstones and the audit log.

        Args:
            session: To query in.
            restores_erased: Whether erased people are imported, with a new id.

        Returns:
            The erased people and merged entries. Ids that were only merged, here or by import, do not count as erased.
        """
        gone, merged = tombstone_ids(session), merged_ids(session)
        alive = {*merged, *imported_merge_ids(session)} - set(erased_ids(session))
        return cls(frozenset(gone - alive), frozenset(merged), restores_erased)


class BundleRepository:
    """Export and import of people. Every method may raise StoreError.

    Args:
        database: Open.
        clock: The time of changes.
        actor: Who makes changes, for the audit log.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._transactions = AuditedTransactions(database, clock, actor)

    def records(self, person_ids: Sequence[str], *, thumbnails: bool) -> Iterator[BundledPerson]:
        """Yield those of some people who are still enrolled, from one snapshot, holding few in memory.

        Args:
            person_ids: Their ids.
            thumbnails: Whether to include thumbnails.

        Yields:
            The people.
        """
        with self._database.reading() as session:
            for batch in batched(person_ids):
                changed = dict(
                    session.execute(select(PersonRow.id, PersonRow.updated_at).where(PersonRow.id.in_(batch))).all()
                )
                for person in select_people(session, PersonRow.id.in_(batch)):
                    templates = stored_templates(session, person.id)
                    if not thumbnails:
                        templates = [replace(template, thumbnail=None) for template in templates]
                    consents = tuple(consents_of(session, person.id))
                    yield BundledPerson(person, changed[person.id], consents, tuple(templates))

    def import_people(
        self,
        records: Iterable[BundledPerson],
        made_by: ModelKey,
        rule: NameConflictRule,
        *,
        dry_run: bool,
        reimport_erased: bool = False,
    ) -> list[ImportedPerson]:
        """Import people in one transaction.

        Args:
            records: The people.
            made_by: Only templates of this model are imported.
            rule: What to do if another person has the name.
            dry_run: Return the outcomes and roll back.
            reimport_erased: Import people who were erased here as new people with new ids; the tombstones stay.

        Returns:
            The outcome for each person, in order.

        Raises:
            InvalidName: A name is invalid.
            InvalidChange: Other profile data are invalid.
        """
        done: list[ImportedPerson] = []
        with suppress(_DryRunError), self._transactions.begin() as change:
            past = _PastPeople.of(change.session, restores_erased=reimport_erased)
            done += (_import(change, record, made_by, rule, past) for record in records)
            _roll_back_if(dry_run)
        return done


def _roll_back_if(dry_run: bool) -> None:  # noqa: FBT001 - the name says it
    if dry_run:
        raise _DryRunError


def _import(
    change: AuditedChange, record: BundledPerson, made_by: ModelKey, rule: NameConflictRule, past: "_PastPeople"
) -> ImportedPerson:
    session, who = change.session, record.person
    if who.id in past.erased:
        if not past.restores_erased:
            return ImportedPerson(who.name, BundleOutcome.ERASED_HERE)
        who = replace(who, id=uuid4().hex)
        record = replace(record, person=who)
    if who.id in past.merged:
        return ImportedPerson(who.name, BundleOutcome.UNCHANGED)
    name = clean_name(who.name)
    row, holder = session.get(PersonRow, who.id), find_name_owner(session, name_key(name), who.id)
    if row is not None and row.updated_at >= record.updated_at:
        return ImportedPerson(who.name, BundleOutcome.UNCHANGED)
    outcome = BundleOutcome.ADDED if row is None else BundleOutcome.UPDATED
    if holder is not None:
        if rule is NameConflictRule.SKIP:
            return ImportedPerson(who.name, BundleOutcome.NAME_TAKEN)
        if rule is NameConflictRule.MERGE and row is None:
            return _merge(change, holder, record, made_by)
        name, outcome = _free_name(session, name, who.id), BundleOutcome.RENAMED
    if row is None:
        (row,) = insert_people(session, [(who.id, name)], who.created_at)
    else:
        encrypt_personal(session, row, replace(decrypt_personal(session, row), name=name))
        session.flush()
    badge_taken = _apply(session, row, record)
    row.updated_at = record.updated_at
    return _add_data(change, row, record, made_by, outcome, badge_taken=badge_taken)


def _merge(change: AuditedChange, holder: PersonRow, record: BundledPerson, made_by: ModelKey) -> ImportedPerson:
    """Add templates and consents to the person with the same name, whose profile is kept."""
    holder.updated_at = change.now
    change.people.add(record.person.id)  # leaves a tombstone for that id, which is erased with the holder
    return _add_data(change, holder, record, made_by, BundleOutcome.MERGED, badge_taken=False)


def _add_data(
    change: AuditedChange,
    row: PersonRow,
    record: BundledPerson,
    made_by: ModelKey,
    outcome: BundleOutcome,
    *,
    badge_taken: bool,
) -> ImportedPerson:
    session = change.session
    session.flush()
    known = set(consents_of(session, row.id))
    for consent in record.consents:
        if consent not in known:
            add_consent(session, row.id, consent)
    ours = [one for one in record.templates if (one.embedding.model, one.model_sha256) == made_by]
    fresh = [one for one in ours if session.get(TemplateRow, one.id) is None]
    store_templates(change, (row.id, fresh))
    merged = {"merged": record.person.id} if row.id != record.person.id else {}
    change.record(AuditKind.PERSON_IMPORTED, row.id, outcome=outcome.value, templates=len(fresh), **merged)
    foreign = len(record.templates) - len(ours)
    return ImportedPerson(record.person.name, outcome, len(ours), foreign, badge_taken)


def _apply(session: Session, row: PersonRow, record: BundledPerson) -> bool:
    """Apply the profile data, and return whether the badge number was taken."""
    try:
        apply_changes(session, row, record.changes)
    except BadgeTaken:
        apply_changes(session, row, record.changes | {"badge": None})
        return True
    return False


def _free_name(session: Session, name: str, but: str) -> str:
    """Return the name with the lowest number suffix that is free."""
    candidates = (f"{name} ({number})" for number in count(2))
    return next(free for free in candidates if find_name_owner(session, name_key(free), but) is None)
