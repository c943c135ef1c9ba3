"""Choice of the device of each process."""

import pytest
import torch

from app.lab.errors import NoGpu
from app.lab.training.devices import CPU, select_device


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)


@pytest.mark.usefixtures("two_gpus")
def test_each_process_has_its_own_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    assert select_device("auto") == torch.device("cuda", 0)
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert select_device("auto") == select_device("cuda") == torch.device("cuda", 1)
    assert select_device("cpu") == CPU


@pytest.mark.usefixtures("two_gpus")
def test_a_process_without_a_gpu_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "2")
    with pytest.raises(NoGpu, match="3 needed, 2 found"):
        select_device("cuda")


@pytest.mark.usefixtures("no_gpu")
def test_auto_falls_back_to_the_cpu() -> None:
    assert select_device("auto") == CPU
    with pytest.raises(NoGpu) as caught:
        select_device("cuda")
    assert "--device" in caught.value.hint
