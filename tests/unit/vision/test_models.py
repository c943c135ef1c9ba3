"""The committed network is the one the build makes: it answers as the TFLite oracle did."""

from pathlib import Path

import numpy as np

from app.vision.embedding import Embedder
from app.vision.engine.engines import Engine
from app.vision.engine.session import open_session
from app.vision.manifest import Manifest

ORACLE = Path(__file__).parents[2] / "data" / "mobilefacenet_oracle.npz"


def test_mobilefacenet_answers_as_its_oracle(manifest: Manifest) -> None:
    row = manifest.embedder("mobilefacenet")
    session = open_session(manifest.load(row), row.name, Engine(threads=1))
    with np.load(ORACLE) as stored:
        faces, expected = stored["faces"], stored["embeddings"]
    answers = session.run(Embedder(session, row).prepare(faces))
    cosines = (answers * expected).sum(axis=1) / (np.linalg.norm(answers, axis=1) * np.linalg.norm(expected, axis=1))
    assert cosines.min() >= 0.99999
    # Not normalised by the network: the lengths agree too.
    np.testing.assert_allclose(np.linalg.norm(answers, axis=1), np.linalg.norm(expected, axis=1), rtol=1e-4)
