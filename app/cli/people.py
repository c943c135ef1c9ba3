"""Commands for enrolled people."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli import people_templates, people_transfer
from app.cli.application import open_application
from app.cli.enrolment import consent_text, print_consent
from app.cli.output import Json, confirm, console, error_console, print_json, print_table
from app.cli.people_output import (
    Who,
    entry_json,
    local,
    person_lines,
    show_negative_templates,
    show_templates,
    template_json,
)
from app.core import calendar
from app.core.errors import InvalidRequest
from app.core.people import Person, PersonChanges
from app.services.people.people_index import (
    PeopleFilter,
    PeopleOrder,
    PersonEntry,
    Standing,
    TemplateCoverage,
    sort_entries,
)

app = typer.Typer(help="List, change, merge and erase enrolled people.")
app.add_typer(people_templates.marks_app, name="marks")
app.registered_commands += people_transfer.app.registered_commands
app.registered_commands += people_templates.app.registered_commands

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
_NEVER = "never"
_INCOMPLETE = "Another program is reading the database: the last remnants are removed when it has finished."


def _day(text: str) -> date | None:
    """Parse a day; None for “never”."""
    if text.strip().lower() in {"", _NEVER}:
        return None
    try:
        day = date.fromisoformat(text.strip())
        calendar.start_of_day(day)
    except ValueError as error:
        raise InvalidRequest(f"Not a date: {text}", f"Use a date such as 2027-01-31, or: {_NEVER}") from error
    return day


Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Or: never.")]


@app.command("list")
def list_people(
    search: Annotated[str, typer.Option(help="Words to search for in name, badge, groups or note.")] = "",
    group: Annotated[str, typer.Option(help="Only people in this group.")] = "",
    standing: Annotated[Standing | None, typer.Option(help="Only people of this status.")] = None,
    templates: Annotated[
        TemplateCoverage | None, typer.Option(help="Only people with no or few templates of the current model.")
    ] = None,
    sort: Annotated[PeopleOrder, typer.Option(help="Sort key.")] = PeopleOrder.NAME,
    descending: Annotated[bool, typer.Option("--descending", help="Sort in descending order.")] = False,
    json: Json = False,
) -> None:
    """List enrolled people."""
    chosen = PeopleFilter(search, group, standing, templates)
    with open_application() as application:
        people_index = application.people.people_index()
    entries = sort_entries(chosen.select(people_index.entries), sort, descending=descending)
    if json:
        print_json({"people": [entry_json(entry) for entry in entries]})
    elif not entries:
        console.print("No person is enrolled." if not chosen.is_set else "No person matches.")
    else:
        print_table(_table(entries))


@app.command()
def consent(json: Json = False) -> None:
    """Show the consent text for enrolment."""
    with open_application() as application:
        shown = consent_text(application)
        if json:
            print_json(shown)
            return
        console.print(f"Version {shown.version} ({shown.language})", markup=False)
        print_consent(application, shown, console)


@app.command()
def show(
    who: Who,
    consent: Annotated[bool, typer.Option("--consent", help="Print the text that the person consented to.")] = False,
    json: Json = False,
) -> None:
    """Show a person with templates, consents and marks."""
    with open_application() as application:
        details = application.people.details(who)
    if json:
        kept = {"consents": details.consents, "marks": details.negative_templates}
        print_json({"person": details.person, "templates": [template_json(t) for t in details.templates], **kept})
        return
    for line in person_lines(details.person):
        console.print(line, markup=False)
    show_templates(details.templates)
    for given in details.consents:
        console.print(f"Consent to text {given.version} ({given.language}) on {local(given.given_at)}", markup=False)
        if consent:
            console.print(given.text, markup=False)
    show_negative_templates(details.negative_templates)


@app.command()
def rename(who: Who, name: Annotated[str, typer.Argument(help="The new name.")], json: Json = False) -> None:
    """Rename a person."""
    with open_application() as application:
        person = application.people.rename(application.people.find(who), name)
    _report(person, f"Renamed to {person.name}.", as_json=json)


@app.command()
def edit(
    who: Who,
    badge: Annotated[str | None, typer.Option(help="The badge number; empty for none.")] = None,
    note: Annotated[str | None, typer.Option(help="Free text; empty for none.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="Replace the groups; repeat it for each group, empty for none.")
    ] = None,
    valid_from: Day = None,
    valid_until: Day = None,
    delete_after: Day = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether the person is recognised at all.")
    ] = None,
    json: Json = False,
) -> None:
    """Change the record of a person. Omitted options stay unchanged."""
    changes: PersonChanges = {}
    if badge is not None:
        changes["badge"] = badge or None
    if note is not None:
        changes["note"] = note
    if group is not None:
        changes["groups"] = tuple(name for name in group if name.strip())
    if active is not None:
        changes["active"] = active
    if valid_from is not None:
        changes["valid_from"] = _begin(valid_from)
    if valid_until is not None:
        changes["valid_until"] = _end(valid_until)
    if delete_after is not None:
        changes["delete_after"] = _end(delete_after)
    if not changes:
        raise InvalidRequest("No change was given.", "Give at least one of: --badge, --note, --group, …")
    with open_application() as application:
        person = application.people.change(application.people.find(who), **changes)
    _report(person, "\n".join(person_lines(person)), as_json=json)


@app.command()
def merge(
    keep: Annotated[str, typer.Argument(help="The record to keep: a name or an id.")],
    other: Annotated[str, typer.Argument(help="The duplicate record to remove.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Merge two records of one person: the first receives all data of the second, which is removed."""
    with open_application() as application:
        kept, gone = application.people.find(keep), application.people.find(other)
        if not yes:
            confirm(
                f"Merge {gone.name} ({gone.templates} templates) into {kept.name} and remove {gone.name}?",
                "Merging requires confirmation.",
            )
        person = application.people.merge(kept, gone)
    _report(person, f"{person.name} now has {person.templates} templates. {gone.name} was removed.", as_json=json)


