"""Commands that verify, identify and compare faces."""

import math
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.application import open_application, open_for_verification
from app.cli.output import Json, console, one_in, print_error, print_json, progress
from app.core.errors import FacelatchError, ImageError, InvalidRequest
from app.core.liveness import LivenessPolicy
from app.core.lockout import lasts_until_reset
from app.core.match_decision import Match, Verdict, canonical_fmr
from app.core.people import Person
from app.core.settings.sections import CameraSettings
from app.services.kiosk.camera_verifier import VerificationOutcome, VerificationResult
from app.services.recognition.comparison import IdentifiedFace
from app.wiring import Application

app = typer.Typer()

_EXIT_CODES = {
    VerificationOutcome.ACCEPTED: 0,
    VerificationOutcome.REJECTED: 1,
    VerificationOutcome.NOT_LIVE: 4,
    VerificationOutcome.LOCKED_OUT: 5,
}

Camera = Annotated[
    str | None,
    typer.Option(
        help="Number or name of a webcam, video file, folder of pictures, address (rtsp://, http://), or demo."
    ),
]
Strictness = Annotated[
    str | None,
    typer.Option(
        "--fmr",
        parser=canonical_fmr,
        metavar="RATE",
        help="False match rate, 1e-2 to 1e-6; by default as in the settings.",
    ),
]


@app.command()
def verify(
    name: Annotated[str, typer.Argument(help="The claimed person.")],
    image: Annotated[Path | None, typer.Argument(help="A picture.")] = None,
    camera: Camera = None,
    timeout: Annotated[float, typer.Option(min=1, max=300, help="Time limit in seconds (camera).")] = 10.0,
    liveness: Annotated[
        LivenessPolicy | None, typer.Option(help="Liveness policy (camera); by default as in the settings.")
    ] = None,
    fmr: Strictness = None,
    json: Json = False,
) -> None:
    """Verify a person by a picture or a camera (1:1).

    Exit code 0 for a match, 1 for none, 4 if liveness was not shown, 5 after too many failed attempts.
    """
    if (image is None) == (camera is None):
        raise InvalidRequest("Give either a picture or --camera.", "For example: facelatch verify Ada photo.jpg")
    with _application(fmr, liveness, at_door=camera is not None) as application:
        person = application.people.find(name)
        if image is not None:
            match = application.comparison.verify(person.id, image)
            ended = VerificationResult(
                VerificationOutcome.ACCEPTED if match.accepted else VerificationOutcome.REJECTED, match
            )
        else:
            assert camera is not None
            ended = application.kiosks.verifier().verify(_camera(application, camera), person, timeout)
    if json:
        print_json(_verification_json(ended, person))
    else:
        console.print(_verdict(ended, person), markup=False)
    raise typer.Exit(_EXIT_CODES[ended.outcome])


@app.command()
def identify(
    images: Annotated[list[Path], typer.Argument(help="Pictures.")],
    fmr: Strictness = None,
    json: Json = False,
) -> None:
    """Identify the people in pictures (1:N). Exit code 1 if no person is recognised."""
    rows: list[tuple[Path, IdentifiedFace]] = []
    errors: list[FacelatchError] = []
    with _application(fmr) as application, progress("Pictures", len(images)) as bar:
        for path in images:
            try:
                rows += [(path, face) for face in application.comparison.identify(path)]
            except ImageError as error:
                errors.append(error)
            bar.advance(bar.task_ids[0])
    if errors and len(images) == 1:
        raise errors[0]
    for problem in errors:
        print_error(problem, as_json=False)
    if json:
        problems = [{"kind": type(problem).__name__, "message": problem.message} for problem in errors]
        print_json({"faces": [_face_json(path, face) for path, face in rows], "errors": problems})
    else:
        console.print(_faces_table(rows))
    recognised = any(face.match and face.match.accepted for _, face in rows)
    raise typer.Exit(errors[0].exit_code if errors else 0 if recognised else 1)


@app.command()
def compare(first: Path, second: Path, fmr: Strictness = None, json: Json = False) -> None:
    """Compare the faces of two pictures. Exit code 1 if they do not match."""
    with _application(fmr) as application:
        comparison = application.comparison.compare(first, second)
    if json:
        print_json(comparison)
    else:
        word = "Same person." if comparison.match else "Different people."
        console.print(
            f"{word} Similarity {comparison.similarity:.2f}, needs {comparison.threshold:.2f}; "
            f"{one_in(comparison.fmr)} would reach this."
        )
    raise typer.Exit(0 if comparison.match else 1)


def _application(point: str | None, liveness: LivenessPolicy | None = None, *, at_door: bool = False) -> Application:
    opened = open_for_verification if at_door else open_application
    return opened(
        recognition={"operating_point": point, "one_in": 0} if point else {},
        liveness={"policy": liveness} if liveness else {},
    )


def _verdict(ended: VerificationResult, person: Person) -> str:
    if ended.outcome is VerificationOutcome.LOCKED_OUT:
        if lasts_until_reset(round(ended.left_s * 1e9)):
            return f"Too many failed attempts for {person.name}. Reset them with: facelatch lockout reset"
        return f"Too many failed attempts for {person.name}. Wait for {math.ceil(ended.left_s)} seconds."
    explanation = f" {_explanation(ended.match)}" if ended.match else ""
    if ended.outcome is VerificationOutcome.NOT_LIVE:
        return f"Liveness was not shown.{explanation}"
    word = "This is" if ended.outcome is VerificationOutcome.ACCEPTED else "This is not"
    return f"{word} {person.name}.{explanation}"


def _verification_json(ended: VerificationResult, person: Person) -> dict[str, object]:
    compared = _match_json(ended.match) if ended.match else {"person": person.name}
    accepted = ended.outcome is VerificationOutcome.ACCEPTED
    return compared | {"match": accepted, "outcome": ended.outcome, "left_s": ended.left_s}


def _camera(application: Application, source: str) -> CameraSettings:
    return application.settings.with_changes(camera={"source": source}).camera


def _match_json(match: Match) -> dict[str, object]:
    return {
        "person": match.person.name if match.person else None,
        "similarity": match.similarity,
        "match": match.accepted,
        "fmr": match.fmr,
        "threshold": match.threshold,
    }


def _face_json(path: Path, face: IdentifiedFace) -> dict[str, object]:
    box, match = face.face.face.box, face.match
    return {
        "image": path,
        "box": [round(box.x), round(box.y), round(box.width), round(box.height)],
        "person": match.person.name if match and match.person and match.accepted else None,
        "similarity": match.similarity if match else None,
        "margin": match.margin if match else None,
        "match": bool(match and match.accepted),
        "verdict": match.verdict if match else Verdict.NOT_JUDGED,
        "hints": face.face.quality.hints,
    }


def _faces_table(rows: list[tuple[Path, IdentifiedFace]]) -> Table:
    table = Table("Picture", "Face", "Verdict", "Person", "Similarity", "Margin")
    for path, face in rows:
        box, match = face.face.face.box, face.match
        person = match.person.name if match and match.person and match.accepted else "–"
        verdict = str(match.verdict) if match else ", ".join(face.face.quality.hints)
        similarity = f"{match.similarity:.2f}" if match and match.person else "–"
        margin = f"{match.margin:.2f}" if match and match.margin is not None else "–"
        table.add_row(path.name, f"{box.width:.0f}×{box.height:.0f}", verdict, person, similarity, margin)
    return table


def _explanation(match: Match) -> str:
    return f"Similarity {match.similarity:.2f}, needs {match.threshold:.2f}; {one_in(match.fmr)} would reach this."
