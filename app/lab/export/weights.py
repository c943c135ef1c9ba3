"""Weights of exported files as arrays, and their exact conversion to other forms of the network.

All functions assume that a layer's activation is followed by the next layer in order, as in every network of the
family.
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

_LEAST_FACTOR = 1e-4

Array = NDArray[np.float32]
Arrays = dict[str, Array]
"""By layer name: `<name>.weight` (OIHW), `.bias` (O,), and `.factor` or `.slope` (O,) where there is one."""

_DIVISOR = np.float32(128)
"""Divisor of pixels in the manifest's row."""


def read_arrays(content: bytes) -> Arrays:
    """Return the arrays of an exported ONNX file, bit for bit; per-channel arrays without trailing axes.

    A network that takes pixels divides them in its first convolution by a power of two, which is undone exactly.

    Raises:
        ModelIncompatible: The content is not an ONNX file.
    """
    try:
        model = onnx.load_from_string(content)
    except DecodeError as error:
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP("errors", "The weights cannot be read: {reason}"),
            QT_TRANSLATE_NOOP("errors", "Give an ONNX file that the lab exported, or a shipped one."),
            reason=error,
        ) from error
    tensors = {tensor.name: np.asarray(numpy_helper.to_array(tensor)) for tensor in model.graph.initializer}
    if model.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.UINT8:
        tensors["stem.weight"] = tensors["stem.weight"] * _DIVISOR
    return {
        name: value if name.endswith(".weight") else value.reshape(-1)
        for name, value in tensors.items()
        if value.dtype == np.float32
    }


def to_prelu_slopes(arrays: Mapping[str, Array]) -> Arrays:
    """Return the same network with ordinary PReLUs: a = b / (1 + b); the next layer absorbs 1 / (1 - a)."""
    converted = dict(arrays)
    for name, following in pairwise(_layers(arrays)):
        if f"{name}.factor" in converted:
            factor = converted.pop(f"{name}.factor").astype(np.float64)
            converted[f"{name}.slope"] = (factor / (1 + factor)).astype(np.float32)
            _multiply_inputs(converted, following, 1 + factor)
    return converted


def to_factored_prelu(arrays: Mapping[str, Array]) -> Arrays:
    """Return the same network with factored PReLUs: b = a / (1 - a); the next layer absorbs 1 - a.

    Slopes closer to 1 than `_LEAST_FACTOR` are moved away from it.
    """
    converted = dict(arrays)
    for name, following in pairwise(_layers(arrays)):
        if f"{name}.slope" in converted:
            slope = converted.pop(f"{name}.slope")
            factor = np.where(np.abs(1 - slope) < _LEAST_FACTOR, np.float32(_LEAST_FACTOR), 1 - slope)
            converted[f"{name}.factor"] = (slope / factor).astype(np.float32)
            _multiply_inputs(converted, following, factor)
    return converted


def bound_slopes(arrays: Mapping[str, Array]) -> Arrays:
    """Return the same network with all slopes within -1 and 1.

    A channel of slope a, |a| > 1, is negated: PReLU of slope a at x is -a times PReLU of slope 1/a at -x.
    """
    converted = dict(arrays)
    for name, following in pairwise(_layers(arrays)):
        slope = converted.get(f"{name}.slope")
        if slope is None:
            continue
        steep = np.abs(slope) > 1
        sign = np.where(steep, -1, 1).astype(np.float32)
        converted[f"{name}.weight"] = converted[f"{name}.weight"] * sign[:, None, None, None]
        converted[f"{name}.bias"] = converted[f"{name}.bias"] * sign
        converted[f"{name}.slope"] = np.where(steep, 1 / np.where(steep, slope, 1), slope).astype(np.float32)
        _multiply_inputs(converted, following, np.where(steep, -slope, 1))
    return converted