@app.command()
def erase(who: Who, yes: Yes = False, json: Json = False) -> None:
    """Erase a person permanently: name, templates, pictures, consent, and all other data."""
    with open_application() as application:
        person = application.people.find(who)
        if not yes:
            confirm(
                f"Erase {person.name} and {person.templates} templates permanently?", "Erasing requires confirmation."
            )
        whole = application.people.erase(person)
    if json:
        print_json({"erased": person, "complete": whole})
        return
    console.print(f"{person.name} was erased.", markup=False)
    if not whole:
        error_console.print(_INCOMPLETE)


@app.command()
def purge(json: Json = False) -> None:
    """Erase all people past their “delete after” date. The window does so automatically once an hour."""
    with open_application() as application:
        gone = application.people.erase_expired()
    if json:
        print_json({"erased": gone})
        return
    for person in gone:
        console.print(f"{person.name} was erased.", markup=False)
    if not gone:
        console.print("No person is past the date.")


def _table(entries: Sequence[PersonEntry]) -> Table:
    table = Table("Name", "Badge", "Groups", "Status", "Templates", "Enrolled", "Delete after", "Id")
    for entry in entries:
        person = entry.person
        table.add_row(
            escape(person.name),
            escape(person.badge or ""),
            escape(", ".join(person.groups)),
            entry.standing.value,
            str(entry.usable),
            local(person.created_at),
            str(calendar.last_valid_day(person.delete_after)) if person.delete_after else "",
            person.id,
        )
    return table


def _begin(text: str) -> datetime | None:
    day = _day(text)
    return calendar.start_of_day(day) if day else None


def _end(text: str) -> datetime | None:
    day = _day(text)
    return calendar.end_of_day(day) if day else None


def _report(person: Person, words: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"person": person})
    else:
        console.print(words, markup=False)
