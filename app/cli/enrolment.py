"""The command that enrols a person."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli.application import open_application
from app.cli.output import Json, console, error_console, one_in, print_json, progress
from app.core.errors import InvalidRequest, NoConsent
from app.core.people import Consent, Person
from app.core.settings.sections import Language
from app.flows.enrolment import EnrolmentStatus
from app.services.enrolment.camera_enrolment import enrol_from_camera, enrol_from_video
from app.services.enrolment.consent import ConsentText
from app.services.enrolment.enrolment_service import Applicant, EnrolmentReport, RefusedPicture
from app.services.enrolment.lookalikes import (
    AlreadyEnrolledAs,
    ChooseForLookalike,
    Lookalike,
    LookalikeChoice,
    cancel_enrolment,
)
from app.services.recognition.pictures import picture_files
from app.wiring import Application

app = typer.Typer()

_LOWEST_FMR = 1e-6
"""Lowest false match rate with a measured threshold; smaller rates are shown as a bound."""

_EXAMPLE = "For example: facelatch enroll Ada --images photos/ada"

Agreed = Annotated[
    bool,
    typer.Option("--consent", help="The person consents to the text of “facelatch people consent”."),
]


@app.command()
def enroll(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    images: Annotated[
        list[Path] | None, typer.Option(help="A folder of pictures, or a picture; may be repeated.")
    ] = None,
    camera: Annotated[
        str | None,
        typer.Option(help="Number or name of a webcam, folder of pictures, address (rtsp://, http://), or demo."),
    ] = None,
    video: Annotated[Path | None, typer.Option(help="A video file; every frame is processed.")] = None,
    badge: Annotated[str | None, typer.Option(help="The person's badge number.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="A group; may be repeated.")] = None,
    consent: Agreed = False,
    add: Annotated[bool, typer.Option("--add", help="Add templates if a person of that name is enrolled.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Enrol even if an enrolled person looks alike.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="With a camera or a video: frontal pose only.")] = False,
    json: Json = False,
) -> None:
    """Enrol a person from pictures, a video or a camera. Exit code 1 if an enrolled person looks alike."""
    if sum(source is not None for source in (images, camera, video)) != 1:
        raise InvalidRequest("Name one of --images, --video and --camera.", _EXAMPLE)
    decide = _save if anyway else _ask if sys.stdin.isatty() and not json else cancel_enrolment
    with open_application() as application:
        who = application.enrolment.resolve(Applicant(name, badge, tuple(group or ())), add=add)
        agreed = ask_for_consent(application, who.name, agreed=consent)
        if images is not None:
            report = _from_pictures(application, who, _picture_files(images), agreed, decide)
        elif video is not None:
            report = _from_film(application, who, video, agreed, decide, quick=quick)
        else:
            assert camera is not None
            report = _from_camera(application, who, camera, agreed, decide, quick=quick)
    _print_report(report, who.name, as_json=json)


def ask_for_consent(application: Application, name: str, *, agreed: bool) -> Consent:
    """Return the consent of a person; prompt for it unless it is already given.

    Args:
        application: Source of the consent text.
        name: Name of the person.
        agreed: Whether the person has consented already (`--consent`).

    Raises:
        NoConsent: The person declines, or standard input is no terminal.
    """
    shown = consent_text(application)
    if not agreed:
        if not sys.stdin.isatty():
            raise NoConsent(
                NoConsent.MESSAGE,
                "Show the person the text of “facelatch people consent”, and add --consent once they agree.",
                name=name,
            )
        print_consent(application, shown, error_console)
        if not typer.confirm(f"\n{name}, do you agree (version {shown.version})?", err=True):
            raise NoConsent(name=name)
    return application.consent.given(shown, "the option --consent" if agreed else "")


def print_consent(application: Application, shown: ConsentText, onto: Console) -> None:
    """Print the consent text, and the settings that concern the person's data.

    Args:
        application: Source of the settings.
        shown: Consent text.
        onto: Console to print to.
    """
    privacy = application.settings.privacy
    onto.print(shown.text, markup=False)
    if privacy.keep_thumbnails:
        onto.print("\nThumbnails of the face (112 × 112 pixels) are stored, too.", markup=False)
    if privacy.delete_after_days:
        onto.print(f"\nAll data is erased after {privacy.delete_after_days} days.", markup=False)


def consent_text(application: Application) -> ConsentText:
    """Return the consent text in the language of the settings."""
    language = application.settings.appearance.language
    return application.consent.text("en" if language is Language.SYSTEM else language.value)


def lookalike_json(lookalike: Lookalike | None) -> dict[str, object] | None:
    """Return the JSON of a lookalike; None if there is none."""
    if lookalike is None:
        return None
    return {
        "kind": type(lookalike).__name__,
        "person": lookalike.person.name,
        "similarity": lookalike.similarity,
        "fmr": lookalike.fmr,
    }


def lookalike_message(lookalike: Lookalike) -> str:
    """Return a sentence about a lookalike, with advice."""
    strangers = one_in(lookalike.fmr) if lookalike.fmr >= _LOWEST_FMR else "fewer than 1 in 1,000,000 strangers"
    likeness = f"similarity {lookalike.similarity:.2f}; {strangers} would reach this"
    if isinstance(lookalike, AlreadyEnrolledAs):
        return f"This person is already enrolled as {lookalike.person.name} ({likeness})."
    advice = (
        f"use “settings set recognition.one_in {lookalike.stricter}”"
        if lookalike.stricter
        else "add more pictures of both"
    )
    return f"This person looks like {lookalike.person.name} ({likeness}): {advice}."


def refusal_json(refused: RefusedPicture) -> dict[str, object]:
    """Return the JSON of a rejected picture."""
    return {"image": refused.path, "kind": type(refused.error).__name__, "message": refused.error.message}


def _save(_: Lookalike) -> LookalikeChoice:
    return LookalikeChoice.SAVE


def _ask(lookalike: Lookalike) -> LookalikeChoice:
    error_console.print(lookalike_message(lookalike), markup=False)
    other = lookalike.person.name
    answer = typer.prompt(f"[s]ave anyway, [a]dd these pictures to {other}, or [c]ancel", default="c", err=True)
    return {"s": LookalikeChoice.SAVE, "a": LookalikeChoice.ADD}.get(
        str(answer).strip().lower()[:1], LookalikeChoice.CANCEL
    )


def _print_report(report: EnrolmentReport, name: str, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "person": report.person,
                "taken": report.taken,
                "refused": [refusal_json(refused) for refused in report.refused],
                "lookalike": lookalike_json(report.lookalike),
                "self_test": report.test,
            }
        )
    else:
        for refused in report.refused:
            error_console.print(f"Rejected: {refused.error.message}", markup=False)
        _print_outcome(report, name)
    if report.person is None:
        raise typer.Exit(1)


def _print_outcome(report: EnrolmentReport, name: str) -> None:
    if report.person is not None:
        console.print(f"{report.person.name} is enrolled with {report.person.templates} templates.", markup=False)
    elif report.lookalike is not None:
        console.print(lookalike_message(report.lookalike), markup=False)
        console.print(f"{name} was not enrolled. Use --anyway to enrol nevertheless.", markup=False)


def _picture_files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        files += picture_files(path) if path.is_dir() else [path]
    return files


def _from_pictures(
    application: Application, who: Applicant | Person, paths: list[Path], consent: Consent, decide: ChooseForLookalike
) -> EnrolmentReport:
    with progress("Pictures", len(paths)) as bar:
        return application.enrolment.enrol_from_pictures(
            who, paths, consent, decide=decide, progress=lambda _: bar.advance(bar.task_ids[0])
        )


def _from_film(
    application: Application,
    who: Applicant | Person,
    film: Path,
    consent: Consent,
    decide: ChooseForLookalike,
    *,
    quick: bool,
) -> EnrolmentReport:
    with application.models.vision.video_analyzer() as analyzer, progress("Video", None) as bar:
        return enrol_from_video(
            application.enrolment,
            film,
            analyzer,
            application.matcher.identify,
            who,
            consent,
            quick=quick,
            decide=decide,
            progress=lambda status: bar.update(bar.task_ids[0], description=_status_line(status)),
        )


def _from_camera(
    application: Application,
    who: Applicant | Person,
    source: str,
    consent: Consent,
    decide: ChooseForLookalike,
    *,
    quick: bool,
) -> EnrolmentReport:
    poses = 1 if quick else len(application.settings.enrolment.poses)
    with progress("Look at the camera", poses) as bar:
        return enrol_from_camera(
            application.live,
            application.enrolment,
            application.settings.with_changes(camera={"source": source}).camera,
            who,
            consent,
            quick=quick,
            decide=decide,
            progress=lambda status: bar.update(
                bar.task_ids[0], completed=status.done, description=_status_line(status)
            ),
        )


def _status_line(status: EnrolmentStatus) -> str:
    asked = f" ({status.pose})" if status.pose else ""
    return (", ".join(status.hints) or status.guidance) + asked
