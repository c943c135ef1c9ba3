"""Galleries, people and vectors for the tests of matching."""

from datetime import UTC, datetime

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.match_decision import TemplateFusion
from app.core.people import Person
from app.matching.fusion import MIN_LENGTH
from app.matching.threshold import FmrCurve, MatchRule

RULE = MatchRule(0.53, 0.03, FmrCurve([(1e-2, 0.35), (1e-4, 0.53)]))
TemplateSet = tuple[NDArray[np.float32], NDArray[np.int64]]


def random_templates(templates: list[int], seed: int = 1, size: int = 8, spread: float = 0.6) -> TemplateSet:
    """Vectors and owners of people with the given numbers of templates, each person around a random direction."""
    random = np.random.default_rng(seed)
    owners = np.repeat(np.arange(len(templates)), templates)
    centres = random.normal(size=(len(templates), size))
    vectors = centres[owners] + spread * random.normal(size=(len(owners), size))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), owners


def small_galleries() -> st.SearchStrategy[TemplateSet]:
    """Up to six people with up to four templates each."""
    sizes = st.lists(st.integers(1, 4), min_size=1, max_size=6)
    return st.builds(random_templates, sizes, st.integers(0, 1000))


def person(number: int) -> Person:
    """A person with one template, named by a number."""
    return Person(str(number), f"Person {number}", datetime.now(UTC), 1)


def unit(vector: np.ndarray) -> np.ndarray:
    """Scale vectors to unit length along the last axis."""
    return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True), np.float32)


def score_of(templates: np.ndarray, probe: np.ndarray, fusion: TemplateFusion) -> float:
    """The comparison score by its definition, of a probe and the templates of one person."""
    best = float((templates @ probe).max())
    total = templates.sum(axis=0, dtype=np.float64)
    mean = float(total @ probe) / max(float(np.linalg.norm(total)), MIN_LENGTH)
    return best if fusion is TemplateFusion.BEST or len(templates) == 1 else (best + mean) / 2
