"""Who wants to be enrolled, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from app.core.people import Person
from app.flows.enrolment_status import SelfTest
from app.services.collecting import RefusedPicture
from app.services.lookalikes import Lookalike


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who wants to be enrolled.

    Attributes:
        name: As typed.
        badge: The number on their badge; None where there is none.
        groups: Their names.
        note: Free text.
        valid_from: The moment from which they are to be recognised; None for ever since.
        valid_until: The moment from which they are not any more; None for ever.
    """

    name: str
    badge: str | None = None
    groups: tuple[str, ...] = ()
    note: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """What came of an enrolment.

    Attributes:
        person: As stored; None where nothing was.
        taken: How many pictures became templates.
        refused: Those that did not.
        lookalike: Who stood in the way, or was stored beside.
        test: How a picture that was not kept fared; None where there was none.
    """

    person: Person | None
    taken: int
    refused: tuple[RefusedPicture, ...] = ()
    lookalike: Lookalike | None = None
    test: SelfTest | None = None
