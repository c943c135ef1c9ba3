"""Match probes against the gallery by the operating point in the settings."""

from dataclasses import replace

from app.core.errors import UnknownPerson
from app.core.faces import Embedding
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.match_decision import Match
from app.core.people import Person
from app.core.roles import Permission
from app.core.settings.sections import RecognitionSettings
from app.matching.gallery import Gallery
from app.matching.promise import Promise, PromiseModel, Transaction
from app.matching.threshold import FmrCurve, MatchRule
from app.services.access.permissions import Access, Service, open_to_all, requires
from app.services.recognition.gallery_cache import GalleryCache
from app.vision.manifest import EmbedderRow


def fmr_curve(row: EmbedderRow) -> FmrCurve:
    """Return the curve that relates similarities of a model to false match rates."""
    return FmrCurve([(point.fmr, point.threshold) for point in row.thresholds.points])


def promise_model(row: EmbedderRow) -> PromiseModel:
    """Return the model that relates the promise per visitor to thresholds."""
    points = row.thresholds.points
    misses = tuple((point.threshold, 1 - point.tar) for point in points if point.tar is not None)
    return PromiseModel(fmr_curve(row), row.thresholds.comparisons, misses)


class Identification:
    """The rule for searching the gallery (1:N), and the promise that it keeps, both as people come and go.

    Args:
        row: Manifest row of the model.
        settings: Promise or operating point, margin, and fusion of templates.
        attempts: Attempts of a stranger until the lockout.
    """

    def __init__(self, row: EmbedderRow, settings: RecognitionSettings, attempts: int = 1) -> None:
        self._settings = settings
        self._attempts = attempts
        self._model = promise_model(row)
        self._per_comparison = match_rule(row, settings)
        self._last: tuple[Gallery, MatchRule, Promise] | None = None

    def rule(self, gallery: Gallery) -> MatchRule:
        """Return when a candidate from this gallery is accepted."""
        return self._of(gallery)[1]

    def promise(self, gallery: Gallery, one_in: int | None = None) -> Promise:
        """Return what the threshold promises with this gallery.

        Args:
            gallery: Its people and their templates.
            one_in: Another promise than that of the settings.
        """
        return self._of(gallery)[2] if one_in is None else self._model.keep(one_in, self._transaction(gallery))

    def _of(self, gallery: Gallery) -> tuple[Gallery, MatchRule, Promise]:
        last = self._last
        if last is None or last[0] is not gallery:
            promise = self._promise(gallery)
            last = gallery, replace(self._per_comparison, threshold=promise.threshold), promise
            self._last = last
        return last

    def _promise(self, gallery: Gallery) -> Promise:
        transaction = self._transaction(gallery)
        if self._settings.one_in:
            return self._model.keep(self._settings.one_in, transaction)
        return self._model.describe(self._per_comparison.threshold, transaction)

    def _transaction(self, gallery: Gallery) -> Transaction:
        return Transaction(gallery.people_by_templates, self._attempts, self._settings.fusion)


def match_rule(row: EmbedderRow, settings: RecognitionSettings) -> MatchRule:
    """Return the rule by which a claimed person is accepted (1:1).

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
        self._identification = Identification(row, settings)

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
    def strictness(self) -> dict[str, int | str]:
        """The promise per visitor as "one_in"; without one, the false match rate as "operating_point"."""
        settings = self._settings
        return {"one_in": settings.one_in} if settings.one_in else {"operating_point": settings.operating_point}

    @property
    @open_to_all
    def rule(self) -> MatchRule:
        """The rule by which a claimed person is accepted (1:1)."""
        return self._rule

    @property
    @open_to_all
    def search_rule(self) -> MatchRule:
        """The rule by which a person found in the whole gallery is accepted (1:N)."""
        return self._identification.rule(self._gallery_cache.current())

    @open_to_all
    def promise(self, one_in: int | None = None) -> Promise:
        """Return what the search of the present gallery promises per visitor.

        Args:
            one_in: Another promise than that of the settings.

        Raises:
            StoreError: The gallery cannot be read.
        """
        return self._identification.promise(self._gallery_cache.current(), one_in)

    @requires(Permission.CALIBRATE)
    def apply(self, settings: RecognitionSettings) -> None:
        """Use another operating point and margin from the next comparison on."""
        self._settings = settings
        self._rule = match_rule(self._row, settings)
        self._identification = Identification(self._row, settings)

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
        gallery = self._gallery_cache.current()
        return gallery.identify(probe, self._identification.rule(gallery))

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
