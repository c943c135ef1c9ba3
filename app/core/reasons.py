"""Why a verdict is what it is: which gate a face did not pass, by how much, and over which frames."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.types import Match, Shortfall, Verdict


class Gate(StrEnum):
    """What stands between a face and its being accepted, in the order in which it is met."""

    QUALITY = "quality"
    NOBODY_ENROLLED = "nobody-enrolled"
    NOT_THIS_PERSON = "not-this-person"
    SIMILARITY = "similarity"
    MARGIN = "margin"


@dataclass(frozen=True, slots=True)
class FrameRun:
    """The frames that a verdict rests on.

    Attributes:
        first: The id of the first.
        last: The id of the last.
        count: How many there were; fewer than from first to last where others came between.
    """

    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a verdict is what it is.

    Attributes:
        frames: Those that it rests on.
        match: The comparison of the last of them; None where the face was not judged.
        shortfalls: What kept it from being judged in the last of them, the first to be mended first.
    """

    frames: FrameRun
    match: Match | None = None
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def gate(self) -> Gate | None:
        """What the face did not pass; None when it was accepted."""
        if self.match is None:
            return Gate.QUALITY
        match self.match.verdict:
            case Verdict.MATCH:
                return None
            case Verdict.NOBODY_ENROLLED:
                return Gate.NOBODY_ENROLLED
            case Verdict.AMBIGUOUS:
                return Gate.MARGIN
            case _:
                return Gate.SIMILARITY if self.match.ruled_out is None else Gate.NOT_THIS_PERSON

    @property
    def value(self) -> float | None:
        """What was measured at the gate: in the unit of the setting for quality, else a cosine."""
        return self._figures[0]

    @property
    def limit(self) -> float | None:
        """What the gate asked for, likewise."""
        return self._figures[1]

    @property
    def _figures(self) -> tuple[float | None, float | None]:
        compared = self.match
        if compared is None:
            return (self.shortfalls[0].value, self.shortfalls[0].limit) if self.shortfalls else (None, None)
        match self.gate:
            case Gate.MARGIN:
                return compared.margin, compared.min_margin
            case Gate.NOT_THIS_PERSON if compared.ruled_out is not None:
                return compared.ruled_out.similarity, compared.ruled_out.marked
            case Gate.NOBODY_ENROLLED:
                return None, None
            case _:
                return compared.similarity, compared.threshold
