"""Profile data of a person beside name and templates: badge, note, validity, groups and consents."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, select, true
from sqlalchemy.orm import Session

from app.core.errors import BadgeTaken, InvalidChange
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Consent, PersonChanges
from app.store.crypto.encrypted_columns import CONSENT_TEXT, GROUP_NAME, badge_index, group_index
from app.store.crypto.vault import vault_of
from app.store.database.tables import ConsentRow, MembershipRow, PersonRow
from app.store.people.names import clean_name, name_key
from app.store.people.queries import decrypt_personal, encrypt_personal

MAX_NOTE_LENGTH = 2000
"""In code points."""

MAX_BADGE_LENGTH = 64
"""In code points; a QR code can hold more than a printed number."""


def apply_changes(session: Session, row: PersonRow, changes: PersonChanges) -> None:
    """Apply changes to a person.

    Args:
        session: A writing one.
        row: Of a stored person.
        changes: The values to change; they are cleaned here.

    Raises:
        InvalidChange: A value is invalid.
        InvalidName: The name of a group is invalid.
        BadgeTaken: Another person has the badge number.
    """
    personal = decrypt_personal(session, row)
    if "badge" in changes:
        personal = replace(personal, badge=_free_badge(session, changes["badge"], row.id))
    if "note" in changes:
        personal = replace(personal, note=_clean_note(changes["note"]))
    encrypt_personal(session, row, personal)
    if "active" in changes:
        row.active = changes["active"]
    if "delete_after" in changes:
        row.delete_after = _require_zone(changes["delete_after"])
    row.valid_from = _require_zone(changes.get("valid_from", row.valid_from))
    row.valid_until = _require_zone(changes.get("valid_until", row.valid_until))
    _require_valid_span(row)
    if "groups" in changes:
        set_groups(session, row.id, changes["groups"])


def set_groups(session: Session, person_id: str, names: Iterable[str]) -> None:
    """Replace the groups of a person. An existing group keeps the spelling of its name.

    Args:
        session: A writing one.
        person_id: The person's id.
        names: Of the groups.

    Raises:
        InvalidName: A name is invalid.
    """
    vault = vault_of(session)
    wanted = {group_index(vault, name_key(cleaned)): cleaned for cleaned in map(clean_name, names)}
    wanted |= _names_by_index(session, MembershipRow.group_index.in_(wanted))
    session.execute(delete(MembershipRow).where(MembershipRow.person_id == person_id))
    for index, name in wanted.items():
        row = MembershipRow(person_id=person_id, group_index=index)
        GROUP_NAME.encrypt_into(vault, row, name.encode())
        session.add(row)
    session.flush()


def group_names(session: Session) -> list[str]:
    """Return the names of all groups, sorted."""
    return sorted(_names_by_index(session, true()).values(), key=name_key)


def _names_by_index(session: Session, condition: ColumnElement[bool]) -> dict[bytes, str]:
    """Return the names of the groups that match, by blind index; decrypts one membership per group."""
    query = select(func.min(MembershipRow.person_id), MembershipRow.group_index).group_by(MembershipRow.group_index)
    vault = vault_of(session)
    found = {}
    for key in session.execute(query.where(condition)):
        row = session.get_one(MembershipRow, tuple(key))
        found[row.group_index] = GROUP_NAME.decrypt_from(vault, row).decode()
    return found


def add_consent(session: Session, person_id: str, consent: Consent) -> None:
    """Store a consent of a person, with its text encrypted. Earlier consents remain.

    Args:
        session: A writing one.
        person_id: The person's id.
        consent: To add.
    """
    row = ConsentRow(
        id=uuid4().hex,
        person_id=person_id,
        version=consent.version,
        language=consent.language,
        given_at=consent.given_at,
    )
    CONSENT_TEXT.encrypt_into(vault_of(session), row, consent.text.encode())
    session.add(row)
    session.flush()


def consents_of(session: Session, person_id: str) -> list[Consent]:
    """Return the consents of a person.

    Args:
        session: To query in.
        person_id: The person's id.

    Returns:
        The consents, the newest first; empty if the person has none or does not exist.

    Raises:
        DecryptionError: A text was changed, or belongs to another row.
    """
    rows = session.scalars(
        select(ConsentRow).where(ConsentRow.person_id == person_id).order_by(ConsentRow.given_at.desc(), ConsentRow.id)
    )
    vault = vault_of(session)
    return [
        Consent(CONSENT_TEXT.decrypt_from(vault, row).decode(), row.version, row.language, row.given_at) for row in rows
    ]


def clean_badge(text: str) -> str:
    """Return a badge number in its canonical form, without spaces.

    Raises:
        InvalidChange: It is empty, too long, or not printable.
    """
    badge = "".join(text.split())
    if not badge or len(badge) > MAX_BADGE_LENGTH or not badge.isprintable():
        raise InvalidChange(
            QT_TRANSLATE_NOOP("errors", "Not a valid badge number: “{badge}”"),
            QT_TRANSLATE_NOOP("errors", "Use 1 to {limit} letters, digits or symbols."),
            badge=badge.encode("unicode_escape").decode() if not badge.isprintable() else badge,
            limit=MAX_BADGE_LENGTH,
        )
    return badge


def _free_badge(session: Session, text: str | None, person_id: str) -> str | None:
    if text is None or not text.strip():
        return None
    badge = clean_badge(text)
    taken = PersonRow.badge_index == badge_index(vault_of(session), badge)
    holder = session.scalars(select(PersonRow).where(taken, PersonRow.id != person_id)).one_or_none()
    if holder is not None:
        raise BadgeTaken(badge=badge, name=decrypt_personal(session, holder).name)
    return badge


def _clean_note(text: str) -> str:
    note = text.strip()
    if len(note) > MAX_NOTE_LENGTH:
        raise InvalidChange(
            QT_TRANSLATE_NOOP("errors", "The note is too long: {length} characters."),
            QT_TRANSLATE_NOOP("errors", "Use at most {limit} characters."),
            length=len(note),
            limit=MAX_NOTE_LENGTH,
        )
    return note.encode(errors="replace").decode()


def _require_zone(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"a time without a time zone: {moment}")
    return moment


def _require_valid_span(row: PersonRow) -> None:
    if row.valid_from is not None and row.valid_until is not None and row.valid_until <= row.valid_from:
        raise InvalidChange(
            QT_TRANSLATE_NOOP("errors", "The person would never be recognised: the end is not after the beginning."),
            QT_TRANSLATE_NOOP("errors", "Choose a later end, or an earlier beginning."),
        )
