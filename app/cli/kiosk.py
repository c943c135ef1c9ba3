"""The command that runs a kiosk."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.application import open_application, open_local_copy, require_trusted_settings
from app.cli.output import Json, console, print_error, print_json
from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole
from app.core.errors import EnvironmentProblem
from app.flows.kiosk.types import IdentifyBy, PinUse
from app.services.kiosk.policy import KioskPolicy
from app.services.kiosk.policy_file import read_policy
from app.services.kiosk.policy_tables import DOOR_ONE_IN
from app.services.kiosk.trusted_inputs import find_untrusted_inputs
from app.services.recognition.calibration import Promise
from app.services.system.doctor import require_display
from app.wiring import Application
from app.wiring.screens import run_broken_kiosk, run_kiosk

app = typer.Typer()

_WEAK_BELOW = 1000
"""A promise per visitor below this is weak for a door."""


@app.command()
def kiosk(
    config: Annotated[Path, typer.Option(metavar="KIOSK.toml", help="The kiosk's policy.")],
    check: Annotated[bool, typer.Option("--check", help="Check the policy, without running the kiosk.")] = False,
    windowed: Annotated[bool, typer.Option("--windowed", help="Run in a closable window, for testing.")] = False,
    json: Json = False,
) -> None:
    """Run a kiosk: a full screen that grants access by a policy. If it cannot run, it stays locked."""
    if check:
        with open_application() as application:
            if application.settings_problem is not None:
                raise application.settings_problem
            policy = read_policy(config, application.settings.liveness)
            untrusted = find_untrusted_inputs(policy, config, application.settings.camera)
            promise = application.kiosks.promise(policy)
            cautions = [*untrusted, *_promise_cautions(policy, promise), *_cautions(application, policy)]
            _report(policy, promise, cautions, as_json=json)
        return
    require_display()
    with open_local_copy("kiosk") as application:
        try:
            require_trusted_settings(application)
            policy = read_policy(config, application.settings.liveness)
            code = run_kiosk(application, policy, windowed=windowed)
        except EnvironmentProblem as error:  # a visitor must meet a locked screen, never the desktop
            print_error(error, as_json=False)
            code = run_broken_kiosk(application, error, windowed=windowed)
    raise typer.Exit(code)


def _report(policy: KioskPolicy, promise: Promise, cautions: list[str], *, as_json: bool) -> None:
    if as_json:
        actions = [action.name for action in policy.actions]
        print_json({"kiosk": policy.name, "actions": actions, "promise": promise, "cautions": cautions})
        return
    console.print(f"The policy of “{policy.name}” is valid.", markup=False)
    if policy.who.identify is IdentifyBy.FACE:
        console.print(
            f"Of {promise.held:,.0f} strangers who try {promise.attempts} times, one enters ({promise.people} people "
            f"enrolled; similarity needed: {promise.threshold:.3f}).",
            markup=False,
        )
    for caution in cautions:
        console.print(f"Note: {caution}", markup=False)


def _promise_cautions(policy: KioskPolicy, promise: Promise) -> list[str]:
    """Warnings about a promise per visitor that is weak or cannot be held, each with the change to make."""
    if policy.who.identify is not IdentifyBy.FACE:
        return []
    found = []
    if promise.one_in is None:
        found.append(
            f"matching.operating_point = “{policy.matching.operating_point}” applies to each comparison: one stranger "
            f"in {promise.held:,.0f} enters. Replace it with: one_in = {DOOR_ONE_IN}"
        )
    elif not promise.is_held:
        found.append(
            f"With {promise.people:,} people, this model holds one stranger in {promise.held:,.0f} at best. Use badges "
            "(who.identify = “claim”) or a second factor (pin.use = “as-well”)."
        )
    elif promise.one_in < _WEAK_BELOW:
        found.append(f"One stranger in {promise.one_in:,} enters. For a door, set: matching.one_in = {DOOR_ONE_IN}")
    return found


def _cautions(application: Application, policy: KioskPolicy) -> list[str]:
    """Warnings about policies that are valid but probably unintended."""
    groups = {group.casefold() for group in application.people.groups()}
    found = [f"The group “{name}” has no members." for name in policy.who.groups if name.casefold() not in groups]
    if not application.credentials.has_pin(ADMIN_PIN_OWNER):
        found.append(
            "No admin PIN is set: exiting requires ending the process. Set one with: facelatch pin set --admin"
        )
    if policy.pin.use is PinUse.INSTEAD and not application.credentials.has_pin(PinOwner(PinRole.SITE, policy.name)):
        found.append(
            f"The site has no PIN, so only personal PINs work. Set one with: facelatch pin set --site {policy.name}"
        )
    if not policy.actions:
        found.append("The policy has no actions: an unlock is only displayed and logged.")
    return found
