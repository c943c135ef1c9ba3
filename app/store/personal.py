"""What is kept of a person beside name and templates: checked on the way in, changed within a session."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.errors import BadgeTaken, InvalidChange
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Consent, PersonChanges
from app.store.names import clean_name, name_key
from app.store.tables import ConsentRow, MembershipRow, PersonRow

MAX_NOTE_LENGTH = 2000
"""In code points."""

MAX_BADGE_LENGTH = 64
"""In code points; a QR code may carry more than a printed number."""


def apply_changes(session: Session, row: PersonRow, changes: PersonChanges) -> None:
    """Change what is named, all or none.

    Args:
        session: A writing one.
        row: Of the person, stored already.
        changes: Cleaned here.

    Raises:
        InvalidChange: Something cannot be stored so.
        InvalidName: A group's name cannot.
        BadgeTaken: Somebody else has the number.
    """
    if "badge" in changes:
        row.badge = _free_badge(session, changes["badge"], row.id)
    if "note" in changes:
        row.note = _clean_note(changes["note"])
    if "active" in changes:
        row.active = changes["active"]
    if "delete_after" in changes:
        row.delete_after = _with_zone(changes["delete_after"])
    row.valid_from = _with_zone(changes.get("valid_from", row.valid_from))
    row.valid_until = _with_zone(changes.get("valid_until", row.valid_until))
    _refuse_empty_span(row)
    if "groups" in changes:
        join_groups(session, row.id, changes["groups"])


def join_groups(session: Session, person_id: str, names: Iterable[str]) -> None:
    """Put somebody into these groups and no others; a group that exists keeps the spelling it has.

    Raises:
        InvalidName: A name cannot be stored.
    """
    wanted = {name_key(cleaned): cleaned for cleaned in map(clean_name, names)}
    known = session.execute(
        select(MembershipRow.group_key, MembershipRow.group_name).where(MembershipRow.group_key.in_(wanted))
    )
    wanted |= {str(key): str(name) for key, name in known}
    session.execute(delete(MembershipRow).where(MembershipRow.person_id == person_id))
    session.add_all(MembershipRow(person_id=person_id, group_key=key, group_name=name) for key, name in wanted.items())
    session.flush()


def add_consent(session: Session, person_id: str, consent: Consent) -> None:
    """Keep what somebody has agreed to."""
    session.add(
        ConsentRow(
            id=uuid4().hex,
            person_id=person_id,
            text=consent.text,
            version=consent.version,
            language=consent.language,
            given_at=consent.given_at,
        )
    )
    session.flush()


def consents_of(session: Session, person_id: str) -> list[Consent]:
    """All that somebody has agreed to, the newest first."""
    rows = session.scalars(
        select(ConsentRow).where(ConsentRow.person_id == person_id).order_by(ConsentRow.given_at.desc(), ConsentRow.id)
    )
    return [Consent(row.text, row.version, row.language, row.given_at) for row in rows]


def clean_badge(text: str) -> str:
    """Bring a badge number into the one form in which it is stored and looked for.

    Raises:
        InvalidChange: Empty, too long, or with a character that cannot be printed.
    """
    badge = "".join(text.split())
    if not badge or len(badge) > MAX_BADGE_LENGTH or not badge.isprintable():
        raise InvalidChange(
            QT_TRANSLATE_NOOP("errors", "This is no badge number: “{badge}”"),
            QT_TRANSLATE_NOOP("errors", "Use 1 to {limit} letters, digits or signs."),
            badge=badge.encode("unicode_escape").decode() if not badge.isprintable() else badge,
            limit=MAX_BADGE_LENGTH,
        )
    return badge


def _free_badge(session: Session, text: str | None, person_id: str) -> str | None:
    if text is None or not text.strip():
        return None
    badge = clean_badge(text)
    holder = session.scalars(select(PersonRow).where(PersonRow.badge == badge, PersonRow.id != person_id)).one_or_none()
    if holder is not None:
        raise BadgeTaken(badge=badge, name=holder.name)
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


def _with_zone(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment}")
    return moment


def _refuse_empty_span(row: PersonRow) -> None:
    if row.valid_from is not None and row.valid_until is not None and row.valid_until <= row.valid_from:
        raise InvalidChange(
            QT_TRANSLATE_NOOP("errors", "The person would never be recognised: the end is not after the beginning."),
            QT_TRANSLATE_NOOP("errors", "Choose a later end, or an earlier beginning."),
        )
