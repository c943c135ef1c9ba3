"""What can go wrong in the lab that the user can mend."""

from app.core.errors import EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP


class DataUnusable(EnvironmentProblem):
    """Faces to train on that cannot be read."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The training pictures cannot be used: {path} ({reason})")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "Give a folder with a folder of pictures for each person, or a RecordIO file with its .idx beside it."
    )


class CheckpointFailed(EnvironmentProblem):
    """A checkpoint that cannot be written. The one before it is left as it was."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The checkpoint cannot be written: {path} ({reason})")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "Make room on the disk, then run the same command again: it goes on from the last."
    )


class TrainingDiverged(EnvironmentProblem):
    """The loss is no number any more."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Training broke down at step {step}: the loss is {loss}.")
    HINT = QT_TRANSLATE_NOOP("errors", "Choose a smaller learning rate. The last checkpoint is from before that.")


class NoGpu(EnvironmentProblem):
    """A GPU was asked for, and there is none for this process."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Not enough GPUs for PyTorch {version}: {needed} needed, {found} found.")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "Leave --device out to compute on the CPU, or install PyTorch's build for your GPU and its driver."
    )


class TooLittleMemory(EnvironmentProblem):
    """A step that does not fit into memory."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "There is too little memory for {batch} faces a step.")
    HINT = QT_TRANSLATE_NOOP("errors", "Choose a smaller batch. Nothing was lost: the run goes on from its checkpoint.")


class StudyDiffers(EnvironmentProblem):
    """Results of a study that belong to another one."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The results in {path} cannot be gone on with: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Give another folder or study, or the recipe and pictures it was begun with.")


class StudyUnreachable(EnvironmentProblem):
    """The database that machines search through together."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The study's database cannot be used: {url} ({reason})")
    HINT = QT_TRANSLATE_NOOP(
        "errors",
        "Write it so: sqlite:///search.db or postgresql://user@host/database (extra “fleet”), and see that it runs.",
    )
