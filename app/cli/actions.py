"""Commands for what a kiosk does when it lets somebody in."""

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from app.cli.application import open_application
from app.cli.output import Json, console, print_json
from app.core.unlock import OutboxEvent
from app.services.actions.reports import ActionReport, ActionStatus

if TYPE_CHECKING:
    from app.services.actions.action_service import ActionService

app = typer.Typer(help="Try out what a kiosk does when it lets somebody in, and see what waits for its receiver.")

_LONGEST_S = 75.0
"""The largest time limit of one action, and time to clean up after it."""


@app.command("test")
def try_out(
    file: Annotated[Path, typer.Argument(metavar="KIOSK.toml", help="The kiosk's policy.")], json: Json = False
) -> None:
    """Run a kiosk's actions with an event that is marked as a test. Relays are switched! Exit code 3 if one fails."""
    from app.services.kiosk.policy_file import read_policy

    reports: queue.SimpleQueue[ActionReport] = queue.SimpleQueue()
    with open_application() as application:
        policy = read_policy(file, application.settings.liveness)
        with application.actions(policy.actions, policy.name, reports.put) as service:
            event = service.test_event()
            service.start(deliver=False)
            service.dispatch(event)
            found = sorted(_reports(reports, service), key=lambda report: service.names.index(report.action))
    if json:
        print_json({"kiosk": policy.name, "event": event.id, "actions": [_as_json(report) for report in found]})
    else:
        _print_reports(found)
    raise typer.Exit(3 if any(report.status is ActionStatus.FAILED for report in found) else 0)


@app.command()
def outbox(json: Json = False) -> None:
    """List the events that wait for their receiver, oldest first."""
    with open_application() as application:
        waiting = application.storage.outbox.all()
    if json:
        print_json({"waiting": [_waiting_json(item) for item in waiting]})
        return
    if not waiting:
        console.print("Nothing waits.")
        return
    table = Table("Since", "For", "Event", "Tries", Column("What went wrong", overflow="fold"))
    for item in waiting:
        since = f"{item.queued_at.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(since, escape(item.target), item.event.id[:8], str(item.attempts), escape(item.problem))
    console.print(table)


@app.command()
def forget(
    target: Annotated[str, typer.Argument(help="As “facelatch actions outbox” names it, under “For”.")],
    json: Json = False,
) -> None:
    """Drop what waits for a receiver that is no more, as after an action was renamed or taken out of the policy."""
    from app.services.actions.action_service import drop_queued_events

    with open_application() as application:
        dropped = drop_queued_events(application.storage.outbox, target, application.actor)
    if json:
        print_json({"target": target, "dropped": dropped})
    else:
        console.print(f"{dropped} dropped." if dropped else "Nothing waits for that.", markup=False)


def _reports(reports: "queue.SimpleQueue[ActionReport]", service: "ActionService") -> Iterator[ActionReport]:
    """Every action's report on the event; those about none (a start that failed) say the same and are left out."""
    missing = len(service.names)
    while missing:
        report = reports.get(timeout=_LONGEST_S * len(service.names))
        if report.event is not None:
            missing -= 1
            yield report


def _print_reports(reports: list[ActionReport]) -> None:
    if not reports:
        console.print("The policy has no actions.")
        return
    table = Table("Action", "", "Seconds", Column("What it says", overflow="fold"))
    for report in reports:
        failed = report.error is not None
        words = f"{report.error.message}\n→ {report.error.hint}" if report.error else report.note
        mark = "[red]✗ failed[/]" if failed else "[green]✓ done[/]"
        table.add_row(escape(report.action), mark, f"{report.seconds:.2f}", escape(words))
    console.print(table)


def _as_json(report: ActionReport) -> dict[str, object]:
    line: dict[str, object] = {
        "action": report.action,
        "status": report.status,
        "seconds": round(report.seconds, 3),
        "note": report.note,
    }
    if report.error is not None:
        kind = type(report.error).__name__
        line["error"] = {"kind": kind, "message": report.error.message, "hint": report.error.hint}
    return line


def _waiting_json(item: OutboxEvent) -> dict[str, object]:
    return {
        "target": item.target,
        "event": item.event,
        "queued_at": item.queued_at,
        "attempts": item.attempts,
        "tried_at": item.tried_at,
        "problem": item.problem,
    }
