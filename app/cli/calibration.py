"""The command that calibrates the operating point on the enrolled people."""

from collections.abc import Sequence

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, percent, print_json, progress
from app.core.match_decision import OperatingPoint
from app.core.people import Person
from app.services.recognition.calibration import (
    Calibration,
    CloseMembers,
    Estimate,
    OperatingPointRates,
    PairAdvice,
    PersonAdvice,
    Promise,
    RateSource,
    WeakMember,
    Weakness,
)

app = typer.Typer()

_WEAKNESSES = {
    Weakness.UNLIKE_TEMPLATES: "dissimilar templates",
    Weakness.ODD_TEMPLATE: "one dissimilar template",
    Weakness.FEW_TEMPLATES: "few templates",
    Weakness.LOW_QUALITY: "low picture quality",
}
_PERSON_ADVICE = {
    PersonAdvice.ENROL_AGAIN: "Re-enrol the person, in even light.",
    PersonAdvice.CHECK_TEMPLATES: "Check that all pictures show this person; add similar ones, or retire it.",
    PersonAdvice.ADD_TEMPLATES: "Add templates.",
    PersonAdvice.ADD_BETTER_TEMPLATES: "Add templates from sharp, evenly lit pictures.",
}
_PAIR_ADVICE = {
    PairAdvice.CHECK_WHETHER_ONE: "Check whether they are one person, enrolled twice.",
    PairAdvice.BE_STRICTER: "Choose a stricter promise: settings set recognition.one_in 10000",
    PairAdvice.ADD_TEMPLATES: "Add templates to both.",
    PairAdvice.NOTHING: "No action needed.",
}


@app.command()
def calibrate(json: Json = False) -> None:
    """Report false matches and misses of the enrolled people by operating point, weak templates, and lookalikes."""
    with open_application() as application, progress("Comparing all templates", 100) as bar:
        calibration = application.calibration.measure(lambda share: bar.update(bar.task_ids[0], completed=share * 100))
        assert calibration is not None
        promise = calibration.promise_of(application.settings.recognition)
    chosen = calibration.fmr_at(promise.threshold)
    if json:
        print_json({"promise": promise} | _report(calibration, chosen))
    else:
        _print(calibration, promise, chosen)


def _report(calibration: Calibration, chosen: float) -> dict[str, object]:
    return {
        "people": len(calibration.people),
        "templates": calibration.templates,
        "model": calibration.model,
        "genuine": calibration.genuine,
        "impostor": calibration.impostor,
        "reference": calibration.reference.measured_on,
        "chosen": calibration.reading(chosen),
        "operating_points": {point.value: calibration.reading(point.fmr) for point in OperatingPoint},
        "weakest": [_weak_json(weak) for weak in calibration.weakest(chosen)],
        "closest": [_close_json(close) for close in calibration.closest(chosen)],
    }


def _weak_json(weak: WeakMember) -> dict[str, object]:
    return {
        "person": _named(weak.person),
        "templates": weak.templates,
        "lowest": weak.lowest,
        "missed": weak.missed,
        "quality": weak.quality,
        "weaknesses": weak.weaknesses,
        "advice": weak.advice,
    }


def _close_json(close: CloseMembers) -> dict[str, object]:
    return {
        "first": _named(close.first),
        "second": _named(close.second),
        "similarity": close.similarity,
        "fmr": close.fmr,
        "advice": close.advice,
    }


def _named(person: Person) -> dict[str, str]:
    return {"id": person.id, "name": person.name}


def _print(calibration: Calibration, promise: Promise, chosen: float) -> None:
    if not calibration.people:
        console.print("No person is enrolled.")
        return
    console.print(f"{len(calibration.people)} people, {calibration.templates} templates of {calibration.model}.")
    console.print(
        f"Of {promise.held:,.0f} strangers who try once, one is accepted as any of them (similarity needed: "
        f"{promise.threshold:.3f})."
    )
    if not promise.is_held:
        console.print(
            f"{promise.one_in:,} were requested. This model holds no more with {promise.people:,} people; for more, "
            "use badges or a second factor."
        )
    readings = [calibration.reading(fmr) for fmr in sorted({chosen, *(p.fmr for p in OperatingPoint)}, reverse=True)]
    console.print(_readings_table(readings, chosen))
    if any(estimate.source is RateSource.REFERENCE for r in readings for estimate in (r.strangers, r.own)):
        needed = calibration.reading(chosen).people_needed
        console.print(
            f"“Reference”: your gallery is too small for this measurement, so the model's own value is shown, from "
            f"{calibration.reference.measured_on}. At the chosen operating point, {needed:,} people would suffice.",
            markup=False,
        )
    _print_people(calibration.weakest(chosen))
    _print_pairs(calibration.closest(chosen))


def _readings_table(readings: Sequence[OperatingPointRates], chosen: float) -> Table:
    table = Table("False match rate", "Threshold", "False matches per million", "False non-matches per hundred")
    for reading in readings:
        mark = " ←" if reading.fmr == chosen else ""
        strangers, own = _estimate(reading.strangers, 1_000_000, 0), _estimate(reading.own, 100, 1)
        table.add_row(f"{reading.fmr:.3g}{mark}", f"{reading.threshold:.4f}", strangers, own)
    return table


def _estimate(estimate: Estimate, of: int, digits: int) -> str:
    if estimate.rate is None:
        return "unknown"
    numbers = [f"{share * of:,.{digits}f}" for share in (estimate.rate, estimate.low, estimate.high)]
    whose = " (reference)" if estimate.source is RateSource.REFERENCE else ""
    return "{} ({} to {}){}".format(*numbers, whose)


def _print_people(weakest: Sequence[WeakMember]) -> None:
    if not weakest:
        console.print("No person has weak templates.")
        return
    table = Table("Weakest people", "Reason", "Lowest similarity", "Missed", "Quality", "Advice")
    for weak in weakest:
        lowest = "–" if weak.lowest is None else f"{weak.lowest:.2f}"
        reasons = ", ".join(_WEAKNESSES[weakness] for weakness in weak.weaknesses)
        missed, quality = f"{weak.missed} of {weak.templates}", percent(weak.quality)
        table.add_row(weak.person.name, reasons, lowest, missed, quality, _PERSON_ADVICE[weak.advice])
    console.print(table)


def _print_pairs(closest: Sequence[CloseMembers]) -> None:
    if not closest:
        return
    table = Table("Closest pairs", "", "Similarity", "Advice")
    for close in closest:
        table.add_row(close.first.name, close.second.name, f"{close.similarity:.2f}", _PAIR_ADVICE[close.advice])
    console.print(table)
