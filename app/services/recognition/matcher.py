"""Match probes against the gallery by the operating point in the settings."""

from app.core.errors import UnknownPerson
from app.core.faces import Embedding
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.match_decision import Match
from app.core.people import Person
from app.core.roles import Permission
from app.core.settings.sections import RecognitionSettings
from app.matching.threshold import FmrCurve, MatchRule
from app.services.access.permissions import Access, Service, open_to_all, requires
from app.services.recognition.gallery_cache import GalleryCache
from app.vision.manifest import EmbedderRow


def fmr_curve(row: EmbedderRow) -> FmrCurve:
    """Return the curve that relates similarities of a model to false match rates."""
    return FmrCurve([(point.fmr, point.threshold) for point in row.thresholds.points])


def match_rule(row: EmbedderRow, settings: RecognitionSettings) -> MatchRule:
    """Return the rule by which a candidate is accepted.

    Args:
        row: Manifest row of the model.
        settings: Operating point, margin and fusion of templates.
    """
    curve = fmr_curve(row)
    return MatchRule(curve.threshold_for(settings.fmr), settings.min_margin, curve, settings.fusion)


class Matcher(Service):
    """Compares probes with the gallery. May be used from several threads.

    Args:
        access: Decides what the current session may do.
        gallery_cache: Gives the gallery.
        row: Manifest row of the model in use.
        settings: Operating point and margin.
    """

    def __init__(
        self, access: Access, gallery_cache: GalleryCache, row: EmbedderRow, settings: RecognitionSettings
    ) -> None:
        super().__init__(access)
        self._gallery_cache = gallery_cache
        self._row = row
        self._settings = settings
        self._rule = match_rule(row, settings)

    @property
    @open_to_all
    def model(self) -> str:
        """Manifest name of the model in use."""
        return self._row.name

    @property
    @open_to_all
    def model_sha256(self) -> str:
        """SHA-256 of the model weights, in hexadecimal."""
        return self._row.space

    @property
    @open_to_all
    def operating_point(self) -> str:
        """False match rate of the operating point, such as "1e-4"."""
        return self._settings.operating_point

    @property
    @open_to_all
    def rule(self) -> MatchRule:
        """The rule by which a candidate is accepted."""
        return self._rule

    @requires(Permission.CALIBRATE)
    def apply(self, settings: RecognitionSettings) -> None:
        """Use another operating point and margin from the next comparison on."""
        self._settings = settings
        self._rule = match_rule(self._row, settings)

    @open_to_all
    def threshold(self, fmr: float) -> float:
        """Return the similarity threshold of an operating point.

        Args:
            fmr: False match rate, 0 to 1, exclusive.
        """
        return self._rule.curve.threshold_for(fmr)

    @open_to_all
    def identify(self, probe: Embedding) -> Match:
        """Search the gallery for a probe (1:N)."""
        return self._gallery_cache.current().identify(probe, self._rule)

    @open_to_all
    def verify(self, probe: Embedding, person: Person) -> Match:
        """Compare a probe with one person's templates (1:1).

        Args:
            probe: Embedding of the face.
            person: The claimed identity.

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
