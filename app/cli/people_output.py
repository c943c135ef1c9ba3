"""Text, tables and JSON of people for commands."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.output import print_table
from app.core import calendar
from app.core.people import NegativeTemplate, Person, Template
from app.services.people.people_index import PersonEntry

Who = Annotated[str, typer.Argument(help="A name or an id.")]

SHORT_ID = 8
"""Characters of an id in tables; enough to identify it in practice."""

_FIELDS = ("id", "name", "created_at", "templates", "badge", "note", "active")
_TIMES = ("valid_from", "valid_until", "delete_after", "groups")


def local(moment: datetime) -> str:
    """Format a moment in local time, to the minute."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def entry_json(entry: PersonEntry) -> dict[str, Any]:
    """Return the JSON of a person with status and number of usable templates."""
    fields = {name: getattr(entry.person, name) for name in _FIELDS + _TIMES}
    return {**fields, "standing": entry.standing.value, "usable_templates": entry.usable}


def template_json(template: Template) -> dict[str, Any]:
    """Return the JSON of a template, without its vector."""
    return {
        "id": template.id,
        "model": template.embedding.model,
        "quality": template.quality,
        "source": template.source,
        "created_at": template.created_at,
        "pose": template.pose,
        "retired_at": template.retired_at,
        "thumbnail": template.thumbnail,
    }


def person_lines(person: Person) -> Iterator[str]:
    """Yield the record of a person, one field per line. Empty fields are omitted."""
    yield f"{person.name}  ({person.id})"
    if person.badge:
        yield f"Badge: {person.badge}"
    if person.groups:
        yield f"Groups: {', '.join(person.groups)}"
    if not person.active:
        yield "Inactive: not recognised"
    if person.valid_from:
        yield f"Recognised from: {calendar.local_day(person.valid_from)}"
    if person.valid_until:
        yield f"Recognised until: {calendar.last_valid_day(person.valid_until)}"
    if person.delete_after:
        yield f"Erased after: {calendar.last_valid_day(person.delete_after)}"
    if person.note:
        yield f"Note: {person.note}"


def show_templates(templates: Sequence[Template]) -> None:
    """Print a table of templates."""
    table = Table("Template", "Model", "Quality", "Pose", "Source", "Created", "Retired")
    for template in templates:
        pose = template.pose
        table.add_row(
            template.id[:SHORT_ID],
            template.embedding.model,
            f"{template.quality:.2f}",
            f"{pose.yaw:+.0f}° {pose.pitch:+.0f}°" if pose else "",
            escape(template.source),
            local(template.created_at),
            local(template.retired_at) if template.retired_at else "",
        )
    print_table(table)


def show_negative_templates(negative_templates: Sequence[NegativeTemplate]) -> None:
    """Print a table of marks; nothing if there are none."""
    if not negative_templates:
        return
    table = Table("Marked as not this person", "Similarity", "Created")
    for mark in negative_templates:
        table.add_row(mark.id[:SHORT_ID], f"{mark.similarity:.2f}", local(mark.created_at))
    print_table(table)
