from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.errors import ModelIncompatible
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.tuning import Subject, Trial, fastest, landmark_agreement, min_cosine, try_engines

GPU, WRONG, BROKEN, WEAK = (f"{name}ExecutionProvider" for name in ("Gpu", "Wrong", "Broken", "Weak"))


@dataclass
class FakeNetwork:
    provider: str
    answer: NDArray[np.float32]
    batches: list[int] = field(default_factory=list)
    input_shape: tuple[int | None, ...] = (None, 2)
    output_shape: tuple[int | None, ...] = (None, 2)

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        return self.run_all(batch)[0]

    def run_all(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        self.batches.append(len(batch))
        return [np.repeat(self.answer[None], len(batch), axis=0)]


def open_fake(content: bytes, name: str, engine: Engine) -> FakeNetwork:
    if engine.provider == BROKEN:
        raise ModelIncompatible("it is broken", "mend it")
    answer = np.array([0.0, 1.0] if engine.provider == WRONG else [1.0, 0.001], np.float32)
    return FakeNetwork(CPU if engine.provider == WEAK else engine.provider, answer)


SUBJECT = Subject("net", b"", np.zeros((2, 2), np.float32), min_cosine, 0.999)


def test_an_engine_whose_answers_differ_is_not_usable() -> None:
    trials = list(try_engines(SUBJECT, [Engine(), Engine(GPU, 0), Engine(WRONG, 0)], 3, open_fake))
    assert [trial.usable for trial in trials] == [True, True, False]
    assert trials[2].agreement is not None
    assert trials[2].agreement < 0.01
    assert all(trial.median_ms is not None for trial in trials)


def test_an_engine_that_refuses_or_falls_back_is_reported() -> None:
    broken, weak = try_engines(SUBJECT, [Engine(BROKEN, 0), Engine(WEAK, 0)], 1, open_fake)
    assert (broken.usable, broken.refusal, broken.median_ms) == (False, "it is broken", None)
    assert (weak.usable, weak.median_ms) == (False, None)
    assert CPU in weak.refusal


def test_one_face_is_timed_but_all_are_compared() -> None:
    network = FakeNetwork(CPU, np.array([1.0, 0.0], np.float32))
    list(try_engines(SUBJECT, [Engine()], 2, lambda content, name, engine: network))
    assert network.batches[:2] == [2, 2]
    assert set(network.batches[2:]) == {1}


def trial(median_ms: float | None, provider: str = CPU, *, usable: bool = True) -> Trial:
    return Trial("net", Engine(provider), median_ms, 1.0, usable)


def test_the_fastest_usable_engine_is_chosen() -> None:
    trials = [trial(10.0), trial(4.0, GPU), trial(1.0, WRONG, usable=False), trial(None, BROKEN, usable=False)]
    assert fastest(trials) is trials[1]
    assert fastest([trials[2]]) is None
    assert fastest([]) is None


def test_of_engines_about_as_fast_the_simpler_one_is_chosen() -> None:
    trials = [trial(10.0), trial(9.8, GPU)]
    assert fastest(trials) is trials[0]


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=8))
def test_the_chosen_engine_is_never_much_slower_than_the_fastest(medians: list[float]) -> None:
    chosen = fastest([replace(trial(median), engine=Engine(threads=i)) for i, median in enumerate(medians, 1)])
    assert chosen is not None
    assert chosen.median_ms is not None
    assert chosen.median_ms * 0.95 <= min(medians)


def test_the_agreement_of_embeddings_is_that_of_the_worst() -> None:
    one = [np.array([[1.0, 0.0], [0.0, 2.0]], np.float32)]
    assert min_cosine(one, [one[0] * 3]) == pytest.approx(1.0)
    assert min_cosine(one, [np.array([[1.0, 0.0], [2.0, 0.0]], np.float32)]) == pytest.approx(0.0)


def test_the_agreement_of_landmarks_is_in_eye_distances() -> None:
    points = np.zeros((1, 478, 3), np.float32)
    points[0, 473, 0] = 50
    moved = points + np.array([0.5, 0, 9], np.float32)
    shaped = [[each.reshape(1, 1, 1, -1)] for each in (points, moved)]
    assert landmark_agreement(*shaped) == pytest.approx(0.99)
