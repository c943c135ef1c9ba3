"""The command that enrols many people at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, TextIO

import typer

from app.cli.application import open_application
from app.cli.enrolment import Agreed, consent_text, lookalike_json, lookalike_words, refusal_json
from app.cli.output import Json, console, error_console, print_json, progress
from app.core.errors import ExportFailed
from app.services.people.import_source import count_candidates, read_candidates
from app.services.people.people_import import Imported, ImportOutcome, ImportReport, PeopleImport

app = typer.Typer()

_MOST_TOLD = 20


@app.command("import")
def import_people(
    source: Annotated[Path, typer.Argument(help="A folder with a folder of pictures for each person, or a CSV file.")],
    consent: Agreed = False,
    add: Annotated[bool, typer.Option("--add", help="Add to people who are enrolled under the same name.")] = False,
    report: Annotated[Path | None, typer.Option(help="A CSV file for what became of everybody.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of the CSV file; by default UTF-8, GB 18030 or Latin-1, as it looks.")
    ] = None,
    json: Json = False,
) -> None:
    """Enrol many people. Exit code 1 if somebody was refused. Ctrl+C stops between two people.

    A CSV file has the columns name and pictures (paths with semicolons between, or a folder), and may have badge,
    groups, note, valid_from, valid_until and consent (yes or no).
    """
    done: list[Imported] = []
    stopped = False
    total = count_candidates(source)
    with open_application() as application, _report(report) as written, progress("People", total) as bar:
        agreed = application.consent.given(consent_text(application))
        importer = PeopleImport(application.enrolment)
        candidates = read_candidates(source, encoding)
        try:
            for imported in importer.run(candidates, agreed, default_consent=consent, add=add):
                done.append(imported)
                if written is not None:
                    written.add(imported)
                bar.advance(bar.task_ids[0])
        except KeyboardInterrupt:
            stopped = True
    _tell(done, stopped=stopped, as_json=json)


@contextmanager
def _report(path: Path | None) -> Iterator[ImportReport | None]:
    try:
        # The mark at the beginning tells spreadsheets that it is UTF-8.
        opened = nullcontext[TextIO | None](None) if path is None else path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error
    with opened as file:
        yield None if file is None else ImportReport(file)


def _tell(done: list[Imported], *, stopped: bool, as_json: bool) -> None:
    refused = [imported for imported in done if imported.outcome is ImportOutcome.REFUSED]
    enrolled = len(done) - len(refused)
    if as_json:
        entries = [_entry(imported) for imported in done if _is_worth_telling(imported)]
        print_json({"enrolled": enrolled, "refused": len(refused), "stopped": stopped, "entries": entries})
    else:
        _tell_refused(refused)
        _tell_likenesses(imported for imported in done if imported.outcome is ImportOutcome.ENROLLED)
        console.print(f"{enrolled} enrolled, {len(refused)} refused.{' Stopped.' if stopped else ''}")
    if refused or stopped:
        raise typer.Exit(1)


def _is_worth_telling(imported: Imported) -> bool:
    return bool(imported.outcome is ImportOutcome.REFUSED or imported.refused or imported.lookalike)


def _entry(imported: Imported) -> dict[str, object]:
    return {
        "where": imported.candidate.where,
        "name": imported.candidate.name,
        "outcome": imported.outcome.value,
        "templates": imported.templates,
        "reason": imported.reason,
        "message": _words(imported),
        "pictures_refused": [refusal_json(refused) for refused in imported.refused],
        "lookalike": lookalike_json(imported.lookalike),
    }


def _words(imported: Imported) -> str:
    return imported.message or (lookalike_words(imported.lookalike) if imported.lookalike else "")


def _tell_refused(refused: list[Imported]) -> None:
    for imported in refused[:_MOST_TOLD]:
        error_console.print(
            f"Refused: {imported.candidate.where}, {imported.candidate.name}: {_words(imported)}", markup=False
        )
    if len(refused) > _MOST_TOLD:
        error_console.print(f"… and {len(refused) - _MOST_TOLD} more; --report FILE lists all.", markup=False)


def _tell_likenesses(enrolled: Iterable[Imported]) -> None:
    for imported in enrolled:
        if imported.lookalike is not None:
            error_console.print(f"{imported.candidate.name}: {lookalike_words(imported.lookalike)}", markup=False)
