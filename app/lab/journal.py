"""What a run tells while it goes on, for TensorBoard."""

from pathlib import Path
from types import TracebackType
from typing import Self

from torch.utils.tensorboard import SummaryWriter


class Journal:
    """Writes events into a run's folder; use it as a context.

    Args:
        folder: Of the run; None writes nothing, as in all processes but the first.
        step: How many are done: what an interrupted run wrote beyond its checkpoint is passed over.
    """

    def __init__(self, folder: Path | None, step: int) -> None:
        self._writer = None if folder is None else SummaryWriter(str(folder / "events"), purge_step=step)

    def write(self, step: int, values: dict[str, float]) -> None:
        """Some numbers of a step, by name."""
        if self._writer is not None:
            for name, value in values.items():
                self._writer.add_scalar(name, value, step)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
