"""Every service, made of the concrete parts, and the screens on top."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import FacelatchError
from app.core.settings.model import Settings
from app.services.audit.audit_service import AuditService
from app.services.people.retention import RetentionThread
from app.wiring.looking import Looking

if TYPE_CHECKING:
    from app.services.database.fleet_sync import FleetSync
    from app.services.kiosk.factory import KioskFactory
    from app.services.kiosk.policy import KioskPolicy

_FOLLOWERS = {
    "matcher": ("recognition",),
    "enrolment": ("enrolment", "privacy"),
    "consent": ("privacy",),
    "liveness": ("liveness",),
    "face_audit": ("privacy",),
}
"""Services that take other settings while they run, by `apply`, and the sections that each is made with."""


class Application(Looking):
    """All services, each made when it is first asked for, and closed together at the end."""

    def use(self, settings: Settings) -> None:
        """Go on with other settings: what is made from now on follows them, and what is made already is told.

        A live pipeline makes its vision anew when it is asked to. Another model needs another start of the program.
        """
        self.settings = settings
        made = self.__dict__  # a cached property is there once it has been asked for
        for service, sections in _FOLLOWERS.items():
            if service in made:
                made[service].apply(*(getattr(settings, section) for section in sections))
        if "pictures" in made:
            self.pictures.renew()

    @property
    def kiosks(self) -> "KioskFactory":
        """Makes kiosks, as the settings are now."""
        from app.services.kiosk.factory import KioskFactory

        return KioskFactory(
            settings=self.settings,
            clock=self.clock,
            gallery_cache=self._gallery_cache,
            row=self.models.embedder_row,
            people=self.people,
            lockouts=self.storage.lockouts,
            pins=self.storage.pins,
            live=self._live_with,
            liveness=self._liveness_with,
            audit=lambda actor: AuditService(self.storage.audit_log, self.clock, actor),
            actions=lambda policy, on_report: self.actions(policy.actions, policy.name, on_report),
            picture_analyzer=lambda: self.models.vision.picture_analyzer(embed_all=True),
        )

    def following(self) -> "AbstractContextManager[FleetSync | None]":
        """Follows the server, where there is one, until the block ends.

        Raises:
            InvalidChange: There are people here whom the server does not know.
        """
        if not self.storage.server:
            return nullcontext()
        from app.services.database.fleet_sync import FleetSync

        self.storage.replica.join()
        return FleetSync(self.storage.connect, self.storage.replica, self.clock)

    def open_window(self) -> int:
        """Open the window and run it until it is closed.

        Returns:
            The exit code.
        """
        from app.services.system.background_tuning import BackgroundTuning
        from app.ui.shell.window_app import run

        with BackgroundTuning(lambda: self.models.engine_choices.load() is None):
            return run(self)

    def open_kiosk(self, policy: "KioskPolicy", *, windowed: bool = False) -> int:
        """Run a kiosk until somebody leaves it.

        Returns:
            The exit code.
        """
        from app.ui.kiosk.kiosk_app import run_kiosk

        with self.following(), self.kiosks.kiosk(policy) as kiosk, RetentionThread(self._erase_expired):
            return run_kiosk(self.settings, kiosk, windowed=windowed)

    def open_broken_kiosk(self, problem: FacelatchError, *, windowed: bool = False) -> int:
        """Show that a kiosk cannot be used, and stay locked.

        Returns:
            The exit code.
        """
        from app.ui.kiosk.kiosk_app import run_broken_kiosk

        with RetentionThread(self._erase_expired):
            return run_broken_kiosk(self.settings, problem, windowed=windowed)

    def make_picture(self, path: Path, settled_after_s: float | None = None) -> None:
        """Draw the window as it looks on the source in the settings, into a PNG file.

        Args:
            path: The file.
            settled_after_s: How long the window runs before somebody has to be recognised; by default until all is
                shown.
        """
        from app.ui.shell.screenshot import SETTLED_AFTER_S, make_picture

        make_picture(self, path, settled_after_s=SETTLED_AFTER_S if settled_after_s is None else settled_after_s)
