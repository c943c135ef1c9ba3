"""Commands for the database: check, backup, restore."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli import store_keys
from app.cli.application import open_application
from app.cli.output import Json, confirm, console, print_json, print_table

app = typer.Typer(help="Check, back up and restore the database, and manage its keys.")
app.add_typer(store_keys.app, name="key")
app.command("revoke-templates")(store_keys.revoke_templates)


@app.command("check")
def check_store(json: Json = False) -> None:
    """Check all records of the database and list the faults. Exit code 3 if there are any."""
    with open_application() as application:
        faults = application.store.check()
    if json:
        print_json({"faults": faults})
    elif not faults:
        console.print("The database is intact.")
    else:
        table = Table("Kind", "Place", "Finding")
        for fault in faults:
            table.add_row(fault.kind, fault.where, fault.finding)
        console.print(table)
        if any(fault.kind != "backup" for fault in faults):
            console.print("Restore a backup with: facelatch store restore", markup=False)
    if faults:
        raise typer.Exit(3)


@app.command()
def backup(
    target: Annotated[
        Path | None, typer.Argument(help="A file or a directory; by default the directory of backups.")
    ] = None,
    json: Json = False,
) -> None:
    """Back up the database to one file, also while the program is running."""
    with open_application() as application:
        path = application.store.back_up(target)
    if json:
        print_json({"backup": path})
    else:
        console.print(f"Backed up to {path}", markup=False, soft_wrap=True)


@app.command()
def backups(json: Json = False) -> None:
    """List the backups, including those made before a migration or a restore."""
    with open_application() as application:
        kept = application.store.backups()
    if json:
        print_json({"backups": kept})
        return
    if not kept:
        console.print("There are no backups.")
        return
    table = Table("Date", "File", "Reason", "Size (kB)")
    for each in kept:
        table.add_row(
            f"{each.made_at.astimezone():%Y-%m-%d %H:%M:%S}", each.path.name, each.reason, f"{each.size / 1000:.0f}"
        )
    print_table(table)


@app.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="A file, or a name from 'store backups'.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Restore a backup. People erased since the backup stay erased."""
    if not yes:
        confirm("All changes since the backup are lost. Continue?", "Restoring requires confirmation.")
    with open_application() as application:
        aside = application.store.restore(backup)
    if json:
        print_json({"restored": backup, "damaged_kept_as": aside})
        return
    console.print("The backup was restored.")
    if aside is not None:
        console.print(f"The damaged database was moved to {aside}", markup=False, soft_wrap=True)
