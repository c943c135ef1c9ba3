"""The command that enrols many people from a folder or table."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, TextIO

import typer

from app.cli.application import open_application
from app.cli.enrolment import Agreed, consent_text, lookalike_json, lookalike_message, refusal_json
from app.cli.output import Json, console, error_console, print_json, progress
from app.core.errors import ExportFailed
from app.services.people.import_source import count_candidates, read_candidates
from app.services.people.people_import import Imported, ImportOutcome, ImportReport, PeopleImport

app = typer.Typer()

_MAX_PRINTED = 20


@app.command("import")
def import_people(
    source: Annotated[Path, typer.Argument(help="A folder with one subfolder of pictures per person, or a CSV file.")],
    consent: Agreed = False,
    add: Annotated[bool, typer.Option("--add", help="Add templates to people enrolled under the same name.")] = False,
    report: Annotated[Path | None, typer.Option(help="CSV file for the outcome of each person.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the CSV file; by default detected: UTF-8, GB 18030 or Latin-1.")
    ] = None,
    json: Json = False,
) -> None:
    """Enrol many people. Exit code 1 if a person was rejected. Ctrl+C stops between two people.

    A CSV file has the columns name and pictures (a folder, or paths separated by semicolons), and optionally badge,
    groups, note, valid_from, valid_until and consent (yes or no).
    """
    done: list[Imported] = []
    stopped = False
    total = count_candidates(source)
    with open_application() as application, _report(report) as written, progress("People", total) as bar:
        agreed = application.consent.given(consent_text(application))
        importer = PeopleImport(application.enrolment)
        candidates = read_candidates(source, encoding)
        try:
            for imported in importer.run(candidates, agreed, default_consent=consent, add=add):
                done.append(imported)
                if written is not None:
                    written.add(imported)
                bar.advance(bar.task_ids[0])
        except KeyboardInterrupt:
            stopped = True
    _print_summary(done, stopped=stopped, as_json=json)


@contextmanager
def _report(path: Path | None) -> Iterator[ImportReport | None]:
    try:
        # Spreadsheet programs recognise UTF-8 by the byte order mark.
        opened = nullcontext[TextIO | None](None) if path is None else path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error
    with opened as file:
        yield None if file is None else ImportReport(file)


def _print_summary(done: list[Imported], *, stopped: bool, as_json: bool) -> None:
    refused = [imported for imported in done if imported.outcome is ImportOutcome.REFUSED]
    enrolled = len(done) - len(refused)
    if as_json:
        entries = [_entry(imported) for imported in done if _is_notable(imported)]
        print_json({"enrolled": enrolled, "refused": len(refused), "stopped": stopped, "entries": entries})
    else:
        _print_rejected(refused)
        _print_lookalikes(imported for imported in done if imported.outcome is ImportOutcome.ENROLLED)
        console.print(f"{enrolled} enrolled, {len(refused)} rejected.{' Stopped.' if stopped else ''}")
    if refused or stopped:
        raise typer.Exit(1)


def _is_notable(imported: Imported) -> bool:
    return bool(imported.outcome is ImportOutcome.REFUSED or imported.refused or imported.lookalike)


def _entry(imported: Imported) -> dict[str, object]:
    return {
        "where": imported.candidate.where,
        "name": imported.candidate.name,
        "outcome": imported.outcome.value,
        "templates": imported.templates,
        "reason": imported.reason,
        "message": _message(imported),
        "pictures_refused": [refusal_json(refused) for refused in imported.refused],
        "lookalike": lookalike_json(imported.lookalike),
    }


def _message(imported: Imported) -> str:
    return imported.message or (lookalike_message(imported.lookalike) if imported.lookalike else "")


def _print_rejected(refused: list[Imported]) -> None:
    for imported in refused[:_MAX_PRINTED]:
        error_console.print(
            f"Rejected: {imported.candidate.where}, {imported.candidate.name}: {_message(imported)}", markup=False
        )
    if len(refused) > _MAX_PRINTED:
        error_console.print(f"… and {len(refused) - _MAX_PRINTED} more; --report FILE lists all.", markup=False)


def _print_lookalikes(enrolled: Iterable[Imported]) -> None:
    for imported in enrolled:
        if imported.lookalike is not None:
            error_console.print(f"{imported.candidate.name}: {lookalike_message(imported.lookalike)}", markup=False)
