"""Commands for the people enrolled."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli import bundles, marks, people_import, people_outdated
from app.cli.application import open_application
from app.cli.enrolment import consent_text, print_consent
from app.cli.output import Json, confirm, console, error_console, print_json, print_table
from app.cli.people_words import (
    SHORT_ID,
    Who,
    entry_json,
    local,
    person_lines,
    show_anchors,
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

app = typer.Typer(help="See, change, merge and erase the people enrolled.")
app.add_typer(marks.app, name="marks")
app.registered_commands += people_import.app.registered_commands
app.registered_commands += bundles.app.registered_commands
app.registered_commands += people_outdated.app.registered_commands

TemplateId = Annotated[str, typer.Argument(help="A template's id, or how it begins.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
_NEVER = "never"
_LEFT = "Another program is reading the database: the last traces go when it is done."


def _day(text: str) -> date | None:
    """A day, or None for “never”."""
    if text.strip().lower() in {"", _NEVER}:
        return None
    try:
        day = date.fromisoformat(text.strip())
        calendar.start_of_day(day)
    except ValueError as error:
        raise InvalidRequest(f"Not a date: {text}", f"Write it like 2027-01-31, or: {_NEVER}") from error
    return day


Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Or: never.")]


@app.command("list")
def list_people(
    search: Annotated[str, typer.Option(help="Words in name, badge, groups or note.")] = "",
    group: Annotated[str, typer.Option(help="Only those in this group.")] = "",
    standing: Annotated[Standing | None, typer.Option(help="Only those who are recognised now, or why not.")] = None,
    templates: Annotated[
        TemplateCoverage | None, typer.Option(help="Only those with no template of the model in use, or with few.")
    ] = None,
    sort: Annotated[PeopleOrder, typer.Option(help="By what to sort.")] = PeopleOrder.NAME,
    descending: Annotated[bool, typer.Option("--descending", help="The last first.")] = False,
    json: Json = False,
) -> None:
    """List people."""
    chosen = PeopleFilter(search, group, standing, templates)
    with open_application() as application:
        roster = application.people.roster()
    entries = sort_entries(chosen.chosen(roster.entries), sort, descending=descending)
    if json:
        print_json({"people": [entry_json(entry) for entry in entries]})
    elif not entries:
        console.print("Nobody is enrolled yet." if not chosen.limits else "Nobody matches.")
    else:
        print_table(_table(entries))


@app.command()
def consent(json: Json = False) -> None:
    """Show the text that people agree to before they are enrolled."""
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
    consent: Annotated[bool, typer.Option("--consent", help="Print the words that were agreed to.")] = False,
    json: Json = False,
) -> None:
    """Show a person and all that is kept of them."""
    with open_application() as application:
        details = application.people.details(who)
    if json:
        kept = {"consents": details.consents, "marks": details.anchors}
        print_json({"person": details.person, "templates": [template_json(t) for t in details.templates], **kept})
        return
    for line in person_lines(details.person):
        console.print(line, markup=False)
    show_templates(details.templates)
    for given in details.consents:
        console.print(f"Agreed to text {given.version} ({given.language}) on {local(given.given_at)}", markup=False)
        if consent:
            console.print(given.text, markup=False)
    show_anchors(details.anchors)


@app.command()
def rename(who: Who, name: Annotated[str, typer.Argument(help="The new name.")], json: Json = False) -> None:
    """Give a person another name."""
    with open_application() as application:
        person = application.people.rename(application.people.find(who), name)
    _report(person, f"Now called {person.name}.", as_json=json)


@app.command()
def edit(
    who: Who,
    badge: Annotated[str | None, typer.Option(help="The badge number; empty for none.")] = None,
    note: Annotated[str | None, typer.Option(help="Free text; empty for none.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="All groups the person is in; give it once a group, empty for none.")
    ] = None,
    valid_from: Day = None,
    valid_until: Day = None,
    delete_after: Day = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether to recognise them at all.")
    ] = None,
    json: Json = False,
) -> None:
    """Change what is kept of a person. What is not named stays as it is."""
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
        raise InvalidRequest("Nothing is to be changed.", "Name at least one of: --badge, --note, --group, …")
    with open_application() as application:
        person = application.people.change(application.people.find(who), **changes)
    _report(person, "\n".join(person_lines(person)), as_json=json)


@app.command()
def merge(
    keep: Annotated[str, typer.Argument(help="The entry that stays: a name or an id.")],
    other: Annotated[str, typer.Argument(help="The entry of the same person that goes.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Make one of two entries of the same person: the first gets everything of the second, which goes."""
    with open_application() as application:
        kept, gone = application.people.find(keep), application.people.find(other)
        if not yes:
            confirm(
                f"Give everything of {gone.name} ({gone.templates} templates) to {kept.name}? {gone.name} goes.",
                "Merging needs a yes.",
            )
        person = application.people.merge(kept, gone)
    _report(person, f"{person.name} has {person.templates} templates now. {gone.name} is gone.", as_json=json)


@app.command()
def retire(template: TemplateId, json: Json = False) -> None:
    """Compare a template no more, without erasing it."""
    _retire(template, retired=True, as_json=json)


@app.command()
def restore(template: TemplateId, json: Json = False) -> None:
    """Compare a retired template again."""
    _retire(template, retired=False, as_json=json)


@app.command()
def erase(who: Who, yes: Yes = False, json: Json = False) -> None:
    """Erase a person: name, templates, pictures, consent, everything, for good."""
    with open_application() as application:
        person = application.people.find(who)
        if not yes:
            confirm(f"Erase {person.name} and {person.templates} templates for good?", "Erasing needs a yes.")
        whole = application.people.erase(person)
    if json:
        print_json({"erased": person, "complete": whole})
        return
    console.print(f"{person.name} is erased.", markup=False)
    if not whole:
        error_console.print(_LEFT)


@app.command()
def purge(json: Json = False) -> None:
    """Erase everybody whose time is up (“delete after”). The window does so by itself once an hour."""
    with open_application() as application:
        gone = application.people.erase_expired()
    if json:
        print_json({"erased": gone})
        return
    for person in gone:
        console.print(f"{person.name} is erased.", markup=False)
    if not gone:
        console.print("Nobody's time is up.")


def _retire(beginning: str, *, retired: bool, as_json: bool) -> None:
    with open_application() as application:
        application.people.retire(application.people.template(beginning), retired=retired)
        template = application.people.template(beginning)
    if as_json:
        print_json({"template": template_json(template)})
    else:
        console.print(f"Template {template.id[:SHORT_ID]} is {'retired' if retired else 'in use again'}.", markup=False)


@app.command()
def mark(
    who: Who, picture: Annotated[Path, typer.Argument(help="A picture of somebody else.")], json: Json = False
) -> None:
    """Mark the face in a picture as not this person: from now on it is not taken for them."""
    with open_application() as application:
        person = application.people.find(who)
        anchor = application.comparison.add_negative_template(person.id, picture)
    if json:
        print_json({"person": person, "mark": anchor})
    else:
        console.print(f"The face in {picture.name} is marked as not {person.name}.", markup=False)


def _table(entries: Sequence[PersonEntry]) -> Table:
    table = Table("Name", "Badge", "Groups", "Standing", "Templates", "Enrolled", "Delete after", "Id")
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
