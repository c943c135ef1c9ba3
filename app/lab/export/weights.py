"""Weights that come from elsewhere: the shipped file's arrays, and what has to be done to them to fit another form.

All functions know a layer's activation is followed by the next layer in order, as in every network of the family.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.export.slope_groups import group_slopes
from app.lab.networks.activations import FactoredPReLU, TiedPReLU
from app.lab.networks.mobilefacenet import Convolution, FaceNetwork, LayeredNetwork, convolutions

_SMALLEST_OWED = 1e-4

Array = NDArray[np.float32]
Arrays = dict[str, Array]
"""By layer name: `<name>.weight` (OIHW), `.bias` (O,), and `.factor` or `.slope` (O,) where there is one."""

_DIVISOR = np.float32(128)
"""Of pixels, in the manifest's row."""


def read_arrays(content: bytes) -> Arrays:
    """What an ONNX file of ours stores, to the bit; per-channel arrays without their trailing axes.

    A network that takes pixels divides them in its first convolution. By a power of two: undoing it is exact.

    Raises:
        ModelIncompatible: It is not an ONNX file.
    """
    try:
        model = onnx.load_from_string(content)
    except DecodeError as error:
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP("errors", "The weights cannot be read: {reason}"),
            QT_TRANSLATE_NOOP("errors", "Give an ONNX file that the lab exported, or one that ships."),
            reason=error,
        ) from error
    found = {tensor.name: np.asarray(numpy_helper.to_array(tensor)) for tensor in model.graph.initializer}
    if model.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.UINT8:
        found["stem.weight"] = found["stem.weight"] * _DIVISOR
    return {
        name: value if name.endswith(".weight") else value.reshape(-1)
        for name, value in found.items()
        if value.dtype == np.float32
    }


def to_prelu_slopes(arrays: Mapping[str, Array]) -> Arrays:
    """The same network with ordinary PReLUs: a = b / (1 + b), and the next layer gives the factor 1 / (1 - a) back."""
    made = dict(arrays)
    for name, following in pairwise(_layers(arrays)):
        if f"{name}.factor" in made:
            factor = made.pop(f"{name}.factor").astype(np.float64)
            made[f"{name}.slope"] = (factor / (1 + factor)).astype(np.float32)
            _multiply_inputs(made, following, 1 + factor)
    return made


def to_factored_prelu(arrays: Mapping[str, Array]) -> Arrays:
    """The same network with its PReLUs factored: b = a / (1 - a), and the next layer takes over the factor 1 - a.

    Slopes nearer to 1 than `_SMALLEST_OWED` are held away from it.
    """
    made = dict(arrays)
    for name, following in pairwise(_layers(arrays)):
        if f"{name}.slope" in made:
            slope = made.pop(f"{name}.slope")
            owed = np.where(np.abs(1 - slope) < _SMALLEST_OWED, np.float32(_SMALLEST_OWED), 1 - slope)
            made[f"{name}.factor"] = (slope / owed).astype(np.float32)
            _multiply_inputs(made, following, owed)
    return made


def bound_slopes(arrays: Mapping[str, Array]) -> Arrays:
    """The same network with all slopes within -1 and 1.

    A channel of slope a, |a| > 1, is turned over: PReLU of slope a at x is -a times PReLU of slope 1/a at -x.
    """
    made = dict(arrays)
    for name, following in pairwise(_layers(arrays)):
        slope = made.get(f"{name}.slope")
        if slope is None:
            continue
        steep = np.abs(slope) > 1
        sign = np.where(steep, -1, 1).astype(np.float32)
        made[f"{name}.weight"] = made[f"{name}.weight"] * sign[:, None, None, None]
        made[f"{name}.bias"] = made[f"{name}.bias"] * sign
        made[f"{name}.slope"] = np.where(steep, 1 / np.where(steep, slope, 1), slope).astype(np.float32)
        _multiply_inputs(made, following, np.where(steep, -slope, 1))
    return made


def merge_head_projection(arrays: Mapping[str, Array]) -> Arrays:
    """The same network with the two linear layers at its end multiplied into one."""
    made = dict(arrays)
    first = made.pop("head.weight")[:, :, 0, 0].astype(np.float64)
    first_bias = made.pop("head.bias").astype(np.float64)
    second = made["embedding.weight"][:, :, 0, 0].astype(np.float64)
    made["embedding.weight"] = (second @ first)[:, :, None, None].astype(np.float32)
    made["embedding.bias"] = (made["embedding.bias"] + second @ first_bias).astype(np.float32)
    return made


@torch.no_grad()
def extract_arrays(network: LayeredNetwork) -> Arrays:
    """A network's weights, with batch normalisation folded in; not changed by what becomes of the network."""
    made: Arrays = {}
    for name, layer in convolutions(network).items():
        weight, bias = _folded(layer)
        made[f"{name}.weight"] = np.array(weight.numpy())
        made[f"{name}.bias"] = np.array(bias.numpy())
        match layer.activation:
            case FactoredPReLU() as activation:
                made[f"{name}.factor"] = np.array(activation.factor.numpy())
            case TiedPReLU() as activation:
                made[f"{name}.slope"] = np.array(activation.all_slopes()[activation.group].numpy())
            case nn.PReLU() as activation:
                made[f"{name}.slope"] = np.array(activation.weight.numpy())
    return made


