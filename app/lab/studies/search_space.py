"""Search space: networks around a reference, which the recipe gives."""

from typing import TYPE_CHECKING

from app.lab.networks.architecture import Activation, Architecture

if TYPE_CHECKING:
    from optuna import Trial

WIDTHS = (0.5, 0.75, 1.0, 1.25)
"""Factors on the reference's width. Channels come in steps of 8, so several factors may give the same network."""

DEPTHS = (0.5, 0.75, 1.0, 1.25)
"""Factors on the blocks of each stage, rounded, at least one block."""

EXPANSIONS = (0.5, 0.75, 1.0, 1.5)
"""Factors on the reference's channels inside blocks."""

KERNELS = (3, 5)
ACTIVATIONS = (Activation.PRELU, Activation.LEAKY_RELU, Activation.RELU)

NetworkChoice = dict[str, float | int | str]


def input_sizes(reference: Architecture) -> dict[str, tuple[int, int]]:
    """Return height and width by name: the reference's, a narrower one, the next smaller and the next larger one."""
    height, width = reference.input_size
    step = reference.total_stride
    sizes = [(height, width), (height, width - step), (height - step, width - step), (height + step, width + step)]
    return {f"{h}x{w}": (h, w) for h, w in sizes if min(h, w) >= 2 * step}


def reference_choice(reference: Architecture) -> NetworkChoice:
    """Return the choice that is the reference itself."""
    return {
        "width": 1.0,
        "depth": 1.0,
        "expansion": 1.0,
        "kernel": reference.kernel,
        "activation": reference.activation.value,
        "input": "{}x{}".format(*reference.input_size),
    }


def suggest_choice(trial: "Trial", reference: Architecture) -> NetworkChoice:
    """Return a choice of the sampler.

    Args:
        trial: Trial that records the choice.
        reference: Architecture of the reference.
    """
    kernels = sorted({*KERNELS, reference.kernel})
    activations = sorted({*ACTIVATIONS, reference.activation})
    return {
        "width": trial.suggest_categorical("width", WIDTHS),
        "depth": trial.suggest_categorical("depth", DEPTHS),
        "expansion": trial.suggest_categorical("expansion", EXPANSIONS),
        "kernel": trial.suggest_categorical("kernel", kernels),
        "activation": trial.suggest_categorical("activation", [activation.value for activation in activations]),
        "input": trial.suggest_categorical("input", list(input_sizes(reference))),
    }


def architecture_of(choice: NetworkChoice, reference: Architecture) -> Architecture:
    """Return the architecture of a choice.

    Args:
        choice: The choice.
        reference: Architecture of the reference.
    """
    depth = float(choice["depth"])
    stages = [stage.model_dump() | {"repeats": max(1, int(stage.repeats * depth + 0.5))} for stage in reference.stages]
    changes = {
        "stages": stages,
        "width": reference.width * float(choice["width"]),
        "expansion": reference.expansion * float(choice["expansion"]),
        "kernel": choice["kernel"],
        "activation": choice["activation"],
        "input_size": input_sizes(reference)[str(choice["input"])],
    }
    return Architecture.model_validate(reference.model_dump() | changes)
