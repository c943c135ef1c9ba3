"""Checkpoints of a training, written atomically."""

from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from app.core.atomic_file import atomic_file
from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.errors import CheckpointFailed

VERSION = 1


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint atomically.

    Args:
        path: The checkpoint.
        state: Tensors and numbers.

    Raises:
        CheckpointFailed: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path, mode=None) as file:
            torch.save({"version": VERSION, **state}, file)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError of its writer
        raise CheckpointFailed(path=path, reason=getattr(error, "strerror", None) or error) from error


def load_checkpoint(path: Path, made_with: dict[str, Any]) -> dict[str, Any] | None:
    """Read a checkpoint; return None without one.

    Args:
        path: The checkpoint.
        made_with: Settings and data of the run; those of the checkpoint must be equal.

    Raises:
        ModelIncompatible: The file cannot be read, or belongs to a run with other settings or data.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError, EOFError, ValueError, UnpicklingError) as error:
        raise _unusable(path, str(error).splitlines()[0] if str(error) else type(error).__name__) from error
    if state.get("version") != VERSION:
        raise _unusable(path, f"version {state.get('version')}")
    differing = [key for key, value in made_with.items() if state["made_with"].get(key) != value]
    if differing:
        raise _unusable(path, f"it was made with another {', '.join(differing)}")
    return state


def _unusable(path: Path, reason: str) -> ModelIncompatible:
    return ModelIncompatible(
        QT_TRANSLATE_NOOP("errors", "The checkpoint cannot be used: {path} ({reason})"),
        QT_TRANSLATE_NOOP(
            "errors", "Give another folder for this run, or the settings that the checkpoint was made with."
        ),
        path=path,
        reason=reason,
    )
