"""Galleries for tests of statistics."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

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
