"""Errors of the lab that the user can fix."""

from app.core.errors import EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP


class DataUnusable(EnvironmentProblem):
    """The training pictures cannot be read."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The training pictures cannot be used: {path} ({reason})")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "Give a folder with a folder of pictures for each person, or a RecordIO file with its .idx beside it."
    )


class CheckpointFailed(EnvironmentProblem):
    """A checkpoint cannot be written. The previous one stays as it was."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The checkpoint cannot be written: {path} ({reason})")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "Free disk space, then run the same command again: it continues from the last checkpoint."
    )


class TrainingDiverged(EnvironmentProblem):
    """The loss is no longer a finite number."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Training diverged at step {step}: the loss is {loss}.")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "Choose a smaller learning rate. The last checkpoint is from before the failure."
    )


class NoGpu(EnvironmentProblem):
    """A GPU was requested, and this process has none."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Not enough GPUs for PyTorch {version}: {needed} needed, {found} found.")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "Leave --device out to compute on the CPU, or install PyTorch's build for your GPU and its driver."
    )


class TooLittleMemory(EnvironmentProblem):
    """A training step does not fit into memory."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "There is not enough memory for {batch} faces a step.")
    HINT = QT_TRANSLATE_NOOP("errors", "Choose a smaller batch. The run continues from its checkpoint.")


class StudyDiffers(EnvironmentProblem):
    """The results in a folder belong to another study."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The results in {path} cannot be continued: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Give another folder or study, or the recipe and pictures it was started with.")


class StudyUnreachable(EnvironmentProblem):
    """The database that several machines share for a search cannot be used."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The study's database cannot be used: {url} ({reason})")
    HINT = QT_TRANSLATE_NOOP(
        "errors",
        "For example: sqlite:///search.db or postgresql://user@host/database (extra “fleet”). Check the server.",
    )
