"""Commands for templates: retire and renew them, and mark faces as not a person (negative templates)."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, console, print_json, print_table, progress
from app.cli.people_output import SHORT_ID, Who, local, show_negative_templates, template_json

app = typer.Typer()
marks_app = typer.Typer(help="Faces marked as not this person, though they matched.")


@marks_app.command("list")
def list_marks(who: Who, json: Json = False) -> None:
    """List the faces marked as not this person."""
    with open_application() as application:
        details = application.people.details(who)
    if json:
        print_json({"person": details.person, "marks": details.negative_templates})
    elif details.negative_templates:
        show_negative_templates(details.negative_templates)
    else:
        console.print(f"No face is marked as not {details.person.name}.", markup=False)


@marks_app.command("remove")
def remove_mark(
    mark: Annotated[str, typer.Argument(help="The id of a mark, or its beginning.")], json: Json = False
) -> None:
    """Remove a mark: the face may match again."""
    with open_application() as application:
        negative_template = application.people.negative_template(mark)
        application.people.remove_negative_template(negative_template)
    if json:
        print_json({"removed": negative_template})
    else:
        console.print(f"The mark {negative_template.id[:SHORT_ID]} was removed.")


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


TemplateId = Annotated[str, typer.Argument(help="The id of a template, or its beginning.")]


@app.command()
def retire(template: TemplateId, json: Json = False) -> None:
    """Retire a template: it is kept, but no longer compared."""
    _retire(template, retired=True, as_json=json)


@app.command()
def restore(template: TemplateId, json: Json = False) -> None:
    """Restore a retired template: it is compared again."""
    _retire(template, retired=False, as_json=json)


def _retire(beginning: str, *, retired: bool, as_json: bool) -> None:
    with open_application() as application:
        application.people.retire(application.people.template(beginning), retired=retired)
        template = application.people.template(beginning)
    if as_json:
        print_json({"template": template_json(template)})
    else:
        console.print(f"Template {template.id[:SHORT_ID]} is {'retired' if retired else 'active again'}.", markup=False)


@app.command()
def mark(
    who: Who, picture: Annotated[Path, typer.Argument(help="A picture of another person.")], json: Json = False
) -> None:
    """Mark the face in a picture as not this person: similar faces no longer match the person."""
    with open_application() as application:
        person = application.people.find(who)
        negative_template = application.comparison.add_negative_template(person.id, picture)
    if json:
        print_json({"person": person, "mark": negative_template})
    else:
        console.print(f"The face in {picture.name} was marked as not {person.name}.", markup=False)
