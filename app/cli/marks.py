"""Commands for negative templates: faces marked as not a person."""

from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, console, print_json
from app.cli.people_words import SHORT_ID, Who, show_anchors

app = typer.Typer(help="Faces marked as not this person, though they matched.")


@app.command("list")
def list_marks(who: Who, json: Json = False) -> None:
    """List the faces marked as not this person."""
    with open_application() as application:
        details = application.people.details(who)
    if json:
        print_json({"person": details.person, "marks": details.anchors})
    elif details.anchors:
        show_anchors(details.anchors)
    else:
        console.print(f"No face is marked as not {details.person.name}.", markup=False)


@app.command("remove")
def remove_mark(
    mark: Annotated[str, typer.Argument(help="The id of a mark, or its beginning.")], json: Json = False
) -> None:
    """Remove a mark: the face may match again."""
    with open_application() as application:
        anchor = application.people.anchor(mark)
        application.people.remove_negative_template(anchor)
    if json:
        print_json({"removed": anchor})
    else:
        console.print(f"The mark {anchor.id[:SHORT_ID]} was removed.")
