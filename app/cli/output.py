"""What commands print: words for people, or one JSON object."""

import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from app.core.errors import ExportFailed, FacelatchError, InvalidRequest

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, and nothing else there.")]

_WIDEST = 1000
"""Letters in a line of a table."""

console = Console(highlight=False, soft_wrap=True)
error_console = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """One object, on one line."""
    sys.stdout.write(json.dumps(value, default=_encoded, ensure_ascii=False) + "\n")


def print_error(error: FacelatchError, *, as_json: bool) -> None:
    """What happened and what to do: words on standard error, and the object on standard output if asked for."""
    error_console.print(error.message, style="bold red", markup=False)
    if error.hint:
        error_console.print(error.hint, markup=False)
    if as_json:
        print_json({"error": {"kind": type(error).__name__, "message": error.message, "hint": error.hint}})


def print_table(table: Table) -> None:
    """As wide as the terminal; where there is none, as wide as it has to be for nothing to be cut."""
    (console if console.is_terminal else Console(highlight=False, width=_WIDEST)).print(table)


@contextmanager
def progress(description: str, total: int | None) -> Iterator[Progress]:
    """A progress bar on standard error, with one task; advance it by `bar.advance(bar.task_ids[0])`."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=error_console, transient=True) as bar:
        bar.add_task(description, total=total)
        yield bar


def write_text(path: Path, text: str) -> None:
    """Write a file that was asked for.

    Raises:
        ExportFailed: It cannot be written.
    """
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of words as a table in Markdown, the titles first."""
    titles, *others = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([titles, "|" + "---|" * len(rows[0]), *others, ""])


def percent(share: float) -> str:
    """A share for people."""
    return f"{share * 100:.2f} %"


def one_in(fmr: float) -> str:
    """A false match rate for people."""
    if fmr >= 1:
        return "any stranger"
    count = 1 / fmr
    digits = 10 ** max(len(str(int(count))) - 2, 0)
    return f"about 1 in {round(count / digits) * digits:,.0f} strangers"


def _encoded(value: object) -> object:
    """What `json` cannot write by itself."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def confirm(question: str, refusal: str) -> None:
    """Ask before something that cannot be undone.

    Args:
        question: For a person at a terminal.
        refusal: What happened, where there is nobody to ask.

    Raises:
        InvalidRequest: There is nobody to ask.
        Abort: The answer is no.
    """
    if not sys.stdin.isatty():
        raise InvalidRequest(refusal, "Add --yes.")
    typer.confirm(question, abort=True, err=True)
