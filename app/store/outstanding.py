"""How much a change of keys has still to go through, for whoever shows how far it is."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.database import Database
from app.store.keys.holder import begun_in
from app.store.sealed_columns import ANCHOR_VECTOR, SEALED, TEMPLATE_VECTOR
from app.store.sealing import NUMBER_BYTES
from app.store.tables import Base
from app.store.vault import vault_of


def records_to_reseal(database: Database) -> int:
    """How many records a rotation of the data key has to seal: all, or what one that was broken off has left."""
    with database.reading() as session:
        begun, _ = begun_in(session.connection())
        newest = vault_of(session).numbers[-1].to_bytes(NUMBER_BYTES, "big")
        return sum(_count(session, each.table, each.column, newest if begun else None) for each in SEALED)


def vectors_to_turn(database: Database) -> int:
    """How many vectors a revocation has to turn: all, or what one that was broken off has left."""
    with database.reading() as session:
        _, begun = begun_in(session.connection())
        newest = vault_of(session).rotations.newest.number
        total = 0
        for column in (TEMPLATE_VECTOR, ANCHOR_VECTOR):
            table = Base.metadata.tables[column.table]
            query = select(func.count()).select_from(table)
            total += session.execute(query.where(table.c.rotation != newest) if begun else query).scalar_one()
        return total


def _count(session: Session, table: str, column: str, but: bytes | None) -> int:
    """Rows of a table; without those that one key has sealed, where it is given."""
    sealed = Base.metadata.tables[table]
    query = select(func.count()).select_from(sealed)
    if but is not None:
        query = query.where(func.substr(sealed.c[column], 1, NUMBER_BYTES) != but)
    return session.execute(query).scalar_one()
