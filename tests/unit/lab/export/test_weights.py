import numpy as np
import pytest
import torch

from app.core.errors import ModelIncompatible
from app.lab.export.weights import Arrays, bound_slopes, channel_runs, load_arrays, read_arrays, to_prelu_slopes
from app.lab.networks.architecture import SHIPPED, Activation
from app.lab.networks.mobilefacenet import FaceNetwork, convolutions
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import open_session


@pytest.fixture(scope="module")
def faces() -> torch.Tensor:
    stored = np.load("tests/data/mobilefacenet_oracle.npz")["faces"]
    return (torch.from_numpy(stored.transpose(0, 3, 1, 2).astype(np.float32)) - 127.5) / 128


def _loaded(architecture_changes: dict[str, object], arrays: Arrays) -> FaceNetwork:
    network = FaceNetwork(SHIPPED.model_copy(update=architecture_changes))
    load_arrays(network, arrays)
    return network.eval()


def test_the_shipped_weights_load_bit_for_bit(shipped_file: bytes, faces: torch.Tensor) -> None:
    arrays = read_arrays(shipped_file)
    network = _loaded({}, arrays)
    state = network.state_dict()
    for name, layer in convolutions(network).items():
        assert np.array_equal(state[f"layers.{name}.convolution.weight"], arrays[f"{name}.weight"])
        assert np.array_equal(state[f"layers.{name}.convolution.bias"], arrays[f"{name}.bias"])
        if layer.activation is not None:
            assert np.array_equal(state[f"layers.{name}.activation.factor"], arrays[f"{name}.factor"])
    pixels = (faces.numpy() * 128 + 127.5).astype(np.uint8).transpose(0, 2, 3, 1)
    expected = open_session(shipped_file, "shipped", Engine(CPU, 1)).run(pixels)
    with torch.no_grad():
        found = torch.nn.functional.normalize(network(faces)).numpy()
    assert np.abs(found - expected).max() < 1e-6


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("small", [False, True])
def test_converted_weights_give_the_same_output(
    shipped_file: bytes, faces: torch.Tensor, batch_norm: bool, small: bool
) -> None:
    arrays = read_arrays(shipped_file)
    other = to_prelu_slopes(arrays)
    if small:
        other = bound_slopes(other)
        assert max(np.abs(value).max() for name, value in other.items() if name.endswith(".slope")) <= 1
    with torch.no_grad():
        expected = _loaded({}, arrays)(faces)
        found = _loaded({"activation": Activation.PRELU, "batch_norm": batch_norm}, other)(faces)
    assert torch.cosine_similarity(found, expected).min() > 0.99999


def test_more_groups_approximate_slopes_better(shipped_file: bytes, faces: torch.Tensor) -> None:
    arrays = bound_slopes(to_prelu_slopes(read_arrays(shipped_file)))
    with torch.no_grad():
        expected = _loaded({"activation": Activation.PRELU}, arrays)(faces)
        near = [
            torch.cosine_similarity(
                _loaded({"activation": Activation.TIED, "groups": groups}, arrays)(faces), expected
            ).mean()
            for groups in (1, 4)
        ]
    assert near[0] < near[1]
    assert near[1] > 0.2


def test_channels_run_through_depthwise_layers() -> None:
    runs = channel_runs(convolutions(FaceNetwork(SHIPPED)))
    assert runs[:3] == [["stem", "stem_depthwise"], ["stem_project"], ["stage1.0.expand", "stage1.0.depthwise"]]
    assert runs[-3:] == [["last", "global_depthwise"], ["head"], ["embedding"]]


def test_weights_of_another_network_are_refused(shipped_file: bytes) -> None:
    arrays = read_arrays(shipped_file)
    with pytest.raises(ModelIncompatible, match="head"):
        load_arrays(FaceNetwork(SHIPPED.model_copy(update={"head_project": False})), arrays)
    with pytest.raises(ModelIncompatible, match="embedding"):
        load_arrays(FaceNetwork(SHIPPED.model_copy(update={"embedding": 128})), arrays)
    with pytest.raises(ModelIncompatible, match="slope"):
        load_arrays(FaceNetwork(SHIPPED.model_copy(update={"activation": Activation.PRELU})), arrays)


def test_a_file_that_is_not_onnx_is_refused() -> None:
    with pytest.raises(ModelIncompatible, match="cannot be read"):
        read_arrays(b"not an ONNX file")
