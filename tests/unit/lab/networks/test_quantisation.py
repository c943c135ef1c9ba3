from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from app.core.paths import models_dir
from app.lab.data.faces import MEAN, SCALE
from app.lab.export.quantised import export_quantised
from app.lab.networks.activations import TiedPReLU
from app.lab.networks.architecture import Activation
from app.lab.networks.fake_quantisation import ActivationQuantiser, fake_quantise_weight, quantise_weight
from app.lab.networks.mobilefacenet import FaceNetwork, convolutions
from app.lab.networks.quantisation import calibrate_ranges, equalise_channels, install_fake_quantisation
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import open_session
from tests.unit.lab.conftest import SMALL


def _pictures(count: int) -> torch.Tensor:
    coarse = torch.randint(0, 256, (count, 3, 8, 8)).float()
    return torch.nn.functional.interpolate(coarse, size=SMALL.input_size, mode="bilinear").round()


def _student(activation: Activation, pinned_stages: int = 2) -> FaceNetwork:
    architecture = SMALL.model_copy(
        update={"activation": activation, "batch_norm": False, "groups": 2, "pinned_stages": pinned_stages}
    )
    network = FaceNetwork(architecture).eval()
    with torch.no_grad():
        for layer in convolutions(network).values():
            assert layer.convolution.bias is not None
            layer.convolution.bias.uniform_(-0.2, 0.2)
            if isinstance(layer.activation, TiedPReLU):
                layer.activation.group.copy_(torch.randint(0, 2, layer.activation.group.shape))
                layer.activation.slopes.uniform_(-0.8, 0.8)
        for run in (("stem", "stem_depthwise"), *((f"{b}.expand", f"{b}.depthwise") for b in _blocks(network))):
            first, second = (convolutions(network)[name].activation for name in run)
            if isinstance(first, TiedPReLU) and isinstance(second, TiedPReLU):
                second.group.copy_(first.group)
    return network


def _blocks(network: FaceNetwork) -> list[str]:
    return [name.removesuffix(".expand") for name in convolutions(network) if name.endswith(".expand")]


def _cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(torch.cosine_similarity(a, b).min())


@pytest.mark.parametrize("activation", [Activation.RELU, Activation.LEAKY_RELU, Activation.TIED])
def test_exported_file_matches_the_quantised_network(activation: Activation) -> None:
    network, pictures = _student(activation), _pictures(8)
    with torch.no_grad():
        exact = network((pictures - MEAN) / SCALE)
        install_fake_quantisation(network)
        calibrate_ranges(network, (pictures - MEAN) / SCALE)
        rounded = network((pictures - MEAN) / SCALE)
    pixels = pictures.permute(0, 2, 3, 1).contiguous().to(torch.uint8).numpy()
    found = open_session(export_quantised(network), "rounded", Engine(CPU, 1)).run(pixels)
    assert _cosine(rounded, exact) > 0.97
    assert _cosine(torch.from_numpy(found), rounded) > 0.995


@pytest.mark.parametrize("pinned_stages", [0, 2])
def test_everything_but_the_embedding_runs_on_integer_kernels(tmp_path: Path, pinned_stages: int) -> None:
    network = _student(Activation.TIED, pinned_stages)
    install_fake_quantisation(network)
    calibrate_ranges(network, (_pictures(4) - MEAN) / SCALE)
    kernels = _kernels(export_quantised(network), tmp_path / "optimised.onnx")
    assert kernels["Conv"] == 1
    assert kernels["QLinearConv"] > len(convolutions(network))
    assert kernels["QLinearAdd"] == 1
    assert kernels["QLinearConcat"] == 6
    assert not kernels.keys() & {"Relu", "LeakyRelu", "Add", "Concat", "PRelu"}


def _kernels(content: bytes, path: Path) -> Counter[str]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return Counter(node.op_type for node in onnx.load(str(path)).graph.node)


def test_weights_are_stored_in_eight_bits() -> None:
    network = _student(Activation.TIED)
    install_fake_quantisation(network)
    calibrate_ranges(network, (_pictures(4) - MEAN) / SCALE)
    stored = onnx.load_from_string(export_quantised(network)).graph.initializer
    weights = [tensor for tensor in stored if tensor.name.endswith("weight.whole")]
    assert {tensor.data_type for tensor in weights} == {onnx.TensorProto.INT8}
    assert {tensor.data_type for tensor in stored if tensor.name.endswith("bias.whole")} == {onnx.TensorProto.INT32}


def test_equalisation_keeps_the_output_and_lowers_the_quantisation_error() -> None:
    network, faces = _student(Activation.TIED), (_pictures(8) - MEAN) / SCALE
    with torch.no_grad():
        for name, layer in convolutions(network).items():
            if name.endswith("expand"):  # channels of very different ranges
                assert layer.convolution.bias is not None
                sizes = torch.logspace(-1, 1, layer.convolution.out_channels)
                layer.convolution.weight.mul_(sizes.view(-1, 1, 1, 1))
                layer.convolution.bias.mul_(sizes)
        exact = network(faces)
        install_fake_quantisation(network)
        calibrate_ranges(network, faces)
        costs_before = 1 - _cosine(network(faces), exact)
    with torch.no_grad():
        for layer in convolutions(network).values():
            layer.rounding, layer.rounds_weight = None, False
        for block in network.modules():
            if hasattr(block, "residual"):
                block.rounding = None  # type: ignore[assignment]
        equalise_channels(network, faces)
        assert torch.allclose(network(faces), exact, atol=1e-3 * float(exact.abs().max()))
        install_fake_quantisation(network)
        calibrate_ranges(network, faces)
        assert 1 - _cosine(network(faces), exact) < costs_before


def test_quantised_weights_are_whole_steps_and_pass_gradients() -> None:
    weight = torch.randn(5, 3, 1, 1, requires_grad=True)
    steps, rounded = quantise_weight(weight), fake_quantise_weight(weight)
    assert torch.allclose(rounded, steps.values * steps.scales.view(-1, 1, 1, 1))
    assert np.abs(steps.values.numpy()).max() == 127
    rounded.sum().backward()
    assert weight.grad is not None
    assert torch.equal(weight.grad, torch.ones_like(weight))


def test_zero_is_a_step_of_every_map() -> None:
    rounding = ActivationQuantiser()
    rounding.watching = True
    rounding(torch.linspace(-1.3, 4.1, 1000))
    rounding.watching = False
    assert rounding(torch.zeros(3)).abs().max() == 0
    assert rounding(torch.tensor([-1.2, 0.7, 4.0])).sub(torch.tensor([-1.2, 0.7, 4.0])).abs().max() < 5.4 / 255


def test_the_shipped_student_is_small_and_runs_on_integer_kernels(tmp_path: Path) -> None:
    content = (models_dir() / "mobilefacenet_int8.onnx").read_bytes()
    assert len(content) <= 1_500_000
    kernels = _kernels(content, tmp_path / "optimised.onnx")
    assert (kernels["Conv"], kernels["QLinearConv"], kernels["QLinearAdd"]) == (1, 84, 12)
    assert not kernels.keys() & {"Relu", "LeakyRelu", "Add", "Concat", "PRelu"}
