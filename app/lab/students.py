"""Teachers and students that begin with the shipped weights."""

import numpy as np

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.architecture import SHIPPED, Activation, Architecture
from app.lab.network import FaceNetwork
from app.lab.weights import Arrays, load_arrays, read_arrays, with_slopes, with_small_slopes, without_head_project


def teacher_of(content: bytes) -> FaceNetwork:
    """The shipped network with slopes within -1 and 1, so that a student that begins with them has the same maps.

    Raises:
        ModelIncompatible: The file is another network's.
    """
    network = FaceNetwork(SHIPPED.model_copy(update={"activation": Activation.PRELU}))
    load_arrays(network, with_small_slopes(with_slopes(read_arrays(content))))
    return network.eval()


def student_of(content: bytes, architecture: Architecture) -> FaceNetwork:
    """A student that begins with the shipped weights.

    Args:
        content: The shipped file.
        architecture: Of the student: that of the shipped network but for activation, batch normalisation, input size
            and the linear layer behind the head.

    Raises:
        ModelIncompatible: The architecture differs in more, or the file is another network's.
    """
    free = {"activation", "groups", "pinned_stages", "batch_norm", "input_size", "head_project"}
    fixed = {name: value for name, value in architecture.model_dump().items() if name not in free}
    if differing := [name for name, value in fixed.items() if SHIPPED.model_dump()[name] != value]:
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP("errors", "A student that begins with the shipped weights must share its {differing}."),
            QT_TRANSLATE_NOOP("errors", "Change the recipe, or train from nothing with: facelatch lab train"),
            differing=", ".join(differing),
        )
    arrays = with_small_slopes(with_slopes(read_arrays(content)))
    if not architecture.head_project:
        arrays = without_head_project(arrays)
    network = FaceNetwork(architecture)
    load_arrays(network, _resized(arrays, architecture.last_map))
    return network


def _resized(arrays: Arrays, size: tuple[int, int]) -> Arrays:
    """With the head's kernel for a map of another size: each new pixel stands for the old ones that it covers."""
    kernel = arrays["global_depthwise.weight"]
    if kernel.shape[2:] == size:
        return arrays
    rows, columns = (_coverage(old, new) for old, new in zip(kernel.shape[2:], size, strict=True))
    resized = np.einsum("ni,oaij,mj->oanm", rows, kernel, columns)
    return arrays | {"global_depthwise.weight": resized.astype(np.float32)}


def _coverage(old: int, new: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(new, old): how much of each old pixel lies in each new one."""
    edges = np.linspace(0, old, new + 1)
    low, high = np.arange(old), np.arange(old) + 1
    shares = np.minimum(edges[1:, None], high) - np.maximum(edges[:-1, None], low)
    covered: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.clip(shares, 0, 1)
    return covered
