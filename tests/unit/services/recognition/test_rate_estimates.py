import pytest

from app.matching.rates import Method, error_rate
from app.services.recognition.rate_estimates import UNKNOWN, RateSource, ReferenceRates, gallery_estimate
from app.vision.manifest import ThresholdPoint, Thresholds


def reference(*tars: float | None) -> ReferenceRates:
    """Points measured at the thresholds 0.3, 0.4, …"""
    points = [
        ThresholdPoint(fmr=10.0 ** -(place + 2), threshold=0.3 + place / 10, tar=tar) for place, tar in enumerate(tars)
    ]
    return ReferenceRates(Thresholds(measured_on="LFW", comparisons=1000, command="measure", points=tuple(points)))


def test_a_gallery_rate_has_the_wider_interval() -> None:
    found = gallery_estimate(error_rate(5, 100, 20, (0.01, 0.2)))
    assert (found.rate, found.low, found.high) == (0.05, 0.01, 0.2)
    assert (found.source, found.method, found.errors, found.trials) == (RateSource.GALLERY, Method.BOOTSTRAP, 5, 100)


def test_several_templates_never_lower_the_false_match_rate() -> None:
    one, five = reference(0.9, 0.8).strangers(1e-2, 1), reference(0.9, 0.8).strangers(1e-2, 5)
    assert (one.rate, one.low, one.high) == pytest.approx((1e-2, 1e-2, 1e-2))
    assert (five.rate, five.low) == (1e-2, 1e-2)
    assert five.high == pytest.approx(0.049, abs=1e-3)
    assert five.source is RateSource.REFERENCE


@pytest.mark.parametrize(
    ("threshold", "share", "low", "high"),
    [(0.2, 0.1, 0, 0.1), (0.35, 0.15, 0.1, 0.2), (0.4, 0.2, 0.1, 0.4), (0.45, 0.3, 0.2, 0.4), (0.9, 0.4, 0.4, 1)],
)
def test_false_non_matches_are_interpolated_between_measured_points(
    threshold: float, share: float, low: float, high: float
) -> None:
    found = reference(0.9, 0.8, 0.6).misses(threshold)
    assert (found.rate, found.low, found.high) == pytest.approx((share, low, high))


def test_without_accept_rates_in_the_manifest_false_non_matches_are_unknown() -> None:
    assert reference(None, None).misses(0.4) is UNKNOWN
    assert len(reference(None, None).curve().fmr) == 0
