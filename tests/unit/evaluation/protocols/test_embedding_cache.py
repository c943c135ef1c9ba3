"""The embedding cache in a file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ExportFailed, InvalidRequest
from app.core.faces import Vector
from app.evaluation.protocols.embedding_cache import EmbeddingCache
from tests.unit.evaluation.protocols.fakes import embed_by_name


def _pictures(folder: Path) -> list[Path]:
    paths = [folder / name for name in ("1.jpg", "2.jpg", "none.jpg")]
    for path in paths:
        path.write_bytes(b"picture")
    return paths


def test_unchanged_pictures_are_embedded_once(tmp_path: Path) -> None:
    paths, asked = _pictures(tmp_path), []

    def counted(missing: Sequence[Path]) -> dict[Path, Vector]:
        asked.append([path.name for path in missing])
        return embed_by_name(missing)

    file = tmp_path / "cache.npz"
    first = EmbeddingCache(file, "a model").embed(paths, counted)
    assert file.stat().st_mode & 0o777 == 0o600
    paths[1].write_bytes(b"another picture")
    second = EmbeddingCache(file, "a model").embed(paths, counted)
    assert asked == [["1.jpg", "2.jpg", "none.jpg"], ["2.jpg"]]
    assert list(first) == list(second) == paths[:2]
    assert np.array_equal(first[paths[0]], second[paths[0]])
    with pytest.raises(InvalidRequest, match="another model"):
        EmbeddingCache(file, "another model")


def test_a_damaged_cache_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cache.npz"
    file.write_bytes(b"nothing of the kind")
    with pytest.raises(InvalidRequest, match=r"cache\.npz"):
        EmbeddingCache(file, "a model")
    vectors = np.array([[0.1, np.nan]], np.float32)
    np.savez(file, made_with=np.array("m"), names=np.array(["a"]), stamps=np.zeros((1, 2), np.int64), vectors=vectors)
    with pytest.raises(InvalidRequest, match="damaged"):
        EmbeddingCache(file, "m")
    with pytest.raises(ExportFailed):
        EmbeddingCache(tmp_path / "1.jpg" / "cache.npz", "m").embed(_pictures(tmp_path), embed_by_name)
