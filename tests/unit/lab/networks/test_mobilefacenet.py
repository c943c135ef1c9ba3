import pytest
import torch
from pydantic import ValidationError
from torch import nn

from app.lab.networks.architecture import BASELINE, SHIPPED, Activation, Architecture, Downsampling, Head
from app.lab.networks.mobilefacenet import FaceNetwork, convolutions, count_multiply_adds, count_parameters


def _slopes(network: nn.Module) -> int:
    return sum(module.weight.numel() for module in network.modules() if isinstance(module, nn.PReLU))


def test_mobilefacenet_has_the_size_of_the_paper() -> None:
    network = FaceNetwork(Architecture())
    # The paper counts 0.99 M: everything but the slopes of PReLUs, truncated to two digits.
    assert count_parameters(network) - _slopes(network) == 995_584
    assert round(count_multiply_adds(network) / 1e6) == 221


def test_the_shipped_network_has_the_size_of_its_card() -> None:
    assert count_parameters(FaceNetwork(SHIPPED)) == 1_292_992


def test_the_baseline_is_as_much_larger_as_in_the_paper() -> None:
    network = FaceNetwork(BASELINE)
    # The paper: 2.1 M parameters.
    assert 2.0e6 < count_parameters(network) < 2.2e6
    assert 1.3 < count_multiply_adds(network) / count_multiply_adds(FaceNetwork(Architecture())) < 1.4


@pytest.mark.parametrize(
    ("size", "kernel"), [((112, 112), (7, 7)), ((112, 96), (7, 6)), ((96, 96), (6, 6)), ((64, 64), (4, 4))]
)
def test_the_global_kernel_size_follows_the_input_size(size: tuple[int, int], kernel: tuple[int, int]) -> None:
    network = FaceNetwork(Architecture(input_size=size)).eval()
    layer = convolutions(network)["global_depthwise"].convolution
    assert layer.kernel_size == kernel
    assert network(torch.zeros(2, 3, *size)).shape == (2, 128)


def test_64_pixels_need_a_third_of_the_work() -> None:
    small, large = (FaceNetwork(Architecture(input_size=(side, side))) for side in (64, 112))
    assert count_multiply_adds(large) / count_multiply_adds(small) > 2.5


@pytest.mark.parametrize("head", list(Head))
@pytest.mark.parametrize("downsampling", list(Downsampling))
def test_every_head_and_downsampling_embeds(head: Head, downsampling: Downsampling) -> None:
    network = FaceNetwork(Architecture(head=head, downsampling=downsampling, input_size=(64, 64), width=0.25, last=64))
    assert network.eval()(torch.zeros(1, 3, 64, 64)).shape == (1, 128)


@pytest.mark.parametrize("activation", list(Activation))
def test_every_activation_passes_gradients_to_every_parameter(activation: Activation) -> None:
    network = FaceNetwork(Architecture(activation=activation, input_size=(64, 64), width=0.25, last=64))
    network(torch.randn(4, 3, 64, 64)).square().mean().backward()
    assert all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in network.parameters())


@pytest.mark.parametrize("embedding", [64, 128, 192, 256, 512])
def test_embeddings_have_the_configured_length(embedding: int) -> None:
    network = FaceNetwork(Architecture(embedding=embedding, input_size=(64, 64), width=0.25, last=64))
    assert network.eval()(torch.zeros(1, 3, 64, 64)).shape == (1, embedding)


def test_uniform_downsampling_keeps_the_number_of_strides() -> None:
    strides = Architecture(downsampling=Downsampling.UNIFORM).strides()
    flat = [stride for stage in strides for stride in stage]
    assert flat.count(2) == 3
    assert [place for place, stride in enumerate(flat) if stride == 2] == [3, 7, 11]


def test_width_and_expansion_change_the_size() -> None:
    sizes = [count_parameters(FaceNetwork(Architecture(width=w, expansion=e))) for w, e in ((1, 1), (0.5, 1), (1, 0.5))]
    assert sizes[1] < sizes[0] / 2
    assert sizes[2] < sizes[0]


_ONE_HALVING = {"stem_stride": 1, "stages": [{"expansion": 2, "channels": 64, "repeats": 1, "stride": 2}]}


@pytest.mark.parametrize(
    "wrong", [{"input_size": (100, 112)}, {"input_size": (16, 16)}, {"kernel": 4}, _ONE_HALVING, {"colour": 1}]
)
def test_invalid_architectures_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Architecture.model_validate(wrong)


def test_counting_keeps_the_training_mode() -> None:
    network = FaceNetwork(Architecture(input_size=(64, 64), width=0.25)).train()
    count_multiply_adds(network)
    assert network.training
