"""Commands for the unlock actions of a kiosk."""

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

app = typer.Typer(help="Test the unlock actions of a kiosk, and manage queued events.")

_LONGEST_S = 75.0
"""Largest time limit of one action plus time to clean up, in seconds."""


@app.command("test")
def try_out(
    file: Annotated[Path, typer.Argument(metavar="KIOSK.toml", help="The kiosk's policy.")], json: Json = False
) -> None:
    """Run the actions of a kiosk with a test event. Relays are switched! Exit code 3 if an action fails."""
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
    """List the events that are queued for delivery, oldest first."""
    with open_application() as application:
        waiting = application.outbox.queued()
    if json:
        print_json({"waiting": [_waiting_json(item) for item in waiting]})
        return
    if not waiting:
        console.print("The outbox is empty.")
        return
    table = Table("Queued", "Receiver", "Event", "Attempts", Column("Last error", overflow="fold"))
    for item in waiting:
        since = f"{item.queued_at.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(since, escape(item.target), item.event.id[:8], str(item.attempts), escape(item.problem))
    console.print(table)


@app.command()
def forget(
    target: Annotated[str, typer.Argument(help="The receiver, as “facelatch actions outbox” lists it.")],
    json: Json = False,
) -> None:
    """Drop the queued events of a receiver, such as an action that was renamed or removed from the policy."""
    with open_application() as application:
        dropped = application.outbox.drop(target)
    if json:
        print_json({"target": target, "dropped": dropped})
    else:
        console.print(
            f"{dropped} events dropped." if dropped else "No events are queued for this receiver.", markup=False
        )


def _reports(reports: "queue.SimpleQueue[ActionReport]", service: "ActionService") -> Iterator[ActionReport]:
    """Yield each action's report on the event. Reports of a failed start repeat it and are skipped."""
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
    table = Table("Action", "", "Seconds", Column("Result", overflow="fold"))
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
