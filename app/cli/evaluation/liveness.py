"""Commands that evaluate liveness on files or with a camera, and that make simulated attacks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.evaluation.evaluate import app, require_folder
from app.cli.evaluation.liveness_trials import print_policies, with_camera
from app.cli.output import Json, console, print_json, progress
from app.core.errors import InvalidRequest
from app.core.liveness import LivenessPolicy
from app.evaluation.liveness.attack_clips import make_attacks, sample_pictures
from app.evaluation.liveness.pad import LivenessEvaluation, LivenessReport
from app.evaluation.liveness.presentations import ANSWERS_FILE, CLIP_SUFFIXES, find_presentations, read_answers
from app.services.liveness.error_rates import PolicyReport
from app.services.liveness.liveness_test import ROUNDS

_MEASURED = (LivenessPolicy.PASSIVE, LivenessPolicy.CHALLENGE, LivenessPolicy.STRICT)


@app.command()
def liveness(
    folder: Annotated[
        Path | None, typer.Argument(help="Holds live/ and a folder for each species of attack: clips, pictures.")
    ] = None,
    camera: Annotated[
        str | None,
        typer.Option(help="Instead of a folder: a guided session with this webcam, by number or name."),
    ] = None,
    rounds: Annotated[
        int, typer.Option(min=1, help="With a camera: how often each presentation is repeated.")
    ] = ROUNDS,
    policy: Annotated[
        list[LivenessPolicy] | None, typer.Option(help="Policy to evaluate; may be repeated. [default: all]")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(help="Movements of the people in live/. [default: answers.tsv in the folder, if any]")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the challenge orders.")] = 1,
    json: Json = False,
) -> None:
    """Measure how often attacks are accepted, by species (APCER), and bona fide faces rejected (BPCER)."""
    if (folder is None) == (camera is None):
        raise InvalidRequest("Name either a folder or --camera.", "For example: facelatch evaluate liveness --camera 0")
    if camera is not None:
        with_camera(camera, rounds, as_json=json)
    if folder is not None:
        _evaluate_files(folder, policy or _MEASURED, answers, seed, as_json=json)


def _evaluate_files(
    folder: Path, policies: Sequence[LivenessPolicy], answers: Path | None, seed: int, *, as_json: bool
) -> None:
    require_folder(folder)
    presentations = find_presentations(folder)
    listed = answers or folder / ANSWERS_FILE
    known = read_answers(listed) if answers or listed.exists() else []
    with open_application() as application, progress("Presentations", len(presentations)) as bar:
        service = application.liveness
        evaluation = LivenessEvaluation(
            application.models.vision.video_analyzer,
            lambda wanted: service.monitor(policy=wanted),
            service.plan(),
            seed,
        )
        report = evaluation.run(presentations, known, policies, lambda _: bar.advance(bar.task_ids[0]))
    if as_json:
        print_json(_flat(report))
    else:
        print_policies(report.policies)
        console.print(
            f"{sum(report.presentations.values())} presentations, {report.without_face} without a face, "
            f"{report.seconds:.0f} s"
        )


def _flat(report: LivenessReport) -> object:
    """Return the JSON form: one policy has its rates at the top level, several have theirs by name."""
    if len(report.policies) > 1:
        return report
    (only,) = report.policies.values()
    counts = {name: getattr(report, name) for name in ("presentations", "without_face", "seconds")}
    return {name: getattr(only, name) for name in PolicyReport.__slots__} | counts


@app.command()
def attacks(
    out: Annotated[Path, typer.Argument(help="The folder to write to.")],
    clips: Annotated[Path, typer.Option(help="A folder of clips of people in front of a camera.")],
    pictures: Annotated[Path, typer.Option(help="A folder of pictures of faces, or of folders of them.")],
    count: Annotated[int, typer.Option(min=1, help="Pictures to use.")] = 40,
) -> None:
    """Make simulated attacks from clips and pictures: prints held and bent, clips replayed, faces swapped."""
    require_folder(clips)
    require_folder(pictures)
    paths = sorted(path for path in clips.iterdir() if path.suffix.lower() in CLIP_SUFFIXES)
    with open_application(), progress("Clips", None) as bar:
        make_attacks(paths, sample_pictures(pictures, count), out, lambda _: bar.advance(bar.task_ids[0]))
