"""Output of commands: text for people, or one JSON object."""

import dataclasses
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from app.core.errors import EnvironmentProblem, ExportFailed, FacelatchError, InvalidRequest

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else.")]

_TABLE_WIDTH = 1000
"""Width of tables without a terminal, in characters."""

console = Console(highlight=False, soft_wrap=True)
error_console = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """Print a value as JSON on one line. Dataclasses, dates and paths are converted."""
    sys.stdout.write(json.dumps(value, default=_encoded, ensure_ascii=False) + "\n")


def print_error(error: FacelatchError, *, as_json: bool) -> None:
    """Print an error with its hint.

    Args:
        error: The error.
        as_json: Whether to print it as JSON on standard output as well.
    """
    error_console.print(error.message, style="bold red", markup=False)
    if error.hint:
        error_console.print(error.hint, markup=False)
    if as_json:
        print_json({"error": {"kind": type(error).__name__, "message": error.message, "hint": error.hint}})


def print_table(table: Table) -> None:
    """Print a table in the width of the terminal; without a terminal, wide enough that no cell is truncated."""
    (console if console.is_terminal else Console(highlight=False, width=_TABLE_WIDTH)).print(table)


@contextmanager
def progress(description: str, total: int | None) -> Iterator[Progress]:
    """Show a progress bar on standard error. Its only task is `bar.task_ids[0]`.

    Args:
        description: Label of the bar.
        total: Number of steps; None if it is unknown.

    Yields:
        The progress bar.
    """
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=error_console, transient=True) as bar:
        bar.add_task(description, total=total)
        yield bar


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8.

    Args:
        path: Output file.
        text: Its content.

    Raises:
        ExportFailed: The file cannot be written.
    """
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error


def percent(share: float, digits: int = 2) -> str:
    """Format a share as a percentage.

    Args:
        share: 0 to 1.
        digits: Digits after the decimal point.
    """
    return f"{share * 100:.{digits}f} %"


def one_in(fmr: float) -> str:
    """Format a false match rate, 0 to 1, as "about 1 in N strangers"."""
    if fmr >= 1:
        return "any stranger"
    count = 1 / fmr
    digits = 10 ** max(len(str(int(count))) - 2, 0)
    return f"about 1 in {round(count / digits) * digits:,.0f} strangers"


def _encoded(value: object) -> object:
    """Convert types that `json` does not support."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_EXTRAS = {
    "evaluation": {"jinja2", "matplotlib"},
    "lab": {"jinja2", "kornia", "matplotlib", "onnx", "optuna", "scipy", "tensorboard", "torch"},
}
"""Import names of the packages of each optional extra."""


@contextmanager
def extra_installed(extra: str) -> Iterator[None]:
    """Turn a failed import of an optional package into an error that names the extra to install.

    Args:
        extra: Name of the extra.

    Raises:
        EnvironmentProblem: A package of the extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _EXTRAS[extra]:
            raise
        raise EnvironmentProblem(
            "The packages of the extra “{extra}” are not installed: {name} is missing.",
            "Install them with: pip install 'facelatch[{extra}]'",
            extra=extra,
            name=error.name,
        ) from error


def read_secret(name: str, *, repeat: bool = False) -> str:
    """Read a secret from the terminal without echo; without a terminal, the first line of standard input.

    Args:
        name: Name for the prompt, such as "passphrase".
        repeat: Whether to prompt twice, for a new secret.

    Raises:
        InvalidRequest: The two inputs differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    secret = getpass.getpass(f"{name[0].upper()}{name[1:]}: ")
    if repeat and getpass.getpass("Repeat: ") != secret:
        raise InvalidRequest("The two inputs differ.", f"Type the same {name} twice.")
    return secret


def confirm(question: str, refusal: str) -> None:
    """Ask for confirmation of an irreversible operation.

    Args:
        question: Question on the terminal.
        refusal: Error message if standard input is no terminal.

    Raises:
        InvalidRequest: Standard input is no terminal.
        typer.Abort: The answer is no.
    """
    if not sys.stdin.isatty():
        raise InvalidRequest(refusal, "Add --yes.")
    typer.confirm(question, abort=True, err=True)
