import math

import pytest
import torch
from torch.nn import functional

from app.lab.training.losses import (
    Classifier,
    ConstantMargin,
    LinearMargin,
    LossKind,
    add_angular_margin,
    cosine_loss,
    feature_loss,
    similarity_loss,
)


def _exact(kind: LossKind, margin: float = 0.4) -> Classifier:
    return Classifier(kind, 6, 5, ConstantMargin(margin), scale=8.0).double()


@pytest.mark.parametrize("kind", list(LossKind))
def test_gradients_match_the_loss(kind: LossKind) -> None:
    classifier, labels = _exact(kind), torch.tensor([0, 3, 4, 1])
    embeddings = torch.randn(4, 6, dtype=torch.float64, requires_grad=True)

    def loss(vectors: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        given = torch.func.functional_call(classifier, {"weight": weight}, (vectors, labels), strict=False)
        return torch.as_tensor(given)

    assert torch.autograd.gradcheck(loss, (embeddings, classifier.weight))


def test_softmax_is_cross_entropy() -> None:
    classifier, embeddings, labels = Classifier(LossKind.SOFTMAX, 6, 5), torch.randn(4, 6), torch.tensor([0, 3, 4, 1])
    expected = functional.cross_entropy(classifier.logits(embeddings, labels), labels)
    assert torch.isclose(classifier(embeddings, labels), expected)


def test_arcface_adds_the_margin_to_the_angle() -> None:
    angles = torch.linspace(0.01, math.pi - 0.51, 100)
    assert torch.allclose(add_angular_margin(angles.cos(), 0.5), (angles + 0.5).cos(), atol=1e-5)


def test_angular_margin_falls_continuously() -> None:
    angles = torch.linspace(0, math.pi, 20_001, dtype=torch.float64)
    steps = add_angular_margin(angles.cos(), 0.5).diff()
    assert (steps < 1e-7).all()
    assert steps.abs().max() < 2e-3


@pytest.mark.parametrize("cosine", [1.0, -1.0, 1.0 + 1e-6, -1.0 - 1e-6, math.cos(math.pi - 0.5)])
def test_gradients_stay_finite_at_the_branch_point(cosine: float) -> None:
    given = torch.tensor([cosine], requires_grad=True)
    add_angular_margin(given, 0.5).sum().backward()
    assert given.grad is not None
    assert given.grad.isfinite().all()


@pytest.mark.parametrize("kind", [LossKind.ARCFACE, LossKind.COSFACE])
def test_faces_on_and_opposite_their_class_have_finite_gradients(kind: LossKind) -> None:
    classifier = Classifier(kind, 6, 5)
    embeddings = torch.cat([classifier.weight[:2], -classifier.weight[:2]]).detach().requires_grad_()
    classifier(embeddings, torch.tensor([0, 1, 0, 1])).backward()
    assert embeddings.grad is not None
    assert embeddings.grad.isfinite().all()


def test_cosface_subtracts_the_margin_from_the_target_class_only() -> None:
    classifier, embeddings = Classifier(LossKind.COSFACE, 6, 5, ConstantMargin(0.35)), torch.randn(2, 6)
    cosines = functional.normalize(embeddings) @ functional.normalize(classifier.weight).T
    difference = 64 * cosines - classifier.logits(embeddings, torch.tensor([2, 4]))
    expected = torch.zeros(2, 5)
    expected[0, 2] = expected[1, 4] = 64 * 0.35
    assert torch.allclose(difference, expected, atol=1e-4)


def test_a_scheduled_margin_goes_from_first_to_last() -> None:
    margin = LinearMargin()
    assert [round(margin.at(share), 6) for share in (-1, 0, 0.5, 1, 2)] == [0.5, 0.5, 0.4, 0.3, 0.3]


def test_a_falling_margin_lowers_the_loss() -> None:
    classifier, embeddings, labels = Classifier(LossKind.ARCFACE, 6, 5), torch.randn(4, 6), torch.tensor([0, 1, 2, 3])
    first = classifier(embeddings, labels).item()
    classifier.progress = 1.0
    assert classifier(embeddings, labels).item() < first


def test_half_precision_embeddings_keep_the_weights_precision() -> None:
    classifier, embeddings = Classifier(LossKind.ARCFACE, 6, 5), torch.randn(4, 6).bfloat16()
    labels = torch.tensor([0, 1, 2, 3])
    assert torch.equal(classifier(embeddings, labels), classifier(embeddings.float(), labels))


def test_an_identical_student_has_no_loss() -> None:
    teacher = torch.randn(5, 8)
    assert cosine_loss(3 * teacher, teacher).item() == pytest.approx(0, abs=1e-6)
    assert similarity_loss(3 * teacher, teacher).item() == pytest.approx(0, abs=1e-6)
    assert feature_loss(teacher, teacher).item() == 0
    assert cosine_loss(-teacher, teacher).item() == pytest.approx(2)


def test_similarity_loss_ignores_rotations() -> None:
    teacher = torch.randn(5, 8)
    turned = teacher @ torch.linalg.qr(torch.randn(8, 8)).Q
    assert similarity_loss(turned, teacher).item() == pytest.approx(0, abs=1e-6)
    assert similarity_loss(turned, teacher.flip(0)).item() > 0.01


def test_feature_loss_is_relative_to_the_added_variance() -> None:
    shortcut, added = 100 * torch.randn(2, 3, 4, 4), torch.randn(2, 3, 4, 4)
    nothing_learnt = feature_loss(shortcut, shortcut + added, shortcut)
    assert nothing_learnt.item() == pytest.approx(1, abs=0.05)
