"""Commands for the encryption keys of the database."""

from collections.abc import Iterator
from typing import Annotated

import typer

from app.cli.application import open_application
from app.cli.output import Json, confirm, console, print_json, read_secret
from app.core.credentials import KeySourceKind

app = typer.Typer(help="Show, rotate and recover the encryption keys of the database.")


@app.command()
def show(json: Json = False) -> None:
    """Show the source of the key, and whether a recovery code exists. The key itself is never shown."""
    with open_application() as application:
        state = application.keys.state()
    if json:
        print_json(state)
        return
    console.print(f"The database is encrypted (AES-256-GCM). Source of the key: {state.source}.")
    console.print("A recovery code exists." if state.recovery_code else "No recovery code exists.")


@app.command()
def rotate(json: Json = False) -> None:
    """Re-encrypt all data with a new key. The program may be running; after an interruption, run this again."""
    with open_application() as application:
        done = _count(application.keys.rotate())
    _print_count(done, "sealed_anew", f"{done} records were re-encrypted with the new key.", json=json)


@app.command("recovery-code")
def recovery_code(json: Json = False) -> None:
    """Create a recovery code and show it once. An earlier code becomes invalid."""
    with open_application() as application:
        code = application.keys.new_recovery_code()
    if json:
        print_json({"recovery_code": code})
        return
    console.print(code)
    console.print("Print it and store it away from this machine. It is not shown again.")


@app.command()
def recover(json: Json = False) -> None:
    """Recover a database whose key is lost. The recovery code is prompted for, or read from standard input."""
    with open_application() as application:
        kind = application.recovery.unlock_with_code(read_secret("recovery code"))
    if json:
        print_json({"source": kind})
    else:
        console.print(f"The database was recovered. Source of the key: {kind}.")


@app.command("change-source")
def change_source(
    source: Annotated[KeySourceKind, typer.Argument(help="keyring, passphrase or key-file.")], json: Json = False
) -> None:
    """Change the source of the key. A passphrase is read from FACELATCH_PASSPHRASE_FILE or a systemd credential."""
    if source is KeySourceKind.RECOVERY:
        raise typer.BadParameter("create a recovery code with: facelatch store key recovery-code")
    with open_application() as application:
        application.keys.change_source(source)
    if json:
        print_json({"source": source})
    else:
        console.print(f"Source of the key: {source}.")


def revoke_templates(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, json: Json = False
) -> None:
    """Revoke all templates: they are transformed by a new secret rotation and stolen copies no longer match."""
    if not yes:
        confirm("Copies of the templates made so far become useless. Continue?", "Revoking requires confirmation.")
    with open_application() as application:
        done = _count(application.keys.revoke_templates())
    _print_count(done, "turned_anew", f"{done} templates were revoked and replaced.", json=json)


def _count(counts: Iterator[int]) -> int:
    done = 0
    for done in counts:  # noqa: B007 - the last one counts
        pass
    return done


def _print_count(done: int, name: str, words: str, *, json: bool) -> None:
    if json:
        print_json({name: done})
    else:
        console.print(words)
