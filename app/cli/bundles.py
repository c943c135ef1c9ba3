"""Commands that export people to a bundle, and import them from one."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, console, print_json, progress
from app.core.bundles import BundleOutcome, BundleReport, ImportedPerson, NameConflictRule
from app.core.errors import InvalidRequest
from app.core.people import Person
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
        passphrase = _read_passphrase(twice=True)
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
        passphrase = _read_passphrase(twice=False)
        with progress("People", header.people) as bar:
            report = application.bundles.import_people(
                file,
                passphrase,
                same_name,
                dry_run=dry_run,
                bring_back=bring_back_erased,
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
    return [entry.person for entry in PeopleFilter("", group, None, None).chosen(entries)]


def _read_passphrase(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    passphrase = getpass.getpass("Passphrase: ")
    if twice and getpass.getpass("Repeat: ") != passphrase:
        raise InvalidRequest("The passphrases differ.", "Type the same passphrase twice.")
    return passphrase
