"""Commands for the database as a whole."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli import store_keys
from app.cli.application import open_application
from app.cli.output import Json, confirm, console, print_json

app = typer.Typer(help="Look over, back up and restore the database; its keys.")
app.add_typer(store_keys.app, name="key")
app.command("revoke-templates")(store_keys.revoke_templates)


@app.command("check")
def check_store(json: Json = False) -> None:
    """Look at everything stored, and say what is wrong with it. Ends with 3 if anything is."""
    with open_application() as application:
        faults = application.store.check()
    if json:
        print_json({"faults": faults})
    elif not faults:
        console.print("The database is in order.")
    else:
        table = Table("What", "Where", "Finding")
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
        Path | None, typer.Argument(help="A file or a directory; by default beside the other backups.")
    ] = None,
    json: Json = False,
) -> None:
    """Copy the database into one file, also while the program is running."""
    with open_application() as application:
        path = application.store.back_up(target)
    if json:
        print_json({"backup": path})
    else:
        console.print(f"Backed up to {path}", markup=False, soft_wrap=True)


@app.command()
def backups(json: Json = False) -> None:
    """List the backups kept: those asked for, those made before a migration, and those made before a restore."""
    with open_application() as application:
        kept = application.store.backups()
    if json:
        print_json({"backups": kept})
        return
    if not kept:
        console.print("There are no backups yet.")
        return
    table = Table("File", "Why", "Size (kB)")
    for each in kept:
        table.add_row(each.path.name, each.reason, f"{each.size / 1000:.0f}")
    console.print(table)


@app.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="A file, or the name of one from 'store backups'.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Make the database what it was when a backup was made. Who was erased since then stays erased."""
    if not yes:
        confirm("Everything changed since that backup is undone. Go on?", "Restoring needs a yes.")
    with open_application() as application:
        aside = application.store.restore(backup)
    if json:
        print_json({"restored": backup, "damaged_kept_as": aside})
        return
    console.print("Restored.")
    if aside is not None:
        console.print(f"The damaged database is kept as {aside}", markup=False, soft_wrap=True)
