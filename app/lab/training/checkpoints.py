"""Checkpoints of a training, and runs that resume from them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Generic, TypeVar

import torch

from app.core.atomic_file import atomic_file
from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.errors import CheckpointFailed

VERSION = 1
_Step = TypeVar("_Step")


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


def load_checkpoint(path: Path, run_settings: dict[str, Any]) -> dict[str, Any] | None:
    """Read a checkpoint; return None without one.

    Args:
        path: The checkpoint.
        run_settings: Settings and data of the run; those of the checkpoint must be equal.

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
    differing = [key for key, value in run_settings.items() if state["made_with"].get(key) != value]
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


class ResumableRun(ABC, Generic[_Step]):
    """A training that resumes from its checkpoint. Each step depends on configuration, step and state only.

    Args:
        checkpoint: Path of the checkpoint.
        steps: Number of steps.

    Attributes:
        step: Steps done.
    """

    def __init__(self, checkpoint: Path, steps: int) -> None:
        self.step = 0
        self._checkpoint = checkpoint
        self._steps = steps

    def resume(self) -> bool:
        """Continue from the checkpoint; return False without one.

        Raises:
            ModelIncompatible: The checkpoint belongs to another run.
        """
        state = load_checkpoint(self._checkpoint, self._run_settings())
        if state is None:
            return False
        self.step = state["step"]
        self._restore(state)
        return True

    def save(self) -> None:
        """Write the checkpoint.

        Raises:
            CheckpointFailed: The file cannot be written.
        """
        save_checkpoint(self._checkpoint, {"made_with": self._run_settings(), "step": self.step} | self._state())

    def run(self, save_every: int, on_step: Callable[[_Step], None] = lambda _: None) -> None:
        """Run all remaining steps.

        Args:
            save_every: Steps between checkpoints.
            on_step: Called after each step.

        Raises:
            TrainingDiverged: The loss is no longer finite; nothing is saved then.
            TooLittleMemory: A step does not fit into memory.
            CheckpointFailed: A checkpoint cannot be written.
        """
        while self.step < self._steps:
            on_step(self._one_step())
            if self.step % save_every == 0 or self.step == self._steps:
                self.save()

    @abstractmethod
    def _run_settings(self) -> dict[str, object]:
        """Return the settings and data that a checkpoint must share."""

    @abstractmethod
    def _state(self) -> dict[str, Any]:
        """Return the state of networks and optimiser."""

    @abstractmethod
    def _restore(self, state: dict[str, Any]) -> None:
        """Restore what `_state` returned."""

    @abstractmethod
    def _one_step(self) -> _Step:
        """Run one step and return its progress."""
