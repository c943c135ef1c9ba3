"""Commands for the audit trail: what happened, when, and why."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, confirm, console, error_console, print_json, progress
from app.core.audit import AuditKind, AuditQuery
from app.core.errors import UnknownPerson
from app.services.audit.audit_service import AuditLine, is_person_id, pseudonym
from app.services.audit.export import event_json, format_of, write_events
from app.services.audit.export_signature import SignatureVerdict, check_signature, signature_path
from app.wiring import Application

app = typer.Typer(help="See and export what happened.")

_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]

_VERDICTS = {
    SignatureVerdict.GOOD: "This is what was exported.",
    SignatureVerdict.CHANGED: "The file was changed after it was exported.",
    SignatureVerdict.FORGED: "The signature does not belong to this file.",
    SignatureVerdict.OTHER_KEY: "Somebody else signed it.",
}

Kinds = Annotated[list[AuditKind] | None, typer.Option("--kind", help="Only this kind; may be given several times.")]
OfPerson = Annotated[str, typer.Option("--person", help="A name, or an id, also of somebody who has been erased.")]
By = Annotated[str, typer.Option("--actor", help="Who did it: window, command, kiosk, or one kiosk by name.")]
Since = Annotated[datetime | None, typer.Option(formats=_MOMENTS, help="At this moment or later, in local time.")]
Until = Annotated[datetime | None, typer.Option(formats=_MOMENTS, help="Before this moment, in local time.")]


@app.command("list")
def list_events(
    kind: Kinds = None,
    person: OfPerson = "",
    actor: By = "",
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    json: Json = False,
) -> None:
    """List what happened, the newest first."""
    with open_application() as application:
        query = _query(application, kind, person, actor, since, until)
        lines = application.audit.lines(query, limit)
        count = application.audit.count(query)
    if json:
        print_json({"events": [event_json(line) for line in lines], "count": count})
    elif not lines:
        console.print("Nothing of that kind has happened.")
    else:
        for line in lines:
            console.print(_words(line), markup=False)
        console.print(f"{len(lines):,} of {count:,}, the newest first.")


@app.command("export")
def export_events(
    file: Annotated[Path, typer.Argument(help="Ends in .json for JSON; anything else is CSV. It is replaced.")],
    kind: Kinds = None,
    person: OfPerson = "",
    actor: By = "",
    since: Since = None,
    until: Until = None,
    json: Json = False,
) -> None:
    """Write what happened into a file."""
    with open_application() as application:
        query = _query(application, kind, person, actor, since, until)
        total = application.audit.count(query)
        written = 0
        with progress("Events", total) as bar:
            for written in write_events(application.audit.pages(query), file, application.audit.signer):
                bar.update(bar.task_ids[0], completed=written)
        key = application.audit.signer.public_key.hex()
    if json:
        signature = signature_path(file)
        print_json(
            {"file": file, "format": format_of(file), "events": written, "signature": signature, "public_key": key}
        )
    else:
        console.print(f"{written:,} events are in {file}, signed in {signature_path(file).name}.", markup=False)
        console.print(f"Public key: {key}", markup=False)


@app.command("verify")
def verify_trail(json: Json = False) -> None:
    """Follow the chain of all events, and name the first that was changed or is missing. Ends with 3 if one is."""
    with open_application() as application:
        report = application.audit.verify()
    broken = report.broken
    if json:
        print_json(report)
    elif broken is None:
        console.print(f"The audit trail is whole: {report.events:,} events, up to number {report.last}.")
    else:
        where = f"At event {broken.sequence}" if broken.sequence else "Beside the trail"
        error_console.print(f"{where}: {broken.finding}.", style="bold red", markup=False)
        error_console.print("Once you know why, go on from here with: facelatch audit reseal", markup=False)
    if broken is not None:
        raise typer.Exit(3)


@app.command()
def reseal(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, json: Json = False) -> None:
    """Go on from the trail as it is, after its end was lost. What was changed within it goes on being named."""
    if not yes:
        confirm("From now on nobody can tell what was lost at the end. Go on?", "Resealing needs a yes.")
    with open_application() as application:
        event = application.audit.reseal()
    if json:
        print_json({"sealed": event.id})
    else:
        console.print(f"Sealed at event {event.id}.")


@app.command("verify-export")
def verify_export(
    file: Annotated[Path, typer.Argument(help="An write_events; its .sig file lies beside it.")],
    key: Annotated[str, typer.Option(help="The public key of whoever must have signed it.")] = "",
    json: Json = False,
) -> None:
    """Say whether an export is as it was written. Ends with 1 if it is not."""
    report = check_signature(file, key)
    if json:
        print_json({"file": file, **asdict(report)})
    else:
        console.print(_VERDICTS[report.verdict], markup=False)
        console.print(f"Public key: {report.public_key}", markup=False)
    if report.verdict is not SignatureVerdict.GOOD:
        raise typer.Exit(1)


def _query(
    application: Application,
    kinds: list[AuditKind] | None,
    person: str,
    actor: str,
    since: datetime | None,
    until: datetime | None,
) -> AuditQuery:
    return AuditQuery(
        kinds=kinds or (),
        subject=_subject(application, person) if person else "",
        actor=actor,
        since=since.astimezone() if since else None,
        until=until.astimezone() if until else None,
    )


def _subject(application: Application, person: str) -> str:
    """The id meant: of somebody enrolled, or of somebody erased, who has no name any more."""
    try:
        return application.people.find(person).id
    except UnknownPerson:
        if is_person_id(person):
            return person
        raise


def _words(line: AuditLine) -> str:
    """An event on one line, however narrow the terminal, so that it can be searched."""
    entry = line.event.entry
    who = line.name or (f"erased person {pseudonym(entry.subject)}" if entry.subject else "–")
    details = ", ".join(f"{name} {value}" for name, value in entry.details.items() if value is not None)
    return f"{line.event.at.astimezone():%Y-%m-%d %H:%M:%S}  {entry.kind.value:18}  {who}  [{entry.actor}]  {details}"
