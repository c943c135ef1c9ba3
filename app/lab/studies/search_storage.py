"""Where a search is kept: a database that several machines share, or a file."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.lab.errors import CheckpointFailed, StudyDiffers, StudyUnreachable

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import RDBStorage

_BEAT_S = 20
_GRACE_S = 120
"""A trial of which nothing was heard for so long was killed: another takes its place."""

_STARTUP = 8
"""Trials drawn blindly, before the sampler learns from what was tried."""

_MADE_WITH = "made_with"
_PLAIN = "postgresql://"
_DRIVER = "postgresql+psycopg://"


def open_study(url: str, name: str, made_with: dict[str, Any]) -> "Study":
    """A study, old or new: accuracy is to be large, latency small.

    Args:
        url: Such as `sqlite:///search.db` or `postgresql://user@host/database`.
        name: Of the study in the database.
        made_with: What all that take part must agree on.

    Raises:
        StudyUnreachable: The address is none, or a package for such databases is missing. What the database itself
            reports comes as it is: `explaining_database` and `unreachable` make words of it.
        StudyDiffers: The study there is about something else.
    """
    import optuna
    from optuna.exceptions import OptunaError

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = optuna.create_study(
            storage=_storage(url),
            study_name=name,
            directions=["maximize", "minimize"],
            load_if_exists=True,
            sampler=optuna.samplers.TPESampler(n_startup_trials=_STARTUP),  # seeded by nothing: machines differ
        )
        begun_with = study.user_attrs.get(_MADE_WITH)
        if begun_with is None:
            study.set_user_attr(_MADE_WITH, made_with)
    except (OptunaError, ImportError, ValueError) as error:
        raise study_unreachable(url, str(error).splitlines()[0]) from error
    differing = [key for key, value in made_with.items() if begun_with and begun_with.get(key) != value]
    if differing:
        raise StudyDiffers(path=f"the study “{name}”", reason=f"it was begun with another {', '.join(differing)}")
    return study


def study_unreachable(url: str, reason: str) -> StudyUnreachable:
    """What is said of a database that cannot be used: never with the password that the URL may hold."""
    return StudyUnreachable(url=_without_password(url), reason=reason)


def file_url(folder: Path) -> str:
    """The URL of a file in a study's folder, for one machine.

    Raises:
        CheckpointFailed: There can be no such folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointFailed(path=folder, reason=error.strerror or error) from error
    return f"sqlite:///{folder.resolve() / 'search.db'}"


def _storage(url: str) -> "RDBStorage":
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
    """What stands between the scheme and the host may hold one."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('@')[2] or rest}"
