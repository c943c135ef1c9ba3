"""Open the window or a kiosk on an application, and run it until it is closed."""

from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import FacelatchError
from app.services.people.retention import RetentionScheduler
from app.wiring.application import Application

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.services.kiosk.policy import KioskPolicy
    from app.ui.shell.backend import Backend


def window_backend(application: Application) -> "Backend":
    """Return what the window needs of an application."""
    from app.ui.shell.backend import Backend, Services

    def make_services(on_result: "Callable[[], None]") -> Services:
        live = application.live
        pipeline = live.pipeline(on_result)
        application.roles.state()
        return Services(
            live=live,
            people=application.people,
            enrolment=application.enrolment,
            consent=application.consent,
            matcher=application.matcher,
            calibration=application.calibration,
            audit=application.audit,
            roles=application.roles,
            keys=application.keys,
            store=application.store,
            bundles=application.bundles,
            reenrolment=application.reenrolment,
            pipeline=pipeline,
        )

    return Backend(
        settings=application.settings,
        settings_problem=application.settings_problem,
        settings_service=application.settings_service,
        apply_settings=application.use,
        make_services=make_services,
        recovery=lambda: application.recovery,
        live_challenge=application.live_challenge,
        liveness_test=application.liveness_trials,
    )


def run_window(application: Application) -> int:
    """Run the window.

    Returns:
        The exit code.
    """
    from app.services.system.background_tuning import BackgroundTuning
    from app.ui.shell.window_app import run

    with (
        BackgroundTuning(lambda: application.models.engine_choices.load() is None),
        RetentionScheduler(application.erase_expired) as retention,
    ):
        return run(window_backend(application), on_ready=retention.start)


def run_kiosk(application: Application, policy: "KioskPolicy", *, windowed: bool = False) -> int:
    """Run a kiosk.

    Args:
        application: Its services.
        policy: Policy of the kiosk.
        windowed: Whether to run in a window in place of the full screen.

    Returns:
        The exit code.
    """
    from app.ui.kiosk.kiosk_app import run_kiosk as run

    with (
        application.synchronise(),
        application.kiosks.kiosk(policy) as kiosk,
        RetentionScheduler(application.erase_expired) as retention,
    ):
        retention.start()
        return run(application.settings, kiosk, windowed=windowed)


def run_broken_kiosk(application: Application, problem: FacelatchError, *, windowed: bool = False) -> int:
    """Show why a kiosk cannot be used, and stay locked.

    Args:
        application: Its services.
        problem: Why the kiosk cannot be used.
        windowed: Whether to run in a window in place of the full screen.

    Returns:
        The exit code.
    """
    from app.ui.kiosk.kiosk_app import run_broken_kiosk as run

    with RetentionScheduler(application.erase_expired) as retention:
        retention.start()
        return run(application.settings, problem, windowed=windowed)


def make_screenshot(application: Application, path: Path, settled_after_s: float | None = None) -> None:
    """Write a PNG file of the window on the source in the settings.

    Args:
        application: The services of the window.
        path: The file.
        settled_after_s: Seconds for which the window runs before a person has to be recognised; None to wait until
            everything is shown.
    """
    from app.ui.shell.window_app import SETTLED_AFTER_S, write_screenshot

    settled_after_s = SETTLED_AFTER_S if settled_after_s is None else settled_after_s
    write_screenshot(window_backend(application), path, settled_after_s=settled_after_s)