def _folded(layer: Convolution) -> tuple[torch.Tensor, torch.Tensor]:
    weight, normalization = layer.convolution.weight, layer.normalization
    if normalization is None:
        assert layer.convolution.bias is not None
        return weight, layer.convolution.bias
    assert normalization.running_mean is not None
    assert normalization.running_var is not None
    factor = normalization.weight / (normalization.running_var + normalization.eps).sqrt()
    return weight * factor.view(-1, 1, 1, 1), normalization.bias - normalization.running_mean * factor


def _layers(arrays: Mapping[str, Array]) -> list[str]:
    return [name.removesuffix(".weight") for name in arrays if name.endswith(".weight")]


def _multiply_inputs(arrays: Arrays, layer: str, factor: NDArray[np.floating]) -> None:
    """Have a layer take its inputs times a factor for each channel."""
    weight = arrays[f"{layer}.weight"]
    depthwise = weight.shape[1] == 1
    shape = (-1, 1, 1, 1) if depthwise else (1, -1, 1, 1)
    arrays[f"{layer}.weight"] = (weight * factor.reshape(shape)).astype(np.float32)


@torch.no_grad()
def load_arrays(network: FaceNetwork, arrays: Mapping[str, Array]) -> None:
    """Give a network these weights, to the bit.

    Batch normalisation, where the network has it, is set so that it changes nothing but for the bias. Tied slopes are
    grouped by how near they lie; the arrays' slopes should lie within -1 and 1.

    Raises:
        ModelIncompatible: The network has other layers, or other shapes.
    """
    layers = convolutions(network)
    missing = set(layers) ^ set(_layers(arrays))
    if missing:
        raise _unfit(f"{', '.join(sorted(missing))}")
    for name, layer in layers.items():
        weight = arrays[f"{name}.weight"]
        if weight.shape != tuple(layer.convolution.weight.shape):
            raise _unfit(f"{name}: {weight.shape}, {tuple(layer.convolution.weight.shape)}")
        layer.convolution.weight.copy_(torch.tensor(weight))
        _load_bias(layer, torch.tensor(arrays[f"{name}.bias"]))
        _load_slope(layer, name, arrays)
    _tie(layers, arrays)


def _load_bias(layer: Convolution, bias: torch.Tensor) -> None:
    if layer.convolution.bias is not None:
        layer.convolution.bias.copy_(bias)
        return
    normalization = layer.normalization
    assert normalization is not None
    assert normalization.running_mean is not None
    assert normalization.running_var is not None
    normalization.reset_running_stats()
    normalization.running_var.fill_(1 - normalization.eps)
    normalization.weight.fill_(1)
    normalization.bias.copy_(bias)


def _load_slope(layer: Convolution, name: str, arrays: Mapping[str, Array]) -> None:
    wanted = {FactoredPReLU: "factor", nn.PReLU: "slope"}.get(type(layer.activation))
    if wanted is None:
        return
    if f"{name}.{wanted}" not in arrays:
        raise _unfit(f"{name}.{wanted}")
    parameter = layer.activation.factor if isinstance(layer.activation, FactoredPReLU) else layer.activation.weight  # type: ignore[union-attr]
    parameter.copy_(torch.tensor(arrays[f"{name}.{wanted}"]))  # type: ignore[operator]


def _tie(layers: Mapping[str, Convolution], arrays: Mapping[str, Array]) -> None:
    """Share out the slopes, alike for an expansion and the depthwise layer behind it: their channels are the same."""
    for run in channel_runs(layers):
        tied = [name for name in run if isinstance(layers[name].activation, TiedPReLU)]
        if not tied:
            continue
        first = layers[tied[0]].activation
        assert isinstance(first, TiedPReLU)
        slopes = np.stack([arrays[f"{name}.slope"] for name in tied], axis=1)
        group, centres = group_slopes(slopes, len(first.slopes) + first.pinned, pinned=first.pinned)
        for place, name in enumerate(tied):
            activation = layers[name].activation
            assert isinstance(activation, TiedPReLU)
            activation.group.copy_(torch.from_numpy(group))
            activation.slopes.copy_(torch.from_numpy(centres[int(first.pinned) :, place]))


def channel_runs(layers: Mapping[str, Convolution]) -> list[list[str]]:
    """Layers through which channels run by themselves: each dense one with the depthwise ones behind it."""
    runs: list[list[str]] = []
    for name, layer in layers.items():
        depthwise = layer.convolution.groups > 1
        if depthwise and runs:
            runs[-1].append(name)
        else:
            runs.append([name])
    return runs


def _unfit(reason: str) -> ModelIncompatible:
    return ModelIncompatible(
        QT_TRANSLATE_NOOP("errors", "These weights are of another network: {reason}"),
        QT_TRANSLATE_NOOP("errors", "Give the architecture that the weights were trained in."),
        reason=reason,
    )
