"""Fixtures of the lab's tests."""

from collections.abc import Iterator

import pytest
import torch

from app.core.paths import models_dir
from app.lab.networks.architecture import Activation, Architecture, BottleneckStage

SMALL = Architecture(
    stages=(
        BottleneckStage(expansion=2, channels=16, repeats=1, stride=2),
        BottleneckStage(expansion=2, channels=24, repeats=1, stride=2),
        BottleneckStage(expansion=2, channels=24, repeats=2, stride=2),
    ),
    stem=16,
    last=32,
    embedding=16,
    input_size=(64, 64),
    activation=Activation.PRELU,
)


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    """Seed every test, and use one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(8)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def shipped_file() -> bytes:
    return (models_dir() / "mobilefacenet.onnx").read_bytes()
