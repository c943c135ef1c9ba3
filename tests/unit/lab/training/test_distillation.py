from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.core.errors import ModelIncompatible
from app.lab.data.faces import ArrayImages, FaceSet, to_network_input
from app.lab.errors import TrainingDiverged
from app.lab.export.weights import extract_arrays, load_arrays
from app.lab.networks.architecture import SHIPPED, Activation, Architecture
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.training.distillation import DistilConfig, Distillation, DistillationStep
from app.lab.training.students import build_student, build_teacher, load_student_checkpoint
from tests.unit.lab.conftest import SMALL

TEACHER = SMALL.model_copy(update={"batch_norm": False, "input_size": (32, 32)})
STUDENT = TEACHER.model_copy(update={"activation": Activation.TIED, "groups": 2, "pinned_stages": 1})
CONFIG = DistilConfig(
    architecture=STUDENT, unit_steps=6, whole_steps=4, quantised_steps=3, batch=8, unit_rate=5e-3, augmentations=()
)


@pytest.fixture
def faces() -> FaceSet:
    images = np.kron(np.random.default_rng(3).integers(0, 256, (16, 8, 8, 3)), np.ones((1, 4, 4, 1))).astype(np.uint8)
    return FaceSet(ArrayImages(images), np.arange(16), np.zeros(16, np.int64), ("person",))


def _teacher() -> FaceNetwork:
    torch.manual_seed(1)
    network = FaceNetwork(TEACHER)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, torch.nn.PReLU):
                module.weight.uniform_(-0.9, 0.9)
    return network.eval()


def _distillation(config: DistilConfig, faces: FaceSet, folder: Path) -> Distillation:
    teacher = _teacher()
    student = FaceNetwork(config.architecture)
    load_arrays(student, extract_arrays(teacher))
    return Distillation(config, student, teacher, faces, folder, mixed=False)


def _agreement(run: Distillation, faces: FaceSet) -> float:
    x = to_network_input(faces.batch(np.arange(len(faces))))
    with torch.no_grad():
        return float(torch.cosine_similarity(run.student.eval()(x), _teacher()(x)).mean())


def test_every_phase_lowers_the_loss(faces: FaceSet, tmp_path: Path) -> None:
    run = _distillation(CONFIG.model_copy(update={"unit_steps": 40, "whole_steps": 40}), faces, tmp_path)
    start, phases = _agreement(run, faces), []
    run.run(100, lambda progress: phases.append(progress.phase))
    assert [phases.count(name) for name in ("units", "whole", "quantised")] == [40, 40, 3]
    assert run.rounds
    assert _agreement(run, faces) > start + 0.3


@pytest.mark.parametrize("cut_at", [5, 9, 12])
def test_an_interrupted_run_resumes_identically_in_any_phase(faces: FaceSet, tmp_path: Path, cut_at: int) -> None:
    def losses(run: Distillation) -> list[dict[str, float]]:
        told: list[DistillationStep] = []
        run.run(1, told.append)
        return [progress.parts for progress in told]

    class Killed(BaseException):
        pass

    def kill(progress: DistillationStep) -> None:
        if progress.step > cut_at:
            raise Killed

    whole = losses(_distillation(CONFIG, faces, tmp_path / "whole"))
    with pytest.raises(Killed):
        _distillation(CONFIG, faces, tmp_path / "cut").run(1, kill)
    again = _distillation(CONFIG, faces, tmp_path / "cut")
    assert again.resume()
    assert again.step == cut_at
    assert losses(again) == whole[cut_at:]


def test_a_checkpoint_of_another_recipe_is_refused(faces: FaceSet, tmp_path: Path) -> None:
    _distillation(CONFIG.model_copy(update={"whole_steps": 0, "quantised_steps": 0}), faces, tmp_path).run(100)
    with pytest.raises(ModelIncompatible, match="seed"):
        _distillation(CONFIG.model_copy(update={"seed": 1}), faces, tmp_path).resume()


def test_a_diverged_run_ends(faces: FaceSet, tmp_path: Path) -> None:
    run = _distillation(CONFIG.model_copy(update={"unit_steps": 0}), faces, tmp_path)
    with torch.no_grad():
        next(run.student.parameters()).fill_(float("nan"))
    with pytest.raises(TrainingDiverged):
        run.run(1)
    assert not (tmp_path / "checkpoint.pt").exists()


def test_quantisation_requires_folded_batch_normalisation() -> None:
    with pytest.raises(ValidationError, match="batch normalisation"):
        DistilConfig(architecture=Architecture(), quantised_steps=1)


@pytest.mark.parametrize("head_project", [True, False])
def test_a_student_of_the_same_shape_starts_with_the_weights_of_its_teacher(
    shipped_file: bytes, head_project: bool
) -> None:
    architecture = SHIPPED.model_copy(update={"activation": Activation.PRELU, "head_project": head_project})
    student, x = build_student(shipped_file, architecture).eval(), torch.randn(2, 3, 112, 112)
    with torch.no_grad():
        assert torch.cosine_similarity(student(x), build_teacher(shipped_file)(x)).min() > 0.9999


def test_a_smaller_student_starts_with_a_resized_head_kernel(shipped_file: bytes) -> None:
    architecture = SHIPPED.model_copy(update={"activation": Activation.PRELU, "input_size": (64, 64)})
    student, teacher = build_student(shipped_file, architecture), build_teacher(shipped_file)
    small, large = (
        network.state_dict()["layers.global_depthwise.convolution.weight"] for network in (student, teacher)
    )
    assert small.shape[2:] == (4, 4)
    assert torch.allclose(small.sum(dim=(2, 3)), large.sum(dim=(2, 3)), atol=1e-4)


def test_a_student_of_another_shape_is_refused(shipped_file: bytes) -> None:
    with pytest.raises(ModelIncompatible, match="width"):
        build_student(shipped_file, SHIPPED.model_copy(update={"activation": Activation.PRELU, "width": 0.5}))


def _larger_last_maps(architecture: Architecture) -> Architecture:
    """Return the same layers, with stride 1 in the last stage."""
    *first, last = architecture.stages
    return architecture.model_copy(update={"stages": (*first, last.model_copy(update={"stride": 1}))})


def test_a_student_starts_from_the_checkpoint_of_another(faces: FaceSet, tmp_path: Path) -> None:
    other = _distillation(CONFIG.model_copy(update={"quantised_steps": 0}), faces, tmp_path)
    other.run(100)
    student = FaceNetwork(_larger_last_maps(STUDENT))
    load_student_checkpoint(student, tmp_path / "checkpoint.pt")
    head = "layers.global_depthwise.convolution.weight"
    learnt, own = other.student.state_dict(), student.state_dict()
    assert own[head].shape[2:] == (4, 4)
    assert torch.allclose(own[head].sum(dim=(2, 3)), learnt[head].sum(dim=(2, 3)), atol=1e-5)
    assert all(torch.equal(value, learnt[name]) for name, value in own.items() if name != head)


def test_a_checkpoint_with_other_layers_is_refused(faces: FaceSet, tmp_path: Path) -> None:
    for path in (tmp_path / "none.pt", tmp_path / "checkpoint.pt"):
        with pytest.raises(ModelIncompatible, match="to start from"):
            load_student_checkpoint(FaceNetwork(STUDENT.model_copy(update={"groups": 1, "pinned_stages": 0})), path)
        _distillation(CONFIG, faces, tmp_path).save()
