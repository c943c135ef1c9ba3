from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.core.errors import ModelIncompatible
from app.lab.data.augmentation import Augmentation
from app.lab.data.faces import ArrayImages, FaceSet
from app.lab.errors import CheckpointFailed, TooLittleMemory, TrainingDiverged
from app.lab.training.devices import ProcessGroup
from app.lab.training.losses import LossKind
from app.lab.training.supervised import TrainConfig, Training
from tests.unit.lab.conftest import SMALL

TINY = SMALL.model_copy(update={"input_size": (32, 32)})
CONFIG = TrainConfig(
    architecture=TINY, steps=12, batch=12, rate=0.02, average=0.9, augmentations=(Augmentation.FLIP, Augmentation.NOISE)
)


@pytest.fixture
def faces() -> FaceSet:
    """Four people as simple patterns, three pictures each."""
    random = np.random.default_rng(3)
    people = np.kron(random.integers(0, 256, (4, 4, 4, 3)), np.ones((1, 8, 8, 1)))
    images = np.clip(np.repeat(people, 3, axis=0) + random.normal(0, 8, (12, 32, 32, 3)), 0, 255).astype(np.uint8)
    return FaceSet(ArrayImages(images), np.arange(12), np.repeat(np.arange(4), 3), ("ann", "bob", "cid", "dan"))


def _run(config: TrainConfig, faces: FaceSet, folder: Path, save_every: int = 100) -> Training:
    training = Training(config, faces, folder, ProcessGroup())
    training.resume()
    training.run(save_every)
    return training


@pytest.mark.parametrize("loss", list(LossKind))
def test_every_loss_falls(faces: FaceSet, tmp_path: Path, loss: LossKind) -> None:
    config = CONFIG.model_copy(update={"loss": loss, "steps": 30, "margin": 0.2, "last_margin": 0.2})
    losses = _run(config, faces, tmp_path).losses
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])


def test_an_interrupted_run_resumes_identically(faces: FaceSet, tmp_path: Path) -> None:
    whole = _run(CONFIG, faces, tmp_path / "whole")

    class Killed(BaseException):
        pass

    def kill(step: object) -> None:
        if getattr(step, "step", 0) == 7:
            raise Killed

    cut_off = Training(CONFIG, faces, tmp_path / "cut", ProcessGroup())
    with pytest.raises(Killed):
        cut_off.run(4, kill)
    torch.manual_seed(99)
    again = Training(CONFIG, faces, tmp_path / "cut", ProcessGroup())
    assert again.resume()
    assert again.step == 4
    again.run(4)
    assert again.losses == whole.losses
    for mine, theirs in zip(again.result.state_dict().values(), whole.result.state_dict().values(), strict=True):
        assert torch.equal(mine, theirs)


def test_runs_depend_on_the_seed(faces: FaceSet, tmp_path: Path) -> None:
    short = CONFIG.model_copy(update={"steps": 3})
    first, again = (_run(short, faces, tmp_path / name).losses for name in ("a", "b"))
    other = _run(short.model_copy(update={"seed": 1}), faces, tmp_path / "c").losses
    assert first == again != other


def test_learning_rate_schedule_matches_the_paper() -> None:
    config = TrainConfig(steps=6000, rate=0.1, warm_up=0.05)
    rates = [config.rate_at(step) for step in (0, 150, 300, 3599, 3600, 5200, 5800, 5999)]
    assert rates[0] < 0.001
    assert rates[1] == pytest.approx(0.05, rel=0.01)
    assert rates[2:] == pytest.approx([0.1, 0.1, 0.01, 0.001, 0.0001, 0.0001])


def test_the_last_layers_decay_ten_times_as_fast(faces: FaceSet, tmp_path: Path) -> None:
    training = Training(CONFIG, faces, tmp_path, ProcessGroup())
    others, last = training._optimizer.param_groups
    assert (others["weight_decay"], last["weight_decay"]) == (4e-5, 4e-4)
    embedding = training.network.layers.embedding
    assert isinstance(embedding, torch.nn.Module)
    assert {id(parameter) for parameter in embedding.parameters()} <= {id(parameter) for parameter in last["params"]}


def test_a_diverged_run_keeps_the_last_checkpoint(faces: FaceSet, tmp_path: Path) -> None:
    _run(CONFIG.model_copy(update={"steps": 2}), faces, tmp_path)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    broken = Training(CONFIG, faces, tmp_path, ProcessGroup())
    with torch.no_grad():
        next(broken.network.parameters()).fill_(float("nan"))
    with pytest.raises(TrainingDiverged, match="step 0"):
        broken.run(1)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before


def test_a_checkpoint_of_another_architecture_is_refused(faces: FaceSet, tmp_path: Path) -> None:
    _run(CONFIG.model_copy(update={"steps": 1}), faces, tmp_path)
    wider = TINY.model_copy(update={"width": 2.0})
    other = Training(CONFIG.model_copy(update={"steps": 1, "architecture": wider}), faces, tmp_path, ProcessGroup())
    with pytest.raises(ModelIncompatible, match="architecture"):
        other.resume()


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\3\4 cut off"])
def test_a_damaged_checkpoint_is_refused(faces: FaceSet, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(ModelIncompatible, match=r"checkpoint\.pt"):
        Training(CONFIG, faces, tmp_path, ProcessGroup()).resume()


def test_a_full_disk_keeps_the_previous_checkpoint(
    faces: FaceSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = _run(CONFIG.model_copy(update={"steps": 1}), faces, tmp_path)
    before = (tmp_path / "checkpoint.pt").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.core.atomic_file.os.fsync", full)
    with pytest.raises(CheckpointFailed, match="No space left"):
        training.save()
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_mix_is_refused_in_supervised_training() -> None:
    with pytest.raises(ValidationError, match="distillation only"):
        TrainConfig(augmentations=(Augmentation.MIX,))


def _gpu_exhausted() -> torch.Tensor:
    raise torch.OutOfMemoryError


def _more_than_there_is() -> torch.Tensor:
    return torch.empty(10**15)


@pytest.mark.parametrize("allocate", [_gpu_exhausted, _more_than_there_is])
def test_memory_exhaustion_is_reported(
    allocate: Callable[[], torch.Tensor], faces: FaceSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = Training(CONFIG, faces, tmp_path, ProcessGroup())
    monkeypatch.setattr(training.network, "forward", lambda *_: allocate())
    with pytest.raises(TooLittleMemory, match="12 faces"):
        training.run(1)


def test_other_pytorch_errors_are_unchanged(faces: FaceSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training(CONFIG, faces, tmp_path, ProcessGroup())
    monkeypatch.setattr(training.network, "forward", lambda *_: torch.zeros(2) @ torch.zeros(3))
    with pytest.raises(RuntimeError, match="size"):
        training.run(1)


def test_mixed_precision_trains(faces: FaceSet, tmp_path: Path) -> None:
    training = _run(CONFIG.model_copy(update={"mixed": True, "steps": 3}), faces, tmp_path)
    assert all(np.isfinite(training.losses))
    assert {parameter.dtype for parameter in training.network.parameters()} == {torch.float32}
