"""Who a face is, by the rules the user has chosen."""

from app.core.errors import UnknownPerson
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person
from app.core.settings import RecognitionSettings
from app.core.types import Embedding, Match
from app.matching.gallery import Rule
from app.matching.operating_points import FmrCurve
from app.services.galleries import GalleryKeeper
from app.vision.manifest import EmbedderRow


def curve_of(row: EmbedderRow) -> FmrCurve:
    """What similarities of this model mean."""
    return FmrCurve([(point.fmr, point.threshold) for point in row.thresholds.points])


def rule_for(row: EmbedderRow, settings: RecognitionSettings) -> Rule:
    """When a candidate is accepted."""
    curve = curve_of(row)
    return Rule(curve.threshold_for(settings.fmr), settings.min_margin, curve)


class Matcher:
    """Compares embeddings with the gallery. Safe to use from several threads.

    Args:
        keeper: Gives the gallery.
        row: Of the model in use.
        settings: How strict to be.
    """

    def __init__(self, keeper: GalleryKeeper, row: EmbedderRow, settings: RecognitionSettings) -> None:
        self._keeper = keeper
        self._row = row
        self._settings = settings
        self._rule = rule_for(row, settings)

    @property
    def model(self) -> str:
        """The name of the model in use."""
        return self._row.name

    @property
    def model_sha256(self) -> str:
        """Of its weights, in hexadecimal."""
        return self._row.space

    @property
    def operating_point(self) -> str:
        """The false match rate asked for, such as "1e-4"."""
        return self._settings.operating_point

    @property
    def rule(self) -> Rule:
        """When a candidate is accepted."""
        return self._rule

    def apply(self, settings: RecognitionSettings) -> None:
        """Be as strict as these say, from the next comparison on."""
        self._settings = settings
        self._rule = rule_for(self._row, settings)

    def threshold(self, fmr: float) -> float:
        """The similarity that an operating point asks for.

        Args:
            fmr: Its false match rate, 0 to 1, exclusive.
        """
        return self._rule.curve.threshold_for(fmr)

    def identify(self, probe: Embedding) -> Match:
        """Who this is, if anyone (1:N)."""
        return self._keeper.current().identify(probe, self._rule)

    def verify(self, probe: Embedding, person: Person) -> Match:
        """Whether this is that person (1:1).

        Raises:
            UnknownPerson: The person has no template of the model in use.
        """
        try:
            return self._keeper.current().verify(probe, person.id, self._rule)
        except KeyError:
            raise UnknownPerson(
                QT_TRANSLATE_NOOP("errors", "“{name}” has no template of the model in use."),
                QT_TRANSLATE_NOOP("errors", "Enrol the person again."),
                name=person.name,
            ) from None
