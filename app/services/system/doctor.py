"""Health checks of this installation, with advice."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.camera.device_listing import list_cameras
from app.core import paths
from app.core.errors import DisplayMissing, EnvironmentProblem, FacelatchError, SettingsError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.services.audit.audit_service import AuditService
from app.services.database.key_service import KeyService
from app.services.people.people_service import PeopleService
from app.services.people.reenrolment import ReenrolmentService
from app.store.audit.seals import SealPlace
from app.vision.embedding import Embedder
from app.vision.manifest import Manifest

_MIN_FREE_BYTES = 200_000_000
_PLACES = {SealPlace.FILE: "a file beside the database", SealPlace.KEYRING: "the system's keyring"}


class CheckState(StrEnum):
    """Result of a check."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """A check with its result.

    Attributes:
        name: What was checked.
        state: The result.
        finding: What was found.
        advice: What to do; empty if nothing.
    """

    name: str
    state: CheckState
    finding: str
    advice: str = ""


class Doctor:
    """Checks everything the program depends on. A failed check does not stop the others.

    Args:
        manifest: Returns the model manifest.
        embedder: Returns the embedding network in use.
        people: Returns the service for people.
        keys: Returns the service for keys.
        audit: Returns the service for the audit log.
        reenrolment: Returns the service for re-enrolment.
        settings_problem: Error in the settings file; None without one.
    """

    def __init__(
        self,
        manifest: Callable[[], Manifest],
        embedder: Callable[[], Embedder],
        people: Callable[[], PeopleService],
        keys: Callable[[], KeyService],
        audit: Callable[[], AuditService],
        reenrolment: Callable[[], ReenrolmentService],
        settings_problem: SettingsError | None,
    ) -> None:
        self._manifest = manifest
        self._embedder = embedder
        self._people = people
        self._keys = keys
        self._audit = audit
        self._reenrolment = reenrolment
        self._settings_problem = settings_problem

    def checks(self) -> Iterator[Check]:
        """Iterate over all checks; each runs when it is requested."""
        checks: dict[str, Callable[[], Check]] = {
            "settings": self._settings,
            "cameras": _cameras,
            "models": self._models,
            "engine": self._engine,
            "key": self._key,
            "store": self._store,
            "audit trail": self._trail,
            "people": self._enrolled,
            "display": _display,
            "disk": _disk,
        }
        for name, check in checks.items():
            try:
                yield check()
            except FacelatchError as error:
                yield Check(name, CheckState.BAD, error.message, error.hint)

    def _settings(self) -> Check:
        if self._settings_problem is not None:
            return Check("settings", CheckState.BAD, self._settings_problem.message, self._settings_problem.hint)
        return Check("settings", CheckState.GOOD, str(paths.config_dir() / "settings.toml"))

    def _key(self) -> Check:
        state = self._keys().state()
        finding = f"The database is encrypted; its key comes from: {state.source}."
        if state.recovery_code:
            return Check("key", CheckState.GOOD, finding)
        return Check("key", CheckState.CAUTION, finding, "Print a recovery code: facelatch store key recovery-code")

    def _models(self) -> Check:
        manifest = self._manifest()
        for row in manifest.rows:
            manifest.load(row)
        return Check("models", CheckState.GOOD, ", ".join(f"{row.name} (hash verified)" for row in manifest.rows))

    def _engine(self) -> Check:
        embedder = self._embedder()
        return Check("engine", CheckState.GOOD, f"{embedder.row.name} on {embedder.provider}")

    def _trail(self) -> Check:
        places = " and ".join(_PLACES[place] for place in self._audit().sealed_in)
        return Check("audit trail", CheckState.GOOD, f"Its head is kept in {places}.")

    def _store(self) -> Check:
        people = self._people().all()
        return Check("store", CheckState.GOOD, f"{len(people)} enrolled in {paths.database_file()}")

    def _enrolled(self) -> Check:
        queue = self._reenrolment().queue()
        if not queue.people:
            return Check("people", CheckState.GOOD, f"Every person has a template of {queue.model}.")
        finding = f"{len(queue.people)} have to be re-enrolled: they have no template of {queue.model}."
        return Check("people", CheckState.CAUTION, finding, "List them with: facelatch people outdated")


def require_display() -> None:
    """Check that a window can be opened, because Qt ends the process otherwise.

    Raises:
        DisplayMissing: No display is set, or it does not answer.
    """
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal", "vnc")):
        return
    if not (_wayland_answers() or _x_answers(os.environ.get("DISPLAY", ""))):
        raise DisplayMissing


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and _connects(Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")) / str(name))


def _x_answers(display: str) -> bool:
    host, _, number = display.rpartition(":")
    if not number:
        return False
    if host in {"", "unix"}:
        return _connects(Path("/tmp/.X11-unix") / f"X{number.split('.')[0]}")  # noqa: S108 - where X servers listen
    return True  # a display on the network: only Qt can tell


def _connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(str(path)) == 0


def _cameras() -> Check:
    found = list_cameras()
    if not found:
        return Check("cameras", CheckState.CAUTION, "No camera is plugged in.", "Plug one in, or use the demo.")
    return Check("cameras", CheckState.GOOD, ", ".join(f"{camera.index}: {camera.name}" for camera in found))


def _display() -> Check:
    try:
        require_display()
    except DisplayMissing as error:
        return Check("display", CheckState.CAUTION, error.message, "Commands work without one; the window needs one.")
    return Check("display", CheckState.GOOD, os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "native")


def _disk() -> Check:
    directory = paths.data_dir()
    while not directory.exists():
        directory = directory.parent
    try:
        with tempfile.TemporaryFile(dir=directory):
            free = shutil.disk_usage(directory).free
    except OSError as error:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("errors", "Nothing can be written to {path} ({reason})."),
            QT_TRANSLATE_NOOP("errors", "Give this user write access, or set FACELATCH_DATA_DIR."),
            path=directory,
            reason=error.strerror,
        ) from error
    state = CheckState.GOOD if free >= _MIN_FREE_BYTES else CheckState.CAUTION
    advice = "" if state is CheckState.GOOD else "Free some space: backups and logs need it."
    return Check("disk", state, f"{free / 1e9:.1f} GB free at {directory}", advice)
