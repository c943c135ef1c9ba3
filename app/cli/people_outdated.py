"""Commands for those who have to be enrolled again since the model was changed."""

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, print_json, print_table, progress
from app.cli.people_words import local

app = typer.Typer()


@app.command()
def outdated(json: Json = False) -> None:
    """List who has to be enrolled again: those without a template of the model in use. Ends with 1 if there are any."""
    with open_application() as application:
        queue = application.reenrolment.queue()
    if json:
        print_json({"people": queue.people, "model": queue.model, "done": queue.done, "total": queue.total})
    elif not queue.people:
        console.print(f"Everybody has a template of {queue.model}.")
    else:
        table = Table("Name", "Badge", "Groups", "Enrolled", "Id")
        for person in queue.people:
            groups = escape(", ".join(person.groups))
            table.add_row(escape(person.name), escape(person.badge or ""), groups, local(person.created_at), person.id)
        print_table(table)
        console.print(f"{len(queue.people):,} of {queue.total:,} have no template of {queue.model}.")
        console.print("Take over those with kept pictures: facelatch people renew", markup=False)
        console.print("Enrol one: facelatch enroll NAME --camera 0 --add", markup=False)
    if queue.people:
        raise typer.Exit(1)


@app.command()
def renew(json: Json = False) -> None:
    """Make templates of the model in use from pictures that were kept beside those of another."""
    with open_application() as application:
        service = application.reenrolment
        done = 0
        with progress("People", len(service.queue().people)) as bar:
            for done in service.renew():
                bar.update(bar.task_ids[0], completed=done)
        left = len(service.queue().people)
    if json:
        print_json({"renewed": done, "left": left})
        return
    console.print(f"{done:,} people were taken over from their kept pictures.")
    if left:
        console.print(f"{left:,} have to be enrolled again. See them with: facelatch people outdated", markup=False)
