from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.errors import ModelIncompatible
from app.core.faces import AlignedFace
from app.vision.embedding import Embedder, l2_normalize
from app.vision.engine.engines import Engine
from app.vision.engine.session import Session, open_session
from app.vision.manifest import EmbedderRow, Manifest


@dataclass
class FakeNetwork:
    """A network with a constant output, which records its inputs."""

    answer: NDArray[np.float32]
    seen: list[NDArray[np.float32]]
    output_shape: tuple[int | None, ...] = (None, 192)
    input_shape: tuple[int | None, ...] = (None, 112, 112, 3)
    provider: str = "FakeProvider"

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        self.seen.append(batch)
        return np.repeat(self.answer[None], len(batch), axis=0)

    def run_all(self, batch: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        return [self.run(batch)]


@pytest.fixture(scope="module")
def row(manifest: Manifest) -> EmbedderRow:
    return manifest.embedder("mobilefacenet")


@pytest.fixture(scope="module")
def session(manifest: Manifest, row: EmbedderRow) -> Session:
    return open_session(manifest.load(row), row.name, Engine(threads=1))


def faces(count: int) -> list[AlignedFace]:
    random = np.random.default_rng(9)
    return [AlignedFace(random.integers(0, 256, (112, 112, 3), dtype=np.uint8), 1.0) for _ in range(count)]


def test_embeddings_are_unit_vectors_of_the_stated_size_and_model(session: Session, row: EmbedderRow) -> None:
    embeddings = Embedder(session, row).embed(faces(2))
    for embedding in embeddings:
        assert embedding.model == "mobilefacenet"
        assert embedding.vector.shape == (192,)
        assert embedding.vector.dtype == np.float32
        assert np.linalg.norm(embedding.vector) == pytest.approx(1, abs=1e-5)


def test_a_batch_gives_what_its_faces_give_alone(session: Session, row: EmbedderRow) -> None:
    embedder, batch = Embedder(session, row), faces(3)
    together = [embedding.vector for embedding in embedder.embed(batch)]
    alone = [embedder.embed([face])[0].vector for face in batch]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_an_empty_batch_has_no_embeddings(session: Session, row: EmbedderRow) -> None:
    assert Embedder(session, row).embed([]) == []


def test_a_network_of_pixels_gets_the_faces_as_they_are(row: EmbedderRow) -> None:
    seen: list[NDArray[np.float32]] = []
    batch = faces(2)
    Embedder(FakeNetwork(np.ones(192, np.float32), seen), row).embed(batch)
    assert seen[0].dtype == np.uint8
    np.testing.assert_array_equal(seen[0], [face.image for face in batch])


def test_a_network_of_values_gets_rgb_normalised_as_the_row_says(row: EmbedderRow) -> None:
    row = row.model_copy(update={"takes": "values"})
    red = AlignedFace(np.full((112, 112, 3), [255, 0, 127], np.uint8), 1.0)
    seen: list[NDArray[np.float32]] = []
    Embedder(FakeNetwork(np.ones(192, np.float32), seen, input_shape=(None, 3, 112, 112)), row).embed([red])
    (batch,) = seen
    assert batch.shape == (1, 3, 112, 112)
    assert batch.dtype == np.float32
    np.testing.assert_allclose(batch[0, :, 0, 0], [127.5 / 128, -127.5 / 128, -0.5 / 128])


def test_a_network_of_bgr_gets_bgr(row: EmbedderRow) -> None:
    red = AlignedFace(np.full((112, 112, 3), [255, 0, 127], np.uint8), 1.0)
    seen: list[NDArray[np.float32]] = []
    bgr = row.model_copy(update={"colour": "BGR"})
    Embedder(FakeNetwork(np.ones(192, np.float32), seen), bgr).embed([red])
    np.testing.assert_array_equal(seen[0][0, 0, 0], [127, 0, 255])


def test_the_flip_makes_a_face_and_its_mirror_image_equal(session: Session, row: EmbedderRow) -> None:
    embedder = Embedder(session, row, flip=True)
    (face,) = faces(1)
    mirrored = AlignedFace(np.ascontiguousarray(face.image[:, ::-1]), 1.0)
    a, b = embedder.embed([face, mirrored])
    assert float(a.vector @ b.vector) == pytest.approx(1, abs=1e-5)
    plain_a, plain_b = Embedder(session, row).embed([face, mirrored])
    assert float(plain_a.vector @ plain_b.vector) < 0.999


def test_a_network_of_other_shapes_is_refused(row: EmbedderRow) -> None:
    with pytest.raises(ModelIncompatible, match="mobilefacenet") as caught:
        Embedder(FakeNetwork(np.ones(128, np.float32), [], (None, 128)), row)
    assert "128" in caught.value.hint
    assert "192" in caught.value.hint


def test_a_zero_vector_stays_zero() -> None:
    np.testing.assert_array_equal(l2_normalize(np.zeros((2, 4), np.float32)), np.zeros((2, 4)))
