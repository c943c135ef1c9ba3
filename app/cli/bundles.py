"""Commands for people on their way to another installation, and from one."""

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

_WORDS = {
    BundleOutcome.ADDED: "added",
    BundleOutcome.UPDATED: "updated: the bundle was newer",
    BundleOutcome.UNCHANGED: "left: what is here is as new",
    BundleOutcome.RENAMED: "added under another name",
    BundleOutcome.MERGED: "merged into whoever has the name",
    BundleOutcome.NAME_TAKEN: "left: somebody else has the name",
    BundleOutcome.ERASED_HERE: "left: erased here before",
}
_UNREMARKABLE = {BundleOutcome.ADDED, BundleOutcome.UPDATED, BundleOutcome.UNCHANGED}


@app.command("export")
def export_people(
    file: Annotated[Path, typer.Argument(help="The bundle. It is replaced.")],
    who: Annotated[
        list[str] | None, typer.Option("--person", help="A name or an id; may be given several times.")
    ] = None,
    group: Annotated[str, typer.Option(help="Only those in this group.")] = "",
    thumbnails: Annotated[bool, typer.Option(help="With the small pictures that were kept.")] = True,
    json: Json = False,
) -> None:
    """Write people into one encrypted file, for another installation. Without options, everybody."""
    with open_application() as application:
        people = _chosen(application, who or [], group)
        passphrase = _ask(twice=True)
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
        console.print(f"{written:,} people are in {file}. Without the passphrase nobody can read it.", markup=False)


@app.command("import-bundle")
def import_bundle(
    file: Annotated[Path, typer.Argument(help="A file that 'people export' has written.")],
    same_name: Annotated[
        NameConflictRule,
        typer.Option(help="Somebody whose name somebody else has: leave, add as “Name (2)”, or merge."),
    ] = NameConflictRule.SKIP,
    bring_back_erased: Annotated[
        bool,
        typer.Option("--bring-back-erased", help="Take in those erased here, as somebody new: they agreed again."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    json: Json = False,
) -> None:
    """Take people in from such a file: all that can be, or nobody if anything is wrong with it."""
    with open_application() as application:
        header = application.bundles.look(file)
        passphrase = _ask(twice=False)
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
        _tell(report)


def _tell(report: BundleReport) -> None:
    if report.dry_run:
        console.print("Nothing was changed. This is what would be done:")
    for outcome, number in report.counts.items():
        if number:
            console.print(f"{number:,} {_WORDS[outcome]}")
    for one in report.people:
        if one.outcome not in _UNREMARKABLE or one.badge_taken:
            console.print(f"  {one.name}: {_remark(one)}", markup=False)
    renewed = sum(bool(one.renewed) for one in report.people)
    if renewed:
        console.print(f"{renewed:,} come from another model: their templates were made of their kept pictures.")
    if report.counts[BundleOutcome.ERASED_HERE]:
        console.print("Whoever was erased stays so, unless they agreed again: --bring-back-erased", markup=False)
    if report.needing_enrolment:
        console.print(f"{report.needing_enrolment:,} have to be enrolled again: their templates are of another model.")
        console.print("See them with: facelatch people outdated", markup=False)


def _remark(one: ImportedPerson) -> str:
    return _WORDS[one.outcome] + (", without the badge number, which somebody has" if one.badge_taken else "")


def _chosen(application: Application, who: list[str], group: str) -> list[Person]:
    if who:
        return [application.people.find(name) for name in who]
    entries = application.people.roster().entries
    return [entry.person for entry in PeopleFilter("", group, None, None).chosen(entries)]


def _ask(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    passphrase = getpass.getpass("Passphrase: ")
    if twice and getpass.getpass("Once more: ") != passphrase:
        raise InvalidRequest("These are two different passphrases.", "Type the same one twice.")
    return passphrase
