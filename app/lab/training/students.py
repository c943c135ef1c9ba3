"""Teachers and students that start from the shipped weights."""

from pathlib import Path

import numpy as np
import torch

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.export.weights import Array, bound_slopes, load_arrays, merge_head_projection, read_arrays, to_prelu_slopes
from app.lab.networks.architecture import SHIPPED, Activation, Architecture
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.training.checkpoints import load_checkpoint

_HEAD = "layers.global_depthwise.convolution.weight"


def build_teacher(content: bytes) -> FaceNetwork:
    """Return the shipped network with slopes within -1 and 1, so that a student that starts from it has the same maps.

    Raises:
        ModelIncompatible: The file holds another network.
    """
    network = FaceNetwork(SHIPPED.model_copy(update={"activation": Activation.PRELU}))
    load_arrays(network, bound_slopes(to_prelu_slopes(read_arrays(content))))
    return network.eval()


def build_student(content: bytes, architecture: Architecture) -> FaceNetwork:
    """Return a student that starts from the shipped weights.

    Args:
        content: The shipped file.
        architecture: Architecture of the student. May differ from the shipped one in activation, batch normalisation,
            input size, strides, and the linear layer behind the head.

    Raises:
        ModelIncompatible: The architecture differs in more, or the file holds another network.
    """
    shipped = _shape_settings(SHIPPED)
    if differing := [name for name, value in _shape_settings(architecture).items() if shipped[name] != value]:
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP(
                "errors", "A student that starts from the shipped weights must have the same {differing}."
            ),
            QT_TRANSLATE_NOOP("errors", "Change the recipe, or train from scratch with: facelatch lab train"),
            differing=", ".join(differing),
        )
    arrays = bound_slopes(to_prelu_slopes(read_arrays(content)))
    if not architecture.head_project:
        arrays = merge_head_projection(arrays)
    network = FaceNetwork(architecture)
    name = "global_depthwise.weight"
    load_arrays(network, arrays | {name: _resized(arrays[name], architecture.last_map)})
    return network


def load_student_checkpoint(network: FaceNetwork, checkpoint: Path) -> None:
    """Load the weights of another student with the same layers, whose head may have had a map of another size.

    Args:
        network: The student; changed.
        checkpoint: Checkpoint of a distillation.

    Raises:
        ModelIncompatible: There is no checkpoint of a student, or its layers differ.
    """
    state = load_checkpoint(checkpoint, {})
    weights = {} if state is None else state.get("student", {})
    own_state = network.state_dict()
    if _HEAD in weights and _HEAD in own_state:
        rows, columns = own_state[_HEAD].shape[2:]
        weights = weights | {_HEAD: torch.from_numpy(_resized(weights[_HEAD].numpy(), (rows, columns)))}
    if {name: value.shape for name, value in own_state.items()} != {
        name: value.shape for name, value in weights.items()
    }:
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP("errors", "There is no student with the same layers to start from: {path}"),
            QT_TRANSLATE_NOOP("errors", "Name the checkpoint.pt of a run of “lab distil” with the same architecture."),
            path=checkpoint,
        )
    network.load_state_dict(weights)


def _shape_settings(architecture: Architecture) -> dict[str, object]:
    """Return the settings that determine the shapes of the shipped weights."""
    settings = architecture.model_dump(
        exclude={"activation", "groups", "pinned_stages", "batch_norm", "input_size", "head_project", "stem_stride"}
    )
    return settings | {"stages": [{**stage, "stride": None} for stage in settings["stages"]]}


def _resized(kernel: Array, size: tuple[int, int]) -> Array:
    """Return the head's kernel for a map of another size: each new pixel averages the old ones that it covers."""
    if kernel.shape[2:] == size:
        return kernel
    rows, columns = (_coverage(old, new) for old, new in zip(kernel.shape[2:], size, strict=True))
    resized: Array = np.einsum("ni,oaij,mj->oanm", rows, kernel, columns).astype(np.float32)
    return resized


def _coverage(old: int, new: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(new, old): share of each old pixel that lies in each new one."""
    edges = np.linspace(0, old, new + 1)
    low, high = np.arange(old), np.arange(old) + 1
    shares = np.minimum(edges[1:, None], high) - np.maximum(edges[:-1, None], low)
    covered: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.clip(shares, 0, 1)
    return covered
