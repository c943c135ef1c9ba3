from pathlib import Path

import pytest

from app.core.errors import ModelIncompatible, ModelMissing, ModelTampered
from app.core.match_decision import OperatingPoint
from app.core.paths import models_dir
from app.vision.manifest import EmbedderRow, LandmarkerRow, LivenessRow, Manifest, NetworkRow

_EMBEDDERS = ("mobilefacenet", "mobilefacenet_int8", "mobilefacenet_64")


def test_every_shipped_file_is_the_one_in_the_manifest(manifest: Manifest) -> None:
    networks = {"face_detector", "face_mesh", "face_blendshapes"}
    assert {row.name for row in manifest.rows} == {*_EMBEDDERS, "face_landmarker", *networks, "face_antispoof"}
    for row in manifest.rows:
        assert len(manifest.load(row)) > 100_000


def test_every_weight_file_has_a_row_and_every_row_a_card(manifest: Manifest) -> None:
    weights = {path.name for path in models_dir().iterdir() if path.suffix in {".onnx", ".task"}}
    assert weights == {row.file for row in manifest.rows}
    for row in manifest.rows:
        assert (models_dir() / row.card).read_text("utf-8").startswith("# ")


def test_the_threshold_table_covers_every_operating_point(manifest: Manifest) -> None:
    rates = [point.fmr for point in manifest.embedder("mobilefacenet").thresholds.points]
    assert {point.fmr for point in OperatingPoint} <= set(rates)


def test_a_single_changed_byte_is_refused(models_copy: Path) -> None:
    manifest = Manifest(models_copy)
    row = manifest.embedder("mobilefacenet")
    file = models_copy / row.file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelTampered, match="mobilefacenet") as caught:
        manifest.load(row)
    assert caught.value.hint


def test_a_missing_file_is_named(models_copy: Path) -> None:
    manifest = Manifest(models_copy)
    (models_copy / manifest.landmarker().file).unlink()
    with pytest.raises(ModelMissing, match="face_landmarker"):
        manifest.load(manifest.landmarker())


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"manifest\.toml"):
        Manifest(tmp_path)


def test_an_unknown_embedder_raises_model_missing(manifest: Manifest) -> None:
    with pytest.raises(ModelMissing, match="other"):
        manifest.embedder("other")
    with pytest.raises(ModelMissing, match="face_landmarker"):
        manifest.embedder("face_landmarker")


def test_a_manifest_without_a_landmarker_raises_model_missing(models_copy: Path) -> None:
    file = models_copy / "manifest.toml"
    file.write_text(file.read_text("utf-8").split("[models.face_landmarker]")[0], "utf-8")
    with pytest.raises(ModelMissing, match="face_landmarker"):
        Manifest(models_copy).landmarker()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("version = 1", "version = 9", "version 9"),
        ("version = 1", "version = ", "Invalid value"),
        ('kind = "embedder"', 'kind = "oracle"', "unknown kind"),
        ("scale = 128.0", "scale = 0.0", "scale: "),
        ("input_size = [112, 112]", "input_size = [112, 96]", "square"),
        ("fmr = 1e-3,", "fmr = 1e-7,", "high to low"),
        ('colour = "RGB"', 'colour = "GRB"', "colour"),
    ],
)
def test_an_invalid_manifest_gives_the_reason(models_copy: Path, old: str, new: str, reason: str) -> None:
    file = models_copy / "manifest.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ModelIncompatible) as caught:
        Manifest(models_copy)
    assert "manifest.toml" in caught.value.message
    assert reason in caught.value.message


def test_rows_are_read_by_their_kind(manifest: Manifest) -> None:
    kinds = {row.name: type(row) for row in manifest.rows}
    for name in _EMBEDDERS:
        assert kinds.pop(name) is EmbedderRow
    assert kinds.pop("face_landmarker") is LandmarkerRow
    assert kinds.pop("face_antispoof") is LivenessRow
    assert set(kinds.values()) == {NetworkRow}


def test_a_network_is_found_by_name(manifest: Manifest) -> None:
    assert manifest.network("face_mesh").file == "face_mesh.onnx"
    for name in ("mobilefacenet", "face_landmarker", "nothing"):
        with pytest.raises(ModelMissing):
            manifest.network(name)
