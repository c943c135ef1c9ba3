"""Guided session in the terminal that measures liveness errors with a camera."""

from collections.abc import Mapping

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import console, error_console, percent, print_json, print_table
from app.core.errors import InvalidRequest
from app.core.liveness import Movement
from app.flows.liveness.challenge import ChallengeState, ChallengeStatus
from app.flows.liveness.liveness_test import LivenessTestState, LivenessTestStatus, Species, presentation_plan
from app.services.live.live_service import LiveSession
from app.services.liveness.error_rates import LivenessErrorRate, PolicyReport
from app.services.liveness.liveness_test import LivenessTestSession

_OBJECTS = {
    Species.LIVE: "Your own face, as in normal use of this camera.",
    Species.PRINT: "A printed photo of a face, held flat.",
    Species.BENT_PRINT: "The same photo, bent around your hand.",
    Species.PHONE_PICTURE: "A picture of a face on a phone.",
    Species.PHONE_CLIP: "A video of a face on a phone or another screen.",
}
_PROMPTS = {
    Movement.BLINK: "Blink",
    Movement.TURN_LEFT: "Turn your head left",
    Movement.TURN_RIGHT: "Turn your head right",
    Movement.LOOK_UP: "Look up",
    Movement.SMILE: "Smile",
    Movement.OPEN_MOUTH: "Open your mouth",
    Movement.RAISE_BROWS: "Raise your eyebrows",
}
_KEYS = "Enter: start · s: skip · a: repeat the last one · q: stop"


def with_camera(camera: str, rounds: int, *, as_json: bool) -> None:
    """Run a session. Instructions go to standard error.

    Args:
        camera: Number, name or address of the camera.
        rounds: Presentations per species.
        as_json: Whether to print the report as JSON.

    Raises:
        FacelatchError: The camera cannot be used.
        InvalidRequest: The session was stopped before the first presentation.
    """
    with open_application() as application:
        settings = application.settings.with_changes(camera={"source": camera})
        with application.live.watching(settings.camera) as session:
            trials = LivenessTestSession(
                session.pipeline, application.liveness, application.clock, presentation_plan(rounds)
            )
            try:
                _run_session(trials, session)
            finally:
                trials.close()
    report = trials.report()
    if as_json:
        print_json(report)
    elif not report.trials:
        raise InvalidRequest(
            "The session has no presentations.", "Hold the requested object in front of the camera and press Enter."
        )
    else:
        print_policies(report.policies)
        console.print(f"Presentations: {len(report.trials)}, without a face: {report.without_face}; {report.camera}")


def print_policies(policies: Mapping[str, PolicyReport]) -> None:
    """Print one table per policy."""
    for name, measured in policies.items():
        table = Table(f"Policy {name}", "Errors", "Trials", "Rate", "95 % interval", "Undecided")
        for species, rate in measured.apcer.items():
            worst = measured.apcer_worst is not None and species == measured.apcer_worst.species
            _row(table, f"APCER {species}{' (worst)' if worst else ''}", rate)
        if measured.bpcer is not None:
            _row(table, "BPCER", measured.bpcer)
        print_table(table)


def _run_session(trials: LivenessTestSession, session: LiveSession) -> None:
    while not (status := trials.status).is_over:
        assert status.species is not None
        error_console.print(
            f"\n{status.number} of {status.count}. {_OBJECTS[status.species]}", style="bold", markup=False
        )
        match typer.prompt(_KEYS, default="", show_default=False, err=True).strip().lower():
            case "":
                trials.begin()
                _watch_presentation(trials, session)
            case "s":
                trials.skip()
            case "a":
                trials.repeat()
            case "q":
                trials.stop()


def _watch_presentation(trials: LivenessTestSession, session: LiveSession) -> None:
    """Watch one presentation to its end and print each prompt once. The session stops if the camera ends."""
    shown = ""
    for result in session.results():
        status = trials.take(result)
        if status.state is not LivenessTestState.WATCHING:
            _print_outcome(status)
            return
        prompt = _prompt(status.challenge)
        if prompt != shown:
            shown = prompt
            error_console.print(f"  {prompt}", markup=False)
    trials.stop()


def _prompt(challenge: ChallengeStatus | None) -> str:
    if challenge is not None and challenge.prompt is not None:
        return f"{challenge.answered + 1}/{challenge.steps}: {_PROMPTS[challenge.prompt]}"
    if challenge is not None and challenge.state is ChallengeState.RETURNING:
        return "Look straight"
    return "Hold still"


def _print_outcome(status: LivenessTestStatus) -> None:
    words = ", ".join(f"{policy}: {said}" for policy, said in status.outcomes[-1].words.items())
    error_console.print(f"  {words}", style="dim", markup=False)


def _row(table: Table, name: str, rate: LivenessErrorRate) -> None:
    interval = f"{percent(rate.low)} – {percent(rate.high)}"
    table.add_row(name, str(rate.errors), str(rate.trials), percent(rate.rate), interval, str(rate.undecided))
