"""PINs: stored as hashes, recorded in the audit log, and deleted with the person."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.core.audit import AuditKind, AuditQuery
from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole, validate_pin
from app.core.errors import InvalidPin, UnknownPerson
from app.store.audit.log import AuditLog
from app.store.credentials import credential_store
from app.store.credentials.repositories import PinRepository
from app.store.crypto.encrypted_columns import PIN_HASH
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import PinRow
from tests.unit.store.builders import Repositories, SteppingClock, template

SITE = PinOwner(PinRole.SITE, "door")


@pytest.fixture
def pins(database: Database) -> PinRepository:
    return PinRepository(database, SteppingClock(), "test")


def stored(database: Database) -> list[str]:
    with database.reading() as session:
        vault = vault_of(session)
        return [PIN_HASH.decrypt_from(vault, row).decode() for row in session.scalars(select(PinRow))]


def test_a_pin_differs_from_others(pins: PinRepository) -> None:
    pins.set(SITE, "407183")
    assert pins.has(SITE)
    assert pins.matches(SITE, "407183")
    assert not pins.matches(SITE, "4072")
    assert not pins.matches(ADMIN_PIN_OWNER, "407183")


def test_what_is_stored_is_argon2id_with_a_salt_of_its_own(pins: PinRepository, database: Database) -> None:
    pins.set(SITE, "407183")
    pins.set(ADMIN_PIN_OWNER, "407183")
    one, other = stored(database)
    assert one != other
    assert all(kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for kept in (one, other))


def test_a_new_pin_takes_the_place_of_the_old_one(pins: PinRepository, database: Database) -> None:
    pins.set(SITE, "407183")
    pins.set(SITE, "918273")
    assert not pins.matches(SITE, "407183")
    assert pins.matches(SITE, "918273")
    assert len(stored(database)) == 1


def test_removed_it_matches_nothing(pins: PinRepository) -> None:
    pins.set(SITE, "407183")
    assert pins.remove(SITE)
    assert not pins.remove(SITE)
    assert not pins.has(SITE)
    assert not pins.matches(SITE, "407183")


def test_a_persons_pin_goes_with_them(pins: PinRepository, people: Repositories, database: Database) -> None:
    ada = people.add("Ada", [template()])
    owner = PinOwner(PinRole.PERSON, ada.id)
    pins.set(owner, "407183")
    assert pins.matches(owner, "407183")
    people.delete(ada.id)
    assert stored(database) == []


def test_a_pin_of_an_unknown_person_cannot_be_set(pins: PinRepository, database: Database) -> None:
    with pytest.raises(UnknownPerson):
        pins.set(PinOwner(PinRole.PERSON, "unknown"), "407183")
    assert stored(database) == []


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "１２３４", "-123", "12 4", "١٢٣٤"])
def test_only_four_to_twelve_digits_are_a_pin(pins: PinRepository, pin: str) -> None:
    with pytest.raises(InvalidPin, match="digits"):
        pins.set(SITE, pin)


@pytest.mark.parametrize("pin", ["0000", "7777777", "1234", "456789", "9876", "7890"])
def test_an_easily_guessed_pin_is_refused(pin: str) -> None:
    with pytest.raises(InvalidPin, match="easy to guess"):
        validate_pin(pin)


def test_every_change_is_in_the_audit_trail_without_the_pin(pins: PinRepository, database: Database) -> None:
    pins.set(SITE, "407183")
    pins.remove(SITE)
    events = AuditLog(database, SteppingClock()).events(AuditQuery(kinds=(AuditKind.PIN_CHANGED,)))
    assert [event.entry.details for event in events] == [
        {"role": "site", "removed": True},
        {"role": "site", "removed": False},
    ]


def test_where_there_is_no_pin_as_much_is_computed() -> None:
    assert not PasswordHasher().check_needs_rehash(credential_store.DUMMY_HASH)
