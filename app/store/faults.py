"""What can be wrong with a database."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What can be wrong with a database."""

    FILE = "file"
    REFERENCE = "reference"
    SCHEMA = "schema"
    REVISION = "revision"
    PERSON = "person"
    KEY = "key"
    SEAL = "seal"
    PASSWORD = "password"  # noqa: S105 - what is wrong, not a password
    VECTOR = "vector"
    MOMENT = "moment"
    EVENT = "event"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong.

    Attributes:
        kind: With what.
        where: The table and the row, without personal data.
        finding: What is wrong there, in English.
    """

    kind: FaultKind
    where: str
    finding: str
