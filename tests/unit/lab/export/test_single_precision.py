import numpy as np
import onnx
import pytest
import torch

from app.lab.data.faces import MEAN, SCALE
from app.lab.export.single_precision import export_network
from app.lab.export.weights import load_arrays, read_arrays
from app.lab.networks.architecture import BASELINE, SHIPPED, Activation, Architecture, Head
from app.lab.networks.mobilefacenet import FaceNetwork
from app.vision.embedding import l2_normalize
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import open_session
from tests.unit.lab.conftest import SMALL


def _answers_differ_by(network: FaceNetwork, content: bytes) -> float:
    pixels = torch.randint(0, 256, (3, *network.architecture.input_size, 3), dtype=torch.uint8)
    found = open_session(content, "exported", Engine(CPU, 1)).run(pixels.numpy())
    with torch.no_grad():
        wanted = network.eval()((pixels.permute(0, 3, 1, 2).float() - MEAN) / SCALE).numpy()
    return float(np.abs(found - l2_normalize(wanted)).max())


def _lived_in(network: FaceNetwork) -> FaceNetwork:
    """Give a network statistics and slopes as after some training."""
    network.train()
    for _ in range(3):
        network(torch.randn(8, 3, *network.architecture.input_size))
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, torch.nn.PReLU):
                module.weight.uniform_(-1.5, 1.5)
                module.weight[0] = 1.0
    return network


def test_export_of_the_loaded_weights_reproduces_the_shipped_file(shipped_file: bytes) -> None:
    network = FaceNetwork(SHIPPED)
    load_arrays(network, read_arrays(shipped_file))
    assert export_network(network) == shipped_file


@pytest.mark.parametrize("activation", list(Activation))
@pytest.mark.parametrize("batch_norm", [True, False])
def test_exported_file_matches_the_network(activation: Activation, batch_norm: bool) -> None:
    network = _lived_in(FaceNetwork(SMALL.model_copy(update={"activation": activation, "batch_norm": batch_norm})))
    assert _answers_differ_by(network, export_network(network)) < 1e-3


@pytest.mark.parametrize("activation", [Activation.PRELU, Activation.FACTORED, Activation.TIED])
def test_unrewritten_file_matches_the_network(activation: Activation) -> None:
    network = _lived_in(FaceNetwork(SMALL.model_copy(update={"activation": activation})))
    plain = export_network(network, rewritten=False)
    assert [node.op_type for node in onnx.load_from_string(plain).graph.node].count("PRelu") == 11
    assert _answers_differ_by(network, plain) < 1e-3


@pytest.mark.parametrize("head", list(Head))
def test_every_head_is_exported(head: Head) -> None:
    network = _lived_in(FaceNetwork(SMALL.model_copy(update={"head": head, "head_project": True})))
    assert _answers_differ_by(network, export_network(network)) < 1e-3


@pytest.mark.parametrize("architecture", [Architecture(input_size=(112, 96)), BASELINE])
def test_whole_networks_are_exported(architecture: Architecture) -> None:
    network = FaceNetwork(architecture)
    assert _answers_differ_by(network, export_network(network)) < 1e-3


def test_export_does_not_change_the_network() -> None:
    network = _lived_in(FaceNetwork(SMALL))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    export_network(network)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
