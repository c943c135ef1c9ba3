"""Commands for the people enrolled."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.application import open_application
from app.cli.output import Json, confirm, console, print_json
from app.core.people import Template

app = typer.Typer(help="See, rename and delete the people enrolled.")

Who = Annotated[str, typer.Argument(help="A name or an id.")]


@app.command("list")
def list_people(search: Annotated[str, typer.Option(help="Part of a name.")] = "", json: Json = False) -> None:
    """List everybody."""
    with open_application() as application:
        people = application.people.all(search)
    if json:
        print_json({"people": people})
        return
    if not people:
        console.print("Nobody is enrolled yet." if not search else "Nobody has such a name.")
        return
    table = Table("Name", "Templates", "Enrolled", "Id")
    for person in people:
        table.add_row(person.name, str(person.templates), f"{person.created_at.astimezone():%Y-%m-%d %H:%M}", person.id)
    console.print(table)


@app.command()
def show(who: Who, json: Json = False) -> None:
    """Show a person and their templates."""
    with open_application() as application:
        details = application.people.details(who)
    if json:
        print_json({"person": details.person, "templates": [_template_json(t) for t in details.templates]})
        return
    console.print(f"{details.person.name}  ({details.person.id})", markup=False)
    table = Table("Template", "Model", "Quality", "From", "Taken")
    for template in details.templates:
        taken = f"{template.created_at.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(template.id[:8], template.embedding.model, f"{template.quality:.2f}", template.source, taken)
    console.print(table)


@app.command()
def rename(who: Who, name: Annotated[str, typer.Argument(help="The new name.")], json: Json = False) -> None:
    """Give a person another name."""
    with open_application() as application:
        person = application.people.rename(application.people.find(who), name)
    if json:
        print_json({"person": person})
    else:
        console.print(f"Now called {person.name}.", markup=False)


@app.command()
def delete(
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Delete a person and all their templates, for good."""
    with open_application() as application:
        person = application.people.find(who)
        if not yes:
            confirm(f"Delete {person.name} and {person.templates} templates for good?", "Deleting needs a yes.")
        application.people.delete(person)
    if json:
        print_json({"deleted": person})
    else:
        console.print(f"{person.name} is deleted.", markup=False)


@app.command()
def mark(
    who: Who, picture: Annotated[Path, typer.Argument(help="A picture of somebody else.")], json: Json = False
) -> None:
    """Mark the face in a picture as not this person: from now on it is not taken for them."""
    with open_application() as application:
        person = application.people.find(who)
        anchor = application.comparison.mark_as_not(person.id, picture)
    if json:
        print_json({"person": person, "mark": anchor})
    else:
        console.print(f"The face in {picture.name} is marked as not {person.name}.", markup=False)


def _template_json(template: Template) -> dict[str, object]:
    return {
        "id": template.id,
        "model": template.embedding.model,
        "quality": template.quality,
        "source": template.source,
        "created_at": template.created_at,
    }
