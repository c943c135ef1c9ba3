"""Who a face is, by the rules the user has chosen."""

from app.core.errors import UnknownPerson
from app.core.faces import Embedding
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.match_decision import Match
from app.core.people import Person
from app.core.settings.sections import RecognitionSettings
from app.matching.gallery import MatchRule
from app.matching.threshold import FmrCurve
from app.services.recognition.gallery_cache import GalleryCache
from app.vision.manifest import EmbedderRow


def fmr_curve(row: EmbedderRow) -> FmrCurve:
    """What similarities of this model mean."""
    return FmrCurve([(point.fmr, point.threshold) for point in row.thresholds.points])


def match_rule(row: EmbedderRow, settings: RecognitionSettings) -> MatchRule:
    """When a candidate is accepted."""
    curve = fmr_curve(row)
    return MatchRule(curve.threshold_for(settings.fmr), settings.min_margin, curve)


class Matcher:
    """Compares embeddings with the gallery. Safe to use from several threads.

    Args:
        keeper: Gives the gallery.
        row: Of the model in use.
        settings: How strict to be.
    """

    def __init__(self, gallery_cache: GalleryCache, row: EmbedderRow, settings: RecognitionSettings) -> None:
        self._gallery_cache = gallery_cache
        self._row = row
        self._settings = settings
        self._rule = match_rule(row, settings)

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
    def rule(self) -> MatchRule:
        """When a candidate is accepted."""
        return self._rule

    def apply(self, settings: RecognitionSettings) -> None:
        """Be as strict as these say, from the next comparison on."""
        self._settings = settings
        self._rule = match_rule(self._row, settings)

    def threshold(self, fmr: float) -> float:
        """The similarity that an operating point asks for.

        Args:
            fmr: Its false match rate, 0 to 1, exclusive.
        """
        return self._rule.curve.threshold_for(fmr)

    def identify(self, probe: Embedding) -> Match:
        """Who this is, if anyone (1:N)."""
        return self._gallery_cache.current().identify(probe, self._rule)

    def verify(self, probe: Embedding, person: Person) -> Match:
        """Whether this is that person (1:1).

        Raises:
            UnknownPerson: The person has no template of the model in use.
        """
        try:
            return self._gallery_cache.current().verify(probe, person.id, self._rule)
        except KeyError:
            raise UnknownPerson(
                QT_TRANSLATE_NOOP("errors", "“{name}” has no template of the model in use."),
                QT_TRANSLATE_NOOP("errors", "Enrol the person again."),
                name=person.name,
            ) from None
