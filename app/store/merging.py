"""What belongs to a person goes over to another one, and is sealed for them."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.sealed_columns import ANCHOR_VECTOR, CONSENT_TEXT, TEMPLATE_SOURCE, TEMPLATE_VECTOR, SealedColumn
from app.store.tables import AnchorRow, ConsentRow, TemplateRow
from app.store.vault import vault_of

_Belonging = TemplateRow | ConsentRow | AnchorRow

_BELONGINGS: tuple[tuple[type[_Belonging], tuple[SealedColumn, ...]], ...] = (
    (TemplateRow, (TEMPLATE_VECTOR, TEMPLATE_SOURCE)),
    (ConsentRow, (CONSENT_TEXT,)),
    (AnchorRow, (ANCHOR_VECTOR,)),
)


def give_all(session: Session, giver_id: str, taker_id: str) -> None:
    """Make templates, consents and anchors of one person those of another.

    Args:
        session: A writing one.
        giver_id: Whose they are.
        taker_id: Whose they will be.
    """
    vault = vault_of(session)
    for table, columns in _BELONGINGS:
        rows: Iterable[_Belonging] = session.scalars(select(table).where(table.person_id == giver_id))
        for row in rows:
            plain = [column.open_in(vault, row) for column in columns]
            row.person_id = taker_id
            for column, value in zip(columns, plain, strict=True):
                column.seal_in(vault, row, value)
    session.flush()