def merge_head_projection(arrays: Mapping[str, Array]) -> Arrays:
    """Return the same network with the two linear layers at its end multiplied into one."""
    converted = dict(arrays)
    first = converted.pop("head.weight")[:, :, 0, 0].astype(np.float64)
    first_bias = converted.pop("head.bias").astype(np.float64)
    second = converted["embedding.weight"][:, :, 0, 0].astype(np.float64)
    converted["embedding.weight"] = (second @ first)[:, :, None, None].astype(np.float32)
    converted["embedding.bias"] = (converted["embedding.bias"] + second @ first_bias).astype(np.float32)
    return converted


@torch.no_grad()
def extract_arrays(network: LayeredNetwork) -> Arrays:
    """Return copies of a network's weights, with batch normalisation folded in."""
    converted: Arrays = {}
    for name, layer in convolutions(network).items():
        weight, bias = _fold_normalization(layer)
        converted[f"{name}.weight"] = np.array(weight.numpy())
        converted[f"{name}.bias"] = np.array(bias.numpy())
        match layer.activation:
            case FactoredPReLU() as activation:
                converted[f"{name}.factor"] = np.array(activation.factor.numpy())
            case TiedPReLU() as activation:
                converted[f"{name}.slope"] = np.array(activation.all_slopes()[activation.group].numpy())
            case nn.PReLU() as activation:
                converted[f"{name}.slope"] = np.array(activation.weight.numpy())
    return converted


def _fold_normalization(layer: Convolution) -> tuple[torch.Tensor, torch.Tensor]:
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
    """Scale the inputs of a layer by a factor for each channel."""
    weight = arrays[f"{layer}.weight"]
    depthwise = weight.shape[1] == 1
    shape = (-1, 1, 1, 1) if depthwise else (1, -1, 1, 1)
    arrays[f"{layer}.weight"] = (weight * factor.reshape(shape)).astype(np.float32)


@torch.no_grad()
def load_arrays(network: FaceNetwork, arrays: Mapping[str, Array]) -> None:
    """Load weights into a network, bit for bit.

    Batch normalisation, if the network has it, is set to change nothing but the bias. Tied slopes are grouped by their
    distance; the slopes of the arrays should lie within -1 and 1.

    Args:
        network: The network; changed.
        arrays: Weights by layer name.

    Raises:
        ModelIncompatible: The network has other layers or shapes.
    """
    layers = convolutions(network)
    missing = set(layers) ^ set(_layers(arrays))
    if missing:
        raise _unsupported_weights(f"{', '.join(sorted(missing))}")
    for name, layer in layers.items():
        weight = arrays[f"{name}.weight"]
        if weight.shape != tuple(layer.convolution.weight.shape):
            raise _unsupported_weights(f"{name}: {weight.shape}, {tuple(layer.convolution.weight.shape)}")
        layer.convolution.weight.copy_(torch.tensor(weight))
        _load_bias(layer, torch.tensor(arrays[f"{name}.bias"]))
        _load_slope(layer, name, arrays)
    _tie_slopes(layers, arrays)


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
    suffix = {FactoredPReLU: "factor", nn.PReLU: "slope"}.get(type(layer.activation))
    if suffix is None:
        return
    if f"{name}.{suffix}" not in arrays:
        raise _unsupported_weights(f"{name}.{suffix}")
    parameter = layer.activation.factor if isinstance(layer.activation, FactoredPReLU) else layer.activation.weight  # type: ignore[union-attr]
    parameter.copy_(torch.tensor(arrays[f"{name}.{suffix}"]))  # type: ignore[operator]


def _tie_slopes(layers: Mapping[str, Convolution], arrays: Mapping[str, Array]) -> None:
    """Group the slopes of an expansion and of the depthwise layer behind it together: their channels are the same."""
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
    """Return runs of layers that share their channels: each dense layer with the depthwise ones behind it."""
    runs: list[list[str]] = []
    for name, layer in layers.items():
        depthwise = layer.convolution.groups > 1
        if depthwise and runs:
            runs[-1].append(name)
        else:
            runs.append([name])
    return runs


def _unsupported_weights(reason: str) -> ModelIncompatible:
    return ModelIncompatible(
        QT_TRANSLATE_NOOP("errors", "These weights belong to another network: {reason}"),
        QT_TRANSLATE_NOOP("errors", "Give the architecture that the weights were trained in."),
        reason=reason,
    )
