"""Storage of a search: a database that several machines share, or a file."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.lab.errors import CheckpointFailed, StudyDiffers, StudyUnreachable

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import RDBStorage

_BEAT_S = 20
_GRACE_S = 120
"""A trial without a heartbeat for this long was killed, and is repeated."""

_STARTUP = 8
"""Random trials before the sampler uses results."""

_MADE_WITH = "made_with"
_PLAIN = "postgresql://"
_DRIVER = "postgresql+psycopg://"


def open_study(url: str, name: str, run_settings: dict[str, Any]) -> "Study":
    """Open or create a study that maximises accuracy and minimises latency.

    Args:
        url: URL such as `sqlite:///search.db` or `postgresql://user@host/database`.
        name: Name of the study in the database.
        run_settings: Settings and faces that all machines must share.

    Raises:
        StudyUnreachable: The URL is invalid, or a package for the database is missing. Errors of the database itself
            are raised unchanged; `explaining_database` and `study_unreachable` convert them.
        StudyDiffers: The existing study has other settings or faces.
    """
    import optuna
    from optuna.exceptions import OptunaError

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = optuna.create_study(
            storage=_open_storage(url),
            study_name=name,
            directions=["maximize", "minimize"],
            load_if_exists=True,
            sampler=optuna.samplers.TPESampler(n_startup_trials=_STARTUP),  # seeded by nothing: machines differ
        )
        begun_with = study.user_attrs.get(_MADE_WITH)
        if begun_with is None:
            study.set_user_attr(_MADE_WITH, run_settings)
    except (OptunaError, ImportError, ValueError) as error:
        raise study_unreachable(url, str(error).splitlines()[0]) from error
    differing = [key for key, value in run_settings.items() if begun_with and begun_with.get(key) != value]
    if differing:
        raise StudyDiffers(path=f"the study “{name}”", reason=f"it was begun with another {', '.join(differing)}")
    return study


def study_unreachable(url: str, reason: str) -> StudyUnreachable:
    """Return the error for a database that cannot be used, without the password that the URL may contain.

    Args:
        url: URL of the database.
        reason: Message of the database.
    """
    return StudyUnreachable(url=_without_password(url), reason=reason)


def file_url(folder: Path) -> str:
    """Return the URL of a file in a study's folder, for one machine.

    Raises:
        CheckpointFailed: The folder cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointFailed(path=folder, reason=error.strerror or error) from error
    return f"sqlite:///{folder.resolve() / 'search.db'}"


def _open_storage(url: str) -> "RDBStorage":
    from optuna.exceptions import ExperimentalWarning
    from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback

    address = _DRIVER + url.removeprefix(_PLAIN) if url.startswith(_PLAIN) else url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)  # heartbeats have been called experimental for years
        return RDBStorage(
            address,
            heartbeat_interval=_BEAT_S,
            grace_period=_GRACE_S,
            heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(max_retry=2),
        )


def _without_password(url: str) -> str:
    """Return a URL without user and password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('@')[2] or rest}"
