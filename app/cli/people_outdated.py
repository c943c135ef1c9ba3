"""Commands for people without templates of the current model."""

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, print_json, print_table, progress
from app.cli.people_words import local

app = typer.Typer()


@app.command()
def outdated(json: Json = False) -> None:
    """List the people without a template of the current model. Exit code 1 if there are any."""
    with open_application() as application:
        queue = application.reenrolment.queue()
    if json:
        print_json({"people": queue.people, "model": queue.model, "done": queue.done, "total": queue.total})
    elif not queue.people:
        console.print(f"All people have a template of {queue.model}.")
    else:
        table = Table("Name", "Badge", "Groups", "Enrolled", "Id")
        for person in queue.people:
            groups = escape(", ".join(person.groups))
            table.add_row(escape(person.name), escape(person.badge or ""), groups, local(person.created_at), person.id)
        print_table(table)
        console.print(f"{len(queue.people):,} of {queue.total:,} have no template of {queue.model}.")
        console.print("Compute templates from stored thumbnails with: facelatch people renew", markup=False)
        console.print("Re-enrol a person with: facelatch enroll NAME --camera 0 --add", markup=False)
    if queue.people:
        raise typer.Exit(1)


@app.command()
def renew(json: Json = False) -> None:
    """Compute templates of the current model from the thumbnails stored with older templates."""
    with open_application() as application:
        service = application.reenrolment
        done = 0
        with progress("People", len(service.queue().people)) as bar:
            for done in service.migrate():
                bar.update(bar.task_ids[0], completed=done)
        left = len(service.queue().people)
    if json:
        print_json({"renewed": done, "left": left})
        return
    console.print(f"Templates of {done:,} people were computed from their thumbnails.")
    if left:
        console.print(f"{left:,} have to be re-enrolled. List them with: facelatch people outdated", markup=False)
