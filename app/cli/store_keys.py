"""Commands for the keys of the database."""

import getpass
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, confirm, console, print_json
from app.core.credentials import SourceKind

app = typer.Typer(help="See and change the keys that seal the database.")


@app.command()
def show(json: Json = False) -> None:
    """Say where the key comes from, and whether there is a recovery code. Never the key itself."""
    with open_application() as application:
        state = application.keys.state()
    if json:
        print_json(state)
        return
    console.print(f"The database is sealed (AES-256-GCM). Its key comes from: {state.source}.")
    console.print("There is a recovery code." if state.recovery_code else "There is no recovery code yet.")


@app.command()
def rotate(json: Json = False) -> None:
    """Seal everything with a new key. The program may be in use; after an interruption, start it again."""
    with open_application() as application:
        done = _last(application.keys.rotate())
    _tell(done, "sealed_anew", f"{done} records are sealed with the new key.", json=json)


@app.command("recovery-code")
def recovery_code(json: Json = False) -> None:
    """Make a recovery code, show it once, and make an earlier one worthless."""
    with open_application() as application:
        code = application.keys.new_recovery_code()
    if json:
        print_json({"recovery_code": code})
        return
    console.print(code)
    console.print("Print it, and keep it apart from this machine. It is not shown again.")


@app.command()
def recover(json: Json = False) -> None:
    """Open the database with its recovery code, asked for or read from standard input, when its key is gone."""
    with open_application() as application:
        kind = application.rescue.unlock_with_code(_ask("Recovery code: "))
    if json:
        print_json({"source": kind})
    else:
        console.print(f"The database opens again. Its key is kept in: {kind}.")


@app.command("change-source")
def change_source(
    source: Annotated[SourceKind, typer.Argument(help="keyring, passphrase or key-file.")], json: Json = False
) -> None:
    """Keep the key elsewhere. A passphrase is read from FACELATCH_PASSPHRASE_FILE or systemd's credential."""
    if source is SourceKind.RECOVERY:
        raise typer.BadParameter("a recovery code is made with: facelatch store key recovery-code")
    with open_application() as application:
        application.keys.change_source(source)
    if json:
        print_json({"source": source})
    else:
        console.print(f"The key is kept in: {source}.")


def revoke_templates(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, json: Json = False
) -> None:
    """Turn all templates by a new secret rotation: copies that were taken away do not match them any more."""
    if not yes:
        confirm("Vectors copied until now become worthless for comparing. Go on?", "Revoking needs a yes.")
    with open_application() as application:
        done = _last(application.keys.revoke_templates())
    _tell(done, "turned_anew", f"{done} templates are turned anew.", json=json)


def _last(counts: Iterator[int]) -> int:
    done = 0
    for done in counts:  # noqa: B007 - the last one counts
        pass
    return done


def _tell(done: int, name: str, words: str, *, json: bool) -> None:
    if json:
        print_json({name: done})
    else:
        console.print(words)


def _ask(prompt: str) -> str:
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
