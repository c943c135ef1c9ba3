"""Runs a real kiosk on a video to its end, and prints what it displayed as one JSON object.

python -m tests.e2e.kiosk_driver POLICY SCREENSHOTS
"""

import json
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.core.errors import CameraError
from app.flows.kiosk.types import KioskState
from app.pipeline.capture_thread import CameraState
from app.services.kiosk.controller import KioskView
from app.services.kiosk.kiosk_service import KioskService
from app.services.kiosk.policy_file import read_policy
from app.ui.kiosk import kiosk_app
from app.ui.kiosk.screen import KioskScreen
from app.wiring import Application
from app.wiring.screens import run_kiosk


class Watched(KioskScreen):
    """A kiosk screen that records what it displays, and closes at the end of the video."""

    def __init__(self, kiosk: KioskService, problem: CameraError | None = None) -> None:
        super().__init__(kiosk, problem)
        self.kiosk = kiosk
        self.seen: list[dict[str, object]] = []
        self.folder = Path(sys.argv[2])
        seen_by_driver.append(self)

    def show_view(self, view: KioskView) -> None:
        """Record a new state or problem, with a screenshot."""
        before = (self.view.status.state, self.view.warning) if self.view else None
        super().show_view(view)
        status, frame = view.status, view.result.frame if view.result else None
        if (status.state, view.warning) != before:
            note = {"state": status.state, "since_s": status.since_ns / 1e9, "refusal": status.reason}
            note |= {"person": status.person.name if status.person else None}
            note |= {"frame": frame.id if frame else 0, "captured_s": frame.captured_ns / 1e9 if frame else 0.0}
            note |= {"line": self.headline.text(), "advice": self.advice.text()}
            self.seen.append(note)
            QApplication.processEvents()
            self.grab().save(str(self.folder / f"{len(self.seen):02d}-{status.state}.png"))
        live = self.kiosk.live_status()
        over = live is not None and live.camera.state is CameraState.ENDED
        if over and status.state in {KioskState.FAULT, KioskState.LOCKED_OUT}:
            self.left.emit()


seen_by_driver: list[Watched] = []


def main() -> None:
    """Run the kiosk as the command does, with a recording screen."""
    setattr(kiosk_app, "KioskScreen", Watched)  # noqa: B010 - a name that module only borrows
    with Application(actor="kiosk") as application:
        code = run_kiosk(application, read_policy(Path(sys.argv[1]), application.settings.liveness))
    sys.stdout.write(json.dumps({"code": code, "seen": seen_by_driver[0].seen}) + "\n")


if __name__ == "__main__":
    main()
