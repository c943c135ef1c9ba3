"""Commands for the audit log."""

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

app = typer.Typer(help="List, verify and export the audit log.")

_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]

_VERDICTS = {
    SignatureVerdict.GOOD: "The signature is valid: the file is as exported.",
    SignatureVerdict.CHANGED: "The file was changed after the export.",
    SignatureVerdict.FORGED: "The signature does not belong to this file.",
    SignatureVerdict.OTHER_KEY: "The file was signed with another key.",
}

Kinds = Annotated[list[AuditKind] | None, typer.Option("--kind", help="Only events of this kind; may be repeated.")]
OfPerson = Annotated[str, typer.Option("--person", help="A name or an id, also that of an erased person.")]
By = Annotated[str, typer.Option("--actor", help="Who did it: window, command, kiosk, or the name of one kiosk.")]
Since = Annotated[datetime | None, typer.Option(formats=_MOMENTS, help="Start time, inclusive, in local time.")]
Until = Annotated[datetime | None, typer.Option(formats=_MOMENTS, help="End time, exclusive, in local time.")]


@app.command("list")
def list_events(
    kind: Kinds = None,
    person: OfPerson = "",
    actor: By = "",
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="Largest number of events; the newest are listed.")] = 50,
    json: Json = False,
) -> None:
    """List events, the newest first."""
    with open_application() as application:
        query = _query(application, kind, person, actor, since, until)
        lines = application.audit.lines(query, limit)
        count = application.audit.count(query)
    if json:
        print_json({"events": [event_json(line) for line in lines], "count": count})
    elif not lines:
        console.print("No events match.")
    else:
        for line in lines:
            console.print(_format_line(line), markup=False)
        console.print(f"{len(lines):,} of {count:,}, the newest first.")


@app.command("export")
def export_events(
    file: Annotated[
        Path, typer.Argument(help="Output file: JSON if it ends in .json, else CSV. An existing file is replaced.")
    ],
    kind: Kinds = None,
    person: OfPerson = "",
    actor: By = "",
    since: Since = None,
    until: Until = None,
    json: Json = False,
) -> None:
    """Export events to a signed file."""
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
        console.print(
            f"{written:,} events were written to {file}, with the signature in {signature_path(file).name}.",
            markup=False,
        )
        console.print(f"Public key: {key}", markup=False)


@app.command("verify")
def verify_log(json: Json = False) -> None:
    """Verify the hash chain of all events, and report the first changed or missing one. Exit code 3 if there is one."""
    with open_application() as application:
        report = application.audit.verify()
    broken = report.broken
    if json:
        print_json(report)
    elif broken is None:
        console.print(f"The audit log is intact: {report.events:,} events, up to number {report.last}.")
    else:
        where = f"At event {broken.sequence}" if broken.sequence else "Outside the log"
        error_console.print(f"{where}: {broken.finding}.", style="bold red", markup=False)
        error_console.print(
            "Once you know the cause, accept the current end of the log with: facelatch audit reseal", markup=False
        )
    if broken is not None:
        raise typer.Exit(3)


@app.command()
def reseal(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, json: Json = False) -> None:
    """Accept the current end of the log after its end was lost. Changes within the log are still reported."""
    if not yes:
        confirm(
            "Afterwards, lost events at the end can no longer be detected. Continue?",
            "Resealing requires confirmation.",
        )
    with open_application() as application:
        event = application.audit.reseal()
    if json:
        print_json({"sealed": event.id})
    else:
        console.print(f"The log was resealed at event {event.id}.")


@app.command("verify-export")
def verify_export(
    file: Annotated[Path, typer.Argument(help="An write_events; its .sig file lies beside it.")],
    key: Annotated[str, typer.Option(help="The public key that must have signed the file.")] = "",
    json: Json = False,
) -> None:
    """Verify the signature of an exported file. Exit code 1 if it is not valid."""
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
    """Id of an enrolled person by name or id, or the given id of an erased person."""
    try:
        return application.people.find(person).id
    except UnknownPerson:
        if is_person_id(person):
            return person
        raise


def _format_line(line: AuditLine) -> str:
    """Format an event on one line, so that the output can be searched."""
    entry = line.event.entry
    who = line.name or (f"erased person {pseudonym(entry.subject)}" if entry.subject else "–")
    details = ", ".join(f"{name} {value}" for name, value in entry.details.items() if value is not None)
    return f"{line.event.at.astimezone():%Y-%m-%d %H:%M:%S}  {entry.kind.value:18}  {who}  [{entry.actor}]  {details}"
