"""Commands that import and export people: bundles of another installation, folders and tables."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, TextIO

import typer

from app.cli.application import open_application
from app.cli.enrolment import Agreed, consent_text, lookalike_json, lookalike_message, refusal_json
from app.cli.output import Json, console, error_console, print_json, progress, read_secret
from app.core.bundles import BundleOutcome, BundleReport, ImportedPerson, NameConflictRule
from app.core.errors import ExportFailed
from app.core.people import Person
from app.services.people.import_source import count_candidates, read_candidates
from app.services.people.people_import import ImportOutcome, ImportReport, ImportResult, PeopleImport
from app.services.people.people_index import PeopleFilter
from app.wiring import Application

app = typer.Typer()

_OUTCOMES = {
    BundleOutcome.ADDED: "added",
    BundleOutcome.UPDATED: "updated: the bundle was newer",
    BundleOutcome.UNCHANGED: "skipped: not newer than here",
    BundleOutcome.RENAMED: "added under another name",
    BundleOutcome.MERGED: "merged with the person of that name",
    BundleOutcome.NAME_TAKEN: "skipped: another person has the name",
    BundleOutcome.ERASED_HERE: "skipped: erased here before",
}
_EXPECTED = {BundleOutcome.ADDED, BundleOutcome.UPDATED, BundleOutcome.UNCHANGED}


@app.command("export")
def export_people(
    file: Annotated[Path, typer.Argument(help="Output file. An existing file is replaced.")],
    who: Annotated[list[str] | None, typer.Option("--person", help="A name or an id; may be repeated.")] = None,
    group: Annotated[str, typer.Option(help="Only people in this group.")] = "",
    thumbnails: Annotated[bool, typer.Option(help="Include thumbnails.")] = True,
    json: Json = False,
) -> None:
    """Export people to an encrypted bundle for another installation. Without options, all people are exported."""
    with open_application() as application:
        people = _selected(application, who or [], group)
        passphrase = read_secret("passphrase", repeat=True)
        with progress("People", len(people)) as bar:
            written = application.bundles.export(
                people,
                file,
                passphrase,
                thumbnails=thumbnails,
                progress=lambda done: bar.update(bar.task_ids[0], completed=done),
            )
    if json:
        print_json({"file": file, "people": written})
    else:
        console.print(
            f"{written:,} people were exported to {file}. The file cannot be read without the passphrase.", markup=False
        )


@app.command("import-bundle")
def import_bundle(
    file: Annotated[Path, typer.Argument(help="A bundle written by 'people export'.")],
    same_name: Annotated[
        NameConflictRule,
        typer.Option(help="If another person has the name: skip, add as “Name (2)”, or merge."),
    ] = NameConflictRule.SKIP,
    bring_back_erased: Annotated[
        bool,
        typer.Option(
            "--bring-back-erased", help="Import people who were erased here as new people: they consented again."
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would be done, without changes.")] = False,
    json: Json = False,
) -> None:
    """Import people from a bundle. An import is all or nothing: an invalid bundle changes nothing."""
    with open_application() as application:
        header = application.bundles.header(file)
        passphrase = read_secret("passphrase")
        with progress("People", header.people) as bar:
            report = application.bundles.import_people(
                file,
                passphrase,
                same_name,
                dry_run=dry_run,
                reimport_erased=bring_back_erased,
                progress=lambda done: bar.update(bar.task_ids[0], completed=done),
            )
    if json:
        counts = {outcome.value: number for outcome, number in report.counts.items()}
        print_json(
            {"people": report.people, "counts": counts, "enrol_again": report.needing_enrolment, "dry_run": dry_run}
        )
    else:
        _print_report(report)


def _print_report(report: BundleReport) -> None:
    if report.dry_run:
        console.print("Dry run, nothing was changed:")
    for outcome, number in report.counts.items():
        if number:
            console.print(f"{number:,} {_OUTCOMES[outcome]}")
    for one in report.people:
        if one.outcome not in _EXPECTED or one.badge_taken:
            console.print(f"  {one.name}: {_outcome_of(one)}", markup=False)
    renewed = sum(bool(one.renewed) for one in report.people)
    if renewed:
        console.print(f"{renewed:,} came from another model: their templates were computed from their thumbnails.")
    if report.counts[BundleOutcome.ERASED_HERE]:
        console.print("Erased people are not imported, unless they consented again: --bring-back-erased", markup=False)
    if report.needing_enrolment:
        console.print(f"{report.needing_enrolment:,} have to be re-enrolled: their templates belong to another model.")
        console.print("List them with: facelatch people outdated", markup=False)


def _outcome_of(one: ImportedPerson) -> str:
    return _OUTCOMES[one.outcome] + (", without the badge number, which another person has" if one.badge_taken else "")


def _selected(application: Application, who: list[str], group: str) -> list[Person]:
    if who:
        return [application.people.find(name) for name in who]
    entries = application.people.people_index().entries
    return [entry.person for entry in PeopleFilter("", group, None, None).select(entries)]


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
    done: list[ImportResult] = []
    stopped = False
    total = count_candidates(source)
    with open_application() as application, _report(report) as written, progress("People", total) as bar:
        agreed = application.consent.given(consent_text(application), f"an import from {source.name}")
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


def _print_summary(done: list[ImportResult], *, stopped: bool, as_json: bool) -> None:
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


def _is_notable(imported: ImportResult) -> bool:
    return bool(imported.outcome is ImportOutcome.REFUSED or imported.refused or imported.lookalike)


def _entry(imported: ImportResult) -> dict[str, object]:
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


def _message(imported: ImportResult) -> str:
    return imported.message or (lookalike_message(imported.lookalike) if imported.lookalike else "")


def _print_rejected(refused: list[ImportResult]) -> None:
    for imported in refused[:_MAX_PRINTED]:
        error_console.print(
            f"Rejected: {imported.candidate.where}, {imported.candidate.name}: {_message(imported)}", markup=False
        )
    if len(refused) > _MAX_PRINTED:
        error_console.print(f"… and {len(refused) - _MAX_PRINTED} more; --report FILE lists all.", markup=False)


def _print_lookalikes(enrolled: Iterable[ImportResult]) -> None:
    for imported in enrolled:
        if imported.lookalike is not None:
            error_console.print(f"{imported.candidate.name}: {lookalike_message(imported.lookalike)}", markup=False)
